"""Fingerprints that two people compare by reading them aloud."""


def groups(digest: bytes) -> str:
    """Return the first 128 bits of a digest as eight groups of five decimal digits.

    Each group is 16 bits, so 00000 to 65535: digits can be read aloud in any language.
    """
    words = (int.from_bytes(digest[at : at + 2], "big") for at in range(0, 16, 2))
    return " ".join(f"{word:05d}" for word in words)
