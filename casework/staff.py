"""Staff pages: the queue, the search, and what must be looked at."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from casework import (
    complaints,
    deeds_bulk,
    labels,
    policies,
    policies_pages,
    queries_pages,
    tasks,
)
from casework import queries_queue as queue_of
from casework.choices import code_choices, party_choices
from casework.queries_queue import Asked
from core import clock, days
from core.db import session, transaction
from core.i18n import language
from core.web import blueprint, local
from core.web import labels as labels_of
from core.words import LazyString, _, _l
from notices.queries import LINKS

bp = blueprint("casework_staff", __name__, audience="staff", prefix="/staff")

VIEWS: tuple[tuple[LazyString, tuple[tuple[str, LazyString], ...]], ...] = (
    (
        _l("Work"),
        (("mine", _l("My work")), ("unassigned", _l("Unassigned")), ("urgent", _l("Urgent"))),
    ),
    (
        _l("By stage"),
        (
            ("acceptance", _l("Acceptance check")),
            ("waiting", _l("Waiting for the company")),
            ("answers", _l("Answers to check")),
            ("disputed", _l("Disputed")),
            ("escalated", _l("Escalated")),
        ),
    ),
    (
        _l("All"),
        (("open", _l("All open")), ("ended", _l("Ended")), ("all", _l("All complaints")), ("historic", _l("Historic"))),
    ),
)
TITLES = {view: words for _title, views in VIEWS for view, words in views}
BAD = {"urgent"}
NEWEST_FIRST = {"ended", "all", "historic"}
FIRST = 8
"""So many urgent tasks stand above the queue."""
MANY = (
    ("assign", _l("Assign")),
    ("forward", _l("Accept and forward")),
    ("ask", _l("Ask for more")),
    ("merge", _l("Merge")),
    ("print", _l("Print")),
    ("export", _l("Export")),
)
"""What can be done with many complaints at once."""
FILTERS = ("text", "state", "party", "code", "officer", "channel", "since", "until")


@bp.before_request
def only_readers() -> None:
    """Complaints are read by those who work on them."""
    if not policies_pages.may_read_files(g.me):
        abort(403)


@bp.get("")
def queue() -> ResponseReturnValue:
    """My work first; views, filters, order and page stand in the address."""
    asked, at = asked_for(), session()
    return render_template(
        "casework/staff_queue.html",
        asked=asked,
        title=TITLES[asked.view],
        page=queue_of.page(at, asked, g.me, clock.today(), language()),
        side=_side(queue_of.counts(at, g.me), asked),
        filters=_filters(asked),
        chips=chips_of(asked),
        address=address_of,
        colleagues=queue_of.colleagues(at, "officer", "intake"),
        may_enter=g.me.has("intake"),
        may_assign=policies.may_work(g.me),
        many=[(name, words) for name, words in MANY if deeds_bulk.may(g.me, name)],
        urgent=_urgent(),
    )


def _urgent() -> list[tuple[str, str]]:
    """What cannot wait, for people like me: its sentence, and where it stands."""
    found = [each for each in queries_pages.tasks(session(), g.me, limit=FIRST) if each.urgent]
    return [
        (tasks.sentence(each), LINKS[each.subject_kind](each.subject_id) if each.subject_kind in LINKS else "")
        for each in found
    ]


@bp.post("/assign")
def assign() -> ResponseReturnValue:
    """Give the picked complaints to somebody."""
    chosen = queries_pages.by_refs(session(), request.form.getlist("ids"))
    officer = request.form.get("officer", type=int)
    with transaction(once=request.form.get("key")) as at:
        for each in chosen:
            complaints.assign(at, each, officer, actor=g.me, now=clock.now())
    flash(_("%(count)s complaints were assigned.", count=len(chosen)))
    return redirect(local(request.form.get("back")) or url_for(".queue"), 303)


@bp.get("/tasks")
def to_look_at() -> ResponseReturnValue:
    """What rows, clocks and jobs have raised for people like me."""
    found = queries_pages.tasks(session(), g.me)
    links = {each.id: LINKS[each.subject_kind](each.subject_id) if each.subject_kind in LINKS else "" for each in found}
    sentences = {each.id: tasks.sentence(each) for each in found}
    may = {each.id: tasks.may_finish(g.me, each) for each in found}
    return render_template("casework/staff_tasks.html", tasks=found, links=links, sentences=sentences, may=may)


@bp.post("/tasks/<int:number>/done")
def task_done(number: int) -> ResponseReturnValue:
    """Somebody looked at it."""
    task = queries_pages.task(session(), number) or abort(404)
    with transaction(once=request.form.get("key")) as at:
        tasks.done(at, task, actor=g.me, now=clock.now())
    flash(_("Done."))
    return redirect(local(request.form.get("back")) or url_for(".to_look_at"), 303)


def asked_for() -> Asked:
    """The address as what is asked for; what makes no sense is left out."""
    args = request.args
    view = args.get("view", "mine")
    view = view if view in queue_of.VIEWS else "mine"
    sort = args.get("sort", "")
    usual = "-received" if view in NEWEST_FIRST else "due"
    officer = args.get("officer", "")
    return Asked(
        view=view,
        state=args.get("state", "") if args.get("state", "") in labels.COMPLAINT else "",
        party=args.get("party", type=int),
        code=args.get("code", "")[:10],
        officer=officer if officer in {"me", "none"} or officer.isdecimal() else "",
        channel=args.get("channel", "") if args.get("channel", "") in labels.CHANNEL else "",
        since=_day(args.get("since", "")),
        until=_day(args.get("until", "")),
        text=args.get("text", "").strip()[:100],
        sort=sort if sort in queue_of.SORTS and not (view in NEWEST_FIRST and sort.endswith("due")) else usual,
        after=args.get("after", ""),
        before=args.get("before", ""),
    )


def _day(said: str) -> date | None:
    try:
        return days.read(said)
    except ValueError:
        return None


def address_of(asked: Asked, **other: Any) -> str:  # noqa: ANN401 - values of an address
    """The same queue with something else in its address; any change but of the page begins at its first page."""
    said = {name: getattr(asked, name) for name in ("view", "sort", *FILTERS)} | other
    given = {name: value for name, value in said.items() if value not in (None, "")}
    return f"{url_for('casework_staff.queue')}?{urlencode(given)}"


def _side(counts: dict[str, int], asked: Asked) -> list[Any]:
    groups: list[Any] = []
    for title, views in VIEWS:
        rows = []
        for view, words in views:
            number = counts[view]
            shown = f"{queue_of.MOST:,}+" if number > queue_of.MOST else f"{number:,}"
            url = url_for("casework_staff.queue", view=view)
            rows.append((words, url, shown, asked.view == view, view in BAD and number > 0))
        groups.append((title, rows))
    return groups


def _filters(asked: Asked) -> list[tuple[str, str, list[tuple[str, Any]] | None, str]]:
    """The filters: name, label, answers, what is chosen."""
    at = session()
    every = [("", _("All"))]
    people = [(str(each.id), each.name) for each in queue_of.colleagues(at, "officer", "intake")]
    states = [(state, shown.text) for state, shown in labels_of("complaint").items() if state != "NEW"]
    return [
        ("text", _("Words or number"), None, asked.text),
        ("state", _("State"), [*every, *states], asked.state),
        ("party", _("Respondent"), [*every, *party_choices(at)], str(asked.party or "")),
        ("code", _("Alleged"), [*every, *code_choices(at)], asked.code),
        ("officer", _("Officer"), [*every, ("me", _("Me")), ("none", _("Nobody")), *people], asked.officer),
        ("channel", _("Channel"), [*every, *labels.choices(labels.CHANNEL)], asked.channel),
        ("since", _("Ended from") if asked.view == "ended" else _("Received from"), None, str(asked.since or "")),
        ("until", _("Ended until") if asked.view == "ended" else _("Received until"), None, str(asked.until or "")),
    ]


def chips_of(asked: Asked) -> list[tuple[str, str]]:
    """What is filtered by, each with the address without it."""
    chips = []
    for name, label, answers, chosen in _filters(asked):
        if chosen:
            shown = dict(answers).get(chosen, chosen) if answers is not None else chosen
            chips.append((f"{label}: {shown}", address_of(asked, **{name: ""})))
    return chips
