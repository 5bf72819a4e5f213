"""Forms of recusals for staff: asked, declared, decided; and interests."""

from casework.forms_recusals import GROUND_WORDS, AskForm
from casework.forms_staff import StaffForm
from casework.policies_recusals import CHOOSE_GROUND, SAY_FACTS
from core.forms import LongText, OneOf, PastDate, Text
from core.words import _l
from registry.company_fields import Company

CLOSED = _l("The file is closed to the person at once.")


class StaffAskForm(StaffForm):
    """The same, for a member or an officer who asks."""

    drafted, alone = True, True  # whoever it is about may be a colleague
    person, ground, facts = AskForm.person, AskForm.ground, AskForm.facts


class DeclareForm(StaffForm):
    """One's own conflict of interest."""

    drafted, alone = True, True
    ground = OneOf(_l("Ground"), GROUND_WORDS, missing=CHOOSE_GROUND)
    facts = LongText(_l("Facts"), most=5000, rows=4, missing=SAY_FACTS)


class DecideForm(StaffForm):
    """Granted or refused, with reasons."""

    drafted = True
    alone = True
    choice = OneOf(
        _l("Decision"),
        [
            (
                "grant",
                _l("Granted: the person takes no part"),
                {"hint": CLOSED},
            ),
            ("refuse", _l("Refused: the person goes on"), {"hint": _l("Whoever asked reads the reasons.")}),
        ],
        missing=_l("Choose: granted or refused."),
    )
    reasons = LongText(_l("Reasons"), most=5000, rows=4, required=False, hint=_l("Needed where it is refused"))


class InterestEndForm(StaffForm):
    """Until when something tied a person to a company."""

    to_on = PastDate(_l("Last day"), missing=_l("Give the last day."))


class InterestForm(StaffForm):
    """What ties a person to a company."""

    party = Company(_l("Company"))
    kind = OneOf(
        _l("What ties you to it"),
        [
            ("EMPLOYED", _l("I work or worked for it")),
            ("SHARES", _l("I hold or held shares of it")),
            ("BUSINESS", _l("I do or did business with it")),
            ("RELATIVE", _l("A relative of mine leads it or works for it")),
        ],
        missing=_l("Choose what ties you to the company."),
    )
    from_on = PastDate(_l("Since"), missing=_l("Say since when."))
    to_on = PastDate(_l("Until"), required=False, hint=_l("Leave it empty while it lasts"))
    note = Text(_l("Remark"), most=300, required=False)
