"""STIX 2.0 objects raised to 2.1; the bytes that were sent stay as they are.

The rules, each where 2.1 asks for what 2.0 did not have:

* ``spec_version`` becomes ``2.1``;
* an indicator's pattern is a STIX pattern of version 2.0;
* a malware is a family: a 2.0 malware always has a name and no samples, and MITRE raised
  all of ATT&CK by the same rule;
* ``labels`` were the type vocabulary of indicator, malware, report, threat-actor and tool,
  and the roles of an identity. They are copied to the property that 2.1 has for that and
  stay in ``labels``, because 2.0 producers also put free tags there;
* ``observed-data.objects`` stays: it is deprecated, not gone.
"""

from comity.stix.types import Opaque

TYPES_2_0 = frozenset(
    {
        "attack-pattern", "campaign", "course-of-action", "identity", "indicator",
        "intrusion-set", "malware", "marking-definition", "observed-data", "relationship",
        "report", "sighting", "threat-actor", "tool", "vulnerability",
    }
)  # fmt: skip
_LABELS_BECAME = {
    "identity": "roles",
    "indicator": "indicator_types",
    "malware": "malware_types",
    "report": "report_types",
    "threat-actor": "threat_actor_types",
    "tool": "tool_types",
}


def raise_2_0(sent: Opaque) -> Opaque:
    """Return the 2.1 form of a parsed 2.0 object; what 2.1 already names is not replaced."""
    kind = sent["type"]
    raised = {**sent, "spec_version": "2.1"}
    if kind == "indicator":
        raised.setdefault("pattern_type", "stix")
        if raised["pattern_type"] == "stix":
            raised.setdefault("pattern_version", "2.0")
    elif kind == "malware":
        raised.setdefault("is_family", True)
    if kind in _LABELS_BECAME and "labels" in sent:
        raised.setdefault(_LABELS_BECAME[kind], sent["labels"])
    return raised
