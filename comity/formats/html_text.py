"""HTML to text whose lines are those of the source, with its title, date and links.

The tokens follow WHATWG HTML §13.2.5 as far as text needs them. It is one pass that never
looks at a byte twice: whatever is left open runs to the end of the file, as it does in a
browser. (The standard library's parser is quadratic on that in Python 3.11.)
"""

import html
import re
from typing import NamedTuple

_BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd", "div",
     "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4",
     "h5", "h6", "head", "header", "hr", "html", "legend", "li", "main", "nav", "ol", "option",
     "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "title",
     "tr", "ul"}
)  # fmt: skip
# Their content is nothing that a reader of the page sees.
_UNREAD = frozenset({"script", "style", "template", "noscript", "iframe", "object", "svg"})
_OPENS = re.compile(r"<(?=/?[A-Za-z]|[!?])")
_NAME = re.compile(r"/?([A-Za-z][A-Za-z0-9:-]{0,40})")
_PART = re.compile(
    r"\s*+([^\s\"'>/=]{0,200}+)(?:\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s>\"']*+)))?"
)
_REFERENCE = re.compile(
    r"&(?:#[0-9]{1,7}(?![0-9])|#[xX][0-9A-Fa-f]{1,6}(?![0-9A-Fa-f])|[A-Za-z][A-Za-z0-9]{1,31});?"
)
# A break between blocks that is no line of the source.
_BREAK = "\u2029"


class Link(NamedTuple):
    """Where a link leads, and the line it stands on."""

    target: str
    line: int


class Page(NamedTuple):
    """What an HTML file holds for a reader."""

    text: str
    title: str | None
    summary: str | None
    date: str | None
    links: tuple[Link, ...]


def page(source: str) -> Page:
    """Take the markup off. Its line ends stay, so a line number fits the source."""
    return _Reader(source).read()


class _Reader:
    def __init__(self, source: str) -> None:
        self._source = source
        self._out: list[str] = []
        self._links: list[Link] = []
        self._meta: dict[str, str] = {}
        self._title: str | None = None
        self._line = 1

    def read(self) -> Page:
        source, at = self._source, 0
        while found := _OPENS.search(source, at):
            self._say(source[at : found.start()])
            at = self._markup(found.start())
        self._say(source[at:])
        meta = self._meta.get
        date = meta("article:published_time") or meta("date") or meta("dc.date")
        return Page(
            "".join(self._out),
            self._title,
            meta("description") or meta("og:description"),
            date or meta("dcterms.date"),
            tuple(self._links),
        )

    def _markup(self, opening: int) -> int:
        """Read what begins with ``<`` and return where it ends."""
        source = self._source
        if source.startswith("<!--", opening):
            return self._skip(opening, self._behind("-->", opening + 4))
        name = _NAME.match(source, opening + 1)
        if name is None:  # a declaration or an instruction
            return self._skip(opening, self._behind(">", opening))
        tag = name[1].lower()
        end, attributes = self._attributes(name.end())
        closing = source[opening + 1] == "/"
        if not closing:
            self._note(tag, attributes)
        if tag in _BLOCKS:
            self._out.append(_BREAK)
        if not closing and (tag in _UNREAD or tag == "title"):
            return self._raw(tag, opening, end)
        return self._skip(opening, end)

    def _attributes(self, at: int) -> tuple[int, dict[str, str]]:
        found: dict[str, str] = {}
        source = self._source
        while at < len(source):
            if source[at] == ">":
                return at + 1, found
            part = _PART.match(source, at)
            if part is None or part.end() == at:
                at += 1
                continue
            at = part.end()
            value = next((text for text in part.group(2, 3, 4) if text is not None), "")
            if part[1] and len(found) < 100:
                found.setdefault(part[1].lower(), _plain(value))
        return at, found

    def _raw(self, tag: str, opening: int, end: int) -> int:
        """Pass over content that is no markup, up to its end tag."""
        closing = re.compile(rf"</{tag}\b", re.IGNORECASE).search(self._source, end)
        stop = closing.start() if closing else len(self._source)
        if tag == "title" and self._title is None:
            self._title = " ".join(_plain(self._source[end:stop]).split()) or None
        return self._skip(opening, stop)

    def _note(self, tag: str, attributes: dict[str, str]) -> None:
        target = attributes.get("href", "").strip()
        if tag in ("a", "area") and target and not target.startswith("#"):
            self._links.append(Link(target, self._line))
        elif tag == "meta" and "content" in attributes:
            key = attributes.get("property") or attributes.get("name") or ""
            self._meta.setdefault(key.lower(), attributes["content"].strip())
        elif tag == "time" and "datetime" in attributes:
            self._meta.setdefault("date", attributes["datetime"])

    def _behind(self, mark: str, at: int) -> int:
        found = self._source.find(mark, at)
        return len(self._source) if found < 0 else found + len(mark)

    def _skip(self, begin: int, end: int) -> int:
        """Leave out a stretch but keep its line ends."""
        lines = self._source.count("\n", begin, end)
        self._line += lines
        self._out.append("\n" * lines)
        return end

    def _say(self, text: str) -> None:
        self._line += text.count("\n")
        self._out.append(_plain(text))


def _plain(text: str) -> str:
    """Replace character references, the sizes of which are bounded."""
    return _REFERENCE.sub(lambda match: html.unescape(match[0]), text) if "&" in text else text
