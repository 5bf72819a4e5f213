"""Forms of the pool for panels: who works where."""

from core.forms import Form, OneOf, Text
from core.words import _l
from registry.company_fields import Company

AT = _l("Company of the register")
ELSEWHERE = _l("Organisation outside the register")


class PlaceForm(Form):
    """Where a member of the pool works."""

    party = Company(AT, required=False, hint=_l("A member, signatory or firm at which this person works."))
    organisation = Text(
        ELSEWHERE,
        most=100,
        required=False,
        hint=_l("A university, law firm or public body: then this person counts as from outside."),
    )


class NewPlaceForm(PlaceForm):
    """Where a new member of the pool works."""

    account = OneOf(_l("Member of the pool"), look="select")
