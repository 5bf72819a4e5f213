"""Settings that a kind of document may have of its own beside the general one: their table, entered and changed."""

from typing import Any, ClassVar

from flask import g
from sqlalchemy import select

from admin.forms_rules import ConfirmReadForm
from admin.naming import SECOND, SYSTEM, account_of, may_confirm
from admin.past_years import earlier, facts
from admin.records import Act, Records
from admin.setting_tables import listed
from admin.views_settings import OFFICE, confirm, laid_down, state_of
from core import clock
from core.db import session
from core.words import _, _l, language
from notices.kinds import KINDS
from registry import settings
from registry.models_settings import Setting


def kind_of(key):
    """Name the kind of document that a setting is of; the general one is of every other kind."""
    kind = KINDS.get(key.partition(".")[2])
    if kind is None:
        return str(_("Every other kind"))
    return f"{kind.id} {kind.zh if language() == 'zh' else kind.en}"


class PerKind(Records):
    """One general setting and those of single kinds."""

    key: ClassVar[str] = ""
    """The key of the general setting."""
    seen_by, kept_by = SECOND, SYSTEM
    group = OFFICE
    column_list = ("key", "value", "confirmed_at")
    column_details_list = ("key", "value", "basis", "laid_down_by", "confirmed_by", "confirmed_at")
    column_sortable_list = ("key",)
    column_default_sort = "key"
    value_label: ClassVar[Any] = ""
    column_formatters = {  # noqa: RUF012 - Flask-Admin's own name
        "key": lambda _v, _c, row, _n: kind_of(row.key),
        "value": lambda view, _c, row, _n: listed(view.worded(row.value), row),
        "confirmed_at": state_of,
        "laid_down_by": account_of("laid_down_by"),
        "confirmed_by": account_of("confirmed_by"),
    }
    acts = (
        Act("confirm", _l("Say that the association decided this"), _l("Confirmed."), confirm, roles=SECOND,
            form=ConfirmReadForm, may=may_confirm, facts=facts,
            note=_l("In production nothing rests on a value that the association has not confirmed.")),
    )  # fmt: skip

    def __init__(self, model, name, path):
        self.column_labels = {
            "key": _l("Kind of document"),
            "value": self.value_label,
            "basis": _l("What it rests on"),
            "laid_down_by": _l("Laid down by"),
            "confirmed_by": _l("Confirmed by"),
            "confirmed_at": _l("State"),
        }
        super().__init__(model, name, path)

    # What each table says for itself

    def worded(self, value):
        """Say a value in words."""
        raise NotImplementedError

    def said(self, form):
        """Read the value off its form."""
        raise NotImplementedError

    def fields_of(self, value):
        """Give the fields of the form that hold a value."""
        raise NotImplementedError

    def meaning(self, kind):
        """Say what the setting of a kind is, in English and Chinese."""
        raise NotImplementedError

    def has(self, kind):
        """Whether a kind can have one of its own."""
        return kind.outward

    # What all have in common

    def get_query(self):
        """Only these settings."""
        return super().get_query().filter(Setting.key.in_(self._keys()))

    def get_count_query(self):
        """As many."""
        return super().get_count_query().filter(Setting.key.in_(self._keys()))

    def _keys(self):
        return [self.key, *(f"{self.key}.{kind}" for kind in KINDS)]

    def get_one(self, id):  # noqa: A002 - Flask-Admin's name
        """Find one; other settings are not of this table."""
        row = super().get_one(id)
        return row if row is not None and row.key in self._keys() else None

    def title(self, row):
        """Its kind."""
        return kind_of(row.key)

    def offer(self, form, row):
        """The kinds that have none of their own yet."""
        if row is None:
            there = set(session().scalars(select(Setting.key).where(Setting.key.in_(self._keys()))))
            free = [kind for kind in KINDS.values() if self.has(kind) and f"{self.key}.{kind.id}" not in there]
            form.kind.choices = [(kind.id, kind_of(f"{self.key}.{kind.id}")) for kind in free]

    def present(self, row):
        """The value, as its form holds it."""
        return {"basis": row.basis} | self.fields_of(row.value)

    def related(self, row):
        """Its earlier values."""
        return earlier(row)

    def enter(self, at, form):
        """Lay one down for a kind."""
        kind = KINDS[form.kind.data]
        return settings.lay_down(
            at,
            f"{self.key}.{kind.id}",
            self.said(form),
            like=self.key,
            meaning=self.meaning(kind),
            basis=form.basis.data or "",
            actor=g.me,
            now=clock.now(),
        )

    def changed(self, row):
        """What counts until somebody else confirms it, or that acts are refused."""
        return laid_down(row)

    def change(self, at, row, form):
        """Lay down another value."""
        said = {"basis": form.basis.data or "", "version": form.version.data, "now": clock.now()}
        settings.change(at, row, actor=g.me, value=self.said(form), **said)
