"""The people of ``kill_serve.py``: they ask a node that dies on them, and note what it said."""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import random
import time
import urllib.error
import urllib.request
from collections import Counter
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any, NamedTuple

from comity.cli.assess import DEMO, examples

FAILED = 500
PAUSE = 0.1
ROUND = 3.0
"""Seconds over which the work of a round is spread, so that it is not all done before the kill."""
DRAFT = "mitigation-fra"


class Filed(NamedTuple):
    """A report whose job was acknowledged (202)."""

    job: str
    incident: str
    sha256: str


class Made(NamedTuple):
    """An entry that was acknowledged (201): its index, or None and the hash of its version."""

    kind: str
    incident: str
    document: str
    entry: int | None
    body: str


class NotAsked(Exception):
    """Nobody listened: the request had no effect."""


class NoAnswer(Exception):
    """The answer was lost: the request may have had its effect."""


class Rejected(Exception):
    """The node said no, and why."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(f"{status}: {detail}")
        self.status = status


class People:
    """What was asked of the node, and what it acknowledged."""

    def __init__(
        self, url: str, keys: dict[str, str], imports: int, releases: int, seed: int
    ) -> None:
        self.url, self.keys, self.seed = url, keys, seed
        self.wanted = {"import": imports, "release": releases}
        self.imports: list[Filed] = []
        self.made: list[Made] = []
        self.ambiguous: Counter[str] = Counter()
        self.faults: list[str] = []
        self.prepared = ""
        self.asking = Event()  #: something that changes the record is on its way

    def count(self, kind: str) -> int:
        return sum(one.kind == kind for one in self.made)

    def ask(self, who: str, path: str, value: dict[str, Any] | None = None) -> dict[str, Any]:
        """Ask once. GET where there is no value."""
        headers = {"Authorization": f"Bearer {self.keys[who]}"}
        body = json.dumps(value).encode() if value else None if value is None else b""
        if value:
            headers["Content-Type"] = "application/json"
        request = urllib.request.Request(f"{self.url}/api/v1/{path}", body, headers)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:  # noqa: S310
                found: dict[str, Any] = json.loads(answer.read())
                return found
        except urllib.error.HTTPError as error:
            detail = error.read().decode(errors="replace")
            if error.code < FAILED:
                raise Rejected(error.code, detail) from None
            self.faults.append(f"{path}: {error.code} {detail}")
            raise NoAnswer from None
        except urllib.error.URLError as error:
            refused = isinstance(error.reason, ConnectionRefusedError)
            raise (NotAsked if refused else NoAnswer) from None
        except (OSError, http.client.HTTPException, ValueError):
            raise NoAnswer from None

    def insist(
        self, who: str, path: str, value: dict[str, Any] | None = None
    ) -> dict[str, Any] | None:
        """Ask until there is an answer. None: the answer was lost, and asked again it says no."""
        lost = False
        while True:
            try:
                if value is not None:
                    self.asking.set()
                return self.ask(who, path, value)
            except NotAsked:
                time.sleep(PAUSE)
            except NoAnswer:
                if value is not None:
                    lost = True
                    self.ambiguous[path.rpartition("/")[2]] += 1
                time.sleep(PAUSE)
            except Rejected:
                if not lost:
                    raise
                return None
            finally:
                self.asking.clear()

    def get(self, who: str, path: str) -> dict[str, Any]:
        """Read, however often it takes."""
        found = self.insist(who, path)
        assert found is not None  # noqa: S101 - reading leaves nothing open
        return found

    def note(self, kind: str, key: str, document: str = "", **said: Any) -> None:
        """Keep that an entry was acknowledged."""
        self.made.append(Made(kind, key, document, said.get("entry"), said.get("body", "")))

    def going_on(self) -> bool:
        """Whether a job waits or is being done."""
        jobs = self.get("Duty", "jobs?limit=200")["jobs"]
        return any(job["state"] in {"waiting", "running"} for job in jobs)

    def begin_again(self) -> int:
        """Ask anew for what the node gave up because it was killed each time; return how often."""
        listed = {job["key"] for job in self.get("Duty", "jobs?limit=200")["jobs"]}
        given_up = [
            key
            for key in listed | {one.job for one in self.imports}
            if (job := self.get("Duty", f"jobs/{key}"))["state"] == "failed"
            and "and stopped each time" in job["reason"]
        ]
        for key in given_up:
            self.ask("Duty", f"jobs/{key}/again", {})
        return len(given_up)

    def prepare(self) -> None:
        """An incident with a verified report, whose drafts can be taken up."""
        data = (examples() / DEMO / "bundle.json").read_bytes()
        key = self.ask("Duty", "incidents", {"title": "Prepared", "reports": [sent("a", data)]})
        self.prepared = key["incident"]
        while self.going_on():
            time.sleep(PAUSE)
        aware = datetime.now(UTC) - timedelta(days=1)
        facts = {
            "report.verified": True, "victim.state": "EST", "origin.territories": ["FRA"],
            "incident.aware_at": f"{aware:%Y-%m-%dT%H:%MZ}",
        }  # fmt: skip
        value = {"source": "a call", "facts": [{"name": n, "value": v} for n, v in facts.items()]}
        self.ask("Duty", f"incidents/{self.prepared}/facts", value)
        self.ask("Duty", f"incidents/{self.prepared}/assess", {})
        while self.going_on():
            time.sleep(PAUSE)


class Client:
    """Somebody who does a share of the work in each round, so that every kill meets some."""

    kind = ""

    def __init__(self, people: People, rounds: int) -> None:
        self.people, self.rounds, self.round = people, rounds, 0
        self.wanted = people.wanted[self.kind]
        self.pause = min(1.0, ROUND * rounds / max(1, self.wanted))
        self.chance = random.Random(f"{people.seed} {self.kind}")  # noqa: S311 - not a key

    def work(self) -> None:
        """Go on until all that is wanted was acknowledged."""
        try:
            while (done := self.done()) < self.wanted:
                if done * self.rounds >= self.wanted * (self.round + 1):
                    time.sleep(PAUSE)
                else:
                    time.sleep(self.chance.uniform(0, 2 * self.pause))
                    self.step()
        except Exception as error:  # noqa: BLE001 - said at the end, with what it means
            self.people.faults.append(f"{type(self).__name__} gave up: {error!r}")

    def done(self) -> int:
        raise NotImplementedError

    def step(self) -> None:
        raise NotImplementedError


class Filer(Client):
    """Opens incidents, files reports under them and says what is known of them."""

    kind = "import"
    _number = 0

    def done(self) -> int:
        return len(self.people.imports)

    def step(self) -> None:
        self._number += 1
        body = self._report()
        there = [one.incident for one in self.people.imports]
        key = self.chance.choice(there) if there and self.chance.random() < 0.8 else ""
        reports = [sent(f"report-{self._number}", body)]
        path = f"incidents/{key}/reports" if key else "incidents"
        value = (
            {"reports": reports} if key else {"title": f"Case {self._number}", "reports": reports}
        )
        try:
            job = self.people.insist("Duty", path, value)
        except Rejected as error:
            if key and error.status == http.HTTPStatus.NOT_FOUND:  # its own job still waits
                return
            raise
        if job is not None:
            filed = Filed(job["key"], job["incident"], hashlib.sha256(body).hexdigest())
            self.people.imports.append(filed)
            if key and self.chance.random() < 0.2:
                self._say(key)

    def _say(self, key: str) -> None:
        facts = [{"name": "victim.is_ci", "value": self.chance.random() < 0.5}]
        value = {"source": f"call {self._number}", "facts": facts}
        said = self.people.insist("Duty", f"incidents/{key}/facts", value)
        if said is not None:
            self.people.note("statement", key, entry=said["entry"])
        self.people.insist("Duty", f"incidents/{key}/assess", {})

    def _report(self) -> bytes:
        """A small report that nobody else sent, as text or as STIX."""
        last = self._number % 250 + 1
        words = f"Report {self._number} of {self.people.seed}: C2 at 198.51.100.{last}."
        if self.chance.random() < 0.5:
            return words.encode()
        name = f"00000000-0000-4000-8000-{self._number:012x}"
        thing = {"type": "ipv4-addr", "spec_version": "2.1", "id": f"ipv4-addr--{name}",
                 "value": f"198.51.100.{last}"}  # fmt: skip
        at = "2026-03-02T09:00:00.000Z"
        tool = {"type": "tool", "spec_version": "2.1", "id": f"tool--{name}", "name": words,
                "created": at, "modified": at}  # fmt: skip
        bundle = {"type": "bundle", "id": f"bundle--{name}", "objects": [thing, tool]}
        return json.dumps(bundle).encode()


class Officer(Client):
    """Takes up a draft, completes it, has it approved, releases it and notes who carried it."""

    kind = "release"

    def done(self) -> int:
        return self.people.count("release")

    def step(self) -> None:
        people, key = self.people, self.people.prepared
        made = people.insist("Duty", f"incidents/{key}/documents", {"draft": DRAFT})
        if made is None:
            return
        document = made["document"]
        people.note("document", key, document, body=made["body"])
        path = f"incidents/{key}/documents/{document}"
        shown = people.get("Duty", path)
        words = dict.fromkeys(shown["blanks"], "the desk, at any hour")
        value = {"body": made["body"], "marking": "TLP:GREEN", "words": words}
        self._do("document", "Duty", f"{path}/complete", document, value)
        shown = people.get("Officer", path)
        body = shown["row"]["body"]
        value = {"body": body, "role": "releasing-officer", "approved": True, "reason": "read",
                 "done": shown["before_release"],
                 "personal_data": shown["personal_data_sha256"]}  # fmt: skip
        self._do("approval", "Officer", f"{path}/approve", document, value)
        value = {"body": body, "reason": "each is needed",
                 "personal_data": shown["personal_data_sha256"]}  # fmt: skip
        self._do("release", "Officer", f"{path}/release", document, value)
        value = {"way": "cable", "to": "Paris", "carrier": "the embassy",
                 "carried_at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"}  # fmt: skip
        self._do("carriage", "Duty", f"{path}/carry", document, value)

    def _do(self, kind: str, who: str, path: str, document: str, value: dict[str, Any]) -> None:
        said = self.people.insist(who, path, value)
        if said is not None:
            self.people.note(kind, self.people.prepared, document, **said)


def sent(name: str, body: bytes) -> dict[str, str]:
    """A report as the API takes it."""
    return {"name": name, "data": base64.b64encode(body).decode()}
