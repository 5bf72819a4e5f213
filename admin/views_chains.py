"""Chains of approval: which steps the documents of each kind pass through, and who takes them."""

from flask import g
from sqlalchemy import select

from admin.forms_chains import NewChainForm, StepsForm
from admin.records import Act, Records
from admin.views_parties import SYSTEM
from admin.views_rules import OFFICE, confirm, state_of
from core import clock
from core.db import session
from core.furniture import state_label
from core.i18n import language
from core.words import _, _l
from notices.kinds import KINDS
from registry import settings
from registry.models_settings import Setting

KEY = "APPROVAL_CHAIN"


def kind_of(key):
    """Name the kind of document whose chain a setting is; the general one is of every other kind."""
    kind = KINDS.get(key.partition(".")[2])
    if kind is None:
        return str(_("Every other kind"))
    return f"{kind.id} {kind.zh if language() == 'zh' else kind.en}"


def steps_of(value):
    """Say a chain in words."""
    found = []
    for each in value or ["sign"]:
        step, _colon, role = str(each).partition(":")
        who = state_label("role", role).text if role else _("whoever does it")
        found.append(_("%(step)s (%(who)s)", step=state_label("approval_step", step).text, who=who))
    return " → ".join(str(each) for each in found)


class Chains(Records):
    """Which documents need more than one hand."""

    seen_by = kept_by = SYSTEM
    group = OFFICE
    about = _l("Documents made together take the strictest chain of their kinds; those on their way keep theirs.")
    entry_form, entry_text = NewChainForm, _l("Lay down a chain for one kind")
    change_form, change_text = StepsForm, _l("Lay down another chain")
    column_list = ("key", "value", "confirmed_at")
    column_details_list = ("key", "value", "basis", "confirmed_at")
    column_sortable_list = ("key",)
    column_default_sort = "key"
    column_labels = {  # noqa: RUF012 - Flask-Admin's own name
        "key": _l("Kind of document"),
        "value": _l("Steps"),
        "basis": _l("What it rests on"),
        "confirmed_at": _l("State"),
    }
    column_formatters = {  # noqa: RUF012
        "key": lambda _v, _c, row, _n: kind_of(row.key),
        "value": lambda _v, _c, row, _n: steps_of(row.value),
        "confirmed_at": state_of,
    }
    acts = (
        Act("confirm", _l("Say that the association decided this"), _l("Confirmed."), confirm,
            may=lambda row: row.confirmed_at is None,
            note=_l("In production nothing rests on a value that the association has not confirmed.")),
    )  # fmt: skip

    def get_query(self):
        """Only chains."""
        return super().get_query().filter(Setting.key.startswith(KEY))

    def get_count_query(self):
        """As many."""
        return super().get_count_query().filter(Setting.key.startswith(KEY))

    def get_one(self, id):  # noqa: A002 - Flask-Admin's name
        """Find a chain; other settings are not of this table."""
        row = super().get_one(id)
        return row if row is not None and row.key.startswith(KEY) else None

    def title(self, row):
        """Its kind."""
        return kind_of(row.key)

    def offer(self, form, row):
        """The kinds that leave the house and have no chain of their own yet."""
        if row is None:
            there = set(session().scalars(select(Setting.key).where(Setting.key.startswith(KEY))))
            free = [kind for kind in KINDS.values() if kind.outward and f"{KEY}.{kind.id}" not in there]
            form.kind.choices = [(kind.id, kind_of(f"{KEY}.{kind.id}")) for kind in free]

    def present(self, row):
        """The steps, each in its own field."""
        return {"basis": row.basis} | StepsForm.fields_of(row.value)

    def enter(self, at, form):
        """Lay down a chain for a kind."""
        kind = KINDS[form.kind.data]
        return settings.lay_down(
            at,
            f"{KEY}.{kind.id}",
            form.steps,
            like=KEY,
            meaning=(f"steps of approval of {kind.id} {kind.en}", f"{kind.zh}的审批步骤"),
            basis=form.basis.data or "",
            actor=g.me,
            now=clock.now(),
        )

    def change(self, at, row, form):
        """Lay down other steps."""
        said = {"basis": form.basis.data or "", "version": form.version.data, "now": clock.now()}
        settings.change(at, row, actor=g.me, value=form.steps, **said)


def views():
    """Build the table of this module."""
    return [Chains(Setting, _l("Chains of approval"), "chains")]
