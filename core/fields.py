"""Fields of text, and what every field checks: tidy what people type, say plainly what is wrong with it."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

from wtforms import Field, StringField, TextAreaField
from wtforms.validators import StopValidation, ValidationError
from wtforms.widgets import PasswordInput

from core.characters import levelled, tidy, wrong
from core.mail_addresses import spelled
from core.plainly import number
from core.tongues import strange
from core.words import Words, _

Check: TypeAlias = Callable[[Any, Any], None]
Anything: TypeAlias = Any
"""What WTForms hands on without looking."""


def unkept(text: str, *, private: bool = False) -> str:
    """What is to be deleted from a text, because it can't be kept; nothing where all can."""
    found = wrong(text, private=private)
    if found is None:
        return ""
    code, why, before = found
    if before:
        return _(
            "Delete %(code)s after “%(before)s”: it is %(why)s and can't be kept.",
            code=code,
            before=before,
            why=str(why),
        )
    return _("Delete %(code)s at the beginning: it is %(why)s and can't be kept.", code=code, why=str(why))


class Filled:
    """The field must hold something; the message says what to do."""

    field_flags = {"required": True, "filled": True}  # noqa: RUF012 - the name WTForms reads

    def __init__(self, message: Words | None = None) -> None:
        self.message = message

    def __call__(self, _form: object, field: Field) -> None:
        """Stop at once: nothing else can be said of an empty field."""
        if field.data is None or field.data is False or field.data in ("", []):  # 0 is an answer
            if field.errors:
                raise StopValidation
            raise StopValidation(str(self.message or _("Fill in: %(label)s", label=str(field.label.text))))


def chain(required: bool, missing: Words | None, checks: Iterable[Check]) -> list[Check]:
    """The checks of a field, the one for emptiness first."""
    return [*([Filled(missing)] if required else []), *checks]


class Text(StringField):  # type: ignore[misc]
    """One line of text."""

    data: str | None
    lines = False
    written_in = ""
    """The language in which whoever reads it is written to; empty where nobody in particular does."""

    def __init__(
        self,
        label: Words | None = None,
        *,
        required: bool = True,
        missing: Words | None = None,
        most: int = 200,
        least: int = 0,
        private: bool = False,
        hint: Words = "",
        checks: Sequence[Check] = (),
        **rest: Anything,
    ) -> None:
        super().__init__(
            label, chain(required, missing, [self._length, self._letters, *checks]), description=hint, **rest
        )
        self.most, self.least, self.private = most, least, private

    def process_formdata(self, valuelist: list[str]) -> None:
        """What was typed, tidied."""
        self.data = tidy(valuelist[0], lines=self.lines) if valuelist else self.data

    @property
    def strange(self) -> list[str]:
        """What of it is not in its reader's language: warned of, never refused."""
        return strange(self.data or "", self.written_in) if self.written_in else []

    @property
    def rule(self) -> str:
        """What is refused whatever it is about: said under its label, before anybody sends it."""
        return _("At least %(least)s characters.", least=self.least) if self.least else ""

    def _length(self, _form: object, _field: Field) -> None:
        """Of what is too long nothing else is asked: it may be of millions of characters."""
        count = len(self.data or "")
        if count > self.most:
            raise StopValidation(
                _(
                    "Shorten this by %(over)s characters: at most %(most)s are possible.",
                    over=number(count - self.most),
                    most=number(self.most),
                )
            )
        if 0 < count < self.least:
            raise ValidationError(_("Write at least %(least)s characters.", least=self.least))

    def _letters(self, _form: object, _field: Field) -> None:
        if told := unkept(self.data or "", private=self.private):
            raise ValidationError(told)


class LongText(Text):
    """Text of several lines."""

    lines = True
    widget = TextAreaField.widget

    def __init__(self, label: Words | None = None, *, most: int = 5000, rows: int = 6, **rest: Anything) -> None:
        super().__init__(label, most=most, **rest)
        self.rows = rows


class Password(Field):  # type: ignore[misc]
    """A password: taken as typed, never shown again."""

    widget = PasswordInput(hide_value=True)
    data: str

    def __init__(
        self,
        label: Words | None = None,
        *,
        missing: Words | None = None,
        hint: Words = "",
        checks: Sequence[Check] = (),
        **rest: Anything,
    ) -> None:
        super().__init__(label, chain(True, missing, checks), description=hint, **rest)

    def process_formdata(self, valuelist: list[str]) -> None:
        """As typed."""
        self.data = valuelist[0][:1024] if valuelist else ""

    def _value(self) -> str:
        return ""


class Mail(Text):
    """An e-mail address."""

    def __init__(self, label: Words | None = None, *, checks: Sequence[Check] = (), **rest: Anything) -> None:
        super().__init__(label, most=254, checks=[self._form_of_mail, *checks], **rest)

    @property
    def rule(self) -> str:
        """An example shows the form."""
        return _("For example name@example.com")

    def _form_of_mail(self, _form: object, _field: Field) -> None:
        if self.data and spelled(self.data) is None:
            raise ValidationError(_("Write a whole email address, such as name@example.com."))


class Phone(Text):
    """A telephone number as people write it."""

    def __init__(self, label: Words | None = None, *, checks: Sequence[Check] = (), **rest: Anything) -> None:
        super().__init__(label, most=40, checks=[self._form_of_number, *checks], **rest)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Full-width digits become plain ones."""
        super().process_formdata(valuelist)
        self.data = levelled(self.data or "")

    @property
    def rule(self) -> str:
        """An example shows the form."""
        return _("For example 13800138000 or 010-12345678")

    def _form_of_number(self, _form: object, _field: Field) -> None:
        least = 3
        if self.data and (re.search(r"[^0-9+()\-–. #*]", self.data) or len(re.sub(r"\D", "", self.data)) < least):
            raise ValidationError(_("Write a telephone number in digits, such as 13800138000 or 010-12345678."))


class Mobile(Phone):
    """The number of a mobile, to which text messages can go."""

    @property
    def rule(self) -> str:
        """An example of what is taken."""
        return _("For example 13800138000")

    def _form_of_number(self, _form: object, _field: Field) -> None:
        """Whether a text message can go there is said by whoever takes the number."""
