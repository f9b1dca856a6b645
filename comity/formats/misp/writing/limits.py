"""How an element says its limits: distribution, sharing group, TLP and PAP tags."""

from collections.abc import Iterable
from typing import NamedTuple

from comity.formats.misp.limits import PAP_ORDER, Binding, Limits, strictest_pap
from comity.formats.misp.tags import read_tags
from comity.formats.misp.writing.losses import Ledger, Sent
from comity.formats.misp.writing.marks import OWN, Wanted, seen
from comity.stix.audience import Pap, SharingGroup
from comity.stix.markings import Tlp, strictest, tlp_named


class Placed(NamedTuple):
    """How an element says its limits.

    ``fields`` go into the element, ``tags`` are the names of its tags, and ``binding`` is how a
    reader will see it bound.
    """

    fields: Sent
    tags: tuple[str, ...]
    binding: Binding


def place(
    asked: Wanted, labels: Iterable[str], parent: Binding, ledger: Ledger, id_: str
) -> Placed:
    """Say limits in an element below ``parent`` that has these labels as tags."""
    names = tuple(dict.fromkeys(label.strip() for label in labels if label.strip()))
    said = read_tags((("", {"name": name}) for name in names), lambda *_: None)
    level, group = _distribution(asked, parent, ledger, id_)
    limits = Limits(level, group, said.tlp, said.pap)
    chain = (*parent, limits)
    floor = seen(chain).tlp if asked.stated else None
    tagged = strictest(one for one in (floor, *(limit.tlp for limit in chain)) if one is not None)
    short = asked.tlp is not None and (tagged is None or tagged < asked.tlp)
    if asked.tlp is not None and (short or not asked.stated):
        names = _without_weaker(names, asked.tlp, ledger, id_)
    if asked.tlp is not None and short:
        names = (*names, asked.tlp.label.lower())
        limits = Limits(level, group, asked.tlp, said.pap)
    pap = strictest_pap([one.pap for one in chain if one.pap])
    if asked.pap is not None and (pap is None or _weaker(pap, asked.pap)):
        names = (*names, f"PAP:{asked.pap.upper()}")
        limits = Limits(level, group, limits.tlp, asked.pap)
    binding = parent if limits == Limits() else tuple(dict.fromkeys((*parent, limits)))
    return Placed(_fields(level, group, ledger), names, binding)


def _without_weaker(names: tuple[str, ...], tlp: Tlp, ledger: Ledger, id_: str) -> tuple[str, ...]:
    """The tags but for those of a weaker level: somebody would go by one beside the right one."""
    kept = []
    for name in names:
        level = tlp_named(name)
        if level is None or level >= tlp:
            kept.append(name)
        else:
            ledger.lose(id_, f"is marked {tlp.label}, so its label {name} was left out")
    return tuple(kept)


def _weaker(pap: Pap, than: Pap) -> bool:
    return PAP_ORDER.index(pap) < PAP_ORDER.index(than)


def _distribution(
    asked: Wanted, parent: Binding, ledger: Ledger, id_: str
) -> tuple[int | None, SharingGroup | None]:
    """The element's own level and group; no level where it says what its parent does."""
    above = seen(parent) if parent else None
    groups = asked.groups
    if above is not None and above.level == asked.level:
        groups = tuple(group for group in groups if group not in above.groups)
        if not groups:
            return None, None
    if len(groups) > 1:
        rule = (
            "is for those who are in several sharing groups at once, which MISP cannot say; it was"
            " written for the own organisation only"
        )
        ledger.lose(id_, rule)
        return OWN, None
    return asked.level, (groups[0] if groups else None)


def _fields(level: int | None, group: SharingGroup | None, ledger: Ledger) -> Sent:
    if level is None:
        return {"distribution": "5"}
    if group is None:
        return {"distribution": str(level), "sharing_group_id": "0"}
    members = [
        {"Organisation": {"uuid": one.uuid, "name": one.name}} for one in group.organisations
    ]
    number = ledger.number(group.uuid)
    described = {
        "id": number,
        "uuid": group.uuid,
        "name": group.name,
        "SharingGroupOrg": members,
    }
    ledger.spend(described)
    return {"distribution": "4", "sharing_group_id": number, "SharingGroup": described}
