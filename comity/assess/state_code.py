"""Which state somebody means who types a code or a name."""

from __future__ import annotations

from comity.assess.facts import is_state_code
from comity.errors import BadInput
from comity.knowledge.base import Knowledge


def state_code(text: str, knowledge: Knowledge) -> str:
    """The code of the one state that is called so; BadInput says what to type instead."""
    text = text.strip()
    found = knowledge.states_called(text)
    if len(found) == 1:
        return found[0].id
    if found:
        meant = " or ".join(f"{state.id} ({state.name})" for state in found)
        raise BadInput(f"{text!r} may be {meant}: type the code")
    if state := knowledge.state_by_alpha2(text):
        raise BadInput(f"type {state.id} for {state.name}")
    if is_state_code(text):
        return text  # an entity of the operator's own, which the packs need not know
    raise BadInput(
        f"no state is called {text!r}: type its name in an official language of the United "
        "Nations, or its three capital letters, such as EST"
    )
