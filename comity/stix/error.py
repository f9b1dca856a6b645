"""The one error that reading or building a STIX object raises."""

from comity.errors import BadInput


class StixError(BadInput, ValueError):
    """One object breaks one rule; ``str()`` is one sentence.

    ``id`` is the object's id where it could be read, ``path`` the property
    (``external_references[0].url``, empty for the object as a whole) and
    ``rule`` a predicate such as ``is required``. It is a ``ValueError`` too,
    because msgspec adds the path only to those.
    """

    def __init__(self, id: str | None, path: str, rule: str) -> None:  # noqa: A002
        self.id = id
        self.path = path
        self.rule = rule
        super().__init__(id, path, rule)

    def __str__(self) -> str:
        where = self.id or "an object without a readable id"
        return f"In {where}, {self.path or 'the object'} {self.rule}."
