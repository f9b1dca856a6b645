"""The list of the drafts: what it names is there, and it fits its published schema."""

import hashlib
import json
from pathlib import Path

import jsonschema
import msgspec
from jsonschema.validators import Draft202012Validator

from comity.documents.drafts.files import as_data, draft_files
from comity.documents.drafts.index import Index
from comity.documents.language import language
from tests.documents.drafts.samples import drafted

SCHEMA = Path(__file__).parents[3] / "docs" / "reference" / "drafts.schema.json"


def test_the_list_names_every_file_by_its_hash_and_every_draft_by_that_of_its_data():
    drafts, dossier = drafted()
    files = draft_files(drafts, dossier, language())
    index = json.loads(files["index.json"])
    named = {file["name"]: file["sha256"] for row in index["drafts"] for file in row["files"]}
    assert named == {
        name: hashlib.sha256(body).hexdigest()
        for name, body in files.items()
        if not name.startswith("index.")
    }
    data = as_data(drafts)
    for row in index["drafts"]:
        assert row["sha256"] == hashlib.sha256(data[row["id"]]).hexdigest()


def test_the_list_fits_its_published_schema_which_is_that_of_the_code():
    published = json.loads(SCHEMA.read_text("utf-8"))
    Draft202012Validator.check_schema(published)
    assert published["$defs"] == msgspec.json.schema(Index)["$defs"]
    drafts, dossier = drafted(report__verified=None)
    index = json.loads(draft_files(drafts, dossier, language())["index.json"])
    jsonschema.validate(index, published, cls=Draft202012Validator)


def test_the_page_says_what_was_not_drafted_and_why():
    drafts, dossier = drafted(report__verified=None)
    page = draft_files(drafts, dossier, language())["index.html"].decode()
    assert page.count("The report has not been verified") == len(drafts.withheld)
    assert "notification.html" not in page
    assert "default-src 'none'" in page
