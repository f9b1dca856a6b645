"""Numbers of other systems, noted by a program."""

from tests.api.asking import ask


def test_a_ticket_system_notes_its_number_and_finds_the_incident_by_it(duty, key):
    said = {"system": "rtir", "number": "#4711", "url": "https://rt.example.org/4711"}
    entry = ask("POST", f"incidents/{key}/tickets", duty, said).done(201)["entry"]
    (one,) = ask("GET", f"incidents/{key}/tickets", duty).done()["tickets"]
    assert (one["number"], one["url"], one["kept"]) == ("4711", said["url"], True)
    (found,) = ask("GET", "incidents", duty, query="q=rtir+4711").done()["incidents"]
    assert found["key"] == key
    off = {"system": "rtir", "number": "4711", "reason": "merged"}
    assert ask("POST", f"incidents/{key}/tickets/off", duty, off).done(201)["entry"] > entry
    assert ask("GET", f"incidents/{key}/tickets", duty).done() == {"tickets": []}
    ask("POST", f"incidents/{key}/tickets/off", duty, off).refused(403, "no such number")


def test_what_is_wrong_with_a_number_is_said(duty, key):
    path = f"incidents/{key}/tickets"
    ask("POST", path, duty, {"system": "jira", "number": "1"}).refused(422, "system")
    ask("POST", path, duty, {"system": "rtir", "number": "<1>"}).refused(422, "A number is")
    bad = {"system": "rtir", "number": "1", "url": "http://rt.example.org"}
    ask("POST", path, duty, bad).refused(422, "url")
