"""An event fetched from MISP by its UUID."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from comity.access.misp_file import Misp
from comity.access.roles import Act
from comity.api.endpoint import Call, Request, endpoint
from comity.api.fields import Line
from comity.api.incidents import incident_of
from comity.api.jobs import JobState, state_of
from comity.api.problem import missing
from comity.node import jobs
from comity.node.misp import configured


class OpenFromMisp(Request, frozen=True):
    """A new incident with an event of MISP as its first report."""

    title: Line
    event: UUID


class FetchEvent(Request, frozen=True):
    """An event of MISP."""

    event: UUID


@endpoint("POST", "/incidents/from-misp", Act.OPEN_INCIDENT, status=HTTPStatus.ACCEPTED)
def open_from_misp(call: Call, body: OpenFromMisp) -> JobState:
    """Have an incident opened with an event that is fetched from MISP, and assessed."""
    set_up()
    return state_of(
        jobs.ask_to_fetch(call.actor, call.by, body.event, opens=body.title), call.actor
    )


@endpoint("POST", "/incidents/{key}/misp", Act.IMPORT, status=HTTPStatus.ACCEPTED)
def fetch_event(call: Call, key: UUID, body: FetchEvent) -> JobState:
    """Have an event fetched from MISP and filed under an incident, and it assessed again."""
    set_up()
    job = jobs.ask_to_fetch(call.actor, call.by, body.event, incident=incident_of(call, key))
    return state_of(job, call.actor)


def set_up() -> Misp:
    """The instance of MISP. Raises Problem: 404."""
    misp = configured()
    if misp is None:
        raise missing("instance of MISP: an operator sets one up in misp.toml")
    return misp
