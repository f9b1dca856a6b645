"""What the check of the packs finds, and what loading refuses."""

import datetime as dt
from importlib import resources

import pytest

from comity.errors import BadInput
from comity.knowledge.check import check
from comity.knowledge.load.packs import PACKS, load, shipped

TODAY = dt.date(2026, 11, 22)


def packs(**changes: tuple[str, str]) -> dict[str, bytes]:
    """The shipped packs as bytes, with one text replaced in some of them."""
    folder = resources.files("comity.knowledge").joinpath("packs")
    files = {name: folder.joinpath(f"{name}.toml").read_text("utf-8") for name in PACKS}
    for name, (old, new) in changes.items():
        assert old in files[name]
        files[name] = files[name].replace(old, new, 1)
    return {name: text.encode() for name, text in files.items()}


def test_the_shipped_packs_have_nothing_to_mend():
    assert [finding for finding in check(shipped(), TODAY) if finding.grave] == []


@pytest.mark.parametrize(
    ("pack", "old", "new", "says"),
    [
        ("norms", 'applies_if = "victim.is_csirt"', 'applies_if = "victim.is_cirst"',
         "undeclared reference"),
        ("instruments", 'within = "PT72H"', 'within = "72h"', "is not a period"),
        ("instruments", 'at_least = "P60D"', 'at_least = "60 days"', "is not a period"),
        ("commitments", 'every = "P1Y"', 'every = "yearly"', "is not a period"),
        ("instruments", 'start_event = "incident.aware_at"', 'start_event = "incident.aware"',
         "no start event incident.aware"),
        ("instruments", "fulfilled:nis2.23.4b", "fulfilled:nis2.x", "no start event fulfilled"),
        ("instruments", 'bound_group = "grp.eea"', 'bound_group = "grp.efta"', "no group grp.efta"),
        ("instruments", 'unless = "data.risk_unlikely &&', 'unless = "data.risk &&',
         "undeclared reference"),
        ("instruments", 'state = "ALB"', 'state = "XYZ"', "no state XYZ"),
        ("channels", 'open_to = "grp.osce"', 'open_to = "grp.ocse"', "no group or instrument"),
        ("severity", "effect.severe_consequences", "effect.severe", "undeclared reference"),
        ("severity", 'applies_if = "effect.severe_consequences"', "",
         "conditions for some of its levels only"),
        ("law", 'features = ["actor.type",', 'features = ["actor.kind",', "no feature actor.kind"),
        ("measures", 'open_to = "grp.eu"', 'open_to = "grp.eec"', "no group grp.eec"),
        ("measures", 'concept = "il.retorsion"', 'concept = "il.x"', "no concept il.x"),
    ],
)  # fmt: skip
def test_a_broken_rule_or_reference_is_found(pack, old, new, says):
    findings = check(load(packs(**{pack: (old, new)})), TODAY)
    assert any(finding.grave and says in finding.problem for finding in findings)


def test_an_entry_nobody_looked_at_for_a_year_is_named():
    later = TODAY + dt.timedelta(days=3 * 365)
    stale = {f.entry for f in check(shipped(), later) if "last looked at" in f.problem}
    assert "norm.un.13a" in stale
    assert "law.eu.gdpr" in stale


@pytest.mark.parametrize(
    ("pack", "old", "new", "says"),
    [
        ("norms", "[[entry]]", "[entry", "the pack norms is not valid TOML"),
        ("norms", 'id = "norm.un.13b"', 'id = "norm.un.13a"', "has the entry norm.un.13a twice"),
        ("norms", "applies_if =", "applys_if =", "norm.un.13a: "),
        ("states", 'alpha2 = "AF"', "alpha2 = 4", "AFG: Expected `str`"),
    ],
)
def test_a_pack_that_cannot_be_loaded_says_which_entry(pack, old, new, says):
    with pytest.raises(BadInput) as refusal:
        load(packs(**{pack: (old, new)}))
    assert says in str(refusal.value)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('applies_if = "cross_border ', 'applies_if = "cross_boarder ', "undeclared reference"),
        ("{towards = [\"origin\"], text", '{only_if = "victim.x", towards = ["origin"], text',
         "undeclared reference"),
        ('basis = ["norm.un.13a"]', 'basis = ["norm.un.13z"]', "no norm, instrument or group"),
        ('both_in = "grp.osce"', 'both_in = "grp.ocse"', "no group grp.ocse"),
        ('"incident.occurred_at", "incident.aware_at"', '"incident.began"',
         "no feature or place {incident.began}"),
        ('"incident.occurred_at", "incident.aware_at"', '"origin.territories"',
         "origin.territories stays inside"),
        ('"incident.occurred_at", "incident.aware_at"', '"actor.type"', "actor.type stays inside"),
        ('insert = "indicators"', 'insert = "story"', "story stays inside"),
        ('{heading = "Purpose"}', '{heading = "Purpose", text = "Both"}', "must be one of"),
        ('{heading = "Purpose"}', '{heading = "Purpose of {own}"}', "can have no places"),
        ('audience = "external"', 'audience = "internal"', "only an external document"),
    ],
)  # fmt: skip
def test_a_template_that_says_too_much_or_names_what_is_not_there_is_found(old, new, says):
    findings = check(load(packs(templates=(old, new))), TODAY)
    assert any(finding.grave and says in finding.problem for finding in findings)
