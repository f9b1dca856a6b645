"""The reader's language: gettext for sentences, CLDR for dates and durations."""

from __future__ import annotations

import datetime as dt
import gettext
from functools import cache
from importlib import resources

import msgspec
from babel import Locale
from babel.dates import format_datetime
from whenever import Instant

from comity.agreements.clock import Period
from comity.documents.model import Moment
from comity.wording import Sentence


class Language(msgspec.Struct, frozen=True):
    """One language. ``code`` is a BCP 47 tag that gettext and CLDR both know."""

    code: str
    translations: gettext.NullTranslations

    def tr(self, msgid: str) -> str:
        """The message in this language, or the English message id where there is none yet."""
        return self.translations.gettext(msgid)

    @property
    def right_to_left(self) -> bool:
        """Whether this language is written from right to left."""
        return bool(Locale.parse(self.code, sep="-").character_order == "right-to-left")

    def say(self, sentence: Sentence) -> str:
        """A finding's sentence in this language."""
        return sentence.render(self.tr)

    def moment(self, instant: dt.datetime, timezone: str) -> Moment:
        """An instant in UTC and on the wall clock of ``timezone``."""
        local = Instant(instant).to_tz(timezone).to_stdlib()
        return Moment(
            utc=instant.astimezone(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
            local=format_datetime(local, "d MMM y HH:mm", locale=self.code, tzinfo=local.tzinfo),
            offset=_offset(local),
            timezone=timezone,
            in_utc=format_datetime(instant, "d MMM y HH:mm", locale=self.code, tzinfo=dt.UTC)
            + " UTC",
        )

    def period(self, period: Period) -> str:
        """A period in words: "72 hours", "1 month"."""
        hours, rest = divmod(period.seconds, 3600)
        minutes, seconds = divmod(rest, 60)
        parts = (
            (period.years, "{n} year", "{n} years"),
            (period.months, "{n} month", "{n} months"),
            (period.days, "{n} day", "{n} days"),
            (hours, "{n} hour", "{n} hours"),
            (minutes, "{n} minute", "{n} minutes"),
            (seconds, "{n} second", "{n} seconds"),
        )
        spoken = [
            self.translations.ngettext(one, many, n).format(n=n) for n, one, many in parts if n
        ]
        return " ".join(spoken) or self.tr("at once")

    def left(self, until: dt.datetime, now: dt.datetime) -> str:
        """How long until an instant, in whole days, hours and minutes; or how long ago it was."""
        minutes = abs(int((until - now).total_seconds())) // 60
        days, rest = divmod(minutes, 24 * 60)
        hours, minutes = divmod(rest, 60)
        if days:
            span = self.tr("{days} d {hours} h").format(days=days, hours=hours)
        elif hours:
            span = self.tr("{hours} h {minutes} min").format(hours=hours, minutes=minutes)
        else:
            span = self.tr("{minutes} min").format(minutes=minutes)
        if until < now:
            return self.tr("{span} ago").format(span=span)
        return self.tr("{span} left").format(span=span)


def _offset(local: dt.datetime) -> str:
    """Such as UTC+5:45: a wall-clock time that occurs twice needs it to be one instant."""
    minutes = round((local.utcoffset() or dt.timedelta()).total_seconds() / 60)
    if not minutes:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'+' if minutes > 0 else '-'}{hours}" + (f":{rest:02d}" if rest else "")


@cache
def language(code: str = "en") -> Language:
    """A language by its code; English where there is no catalogue."""
    folder = resources.files("comity").joinpath("locale")
    with resources.as_file(folder) as path:
        return Language(code, gettext.translation("comity", path, [code], fallback=True))
