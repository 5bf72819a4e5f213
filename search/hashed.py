"""Numbers and addresses of people as the search knows them: keyed hashes, never what was written."""

from typing import Final

from core.crypto import keyed_hash
from registry.names import fold_number
from search import terms

LEAST: Final = 5
LEAST_DIGITS: Final = 4
"""Passports and passes have letters among their figures."""


def secret(value: str) -> str:
    """A number or address of a person as the index holds it: a keyed hash, the same however it was written."""
    plain = terms.level(value).strip()
    bare = terms.key(plain)
    same = plain if "@" in plain else fold_number(bare) if bare.isdigit() else bare
    return f"~{keyed_hash('search', same).hex()[:32]}"


def is_secret(value: str) -> bool:
    """Whether somebody typed what may be a number or address of a person."""
    bare = terms.key(value)
    return "@" in terms.level(value) or (len(bare) >= LEAST and sum(each.isdigit() for each in bare) >= LEAST_DIGITS)
