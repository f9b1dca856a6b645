"""Whatever is planted wherever in the material: no draft to the outside holds it."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity.documents.drafts.docx import draft_docx
from comity.documents.drafts.gate import ActorNames
from comity.documents.drafts.html import draft_page
from comity.documents.drafts.model import text_of
from comity.documents.drafts.pdf import draft_pdf
from tests.documents.drafts.samples import (
    INCIDENT,
    Thing,
    drafted,
    indicator,
    link,
    outside,
    thing,
)
from tests.documents.drafts.test_renderings import docx_text, pdf_text

NAME, ALIAS, CAMPAIGN, SPONSOR = "Velvet Heron", "VH-94", "Operation Lantern", "Bureau Nine"
GIVEN = "Grey Curlew"  # known to whoever calls, not named in the material
NAMES = (NAME, ALIAS, CAMPAIGN, SPONSOR, GIVEN)
HOST, ADDRESS, MAIL = "water-board-tallinn.ee", "45.77.1.9", "soc@water-board-tallinn.ee"
VICTIMS = (HOST, ADDRESS, MAIL)

planted = st.one_of(
    st.sampled_from((*NAMES, *VICTIMS)),
    st.sampled_from((*NAMES, *VICTIMS)).map(str.upper),
    st.sampled_from(NAMES).map(lambda name: name.replace(" ", "-")),
    st.sampled_from((*NAMES, *VICTIMS)).map(lambda text: f"seen: {text}; energy"),
)


def material(text: str) -> list[Thing]:
    """An incident with actors and a victim, and ``text`` in every place that takes text."""
    incident = {**INCIDENT, "name": text, "description": f"{text}. {text}", "labels": [text]}
    victim = thing(
        "identity", 2, name=text, identity_class="organization", sectors=[text],
        contact_information=MAIL, description=text,
    )  # fmt: skip
    place = thing("location", 4, name=text, country="EE", city=text, region=text)
    actor = thing("threat-actor", 5, name=NAME, aliases=[ALIAS], description=text)
    campaign = thing("campaign", 6, name=CAMPAIGN)
    sponsor = thing("identity", 7, name=SPONSOR, identity_class="organization")
    host = thing("domain-name", 8, value=HOST)
    address = thing("ipv4-addr", 9, value=ADDRESS)
    mail = thing("email-addr", 10, value=MAIL)
    plain = "".join(c for c in text if c.isalnum() or c in ".-@").strip(".-") or "x"
    return [
        incident, victim, place, actor, campaign, sponsor, host, address, mail,
        link(20, "targets", incident, victim),
        link(21, "located-at", victim, place),
        link(22, "attributed-to", actor, sponsor),
        link(23, "related-to", host, victim),
        link(24, "related-to", address, victim),
        link(25, "related-to", mail, victim),
        indicator(30, f"[domain-name:value = '{HOST}']", name=text, description=text),
        indicator(31, f"[ipv4-addr:value = '{ADDRESS}']", name=text, labels=[text]),
        indicator(32, f"[email-addr:value = '{MAIL}']"),
        indicator(33, f"[url:value = 'http://evil-site.net/{plain}']", name=text),
        indicator(34, f"[domain-name:value = '{plain.replace('@', '-')}.evil-site.net']"),
        indicator(35, "[ipv4-addr:value = '45.76.3.4']", name=text, description=text),
    ]  # fmt: skip


def leaks(text: str) -> list[str]:
    plain = text.casefold().replace("[.]", ".").replace("[:]", ":")
    return [*ActorNames(NAMES).in_text(text), *(secret for secret in VICTIMS if secret in plain)]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=planted, sector=planted, consents=st.sampled_from([True, False, None]))
def test_no_planted_name_or_address_is_in_any_draft_to_the_outside(text, sector, consents):
    drafts, _ = drafted(
        material(text), names=(GIVEN,),
        victim__sector=sector, victim__consents_to_sharing=consents, victim__state=None,
    )  # fmt: skip
    made = outside(drafts)
    assert len(made) > 5
    for draft in made:
        assert leaks(text_of(draft)) == []
    assert any("45[.]76[.]3[.]4" in text_of(draft) for draft in made)


def test_no_form_of_a_draft_holds_more_than_its_value():
    drafts, _ = drafted(material(NAME), names=(GIVEN,))
    for draft in outside(drafts)[:3]:
        assert leaks(draft_page(draft).decode()) == []
        assert leaks(docx_text(draft_docx(draft))) == []
        assert leaks("".join(pdf_text(draft_pdf(draft)))) == []


def test_the_check_would_find_a_name_in_a_draft():
    drafts, _ = drafted(material(NAME))
    (report,) = (draft for draft in drafts.drafts if draft.id == "sitrep")
    assert NAME in leaks(text_of(report))


def test_a_state_code_that_is_a_name_is_written_to_nobody():
    drafts, _ = drafted(material("x"), origin__territories=("VH-94",))
    assert not any("VH-94" in text_of(draft) for draft in outside(drafts))
    reasons = {row.why for row in drafts.withheld if row.addressee == "VH-94"}
    assert any("would name an actor" in reason for reason in reasons)


def test_an_alias_that_is_a_common_word_does_not_silence_a_state():
    common = ["the", "Switzerland", "CHE", "Document", "TLP", "2026", "00", "CASE", "yes", "UTC"]
    actor = thing("threat-actor", 5, name="State", aliases=common)
    drafts, _ = drafted([INCIDENT, actor])
    assert any(draft.id == "notification-che" for draft in drafts.drafts)


def test_what_is_not_valid_now_or_common_stays_and_pushes_nothing_live_out():
    old = [
        indicator(n, f"[ipv4-addr:value = '45.77.1.{n}']",
                  valid_from="2026-02-20T00:00:00Z", valid_until="2026-02-21T00:00:00Z")
        for n in range(10, 22)
    ]  # fmt: skip
    later = indicator(40, "[ipv4-addr:value = '45.77.2.1']", valid_from="2031-01-01T00:00:00Z")
    common = indicator(41, "[domain-name:value = 'Common-Site.net']")
    live = indicator(42, "[ipv4-addr:value = '45.77.3.1']", valid_from="2025-01-01T00:00:00Z")
    drafts, _ = drafted([INCIDENT, *old, later, common, live], common={"common-site.net"})
    text = text_of(next(draft for draft in drafts.drafts if draft.id == "mitigation-che"))
    assert "45[.]77[.]3[.]1" in text
    assert "45[.]77[.]1[.]" not in text
    assert {row.why: row.count for row in drafts.left_out} == {
        "they are not valid at this moment": 13,
        "they stand on a list of common values: a person has to decide": 1,
    }


def test_no_more_than_ten_indicators_leave_and_the_others_are_counted():
    many = [indicator(n, f"[ipv4-addr:value = '45.77.1.{n}']") for n in range(10, 30)]
    drafts, _ = drafted([INCIDENT, *many])
    draft = next(draft for draft in drafts.drafts if draft.id == "mitigation-che")
    assert text_of(draft).count("45[.]77[.]1[.]") == 10
    assert [(row.count, row.why) for row in drafts.left_out] == [(10, "a draft carries at most 10")]


def test_a_public_statement_and_an_internal_report_list_no_indicators():
    drafts, _ = drafted(
        [INCIDENT, indicator(9, "[ipv4-addr:value = '45.77.1.9']")], incident__significant=True
    )
    public = next(draft for draft in drafts.drafts if draft.audience == "public")
    assert "45" not in text_of(public).replace(public.id, "")
