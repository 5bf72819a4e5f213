"""The form of an absence: who, from when to when, and who stands in."""

from datetime import timedelta

from core import clock
from core.fields import Anything
from core.fields_choice import OneOf
from core.fields_typed import ComingDate, Day
from core.forms import Form, Tick
from core.words import _l

A_YEAR = timedelta(days=366)
"""Who is away for longer, or only after that, is seldom entered: more often the year was mistyped."""


class AbsenceForm(Form):
    """Who is away, both days counted, and who stands in."""

    person = OneOf(_l("Who is away"), (), look="select", missing=_l("Choose a person."))
    from_on = Day(
        _l("First day"),
        missing=_l("Give the first day."),
        hint=_l("May have passed: whoever has been ill since yesterday has been away since then."),
    )
    to_on = ComingDate(_l("Last day"), missing=_l("Give the last day."))
    years = Tick(_l("The days are right, though more than a year lies between"))
    substitute = OneOf(
        _l("Substitute"),
        (),
        look="select",
        missing=_l("Choose who stands in."),
        hint=_l(
            "Somebody with the same role. The work of the absent person and its time limits stand in their list too."
        ),
    )

    def __init__(self, *given: Anything, **data: Anything) -> None:
        super().__init__(*given, **data)
        first, last = self.from_on.data, self.to_on.data
        if not (first and last) or max(last - first, first - clock.today()) <= A_YEAR:
            del self.years

    def validate(self, extra_validators: Anything = None) -> bool:
        """Years are confirmed: the work stands in the list of the substitute for as long."""
        right = bool(super().validate(extra_validators))
        if "years" in self and not self.years.data:
            said = _l("More than a year lies between: check the year of both days, or confirm them.")
            self.years.errors, right = [said], False
        return right


class HandOverForm(Form):
    """Who gets all of it."""

    taker = OneOf(_l("Hand over to"), (), look="select", missing=_l("Choose a person."))
