"""How tables of the back office name what they show: words in their colour, parties, who may change the register."""

from flask import g, request
from markupsafe import Markup

from core import keyset
from core.db import session
from core.labels import state_label
from core.words import language
from desk import choices
from registry import queries, settings
from registry.models import Party

SYSTEM = ("system_admin",)
SECOND = (*SYSTEM, "security_admin")
"""Who is the second person where one lays down and another puts in force."""


def tag(machine, state):
    """Show a word in the colour it always has."""
    label = state_label(machine, state)
    return Markup('<span class="tag tag-{}">{}</span>').format(label.colour, label.text)


def worded(machine, column):
    """Make a formatter of a column of words."""
    return lambda _view, _context, row, _name: tag(machine, getattr(row, column))


def party_name(party):
    """Name a party for this reader."""
    return "—" if party is None else party.name(language())


def named(column):
    """Make a formatter of a column that refers to a party."""
    return lambda _view, _context, row, _name: party_name(getattr(row, column))


def by_name(form, name, kind=None, *, now=None):
    """Let a company be named in this field, the register being never written out; `now` is the key of who stands."""
    choices.by_name(session(), form[name], kind)
    party = queries.party(session(), now) if now is not None else None
    form.holds(**{name: choices.standing_for(form[name], party)})


def sent_from(name):
    """Read the key of the company whose page sent us here."""
    return keyset.number_of(request.args.get(name, ""))


def company(at, field):
    """Find the company that a field means, for the verb; None where none was named."""
    number = field.number
    return at.get_one(Party, number) if number is not None else None


def account_of(column):
    """Make a formatter of a column that refers to an account."""
    return lambda _v, _c, row, _n: queries.account_name(session(), getattr(row, column)) or "—"


def may_confirm(row):
    """Whether this administrator can say of a value that the association decided it."""
    there = row.confirmed_at is None and row.value not in (None, "")
    return there and not any(settings.refusals_to_confirm(g.me, row))
