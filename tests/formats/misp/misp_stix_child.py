"""MISP's own converter to STIX 2.1, in a process of its own: events in, objects out.

Importing it changes the registry of stix2, which other tests ask, and warns as it does so.
"""

import json
import sys
from typing import Any

from misp_stix_converter import MISPtoSTIX21Parser
from stix2.exceptions import STIXError


def objects_of(event: dict[str, Any]) -> list[dict[str, Any]] | None:
    """The STIX objects of an event, ``None`` if the converter refuses it as a whole."""
    parser = MISPtoSTIX21Parser()
    try:
        parser.parse_misp_event(event)
    except STIXError:
        return None
    found: list[dict[str, Any]] = json.loads(parser.bundle.serialize())["objects"]
    return found


if __name__ == "__main__":
    json.dump([objects_of(event) for event in json.load(sys.stdin)], sys.stdout)
