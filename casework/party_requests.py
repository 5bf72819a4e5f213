"""What a company asked for and what it was answered: kept with the thing, even after the answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

GIVEN, REFUSED, LAPSED = "GIVEN", "REFUSED", "LAPSED"
"""How a request ends; it lapses where what was asked for is needed no more."""
Kept = list[dict[str, Any]]


@dataclass(frozen=True)
class Request:
    """One request: when and why it was made, for which time if it names one, and its answer."""

    at: datetime
    why: str
    wanted: datetime | None
    how: str | None
    ended_at: datetime | None
    answer: str
    came_on: date | None = None
    """The day of one that came on paper."""


def told(kept: Sequence[dict[str, Any]]) -> list[Request]:
    """The requests in the order in which they were made."""
    return [
        Request(
            datetime.fromisoformat(each["at"]),
            each["why"],
            _moment(each, "wanted"),
            each.get("how"),
            _moment(each, "ended_at"),
            each.get("answer") or "",
            date.fromisoformat(each["came_on"]) if each.get("came_on") else None,
        )
        for each in kept
    ]


def begun(
    kept: Sequence[dict[str, Any]],
    *,
    why: str,
    at: datetime,
    wanted: datetime | None = None,
    came_on: date | None = None,
) -> Kept:
    """The requests with one more; of one on paper with its day, and `at` is its entry."""
    named = {"wanted": wanted.isoformat()} if wanted else {}
    if came_on is not None:
        named["came_on"] = came_on.isoformat()
    return [*kept, {"at": at.isoformat(), "why": why, **named}]


def ended(kept: Sequence[dict[str, Any]], how: str, *, at: datetime, answer: str = "") -> Kept:
    """The requests with the last one answered; unchanged if none waits."""
    if not kept or kept[-1].get("how"):
        return list(kept)
    return [*kept[:-1], {**kept[-1], "how": how, "ended_at": at.isoformat(), "answer": answer}]


def without_texts(kept: Sequence[dict[str, Any]]) -> Kept:
    """That something was asked for and answered, without the texts."""
    return [{**each, "why": "", "answer": ""} for each in kept]


def _moment(kept: dict[str, Any], name: str) -> datetime | None:
    return datetime.fromisoformat(kept[name]) if kept.get(name) else None
