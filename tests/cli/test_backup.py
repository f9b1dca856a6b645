"""A node as one file: made while it serves and is written to, and put back elsewhere."""

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from contextlib import closing
from http.cookiejar import CookieJar

import pytest

from tests.cli.conftest import Command


def found(pattern, text):
    match = re.search(pattern, text)
    assert match, pattern
    return match[1]


class Visitor:
    """Somebody who signs in and works, without a browser."""

    def __init__(self, url, login):
        self.url = url
        self.open = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(CookieJar())
        ).open
        page = self.post("/accounts/login/", login=login["email"], password=login["password"])
        assert "id_code" in page
        assert "Sign out" in self.post("/accounts/2fa/authenticate/", code=login["code"])

    def get(self, path):
        with self.open(self.url + path, timeout=60) as answer:
            return answer.read().decode()

    def post(self, path, **fields):
        token = found(r'name="csrfmiddlewaretoken" value="(\w+)"', self.get(path))
        data = urllib.parse.urlencode({**fields, "csrfmiddlewaretoken": token}).encode()
        request = urllib.request.Request(self.url + path, data, {"Referer": self.url + path})
        with self.open(request, timeout=60) as answer:
            return answer.read().decode()


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A node that serves a demonstration, and its duty officer at work."""
    comity = Command(tmp_path_factory.mktemp("backup"))
    assert comity("demo", "--out", "out").returncode == 0
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://localhost:{free.getsockname()[1]}"
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "comity", "serve", "--url", url],
        env={**os.environ, "COMITY_HOME": str(comity.home)}, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    for _ in range(600):
        try:
            urllib.request.urlopen(f"{url}/alive", timeout=2).close()
            break
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            assert process.poll() is None
            time.sleep(0.2)
    (login, *_) = json.loads(comity("demo", "--codes", "--json").stdout)
    yield comity, Visitor(url, login)
    process.terminate()
    process.wait(timeout=30)


@pytest.fixture(scope="module")
def backup(served):
    """A backup made while the officer states one fact after the other."""
    comity, officer = served
    (comity.home / "senders").mkdir()
    (comity.home / "senders" / "a key.asc").write_text("of an operator")
    path = found(r'href="(/incidents/[0-9a-f-]{36}/)">EXERCISE', officer.get("/"))
    done, written = threading.Event(), list[str]()

    def work():
        while not done.is_set():
            kind = ("individual", "small_organisation")[len(written) % 2]
            said = {"victim.kind": kind, "source": f"word {len(written)}"}
            assert "Recorded" in officer.post(f"{path}facts", **said)
            written.append(kind)

    worker = threading.Thread(target=work)
    worker.start()
    try:
        made = comity("backup", "a.backup", "--json")
    finally:
        done.set()
        worker.join()
    assert made.returncode == 0, made.stderr
    assert written
    return comity, json.loads(made.stdout)


def test_a_backup_of_a_node_at_work_is_one_signed_state_of_it(backup, tmp_path):
    comity, told = backup
    home = tmp_path / "restored"
    done = comity("restore", "a.backup", "--home", str(home))
    assert done.returncode == 0, done.stderr
    assert f"anew out of {told['size']} entries" in done.stdout
    assert told["root"] in done.stdout
    report = json.loads(comity("record", "verify", "--json", "--home", str(home)).stdout)
    assert report["ok"]
    assert (report["size"], report["unsigned"]) == (told["size"], 0)
    assert (home / "senders" / "a key.asc").read_text() == "of an operator"
    for path in ("keys/log.pem", "node/secret", "demonstration.json"):
        assert (home / path).read_bytes() == (comity.home / path).read_bytes()
        assert (home / path).stat().st_mode & 0o077 == 0
    again = comity("record", "list", "--json", "--home", str(home)).stdout
    assert json.loads(comity("record", "list", "--json").stdout)[: told["size"]] == json.loads(
        again
    )


def test_accounts_come_back_and_sessions_do_not(backup, tmp_path):
    comity, _ = backup
    home = tmp_path / "restored"
    comity("restore", "a.backup", "--home", str(home))
    for folder, signed_in in ((comity.home, True), (home, False)):
        with closing(sqlite3.connect(folder / "node" / "node.db")) as database:
            (accounts,) = database.execute("SELECT count(*) FROM node_account").fetchone()
            (sessions,) = database.execute("SELECT count(*) FROM django_session").fetchone()
        assert (accounts, bool(sessions)) == (8, signed_in)


def test_only_the_owner_reads_it_and_it_lists_what_it_holds(backup):
    comity, told = backup
    file = comity.folder / "a.backup"
    assert file.stat().st_mode & 0o077 == 0
    with zipfile.ZipFile(file) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        assert len(manifest["members"]) == told["members"] == len(archive.namelist()) - 1
    assert not list(comity.folder.glob(".a.backup*"))  # what it took is cleared away


def test_a_backup_writes_over_nothing_and_not_into_what_it_saves(backup):
    comity, _ = backup
    again = comity("backup", "a.backup")
    assert again.returncode == 2
    assert "there already" in again.stderr
    assert comity("backup", str(comity.home / "b")).returncode == 2
    assert comity("backup", "none/b").returncode == 2


def test_a_folder_that_holds_anything_is_not_restored_into(backup, tmp_path):
    comity, _ = backup
    (tmp_path / "note").write_text("mine")
    done = comity("restore", "a.backup", "--home", str(tmp_path))
    assert done.returncode == 2
    assert "is not empty" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["note"]


def test_a_damaged_backup_leaves_no_data_folder(backup, tmp_path):
    comity, _ = backup
    data = bytearray((comity.folder / "a.backup").read_bytes())
    data[len(data) // 2] ^= 1
    (tmp_path / "damaged").write_bytes(data)
    done = comity("restore", str(tmp_path / "damaged"), "--home", str(tmp_path / "home"))
    assert done.returncode == 2
    assert not (tmp_path / "home").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["damaged"]


def test_a_killed_backup_leaves_nothing_under_its_name(backup):
    comity, _ = backup
    for wait in (0, 0.05, 0.15):
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "comity", "backup", "killed"], cwd=comity.folder,
            env={**os.environ, "COMITY_HOME": str(comity.home)}, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        while process.poll() is None and not list(comity.folder.glob(".killed.*")):
            time.sleep(0.002)
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        whole = process.wait() == 0
        assert (comity.folder / "killed").exists() is whole
        (comity.folder / "killed").unlink(missing_ok=True)
    assert json.loads(comity("record", "verify", "--json").stdout)["ok"]


def test_a_database_elsewhere_is_named_and_not_saved(backup):
    comity, _ = backup
    done = comity("backup", "elsewhere", DATABASE_URL="postgres://comity@db/comity")
    assert done.returncode == 0, done.stderr
    assert "Accounts are NOT in this file" in done.stdout
    assert "pg_dump" in done.stdout
    with zipfile.ZipFile(comity.folder / "elsewhere") as archive:
        assert not [name for name in archive.namelist() if name.startswith("node/node.db")]
    done = comity("restore", "elsewhere", "--home", str(comity.folder / "there"))
    assert done.returncode == 0, done.stderr
    assert "comity rebuild" in done.stdout
    assert not (comity.folder / "there" / "node" / "node.db").exists()


def test_a_link_in_the_data_folder_is_not_followed(backup, tmp_path):
    comity, _ = backup
    link = comity.home / "outside"
    link.symlink_to("/etc/passwd")
    done = comity("backup", str(tmp_path / "b"))
    link.unlink()
    assert done.returncode == 0, done.stderr
    assert "outside is no plain file" in done.stderr
    with zipfile.ZipFile(tmp_path / "b") as archive:
        assert "outside" not in archive.namelist()


def test_without_a_record_there_is_nothing_to_back_up(comity):
    done = comity("backup", "b")
    assert done.returncode == 2
    assert "nothing to back up" in done.stderr
