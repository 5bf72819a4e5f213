"""How much of files one address may hand in without signing in."""

from math import ceil
from typing import Final

from limits import parse

from core import throttle
from core.errors import BadInput
from core.words import _l
from filestore.file_checks import FIELD, MIB

MEGABYTES: Final = parse("4096 per day")
"""So much of files one address hands in without signing in: many people may share it."""


def megabytes(size: int, *, came: bool = True) -> None:
    """Count what came from this address; refuse where it has handed in too much of late.

    What is only announced (`came=False`) is looked at in the same way and counts for nothing: whoever begins and gives
    up takes nothing from those who share the address.
    """
    if not throttle.counted(MEGABYTES, "megabytes", cost=max(ceil(size / MIB), 1), now=came):
        raise BadInput(FIELD, _l("Very many files came from your network today. Try again tomorrow."))
