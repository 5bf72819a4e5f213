"""The form of an absence: who, from when to when, and who stands in."""

from core.fields_choice import OneOf
from core.fields_typed import ComingDate
from core.forms import Form
from core.words import _l


class AbsenceForm(Form):
    """Who is away, both days counted, and who stands in."""

    person = OneOf(_l("Who is away"), (), look="select", missing=_l("Choose a person."))
    from_on = ComingDate(_l("First day"), missing=_l("Give the first day."))
    to_on = ComingDate(_l("Last day"), missing=_l("Give the last day."))
    substitute = OneOf(
        _l("Substitute"),
        (),
        look="select",
        missing=_l("Choose who stands in."),
        hint=_l(
            "Somebody with the same role. The work of the absent person and its time limits stand in their list too."
        ),
    )


class HandOverForm(Form):
    """Who gets all of it."""

    taker = OneOf(_l("Hand over to"), (), look="select", missing=_l("Choose a person."))
