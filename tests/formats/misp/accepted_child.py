"""What MISP's own library and converter make of events, in a process of its own.

Importing them changes the registry of stix2, which other tests ask.
"""

import json
import sys
from typing import Any

from misp_stix_converter import MISPtoSTIX21Parser
from pymisp import MISPEvent


def taken(event: dict[str, Any]) -> dict[str, Any]:
    """What PyMISP loads and validates of an event, and what misp-stix makes of that."""
    loaded = MISPEvent()
    loaded.load(json.dumps({"Event": event}), validate=True)
    alone = list(loaded.attributes)
    inside = [attribute for one in loaded.objects for attribute in one.attributes]
    parser = MISPtoSTIX21Parser()
    parser.parse_misp_event(event)
    return {
        "uuid": loaded.uuid,
        "info": loaded.info,
        "distribution": loaded.distribution,
        "tags": [tag.name for tag in loaded.tags],
        "attributes": [[it.uuid, it.type, it.value, it.to_ids] for it in (*alone, *inside)],
        "misplaced": [
            [it.type, it.category]
            for it in (*alone, *inside)
            if it.type not in loaded.describe_types["category_type_mappings"].get(it.category, ())
        ],
        "errors": {key: [str(one) for one in several] for key, several in parser.errors.items()},
        "objects": len(json.loads(parser.bundle.serialize())["objects"]),
    }


if __name__ == "__main__":
    json.dump([taken(event) for event in json.load(sys.stdin)], sys.stdout)
