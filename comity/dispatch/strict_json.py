"""JSON from another node into one frozen type: nothing unknown, nothing twice, one sentence."""

import re
from typing import Final, TypeVar

import jiter
import msgspec

from comity.errors import BadInput

T = TypeVar("T")

_DUPLICATE = re.compile(r'Detected duplicate key "(.{0,80}?)"')
_AT = re.compile(r"(.*?)(?: - at `\$\.?(?P<at>[^`]{1,80})`)?", re.DOTALL)
_SAYS: Final = (
    (re.compile(r"Object contains unknown field `(.{1,80})`"), "a member that is unknown: {0}"),
    (re.compile(r"Object missing required field `(\w+)`"), "no member {0}"),
    (re.compile(r"Invalid enum value"), "a value that is none of those allowed"),
    (re.compile(r"Expected `str` matching regex"), "a value that is not in the form it has to be"),
    (re.compile(r"Expected `(?:str|array|bytes)` of length"), "a value of a length not allowed"),
    (re.compile(r"Expected `int` [<>]="), "a number out of range"),
)


def decode(raw: bytes, kind: type[T], what: str) -> T:
    """Return ``raw`` as ``kind``; BadInput names ``what`` (“The receipt”) and what is wrong.

    A member twice is refused at every depth: two readers could each believe another one.
    The caller has bounded the size. Struct checks that raise BadInput are passed on as they are.
    """
    try:
        jiter.from_json(raw, catch_duplicate_keys=True, allow_inf_nan=False, cache_mode="none")
        return msgspec.json.decode(raw, type=kind)
    except msgspec.ValidationError as error:
        raise BadInput(f"{what} has {_wrong(str(error))}.") from None
    except (ValueError, RecursionError) as error:
        if twice := _DUPLICATE.match(str(error)):
            raise BadInput(f"{what} has the member {twice[1]!r} twice.") from None
        raise BadInput(f"{what} is not JSON.") from None


def _wrong(message: str) -> str:
    match = _AT.fullmatch(message)
    said, at = (match[1], match["at"]) if match else (message, None)
    for pattern, words in _SAYS:
        if found := pattern.match(said):
            text = words.format(*(repr(group) for group in found.groups()))
            break
    else:
        text = "a value of another type than it has to be"
    return f"{text} (in {at})" if at else text
