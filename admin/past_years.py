"""What a number of years to keep files would erase at once, said before anybody confirms it."""

from casework import queries_erasing_cases, queries_erasures
from core import clock
from core.db import transaction
from core.words import _, _n, joined


def words(row):
    """Say how much is due to be erased by these years as of today; nothing of any other setting."""
    if row.key not in {queries_erasures.YEARS, queries_erasing_cases.YEARS}:
        return ""
    with transaction() as at:  # administrators read neither complaints nor cases
        if row.key == queries_erasures.YEARS:
            many = queries_erasures.past_today(at, clock.today())
            return _n(
                "By these years %(num)d complaint is due today to be erased.",
                "By these years %(num)d complaints are due today to be erased.",
                many,
            )
        many = queries_erasing_cases.past_today(at, clock.today())
    return _n(
        "By these years %(num)d case is due today to be erased.",
        "By these years %(num)d cases are due today to be erased.",
        many,
    )


def note(row):
    """What stands above the button that confirms a setting."""
    said = _("In production nothing rests on a value that the association has not confirmed.")
    erased = words(row)
    if not erased:
        return said
    return joined(said, erased, _("Erasing begins in the night after you confirm; nothing of it can be brought back."))
