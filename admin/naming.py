"""How tables of the back office name what they show: words in their colour, parties, who may change the register."""

from markupsafe import Markup

from core.db import session
from core.i18n import language
from core.web import state_label
from registry import queries

SYSTEM = ("system_admin",)


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
    """All parties, or those of a kind, to choose from."""
    return [(party.id, party_name(party)) for party in queries.parties(session(), kind)]
