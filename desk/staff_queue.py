"""Staff pages: the queue, the search, and what has to be looked at."""

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any

from flask import abort, flash, g, get_template_attribute, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from casework import labels, policies, policies_pages, queries_assignment, receipts, tasks
from core import chips, clock, keyset
from core.chips import Filter
from core.days_asked import misread
from core.db import session, transaction
from core.furniture import counting
from core.labels import labels_of, state_label
from core.planned import Question, ahead
from core.web import asks_a_front, blueprint, local
from core.words import LazyString, _, _l, language
from desk import deeds_bulk, queries_complaint, queries_people, queries_views, staff_views
from desk import queries_queue as queue_of
from desk.choices import code_filter, company_filter, company_named, company_of, unknown_company, with_chosen
from desk.company_addresses import COMPANY, without
from desk.queries_queue_select import Asked
from desk.queue_addresses import COUNTED, address_of, asked_of, carried, query_of
from notices.queries import LINKS
from registry import calendar, remaining, rulebook
from registry.queries import CALLED

bp = blueprint("desk_queue", __name__, audience="staff", prefix="/staff")

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
FIRST = 8
"""How many urgent tasks are shown above the queue."""
MANY = (
    ("assign", _l("Assign")),
    ("forward", _l("Accept and forward")),
    ("ask", _l("Ask for more")),
    ("merge", _l("Merge")),
    ("print", _l("Print")),
    ("export", _l("Export")),
)
"""What can be done with many complaints at once."""
ON_PAPER = ("print", "export")
"""What of it leaves them as they are."""


@bp.before_request
def only_readers() -> ResponseReturnValue | None:
    """Only whoever reads complaints; at the bare address, others are led to their own work."""
    if asks_a_front() and not policies.may_work(g.me):
        return redirect(url_for("registry_account.home"))
    lists = request.endpoint == f"{bp.name}.queue"
    may = policies_pages.may_read_complaints if lists else policies_pages.may_read_files
    return None if may(g.me) else abort(403)


@bp.get("")
def queue() -> ResponseReturnValue:
    """The reader's work first; views, filters, order and page are in the address."""
    asked, at = asked_for(), session()
    if receipts.is_code(asked.text):
        flash(str(receipts.NOT_LOOKED_FOR), "warn")
        return redirect(address_of(asked, text=""))
    ahead(
        at,
        *counting("staff"),
        (queries_people.people_asked(*queries_assignment.AT_WORK), {}),
        (rulebook.NAMES, {}),
        (calendar.STAMPED, {}),
        (queries_views.NAMES, {"page": "complaints", "me": g.me.id}),
        (queries_complaint.urgent_numbers(g.me.roles, FIRST + 1), {}),
        *_called(asked),
    )
    company = company_of(at, asked.party)
    if (meant := company_named(words=bool(asked.text))) is not None:
        days_typed = {name: _typed(name, getattr(asked, name)) for name in ("since", "until")}
        return redirect(address_of(asked, **days_typed, **meant))
    people = queries_people.people(at, *queries_assignment.AT_WORK)
    filters = _filters(asked, people, company)
    found = queue_of.page(at, asked, g.me, clock.today(), language())
    if not found.lines and not found.slow and (asked.after or asked.before):
        return redirect(address_of(asked))  # everything on that page is done
    side = staff_views.side("complaints", VIEWS, queue_of.counts(at, g.me), asked.view, query_of(asked), bad=BAD)
    return render_template(
        "desk/staff_queue.html",
        **_once_drawn(),
        left=remaining.teller(at),
        asked=asked,
        counted=COUNTED in request.args,
        title=staff_views.heading(side) or TITLES[asked.view],
        page=found,
        side=side,
        filters=filters,
        chips=_chips(asked, filters),
        misread=[*misread(asked.since, asked.until), *unknown_company()],
        address=address_of,
        query=carried(query_of(asked), vars(asked)),
        may_enter=policies.may_receive(g.me),
        may_assign=policies.may_work(g.me),
        many=[(name, words) for name, words in MANY if deeds_bulk.may(g.me, name) and _fits(asked, name)],
        urgent=_urgent(),
        first=FIRST,
    )


def _fits(asked: Asked, name: str) -> bool:
    """Whether it can be done with what is listed: a complaint of an earlier register is only read."""
    return asked.view != "historic" or name in ON_PAPER


def _called(asked: Asked) -> list[Question]:
    """The name of the company whose complaints are listed."""
    return [(CALLED, {"called": asked.party})] if asked.party is not None else []


def _once_drawn() -> dict[str, Any]:
    """Parts that many rows show, each rendered once for a page: a last day, a state, a clock's name."""
    drawn = {name: cache(get_template_attribute("parts/tags.html", name)) for name in ("due", "state")}
    return {"due_tag": drawn["due"], "state_tag": drawn["state"], "lang": language()}


def _urgent() -> list[tuple[str, str]]:
    """What cannot wait, for people like the reader: its sentence and address; one more than is shown, if there is."""
    found = queries_complaint.urgent(session(), g.me, FIRST + 1)
    return [
        (tasks.sentence(each), LINKS[each.subject_kind](each.subject_id) if each.subject_kind in LINKS else "")
        for each in found
    ]


@bp.get("/tasks")
def to_look_at() -> ResponseReturnValue:
    """What rows, clocks and jobs have raised for people like the reader."""
    many = queries_complaint.tasks_of_roles(session(), g.me)
    role = request.args.get("role", "")
    role = role if role in many else ""
    found, part = queries_complaint.tasks(session(), g.me, keyset.place_of(request.args), role)
    every = [("", _("All"), sum(many.values())), *((each, _role(each), count) for each, count in many.items())]
    tabs = [(words, url_for(".to_look_at", role=each or None), count, each == role) for each, words, count in every]
    links = {each.id: LINKS[each.subject_kind](each.subject_id) if each.subject_kind in LINKS else "" for each in found}
    sentences = {each.id: tasks.sentence(each) for each in found}
    may = {each.id: tasks.may_finish(g.me, each) for each in found}
    shown = {"tabs": tabs if len(many) > 1 else [], "role": role}
    told = {"links": links, "sentences": sentences, "may": may}
    return render_template("desk/staff_tasks.html", tasks=found, part=part, **shown, **told)


def _role(role: str) -> str:
    return str(state_label("role", role).text)


@bp.post("/tasks/<int:number>/done")
def task_done(number: int) -> ResponseReturnValue:
    """Close a task: somebody looked at it."""
    task = queries_complaint.task(session(), number) or abort(404)
    with transaction(once=request.form.get("key")) as at:
        tasks.done(at, task, actor=g.me, now=clock.now())
        again = tasks.may_undo(at, task, actor=g.me, now=clock.now())
    said, back = _("Done: %(task)s", task=tasks.sentence(task)), _back()
    flash({"said": said, "undo": url_for(".task_undo", number=number), "back": back} if again else said)  # type: ignore[arg-type]
    return redirect(back, 303)


@bp.post("/tasks/<int:number>/undo")
def task_undo(number: int) -> ResponseReturnValue:
    """Open a task again that was closed by mistake."""
    task = queries_complaint.task(session(), number) or abort(404)
    with transaction(once=request.form.get("key")) as at:
        tasks.undo(at, task, actor=g.me, now=clock.now())
    flash(_("It waits to be looked at again."))
    return redirect(_back(), 303)


def _back() -> str:
    return local(request.form.get("back")) or url_for(".to_look_at")


def asked_for() -> Asked:
    """What this page's address asks for."""
    return asked_of(request.args)


def _filters(asked: Asked, people: Sequence[Any], company: str) -> list[Filter]:
    """The filters: name, label, choices, what is chosen."""
    at = session()
    every = [("", _("All"))]
    officers = with_chosen(at, [(str(each.id), each.name) for each in people], asked.officer)
    states = [(state, shown.text) for state, shown in labels_of("complaint").items() if state != "NEW"]
    since, until = _typed("since", asked.since), _typed("until", asked.until)
    endings = [("outcome", _("How the complaint ended"), [*every, *labels.ENDING.items()], asked.outcome)]
    return [
        ("text", _("Words or number"), None, asked.text),
        ("state", _("State"), [*every, *states], asked.state),
        company_filter(company, asked.party),
        ("code", _("Alleged"), [*every, *code_filter(at)], asked.code),
        ("officer", _("Officer"), [*every, ("me", _("Me")), ("none", _("Nobody")), *officers], asked.officer),
        ("channel", _("Channel"), [*every, *labels.choices(labels.CHANNEL)], asked.channel),
        *(endings if asked.view == "ended" else []),
        ("since", _("Ended from") if asked.view == "ended" else _("Registered from"), None, since),
        ("until", _("Ended until") if asked.view == "ended" else _("Registered until"), None, until),
    ]


def _typed(name: str, day: date | None) -> str:
    """A day that was read, or what was typed, so that it can be corrected."""
    return str(day or request.args.get(name, "").strip()[:100])


def chips_of(asked: Asked) -> list[tuple[str, str]]:
    """The filters in use, each with the address without it."""
    at = session()
    return _chips(
        asked, _filters(asked, queries_people.people(at, *queries_assignment.AT_WORK), company_of(at, asked.party))
    )


def _chips(asked: Asked, filters: Sequence[Filter]) -> list[tuple[str, str]]:
    typed = {"since": asked.since, "until": asked.until, COMPANY: asked.party}
    read = [each for each in filters if typed.get(each[0], "") is not None]
    return chips.chips_of(read, lambda name: address_of(asked, **without(name)))
