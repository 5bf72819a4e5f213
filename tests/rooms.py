"""The rooms of the house by name, lowest first, as the application sets them up."""

import wsgi

SETS_NOTHING_UP = "printing"
"""Called by the rooms above it; it stands right above the lowest."""
_SET_UP = tuple(room.__name__.partition(".")[0] for room in wsgi.ROOMS)
ROOMS = (_SET_UP[0], SETS_NOTHING_UP, *_SET_UP[1:])
