"""The address of the list of cases: what it asks for, and the address of the same list with a change."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from flask import url_for

from core.keyset import number_of
from desk.company_addresses import party_of
from desk.queries_cases_pages import SORTS, VIEWS, Asked
from desk.queue_addresses import LONGEST, PLACES, query_of


def asked_of(args: Mapping[str, str]) -> Asked:
    """What the address asks for; what makes no sense is left out."""
    view, officer, sort = (args.get(name, "") for name in ("view", "officer", "sort"))
    return Asked(
        view=view if view in VIEWS else "mine",
        party=party_of(args),
        code=args.get("code", "")[:10],
        officer=officer if officer == "me" or number_of(officer) is not None else "",
        text=args.get("text", "").strip()[:100],
        sort=sort if sort in SORTS else _usual(view),
        after=args.get("after", ""),
        before=args.get("before", ""),
    )


def asked_in(query: str) -> Asked:
    """What a query that was carried along asks for, without a place in the list."""
    return asked_of({name: value for name, value in parse_qsl(query[:LONGEST]) if name not in PLACES})


def address_of(asked: Asked, **other: Any) -> str:  # noqa: ANN401 - values of an address
    """The address of the same list with a change."""
    return f"{url_for('desk_cases.listing')}?{query_of(asked, **other)}"


def _usual(view: str) -> str:
    """The usual order: running cases by their clocks; of ended ones, which have none, the latest first, as of all."""
    return "-opened" if view in {"ended", "all"} else "due"
