"""Forms of what people are told and how: a choice for each kind of event, a mobile number, and its code."""

from typing import Final

from core.forms import Form, Mobile, OneOf, Text
from core.words import LazyString, _l
from registry.events import Choice, of_audience
from registry.models_notifications import DAILY, MAIL, NONE, TEXT

WAYS: Final[list[tuple[str, LazyString]]] = [
    (NONE, _l("Not at all")),
    (MAIL, _l("By email, at once")),
    (DAILY, _l("By email, once a day")),
    (TEXT, _l("By text message")),
]
FIXED: Final[list[tuple[str, LazyString]]] = [
    (MAIL, _l("By email, at once (always)")),
    (TEXT, _l("By email, and a text message")),
]


class WaysForm(Form):
    """How one wants to be told; the fields are those of an audience."""


def _asked(choice: Choice) -> OneOf:
    return OneOf(choice.label, FIXED if choice.fixed else WAYS, look="select")


FORMS: Final[dict[str, type[WaysForm]]] = {
    audience: type(
        f"{audience.title()}WaysForm",
        (WaysForm,),
        {name: _asked(choice) for name, choice in of_audience(audience).items()},
    )
    for audience in ("staff", "party")
}


class NumberForm(Form):
    """Where text messages shall go."""

    number = Mobile(
        _l("Mobile number"), hint=_l("A code is sent there. Nothing else goes there before you entered it.")
    )


class CodeForm(Form):
    """The code that was sent."""

    code = Text(_l("Code of six digits"), most=12)
