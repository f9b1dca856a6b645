"""Writes docs/reference/dossier.schema.json from the code."""

import json
from pathlib import Path

import msgspec

from comity.documents.model import SCHEMA, Dossier

FILE = Path(__file__).parent.parent / "docs" / "reference" / "dossier.schema.json"

if __name__ == "__main__":
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": SCHEMA,
        **msgspec.json.schema(Dossier),
    }
    FILE.write_text(json.dumps(schema, indent=2) + "\n", "utf-8")
    print(FILE)
