"""Staff pages on which a call list is brought in, its columns are told, looked at, and read into the case."""

from collections.abc import Sequence
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from casework import call_lists, contact_lists, policies_pages, queries_cases
from casework import policies_contacts as policies
from casework.call_lists import Columns, Found, Reading
from casework.contacts import By
from casework.forms_staff import opened
from casework.models_cases import CaseFile, Evidence
from core import clock
from core.db import session, transaction
from core.forms import Form
from core.web import blueprint
from core.words import _, language
from desk import queries_contacts, showing
from desk.deeds_contacts import by, by_choices, whose, whose_choices
from desk.forms_call_lists import ReadForm, with_numbers
from desk.forms_contacts import BringForm
from desk.staff_contacts import case_of
from filestore.sheets import Sheet
from registry.names import fold_number

bp = blueprint("desk_call_lists", __name__, audience="staff", prefix="/staff/cases")
SHOWN = 100
"""How many rejects are listed."""
SAMPLE = 8
KEEP = "keep"
"""The button that keeps what the look showed."""
FIELDS = {"own": "own_column"}
"""Columns whose field has another name."""


@bp.before_request
def only_keepers() -> None:
    """Only whoever may open the case."""
    if not policies_pages.may_read_files(g.me):
        abort(403)


def _open(number: int) -> CaseFile:
    it = case_of(number)
    return it if policies.may_enter(g.me, it) else abort(403)


@bp.route("/<int:number>/contacts/lists", methods=["GET", "POST"])
def choose(number: int) -> ResponseReturnValue:
    """Choose a list that is evidence already, or bring one in."""
    it, form = _open(number), opened(BringForm)
    form.giver.choices = _givers(it)
    if not form.validate_on_submit():
        every, hide = queries_cases.evidence_of(session(), it), showing.veil(showing.names_of_case(it))
        shown = render_template(
            "desk/staff_call_lists.html",
            case=it,
            form=form,
            lists=[
                (f"E{place}", each, hide(each.name))
                for place, each in enumerate(every, 1)
                if each.media_type in contact_lists.READABLE and each.purpose != "RECORD"
            ],
            counts=queries_contacts.by_list(session(), it),
        )
        return shown, form.status_code
    with transaction(once=form.key.data) as at:
        given = form.files.data[0]
        giver = _giver(it, form.giver.data)
        made = contact_lists.bring(at, it, given.stream, given.filename, giver, actor=g.me, now=clock.now())
    return redirect(url_for(".read", number=number, evidence=made.id), 303)


def _givers(it: CaseFile) -> list[tuple[str, str]]:
    return [
        *((f"c{each.id}", str(_("The complainant of %(ref)s", ref=each.ref))) for each in it.complaints),
        *((f"t{each.id}", each.party.name(language())) for each in it.tracks),
        ("STAFF", str(_("The association collected it"))),
    ]


def _giver(it: CaseFile, value: str | None) -> contact_lists.Giver:
    return contact_lists.Giver(
        complaint=next((each for each in it.complaints if f"c{each.id}" == value), None),
        track=next((each for each in it.tracks if f"t{each.id}" == value), None),
    )


@bp.route("/<int:number>/contacts/lists/<int:evidence>", methods=["GET", "POST"])
def read(number: int, evidence: int) -> ResponseReturnValue:
    """Tell the columns, look at what would come of it, and keep that."""
    it = _open(number)
    every = queries_cases.evidence_of(session(), it)
    place, file = next(((place, each) for place, each in enumerate(every, 1) if each.id == evidence), (0, None))
    if file is None:
        abort(404)
    table = contact_lists.table_of(file)
    form = _form(it, table)
    right = form.validate_on_submit()
    how = reading(form, table) if right else None
    if how is None or request.form.get("do") != KEEP:
        found = contact_lists.look(session(), it, table, how, clock.now()) if how else None
        return _page(it, file, f"E{place}", table, form, found), (422 if form.is_submitted() and not right else 200)
    with transaction(once=form.key.data) as at:
        kept = contact_lists.take(at, it, file, table, how, actor=g.me, now=clock.now())
    flash(_("%(kept)s contacts were read from the list.", kept=len(kept.contacts)))
    return redirect(url_for("desk_contacts.show", number=number), 303)


def _form(it: CaseFile, table: Sheet) -> Form:
    guessed = call_lists.guess(table)
    columns = _chosen(guessed, table)
    numbers = call_lists.numbers(table, columns) if "number" in columns.places else []
    known = contact_lists.known_callers(session(), it, dict(numbers))
    form: Form = opened(with_numbers(numbers, known))
    hide = showing.veil(showing.names_of_case(it))  # lists may begin with rows about people
    offered = [(str(place), hide(name)) for place, name in enumerate(call_lists.heads(table, columns.header))]
    for name in call_lists.COLUMNS:
        form[FIELDS.get(name, name)].choices = offered
    callers = by_choices(session(), it)
    form.whose.choices, form.rest.choices = whose_choices(it), callers
    for name in form.numbers:
        form[name].choices = callers
    if form.untouched:
        _prefill(it, form, guessed, known)
    return form


def _prefill(it: CaseFile, form: Any, guessed: Columns, known: dict[str, By]) -> None:  # noqa: ANN401
    form.header.data = guessed.header
    if len(it.complaints) == 1:
        form.whose.data = form.whose.choices[0][0]
    for name in call_lists.COLUMNS:
        place = guessed.places.get(name)
        form[FIELDS.get(name, name)].data = None if place is None else str(place)
    for name, number in form.numbers.items():
        caller = known.get(number)
        form[name].data = f"{caller.party_id}-{caller.principal_id or ''}" if caller else None


def _chosen(guessed: Columns, table: Sheet) -> Columns:
    """The columns as sent, or before that, as guessed."""
    if "number" not in request.form:
        return guessed
    header = request.form.get("header", "")
    places = {}
    for name in call_lists.COLUMNS:
        place = request.form.get(FIELDS.get(name, name), "")
        if place.isdecimal() and int(place) < table.width:
            places[name] = int(place)
    row = int(header) if header.isdecimal() and len(header) <= len(str(SHOWN)) else guessed.header
    minutes = guessed.minutes and places.get("seconds") == guessed.places.get("seconds")
    return Columns(row, places, minutes)


def reading(form: Any, table: Sheet) -> Reading:  # noqa: ANN401
    """What the form says, for the reader of lists."""
    columns = _chosen(call_lists.guess(table), table)
    company = form.side.data == "COMPANY"
    callers = {number: chosen for name, number in form.numbers.items() if (chosen := by(form[name].data)) is not None}
    return Reading(
        columns=columns,
        whose=whose(form.whose.data),
        side=form.side.data,
        calls=form.calls.data,
        target_role=form.target_role.data,
        year=form.year.data,
        order=form.order.data or "",
        callers={} if company else callers,
        rest=by(form.rest.data),
        only=frozenset(filter(None, (fold_number(line) for line in (form.only.data or "").splitlines()))),
        own=form.own.data or "",
    )


def _page(it: CaseFile, file: Evidence, mark: str, table: Sheet, form: ReadForm, found: Found | None) -> str:
    hide = showing.veil(showing.names_of_case(it))
    return render_template(
        "desk/staff_call_list.html",
        case=it,
        file=file,
        mark=mark,
        name=hide(file.name),
        table=table,
        form=form,
        found=found,
        rejects=_rejects(found.rejects[:SHOWN], hide) if found else [],
        sample=_sample(found, it) if found else [],
        left=[(call_lists.LEFT[why], count) for why, count in found.left.most_common()] if found else [],
    )


def _rejects(found: Sequence[call_lists.Reject], hide: showing.Veil) -> list[tuple[int, str, str, str]]:
    """Rejected rows with the cell as it was and its column; numbers and names are masked."""
    return [(each.line, hide(each.column), str(each.reason), hide(each.cell)) for each in found]


def _sample(found: Found, it: CaseFile) -> list[Any]:
    names = dict(by_choices(session(), it))
    return [
        (each, names.get(f"{each.by.party_id}-{each.by.principal_id or ''}", "")) for each in found.contacts[:SAMPLE]
    ]
