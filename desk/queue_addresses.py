"""The queue's address: what it asks for, and the address of the same queue with a change; so for the list of cases."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import url_for

from casework import labels
from core import days
from core.keyset import number_of
from desk import queries_cases_pages
from desk.company_addresses import party_of
from desk.queries_queue_select import SORTS, VIEWS, Asked

NEWEST_FIRST = {"ended", "all", "historic"}
COUNTED = "counted"
"""Marks an address that a figure leads to which was counted at another time."""
PLACES = ("after", "before")
"""What of an address says a place in the list."""
LONGEST = 500
"""Characters of a query that is carried from page to page."""


def asked_of(args: Mapping[str, str]) -> Asked:
    """What the address asks for; what makes no sense is left out."""
    view = args.get("view", "mine")
    view = view if view in VIEWS else "mine"
    sort, officer = args.get("sort", ""), args.get("officer", "")
    usual = "-received" if view in NEWEST_FIRST else "due"
    return Asked(
        view=view,
        state=args.get("state", "") if args.get("state", "") in labels.COMPLAINT else "",
        party=party_of(args),
        code=args.get("code", "")[:10],
        officer=officer if officer in {"me", "none"} or number_of(officer) is not None else "",
        channel=args.get("channel", "") if args.get("channel", "") in labels.CHANNEL else "",
        outcome=args.get("outcome", "") if view == "ended" and args.get("outcome", "") in labels.ENDING else "",
        since=days.asked(args.get("since", "")),
        until=days.asked(args.get("until", "")),
        text=args.get("text", "").strip()[:100],
        sort=sort if sort in SORTS and not (view in NEWEST_FIRST and sort.endswith("due")) else usual,
        after=args.get("after", ""),
        before=args.get("before", ""),
    )


def asked_in(query: str) -> Asked:
    """What a query that was kept or carried along asks for, without a place in the list."""
    return asked_of({name: value for name, value in parse_qsl(query[:LONGEST]) if name not in PLACES})


def place_in(query: str) -> dict[str, str]:
    """The page of the list from which a thing was opened."""
    return {name: value for name, value in parse_qsl(query[:LONGEST]) if name in PLACES}


def query_of(asked: Asked | queries_cases_pages.Asked, **other: Any) -> str:  # noqa: ANN401 - values of an address
    """The query of the same list with a change; any change but of the page leads to the first page.

    Words come last: of an address that is too long to be carried its end is cut.
    """
    kept = {name: value for name, value in vars(asked).items() if name not in PLACES}
    said = {"view": asked.view, "sort": asked.sort, **kept} | other
    return urlencode({name: value for name, value in said.items() if value not in (None, "")})


def carried(query: str, place: Mapping[str, Any]) -> str:
    """The query of this page of a list, carried along when a thing is opened, so that its page leads back.

    The place comes first, since what is longer than LONGEST is cut at the end.
    """
    said = urlencode({name: place[name] for name in PLACES if place.get(name)})
    return "&".join(filter(None, (said, query)))


def address_of(asked: Asked, **other: Any) -> str:  # noqa: ANN401 - values of an address
    """The address of the same queue with a change."""
    return f"{url_for('desk_queue.queue')}?{query_of(asked, **other)}"
