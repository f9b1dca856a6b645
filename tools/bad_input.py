"""Writes docs/reference/bad-input.md from the inputs of the tests and what the command says."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.docs.bad_input import PAGE, page

if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
    print(PAGE)
