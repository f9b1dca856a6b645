"""Sign-on in a real browser: the provider is another site, so our cookie does not come from there.

The node answers at 127.0.0.1 and the providers at localhost, which are two sites to a browser.
"""

import time

import pytest

from tests.browser.person import Person, code
from tests.oidc_provider import honest_provider
from tests.real_node import Node
from tests.saml_provider import ENTITY, provider


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    home = tmp_path_factory.mktemp("node")
    with honest_provider() as issuer, provider() as csirt:
        (home / "secret").write_text("any will do here")
        (home / "csirt.xml").write_text(csirt.metadata)
        (home / "sign-on.toml").write_text(
            f'[ministry]\nkind = "oidc"\nname = "Ministry (test)"\nissuer = "{issuer}"\n'
            'client_id = "comity"\nclient_secret_file = "secret"\n'
            f'[csirt]\nkind = "saml"\nname = "CSIRT (test)"\nentity_id = "{ENTITY}"\n'
            'metadata_file = "csirt.xml"\n'
        )
        running = Node(home, "127.0.0.1")
        yield running
        running.stop()


class Visitor(Person):
    """A person who goes to other sites, too: what the browser complains of there is not ours."""

    def __init__(self, browser, url, **options):
        super().__init__(browser, url, "Owner", **options)
        self.complaints_of_ours: list[str] = []
        self.been: list[str] = []
        self.page.on("console", self._look)
        self.page.on("framenavigated", lambda frame: self.been.append(frame.url))

    def _look(self, message):
        if message.type == "error" and message.location["url"].startswith(self.url):
            self.complaints_of_ours.append(message.text)


@pytest.fixture(scope="module")
def codes(browser, node):
    """An administrator ties both identities. What signs them in after it: each is good once."""
    owner = Visitor(browser, node.url)
    owner.join(node.first)
    again = owner.page.inner_text("#recovery_codes").split()
    owner.go("/accounts/2fa/")
    owner.page.click("section:has-text('Identities') >> text=Manage")
    found = owner.barriers()
    owner.page.click("text=Tie an identity of Ministry (test)")
    at_the_ministry(owner)
    owner.page.wait_for_selector("th:text-is('Ministry (test)')")
    owner.page.click("text=Tie an identity of CSIRT (test)")
    owner.page.wait_for_selector("th:text-is('CSIRT (test)')")
    found += owner.barriers()
    owner.page.set_viewport_size({"width": 320, "height": 800})
    assert owner.page.evaluate("document.documentElement.scrollWidth") <= 320
    assert found + owner.complaints_of_ours == []
    owner.leave()
    return [code(owner.secret, time.time() + 30), *again]


def at_the_ministry(person):
    person.page.wait_for_url("http://localhost:*/oauth2/authorize?**")
    person.page.fill("[name=sub]", "subject 1")
    person.page.click("button:text-is('Authorize')")


def asked_for_the_second_factor(person, codes):
    person.page.wait_for_url("**/accounts/2fa/authenticate/")
    assert person.barriers() == []
    person.go("/incidents/")
    assert person.page.url.endswith("/accounts/2fa/authenticate/")
    assert person.complaints_of_ours == []
    person.page.fill("#id_code", codes.pop(0))
    person.page.click("main button:has-text('Sign In')")
    person.page.wait_for_selector("text=administrator")


@pytest.fixture
def person(browser, node, codes):
    found = Visitor(browser, node.url)
    yield found
    found.leave()


def test_signing_on_by_oidc_takes_the_code_of_the_app_too(person, codes):
    person.go("/accounts/login/")
    assert person.barriers() == []
    person.page.click("text=Sign on with Ministry (test)")
    at_the_ministry(person)
    asked_for_the_second_factor(person, codes)
    # The page that is shown where the cookie did not come along.
    assert any("/accounts/sign-on/ministry/back?" in url for url in person.been)


def test_signing_on_by_saml_takes_the_second_factor_too(person, codes):
    person.go("/accounts/login/")
    person.page.click("text=Sign on with CSIRT (test)")
    asked_for_the_second_factor(person, codes)
    assert f"{person.url}/accounts/sign-on/csirt/answer" in person.been


def test_an_identity_that_nobody_tied_is_told_what_to_do(person):
    person.go("/accounts/login/")
    person.page.click("text=Sign on with Ministry (test)")
    person.page.wait_for_url("http://localhost:*/oauth2/authorize?**")
    person.page.fill("[name=sub]", "somebody else")
    person.page.click("button:text-is('Authorize')")
    person.page.wait_for_selector("text=No account is tied to this identity")
    assert person.barriers() == []


def test_without_javascript_both_ways_work_too(browser, node, codes):
    for name in ("Ministry (test)", "CSIRT (test)"):
        person = Visitor(browser, node.url, java_script_enabled=False)
        person.go("/accounts/login/")
        person.page.click(f"text=Sign on with {name}")
        if name.startswith("Ministry"):
            at_the_ministry(person)
        else:  # the provider's own form wants a script: it is sent by hand
            person.page.click("text=Send it")
            person.page.wait_for_selector("text=Back from signing on")
            person.page.click("main button")
        person.page.wait_for_url("**/accounts/2fa/authenticate/")
        person.page.fill("#id_code", codes.pop(0))
        person.page.click("main button:has-text('Sign In')")
        person.page.wait_for_selector("text=administrator")
        person.leave()
