"""Documentation is held to the code: commands, options, exit codes, examples, links."""

import argparse
import re
from pathlib import Path

import pytest
from django.urls import resolve

from comity.access.misp_file import read_misp
from comity.access.sign_on_file import read_sources
from comity.assess.facts import sheet
from comity.assess.facts_file import read_facts
from comity.cli.main import parser
from comity.knowledge.load.packs import shipped

ROOT = Path(__file__).parent.parent
PAGES = [*ROOT.glob("*.md"), *sorted((ROOT / "docs").rglob("*.md")), *ROOT.glob("examples/*/*.md")]


def commands(top: argparse.ArgumentParser, path: str = "comity") -> dict[str, set[str]]:
    """Every command with its own options."""
    found: dict[str, set[str]] = {}
    for action in top._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, child in action.choices.items():
                found |= commands(child, f"{path} {name}")
    options = {o for a in top._actions for o in a.option_strings if o.startswith("--")}
    leaf = not any(isinstance(a, argparse._SubParsersAction) for a in top._actions)
    return {**found, path: options - {"--help", "--json", "--home"}} if leaf else found


@pytest.mark.parametrize(("command", "options"), commands(parser()).items())
def test_every_command_and_option_is_in_the_reference(command, options):
    rows = (ROOT / "docs" / "reference" / "cli.md").read_text("utf-8").splitlines()
    row = next((line for line in rows if line.startswith(f"| `{command}")), None)
    assert row is not None
    assert {option for option in options if f"`{option}`" not in row} == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_between_pages_leads_somewhere(page):
    text = page.read_text("utf-8")
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text):
        if "://" not in target:
            assert (page.parent / target).exists(), target


def test_the_fact_sheet_in_the_reference_can_be_read():
    text = (ROOT / "docs" / "reference" / "fact-sheet.md").read_text("utf-8")
    (block,) = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    features = shipped().features
    facts = sheet(features, read_facts(block.encode(), features, file="reference").claims)
    assert facts.time("incident.aware_at") is not None


def test_the_instance_of_misp_in_the_how_to_can_be_read():
    text = (ROOT / "docs" / "how-to" / "work-with-misp.md").read_text("utf-8")
    (block,) = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    optional = re.sub(r"^# ", "", block, flags=re.MULTILINE).replace("key_env", "# key_env")
    assert read_misp(block.encode()).timeout == read_misp(optional.encode()).timeout


def test_the_providers_in_the_how_to_can_be_read():
    text = (ROOT / "docs" / "how-to" / "sign-on-with-an-identity-provider.md").read_text("utf-8")
    blocks = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    assert list(read_sources("".join(blocks).encode())) == ["ministry", "csirt"]
    addresses = re.findall(r"https://comity\.example\.org(/accounts/\S+)", text)
    assert [resolve(address).url_name for address in addresses] == [
        "sign_on_back",
        "sign_on_metadata",
    ]


def test_the_numbers_in_the_readme_are_those_of_the_packs():
    text = " ".join((ROOT / "README.md").read_text("utf-8").split())
    knowledge = shipped()
    assert (
        f"knows {len(knowledge.norms)} norms, {len(knowledge.commitments)} confidence-building "
        f"measures, {len(knowledge.instruments)} instruments "
        f"and {len(knowledge.channels)} channels"
    ) in text
