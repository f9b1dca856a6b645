"""Sign-on by OpenID Connect: who gets in, who does not, and what the node asks all the same."""

import html
import re
import urllib.parse
import urllib.request

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache

from comity.access.roles import Actor, Role
from comity.access.sign_on_file import Oidc
from comity.node.invitations import close
from comity.node.models import Account
from comity.node.sign_on import configured
from tests.browser.person import code
from tests.node_cast import BACKEND, PASSWORD, account, browser
from tests.oidc_provider import SECRET, Key, honest_provider, provider

START, TIE = "/accounts/sign-on/ministry/", "/accounts/identities/ministry/tie"


@pytest.fixture(scope="module")
def running():
    with provider() as told:
        yield told


@pytest.fixture
def ministry(running, home):
    """The provider, set up at this node, and honest until told otherwise."""
    running.__init__(running.url)
    set_up(home, running.url)
    return running


def set_up(home, issuer):
    (home / "sign-on.secret").write_text(f"{SECRET}\n")
    (home / "sign-on.toml").write_text(
        f'[ministry]\nkind = "oidc"\nname = "Ministry (test)"\nissuer = "{issuer}"\n'
        'client_id = "comity"\nclient_secret_file = "sign-on.secret"\n'
    )


def leave(client, path=START, **form):
    """Press the button; the address that the browser is sent on to."""
    answer = client.post(path, form)
    assert answer.status_code == 200, answer.headers
    (found,) = re.findall(r'http-equiv="refresh" content="0; url=([^"]+)"', body(answer))
    return html.unescape(found)


def body(answer):
    return answer.content.decode()


def sign_on(client, ministry, **form):
    return client.get(ministry.send_back(leave(client, **form)))


def reauthenticate(client):
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})


def tied(ministry, client):
    """The client's account, tied to the identity at the ministry."""
    reauthenticate(client)
    answer = client.get(ministry.send_back(leave(client, TIE)))
    assert answer["Location"] == "/accounts/identities/"
    return client


@pytest.fixture
def owner(owner, ministry):
    return tied(ministry, owner)


def refused(answer):
    return answer.status_code == 403 and "Signing on did not work" in body(answer)


def test_whoever_tied_an_identity_signs_on_with_it_and_is_asked_for_the_second_factor(
    owner, ministry
):
    client = browser()
    assert sign_on(client, ministry)["Location"] == "/accounts/2fa/authenticate/"
    assert 'id="id_code"' in body(client.get("/accounts/2fa/authenticate/"))
    for path in ("/", "/incidents/", "/accounts/identities/", "/tokens/"):
        assert client.get(path)["Location"].startswith("/accounts/login/"), path


def test_without_a_second_factor_sign_on_opens_nothing_but_setting_one_up(owner, ministry):
    person = Account.objects.get()
    Authenticator.objects.filter(user=person).delete()
    client = browser()
    sign_on(client, ministry)
    assert client.get("/incidents/")["Location"] == "/second-factor"
    # Setting one up asks for the password: the provider's word is not enough.
    assert "reauthenticate" in client.get("/accounts/2fa/totp/activate/")["Location"]


def test_an_identity_that_nobody_tied_opens_nothing_and_makes_no_account(ministry, home):
    account("Owner", Role.DUTY_OFFICER)
    ministry.says = {"email": "owner@example.org", "email_verified": True, "name": "Owner"}
    client = browser()
    answer = sign_on(client, ministry)
    assert answer.status_code == 403
    assert "No account is tied to this identity" in body(answer)
    assert Account.objects.count() == 1
    assert not SocialAccount.objects.exists()
    assert client.get("/")["Location"].startswith("/accounts/login/")


def test_the_provider_is_asked_for_the_subject_alone(ministry, home):
    asked = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(leave(browser())).query))
    assert asked["scope"] == "openid"
    assert asked["code_challenge_method"] == "S256"
    assert SECRET not in str(asked)


def test_nothing_of_the_provider_is_kept_but_a_hash(owner):
    (kept,) = SocialAccount.objects.values("uid", "extra_data")
    assert re.fullmatch("[0-9a-f]{64}", kept["uid"])
    assert kept["extra_data"] == {}


def test_the_way_back_goes_through_a_page_of_ours_where_the_cookie_is_missing(owner, ministry):
    client = browser()
    address = ministry.send_back(leave(client))
    asked = len(ministry.asked)
    answer = browser().get(address)  # as the browser does that comes from another site
    (again,) = re.findall(r'content="0; url=([^"]+)"', body(answer))
    assert "sessionid" not in answer.cookies
    assert len(ministry.asked) == asked
    back = client.get(html.unescape(again))
    assert back["Location"] == "/accounts/2fa/authenticate/"


@pytest.mark.parametrize(
    "says",
    [
        {"nonce": "of another sign-on"},
        {"nonce": "\u00e9"},
        {"nonce": None},
        {"iss": "https://elsewhere.example.org"},
        {"aud": "another client"},
        {"aud": ["comity", "another client"]},
        {"aud": ["comity", "another client"], "azp": "another client"},
        {"azp": "another client"},
        {"exp": 1_700_000_000},
        {"exp": None},
        {"iat": None},
        {"iat": 4_000_000_000},
        {"nbf": 4_000_000_000},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
    ],
    ids=str,
)
def test_a_token_that_says_something_else_is_refused(owner, ministry, says, caplog):
    ministry.says = says
    client = browser()
    assert refused(sign_on(client, ministry))
    assert "the ID token" in caplog.text
    assert client.get("/")["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("alg", ["none", "HS256", "RS1", ""])
def test_a_token_without_a_signature_of_the_provider_is_refused(owner, ministry, alg, caplog):
    ministry.alg = alg
    assert refused(sign_on(browser(), ministry))
    assert "the ID token does not hold" in caplog.text


@pytest.mark.parametrize("kid", ["one", "two"])
def test_a_token_that_somebody_else_signed_is_refused(owner, ministry, kid, caplog):
    ministry.key = Key(kid)
    assert refused(sign_on(browser(), ministry))
    assert "the ID token does not hold" in caplog.text


def test_an_answer_that_names_no_question_is_refused(ministry, home):
    assert refused(browser().get(f"{START}back"))
    assert refused(browser().get(f"{START}back?code=x"))


@pytest.mark.parametrize("changed", [{"state": "of nobody"}, {"iss": "https://other.example.org"}])
def test_an_answer_to_another_question_is_refused(owner, ministry, changed):
    client = browser()
    back = ministry.send_back(leave(client), **changed)
    assert refused(client.get(f"{back}&again="))


def test_an_answer_counts_in_the_browser_that_set_out_and_once(owner, ministry):
    client = browser()
    back = f"{ministry.send_back(leave(client))}&again="
    assert refused(browser().get(back))
    assert client.get(back)["Location"] == "/accounts/2fa/authenticate/"
    assert refused(client.get(back))


def test_whoever_says_no_at_the_provider_is_told_what_to_do(ministry, home, caplog):
    client = browser()
    query = urllib.parse.parse_qs(urllib.parse.urlsplit(leave(client)).query)
    answer = client.get(
        "/accounts/sign-on/ministry/back",
        {"error": "access_denied\nfaked line", "state": query["state"][0]},
    )
    assert refused(answer)
    assert "access_denied\\nfaked line" in caplog.text


@pytest.mark.parametrize(
    "more",
    [
        {"issuer": "https://elsewhere.example.org"},
        {"token_endpoint": "http://elsewhere.example.org/token"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"jwks_uri": "file:///etc/passwd"},
        {"jwks_uri": 7},
    ],
    ids=str,
)
def test_a_provider_whose_addresses_are_not_safe_is_not_used(ministry, home, more):
    ministry.more = more
    answer = browser().post(START)
    assert refused(answer)
    assert ministry.asked == ["/.well-known/openid-configuration"]


def test_a_provider_that_does_not_answer_is_said_in_a_sentence(home, caplog):
    set_up(home, "http://localhost:1")
    answer = browser().post(START)
    assert answer.status_code == 503
    assert "Your password works as before" in body(answer)
    assert SECRET not in caplog.text


def test_a_wrong_secret_opens_nothing_and_is_not_in_the_log(owner, ministry, home, caplog):
    (home / "sign-on.secret").write_text("another secret")
    answer = sign_on(browser(), ministry)
    assert answer.status_code == 503
    assert "another secret" not in caplog.text + body(answer)


def test_a_provider_may_want_the_secret_in_the_header(owner, ministry):
    ministry.more = {"token_endpoint_auth_methods_supported": ["client_secret_basic"]}
    cache.clear()
    assert sign_on(browser(), ministry)["Location"] == "/accounts/2fa/authenticate/"


def test_the_secret_and_the_code_follow_no_redirect(owner, ministry):
    ministry.more = {"token_endpoint": f"{ministry.url}/moved"}
    cache.clear()
    assert sign_on(browser(), ministry).status_code == 503
    assert ministry.asked[-1] == "/moved"


def test_the_provider_is_not_asked_anew_by_everybody_who_presses_the_button(ministry, home):
    cache.clear()
    for _ in range(3):
        leave(browser())
    assert ministry.asked == ["/.well-known/openid-configuration"]


def test_whoever_presses_the_button_too_often_is_stopped(ministry, home):
    client = browser()
    answers = [client.post(START).status_code for _ in range(40)]
    assert answers[0] == 200
    assert answers[-1] == 429


def test_nobody_is_sent_to_another_site_after_signing_on(owner, ministry, home):
    client = browser()
    person = Account.objects.get()
    Authenticator.objects.filter(user=person).delete()
    answer = sign_on(client, ministry, next="https://evil.example.org/")
    assert answer["Location"] == "/"


# -- tying ------------------------------------------------------------------------------------


def test_tying_takes_the_password_again_and_goes_on_after_it(ministry, home):
    client = browser(account("Owner", Role.DUTY_OFFICER))
    asked = client.post(TIE)["Location"]
    assert asked.startswith("/accounts/reauthenticate/")
    assert ministry.asked == []
    address = leave(client, asked, password=PASSWORD)
    assert client.get(ministry.send_back(address))["Location"] == "/accounts/identities/"
    assert SocialAccount.objects.count() == 1


def test_tying_takes_both_factors(ministry, home):
    client = browser(account("Owner", Role.DUTY_OFFICER, second_factor=False))
    assert client.post(TIE)["Location"] == "/second-factor"


def test_tying_and_untying_end_every_other_session(ministry, home):
    person = account("Owner", Role.DUTY_OFFICER)
    client, other = browser(person), browser(person)
    tied(ministry, client)
    assert client.get("/").status_code == 200
    assert other.get("/")["Location"].startswith("/accounts/login/")
    person.refresh_from_db()
    other = browser(person)
    assert "Ministry (test)" in body(client.get("/accounts/identities/"))
    client.post(f"/accounts/identities/{SocialAccount.objects.get().pk}/untie")
    assert client.get("/").status_code == 200
    assert other.get("/")["Location"].startswith("/accounts/login/")
    assert browser().get(START).status_code == 405
    assert sign_on(browser(), ministry).status_code == 403


def test_an_identity_opens_one_account_only(owner, ministry, home):
    colleague = browser(account("Colleague", Role.LEGAL))
    reauthenticate(colleague)
    colleague.get(ministry.send_back(leave(colleague, TIE)))
    assert SocialAccount.objects.get().user.name == "Owner"
    assert "opens another account here" in body(colleague.get("/"))


def test_nobody_ties_their_identity_to_the_account_of_somebody_else(ministry, home):
    """The answer to a tying that another person began, or that began before another signed in."""
    thief, owner = browser(account("Thief")), browser(account("Owner", Role.DUTY_OFFICER))
    reauthenticate(thief)
    reauthenticate(owner)
    back = ministry.send_back(leave(thief, TIE))
    owner.get(f"{back}&again=")
    assert not SocialAccount.objects.exists()
    thief.force_login(Account.objects.get(name="Owner"), BACKEND)
    thief.get(back)
    assert not SocialAccount.objects.exists()


def test_a_tie_is_for_the_account_that_asked_while_it_has_both_factors(ministry, home):
    person = account("Owner", Role.DUTY_OFFICER)
    client = browser(person)
    reauthenticate(client)
    back = ministry.send_back(leave(client, TIE))
    session = client.session
    for state, _at, _provider in session["socialaccount_states"].values():
        state["account"] = str(account("Thief").key)
    session.save()
    assert client.get(back)["Location"] == "/accounts/login/"
    back = ministry.send_back(leave(client, TIE))
    Authenticator.objects.filter(user=person).delete()
    assert client.get(back)["Location"] == "/accounts/login/"
    assert not SocialAccount.objects.exists()


def test_nobody_unties_what_is_not_theirs(owner, home):
    colleague = browser(account("Colleague", Role.LEGAL))
    reauthenticate(colleague)
    key = SocialAccount.objects.get().pk
    assert colleague.post(f"/accounts/identities/{key}/untie").status_code == 302
    assert SocialAccount.objects.exists()
    assert "reauthenticate" in browser(Account.objects.get(name="Owner")).post(
        f"/accounts/identities/{key}/untie"
    )["Location"]  # fmt: skip


def test_without_a_password_the_second_factor_is_asked_for_again_and_the_only_way_in_stays(owner):
    person = Account.objects.get()
    person.set_unusable_password()
    person.save()
    client = browser(person)
    path = f"/accounts/identities/{SocialAccount.objects.get().pk}/untie"
    asked = client.post(path)["Location"]
    assert asked.startswith("/accounts/2fa/reauthenticate/")
    secret = Authenticator.objects.get().data["secret"]
    answer = client.post(asked, {"code": code(secret)})
    assert answer.status_code == 422
    assert "the only way into your account" in body(answer)
    assert SocialAccount.objects.exists()


def test_whoever_takes_long_at_the_provider_is_asked_for_the_password_before_it_is_tied(
    ministry, home, settings
):
    client = browser(account("Owner", Role.DUTY_OFFICER))
    reauthenticate(client)
    back = ministry.send_back(leave(client, TIE))
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
    asked = client.get(back)["Location"]
    assert asked == "/accounts/reauthenticate/"
    assert not SocialAccount.objects.exists()
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
    client.post(asked, {"password": "wrong"})
    assert not SocialAccount.objects.exists()
    assert client.post(asked, {"password": PASSWORD})["Location"] == "/accounts/identities/"
    assert SocialAccount.objects.get().user.name == "Owner"


def test_a_closed_account_is_not_signed_on_to(owner, ministry, home):
    person = Account.objects.get()
    person.is_active = False
    person.save()
    assert sign_on(browser(), ministry).status_code == 403
    person.is_active = True
    person.save()
    administrator = account("Administrator", Role.ADMINISTRATOR)
    actor = Actor(
        str(administrator.key), "Administrator", frozenset({Role.ADMINISTRATOR}), second_factor=True
    )
    close(actor, administrator.signature, person, "left")
    assert not SocialAccount.objects.exists()
    assert sign_on(browser(), ministry).status_code == 403


def test_a_tie_does_not_pass_to_another_issuer_under_the_same_name(owner, ministry, home):
    with provider() as other:
        set_up(home, other.url)
        assert sign_on(browser(), other).status_code == 403


# -- without the file, or with a wrong one ------------------------------------------------------

ROUTES = ("", "back", "answer", "finish", "metadata")


@pytest.mark.parametrize("text", [None, "[ministry", '[ministry]\nkind = "oauth"\n'])
def test_without_a_file_that_can_be_read_there_is_no_button_and_no_route(home, text, caplog):
    if text is not None:
        (home / "sign-on.toml").write_text(text)
    client = browser()
    page = client.get("/accounts/login/")
    assert page.status_code == 200
    assert "Sign on with" not in body(page)
    for route in ROUTES:
        for method in ("get", "post"):
            assert getattr(client, method)(START + route).status_code in (404, 405), route
    assert ("sign-on.toml cannot be read" in caplog.text) is (text is not None)


def test_the_routes_by_which_a_provider_would_make_an_account_are_shut(ministry, home):
    client = browser(account("Owner", Role.DUTY_OFFICER))
    for path in ("3rdparty/", "3rdparty/signup/", "social/signup/", "oidc/ministry/login/",
                 "saml/ministry/login/"):  # fmt: skip
        assert client.get(f"/accounts/{path}").status_code == 404, path


def test_the_sign_in_page_offers_what_the_operator_set_up_and_lets_no_form_out(ministry, home):
    answer = browser().get("/accounts/login/?next=/jobs/")
    assert "Sign on with Ministry (test)" in body(answer)
    assert body(answer).count('name="next" value="/jobs/"') == 3
    for page in (answer, browser().post(START)):
        assert "form-action 'self';" in f"{page['Content-Security-Policy']};"


def test_an_identity_of_a_provider_that_is_gone_can_still_be_untied(owner, home):
    (home / "sign-on.toml").unlink()
    assert "ministry" in body(owner.get("/accounts/identities/"))
    owner.post(f"/accounts/identities/{SocialAccount.objects.get().pk}/untie")
    assert not SocialAccount.objects.exists()


def test_each_fault_is_said_in_a_sentence_and_without_the_secret(ministry, home):
    assert configured.faults() == []
    (home / "sign-on.secret").write_text("\n")
    assert configured.faults() == [
        "sign-on.toml: ministry: there is no client secret in sign-on.secret"
    ]
    (home / "sign-on.toml").write_text("x" * (65 << 10))
    assert configured.faults() == ["sign-on.toml is larger than 64 KiB"]
    (home / "sign-on.toml").unlink()
    (home / "sign-on.toml").mkdir()
    (fault,) = configured.faults()
    assert "cannot be read: Is a directory" in fault


def test_the_client_secret_may_come_from_the_environment(home, monkeypatch):
    (home / "sign-on.toml").write_text(
        '[ministry]\nkind = "oidc"\nname = "Ministry"\nissuer = "https://login.example.org"\n'
        'client_id = "comity"\nclient_secret_env = "COMITY_MINISTRY"\n'
    )
    source = configured.sources()["ministry"]
    assert isinstance(source, Oidc)
    monkeypatch.setenv("COMITY_MINISTRY", SECRET)
    assert configured.secret("ministry", source) == SECRET


# -- with a provider that others wrote ----------------------------------------------------------


def test_a_provider_that_others_wrote_is_understood(home):
    with honest_provider() as issuer:
        set_up(home, issuer)
        client = browser(account("Owner", Role.DUTY_OFFICER))
        reauthenticate(client)

        def go(address):
            request = urllib.request.Request(address, urllib.parse.urlencode({"sub": "o"}).encode())
            opener = urllib.request.build_opener(NotFollowed)
            return opener.open(request, timeout=20).headers["Location"]

        assert client.get(go(leave(client, TIE)))["Location"] == "/accounts/identities/"
        answer = browser()
        assert answer.get(go(leave(answer)))["Location"] == "/accounts/2fa/authenticate/"


class NotFollowed(urllib.request.HTTPRedirectHandler):
    """Leaves the way back to the test."""

    def http_error_302(self, _request, body, _code, _message, headers):
        body.headers = headers
        return body
