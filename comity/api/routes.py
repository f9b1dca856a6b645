"""Every operation of the API, and which one an address means."""

from __future__ import annotations

from functools import cache

import msgspec

from comity.api import (
    bundles,
    documents,
    dossiers,
    guests,
    incidents,
    jobs,
    knowledge,
    me,
    misp,
    objects,
    people,
    person_export,
    record,
    retention,
    sightings,
    tickets,
    watch,
)
from comity.api.endpoint import Call, Endpoint, endpoint
from comity.api.openapi import describe

ROOT = "/api/v1"


@endpoint("GET", "/openapi.json", "nothing")
def openapi(_call: Call | None) -> msgspec.Raw:
    """This description of the API (OpenAPI 3.1)."""
    return _described()


ENDPOINTS: tuple[Endpoint, ...] = (
    openapi,
    me.me,
    me.revoke_token,
    incidents.list_incidents,
    incidents.open_incident,
    incidents.show_incident,
    incidents.list_reports,
    incidents.add_reports,
    misp.open_from_misp,
    misp.fetch_event,
    tickets.list_tickets,
    tickets.note_ticket,
    tickets.take_off_ticket,
    incidents.list_facts,
    incidents.state_facts,
    incidents.assess_incident,
    incidents.show_attribution,
    incidents.attribute_incident,
    jobs.list_jobs,
    jobs.show_job,
    jobs.begin_job_again,
    watch.show_watch,
    watch.note_on_watch,
    watch.hand_over_watch,
    watch.take_over_watch,
    incidents.list_vocabulary,
    objects.list_objects,
    objects.show_object,
    objects.show_timeline,
    objects.find_everywhere,
    knowledge.list_packs,
    knowledge.list_knowledge,
    knowledge.show_knowledge,
    knowledge.list_standings,
    dossiers.show_summary,
    dossiers.show_diplomatic,
    dossiers.show_technical,
    documents.list_drafts,
    documents.list_documents,
    documents.take_up_draft,
    documents.show_document,
    documents.complete_document,
    documents.approve_document,
    documents.release_document,
    documents.carry_document,
    documents.take_file,
    bundles.list_bundles,
    bundles.preview_bundle,
    bundles.put_bundle_together,
    bundles.show_bundle,
    bundles.take_bundle,
    bundles.list_consents,
    bundles.note_consent,
    bundles.list_handling,
    bundles.note_handling,
    bundles.note_word,
    sightings.list_events,
    sightings.list_sightings,
    sightings.put_sightings_together,
    sightings.show_sightings,
    sightings.send_sightings,
    record.show_record,
    record.verify_record,
    record.list_entries,
    record.quarantine_entry,
    record.prove_entry,
    person_export.export_person,
    retention.show_retention,
    retention.hold_incident,
    people.show_administration,
    people.list_people,
    people.invite_person,
    people.change_role,
    people.change_organisation,
    people.change_clearance,
    people.close_account,
    guests.list_released,
    guests.take_released,
)


def find(path: str) -> tuple[dict[str, Endpoint], dict[str, str]]:
    """The operations at a path by their method, and what its parts are; none where it is no path.

    A part that stands in the path by its name goes before one that may be anything.
    """
    given = path.split("/")
    for pattern, methods in _patterns().get(len(given), ()):
        pairs = list(zip(pattern, given, strict=True))
        if all(want == got or want.startswith("{") for want, got in pairs):
            return methods, {want[1:-1]: got for want, got in pairs if want.startswith("{")}
    return {}, {}


@cache
def _patterns() -> dict[int, list[tuple[tuple[str, ...], dict[str, Endpoint]]]]:
    """Methods by path, by the number of parts."""
    by_path: dict[str, dict[str, Endpoint]] = {}
    for one in ENDPOINTS:
        by_path.setdefault(one.path, {})[one.method] = one
    found: dict[int, list[tuple[tuple[str, ...], dict[str, Endpoint]]]] = {}
    for path in sorted(by_path, key=lambda path: path.count("{")):
        parts = tuple(path.split("/"))
        found.setdefault(len(parts), []).append((parts, by_path[path]))
    return found


@cache
def _described() -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(describe(ENDPOINTS, ROOT)))
