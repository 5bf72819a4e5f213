"""A company in the address of a list: by its number (`party`), or as it was typed in the filter (`company`).

What is typed is told apart from a number: 95588 is a telephone number by which people know a company, and a key too.
"""

from collections.abc import Mapping

from core import keyset

COMPANY = "company"
"""What the filter sends; whatever it means alone, the list is asked for by its number."""
LONGEST = 250
"""Characters of a name with its code."""


def party_of(args: Mapping[str, str]) -> int | None:
    """The company that a list is filtered by: none where another is typed instead."""
    return None if company_typed(args) else keyset.number_of(args.get("party", ""))


def company_typed(args: Mapping[str, str]) -> str:
    """What was typed for a company."""
    return args.get(COMPANY, "").strip()[:LONGEST]


def without(name: str) -> dict[str, str]:
    """What is said in the address of a list to leave out one of its filters."""
    return {"party" if name == COMPANY else name: ""}
