"""Rules of approval that an operator writes: stricter than what this version asks for, never less.

A table for each kind of act (a template such as ``tpl.note_verbale``) or audience (``external``,
``public``), and in it ``approvals``: a list of roles for each approval, one of which gives it.
``clears`` lists the services of the node that say clear before technical detail leaves.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from typing import Annotated

import msgspec

from comity.access.release import RULES, SERVICES, Needed, Rules, meets
from comity.access.roles import APPROVING, Role
from comity.errors import BadInput

FILE = "approvals.toml"
LARGEST = 64 << 10  # bytes
_One = Annotated[tuple[Role, ...], msgspec.Meta(min_length=1)]


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    approvals: Annotated[tuple[_One, ...], msgspec.Meta(max_length=5)]


def read_rules(body: bytes, audiences: dict[str, str]) -> Rules:
    """The rules of this version, with those of the file in their place.

    ``audiences`` is the audience of each template that there is. Raises BadInput, naming the
    table, for a rule that asks for less, that nobody could meet, or that is about nothing.
    """
    try:
        found = tomllib.loads(body.decode())
        clears = msgspec.convert(found.pop("clears", []), frozenset[str])
        tables = msgspec.convert(found, dict[str, _Table])
    except (ValueError, RecursionError) as error:  # tomllib's, msgspec's and the decoder's own
        raise BadInput(f"{FILE} cannot be read: {error}") from error
    if odd_one := clears - SERVICES.keys():
        known = ", ".join(SERVICES)
        raise BadInput(f"{FILE}: clears: {min(odd_one)} is no service; there are {known}")
    rules = dict(RULES.approvals)
    for name, table in tables.items():
        audience = audiences.get(name, name)
        if audience not in RULES.approvals:
            raise BadInput(f"{FILE}: {name} is no kind of act and no audience{_one_of(audiences)}")
        needed: Needed = tuple(frozenset(roles) for roles in table.approvals)
        if odd := frozenset().union(*needed) - APPROVING:
            raise BadInput(f"{FILE}: {name}: a {min(odd)} approves nothing")
        if not meets(needed, RULES.approvals[audience]):
            raise BadInput(f"{FILE}: {name}: a rule may ask for more than Comity does, never less")
        rules[name] = needed
    for template, audience in audiences.items():
        # Who asks for more of an audience means every kind of act for it.
        own = rules.get(template)
        if own is not None and not meets(own, rules[audience]):
            raise BadInput(f"{FILE}: {template}: it asks for less than {audience} does")
    return Rules(rules, clears)


def _one_of(names: Collection[str]) -> str:
    return f"; there are {', '.join(sorted({*names, *RULES.approvals}))}"
