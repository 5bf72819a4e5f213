"""Fields of dates, times, numbers and money, typed as people write them."""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation

from wtforms import Field
from wtforms.validators import StopValidation, ValidationError
from wtforms.widgets import TextInput

from core import clock, days
from core.characters import levelled, tidy
from core.fields import Anything, Check, chain
from core.plainly import day as shown_day
from core.plainly import number
from core.words import Words, _, _l


class _Typed(Field):  # type: ignore[misc]
    """A value written as text; what was typed stays in the page when it can't be read."""

    widget = TextInput()
    process_errors: Sequence[str]
    unreadable: Words = ""
    rule: Words = ""
    """How it is written: said under its label, before anybody sends it."""
    most = 40

    def __init__(
        self,
        label: Words | None = None,
        *,
        required: bool = True,
        missing: Words | None = None,
        unreadable: Words = "",
        hint: Words = "",
        checks: Sequence[Check] = (),
        **rest: Anything,
    ) -> None:
        super().__init__(label, chain(required, missing, checks), description=hint, **rest)
        self.unreadable = unreadable or self.unreadable

    def shows(self, unreadable: Words) -> None:
        """What is said instead of what can't be read; a form that was sent has read it before its page knows more."""
        said, self.unreadable = str(self.unreadable), unreadable
        self.process_errors = [str(unreadable) if each == said else each for each in self.process_errors]

    def read(self, text: str) -> Anything:
        """The value; ValueError when it can't be read."""
        raise NotImplementedError

    def write(self, value: Anything) -> str:
        """The value as its author would write it."""
        return str(value)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed."""
        text = tidy(valuelist[0])[: self.most] if valuelist else ""
        self.typed: str | None = text
        self.data = None
        if text:
            try:
                self.data = self.read(text)
            except days.FarYear as far:
                raise ValueError(
                    _("This date lies in the year %(year)s: check the year.", year=str(far.year))
                ) from None
            except days.NoSuchDay:
                raise ValueError(_("There is no such day: check the month and the day.")) from None
            except (ValueError, OverflowError, InvalidOperation):
                raise ValueError(str(self.unreadable)) from None

    def _value(self) -> str:
        typed: str | None = getattr(self, "typed", None)
        if typed is not None and self.raw_data:
            return typed
        return "" if self.data is None else self.write(self.data)


class Near:
    """A day near today, for an example that may be copied: one that has passed is not taken everywhere.

    One to come is none of a weekend: hearings and interviews take place on working days.
    """

    def __init__(self, ahead: int, at: str = "") -> None:
        self._ahead, self._at = ahead, at

    def __str__(self) -> str:
        """In digits alone, as the keys of a telephone can write it; with a time of the day as ISO does."""
        day = clock.today() + timedelta(days=self._ahead)
        if self._ahead > 0:
            day += timedelta(days=7 - day.weekday() if days.is_weekend(day) else 0)
        return f"{day}{self._at}" if self._at else f"{day:%Y%m%d}"


IN_A_WEEK = Near(7)


class Day(_Typed):
    """A date, written as people write dates: 2026-01-04, 2026/1/4, 2026年1月4日."""

    data: date | None
    unreadable = _l("Write the date as year, month and day, for example %(day)s.", day=Near(0))
    rule: Words = _l("For example %(day)s", day=Near(0))
    inputmode = "numeric"

    def process_data(self, value: Anything) -> None:
        """A draft that colleagues share keeps it as text."""
        self.data = date.fromisoformat(value) if isinstance(value, str) and value else value or None
        self.object_data = self.data  # what is compared where somebody else was first

    def like(self, day: date) -> None:
        """Another example, where the usual one would be refused."""
        typed = f"{day:%Y%m%d}"
        self.shows(_l("Write the date as year, month and day, for example %(day)s.", day=typed))
        self.rule = _l("For example %(day)s", day=typed)

    def read(self, text: str) -> date:
        """The day that was meant."""
        return days.read(text)

    def write(self, value: date) -> str:
        """As ISO writes it."""
        return value.isoformat()


class PastDate(Day):
    """A date that is not in the future."""

    def pre_validate(self, _form: object) -> None:
        """Today is the last day possible."""
        if self.data and self.data > clock.today():
            raise ValidationError(
                _("This date is in the future. Today is %(today)s.", today=shown_day(clock.today(), "long"))
            )


class ComingDate(Day):
    """A date that has not passed."""

    unreadable = _l("Write the date as year, month and day, for example %(day)s.", day=IN_A_WEEK)
    rule = _l("For example %(day)s", day=IN_A_WEEK)

    def pre_validate(self, _form: object) -> None:
        """Today is the first day possible."""
        if self.data and self.data < clock.today():
            raise StopValidation(_("This date has passed. Today is %(today)s.", today=shown_day(clock.today(), "long")))


class Moment(_Typed):
    """A day and a time in Shanghai, such as 2026-11-25 14:30; its value is an aware instant in UTC."""

    data: datetime | None
    unreadable = _l("Write the day and the time, for example %(day)s.", day=Near(7, " 14:30"))
    rule = _l("For example %(day)s", day=Near(7, " 14:30"))

    def like(self, at: datetime) -> None:
        """Another example, where the usual one would be refused."""
        self.shows(_l("Write the day and the time, for example %(day)s.", day=self.write(at)))
        self.rule = _l("For example %(day)s", day=self.write(at))

    def read(self, text: str) -> datetime:
        """The instant that was meant."""
        return days.read_moment(text)

    def write(self, value: datetime) -> str:
        """On the wall clock in Shanghai."""
        return f"{clock.local(value):%Y-%m-%d %H:%M}"


class PastMoment(Moment):
    """One that has passed: its example lies behind its reader; that it is not in the future is said by the verbs."""

    unreadable = _l("Write the day and the time, for example %(day)s.", day=Near(-1, " 14:30"))
    rule = _l("For example %(day)s", day=Near(-1, " 14:30"))


MANY = 10**9
"""The most that a number may be where nothing else is said."""


class Whole(_Typed):
    """A whole number between two limits."""

    data: int | None
    unreadable = _l("Write a whole number in digits.")
    inputmode = "numeric"

    def __init__(
        self, label: Words | None = None, *, least: int = 0, most: int = MANY, is_year: bool = False, **rest: Anything
    ) -> None:
        super().__init__(label, **rest)
        self._written = str if is_year else number  # years have no thousands marks
        self.between(least, most, said="hint" not in rest)  # a hint of its own says what is laid down for it

    def between(self, least: int, most: int, *, said: bool = True) -> None:
        """Its limits, where only the page knows them."""
        self.lowest, self.highest = least, most
        if said and most < MANY:
            self.rule = _l("From %(least)s to %(most)s", least=self._written(least), most=self._written(most))

    def read(self, text: str) -> int:
        """The number, with or without thousands marks."""
        return int(re.sub(r"[,，\s]", "", levelled(text)))

    def pre_validate(self, _form: object) -> None:
        """Within the limits."""
        if self.data is not None and not self.lowest <= self.data <= self.highest:
            limits = {"least": self._written(self.lowest), "most": self._written(self.highest)}
            raise StopValidation(_("Write a number from %(least)s to %(most)s.", **limits))


class Amount(_Typed):
    """An amount of money in yuan with at most two decimals."""

    data: Decimal | None
    unreadable = _l("Write the amount in yuan in digits, for example 12800 or 12800.50.")
    rule = _l("In yuan, for example 12800 or 12800.50")
    inputmode = "decimal"

    def read(self, text: str) -> Decimal:
        """The amount, whatever stands around the digits."""
        bare = re.sub(r"[,，\s¥￥元]", "", levelled(text))
        if not re.fullmatch(r"\d{1,12}(\.\d{1,2})?", bare):
            raise ValueError(text)
        return Decimal(bare)
