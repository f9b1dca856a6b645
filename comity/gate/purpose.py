"""What a release is for, in the words that channels and instruments of the packs use."""

from typing import Literal

Purpose = Literal[
    "inform",
    "clarify",
    "consultation",
    "mitigation",
    "assistance",
    "evidence",
    "preservation",
    "regulator",
    "capacity",
    "publish",
]
