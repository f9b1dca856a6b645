"""What the browser is told, and what it is not let do."""

import re
import sqlite3

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.test import Client, RequestFactory

from comity.access.roles import Role
from comity.record.proof import check
from tests.node_cast import PASSWORD, account, browser


def policy(answer):
    parts = (part.split() for part in answer["Content-Security-Policy"].split(";"))
    return {words[0]: words[1:] for words in parts}


@pytest.mark.parametrize("path", ["/", "/incidents/", "/incidents/new", "/record/", "/search?q=a"])
def test_no_script_runs_but_what_carries_the_nonce_of_this_answer(owner, path):
    answer = owner.get(path)
    rules = policy(answer)
    assert rules["default-src"] == ["'none'"]
    assert rules["frame-ancestors"] == ["'none'"]
    assert not {"'unsafe-inline'", "'unsafe-eval'", "'self'", "*"} & set(
        rules.get("script-src", [])
    )
    body = answer.content.decode()
    assert not re.search(r"\son\w+=", body)
    assert 'style="' not in body


def test_the_sign_in_page_has_a_fresh_nonce_each_time(home):
    found = {re.findall(r'nonce="([^"]+)"', browser().get("/accounts/login/").content.decode())[0]
             for _ in range(2)}  # fmt: skip
    assert len(found) == 2


def test_a_form_from_elsewhere_is_refused(home):
    client = Client(enforce_csrf_checks=True)
    client.force_login(
        account("Owner", Role.DUTY_OFFICER), "allauth.account.auth_backends.AuthenticationBackend"
    )
    assert client.post("/incidents/new", {"title": "x"}).status_code == 403


def test_no_page_of_a_case_stays_in_a_cache(owner, incident):
    for path in ("/", f"/incidents/{incident.key}/", "/record/"):
        assert owner.get(path)["Cache-Control"] == "no-store"


def test_a_damaged_record_is_said_in_a_sentence(owner, incident, home):
    (home / "keys" / "log.pem").unlink()
    said = {"data.personal": "yes", "source": "call at ten"}
    answer = owner.post(f"/incidents/{incident.key}/facts", said)
    assert answer.status_code == 503
    assert "keys of the record are missing" in answer.content.decode()


def test_a_body_that_is_too_large_is_refused_before_it_is_read(home, owner):
    assert browser().post("/accounts/login/", {"login": "x" * (2 << 20)}).status_code == 413
    huge = owner.generic("POST", "/incidents/new", b"", CONTENT_LENGTH=str(1 << 40))
    assert huge.status_code == 413


def test_the_proof_of_an_entry_takes_the_rights_of_its_kind(incident, record):
    imports = next(e.index for e in record.entries() if b'"kind":"import"' in e.payload)
    lawyer = browser(account("Lawyer", Role.LEGAL))
    assert lawyer.get(f"/record/{imports}/proof").status_code == 403
    assert "for other roles" in lawyer.get("/record/").content.decode()
    assert (
        browser(account("Analyst", Role.ANALYST)).get(f"/record/{imports}/proof").status_code == 200
    )


def test_nobody_signs_up(home):
    answer = browser().get("/accounts/signup/")
    assert answer.status_code in (302, 403)


def test_a_password_alone_does_not_sign_in_to_an_account_with_a_second_factor(home):
    account("Owner", Role.DUTY_OFFICER)
    client = browser()
    answer = client.post("/accounts/login/", {"login": "owner@example.org", "password": PASSWORD})
    assert answer["Location"] == "/accounts/2fa/authenticate/"
    assert client.get("/incidents/").status_code == 302


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(home):
    account("Owner")

    def said(address):
        answer = browser().post("/accounts/login/", {"login": address, "password": "wrong"})
        page = re.sub(r'value="[^"]*"|nonce="[^"]*"', "", answer.content.decode())
        return answer.status_code, page.replace(address, "")

    assert said("owner@example.org") == said("nobody@example.org")


def test_whoever_guesses_passwords_is_stopped(home):
    account("Owner")
    client = browser()
    answers = [
        client.post("/accounts/login/", {"login": "owner@example.org", "password": f"guess {n}"})
        for n in range(12)
    ]
    assert "Too many failed login attempts" in answers[-1].content.decode()


def test_dangerous_acts_ask_for_the_password_again(home):
    administrator = browser(account("Administrator", Role.ADMINISTRATOR))
    answer = administrator.get("/people/invite")
    assert answer.status_code == 302
    assert "reauthenticate" in answer["Location"]


def test_the_proof_of_an_entry_can_be_checked_without_the_node(owner, incident, record):
    index = incident.dossier_entry
    body = owner.get(f"/record/{index}/proof").content
    assert str(index) in str(check(body, None))


def test_the_record_page_says_whether_everything_holds(owner, incident, home):
    assert "holds" in owner.post("/record/").content.decode()
    database = home / "record" / "log.db"
    with sqlite3.connect(database) as log:
        log.execute("UPDATE entries SET entry = zeroblob(32) WHERE idx = 1")
    assert "damaged" in owner.post("/record/").content.decode()


def test_a_session_from_before_the_second_factor_ends_when_it_is_set_up(home):
    person = account("Colleague", Role.DUTY_OFFICER, second_factor=False)
    thief, owner = browser(person), browser(person)
    assert thief.get("/second-factor").status_code == 200
    # As django-allauth does when an app is set up in the session of ``owner``.
    request = RequestFactory().get("/")
    request.session, request.user = owner.session, person
    made = Authenticator.objects.create(
        user=person, type="totp", data={"secret": generate_totp_secret()}
    )
    authenticator_added.send(Authenticator, request=request, user=person, authenticator=made)
    request.session.save()
    assert thief.get("/")["Location"].startswith("/accounts/login/")
    owner.cookies["sessionid"] = request.session.session_key
    assert owner.get("/").status_code == 200
