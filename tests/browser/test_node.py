"""The node as people meet it: a real process, a real browser, both factors."""

import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request

import pytest

from comity.cli.assess import DEMO, examples
from tests.browser.person import PASSWORD, Person

REPORT = examples() / DEMO / "bundle.json"


def open_incident(person, title):
    person.go("/incidents/new")
    person.page.fill("#id_title", title)
    person.page.set_input_files("#id_reports", REPORT)
    person.page.click("text=Take in and assess")
    person.page.wait_for_url(re.compile(r"/jobs/[0-9a-f-]{36}/$"))
    person.page.click("text=Go to the incident")  # the page asks by itself until it is done
    person.page.wait_for_url(re.compile(r"/incidents/[0-9a-f-]{36}/$"))
    return person.page.url.rstrip("/").rpartition("/")[2]


@pytest.fixture(scope="module")
def incident(owner):
    return open_incident(owner, "Ransomware (demo)")


@pytest.fixture(scope="module")
def document(owner, incident):
    """A request to another state, completed by the owner."""
    owner.go(f"/incidents/{incident}/facts")
    owner.page.click("text=All other questions")
    owner.page.select_option("[name='report.verified']", "yes")
    owner.page.fill("[name='origin.territories']", "France")
    owner.page.fill("#id_source", "called back on the number we had")
    owner.page.click("main button:has-text('Record and assess again') >> nth=0")
    owner.wait_for_the_worker()
    owner.go(f"/incidents/{incident}/documents/")
    owner.page.click("button[value='mitigation-fra']")
    for blank in owner.page.locator("[name^='blank-']").all():
        blank.fill("the desk, at any hour")
    owner.page.select_option("[name='marking']", "TLP:GREEN")
    owner.page.click("text=Record a new version")
    owner.page.wait_for_selector("text=Recorded as a new version")
    return owner.page.url.removeprefix(owner.url)


def test_a_newcomer_reads_a_dossier_and_proves_an_entry(owner, incident, tmp_path):
    owner.go(f"/incidents/{incident}/")
    assert owner.page.locator("h1").count() == 1
    assert owner.page.is_visible("text=Not known yet: find this out first")
    owner.go("/record/")
    with owner.page.expect_download() as download:
        owner.page.click("tbody tr >> nth=0 >> text=File")
    proof = tmp_path / "entry.tlog-proof"
    download.value.save_as(proof)
    checked = subprocess.run(
        [sys.executable, "-m", "comity", "record", "check", str(proof)], capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stderr + checked.stdout


def test_a_fact_typed_in_the_browser_starts_a_clock_on_today(owner, incident):
    owner.go(f"/incidents/{incident}/facts")
    owner.page.click("text=All other questions")
    owner.page.fill("[name='incident.aware_at']", "2026-11-27T08:00Z")
    owner.page.select_option("[name='data.personal']", "yes")
    owner.page.fill("#id_source", "call with the response team")
    owner.page.click("main button:has-text('Record and assess again') >> nth=0")
    owner.wait_for_the_worker()
    owner.go("/")
    assert owner.page.is_visible("text=Notify the data protection authority")


def test_signing_in_takes_the_code_of_the_app(owner):
    owner.sign_out()
    owner.go("/incidents/")
    assert "/accounts/login/" in owner.page.url
    owner.sign_in()
    owner.go("/incidents/")
    assert owner.page.locator("h1").inner_text() == "Incidents"


def test_signing_in_works_with_a_passkey_alone(administrator, browser, node):
    person = Person(browser, node.url, "Colleague")
    device = person.context.new_cdp_session(person.page)
    device.send("WebAuthn.enable")
    device.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
                     "hasUserVerification": True, "isUserVerified": True,
                     "automaticPresenceSimulation": True}},
    )  # fmt: skip
    person.page.goto(administrator.invite("Colleague", "Legal adviser"))
    person.page.fill("#id_name", "Colleague")
    person.page.fill("#id_email", person.email)
    person.page.fill("#id_password", PASSWORD)
    person.page.click("text=Make the account")
    person.page.click("text=Passkey or security key")
    person.page.fill("#id_name", "this laptop")
    person.page.check("#id_passwordless")
    person.page.click("#mfa_webauthn_add")
    person.page.wait_for_url(lambda url: "webauthn/add" not in url)
    person.sign_out()
    person.page.click("#passkey_login")
    person.page.wait_for_selector("text=legal adviser")
    assert person.complaints == []
    person.leave()


def test_a_second_person_approves_and_the_files_can_be_taken(
    administrator, browser, node, owner, document, tmp_path
):
    officer = Person(browser, node.url, "Officer")
    officer.join(administrator.invite("Officer", "Releasing officer"))
    officer.go(document)
    for tick in officer.page.locator("[name='done'], form[action$='approve'] [name='stays']").all():
        tick.check()
    officer.page.select_option("[name='answer']", "yes")
    officer.page.fill("form[action$='approve'] [name='reason']", "read twice")
    officer.page.click("text=Record the decision")
    officer.page.wait_for_selector("text=Recorded.")
    for tick in officer.page.locator("form[action$='release'] [name='stays']").all():
        tick.check()
    officer.page.fill("form[action$='release'] [name='reason']", "each address is needed")
    officer.page.click("text=Release this version")
    officer.page.wait_for_selector("text=Take a file")
    assert officer.barriers() == []
    owner.go(document)
    for form, begins in (("PDF", b"%PDF"), ("DOCX", b"PK")):
        with owner.page.expect_download() as download:
            owner.page.click(f"main a:text-is('{form}')")
        download.value.save_as(tmp_path / form)
        assert (tmp_path / form).read_bytes().startswith(begins)
    assert officer.complaints == []
    officer.leave()


def test_a_token_is_made_after_the_password_and_works_until_it_is_revoked(owner, node):
    owner.go("/tokens/new")
    if "reauthenticate" in owner.page.url:
        owner.page.fill("#id_password", PASSWORD)
        owner.page.click("main button[type=submit] >> nth=0")
        owner.page.wait_for_url("**/tokens/new")
    found = owner.barriers()
    owner.page.fill("#id_name", "ticket system")
    owner.page.check("label:has-text('Read incidents')")
    owner.page.click("text=Make the token")
    token = owner.page.inner_text("main code >> nth=0")
    found += owner.barriers()

    def status():
        request = urllib.request.Request(
            f"{node.url}/api/v1/me", headers={"Authorization": f"Bearer {token}"}
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code

    assert status() == 200
    owner.go("/tokens/")
    found += owner.barriers()
    owner.page.click("text=Revoke ticket system")
    owner.page.wait_for_selector("text=Revoked. Programs that send it")
    found += owner.barriers()
    assert status() == 401
    assert found == []


def test_the_sign_in_page_has_no_barrier(browser, node):
    person = Person(browser, node.url, "Stranger")
    person.go("/accounts/login/")
    assert person.barriers() == []
    assert person.complaints == []
    person.leave()


def test_the_graph_is_drawn_under_the_strict_policy(owner, incident):
    owner.go(f"/incidents/{incident}/graph")
    owner.page.wait_for_selector("#drawing[data-drawn]")
    assert int(owner.page.get_attribute("#drawing", "data-drawn")) > 10
    painted = """() => [...document.querySelectorAll('#canvas canvas')].some(canvas =>
        [...canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data]
        .some(value => value > 0))"""
    owner.page.wait_for_function(painted)
    owner.page.focus("text=Larger")
    owner.page.keyboard.press("Enter")
    assert owner.complaints == []


def test_a_day_that_is_none_is_said_on_a_small_screen_too(owner, browser, node, incident):
    person = Person(browser, node.url, "Owner")
    person.context.add_cookies(owner.context.cookies())
    person.page.set_viewport_size({"width": 320, "height": 800})
    person.go("/incidents/?since=yesterday")
    assert person.page.is_visible("text=There is a problem")
    assert person.page.evaluate("document.documentElement.scrollWidth") <= 320
    assert person.barriers() == []
    person.leave()


def test_without_javascript_the_graph_is_its_table(owner, browser, node, incident):
    person = Person(browser, node.url, "Owner", java_script_enabled=False)
    person.context.add_cookies(owner.context.cookies())
    person.go(f"/incidents/{incident}/graph")
    assert not person.page.is_visible("#drawing")
    person.page.click("text=Show some types only")
    person.page.check("label:text-is('malware')")
    person.page.check("label:text-is('incident')")
    person.page.click("main button:has-text('Show')")
    person.page.wait_for_selector("main td:has-text('Conti')")
    person.page.click("main td >> a >> nth=0")
    person.page.wait_for_selector("text=As received")
    person.leave()


def test_a_value_is_found_from_any_page_by_the_keyboard(owner, incident):
    owner.go("/record/")
    owner.page.focus("#find")
    owner.page.keyboard.type("Cobalt")
    owner.page.keyboard.press("Enter")
    owner.page.wait_for_selector("h1:text-is('Search')")
    owner.page.click("main a:has-text('Cobalt Strike')")
    owner.page.wait_for_selector("text=As received")
    assert owner.barriers() == []
    owner.page.set_viewport_size({"width": 320, "height": 800})
    assert owner.page.evaluate("document.documentElement.scrollWidth") <= 320
    owner.page.set_viewport_size({"width": 1100, "height": 900})


def test_pages_work_without_javascript(owner, browser, node, incident):
    person = Person(browser, node.url, "Owner", java_script_enabled=False)
    person.context.add_cookies(owner.context.cookies())
    person.go(f"/incidents/{incident}/facts")
    person.page.click("text=All other questions")
    person.page.fill("[name='victim.state']", "Ireland")
    person.page.fill("#id_source", "the report itself")
    person.page.click("main button:has-text('Record and assess again') >> nth=0")
    person.page.wait_for_selector("text=Recorded. It is being assessed again")
    person.wait_for_the_worker()
    person.go(f"/incidents/{incident}/facts")
    assert person.page.input_value("[name='victim.state']") == "IRL"
    person.leave()


def test_the_browser_never_complained(owner, administrator):
    assert owner.complaints == []
    assert administrator.complaints == []


def test_after_a_kill_the_node_goes_on_where_it_was(node, owner, incident):
    node.stop(signal.SIGKILL)
    node.start()
    owner.go(f"/incidents/{incident}/")
    assert owner.page.locator("h1").inner_text() == "Ransomware (demo)"
    verified = subprocess.run(
        [sys.executable, "-m", "comity", "record", "verify", "--home", str(node.home)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert verified.returncode == 0, verified.stdout + verified.stderr
