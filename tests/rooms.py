"""The rooms of the house by name, lowest first, as the application sets them up."""

import wsgi

ROOMS = tuple(room.__name__.partition(".")[0] for room in wsgi.ROOMS)
