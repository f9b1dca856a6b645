"""Technical resemblance on the node: only on request, only for those who read evidence."""

import re

from comity.access.roles import Role
from comity.node.models import Entry
from comity.node.services import open_record
from comity.record.payload import Assessment, decode
from tests.node_cast import account, browser


def text(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.content.decode()))


def documents_of_last(incident):
    last = Entry.objects.filter(incident=incident.key, kind="assessment").order_by("-index")[0]
    with open_record() as record:
        made = decode(next(record.entries(last.index)).payload or b"")
    assert isinstance(made, Assessment)
    return set(made.documents)


def test_nothing_is_compared_before_somebody_asks(owner, incident):
    assert "Nobody has asked for it" in text(owner.get(f"/incidents/{incident.key}/attribution"))
    assert "attribution.json" not in documents_of_last(incident)


def test_whoever_asks_gets_the_matrix_or_why_nobody_may_be_named(owner, incident):
    answer = owner.post(f"/incidents/{incident.key}/attribute")
    assert answer["Location"].startswith("/jobs/")
    shown = text(owner.get(f"/incidents/{incident.key}/attribution"))
    assert "Do not attribute" in shown
    assert "Evidence against hypotheses" in shown
    assert "nothing of it may go into a document that leaves" in shown
    assert "attribution.json" in documents_of_last(incident)


def test_it_stays_when_the_incident_is_assessed_again_and_says_that_it_is_older(owner, incident):
    owner.post(f"/incidents/{incident.key}/attribute")
    page = f"/incidents/{incident.key}/attribution"
    assert "was assessed again since" not in text(owner.get(page))
    owner.post(f"/incidents/{incident.key}/assess")
    assert "was assessed again since" in text(owner.get(page))
    assert "Do not attribute" in text(owner.get(page))


def test_the_political_side_reads_and_asks_nothing_of_it(owner, incident):
    owner.post(f"/incidents/{incident.key}/attribute")
    diplomat = browser(account("Diplomat", Role.DIPLOMAT))
    assert diplomat.get(f"/incidents/{incident.key}/attribution").status_code == 403
    assert diplomat.post(f"/incidents/{incident.key}/attribute").status_code == 403
    assert "Evidence against hypotheses" not in text(diplomat.get(f"/incidents/{incident.key}/"))
