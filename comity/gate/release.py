"""The one gate: whether one object may leave, and why. Whatever nothing allows stays."""

from __future__ import annotations

from collections.abc import Iterable

from comity.gate.agreement import agreement
from comity.gate.case import Case, Request, case_of
from comity.gate.cleared import cleared
from comity.gate.content import content_of, labels_of, nested_marking_refs, texts
from comity.gate.decision import Decision, Reason, Redaction, decided
from comity.gate.distribution import distribution
from comity.gate.marks import Marks, label_marks, together
from comity.gate.originator import originator
from comity.gate.pap import pap
from comity.gate.purpose import Purpose
from comity.gate.recipient import Recipients
from comity.gate.sanitise import prune
from comity.gate.setting import Setting
from comity.gate.terms import embargo, expiry, groups
from comity.gate.tlp import tlp
from comity.gate.unknown import unknown
from comity.stix.decode import Received
from comity.stix.meta import LanguageContent
from comity.stix.stated import stated_level
from comity.stix.timestamp import Timestamp
from comity.wording import say


def release(
    received: Received,
    recipients: Recipients,
    purpose: Purpose,
    at: Timestamp,
    setting: Setting,
    *,
    by: str | None = None,
    under: str | None = None,
) -> Decision:
    """Decide about one object, by itself.

    ``by`` is the person who releases; without one nothing goes that needs a person. ``under`` is
    the id of the agreement that the release is made under. Objects that go together are decided
    by ``release_all``: there one may give another away.
    """
    alone = weigh(received, Request(recipients, purpose, at, setting, by, under))
    if isinstance(received.value, LanguageContent):
        text = say("a translation leaves only together with what it translates")
        return alone.because(Reason("translation", allows=False, text=text))
    return alone


def weigh(received: Received, request: Request, also: Iterable[Redaction] = ()) -> Decision:
    """The decision about an object of which also other parts have to be taken out."""
    case = case_of(received, request)
    marks = marks_of(received, request.setting)
    reasons = [
        _somebody(case),
        *tlp(marks, case, default=request.setting.default),
        *_marking_rules(marks, case),
        *originator(marks, case, default=request.setting.default),
        *agreement(case),
        *embargo(case),
        *expiry(case),
        *groups(case),
    ]
    redactions = (*barred_parts(received, case), *also)
    if redactions and prune(received, {part.selector for part in redactions}) is None:
        text = say("nothing valid is left without the parts that have to stay")
        reasons.append(Reason("redaction", allows=False, text=text))
        reasons.extend(part.reason for part in redactions)
    return decided(reasons, redactions)


def marks_of(received: Received, setting: Setting) -> Marks:
    """What binds an object as a whole: its markings, its labels and what its texts state."""
    content = content_of(received)
    refs = (*received.value.object_marking_refs, *nested_marking_refs(content))
    marked = setting.said(refs)
    stated = [stated_level(text) for text in texts(content)]
    prose = Marks(levels=tuple(level for level in stated if level is not None))
    written = together((label_marks(labels_of(received), setting.words), prose))
    if written.levels and not marked.levels:
        # A label or a text only tightens: it does not lower what unmarked things are taken for.
        written = together((written, Marks(levels=(setting.default,))))
    return together((marked, written))


def barred_parts(received: Received, case: Case) -> list[Redaction]:
    """Every part whose own marking does not let it go."""
    found = []
    for part in received.value.granular_markings:
        if part.marking_ref is None:
            continue
        marks = case.request.setting.said((part.marking_ref,))
        reasons = (*tlp(marks, case), *_marking_rules(marks, case), *originator(marks, case))
        found += [
            Redaction(selector, reason)
            for reason in reasons
            if not reason.allows
            for selector in part.selectors
        ]
    return found


def _marking_rules(marks: Marks, case: Case) -> list[Reason]:
    return [
        *distribution(marks, case),
        *pap(marks, case),
        *cleared(marks, case),
        *unknown(marks),
    ]


def _somebody(case: Case) -> Reason:
    if not case.request.recipients:
        return Reason("recipients", allows=False, text=say("nobody is named to receive it"))
    return Reason("recipients", allows=True, text=say("it is said who receives it"))
