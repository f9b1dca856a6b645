"""From a fresh checkout to a living node: two commands, as real processes, and a browser."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

from tests.browser.person import Person


def comity(home, *args):
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("COMITY", "DJ", "DATABASE", "XDG_DATA"))
    }
    return [sys.executable, "-P", "-m", "comity", *args], environment | {"HOME": str(home)}


def run(home, *args):
    command, environment = comity(home, *args)
    done = subprocess.run(
        command, env=environment, cwd=home, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A person's home folder, in which the default data folder comes to lie."""
    return tmp_path_factory.mktemp("person")


@pytest.fixture(scope="module")
def url(home):
    assert "a demonstration was made" in run(home, "demo")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://localhost:{free.getsockname()[1]}"
    command, environment = comity(home, "serve", "--url", url)
    process = subprocess.Popen(command, env=environment, cwd=home, stdout=subprocess.DEVNULL)
    for _ in range(600):
        try:
            with urllib.request.urlopen(f"{url}/alive", timeout=2):
                break
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            assert process.poll() is None
            time.sleep(0.2)
    yield url
    process.terminate()
    process.wait(timeout=30)


@pytest.fixture(scope="module")
def officer(home, url, browser):
    """The duty officer, signed in with what ``demo --codes`` printed."""
    person = Person(browser, url, "duty-officer")
    person.go("/accounts/login/")
    assert person.page.is_visible("text=Demonstration:")
    rows = json.loads(run(home, "demo", "--codes", "--json"))
    me = next(row for row in rows if row["email"].startswith("duty-officer"))
    person.page.fill("#id_login", me["email"])
    person.page.fill("#id_password", me["password"])
    person.page.click("main button:has-text('Sign in') >> nth=0")
    person.page.wait_for_selector("#id_code")
    person.page.fill("#id_code", me["code"])
    person.page.click("main button:has-text('Sign In')")
    person.page.wait_for_selector("text=Sign out")
    yield person
    person.leave()


def test_today_shows_clocks_and_documents_that_wait(officer):
    officer.go("/")
    assert officer.page.is_visible("text=Send the early warning")
    assert officer.page.is_visible("text=left")
    waiting = officer.page.inner_text("section[aria-labelledby=papers]")
    for document, standing in (
        ("Request for mitigation", "to approve"),
        ("Request for information", "approved: to release"),
        ("Note verbale", "not approved: to change"),
    ):
        row = next(line for line in waiting.splitlines() if document in line)
        assert standing in row
    assert officer.barriers() == []


def test_the_exercise_opens_and_every_page_carries_the_banner(officer):
    officer.go("/")
    officer.page.click("text=EXERCISE HARBOUR >> nth=0")
    for tab in ("Summary", "Facts", "Norms, law, channels", "Evidence", "Documents", "Reports"):
        officer.page.click(f"nav.node-tabs >> text={tab}")
        assert officer.page.is_visible(".node-demo"), tab
        assert officer.page.locator("h1").inner_text().startswith("EXERCISE")
        assert officer.barriers() == []
    assert officer.complaints == []


def test_from_right_to_left_a_deadline_keeps_the_order_of_its_parts(officer):
    officer.page.set_extra_http_headers({"Accept-Language": "ar"})
    officer.go("/")
    day, year = officer.page.evaluate(
        """() => {
          const text = document.querySelector('#due ~ table time').firstChild;
          const at = (from, to) => {
            const range = document.createRange();
            range.setStart(text, from); range.setEnd(text, to);
            return range.getBoundingClientRect().left;
          };
          const words = text.data.split(' ');
          return [at(0, words[0].length), at(text.data.indexOf(words[2]), text.data.length)];
        }"""
    )
    officer.page.set_extra_http_headers({"Accept-Language": "en"})
    assert day < year


def test_on_paper_every_sheet_says_what_it_is(officer, tmp_path):
    officer.go("/record/")
    officer.page.emulate_media(media="print")
    assert officer.page.is_visible(".node-demo")
    officer.page.emulate_media(media="screen")
