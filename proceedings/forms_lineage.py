"""Forms of the head about entries of the register: one company entered twice, or succeeded by another."""

from casework.forms_staff import StaffForm
from core.forms import LongText, ManyOf, OneOf, PastDate, Text, Version
from core.words import _l
from registry.company_fields import Company
from registry.successions import NAME_PAPER

EVIDENCE = _l(
    "For example the entry in the business register, the merger agreement or the announcement, with its number."
)
REASON_LINES = 3


class MergeForm(StaffForm):
    """Which of two entries stays, and how it is known that they are one company."""

    drafted = True
    beside = Version()
    """The version of the other entry."""
    stands = OneOf(_l("Which entry stands?"), (), missing=_l("Choose the entry that stands."))
    reason = LongText(
        _l("How is it known that they are one company?"),
        most=2000,
        rows=REASON_LINES,
        missing=_l("Say how it is known that they are one company."),
    )


class PartForm(StaffForm):
    """Why a merge is undone, and what of the time since belongs to the restored entry."""

    drafted = True
    back = ManyOf(
        _l("What came since and belongs to the entry that comes back"),
        (),
        required=False,
        hint=_l("What is not ticked stays. Whatever was there before the merge goes back by itself."),
    )
    reason = LongText(
        _l("How is it known that they are two companies?"),
        most=2000,
        rows=REASON_LINES,
        missing=_l("Say how it is known that they are two companies."),
    )


class SuccessorForm(StaffForm):
    """Which company succeeds another, since when, by which document, and what goes on against it."""

    drafted = True
    successor = Company(_l("Successor"))
    kind = OneOf(
        _l("How did it go on?"),
        [
            ("ABSORBED", _l("Taken in by the successor, and gone")),
            ("DIVIDED", _l("Divided up among successors, and gone")),
            ("SPLIT_OFF", _l("Split a part off to the successor, and still there")),
        ],
        missing=_l("Choose how it went on."),
    )
    from_on = PastDate(_l("Since"), missing=_l("Say since when."))
    evidence = LongText(
        _l("Paper that shows it"),
        most=1000,
        rows=REASON_LINES,
        hint=EVIDENCE,
        missing=NAME_PAPER,
    )
    matters = ManyOf(
        _l("What goes on against the successor"),
        (),
        required=False,
        hint=_l("Its people see these matters and their letters, and answer them. What was issued stays as it is."),
    )


class PassOnForm(StaffForm):
    """What else goes on against the successor."""

    matters = ManyOf(_l("What goes on against the successor"), (), missing=_l("Choose what is passed on."))


class CeasedForm(StaffForm):
    """Since when a company no longer exists, and by which document."""

    drafted = True
    from_on = PastDate(_l("Day on which it ceased to exist"), missing=_l("Say since when."))
    evidence = LongText(
        _l("Paper that shows it"),
        most=1000,
        rows=REASON_LINES,
        hint=EVIDENCE,
        missing=NAME_PAPER,
    )


class BackForm(StaffForm):
    """Why an entry was wrong."""

    reason = Text(_l("Why?"), most=500, missing=_l("Say why."))
