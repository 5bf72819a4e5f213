"""What the address of a page of figures asks for, and the addresses of what stands behind them."""

import re
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import g, request, url_for

from casework import labels as casework_labels
from casework import policies_pages
from core import charts, clock
from core.words import _
from desk.company_addresses import party_of
from desk.queue_addresses import COUNTED
from figures import queries_behind
from figures.counted import next_month
from figures.queries import BANDS, Chosen

MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])", re.ASCII)
USUAL, MOST = 12, 60
"""Months that are shown unless others are asked for, and the most of them."""


def month_of(said: str) -> date | None:
    """A month as an address says it."""
    return date.fromisoformat(f"{said}-01") if MONTH.fullmatch(said) else None


def chosen() -> Chosen:
    """The period and the filters; what makes no sense is left out, and a period said from its end is turned round."""
    args, this = request.args, clock.today().replace(day=1)
    since, until = month_of(args.get("since", "")), month_of(args.get("until", ""))
    if since and until and since > until:
        since, until = until, since
    last = min(until or this, this)
    first = since or charts.months_until(last, USUAL)[0]
    first = min(max(first, charts.months_until(last, MOST)[0]), last)
    channel, code = args.get("channel", ""), args.get("code", "")
    code = code if re.fullmatch(r"V-[A-Z]\d{2}", code, re.ASCII) else ""
    party = party_of(args)
    both = party is not None and bool(code)  # of these two at once no channel is kept
    return Chosen(first, last, party, code, channel if channel in casework_labels.CHANNEL and not both else "")


def channel_dropped(asked: Chosen) -> bool:
    """Whether a channel was asked for that does not narrow what is shown."""
    return not asked.channel and request.args.get("channel", "") in casework_labels.CHANNEL


def misread(asked: Chosen) -> list[str]:
    """What of the period could not be taken as it stands in the address, and what is shown instead."""
    words = {name: request.args.get(name, "").strip() for name in ("since", "until")}
    found = [_trouble(word) for word in words.values() if word and not _shown(word)]
    if not found and words["since"] and words["until"] and words["since"] > words["until"]:
        found = [str(_("The first month is after the last one."))]
    if found:
        shown = {"since": f"{asked.first:%Y-%m}", "until": f"{asked.last:%Y-%m}"}
        found.append(str(_("Shown are the months from %(since)s to %(until)s.", **shown)))
    return found


def typed(name: str, shown: date) -> str:
    """A month as it was chosen, so that it can be corrected where another one is shown; else the one shown."""
    word = request.args.get(name, "").strip()
    return word if _shown(word) else f"{shown:%Y-%m}"


def _shown(word: str) -> bool:
    """Whether it is one of the months that can be chosen."""
    return month_of(word) in charts.months_until(clock.today(), MOST)


def _trouble(word: str) -> str:
    if month_of(word) is None:
        return str(_("“%(typed)s” could not be read as a month.", typed=word))
    return str(_("%(month)s is not one of the last %(most)s months.", month=word, most=MOST))


def said(asked: Chosen, **other: Any) -> dict[str, Any]:  # noqa: ANN401 - values of an address
    """What is asked, as the query of an address, with these values changed."""
    whole = {
        "since": f"{asked.first:%Y-%m}",
        "until": f"{asked.last:%Y-%m}",
        "party": asked.party,
        "code": asked.code,
        "channel": asked.channel,
    } | other
    return {name: str(value) for name, value in whole.items() if value not in (None, "")}


def complaints(asked: Chosen, **wanted: Any) -> str:  # noqa: ANN401 - values of an address
    """The queue with the complaints behind a number: the same filters, and the days of the month or of the age.

    Nothing for whoever reads no complaint.
    """
    if not policies_pages.may_read_complaints(g.me):
        return ""
    given: dict[str, Any] = {"party": asked.party, "code": asked.code, "channel": asked.channel}
    given |= {name: value for name, value in wanted.items() if name not in {"month", "age"}}
    if month := wanted.get("month"):
        given |= {"since": month, "until": next_month(month) - timedelta(days=1), COUNTED: "1"}
    elif age := wanted.get("age"):
        given |= _aged(*BANDS[age])
    elif wanted.get("view") != "open":
        given |= {"since": asked.first, "until": next_month(asked.last) - timedelta(days=1), COUNTED: "1"}
    filled = {name: str(value) for name, value in given.items() if value not in (None, "")}
    return f"{url_for('desk_queue.queue')}?{urlencode(filled)}"


def events(asked: Chosen, what: str, said_of: str = "", *, month: date | None = None, **wanted: Any) -> str:  # noqa: ANN401
    """The list of what was counted: the filters that it knows, in these months or in one of them."""
    asked = queries_behind.known(what, asked)
    narrowed = {} if month is None else {"since": f"{month:%Y-%m}", "until": f"{month:%Y-%m}"}
    address = said(asked, said=said_of, **narrowed, **wanted)
    return url_for("figures_staff.behind", what=what.lower(), **address)


def _aged(youngest: int, oldest: int | None) -> dict[str, date]:
    today = clock.today()
    since = {} if oldest is None else {"since": today - timedelta(days=oldest)}
    until = {"until": today - timedelta(days=youngest)} if youngest else {}  # after a step back days are still to come
    return since | until
