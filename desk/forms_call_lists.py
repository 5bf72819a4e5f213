"""The form by which a call list is read: which column holds what, whose list it is, which company called from where."""

from collections.abc import Sequence
from typing import Any, ClassVar

from casework import masking
from casework.contacts import By
from casework.forms_staff import StaffForm
from casework.labels import ROLE, choices
from core.crypto import keyed_hash
from core.forms import LongText, OneOf, Phone, Whole
from core.words import _, _l, _n
from desk.forms_contacts import WHOSE_HINT

SIDES = (
    ("PERSON", _l("The person's own telephone (a carrier's bill, a phone's export)")),
    ("COMPANY", _l("A company's record of its calls")),
)
KINDS = (
    ("CALL_INTERACTIVE", _l("Interactive calls (people, or machines that answer)")),
    ("CALL_NOTICE", _l("Announcements only")),
)
ORDERS = (("DMY", _l("Day first: 25/11/2026")), ("MDY", _l("Month first: 11/25/2026")))
MOST = 30
"""How many numbers of a list are offered one by one, the most frequent first."""
_SERVICE = ("400", "800", "95", "96", "106", "10", "12")
_SHORT = 6


class ReadForm(StaffForm):
    """How a list is to be read."""

    numbers: ClassVar[dict[str, str]] = {}
    """By field, the number it asks about."""
    side = OneOf(_l("Whose list is it?"), SIDES, default="PERSON")
    whose = OneOf(_l("Which debtor is it about?"), (), look="select", hint=WHOSE_HINT)
    target_role = OneOf(_l("Who was reached?"), choices(ROLE), look="select", default="DEBTOR")
    own = Phone(_l("Number of the person"), required=False, hint=_l("Where no column holds it"))
    header = Whole(_l("Row with the names of the columns"), least=1, most=100)
    at = OneOf(_l("Day, or day and time"), (), look="select", missing=_l("Say which column holds it."))
    time = OneOf(_l("Time, where it stands apart"), (), look="select", required=False)
    number = OneOf(_l("Number of the other side"), (), look="select", missing=_l("Say which column holds it."))
    own_column = OneOf(_l("Own number"), (), look="select", required=False)
    way = OneOf(_l("Direction"), (), look="select", required=False)
    seconds = OneOf(_l("Length of the call"), (), look="select", required=False)
    kind = OneOf(_l("Kind of contact"), (), look="select", required=False)
    calls = OneOf(_l("What are the calls, where the list does not say?"), KINDS, default="CALL_INTERACTIVE")
    year = Whole(_l("Year, where the list gives none"), least=2010, most=2100, is_year=True, required=False)
    order = OneOf(_l("Days written with slashes"), ORDERS, look="select", required=False)
    only = LongText(
        _l("A company's record: the person's numbers, one a line"),
        most=400,
        rows=2,
        required=False,
        hint=_l("Empty: every row is about this person"),
    )
    rest = OneOf(
        _l("Who called from all other numbers?"),
        (),
        look="select",
        required=False,
        hint=_l("Empty: nobody of this case; those rows are left out. On a company's record: the company."),
    )


def with_numbers(found: Sequence[tuple[str, int]], known: dict[str, By]) -> type[ReadForm]:
    """The form with a question for each of the most frequent numbers of the list, companies' numbers first."""
    ordered = sorted(found, key=lambda each: each[0] not in known)[:MOST]
    fields: dict[str, Any] = {}
    names: dict[str, str] = {}
    for number, times in ordered:
        name = f"from_{keyed_hash('number in a call list', number).hex()[:16]}"
        seen = _n("%(num)d row", "%(num)d rows", times)
        label = _("%(number)s (%(rows)s)", number=shown(number, known), rows=seen)
        fields[name] = OneOf(label, (), look="select", required=False)
        names[name] = number
    return type("ReadForm", (ReadForm,), {**fields, "numbers": names, "__doc__": ReadForm.__doc__})


def shown(number: str, known: dict[str, By]) -> str:
    """A number as shown: those of companies and services in the clear, everybody else's masked."""
    if number in known or len(number) <= _SHORT or number.startswith(_SERVICE):
        return number
    return masking.masked_contact(number)
