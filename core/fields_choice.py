"""Fields of answers to choose from."""

from collections.abc import Iterator, Sequence

from markupsafe import Markup, escape
from wtforms import BooleanField, SelectField, SelectMultipleField
from wtforms.fields.choices import Choice, SelectChoice
from wtforms.validators import StopValidation
from wtforms.widgets import Select

from core.fields import Anything, Check, chain
from core.words import Words, _, _l


def _offer(choice: Anything) -> SelectChoice:
    """A choice as WTForms wants it: from a value, (value, label) or (value, label, {"hint": …})."""
    if isinstance(choice, SelectChoice):
        return choice
    value, label, more = (*choice, {})[:3] if isinstance(choice, tuple) else (choice, choice, {})
    return SelectChoice(str(getattr(value, "value", value)), label, dict(more))


class _List(Select):  # type: ignore[misc]
    """A list to open, as WTForms draws it; the register's companies are hundreds of lines."""

    @classmethod
    def render_option(cls, choice: Choice, **more: Anything) -> Markup:
        """One line; what it says besides its value is rare."""
        if more or choice.render_kw:
            shown: Markup = super().render_option(choice, **more)
            return shown
        chosen = " selected" if choice.selected else ""
        words = f'<option{chosen} value="{escape(choice.value)}">{escape(choice.label or choice.value)}</option>'
        return Markup(words)  # noqa: S704 - both are escaped


class OneOf(SelectField):  # type: ignore[misc]
    """One of several answers, shown as radios, or as a list with `look="select"`."""

    data: str | None
    widget = _List()

    def __init__(
        self,
        label: Words | None = None,
        choices: Anything = (),
        *,
        required: bool = True,
        missing: Words | None = None,
        look: str = "radios",
        hint: Words = "",
        checks: Sequence[Check] = (),
        **rest: Anything,
    ) -> None:
        super().__init__(
            label,
            chain(required, missing or _l("Choose one of the answers."), checks),
            choices=[_offer(choice) for choice in choices],
            description=hint,
            **rest,
        )
        self.look = look
        self.optional = not required

    def iter_choices(self) -> Iterator[Choice]:
        """A list to open begins with a line that is no answer, until there is one that must not be taken back."""
        offered = [_offer(choice) for choice in self.choices or ()]
        answered = not self.optional and any(choice.value == self.data for choice in offered)
        if self.look == "select" and not answered and all(choice.value for choice in offered):
            yield Choice("", _("Choose…"), selected=not self.data, render_kw={})
        for choice in offered:
            yield Choice(choice.value, choice.label, selected=choice.value == self.data, render_kw=choice.render_kw)

    def pre_validate(self, _form: object) -> None:
        """Only what was offered; nothing is left to Filled."""
        if self.data in (None, ""):
            self.data = None if self.optional else ""
        elif self.data not in {value for value, *_rest in self.iter_choices()}:
            raise StopValidation(_("Choose one of the answers shown."))


class ManyOf(SelectMultipleField):  # type: ignore[misc]
    """Any number of answers, shown as checkboxes."""

    def __init__(
        self,
        label: Words | None = None,
        choices: Anything = (),
        *,
        required: bool = True,
        missing: Words | None = None,
        gone: Words | None = None,
        hint: Words = "",
        checks: Sequence[Check] = (),
        **rest: Anything,
    ) -> None:
        super().__init__(
            label,
            chain(required, missing or _l("Choose at least one."), checks),
            choices=[_offer(choice) for choice in choices],
            description=hint,
            **rest,
        )
        self.gone = gone or _l("Choose from the answers shown.")
        """What is said where something was chosen that is not offered, such as from an older page."""

    def iter_choices(self) -> Iterator[Choice]:
        """All that is offered; what was chosen is marked."""
        for choice in (_offer(choice) for choice in self.choices or ()):
            chosen = choice.value in (self.data or ())
            yield Choice(choice.value, choice.label, selected=chosen, render_kw=choice.render_kw)

    def pre_validate(self, _form: object) -> None:
        """Only what was offered."""
        if not set(self.data or []) <= {value for value, *_rest in self.iter_choices()}:
            raise StopValidation(str(self.gone))


class Tick(BooleanField):  # type: ignore[misc]
    """A single box to tick."""

    def __init__(
        self,
        label: Words | None = None,
        *,
        required: bool = False,
        missing: Words | None = None,
        hint: Words = "",
        **rest: Anything,
    ) -> None:
        super().__init__(label, chain(required, missing or _l("Tick this to go on."), ()), description=hint, **rest)
