"""A table of the back office on Flask-Admin: read-only unless its view names the verb; forms and look are ours."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from typing import Any, ClassVar

from flask import abort, flash, g, redirect, request
from flask_admin.base import expose
from flask_admin.contrib.sqla import ModelView
from flask_admin.model.filters import BaseFilter
from flask_admin.tools import iterdecode
from markupsafe import Markup
from sqlalchemy import inspect

from core.db import db, session, transaction
from core.errors import NotAllowed
from core.forms import OWN, Form
from core.plainly import day
from core.show import instant
from core.words import LazyString, _, _l

LAST_PAGE = 10_000
BIGGEST = 2**63 - 1


@dataclass(frozen=True)
class Act:
    """Something an administrator does to one row beside editing it: a form, and the verb it calls."""

    name: str
    label: LazyString
    done: LazyString
    do: Callable[[Any, Any, Any], object]
    """Called with the session, the row and the form."""
    form: type[Form] = Form
    roles: tuple[str, ...] = ()
    may: Callable[[Any], bool] = lambda _row: True
    offer: Callable[[Any, Any], None] = lambda _form, _row: None
    """Fills in the choices of the form."""
    note: LazyString | str | Callable[[Any], str] = ""
    """Stands above the form; of the row, where it is a function."""
    facts: Callable[[Any, Any], list[tuple[Any, Any]]] = lambda _row, _form: []
    """Of the row and its form, each time the page is made: what it says of the row before anybody acts."""
    danger: bool = False
    gone: bool = False
    """Whether the row is no more afterwards: its table follows."""

    @property
    def asks(self) -> bool:
        """Whether anything has to be filled in."""
        return self.form is not Form


@dataclass(frozen=True)
class Related:
    """What belongs to a row, as a table under it."""

    title: LazyString | str
    heads: Sequence[Any]
    rows: list[list[Any]]
    add: str = ""
    add_text: LazyString | str = ""


@dataclass(frozen=True)
class Entry:
    """One line of the navigation at the side."""

    text: Any
    url: str
    here: bool


@dataclass
class Group:
    """Tables that belong together at the side."""

    title: Any
    entries: list[Entry] = field(default_factory=list)


class Pick(BaseFilter):
    """Rows where a column has one of its values."""

    def __init__(self, column, label, choices, key):
        super().__init__(label, options=[(value, text) for value, text in choices])
        self.column, self.key, self.label, self.choices = column, key, label, list(choices)

    def validate(self, value):
        """Whether it is one of the choices; anything else is left out."""
        return value in {known for known, _text in self.choices}

    def apply(self, query, value, _alias=None):
        """Narrow the list."""
        return query.filter(self.column == value)

    def operation(self):
        """Name the comparison; the page shows none."""
        return self.key


class Whether(Pick):
    """Rows for which something holds, or does not."""

    def __init__(self, clause, label, key):
        super().__init__(None, label, [("1", _l("Yes")), ("0", _l("No"))], key)
        self.clause = clause

    def apply(self, query, value, _alias=None):
        """Narrow the list."""
        clause = self.clause() if callable(self.clause) else self.clause
        return query.filter(clause if value == "1" else ~clause)


class Records(ModelView):
    """One table. `seen_by` opens it; `kept_by` may enter and change, by the verbs of `enter` and `change`."""

    list_template = "admin/list.html"
    details_template = "admin/details.html"
    form_template = "admin/form.html"
    seen_by: ClassVar[tuple[str, ...]] = ()
    kept_by: ClassVar[tuple[str, ...]] = ()
    group: ClassVar[Any] = ""
    about: ClassVar[Any] = ""
    one: ClassVar[Any] = ""
    """What a single row is called."""
    entry_form: ClassVar[type[Form] | None] = None
    entry_text: ClassVar[Any] = _l("Enter")
    change_form: ClassVar[type[Form] | None] = None
    change_text: ClassVar[Any] = _l("Change")
    acts: ClassVar[tuple[Act, ...]] = ()
    search_label: ClassVar[Any] = _l("Search")
    page_size = 50
    can_delete = False
    can_create = False
    can_edit = False
    can_view_details = True
    column_display_actions = False
    column_type_formatters: ClassVar[dict[Any, Any]] = {
        bool: lambda _view, value, _name: _("Yes") if value else _("No"),
        datetime: lambda _view, value, _name: instant(value),
        date: lambda _view, value, _name: day(value),
        type(None): lambda _view, _value, _name: "—",
        Enum: lambda _view, value, _name: value.value,
    }
    column_type_formatters_detail = column_type_formatters

    def __init__(self, model, name, path):
        super().__init__(model, db, name=name, endpoint=f"admin_{path}", url=path)

    def create_blueprint(self, admin):
        """Open only the pages that this table has; nothing is deleted, taken out or changed in bulk by Flask-Admin."""
        has = {
            "index_view": True,
            "details_view": self.can_view_details,
            "create_view": self.entry_form is not None,
            "edit_view": self.change_form is not None,
            "act_view": bool(self.acts),
        }
        self._urls = [known for known in self._urls if has.get(known[1])]
        return super().create_blueprint(admin)

    def is_accessible(self):
        """Whether this administrator's role opens the table."""
        return g.me.has(*self.seen_by)

    def keeps(self):
        """Whether this administrator may change it."""
        return g.me.has(*self.kept_by)

    def scaffold_form(self):
        """Forms are named by the view; nothing is read off the model."""
        return Form

    # What a table says for itself

    def title(self, row):
        """What a row is called on its own page."""
        return str(row)

    def enter(self, _at, _form):
        """Make a new row by its verb."""
        raise NotAllowed

    def change(self, _at, _row, _form):
        """Change a row by its verb."""
        raise NotAllowed

    def offer(self, form, row):
        """Fill in the choices of a form."""

    def facts(self, _row):
        """What stands above the form that changes a row."""
        return []

    def entered(self, _row):
        """Say what was done, and what comes next."""
        return _("Entered.")

    def changed(self, _row):
        """Say what was done, and what comes of it."""
        return _("Changed.")

    def present(self, row):
        """What the form of a row begins with."""
        names = [column.key for column in inspect(self.model).column_attrs]
        return {name: getattr(row, name) for name in names if name not in OWN}

    def form_for(self, _row):
        """Name the form that changes a row."""
        return self.change_form

    def may_change(self, _row):
        """Whether a row can be changed at all."""
        return True

    def related(self, _row):
        """List what belongs to a row."""
        return []

    def offered(self, row):
        """List the acts this administrator may do to a row now."""
        return [act for act in self.acts if g.me.has(*(act.roles or self.kept_by)) and act.may(row)]

    # Flask-Admin's seams

    def create_model(self, form):
        """Enter by the verb, in the one transaction."""
        with transaction(once=form.key.data) as at:
            return self.enter(at, form)

    def update_model(self, form, model):
        """Change by the verb, in the one transaction."""
        with transaction(once=form.key.data) as at:
            self.change(at, model, form)
        return True

    def delete_model(self, _model):
        """Nothing is deleted here: what ended stays, with its last day."""
        raise NotAllowed

    def get_one(self, id):  # noqa: A002 - Flask-Admin's name
        """Find a row by the text of its key; what is no key of this table finds nothing."""
        columns = inspect(self.model).primary_key
        parts = iterdecode(id or "") if len(columns) > 1 else (id or "",)
        if len(parts) != len(columns):
            return None
        key = []
        for column, part in zip(columns, parts, strict=True):
            kind = column.type.python_type
            if kind is int and not (re.fullmatch(r"[0-9]{1,19}", part) and int(part) <= BIGGEST):
                return None
            key.append(kind(part))
        return session().get(self.model, tuple(key))

    def get_list(self, page, sort_column, sort_desc, search, filters, execute=True, page_size=None):
        """List one page; an impossible number of a page is the nearest possible one."""
        page = min(max(page or 0, 0), LAST_PAGE)
        search = (search or "").replace("\0", "")[:100]
        return super().get_list(page, sort_column, sort_desc, search, filters, execute, page_size)

    def _apply_sorting(self, query, joins, sort_column, sort_desc):
        query, joins = super()._apply_sorting(query, joins, sort_column, sort_desc)
        return query.order_by(*inspect(self.model).primary_key), joins

    def _get_list_filter_args(self):
        found = []
        for arg, value in request.args.items():
            key = arg.split("_", 1)[-1]
            if arg.startswith("flt") and value and key in (self._filter_args or {}):
                number, known = self._filter_args[key]
                if known.validate(value):
                    found.append((number, str(known.key), value))
        return found

    def get_filter_arg(self, _index, flt):
        """Name a filter in addresses by a word that stays the same."""
        return flt.key

    # Pages

    @expose("/new/", methods=("GET", "POST"))
    def create_view(self):
        """Enter a new row."""
        if not self.keeps():
            abort(403)
        form = self.entry_form()
        self.offer(form, None)
        if not form.validate_on_submit():
            return self._form_page(form, self.entry_text, self.entry_text)
        made = self.create_model(form)
        flash(self.entered(made))
        return redirect(self.get_url(".details_view", id=self.get_pk_value(made)), 303)

    @expose("/edit/", methods=("GET", "POST"))
    def edit_view(self):
        """Change a row."""
        row = self._row()
        if not self.keeps() or not self.may_change(row):
            abort(403)
        form = self.form_for(row)(data=self.present(row) | {"version": getattr(row, "version", None)})
        self.offer(form, row)
        if not form.validate_on_submit():
            return self._form_page(form, self.change_text, _l("Save"), row)
        self.update_model(form, row)
        flash(self.changed(row))
        return redirect(self._page_of(row), 303)

    @expose("/details/")
    def details_view(self):
        """Show one row with what belongs to it."""
        row = self._row()
        pairs = [
            (label, _written(name, self.get_detail_value(None, row, name))) for name, label in self._details_columns
        ]
        return self.render(
            self.details_template,
            row=row,
            pk=self.get_pk_value(row),
            pairs=pairs,
            related=self.related(row),
            acts=self.offered(row),
            may_edit=self.change_form is not None and self.keeps() and self.may_change(row),
        )

    @expose("/do/<what>/", methods=("GET", "POST"))
    def act_view(self, what):
        """Do something to a row."""
        row = self._row()
        act = next((known for known in self.acts if known.name == what), None)
        if act is None:
            abort(404)
        if not g.me.has(*(act.roles or self.kept_by)):
            abort(403)
        form = act.form(data={"version": getattr(row, "version", None)})
        act.offer(form, row)
        if not form.validate_on_submit():
            return self._form_page(form, act.label, act.label, row, act=act)
        with transaction(once=form.key.data) as at:
            act.do(at, row, form)
        flash(str(act.done))
        return redirect(self.get_url(".index_view") if act.gone else self._page_of(row), 303)

    def _row(self):
        row = self.get_one(request.args.get("id", ""))
        if row is None:
            abort(404)
        return row

    def _page_of(self, row):
        return self.get_url(".details_view", id=self.get_pk_value(row))

    def _form_page(self, form, title, button, row=None, act=None):
        page = self.render(
            self.form_template,
            form=form,
            heading=title,
            button=button,
            row=row,
            back=self._page_of(row) if row is not None else self.get_url(".index_view"),
            note=(act.note(row) if callable(act.note) else act.note) if act else "",
            facts=act.facts(row, form) if act else self.facts(row) if row is not None else [],
            danger=bool(act and act.danger),
        )
        return page, form.status_code


def _written(name, value):
    """What a column says in one language is marked so, whichever the page is in."""
    lang = {"_en": "en", "_zh": "zh-CN"}.get(name[-3:])
    return Markup('<span class="lines" lang="{}">{}</span>').format(lang, value) if lang and value else value
