"""Marking schemes of invented countries, and things that carry them."""

import json

from comity.actions.take_in import Report

TOML = """
default = "amber+strict"

[schemes.Demoland]
levels = ["LOCAL", "GUARDED", "SEALED"]
ceiling = "GUARDED"

[schemes.Demoland.markings]
"Demoland local" = "LOCAL"
"Demoland guarded" = "GUARDED"
"marking-definition--5d1c0a2b-1111-4111-8111-00000000000a" = "GUARDED"
"Demoland sealed" = "SEALED"
"marking-definition--5d1c0a2b-1111-4111-8111-00000000000b" = "SEALED"

[schemes.Farland]
levels = ["BLUE", "BLACK"]

[schemes.Farland.markings]
"Farland blue" = "BLUE"
"Farland black" = "BLACK"

[[equivalences]]
of = { scheme = "Farland", level = "BLUE" }
protected_as = { scheme = "Demoland", level = "GUARDED" }

[addressees."Ministry of Demoland"]
clearances = [{ scheme = "Demoland", level = "SEALED" }]
"""
GUARDED_ID = "marking-definition--5d1c0a2b-1111-4111-8111-00000000000a"
SEALED_ID = "marking-definition--5d1c0a2b-1111-4111-8111-00000000000b"
_OWN_ID = "marking-definition--5d1c0a2b-1111-4111-8111-00000000000c"
_NOTE = "note--5d1c0a2b-1111-4111-8111-0000000000{:02d}"
_AT = {"created": "2026-03-01T08:00:00Z", "modified": "2026-03-01T08:00:00Z"}


def set_up(home, text=TOML):
    """Put a file of schemes into a data folder."""
    (home / "markings.toml").write_text(text)


def note(number, content, **more):
    return {
        "type": "note", "spec_version": "2.1", "id": _NOTE.format(number), **_AT,
        "content": content, "object_refs": ["identity--5d1c0a2b-1111-4111-8111-0000000000ff"],
    } | more  # fmt: skip


def definition(statement):
    return {
        "type": "marking-definition", "spec_version": "2.1", "id": _OWN_ID,
        "created": _AT["created"], "definition_type": "statement",
        "definition": {"statement": statement},
    }  # fmt: skip


def carried(level):
    """Each way in which an object of a bundle can carry a level, by what it is called."""
    ids = {"GUARDED": GUARDED_ID, "SEALED": SEALED_ID}
    words = f"Demoland {level.lower()}"
    return {
        "a marking by its id": [note(1, "x", object_marking_refs=[ids[level]])],
        "a part by its id": [
            note(1, "x", granular_markings=[{"marking_ref": ids[level], "selectors": ["content"]}])
        ],
        "a statement": [definition(words), note(1, "x", object_marking_refs=[_OWN_ID])],
        "a definition alone": [definition(words), note(1, "x")],
        "a label": [note(1, "x", labels=["other", words.upper()])],
        "a line of its text": [note(1, f"{words}\nwhat happened")],
        "a part of a line": [note(1, f"Handling: {words} // no copies\nwhat happened")],
        "the level with its scheme": [note(1, f"[{level} (Demoland)]")],
        "an object that cannot be read": [note(1, "x"), {"type": "note", "labels": [words]}],
        "inside of another": [note(1, "x", x_more={"object_marking_refs": [ids[level]]})],
    }


def bundle(objects, name="report.json"):
    """A report of these objects."""
    sent = {"type": "bundle", "id": "bundle--5d1c0a2b-1111-4111-8111-0000000000fe"}
    return Report(name, json.dumps(sent | {"objects": objects}).encode())
