"""What every test may ask for, and how a machine that lacks something says so.

``COMITY_CASES`` names the folder with published cases and vectors. Unset, the
tests that need it are skipped, also under ``./test --full``; set to a folder
that is not there, they fail. Anything else that is missing (a browser) is
skipped here and fails under ``--full``.
"""

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.documents.browsing import ARGUMENTS

CHROMIUM = "apt-get install -y --no-install-recommends chromium fonts-noto-core"
CASES = "COMITY_CASES=/path/to/folder-with-cases-and-vectors ./test"
_SAYS = re.compile(r"Skipped: (.*) is missing; enable it with: (.*)")


def _skip(what: str, line: str, *, always: bool = False) -> None:
    if os.environ.get("COMITY_TEST_FULL") and not always:
        pytest.fail(f"{what} is missing; enable it with: {line}", pytrace=False)
    pytest.skip(f"{what} is missing; enable it with: {line}")


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test reads or leaves anything in the user's own cache folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with cases/ and vectors/."""
    named = os.environ.get("COMITY_CASES")
    if not named:
        _skip("COMITY_CASES (published cases and vectors)", CASES, always=True)
    folder = Path(str(named))
    if not (folder / "cases").is_dir() and not (folder / "vectors").is_dir():
        pytest.fail(f"COMITY_CASES is set to {named}, which has no cases/ or vectors/ in it")
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the system's Chromium."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    _skip("Chromium (browser tests)", CHROMIUM)
    raise AssertionError


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder, named to the process as COMITY_HOME."""
    folder = tmp_path / "home"
    monkeypatch.setenv("COMITY_HOME", str(folder))
    return folder


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line for each thing whose absence skipped tests.

    Read out of the reports: tests run in several processes.
    """
    skipped = terminalreporter.stats.get("skipped", ())
    said = (_SAYS.match(str(report.longrepr[2])) for report in skipped)
    for what, line in sorted({match.groups() for match in said if match}):
        terminalreporter.write_line(f"skipped for want of {what}; to enable: {line}")
