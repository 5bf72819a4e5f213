"""Forms of the back office for the way in which documents are sealed."""

from admin.forms_rules import BASIS_HINT
from core.forms import Form, LongText, OneOf
from core.words import _l

MODES = (
    ("electronic", _l("By the electronic seal, drawn and signed by the system")),
    ("physical", _l("By the seal on paper: printed, stamped, scanned back under its number")),
)


class SealModeForm(Form):
    """How documents are sealed, and what that rests on."""

    drafted = True
    mode = OneOf(_l("How it is sealed"), MODES, missing=_l("Choose how documents are sealed."))
    basis = LongText(_l("What it rests on"), most=1000, rows=3, hint=BASIS_HINT)


class NewSealModeForm(SealModeForm):
    """How documents are sealed of a kind that has no setting of its own yet."""

    kind = OneOf(_l("Kind of document"), look="select", missing=_l("Choose a kind of document."))
