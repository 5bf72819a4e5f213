"""Chains of approval: which steps the documents of each kind pass through, and who takes them."""

from admin.forms_chains import NewChainForm, StepsForm
from admin.per_kind import PerKind
from admin.setting_tables import steps_of
from core.words import _l
from registry.models_settings import Setting


class Chains(PerKind):
    """Which documents need more than one hand."""

    key = "APPROVAL_CHAIN"
    value_label = _l("Steps")
    about = _l(
        "Documents made together take the strictest chain of their kinds; those on their way keep theirs. "
        "One administrator lays a chain down, another one confirms it."
    )
    entry_form, entry_text = NewChainForm, _l("Lay down a chain for one kind")
    change_form, change_text = StepsForm, _l("Lay down another chain")

    def worded(self, value):
        """Say the steps in words."""
        return steps_of(value)

    def said(self, form):
        """Read the steps off the form."""
        return form.steps

    def fields_of(self, value):
        """Give the steps, each in its own field."""
        return StepsForm.fields_of(value)

    def meaning(self, kind):
        """Say whose steps they are."""
        return f"steps of approval of {kind.id} {kind.en}", f"{kind.zh}的审批步骤"


def views():
    """Build the table of this module."""
    return [Chains(Setting, _l("Chains of approval"), "chains")]
