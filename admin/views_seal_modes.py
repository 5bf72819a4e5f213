"""Ways of sealing: which kinds of documents bear the electronic seal, and which are stamped on paper."""

from admin.forms_seal_modes import MODES, NewSealModeForm, SealModeForm
from admin.per_kind import PerKind
from core.words import _l
from registry.models_settings import Setting


class SealModes(PerKind):
    """How documents of each kind are sealed."""

    key = "SEAL_MODE"
    value_label = _l("How it is sealed")
    about = _l(
        "What is stamped on paper is served once its scan is back; documents that are issued already stay as they are. "
        "One administrator lays a way down, another one confirms it."
    )
    entry_form, entry_text = NewSealModeForm, _l("Lay it down for one kind")
    change_form, change_text = SealModeForm, _l("Lay down another way")

    def worded(self, value):
        """Say the way in words."""
        return dict(MODES).get(value, value)

    def said(self, form):
        """Read the way off the form."""
        return form.mode.data

    def fields_of(self, value):
        """Give the way, as its form holds it."""
        return {"mode": value}

    def meaning(self, kind):
        """Say whose way it is."""
        return f"how {kind.id} {kind.en} is sealed", f"{kind.zh}的用印方式"

    def has(self, kind):
        """Whether a kind leaves the house under a seal."""
        return kind.outward and kind.sealed


def views():
    """Build the table of this module."""
    return [SealModes(Setting, _l("Ways of sealing"), "seal_modes")]
