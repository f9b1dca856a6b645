"""Asks a real node what nobody thought of, for some minutes: tools/fuzz_api.py --minutes 10.

Starts ``comity serve`` with a record of its own, opens a case in it, and sends requests made from
the description that it serves, well formed and not. Prints how many, what was answered, and each
request that made the node fail, as a curl command. Exit code 1 if there was one.
"""

import argparse
import base64
import json
import random
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from comity.access.roles import Role
from comity.cli.assess import DEMO, examples
from tests.api.fuzzing import cases, operations
from tests.real_node import Node, tokens

EVERYTHING = ",".join(role for role in Role if role is not Role.GUEST)
SLICE = 10.0  # seconds for one operation in one round: some take seconds for each request
EXAMPLES = 60
FAILURE = 500


def send(node: Node, token: str, path: str, value: object = None) -> dict[str, str]:
    """Ask and return the answer; GET where nothing is sent."""
    body = None if value is None else json.dumps(value).encode() if value else b""
    headers = {"Authorization": f"Bearer {token}"}
    if body:
        headers["Content-Type"] = "application/json"
    request = urllib.request.Request(f"{node.url}/api/v1/{path}", body, headers)  # noqa: S310
    with urllib.request.urlopen(request, timeout=120) as answer:  # noqa: S310
        found: dict[str, str] = json.loads(answer.read())
        return found


def settled(node: Node, token: str, job: dict[str, str]) -> dict[str, str]:
    """Wait until the worker has done a job."""
    while job["state"] in {"waiting", "running"}:
        time.sleep(0.2)
        job = send(node, token, f"jobs/{job['key']}")
    return job


def case(node: Node, token: str, colleague: str) -> dict[str, str]:
    """An assessed incident with a document in work: parts of paths that are there."""
    data = base64.b64encode((examples() / DEMO / "bundle.json").read_bytes()).decode()
    value = {"title": "A case", "reports": [{"name": "bundle.json", "data": data}]}
    key = settled(node, token, send(node, token, "incidents", value))["incident"]
    facts = [{"name": "report.verified", "value": True}]
    send(node, token, f"incidents/{key}/facts", {"source": "a call", "facts": facts})
    job = settled(node, token, send(node, token, f"incidents/{key}/assess", {}))["key"]
    document = send(node, token, f"incidents/{key}/documents", {"draft": "sitrep"})["document"]
    return {
        "key": key, "job": job, "entry": "3", "place": "1", "ident": "law.eu.nis2",
        "document": document, "index": "3", "form": "pdf",
        "account": send(node, colleague, "me")["account"],
    }  # fmt: skip


def made(kind: st.SearchStrategy[schemathesis.Case[Any]]) -> list[schemathesis.Case[Any]]:
    """Some requests of a kind, others each time."""
    found: list[schemathesis.Case[Any]] = []

    @seed(random.getrandbits(64))
    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(kind)
    def keep(case: schemathesis.Case[Any]) -> None:
        found.append(case)

    keep()
    return found


def run(
    node: Node, token: str, known: dict[str, str], until: float
) -> tuple[Counter[str], list[str]]:
    """Ask until the time is up; return the answers by operation and status, and the failures."""
    schema = schemathesis.openapi.from_url(f"{node.url}/api/v1/openapi.json")
    found = operations(schema)
    answers: Counter[str] = Counter()
    failures: list[str] = []
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {token}"
    while time.monotonic() < until:
        for name, operation in found.items():
            end = min(until, time.monotonic() + SLICE)
            for case in made(cases(operation, known)):
                if time.monotonic() >= end:
                    break
                answer = case.call(session=session, timeout=120)
                answers[f"{name} {answer.status_code}"] += 1
                if answer.status_code >= FAILURE:
                    failures.append(f"{answer.status_code}: {case.as_curl_command()[:2_000]}")
    return answers, failures


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--minutes", type=float, default=10)
    given_minutes = parser.parse_args().minutes
    with tempfile.TemporaryDirectory() as folder:
        node = Node(Path(folder))
        try:
            keys = tokens(node.home, Program=EVERYTHING, Colleague="legal-adviser")
            known = case(node, keys["Program"], keys["Colleague"])
            until = time.monotonic() + given_minutes * 60
            answers, failures = run(node, keys["Program"], known, until)
            send(node, keys["Program"], "me")  # it still answers
        finally:
            node.stop()
    for name, count in sorted(answers.items()):
        print(f"  {name}: {count}")
    for failure in failures:
        print(failure)
    print(f"{answers.total()} requests, {len(failures)} answered with 5xx")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
