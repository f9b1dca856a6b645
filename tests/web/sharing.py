"""Objects of each marking, and what people do to share them: used by several tests."""

import json

from comity.stix.markings import TLP_2_IDS, Tlp
from tests.web.test_documents import field, stays, text
from tests.web.test_objects import indicator, link

SECRET = "sinkhole-of-a-partner.example.org"


def marked(thing, level):
    return thing | {"object_marking_refs": [TLP_2_IDS[level]]}


CLEAR, AMBER, RED = (
    marked(indicator(number), level)
    for number, level in ((1, Tlp.CLEAR), (2, Tlp.AMBER), (3, Tlp.RED))
)
LINK = marked(link(4, CLEAR, AMBER), Tlp.CLEAR)
IN_PART = marked(indicator(5), Tlp.CLEAR) | {
    "description": f"seen at {SECRET}",
    "granular_markings": [{"marking_ref": TLP_2_IDS[Tlp.RED], "selectors": ["description"]}],
}
ACTOR = {
    "type": "intrusion-set", "spec_version": "2.1", "name": "Cluster of a demonstration",
    "id": "intrusion-set--1d0f2b3c-0000-4000-8000-000000000009",
    "created": CLEAR["created"], "modified": CLEAR["created"],
    "object_marking_refs": [TLP_2_IDS[Tlp.CLEAR]],
}  # fmt: skip
CHOICE = {
    "whom": "organisation", "name": "CSIRT of a neighbour", "purpose": "mitigation",
    "types": ["indicator", "relationship"],
}  # fmt: skip


def put_together(client, case, **more):
    answer = client.post(f"{case}sharing/new", CHOICE | more)
    assert answer.status_code == 302, text(answer)
    return answer["Location"]


def decisions(page):
    return page.replace("/sharing/", "/documents/")


def approve(client, page, role="releasing-officer", done=("0", "1"), answer="yes", **more):
    shown = client.get(page)
    said = {
        "body": field(shown, "body"), "role": role, "answer": answer,
        "reason": "read each line", "done": done,
        **stays(shown), **more,
    }  # fmt: skip
    return client.post(f"{decisions(page)}approve", said)


def release(client, page):
    shown = client.get(page)
    said = {"body": field(shown, "body"), "reason": "agreed", **stays(shown)}
    return client.post(f"{decisions(page)}release", said)


def say(client, page, answer, service="csirt", **more):
    said = {
        "body": field(client.get(page), "body"), "service": service, "answer": answer,
        "said_by": "the shift lead, by telephone", **more,
    }  # fmt: skip
    return client.post(f"{decisions(page)}word", said)


def sent(client, page):
    return json.loads(client.get(f"{page}bundle.json").content)["objects"]


def released(owner, officer, case, **more):
    page = put_together(owner, case, **more)
    assert approve(officer, page).status_code == 302
    assert release(officer, page).status_code == 302
    return page
