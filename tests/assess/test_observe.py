"""What received objects state, and what they cannot do: hide, outlive or fake one another."""

import json

import pytest

from comity.assess.observe import Received, observe
from comity.formats.stix_bundle import read
from comity.knowledge.load.packs import shipped
from comity.stix.comity_ext import COMITY
from comity.stix.markings import TLP_2_IDS, Tlp

KNOWLEDGE = shipped()
TIME = "2026-01-01T00:00:00Z"
LATER = "2026-01-02T00:00:00Z"


def made(kind, number, **more):
    return {
        "type": kind, "spec_version": "2.1",
        "id": f"{kind}--7b2a5ab5-7c0c-4b4a-9d4d-{number:012d}",
        "created": TIME, "modified": TIME, **more,
    }  # fmt: skip


def incident(number=1, facts=(), **more):
    extension = {"extension_type": "property-extension", "facts": list(facts)}
    extensions = {"extensions": {COMITY: extension}} if facts else {}
    return made("incident", number, **{"name": "An incident", **extensions, **more})


def fact(name, value=None, state="known", **more):
    said = {"name": name, "state": state, "said_by": "the ministry", "said_at": TIME, **more}
    return said if value is None else {**said, "value": value}


def observed(*objects):
    data = json.dumps({"type": "bundle", "id": "bundle--x", "objects": list(objects)}).encode()
    reading = read(data, source="0" * 64)
    assert reading.losses == ()
    return observe([Received("bundle.json", "0" * 64, reading)], KNOWLEDGE)


def test_a_claim_of_the_extension_names_the_object_and_the_file_that_say_so():
    (claim,) = observed(incident(facts=[fact("victim.is_ci", value=True)])).claims
    assert (claim.name, claim.value, claim.disputed) == ("victim.is_ci", True, False)
    assert claim.said_by == "the ministry, according to bundle.json"
    assert "incident--" in claim.place
    assert "/objects/0" in claim.place


def test_a_claim_called_disputed_stays_disputed():
    (claim,) = observed(
        incident(facts=[fact("data.personal", value=True, state="disputed")])
    ).claims
    assert claim.disputed


@pytest.mark.parametrize(
    "bad",
    [
        fact("victim.colour", value="red"),
        fact("incident.status", value="over"),
        fact("incident.aware_at", value="9999-12-31T23:00:00-12:00"),
        fact("origin.territories", value=["the ministry's hotline, do not use any directory"]),
        fact("victim.is_ci", value="yes"),
        fact("report.verified", value=True),
        fact("report.reliability", value="A"),
        fact("victim.consents_to_sharing", value=True),
        fact("response.sensitive_work", value=False),
        fact("origin.territories", value=["EVIL-GANG"]),
        fact("victim.state", value="ALBTELECOM"),
    ],
)
def test_one_claim_that_cannot_be_used_costs_neither_the_others_nor_the_assessment(bad):
    found = observed(incident(facts=[bad, fact("victim.is_csirt", value=True)]))
    assert [claim.name for claim in found.claims] == ["victim.is_csirt"]
    (sentence,) = found.unusable
    assert bad["name"] in sentence
    assert "bundle.json" in sentence


def test_the_victim_of_an_incident_gives_its_state_and_sector():
    victim = made("identity", 2, name="Hospital", sectors=["healthcare"])
    place = made("location", 3, country="IE")
    hit = made("relationship", 4, relationship_type="targets",
               source_ref=incident()["id"], target_ref=victim["id"])  # fmt: skip
    at = made("relationship", 5, relationship_type="located-at",
              source_ref=victim["id"], target_ref=place["id"])  # fmt: skip
    found = observed(incident(), victim, place, hit, at)
    assert {c.name: c.value for c in found.claims} == {
        "victim.state": "IRL",
        "victim.sector": "healthcare",
    }


def test_a_victim_hit_and_placed_many_times_over_gives_each_claim_once():
    victim = made("identity", 2, name="Hospital", sectors=["healthcare"])
    place = made("location", 3, country="IE")
    hit = [made("relationship", n, relationship_type="targets",
                source_ref=incident()["id"], target_ref=victim["id"])
           for n in range(10, 40)]  # fmt: skip
    at = [made("relationship", n, relationship_type="located-at",
               source_ref=victim["id"], target_ref=place["id"])
          for n in range(50, 80)]  # fmt: skip
    assert len(observed(incident(), victim, place, *hit, *at).claims) == 2


def test_an_identity_that_nothing_targets_is_no_victim():
    assert observed(incident(), made("identity", 2, name="A firm", sectors=["energy"])).claims == ()


def test_a_newer_version_takes_the_place_of_the_older_and_both_are_told():
    old = incident(name="Old", facts=[fact("incident.status", value="ongoing")])
    new = {**incident(name="New", facts=[fact("incident.status", value="closed")])}
    new["modified"] = LATER
    found = observed(new, old)
    assert found.title == "New"
    assert [claim.value for claim in found.claims] == ["closed"]
    assert any("a newer version was received" in text for text in found.set_aside)


def test_what_its_author_revoked_says_nothing_any_more_not_even_in_an_older_version():
    revoked = {**incident(name="Gone"), "revoked": True, "modified": LATER}
    older = incident(name="Gone", facts=[fact("victim.is_ci", value=True)])
    found = observed(older, revoked, incident(2, name="Live"))
    assert found.title == "Live"
    assert found.claims == ()
    assert any(text.startswith("revoked: ") for text in found.set_aside)


def test_several_incidents_are_counted():
    assert observed(incident(1), incident(2)).incidents == 2
    assert observed(incident(1), incident(1)).incidents == 1


def test_the_strictest_marking_counts_wherever_it_stands():
    green = incident(object_marking_refs=[TLP_2_IDS[Tlp.GREEN]])
    part = made("note", 2, content="x", object_refs=[green["id"]], granular_markings=[
        {"selectors": ["content"], "marking_ref": TLP_2_IDS[Tlp.RED]}])  # fmt: skip
    assert observed(green).tlp is Tlp.GREEN
    assert observed(green, part).tlp is Tlp.RED
    assert observed(incident()).tlp is None


def test_a_tlp_marking_under_an_id_of_its_own_counts_by_its_name():
    ident = "marking-definition--7b2a5ab5-7c0c-4b4a-9d4d-000000000009"
    red = {
        "type": "marking-definition", "spec_version": "2.1", "id": ident, "created": TIME,
        "definition_type": "tlp", "definition": {"tlp": "red"},
    }  # fmt: skip
    found = observed(incident(object_marking_refs=[ident]), red)
    assert found.tlp is Tlp.RED
    assert found.unread_markings == ()


def test_whoever_defines_a_marking_again_cannot_lower_it():
    ident = "marking-definition--7b2a5ab5-7c0c-4b4a-9d4d-000000000009"

    def marking(level):
        return {
            "type": "marking-definition", "spec_version": "2.1", "id": ident, "created": TIME,
            "definition_type": "statement", "definition": {"statement": "x"}, "name": level,
        }  # fmt: skip

    marked = incident(object_marking_refs=[ident])
    assert observed(marking("TLP:RED"), marked, marking("TLP:CLEAR")).tlp is Tlp.RED
    assert observed(marking("TLP:CLEAR"), marked, marking("TLP:RED")).tlp is Tlp.RED


def test_another_file_that_replaces_an_object_is_told():
    def received(name, *objects):
        data = json.dumps({"type": "bundle", "id": "bundle--x", "objects": list(objects)}).encode()
        return Received(name, "0" * 64, read(data, source="0" * 64))

    new = {**incident(name="Nothing to see here"), "modified": LATER}
    found = observe([received("a.json", incident()), received("b.json", new)], KNOWLEDGE)
    (sentence,) = found.replaced
    assert "of a.json is replaced or revoked by b.json" in sentence
    assert observe([received("a.json", incident(), new)], KNOWLEDGE).replaced == ()


def test_a_marking_that_is_no_tlp_is_told():
    ident = "marking-definition--7b2a5ab5-7c0c-4b4a-9d4d-000000000009"
    found = observed(incident(object_marking_refs=[ident]))
    assert found.unread_markings == (ident,)


def test_actors_are_counted_and_not_named():
    found = observed(incident(), made("intrusion-set", 2, name="A name"))
    assert len(found.actors) == 1
    assert "A name" not in found.actors[0]


def test_without_an_incident_a_report_gives_the_title():
    report = made("report", 2, name="A report", published=TIME, object_refs=[incident()["id"]])
    assert observed(report).title == "A report"
    assert observed(report, incident()).title == "An incident"
