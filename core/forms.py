"""Forms: fields that tidy what people type, and say plainly what is wrong with it."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

from flask import g
from flask_wtf import FlaskForm
from flask_wtf.file import MultipleFileField
from werkzeug.datastructures import FileStorage, MultiDict
from wtforms import BooleanField, Field, HiddenField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import Choice
from wtforms.validators import StopValidation, ValidationError
from wtforms.widgets import HiddenInput, PasswordInput, TextInput

from core import clock, days, drafting
from core.characters import tidy, wrong
from core.errors import BadInput, Changed, Refused
from core.web import new_key
from core.words import LazyString, _, _l

Words = str | LazyString
Check = Callable[[Any, Any], None]
OWN = {"csrf_token", "key", "version"}


class Filled:
    """The field must hold something; the message says what to do."""

    field_flags = {"required": True}  # noqa: RUF012 - the name WTForms reads

    def __init__(self, message: Words | None = None) -> None:
        self.message = message

    def __call__(self, _form: object, field: Field) -> None:
        """Stop at once: nothing else can be said of an empty field."""
        if field.data in (None, "", [], False):
            if field.errors:
                raise StopValidation
            raise StopValidation(str(self.message or _("Fill in: %(label)s", label=str(field.label.text))))


def _checks(required: bool, missing: Words | None, checks: Iterable[Check]) -> list[Check]:  # noqa: FBT001
    return [*([Filled(missing)] if required else []), *checks]


class Version(HiddenField):
    """The version of the thing the page shows; the verb compares it."""

    data: int | None

    def process_formdata(self, valuelist: list[str]) -> None:
        """A number, or nothing."""
        text = valuelist[0] if valuelist else ""
        self.data = int(text) if re.fullmatch(r"[0-9]{1,18}", text) else None

    def _value(self) -> str:
        return "" if self.data is None else str(self.data)


class Form(FlaskForm):  # type: ignore[misc]
    """Every form: sent once (`key`), for the version its reader saw (`version`)."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc, name-defined]
        """Kept text comes back by itself; messages are ours."""

        def wrap_formdata(self, form: "Form", formdata: Any) -> Any:  # noqa: ANN401 - WTForms hands anything on
            """What was posted; on a first look, what was kept while the author signed in."""
            found = super().wrap_formdata(form, formdata)
            if found is None and not form.is_submitted():
                return form.kept() or form.recalled()
            return found

        def get_translations(self, _form: object) -> "_Catalogue":
            """The words of WTForms itself stand in our catalogues."""
            return _Catalogue()

    drafted: ClassVar[bool] = False
    """Whether its long texts are kept on the server while they are written."""
    restored = False
    key = HiddenField(default=new_key)
    version = Version()

    @property
    def place(self) -> str:
        """Where its draft is kept; empty when it keeps none."""
        return drafting.place_of(type(self).__name__) if self.drafted else ""

    def recalled(self) -> MultiDict[str, str] | None:
        """The draft of this form on this page, if there is one."""
        fields = drafting.recall(self.place) if self.place else {}
        self.restored = bool(fields)
        return MultiDict(fields) if fields else None

    def kept(self) -> MultiDict[str, str] | None:
        """The kept text of this page, when all of it belongs to this form."""
        fields = drafting.kept()
        names = set(fields) - OWN
        if not names or not names <= set(self._fields):
            return None
        g.kept = {}
        return MultiDict((name, value) for name, values in fields.items() for value in values)

    def validate_on_submit(self, extra_validators: Any = None) -> bool:  # noqa: ANN401 - as FlaskForm has it
        """Whether it was sent and is right; after a refusal the page is asked again, and this says why not."""
        if not self.is_submitted():
            return False
        g.checked_form = self
        right = bool(self.validate(extra_validators=extra_validators))
        refused: Refused | None = g.get("refused")
        if refused is not None:
            self._tell(refused)
        g.problems = bool(self.problems)
        return right and refused is None

    def _tell(self, refused: Refused) -> None:
        if isinstance(refused, Changed):
            self.version.data = self.version.object_data
        if isinstance(refused, BadInput) and refused.field in self:
            field = self[refused.field]
            field.errors = [*field.errors, str(refused)]
        else:
            self.form_errors.append(str(refused))

    @property
    def problems(self) -> list[tuple[str, str]]:
        """All errors as (id of the field, message), for the error summary."""
        found = [("", str(message)) for message in self.form_errors]
        for field in self:
            found += [(field.id, str(message)) for message in field.errors if isinstance(message, str | LazyString)]
        return found


class _Catalogue:
    def gettext(self, text: str) -> str:
        return _(text)

    def ngettext(self, one: str, many: str, count: int) -> str:
        return _(one if count == 1 else many)


class Text(StringField):
    """One line of text."""

    lines = False

    def __init__(  # noqa: PLR0913 - keyword arguments read as a description of the field
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
        **rest: Any,  # noqa: ANN401 - WTForms' own
    ) -> None:
        super().__init__(label, _checks(required, missing, [self._length, self._letters, *checks]), description=hint, **rest)
        self.most, self.least, self.private = most, least, private

    def process_formdata(self, valuelist: list[str]) -> None:
        """What was typed, tidied."""
        self.data = tidy(valuelist[0], lines=self.lines) if valuelist else self.data

    def _length(self, _form: object, _field: Field) -> None:
        count = len(self.data or "")
        if count > self.most:
            raise ValidationError(_("Shorten this by %(over)s characters: at most %(most)s are possible.", over=count - self.most, most=self.most))
        if 0 < count < self.least:
            raise ValidationError(_("Write at least %(least)s characters.", least=self.least))

    def _letters(self, _form: object, _field: Field) -> None:
        found = wrong(self.data or "", private=self.private)
        if found is None:
            return
        code, why, before = found
        if before:
            raise ValidationError(_("Delete %(code)s after “%(before)s”: it is %(why)s and can't be kept.", code=code, before=before, why=str(why)))
        raise ValidationError(_("Delete %(code)s at the beginning: it is %(why)s and can't be kept.", code=code, why=str(why)))


class LongText(Text):
    """Text of several lines."""

    lines = True
    widget = TextAreaField.widget

    def __init__(self, label: Words | None = None, *, most: int = 5000, rows: int = 6, **rest: Any) -> None:  # noqa: ANN401
        super().__init__(label, most=most, **rest)
        self.rows = rows


class Password(Field):
    """A password: taken as typed, never shown again."""

    widget = PasswordInput(hide_value=True)
    data: str

    def __init__(self, label: Words | None = None, *, missing: Words | None = None, hint: Words = "", checks: Sequence[Check] = (), **rest: Any) -> None:  # noqa: ANN401, E501
        super().__init__(label, _checks(True, missing, checks), description=hint, **rest)  # noqa: FBT003

    def process_formdata(self, valuelist: list[str]) -> None:
        """As typed."""
        self.data = valuelist[0][:1024] if valuelist else ""

    def _value(self) -> str:
        return ""


class Mail(Text):
    """An e-mail address."""

    def __init__(self, label: Words | None = None, *, checks: Sequence[Check] = (), **rest: Any) -> None:  # noqa: ANN401
        super().__init__(label, most=254, checks=[self._form_of_mail, *checks], **rest)

    def _form_of_mail(self, _form: object, _field: Field) -> None:
        if self.data and not re.fullmatch(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+", self.data):
            raise ValidationError(_("Write a whole e-mail address, such as name@example.com."))


class Phone(Text):
    """A telephone number as people write it."""

    def __init__(self, label: Words | None = None, *, checks: Sequence[Check] = (), **rest: Any) -> None:  # noqa: ANN401
        super().__init__(label, most=40, checks=[self._form_of_number, *checks], **rest)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Full-width digits become plain ones."""
        super().process_formdata(valuelist)
        self.data = days.plain(self.data or "")

    def _form_of_number(self, _form: object, _field: Field) -> None:
        least = 3
        if self.data and (re.search(r"[^0-9+()\-–. #*]", self.data) or len(re.sub(r"\D", "", self.data)) < least):
            raise ValidationError(_("Write a telephone number in digits, such as 13800138000 or 010-12345678."))


class _Typed(Field):
    """A value written as text; what was typed stays in the page when it can't be read."""

    widget = TextInput()
    unreadable: Words = ""
    most = 40

    def __init__(self, label: Words | None = None, *, required: bool = True, missing: Words | None = None, hint: Words = "", checks: Sequence[Check] = (), **rest: Any) -> None:  # noqa: ANN401, E501
        super().__init__(label, _checks(required, missing, checks), description=hint, **rest)

    def read(self, text: str) -> Any:  # noqa: ANN401 - each field its own
        """The value; ValueError when it can't be read."""
        raise NotImplementedError

    def write(self, value: Any) -> str:  # noqa: ANN401
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
            except (ValueError, OverflowError, InvalidOperation):
                raise ValueError(str(self.unreadable)) from None

    def _value(self) -> str:
        typed: str | None = getattr(self, "typed", None)
        if typed is not None and self.raw_data:
            return typed
        return "" if self.data is None else self.write(self.data)


class Day(_Typed):
    """A date, written as people write dates: 2026-01-04, 2026/1/4, 2026年1月4日."""

    data: date | None
    unreadable = _l("Write the date as year, month and day, for example 2026-11-03.")
    inputmode = "numeric"

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
            raise StopValidation(_("This date is in the future. Today is %(today)s.", today=clock.today().isoformat()))


class ComingDate(Day):
    """A date that has not passed."""

    def pre_validate(self, _form: object) -> None:
        """Today is the first day possible."""
        if self.data and self.data < clock.today():
            raise StopValidation(_("This date has passed. Today is %(today)s.", today=clock.today().isoformat()))


class Moment(_Typed):
    """A day and a time in Shanghai, such as 2026-11-25 14:30; its value is an aware instant in UTC."""

    data: datetime | None
    unreadable = _l("Write the day and the time, for example 2026-11-25 14:30.")

    def read(self, text: str) -> datetime:
        """The instant that was meant."""
        return days.read_moment(text)

    def write(self, value: datetime) -> str:
        """On the wall clock in Shanghai."""
        return f"{clock.local(value):%Y-%m-%d %H:%M}"


class Whole(_Typed):
    """A whole number between two limits."""

    data: int | None
    unreadable = _l("Write a whole number in digits.")
    inputmode = "numeric"

    def __init__(self, label: Words | None = None, *, least: int = 0, most: int = 10**9, **rest: Any) -> None:  # noqa: ANN401
        super().__init__(label, **rest)
        self.lowest, self.highest = least, most

    def read(self, text: str) -> int:
        """The number, with or without thousands marks."""
        return int(re.sub(r"[,，\s]", "", days.plain(text)))

    def pre_validate(self, _form: object) -> None:
        """Within the limits."""
        if self.data is not None and not self.lowest <= self.data <= self.highest:
            raise StopValidation(_("Write a number from %(least)s to %(most)s.", least=self.lowest, most=self.highest))


class Amount(_Typed):
    """An amount of money in yuan with at most two decimals."""

    data: Decimal | None
    unreadable = _l("Write the amount in yuan in digits, for example 12800 or 12800.50.")
    inputmode = "decimal"

    def read(self, text: str) -> Decimal:
        """The amount, whatever stands around the digits."""
        bare = re.sub(r"[,，\s¥￥元]", "", days.plain(text))
        if not re.fullmatch(r"\d{1,12}(\.\d{1,2})?", bare):
            raise ValueError(text)
        return Decimal(bare)


class OneOf(SelectField):
    """One of several answers, shown as radios, or as a list with `look="select"`."""

    def __init__(  # noqa: PLR0913 - keyword arguments read as a description of the field
        self,
        label: Words | None = None,
        choices: Any = (),  # noqa: ANN401 - pairs, triples with render_kw, or a callable
        *,
        required: bool = True,
        missing: Words | None = None,
        look: str = "radios",
        hint: Words = "",
        checks: Sequence[Check] = (),
        **rest: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(label, _checks(required, missing or _l("Choose one of the answers."), checks), choices=list(choices), description=hint, **rest)
        self.look = look
        self.optional = not required

    def iter_choices(self) -> Iterator[Choice]:
        """A list to open begins with a line that is no answer."""
        offered = list(super().iter_choices())
        if self.look == "select" and all(choice.value for choice in offered):
            yield Choice("", _("Choose…"), selected=not self.data, render_kw={})
        yield from offered

    def pre_validate(self, _form: object) -> None:
        """Only what was offered; nothing is left to Filled."""
        if self.data in (None, ""):
            self.data = None if self.optional else ""
        elif self.data not in {value for value, *_rest in self.iter_choices()}:
            raise StopValidation(_("Choose one of the answers shown."))


class ManyOf(SelectMultipleField):
    """Any number of answers, shown as checkboxes."""

    def __init__(  # noqa: PLR0913
        self,
        label: Words | None = None,
        choices: Any = (),  # noqa: ANN401
        *,
        required: bool = True,
        missing: Words | None = None,
        hint: Words = "",
        checks: Sequence[Check] = (),
        **rest: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(label, _checks(required, missing or _l("Choose at least one."), checks), choices=list(choices), description=hint, **rest)

    def pre_validate(self, _form: object) -> None:
        """Only what was offered."""
        if not set(self.data or []) <= {value for value, *_rest in self.iter_choices()}:
            raise StopValidation(_("Choose from the answers shown."))


class Tick(BooleanField):
    """A single box to tick."""

    def __init__(self, label: Words | None = None, *, required: bool = False, missing: Words | None = None, hint: Words = "", **rest: Any) -> None:  # noqa: ANN401, E501
        super().__init__(label, _checks(required, missing or _l("Tick this to go on."), ()), description=hint, **rest)


class Files(MultipleFileField):  # type: ignore[misc]
    """Files, each from its own plain input of the same name; `data` is a list of FileStorage."""

    data: list[FileStorage]

    def __init__(  # noqa: PLR0913
        self,
        label: Words | None = None,
        *,
        required: bool = False,
        missing: Words | None = None,
        most: int = 20,
        megabytes: int = 50,
        hint: Words = "",
        checks: Sequence[Check] = (),
        **rest: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(label, _checks(required, missing or _l("Choose a file."), checks), description=hint, **rest)
        self.most, self.megabytes = most, megabytes

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Inputs left empty are no files."""
        self.data = [item for item in valuelist if isinstance(item, FileStorage) and item.filename]

    def process_data(self, value: Any) -> None:  # noqa: ANN401
        """Files never come from an object."""
        self.data = list(value or [])

    def pre_validate(self, _form: object) -> None:
        """Not too many, none too large, none empty."""
        if len(self.data) > self.most:
            raise StopValidation(_("Send at most %(most)s files at once.", most=self.most))
        for file in self.data:
            length = file.stream.seek(0, 2)
            file.stream.seek(0)
            if length == 0:
                raise StopValidation(_("The file “%(name)s” is empty.", name=file.filename))
            if length > self.megabytes * 1024 * 1024:
                raise StopValidation(_("The file “%(name)s” is larger than %(most)s MB.", name=file.filename, most=self.megabytes))


__all__ = [
    "Amount", "ComingDate", "Day", "Files", "Filled", "Form", "HiddenInput", "LongText", "Mail", "ManyOf", "Moment",
    "OneOf", "Password", "PastDate", "Phone", "Text", "Tick", "Version", "Whole", "new_key",
]  # fmt: skip
