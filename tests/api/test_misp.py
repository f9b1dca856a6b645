"""An event fetched from MISP by a program."""

from comity.node.models import Entry
from tests.api.asking import ask
from tests.formats.misp.events import EVENT
from tests.misp_server import serving, set_up


def test_a_program_has_an_event_filed_and_an_incident_opened(home, duty, key):
    with serving() as misp:
        set_up(home, misp)
        asked = ask("POST", f"incidents/{key}/misp", duty, {"event": EVENT}).done(202)
        done = ask("GET", f"jobs/{asked['key']}", duty).done()
        assert (done["kind"], done["state"]) == ("fetch", "done")
        assert done["files"][0]["file"] == f"misp-event-{EVENT}.json"
        body = {"title": "Phishing", "event": EVENT}
        asked = ask("POST", "incidents/from-misp", duty, body).done(202)
        done = ask("GET", f"jobs/{asked['key']}", duty).done()
        assert done["state"] == "done"
        assert done["incident"] != key
    assert Entry.objects.filter(kind="import", about__startswith="misp-event").count() == 2


def test_on_a_node_without_misp_it_is_told_who_sets_it_up(home, duty, key):
    body = {"event": EVENT}
    ask("POST", f"incidents/{key}/misp", duty, body).refused(404, "an operator sets one up")


def test_a_file_that_is_wrong_is_said_to_a_program(home, duty, key):
    (home / "misp.toml").write_text("url = 1")
    ask("POST", f"incidents/{key}/misp", duty, {"event": EVENT}).refused(422, "misp.toml cannot")


def test_what_is_no_uuid_is_refused(home, duty, key):
    ask("POST", f"incidents/{key}/misp", duty, {"event": "../../users"}).refused(422, "event")
