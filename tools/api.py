"""Writes docs/reference/api.md from the operations of the API."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.node_settings"

import django

if __name__ == "__main__":
    django.setup()
    from tests.docs.api_reference import PAGE, page

    PAGE.write_text(page(), "utf-8")
    print(PAGE)
