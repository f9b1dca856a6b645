"""The kinds of text and number that requests take, each with its limit.

Control characters are refused: PostgreSQL keeps no NUL, and nobody types the others.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta

_PLAIN = r"[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
_ANY, _SAYING = rf"^{_PLAIN}", rf"^\s*[^\s\x00-\x1f\x7f]{_PLAIN}"

Line = Annotated[str, Meta(min_length=1, max_length=200, pattern=_SAYING)]
"""A name or title: says something."""
Reason = Annotated[str, Meta(min_length=1, max_length=400, pattern=_SAYING)]
"""Why, in a few words."""
Remark = Annotated[str, Meta(max_length=400, pattern=_ANY)]
"""A few words; may be empty."""
Note = Annotated[str, Meta(max_length=1_000, pattern=_ANY)]
"""More words; may be empty."""
Words = Annotated[str, Meta(max_length=4_000, pattern=_ANY)]
"""Words for a blank of a document, or a line of what was done before its release."""
Name = Annotated[str, Meta(min_length=1, max_length=120, pattern=_SAYING)]
"""A name of a person, a draft or a fact."""
Hash = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$", max_length=64)]
"""A SHA-256 in lower-case hexadecimal digits: the version of a document."""
LAST = 2**63 - 1
Index = Annotated[int, Meta(ge=0, le=LAST)]
"""The number of an entry of the record."""
Instant = Annotated[datetime, Meta(tz=True)]
"""A time with its zone."""
Cursor = Annotated[str, Meta(pattern=r"^[0-9]{1,16}-[0-9]{1,18}$", max_length=40)]
"""Where a list goes on: ``next`` of the page before."""
Limit = Annotated[int, Meta(ge=1, le=200)]
"""How many rows at once."""
