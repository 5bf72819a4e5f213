"""Forms of respondents: a statement, rights waived, the report of corrections, people for a training."""

from collections.abc import Iterable
from typing import Any

from wtforms import HiddenField

from core.fields import Anything
from core.forms import Form, LongText, Text, Tick, Version
from core.words import _l
from filestore.fields_files import Files
from portal.answer_points import Together
from portal.forms_portal import SendWrittenForm, WrittenForm
from sanctions.models_measures import RectificationItem
from sanctions.policies import NOTHING_MORE, WRITE_STATEMENT

ROWS = 6
"""How many people one form enrols; it can be sent again."""


class StatementForm(WrittenForm):
    """What the respondent states about the measures proposed."""

    text = LongText(
        _l("Your statement"),
        most=20000,
        rows=14,
        missing=WRITE_STATEMENT,
        hint=_l("On the facts, on the rules, on the measures. Nothing you say makes the measures harsher."),
    )
    files = Files(_l("Files"), singly=True, hint=_l("What supports your statement."))


class WaiveForm(Form):
    """A right, waived in writing."""

    right = HiddenField()
    seen = Version()
    """The round in which the page was opened."""
    confirmed = Tick(
        _l("I give this up for my company, and know that it can't be taken back"),
        required=True,
        missing=NOTHING_MORE,
    )


class SignedForm(SendWrittenForm):
    """The report, sent with its signature."""

    signed = Tick(
        _l("The executive named above has read this report and signed it"),
        required=True,
        missing=_l("Confirm that the named executive has signed."),
    )


def report_form(items: Iterable[RectificationItem]) -> type[WrittenForm]:
    """The form for an order: for each numbered problem what was done, with proof; and who signs."""
    fields: dict[str, Any] = {
        "__doc__": "What was done about each numbered problem.",
        "signed_by": Text(
            _l("Signed by the senior executive named for collection"),
            most=60,
            hint=_l("The report names this person; the association compares it with its register."),
        ),
    }
    for item in items:
        fields[f"report_{item.no}"] = LongText(
            _l("What you did about problem %(no)s", no=item.no),
            most=5000,
            rows=6,
            missing=_l("Say what was done about problem %(no)s.", no=item.no),
        )
        fields[f"files_{item.no}"] = Files(_l("Proof for problem %(no)s", no=item.no), singly=True)
    return type("ReportForm", (WrittenForm,), fields)


class PeopleForm(Form):
    """People who take part in a training."""

    @property
    def people(self) -> list[tuple[str, str]]:
        """Names and positions as typed."""
        rows = range(1, ROWS + 1)
        return [(self[f"name_{row}"].data or "", self[f"position_{row}"].data or "") for row in rows]

    def validate(self, extra_validators: Anything = None) -> bool:
        """Somebody is named, in whichever row; nobody is without a name."""
        right = bool(super().validate(extra_validators))
        for row, (name, position) in enumerate(self.people, 1):
            if position.strip() and not name.strip():
                self[f"name_{row}"].errors = [_l("Give the name as well, or empty the position.")]
                right = False
        if not any(name.strip() or position.strip() for name, position in self.people):
            self["name_1"].errors = [_l("Name at least one person.")]
            return False
        return right


for _row in range(1, ROWS + 1):
    _first: Anything = {"checks": [Together()], "hint": _l("At least one person is named.")} if _row == 1 else {}
    _name = Text(_l("Name"), most=60, required=False, private=True, **_first)
    setattr(PeopleForm, f"name_{_row}", _name)
    setattr(PeopleForm, f"position_{_row}", Text(_l("Position"), most=60, required=False))
