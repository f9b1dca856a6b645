"""Which documents are drafted, to whom, and what stands in them."""

import datetime as dt

import msgspec
import pytest

from comity.documents.drafts.model import Blank, Draft, Run, Table, Text, shown, text_of
from comity.knowledge.load.packs import shipped
from comity.stix.comity_ext import COMITY
from comity.stix.markings import TLP_2_IDS, Tlp
from tests.documents.drafts.samples import INCIDENT, claims, drafted, outside, the

TOLD = {"external", "public"}


def ids(drafts):
    return [draft.id for draft in drafts.drafts]


def stated(draft: Draft) -> dict[str, Run]:
    """What the table of facts says of each."""
    facts = next(block for block in draft.blocks if isinstance(block, Table))
    return {shown(row[0][0]): row[1][0] for row in facts.rows}


def why(drafts, template, addressee=None):
    return [
        row.why
        for row in drafts.withheld
        if row.template == template and (addressee is None or row.addressee == addressee)
    ]


def test_each_state_concerned_gets_its_own_draft_and_hears_of_no_other():
    drafts, _ = drafted()
    assert {"notification-che", "notification-bra", "mitigation-che"} <= set(ids(drafts))
    swiss, brazilian = the(drafts, "notification-che"), the(drafts, "notification-bra")
    assert "Brazil" not in text_of(swiss)
    assert "Switzerland" not in text_of(brazilian)
    assert "appears to emanate from" in text_of(swiss)
    assert "appears to pass through" in text_of(brazilian)


def test_the_state_of_the_victim_is_named_to_no_third_state():
    drafts, _ = drafted(own="FRA")
    told = [draft for draft in outside(drafts) if draft.addressee != "Estonia"]
    assert len(told) > 5
    for draft in told:
        assert "Estonia" not in text_of(draft)
    assert "An entity in the territory of the addressee" in text_of(the(drafts, "notification-est"))


def test_of_many_states_the_first_five_are_drafted_for_and_the_others_are_named():
    many = ("CHE", "FRA", "DEU", "ITA", "JPN", "KEN", "PER")
    drafts, _ = drafted(origin__territories=many, transit__territories=None)
    assert sum(ident.startswith("notification-") for ident in ids(drafts)) == 5
    (reason,) = why(drafts, "tpl.notification", None)
    assert reason == "only the first 5 states are drafted for, and not Kenya, Peru"


def test_without_a_known_state_the_addressee_is_a_blank():
    drafts, _ = drafted(origin__territories=None, transit__territories=None)
    draft = the(drafts, "notification")
    assert draft.addressee is None
    assert "the state to which it goes" in draft.blanks


def test_a_missing_fact_is_a_marked_blank_and_a_known_one_is_said():
    drafts, _ = drafted(effect__kinds=None)
    draft = the(drafts, "notification-che")
    cells = stated(draft)
    assert cells["What it did"] == Blank("What it did", "[ to fill in: What it did ]")
    assert cells["Status"] == Text("ongoing")
    assert cells["Began"] == Text("2026-03-01 22:00 UTC", ltr=True)
    assert "What it did" in draft.blanks


def test_a_disputed_fact_is_a_blank_to_be_settled_and_neither_side_of_it_is_told():
    made = drafts_of_two_accounts()
    status = shown(stated(the(made, "notification-che"))["Status"])
    assert status == "[ to fill in: Status (disputed: settle it first) ]"
    assert "contained" not in text_of(the(made, "notification-che"))
    assert "contained (another desk)" in text_of(the(made, "sitrep"))


def drafts_of_two_accounts():
    other = claims(incident__status="contained")[0]
    return drafted(more=(msgspec.structs.replace(other, said_by="another desk"),))[0]


def test_servers_in_the_own_state_of_the_victim_concern_no_other_state():
    drafts, _ = drafted(
        cross_border=False, origin__territories=("EST",), transit__territories=("EST",)
    )
    assert {draft.template for draft in outside(drafts)} == {
        "tpl.assistance",
        "tpl.public_statement",
    }


def test_a_known_state_of_origin_calls_for_a_note_without_a_word_on_borders():
    drafts, _ = drafted(cross_border=None)
    assert {"note-verbale-che", "mitigation-che", "information-che"} <= set(ids(drafts))


def test_a_note_verbale_speaks_of_the_state_by_name_since_it_goes_to_a_mission_or_ministry():
    drafts, _ = drafted()
    note = text_of(the(drafts, "note-verbale-che"))
    assert "in the territory of Switzerland" in note
    assert "legal position of Estonia" in note
    assert "addressee" not in note.partition("Before release")[0].lower()


def test_consultations_are_asked_for_only_between_participating_states():
    drafts, _ = drafted()
    assert "consultation-che" in ids(drafts)
    assert "consultation-bra" not in ids(drafts)
    assert why(drafts, "tpl.consultation", "Brazil") == ["Brazil is not in OSCE"]


@pytest.mark.parametrize(
    ("changed", "template"),
    [
        (
            {"cross_border": False, "origin__territories": (), "transit__territories": ()},
            "tpl.notification",
        ),
        ({"incident__status": "closed"}, "tpl.mitigation"),
        ({"victim__is_ci": False, "effect__serious": False}, "tpl.assistance"),
    ],
)
def test_a_document_that_the_facts_do_not_call_for_is_not_drafted_and_the_list_says_why(
    changed, template
):
    drafts, _ = drafted(**changed)
    assert template not in {draft.template for draft in drafts.drafts}
    assert any("do not call for it" in reason for reason in why(drafts, template))


def test_an_open_rule_drafts():
    drafts, _ = drafted(cross_border=None, victim__is_ci=None)
    assert "assistance" in ids(drafts)
    assert "notification-che" in ids(drafts)


def test_an_unverified_report_gives_internal_drafts_only():
    drafts, _ = drafted(report__verified=None)
    assert {draft.audience for draft in drafts.drafts} == {"internal"}
    kept = {t.id for t in shipped().templates.values() if t.audience in TOLD}
    assert {row.template for row in drafts.withheld} == kept
    (why,) = {row.why for row in drafts.withheld}
    assert "has not been verified" in why


def test_every_draft_says_that_it_is_one_and_bears_the_marking_of_the_dossier():
    drafts, dossier = drafted()
    for draft in drafts.drafts:
        assert draft.status == "DRAFT, NOT RELEASED"
        assert draft.marking == dossier.marking
        assert any("decision of the releasing officer" in line for line in draft.before_release)


def test_notification_and_note_verbale_say_that_they_attribute_nothing():
    drafts, _ = drafted()
    for ident in ("notification-che", "note-verbale-che", "mitigation-che", "information-che"):
        assert "does not constitute attribution" in text_of(the(drafts, ident))


def test_no_draft_says_that_a_norm_was_violated():
    drafts, _ = drafted()
    for draft in drafts.drafts:
        assert "violat" not in text_of(draft).casefold()


def test_the_internal_report_quotes_the_material_and_the_external_ones_do_not():
    drafts, _ = drafted()
    assert "A service stopped." in text_of(the(drafts, "sitrep"))
    for draft in outside(drafts):
        assert "A service stopped." not in text_of(draft)
        assert "Outage" not in text_of(draft)


def test_the_sector_leaves_only_with_consent_and_only_in_words_of_a_list():
    def sector(**changed):
        drafts, _ = drafted(**changed)
        return stated(the(drafts, "notification-che"))["Sector"]

    assert sector(victim__sector="energy", victim__consents_to_sharing=True) == Text("energy")
    assert isinstance(sector(victim__sector="energy"), Blank)
    assert isinstance(sector(victim__sector="energy", victim__consents_to_sharing=False), Blank)
    named = sector(victim__sector="Acme Water of Tallinn", victim__consents_to_sharing=True)
    assert isinstance(named, Blank)
    assert "Acme" not in named.shown


def test_the_same_input_gives_the_same_drafts():
    assert drafted() == drafted()


RED = [TLP_2_IDS[Tlp.RED]]


def received_fact(name, value, **incident):
    claim = {"name": name, "value": value, "state": "known", "said_by": "Partner service",
             "said_at": "2026-03-01T00:00:00Z"}  # fmt: skip
    extension = {"extension_type": "property-extension", "facts": [claim]}
    return {**INCIDENT, "extensions": {COMITY: extension}, **incident}


@pytest.mark.parametrize("refs", [RED, [TLP_2_IDS[Tlp.AMBER]], None])
def test_a_fact_out_of_what_may_not_leave_is_a_blank_outside_and_told_inside(refs):
    marked = {"object_marking_refs": refs} if refs else {}
    incident = received_fact("effect.kinds", ["espionage"], **marked)
    drafts, _ = drafted([incident], effect__kinds=None)
    cells = stated(the(drafts, "notification-che"))
    assert "only received as what may not leave" in shown(cells["What it did"])
    assert all("espionage" not in text_of(draft) for draft in outside(drafts))
    assert "espionage" in text_of(the(drafts, "sitrep"))


def test_what_our_own_people_say_too_is_told():
    incident = received_fact("effect.kinds", ["espionage"], object_marking_refs=RED)
    drafts, _ = drafted([incident], effect__kinds=("espionage",))
    assert shown(stated(the(drafts, "notification-che"))["What it did"]) == "espionage"


def test_a_state_that_is_concerned_only_by_what_may_not_leave_is_not_written_to():
    incident = received_fact("transit.territories", ["JPN"], object_marking_refs=RED)
    drafts, _ = drafted([incident], transit__territories=None)
    assert not any(ident.endswith("-jpn") for ident in ids(drafts))
    assert "notification-che" in ids(drafts)
    assert why(drafts, "tpl.notification", "Japan") == [
        "that it is concerned is only received as what may not leave"
    ]


def test_the_state_of_the_victim_is_never_among_those_left_out():
    many = ("RUS", "CHN", "PRK", "IRN", "BLR", "SYR")
    drafts, _ = drafted(own="FIN", origin__territories=many, transit__territories=None)
    assert "notification-est" in ids(drafts)


def test_the_victims_own_state_is_told_that_it_was_hit_and_not_asked_to_mitigate():
    drafts, _ = drafted(own="FIN", origin__territories=("EST", "CHE"))
    text = text_of(the(drafts, "notification-est"))
    assert "An entity in the territory of the addressee" in text
    assert "emanate from" not in text
    assert "mitigation-est" not in ids(drafts)


def test_a_fact_that_does_not_agree_with_others_is_a_blank_and_words_are_written_for_people():
    drafts, _ = drafted(
        incident__occurred_at=dt.datetime(2199, 1, 1, tzinfo=dt.UTC),
        vector__kinds=("supply_chain",),
    )
    note = text_of(the(drafts, "note-verbale-che"))
    assert "2199" not in note
    assert "Began (does not agree with other facts: settle it first)" in note
    assert shown(stated(the(drafts, "notification-che"))["Way in"]) == "supply chain"
