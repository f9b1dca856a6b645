"""The Traffic Light Protocol in STIX, by published id (STIX 2.1 §7.2.1.4; FIRST TLP 2.0).

References often come without the marking object, so the levels are known by id alone, and
an object that reuses a published id cannot redefine it.
"""

import enum
import re
import unicodedata
from collections.abc import Iterable

from comity.stix.meta import MarkingDefinition
from comity.stix.timestamp import Timestamp

TLP_2_EXTENSION = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"


class Tlp(enum.IntEnum):
    """A TLP 2.0 level; a greater one lets fewer people see. No marking is no level."""

    CLEAR = 0
    GREEN = 1
    AMBER = 2
    AMBER_STRICT = 3
    RED = 4

    @property
    def label(self) -> str:
        """The label as FIRST writes it, such as ``TLP:AMBER+STRICT``."""
        return f"TLP:{self.name.replace('_', '+')}"


TLP_2_IDS: dict[Tlp, str] = {
    Tlp.CLEAR: "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
    Tlp.GREEN: "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    Tlp.AMBER: "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    Tlp.AMBER_STRICT: "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
    Tlp.RED: "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
}
# TLP 1 WHITE became CLEAR; TLP 1 AMBER let members tell clients, as AMBER without STRICT does.
TLP_1_IDS: dict[Tlp, str] = {
    Tlp.CLEAR: "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9",
    Tlp.GREEN: "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da",
    Tlp.AMBER: "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82",
    Tlp.RED: "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed",
}
# TLP, its version if it is said, and anything but a letter or a digit.
_NAMED = re.compile(r"\W*(?:tlp|traffic\W?light\W?protocol)(?:\W{0,3}[12]\.0)?(?:[\W_]+|$)")
_WORDS = {**Tlp.__members__, "WHITE": Tlp.CLEAR}
_LEVELS = {id_: level for ids in (TLP_1_IDS, TLP_2_IDS) for level, id_ in ids.items()}


def tlp_of(marking_ref: str) -> Tlp | None:
    """Return the level that a marking id stands for, ``None`` for any other marking."""
    return _LEVELS.get(marking_ref.lower())


def tlp_named(text: str) -> Tlp | None:
    """Return the level that a tag, a label or the name of a marking states, however written.

    ``tlp:amber+strict``, ``TLP 2.0 - RED`` and ``tlp="white"`` are read; what begins like a TLP
    level and is none is RED. ``None`` for any other text.
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = "".join(c for c in plain if unicodedata.category(c) != "Cf").strip()
    match = _NAMED.match(plain)
    if match is None:
        return None
    word = "_".join(re.findall(r"[^\W_]+", plain[match.end() :])).upper()
    return _WORDS.get(word, Tlp.RED)


def strictest(levels: Iterable[Tlp]) -> Tlp | None:
    """Return the most restrictive level, ``None`` if there is none: unmarked is not CLEAR."""
    return max(levels, default=None)


def tlp_marking(level: Tlp) -> MarkingDefinition:
    """Return the published TLP 2.0 marking object of a level."""
    return MarkingDefinition(
        spec_version="2.1",
        id=TLP_2_IDS[level],
        created=Timestamp("2022-10-01T00:00:00.000Z"),
        name=level.label,
        extensions={
            TLP_2_EXTENSION: {
                "extension_type": "property-extension",
                "tlp_2_0": level.label.removeprefix("TLP:").lower(),
            }
        },
    )
