"""The reference is held to the code: limits, names, and sentences that are really said."""

import re
from datetime import timedelta
from importlib import import_module
from pathlib import Path

import msgspec
import pytest

from comity.dispatch import age
from comity.dispatch.payload import Addressee, Attachment, Body, Dispatch, Kind, Origin
from comity.dispatch.receipt import Event, Receipt

TEXT = (Path(__file__).parents[2] / "docs" / "reference" / "dispatch-format.md").read_text("utf-8")
MODULES = ("age", "jws", "payload", "receipt")


def section(title: str) -> str:
    return TEXT.split(f"\n## {title}\n")[1].split("\n## ")[0]


def rows(title: str) -> list[list[str]]:
    lines = [line for line in section(title).splitlines() if line.startswith("|")]
    return [line.strip("| ").split(" | ") for line in lines[2:]]


def limits() -> dict[str, int | timedelta]:
    return {
        f"{module}.{name}": value
        for module in MODULES
        for name, value in vars(import_module(f"comity.dispatch.{module}")).items()
        if name.startswith("MAX_")
    }


def test_every_limit_is_in_the_reference_with_its_value() -> None:
    said = {name.strip("`"): int(re.sub(r"\D", "", most)) for _, most, name in rows("Limits")}
    assert said == {
        name: value.days if isinstance(value, timedelta) else value
        for name, value in limits().items()
    }


@pytest.mark.parametrize("kind", [Dispatch, Origin, Addressee, Body, Attachment])
def test_every_member_of_a_dispatch_is_in_the_reference(kind: type[msgspec.Struct]) -> None:
    text = section("The payload of a dispatch")
    assert [name for name in kind.__struct_encode_fields__ if f"`{name}`" not in text] == []


def test_every_kind_member_and_event_of_a_receipt_is_in_the_reference() -> None:
    dispatch, receipt = section("The payload of a dispatch"), section("The payload of a receipt")
    assert [kind for kind in Kind if f"`{kind}`" not in dispatch] == []
    assert [event for event in Event if f"| `{event}` |" not in receipt] == []
    assert [n for n in Receipt.__struct_encode_fields__ if f"| `{n}` |" not in receipt] == []


def test_every_refusal_of_the_reference_is_a_sentence_of_the_code() -> None:
    folder = Path(age.__file__).parent
    source = " ".join(path.read_text("utf-8") for path in sorted(folder.glob("*.py")))
    said = re.sub(r'"\s*f?"', "", source)  # strings that go on in the next line
    for name, value in limits().items():
        said = said.replace("{" + name.split(".")[1] + "}", str(value))
    assert [words for _, words in rows("Refusals") if words not in said] == []
