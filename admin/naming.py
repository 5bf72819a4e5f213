"""How tables of the back office name what they show: words in their colour, parties, who may change the register."""

from collections import Counter

from flask import g
from markupsafe import Markup

from core.db import session
from core.i18n import language
from core.web import state_label
from registry import queries, settings

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


def choices(kind=None):
    """All parties, or those of a kind, to choose from; where several bear one name, each with its code."""
    found = [(party.id, party_name(party), party.uscc) for party in queries.parties(session(), kind)]
    borne = Counter(name for _number, name, _uscc in found)
    return [(number, name if borne[name] == 1 else f"{name} · {uscc}") for number, name, uscc in found]


def account_of(column):
    """Make a formatter of a column that refers to an account."""
    return lambda _v, _c, row, _n: queries.account_name(session(), getattr(row, column)) or "—"


def may_confirm(row):
    """Whether this administrator can say of a value that the association decided it."""
    there = row.confirmed_at is None and row.value not in (None, "")
    return there and not any(settings.refusals_to_confirm(g.me, row))
