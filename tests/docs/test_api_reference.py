"""The reference of the API is the one that its operations make."""

import re

from tests.docs.api_reference import PAGE, page


def test_the_page_is_the_one_that_the_operations_make():
    assert PAGE.read_text("utf-8") == page(), "run tools/api.py"


def test_every_type_that_is_named_is_explained():
    text = page()
    named = set(re.findall(r"\]\(#(\w+)\)", text))
    assert named
    assert named == {name.lower() for name in re.findall(r"^### (\w+)$", text, re.MULTILINE)}
