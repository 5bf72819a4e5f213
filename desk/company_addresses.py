"""A company in the address of a list: by its number (`party`), or as typed into the filter (`company`).

The two are kept apart: 95588 is a telephone number by which people know a company, and may be a key too.
"""

from collections.abc import Mapping

from core import keyset

COMPANY = "company"
"""The filter's field; if its words mean exactly one company, the list is asked for by its number."""
LONGEST = 250
"""Characters of a name with its code."""


def party_of(args: Mapping[str, str]) -> int | None:
    """The company by which a list is filtered; None if another one was typed instead."""
    return None if company_typed(args) else keyset.number_of(args.get("party", ""))


def company_typed(args: Mapping[str, str]) -> str:
    """What was typed for a company."""
    return args.get(COMPANY, "").strip()[:LONGEST]


def without(name: str) -> dict[str, str]:
    """The parameters to leave out of a list's address for one filter less."""
    return {"party" if name == COMPANY else name: ""}
