"""What the pages of the search share: what the address asks for, where a find leads, what is shown of it."""

from collections.abc import Collection
from typing import Any, Final

from flask import g, request, url_for

from core import days
from core.days_asked import misread
from core.db import session
from core.fields_typed import Near
from core.plainly import in_words
from core.throttle import address
from core.words import LazyString, _, _l, language
from notices import policies_reading
from notices.queries import LINKS
from registry.names import fold
from search import queries, terms
from search.queries import Hit, Page
from search.terms import Marker
from search.words import EMPTY, LONGEST, Asked

KINDS: Final[dict[str, tuple[LazyString, str]]] = {
    "complaint": (_l("Complaint"), "blue"),
    "case": (_l("Case"), "purple"),
    "party": (_l("Company"), "turquoise"),
    "document": (_l("Notice"), "green"),
    "evidence": (_l("Evidence"), "yellow"),
    "publication": (_l("Text of a publication"), "orange"),
    "forwarding": (_l("Forwarding"), "blue"),
    "track": (_l("Case"), "purple"),
    "stop_contact": (_l("Stop-contact request"), "blue"),
    "material": (_l("Request for material"), "blue"),
}
"""What each kind of find is called, and the colour of its tag."""
OFTEN: Final = "60 per minute"


def who() -> str:
    """Whose searches are counted together."""
    return f"search:{g.me.id}" if g.me.id is not None else address()


def asked(kinds: tuple[str, ...]) -> Asked:
    """What the address asks for, of these kinds at most."""
    kind = request.args.get("kind", "")
    return Asked(
        text=request.args.get("q", "").replace("\0", "").strip(),
        kinds=(kind,) if kind in kinds else kinds,
        since=days.asked(request.args.get("since", "")),
        until=days.asked(request.args.get("until", "")),
        after=request.args.get("after", "")[:60],
    )


def _numbered(what: Asked, beginnings: tuple[str, ...]) -> list[Hit]:
    """What bears the number that was typed, or begins or ends so, of the things that no list shows."""
    if what.after or any(request.args.get(name) for name in ("since", "until", "kind")):
        return []
    marker = Marker(terms.asked(what.text))
    return [
        Hit(each.kind, each.number, "", marker.parts(each.ref), [], each.on, each.whole)
        for each in queries.numbered(session(), what.text, beginnings)
        if each.kind in LINKS
    ]


def jump(page: Page, numbered: list[Hit], what: Asked, read: Collection[int]) -> str:
    """Where a number leads that only one thing bears; nothing from the search's own page, which shows all.

    A company's name is a word of other things as well: it leads straight there where nothing else was found, as does
    a part of a number.
    """
    narrowed = any(request.args.get(name) for name in ("since", "until", "kind", "all"))
    plain = not (what.after or narrowed)
    if plain and len(numbered) == 1 and (numbered[0].exact or not page.hits):
        return link(numbered[0], read)
    exact = [hit for hit in page.hits if hit.exact]
    named = any(hit.kind == "party" and fold(hit.ref) != fold(what.text) for hit in exact)
    return link(exact[0], read) if plain and len(exact) == 1 and not (named and len(page.hits) > 1) else ""


def link(hit: Hit, read: Collection[int]) -> str:
    """Where this reader looks at a find; `read`: the documents among all finds that may be opened."""
    if hit.kind == "complaint":
        return url_for("desk_complaints.show", ref=hit.ref)
    if hit.kind == "document":
        if g.me.audience == "portal":
            return url_for("notices_portal.show", number=hit.number)
        return url_for("notices_staff.show", number=hit.number) if hit.number in read else ""
    if hit.kind == "evidence":
        return _matter(hit.number)
    return LINKS[hit.kind](hit.number) if hit.kind in LINKS else ""


def _read(page: Page) -> Collection[int]:
    """Which of the documents that were found a reader of the staff may open."""
    found = {hit.number for hit in page.hits if hit.kind == "document"}
    if g.me.audience == "portal" or policies_reading.may_read_told(g.me):
        return found
    return policies_reading.readable(session(), found, g.me)


def _matter(number: int) -> str:
    """A file leads to its matter, where it stands among the others; on its own where that has no page."""
    if g.me.audience == "portal":
        sent = queries.forwarding_of(session(), number)
        return (
            url_for("portal_forwardings.show", number=sent)
            if sent
            else url_for("portal_forwardings.file", number=number)
        )
    found = queries.matter(session(), number)
    if found.case_id is not None:
        return url_for("desk_cases.show", number=found.case_id, _anchor="evidence")
    ref = found.complaint_ref
    return url_for("desk_complaints.show", ref=ref, _anchor="evidence") if ref else ""


def shown(kinds: tuple[str, ...], endpoint: str, beginnings: tuple[str, ...]) -> dict[str, Any]:
    """What the page of results is told; the beginnings are of numbers of things that are no finds of their own."""
    what = asked(kinds)
    numbered = _numbered(what, beginnings)
    page = queries.found(session(), what, language())
    read = _read(page)
    hits = [*numbered, *page.hits] if not page.trouble else []
    lines = [(hit, *KINDS[hit.kind], link(hit, read)) for hit in hits]
    known = {"q", "kind", "since", "until"}
    words: dict[str, Any] = {name: value for name, value in request.args.items() if name in known and value}
    chips = [
        (text, url_for(endpoint, all=1, **{key: value for key, value in words.items() if key != name}))
        for name, text in _chosen(what, kinds).items()
    ]
    return {
        "asked": what,
        "typed": {name: request.args.get(name, "") for name in ("since", "until")},
        "example": str(Near(0)),
        "misread": misread(what.since, what.until),
        "page": page,
        "jump": jump(page, numbered, what, read),
        "lines": [line for line in lines if line[0].kind != "document" or line[-1]],  # papers are for their readers
        "kinds": [("", _("All")), *((kind, KINDS[kind][0]) for kind in kinds)],
        "kind": what.kinds[0] if len(what.kinds) == 1 else "",
        "chips": chips,
        "clear": url_for(endpoint, q=what.text, all=1),
        "more": url_for(endpoint, all=1, after=page.after, **words) if page.after else "",
        "here": url_for(endpoint),
        "longest": LONGEST,
        "status": 422 if page.trouble and page.trouble is not EMPTY else 200,
    }


def _chosen(what: Asked, kinds: tuple[str, ...]) -> dict[str, str]:
    found = {}
    if len(what.kinds) == 1 and len(kinds) > 1:
        found["kind"] = str(KINDS[what.kinds[0]][0])
    if what.since:
        found["since"] = _("from %(day)s", day=in_words(what.since))
    if what.until:
        found["until"] = _("to %(day)s", day=in_words(what.until))
    return found
