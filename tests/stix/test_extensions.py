from typing import Any

import pytest

from comity.stix.canonical import canonical
from comity.stix.comity_ext import (
    COMITY,
    COMITY_DEFINITION,
    COMITY_IDENTITY,
    comity_incident,
    incident_core,
)
from comity.stix.decode import decode
from comity.stix.error import StixError
from comity.stix.incident_core import INCIDENT_CORE
from comity.stix.sdo import Incident
from tests.stix.samples import TIME, UUID, raw

CORE = {
    "extension_type": "property-extension",
    "determination": "confirmed",
    "investigation_status": "open",
    "criticality": 70,
    "events": [
        {
            "event_ref": f"event--{UUID}",
            "next_steps": [
                {
                    "event_ref": f"event--{UUID}",
                    "condition_type": "required",
                    "transition_type": "success",
                }
            ],
        }
    ],
    "impact_refs": [f"impact--{UUID}"],
    "impacted_entity_counts": {"computers-server": 3, "individual": 0},
    "scores": [{"name": "National scheme", "value": 4.5}],
    "tasks": [{"task_ref": f"task--{UUID}", "sequence_start": False}],
    "recoverability": "regular",
}
CLAIM = {
    "name": "victim.is_ci",
    "state": "known",
    "value": True,
    "said_by": "National CSIRT",
    "said_at": TIME,
    "source": "form",
}


def _incident(key: str, content: dict[str, Any]) -> Incident:
    value = decode(raw("incident", extensions={key: content})).value
    assert isinstance(value, Incident)
    return value


def _facts(*claims: dict[str, Any]) -> Incident:
    return _incident(COMITY, {"extension_type": "property-extension", "facts": list(claims)})


def test_the_incident_core_is_read() -> None:
    core = incident_core(_incident(INCIDENT_CORE, CORE))
    assert core is not None
    assert core.determination == "confirmed"
    assert core.events[0].next_steps[0].transition_type == "success"
    assert core.events[0].sequence_start
    assert not core.tasks[0].sequence_start
    assert core.impacted_entity_counts == {"computers-server": 3, "individual": 0}
    assert core.scores[0].value == 4.5


def test_an_incident_without_extensions_has_none() -> None:
    value = decode(raw("incident")).value
    assert isinstance(value, Incident)
    assert incident_core(value) is None
    assert comity_incident(value) is None


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"determination": "sure"}, "determination"),
        ({"criticality": 101}, "criticality"),
        ({"impact_refs": [f"event--{UUID}"]}, "impact_refs[0]"),
        ({"events": [{"event_ref": "x"}]}, "events[0].event_ref"),
        ({"scores": [{"name": "x"}]}, "scores[0].value"),
        ({"impacted_entity_counts": {"a": -1}}, "impacted_entity_counts[...]"),
    ],
)
def test_a_broken_incident_core_says_where(changes: dict[str, Any], path: str) -> None:
    incident = _incident(INCIDENT_CORE, {**CORE, **changes})
    with pytest.raises(StixError) as caught:
        incident_core(incident)
    assert caught.value.path == f"extensions.{INCIDENT_CORE}.{path}"
    assert caught.value.id == incident.id


def test_claims_keep_their_kind_of_value() -> None:
    values = [True, "energy", 40, ["EE", "LV"]]
    ours = comity_incident(_facts(*({**CLAIM, "value": value} for value in values)))
    assert ours is not None
    assert [claim.value for claim in ours.facts] == [True, "energy", 40, ("EE", "LV")]


def test_disputed_claims_are_several_rows_of_one_name() -> None:
    rows = [{**CLAIM, "state": "disputed", "value": said} for said in (True, False)]
    ours = comity_incident(_facts(*rows))
    assert ours is not None
    assert [claim.value for claim in ours.facts] == [True, False]


def test_an_unknown_fact_has_no_value() -> None:
    unknown = {name: value for name, value in CLAIM.items() if name != "value"}
    ours = comity_incident(_facts({**unknown, "state": "unknown"}))
    assert ours is not None
    assert ours.facts[0].value is None
    with pytest.raises(StixError, match="must not stand in a claim whose state is unknown"):
        comity_incident(_facts({**CLAIM, "state": "unknown"}))
    with pytest.raises(StixError, match=r"facts\[0\].value is required"):
        comity_incident(_facts(unknown))


def test_the_definition_and_its_author_are_valid_stix() -> None:
    for value in (COMITY_DEFINITION, COMITY_IDENTITY):
        assert decode(canonical(value)).value == value
    assert COMITY_DEFINITION.id == COMITY
