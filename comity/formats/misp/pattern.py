"""STIX patterns of single comparisons (STIX 2.1 §9)."""

from collections.abc import Mapping


def comparison(path: str, value: str | int) -> str:
    """One equality, the value escaped where it is text (§9.2.3)."""
    if isinstance(value, int):
        return f"{path} = {value}"
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"{path} = '{escaped}'"


def observed(*comparisons: str) -> str:
    """One observation in which all comparisons hold of one object."""
    return f"[{' AND '.join(comparisons)}]"


def hashed(type_: str, hashes: Mapping[str, str]) -> list[str]:
    """Comparisons of hashes; a key with a hyphen is quoted."""
    return [
        comparison(f"{type_}:hashes.{key}" if key.isalnum() else f"{type_}:hashes.'{key}'", value)
        for key, value in hashes.items()
    ]
