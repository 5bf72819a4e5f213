"""Forms of the people who publish: redactions, comments, corrections, reasons."""

from casework.forms_staff import StaffForm
from core.forms import LongText, OneOf, Text
from core.words import _l
from sanctions.bulletins import BEFORE
from sanctions.policies_publications import COPY_PASSAGE

GROUNDS = (
    ("涉及自然人个人信息", _l("Personal data of somebody")),
    ("可推断投诉人身份", _l("From it the complainant could be recognised")),
    ("涉及商业秘密", _l("A trade secret")),
    ("涉及第三方单位", _l("A third company that is not a party")),
    (BEFORE, _l("Ordered in an earlier case, and not public")),
    ("涉及国家秘密或者依法不得公开", _l("Secret, or not to be published by law")),
)
"""Why a passage is left out: kept in Chinese, as the record is."""
PERSONAL = GROUNDS[0][0]


HEAD = _l("Only in the text: the title and the head of the page keep the name and the code of the company.")


class RedactForm(StaffForm):
    """A passage to leave out, the words in its place, and why."""

    drafted = True
    passage = LongText(
        _l("Passage, exactly as it stands in the text"),
        most=2000,
        rows=3,
        missing=COPY_PASSAGE,
        hint=HEAD,
    )
    instead = Text(_l("What stands in its place"), most=200, required=False, hint=_l("Empty: 〔略〕"))
    reason = OneOf(_l("Why it is left out"), GROUNDS, look="select", missing=_l("Say why it is left out."))


class ReturnForm(StaffForm):
    """What is to be changed."""

    drafted = True
    comments = LongText(_l("What is to be changed"), most=3000, missing=_l("Say what is to be changed."))


FOLLOW, COVERED, LEAVE_OUT = "FOLLOW", "COVERED", "LEAVE_OUT"
WAYS = (
    (FOLLOW, _l("Follow the notice by which the decision itself was corrected")),
    (COVERED, _l("Follow a notice that changed something left out: say what of its passage is left out now")),
    (LEAVE_OUT, _l("Leave one more passage out")),
)
"""How a published text may change: by what was served, or by a redaction."""


class CorrectionForm(StaffForm):
    """How what is published changes: by a correction of its decision, or by leaving one more passage out."""

    drafted = True
    what = OneOf(_l("What changes"), WAYS, missing=_l("Choose what changes."))
    wrong = LongText(
        _l("Passage to be left out, exactly as it stands"),
        most=2000,
        rows=3,
        required=False,
        hint=_l("Only to leave something out"),
    )
    right = Text(_l("What stands in its place"), most=200, required=False, hint=_l("Empty: 〔略〕"))
    reason = LongText(_l("Reason, shown with the corrected text"), most=1000, rows=2, missing=_l("Give the reason."))


class RefuseCorrectionForm(StaffForm):
    """Why a proposed correction is not put in place."""

    drafted = True
    reasons = LongText(
        _l("Why it is not put in place"),
        most=2000,
        rows=3,
        missing=_l("Give the reason."),
        hint=_l("Its author and whoever else publishes read it; it is not shown outside."),
    )


class WithdrawForm(StaffForm):
    """Why what is published is taken back."""

    drafted = True
    reason = LongText(
        _l("Reason"),
        most=2000,
        rows=3,
        missing=_l("Give the reason."),
        hint=_l("It stands in the notice of withdrawal: whoever can read the text now reads it there."),
    )


class ReasonForm(StaffForm):
    """Why a draft is given up."""

    drafted = True
    reason = LongText(_l("Reason"), most=2000, rows=3, missing=_l("Give the reason."))
