"""The form of an assignment rule."""

import re
from typing import Any

from wtforms.validators import ValidationError

from casework.forms_staff import StaffForm
from core.forms import ManyOf, OneOf, Text, Whole
from core.words import _, _l
from registry.company_fields import Company


def _division(_form: object, field: Any) -> None:  # noqa: ANN401 - a field
    if field.data and not re.fullmatch(r"\d{2}|\d{4}|\d{6}", field.data):
        raise ValidationError(_("Give two, four or six digits of an administrative division."))


class RuleForm(StaffForm):
    """What the rule asks of a complaint, and among whom the least loaded gets it."""

    name = Text(_l("Name of the rule"), most=80, missing=_l("Give the rule a name."))
    party = Company(_l("About this company"), required=False, hint=_l("Empty: any company"))
    code = OneOf(_l("With a violation of this kind"), (), look="select", required=False)
    lang = OneOf(
        _l("Written in"), [("", _l("Any language")), ("zh", "中文"), ("en", "English")], look="select", required=False
    )
    region = Text(
        _l("Region of a company"),
        most=6,
        required=False,
        hint=_l("Two, four or six digits of the administrative division in its credit code, such as 44 for Guangdong."),
        checks=[_division],
    )
    people = ManyOf(
        _l("Goes to"),
        (),
        missing=_l("Say to whom these complaints go."),
        hint=_l("Of several the one with the fewest open complaints. Whoever is away or takes no part is passed over."),
    )
    most_open = Whole(
        _l("At most so many open complaints each"),
        least=1,
        most=100_000,
        required=False,
        hint=_l("Whoever has as many gets no more by this rule."),
    )
