"""A document of a classified incident: its marking, what the officer is shown, where it may go."""

import pytest

from comity.access.roles import Role
from comity.node.models import Account, Entry
from tests.api.asking import ask, token_of
from tests.markings import TOML, bundle, carried, set_up
from tests.node_cast import account, browser, cleared, upload
from tests.web.test_documents import complete, decide, release, take_up, text

GUARDED = "GUARDED (Demoland)"
OFFICE = """
[addressees."{name}"]
clearances = [{{ scheme = "Demoland", level = "GUARDED" }}]
"""


@pytest.fixture
def page(home, owner, verified):
    """A document that was taken up before the incident became classified."""
    page = take_up(owner, verified, "mitigation-fra")
    set_up(home)
    cleared(Account.objects.get(name="Owner"), "GUARDED")
    report = bundle(carried("GUARDED")["a label"])
    owner.post(f"/incidents/{verified.key}/reports", {"reports": [upload("r.json", report.data)]})
    return page


@pytest.fixture
def officer(page):
    return browser(cleared(account("Officer", Role.RELEASING), "SEALED"))


def addressee(client, page):
    key, document = page.split("/")[2], page.split("/")[4]
    token = token_of(client)
    return ask("GET", f"incidents/{key}/documents/{document}", token).done()["draft"]["addressee"]


def test_the_levels_of_the_schemes_are_offered_beside_the_tlp(owner, page):
    shown = owner.get(page).content.decode()
    for marking in ("TLP:GREEN", "LOCAL (Demoland)", GUARDED, "BLACK (Farland)"):
        assert f'<option value="{marking}"' in shown
    assert complete(owner, page, marking="TOP (Demoland)").status_code == 422
    assert complete(owner, page, marking=GUARDED).status_code == 302


def test_on_an_incident_that_is_not_classified_they_are_not(home, owner, verified):
    set_up(home)
    page = take_up(owner, verified, "mitigation-fra")
    assert GUARDED not in owner.get(page).content.decode()
    assert complete(owner, page, marking=GUARDED).status_code == 422


@pytest.mark.parametrize(
    ("marking", "lower"),
    [
        ("TLP:RED", True),
        ("LOCAL (Demoland)", True),
        (GUARDED, False),
        ("SEALED (Demoland)", False),
    ],
)
def test_a_marking_that_says_less_than_the_incident_is_shown_to_whoever_decides(
    owner, officer, page, marking, lower
):
    assert complete(owner, page, marking=marking).status_code == 302
    assert ("marked lower than the incident" in text(officer.get(page))) is lower
    found = ask("GET", page.strip("/"), token_of(Account.objects.get(name="Officer"))).done()
    assert found["not_reached"] == ([GUARDED] if lower else [])


def test_it_goes_to_an_addressee_whose_clearance_the_operator_names_and_to_no_other(
    home, owner, officer, page
):
    assert complete(owner, page, marking=GUARDED).status_code == 302
    assert decide(officer, page).status_code == 302
    answer = release(officer, page)
    assert answer.status_code == 403
    assert "has no clearance known to be equivalent to GUARDED (Demoland)" in text(answer)
    name = addressee(Account.objects.get(name="Owner"), page)
    set_up(home, TOML + OFFICE.format(name=name))
    assert release(officer, page).status_code == 302
    assert Entry.objects.filter(kind="release").exists()


def test_a_level_that_the_file_no_longer_knows_leaves_nowhere(home, owner, officer, page):
    assert complete(owner, page, marking=GUARDED).status_code == 302
    assert decide(officer, page).status_code == 302
    name = addressee(Account.objects.get(name="Owner"), page)
    set_up(home, 'schemes.Farland.levels = ["BLUE"]\naddressees."' + name + '".clearances = []')
    answer = release(officer, page)
    assert answer.status_code == 403
    assert "The gate keeps it in" in text(answer)
