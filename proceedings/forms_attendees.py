"""Who came to an interview or a hearing, as rows of a form."""

from typing import Final

from core.fields import Text
from core.words import _l
from desk.forms_rows import Rows

ATTENDEES: Final = Rows(
    "attendee",
    {
        "name": lambda: Text(_l("Name"), most=60, required=False),
        "position": lambda: Text(_l("Position"), most=100, required=False),
        "identity_checked": lambda: Text(_l("Identity document, last four"), most=4, required=False),
        "authority": lambda: Text(_l("Acts by authority of"), most=100, required=False),
    },
    needs=("name", "position"),
    first=2,
    most=12,
)
