"""Each operation under requests that were made from its description: no failure, no surprise."""

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings

from comity.access.roles import Role
from comity.api.routes import ENDPOINTS
from comity.node.models import Entry, Job
from tests.api.asking import ROOT, served, somebody
from tests.api.fuzzing import CHECKS, ENDS_THE_RUN, cases, operations
from tests.node_cast import account

EXAMPLES = 6
# Schemathesis leaves out the description that it works from.
NAMES = [one.name for one in ENDPOINTS if one.name not in ENDS_THE_RUN | {"openapi"}]


@pytest.fixture
def known(incident, owner):
    """Parts of paths that are there."""
    owner.post(f"/incidents/{incident.key}/documents/new", {"draft": "sitrep"})
    document = Entry.objects.get(kind="document").document
    other = str(account("Colleague").key)
    job = str(Job.objects.order_by("pk")[0].key)
    return {"key": incident.key, "document": document, "index": "0", "account": other, "job": job,
            "entry": "2", "place": "1", "ident": "law.eu.nis2"}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_no_request_makes_an_operation_fail_or_answer_what_it_does_not_say(name, known):
    schema = schemathesis.openapi.from_wsgi(
        f"{ROOT}/openapi.json", served, base_url="http://testserver"
    )
    token = somebody("Program", *Role)

    @settings(
        max_examples=EXAMPLES, deadline=None, derandomize=True, database=None,
        phases=[Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=cases(operations(schema)[name], known))
    def ask(case):
        answer = case.call(headers={"Authorization": f"Bearer {token}"})
        case.validate_response(answer, checks=CHECKS)

    ask()
