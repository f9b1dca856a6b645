"""Are the templates sound? Every place is known, and a document that leaves stays within bounds."""

from __future__ import annotations

from collections.abc import Iterator

from comity.knowledge.base import Knowledge
from comity.knowledge.model import PLACES, Feature, Part, Template
from comity.knowledge.placeholders import Fill, Place, pieces


def template_problems(knowledge: Knowledge) -> Iterator[tuple[str, str]]:
    """What is wrong, as the template's id and a sentence."""
    for template in knowledge.templates.values():
        for problem in (*_form(template), *_references(template, knowledge)):
            yield template.id, problem


def may_leave(feature: Feature) -> bool:
    """Whether a document to the outside may state this feature.

    Not where it speaks of actors or lists states: a State is told about itself only. Not where
    nothing closes its words, for those were written by somebody else; ``victim.sector`` is
    checked against a list of sectors when the draft is made.
    """
    if feature.id.startswith("actor.") or feature.states:
        return False
    return (
        feature.type not in ("string", "strings")
        or bool(feature.values)
        or (feature.id == "victim.sector")
    )


def _form(template: Template) -> Iterator[str]:
    for number, part in enumerate(template.body, 1):
        kinds = (part.heading, part.text, part.bullets, part.facts, part.insert)
        if sum(map(bool, kinds)) != 1:
            yield f"part {number} must be one of heading, text, bullets, facts, insert"
        if part.insert and template.audience != "internal" and part.insert != "indicators":
            yield f"part {number}: {part.insert} stays inside"
        if part.insert == "indicators" and template.audience != "external":
            yield f"part {number}: only a document to another state lists indicators"
    if template.audience != "external" and template.addressee != "none":
        yield "only an external document has an addressee"
    if not template.before_release:
        yield "says nothing about what to do before release"


def _references(template: Template, knowledge: Knowledge) -> Iterator[str]:
    packs = (knowledge.norms, knowledge.instruments, knowledge.groups)
    for ident in template.basis:
        if not any(ident in pack for pack in packs):
            yield f"no norm, instrument or group {ident}"
    if template.both_in is not None and template.both_in not in knowledge.groups:
        yield f"no group {template.both_in}"
    yield from _places(template, knowledge)


def _places(template: Template, knowledge: Knowledge) -> Iterator[str]:
    headings = (part.heading for part in template.body if part.heading)
    for text in (template.title, template.purpose, *template.before_release, *headings):
        if any(isinstance(piece, Place | Fill) for piece in pieces(text)):
            yield f"{text!r} can have no places"
    for part in template.body:
        for name in _names(part):
            feature = knowledge.features.get(name)
            if feature is None:
                if name not in PLACES:
                    yield f"no feature or place {{{name}}}"
            elif template.audience != "internal" and not may_leave(feature):
                yield f"{name} stays inside"


def _names(part: Part) -> Iterator[str]:
    yield from part.facts
    for text in (part.text or "", *part.bullets):
        yield from (piece.name for piece in pieces(text) if isinstance(piece, Place))
