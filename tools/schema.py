"""Writes the schemas in docs/reference from the code."""

import json
from pathlib import Path

import msgspec

from comity.documents import attribution, model
from comity.documents.drafts import model as drafts
from comity.documents.drafts.index import Index

FOLDER = Path(__file__).parent.parent / "docs" / "reference"
SCHEMAS = {
    "dossier": (model.SCHEMA, model.Dossier),
    "attribution": (attribution.SCHEMA, attribution.AttributionPage),
    "drafts": (drafts.SCHEMA, Index),
}

if __name__ == "__main__":
    for name, (title, kind) in SCHEMAS.items():
        schema = {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": title,
            **msgspec.json.schema(kind),
        }
        file = FOLDER / f"{name}.schema.json"
        file.write_text(json.dumps(schema, indent=2) + "\n", "utf-8")
        print(file)
