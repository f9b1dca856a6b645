"""Writes docs/reference/dossier.schema.json and drafts.schema.json from the code."""

import json
from pathlib import Path

import msgspec

from comity.documents.drafts import model as drafts
from comity.documents.drafts.index import Index
from comity.documents.model import SCHEMA, Dossier

FOLDER = Path(__file__).parent.parent / "docs" / "reference"

if __name__ == "__main__":
    for name, title, kind in (
        ("dossier.schema.json", SCHEMA, Dossier),
        ("drafts.schema.json", drafts.SCHEMA, Index),
    ):
        schema = {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": title,
            **msgspec.json.schema(kind),
        }
        file = FOLDER / name
        file.write_text(json.dumps(schema, indent=2) + "\n", "utf-8")
        print(file)
