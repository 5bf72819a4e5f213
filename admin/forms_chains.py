"""Forms of the back office for chains of approval."""

from admin.forms_rules import BASIS_HINT
from core.forms import Form, LongText, OneOf
from core.labels import state_label
from core.words import _l
from notices.chains import RANK
from registry.models_accounts import ROLES, Audience

NOBODY = ""
ROLE_CHOICES = [role for role in ROLES[Audience.STAFF] if role in {*RANK, "intake", "investigator", "seal keeper"}]
BETWEEN = ("check", "countersign", "countersign2")


class StepsForm(Form):
    """Who checks, who countersigns, who signs."""

    drafted = True
    check = OneOf(_l("Checked by (核稿)"), look="select", required=False)
    countersign = OneOf(_l("Countersigned by (会签)"), look="select", required=False)
    countersign2 = OneOf(_l("Countersigned by a second role"), look="select", required=False)
    sign = OneOf(
        _l("Signed by (签发)"),
        look="select",
        required=False,
        hint=_l("With nobody named, whoever does it signs; where others approve before, the head signs."),
    )
    basis = LongText(_l("What it rests on"), most=1000, rows=3, hint=BASIS_HINT)

    def __init__(self, *given, **named):
        """Offer the roles, in words."""
        super().__init__(*given, **named)
        roles = [(NOBODY, _l("nobody")), *((role, state_label("role", role).text) for role in ROLE_CHOICES)]
        for name in (*BETWEEN, "sign"):
            self[name].choices = roles

    @property
    def steps(self):
        """The chain as it is kept: steps with their roles, in their order."""
        found = [f"{name.rstrip('2')}:{self[name].data}" for name in BETWEEN if self[name].data]
        last = self.sign.data or ("head" if found else "")
        return [*dict.fromkeys(found), f"sign:{last}" if last else "sign"]

    @staticmethod
    def fields_of(value):
        """A chain, each step in its own field."""
        found = {}
        for each in value or ():
            step, _colon, role = str(each).partition(":")
            found["countersign2" if step in found else step] = role
        return found


class NewChainForm(StepsForm):
    """A chain for a kind that has none of its own."""

    kind = OneOf(_l("Kind of document"), look="select", missing=_l("Choose a kind of document."))
