"""Pure rooms read no clock, no file, no environment and draw no lots, in our own calls."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "comity"
PURE = ("access", "gate", "stix", "formats", "knowledge", "rules", "agreements", "assess")
RIM = ("load", "sandbox")  # inside pure rooms, and outside the contract
FORBIDDEN = {
    "now", "today", "utcnow", "time", "monotonic", "perf_counter", "uuid1", "uuid4", "urandom",
    "open", "print", "input", "getenv", "read_text", "write_text", "read_bytes", "write_bytes",
}  # fmt: skip
METHODS_OF_OURS = {"time"}  # FactSheet.time reads a fact, not a clock
FILES = [
    file
    for room in PURE
    for file in sorted((PACKAGE / room).rglob("*.py"))
    if not set(file.relative_to(PACKAGE).parts) & set(RIM)
]


def impure_calls(tree: ast.AST) -> list[str]:
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = (
                node.func.attr
                if isinstance(node.func, ast.Attribute)
                else getattr(node.func, "id", "")
            )
            owner = ast.unparse(node.func.value) if isinstance(node.func, ast.Attribute) else ""
            if name in FORBIDDEN and not (name in METHODS_OF_OURS and owner == "facts"):
                found.append(f"line {node.lineno}: {ast.unparse(node.func)}()")
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_a_pure_room_calls_nothing_impure(file):
    assert impure_calls(ast.parse(file.read_text("utf-8"))) == []


def test_a_clock_read_in_a_pure_room_would_be_found():
    assert impure_calls(ast.parse("import datetime as dt\nx = dt.datetime.now()")) != []
