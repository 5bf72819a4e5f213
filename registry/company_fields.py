"""The field in which companies of the register are named: by any name, app, signature, number or credit code."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from wtforms import Field
from wtforms.validators import StopValidation
from wtforms.widgets import TextInput

from core.characters import tidy
from core.errors import BadInput
from core.fields import Anything, chain, unkept
from core.words import Words, _, _l

LONGEST = 200
PICKED = "="
"""Begins what a radio sends; what is typed there would be of no company."""
OTHER = PICKED * 2
"""What the radio sends that leads to the line beside the companies of the matter."""


class Named(NamedTuple):
    """A company as one answer: its number, what names it alone, and by which other name it was found."""

    number: int
    said: str
    known_as: str = ""


class Look(NamedTuple):
    """Who in the register is called like this, and who resembles it."""

    called: Callable[[str], Sequence[Named]]
    resembling: Callable[[str], Sequence[Named]]
    otherwise: Callable[[str], Words] = lambda _said: ""
    """What to say of one that is called like this and is of a kind that is not asked for."""


class Offered(NamedTuple):
    """A radio: what it sends, what it says, and whether it is chosen."""

    value: str
    label: str
    hint: str
    chosen: bool


class Company(Field):  # type: ignore[misc]
    """A company of the register, or several (`most`), each as it was typed; `numbers` are whom the register means.

    What several bear, and what nobody bears, is answered by radios of those that may be meant (`asked`). Companies of
    the matter at hand (`near`) are radios from the beginning, and one more stands for what is typed beside them: where
    another one is chosen and something else is typed, neither is taken for what was meant.
    """

    widget = TextInput()
    data: list[str]
    errors: Sequence[str]
    look: Look | None = None
    near: Sequence[Named] = ()
    none: Words = ""
    """What it means that none is chosen, where that is an answer beside those of the matter."""

    def __init__(
        self,
        label: Words | None = None,
        *,
        required: bool = True,
        missing: Words | None = None,
        most: int = 1,
        hint: Words = "",
        **rest: Anything,
    ) -> None:
        super().__init__(label, chain(required, missing or _l("Name the company."), ()), description=hint, **rest)
        self.most = most
        self.known: dict[str, int] = {}
        self.asked: tuple[str, Sequence[Named]] = ("", ())
        self.unclear: set[str] = set()
        self.again: list[str] = []
        self.picked: str | None = None

    def process_data(self, value: Sequence[str] | None) -> None:
        """Names, as the page writes them."""
        self.data = list(value or ())

    def process_formdata(self, valuelist: list[str]) -> None:
        """Names as they were typed; a radio answers the very name it was offered for, or stands for none typed."""
        sent = [each for each in (tidy(value) for value in valuelist) if each]
        words = [each for each in sent if not each.startswith(PICKED)]
        typed = list(dict.fromkeys(words))
        self.again = [each for each in typed if words.count(each) > 1]
        for pick in (each for each in sent if each.startswith(PICKED)):
            said, _sign, answers = pick[1:].partition(PICKED)
            if answers in typed:
                typed[typed.index(answers)] = said
            elif not answers:
                self.picked = pick
                typed = typed or ([said] if said else [])
        self.data = typed

    def stands_for(self, *companies: Named) -> list[str]:
        """What names these companies in the field, as its own pages wrote it: they are meant, whoever shares a name."""
        for each in companies:
            if self.known.setdefault(each.said, each.number) != each.number:
                raise ValueError(each.said)
        return [each.said for each in companies]

    @property
    def numbers(self) -> list[int]:
        """Whom the register means; what it does not know is never left out in silence."""
        found = [self._meant(each) for each in self.data]
        if any(len(each) != 1 for each in found):
            raise BadInput(self.short_name, _l("Name the company."))
        return list(dict.fromkeys(each[0].number for each in found))

    @property
    def twice(self) -> list[str]:
        """What was typed for a company that is named already, in the same words or in others; it counts once."""
        meant: dict[int, str] = {}
        others = [each for each in self.data if meant.setdefault(self._meant(each)[0].number, each) != each]
        return [*self.again, *others]

    @property
    def number(self) -> int | None:
        """The one that is meant, if any is."""
        return next(iter(self.numbers), None)

    def pre_validate(self, _form: object) -> None:
        """Each name must mean one company; of the first that does not, those are offered that may be meant."""
        if told := self._torn():
            raise StopValidation(told)
        found = [text for text in map(self._wrong, self.data[: self.most]) if text]
        if len(self.data) > self.most:
            found.append(str(_("Name at most %(most)s companies at once.", most=self.most)))
        if found:
            self.errors = [*self.errors, *found]
            raise StopValidation

    def _torn(self) -> str:
        """Why it can't be told whether what is chosen is meant, or what is typed."""
        if self.chosen == OTHER and not self.data:
            return _("Name the company.")
        if self.chosen in (None, OTHER) or not self.data or self.chosen == _radio(self.data[0]):
            return ""
        return _(
            "“%(chosen)s” is chosen and “%(name)s” written: choose “Another company”, or empty the line.",
            chosen=self.chosen.strip(PICKED) or str(self.none),
            name=self.data[0][:LONGEST],
        )

    def _wrong(self, said: str) -> str:
        """Why a name does not do, and whom to choose from instead."""
        found = self._meant(said)
        if len(found) == 1:
            return ""
        self.unclear.add(said)
        if told := unkept(said):
            return told
        alike = found or (self.look.resembling(said) if self.look and len(said) <= LONGEST else ())
        if alike and not self.asked[1]:
            self.asked = (said, alike)
        name = said[:LONGEST]
        if not found and self.look and (told := str(self.look.otherwise(name))):
            return told
        if found:
            return _("Several companies are called “%(name)s”: choose which one is meant.", name=name)
        if alike:
            return _("The register has no company called “%(name)s”: choose one that resembles it.", name=name)
        return _("The register has no company called “%(name)s”: write another name of it, or its code.", name=name)

    def _meant(self, said: str) -> Sequence[Named]:
        if said in self.known:
            return [Named(self.known[said], said)]
        return self.look.called(said) if self.look and len(said) <= LONGEST and not unkept(said) else ()

    @property
    def typed(self) -> list[str]:
        """What stands in the lines of text: all that no radio says."""
        beside = {each.said for each in self.near}
        return [each for each in self.data if each not in beside]

    @property
    def chosen(self) -> str | None:
        """Which radio of the matter is chosen: by whoever sent it, else by what stands in the field."""
        if self.raw_data:
            return self.picked
        if self.typed:
            return OTHER
        return _radio(self.data[0]) if self.data else PICKED

    @property
    def offered(self) -> Iterator[Offered]:
        """The radios: those that may be meant, else those of the matter."""
        said, alike = self.asked
        for each in alike:
            yield Offered(_radio(each.said) + said, each.said, each.known_as, each.said in self.data)
        if alike or not self.near:
            return
        if self.none:
            yield Offered(PICKED, str(self.none), "", self.chosen == PICKED)
        for each in self.near:
            yield Offered(_radio(each.said), each.said, each.known_as, self.chosen == _radio(each.said))
        yield Offered(OTHER, _("Another company"), "", self.chosen == OTHER)

    def _value(self) -> str:
        return next(iter(self.typed), "")


def _radio(said: str) -> str:
    """What the radio of a company of the matter sends; of one that may be meant, what it answers follows."""
    return f"{PICKED}{said}{PICKED}"
