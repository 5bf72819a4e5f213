"""Pages of work on many complaints: what is done, to which ones, and the copies still to be read."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from casework import changes, checked_copies, copies, policies, policies_pages
from casework.models import Complaint
from casework.queries_assignment import AT_WORK
from core import clock, drafting
from core.characters import tidy
from core.db import attempt, session, transaction
from core.errors import BadInput, Changed, NotNow, Refused
from core.forms import Form, new_key
from core.keyset import number_of
from core.typed_lists import lines
from core.web import blueprint
from core.words import LazyString, _, _l, language
from desk import bulk_files, deeds_bulk, queries_bulk, queries_complaint, staff_queue
from desk import forms_bulk as forms
from desk.choices import people_choices
from desk.deeds_bulk import CHECKED, PREFIX
from desk.queries_people import colleagues
from desk.queries_queue import TooSlowError
from desk.queries_queue_select import Asked
from desk.queue_addresses import address_of
from registry import batches, queries_batches
from registry.batches import Chosen
from registry.models_batches import Batch, BatchItem

bp = blueprint("desk_bulk", __name__, audience="staff", prefix="/staff/complaints/many")
Choose = Callable[..., Any]
READ_AT_ONCE = 10
"""How many copies one page shows."""


@dataclass
class Done:
    """What became of the copies that were sent."""

    count: int = 0
    wrong: dict[int, str] = field(default_factory=dict)
    """By complaint, what has to be said."""
    changed: set[int] = field(default_factory=set)
    """Those of them that somebody else has changed meanwhile."""
    typed: dict[str, tuple[int, str]] = field(default_factory=dict)
    """By number, which complaint was sent and what was typed for it."""

    def refuse(self, it: Complaint, why: str | Refused) -> None:
        """Say why one was not kept."""
        self.wrong[it.id] = str(why) if str(why).startswith(it.ref) else f"{it.ref}{_(': ')}{why}"
        if isinstance(why, Changed):
            self.changed.add(it.id)


@dataclass(frozen=True)
class Work:
    """One thing that can be done with many complaints."""

    form: type[forms.BulkForm]
    params: Callable[[Session, Any], dict[str, Any]]
    choose: Choose


@dataclass(frozen=True)
class Which:
    """The complaints that something is done with, and how many; `slow` if counting took too long."""

    numbers: list[int]
    count: int
    slow: bool = False


def _every(at: Session, numbers: list[int], *_given: object) -> list[Chosen]:
    return [Chosen("complaint", each.id, each.ref) for each in queries_bulk.picked(at, numbers)]


def _assign(_at: Session, form: Form) -> dict[str, Any]:
    return {"officer": int(form.officer.data)}


def _together(at: Session, form: Form) -> dict[str, Any]:
    found = queries_complaint.named(at, form.lead.data, g.me)
    if found is None:
        raise BadInput("lead", _l("There is no complaint of this number."))
    return {"lead": found.id, "ref": found.ref}


WORK: dict[str, Work] = {
    "assign": Work(forms.AssignForm, _assign, deeds_bulk.choose_assign),
    "forward": Work(forms.BulkForm, lambda _at, _form: {}, deeds_bulk.FORWARD.choose),
    "ask": Work(
        forms.AskForm,
        lambda _at, form: {"missing": lines(form.missing.data), "passed_on": form.passed_on},
        deeds_bulk.ASK.choose,
    ),
    "merge": Work(forms.TogetherForm, _together, deeds_bulk.MERGE.choose),
    "print": Work(forms.BulkForm, lambda _at, _form: {"lang": language()}, _every),
    "export": Work(
        forms.ExportForm,
        lambda _at, form: {"lang": language(), "ending": form.ending.data},
        _every,
    ),
}


@bp.before_request
def only_workers() -> None:
    """Only whoever works on complaints."""
    if not policies_pages.may_read_complaints(g.me):
        abort(403)


@bp.route("/<name>", methods=["GET", "POST"])
def work(name: str) -> ResponseReturnValue:
    """Which ones, and what is done; nothing happens before it was looked at and started."""
    about = WORK.get(name) or abort(404)
    if not deeds_bulk.may(g.me, name):
        abort(403)
    asked, refs = staff_queue.asked_for(), request.values.getlist("ids")
    everything = request.values.get("which") == "all"
    first = "step" not in request.form or not (everything or refs)
    form = _work_form(about, first=first)
    looks = first or not form.validate_on_submit()
    which = _which(asked, refs, everything=everything, looks=looks)
    if looks or which.slow:
        page = render_template(
            "desk/staff_bulk.html",
            name=name,
            title=dict(staff_queue.MANY)[name],
            form=form,
            first=first,
            count=which.count,
            slow=which.slow,
            everything=everything,
            refs=[] if everything else refs,
            chips=staff_queue.chips_of(asked),
            view=staff_queue.TITLES[asked.view],
            back=address_of(asked),
            action=f"{url_for('.work', name=name)}?{address_of(asked).partition('?')[2]}",
            most=batches.MOST,
            checked=CHECKED if name in deeds_bulk.MOVES else 0,
        )
        return page, (200 if first else 422)
    now = clock.now()
    with transaction(once=form.key.data) as inside:
        params = about.params(inside, form)
        chosen = about.choose(inside, which.numbers, params, g.me, now)
        said = {**params, "back": address_of(asked, text="")}
        number = batches.prepare(inside, f"{PREFIX}{name}", chosen, params=said, actor=g.me, now=now).id
    return redirect(url_for("registry_batches.show", number=number), 303)


def _work_form(about: Work, *, first: bool) -> Form:
    form = about.form()
    if "officer" in form:
        form.officer.choices = people_choices(session(), colleagues(session(), *AT_WORK))
        if first and "officer" not in request.args:  # filtered by officer, their work is handed on
            form.officer.data = str(g.me.id)
    return form


def _which(asked: Asked, refs: Sequence[str], *, everything: bool, looks: bool) -> Which:
    """Those ticked, or all of the view; while the person only looks, just how many these are."""
    at = session()
    if not everything:
        numbers = queries_bulk.of_refs(at, refs)
        return Which(numbers, len(numbers))
    try:
        if looks:
            return Which([], queries_bulk.count(at, asked, g.me))
        return Which(queries_bulk.matching(at, asked, g.me), 0)
    except TooSlowError:
        return Which([], 0, slow=True)


@bp.route("/copies/<int:number>", methods=["GET", "POST"])
def read_copies(number: int) -> ResponseReturnValue:
    """Read the copies that what was prepared lacks, one after the other to the end."""
    at = session()
    it, name = _read_first(at, number)
    if not policies.may_receive(g.me):
        abort(404)
    if request.method != "POST":
        return _copies_page(at, it, name, Done())
    done = _read(at, number)
    if done.count or not done.wrong:
        flash(_("%(count)s copies were read.", count=done.count))
    if done.wrong:
        return _copies_page(at, it, name, done), 422
    return redirect(url_for(".read_copies", number=number), 303)


def _read(at: Session, number: int) -> Done:
    """Keep what was sent, each copy by itself."""
    done, sent = Done(), list(queries_bulk.left_out(at, number, _sent()))
    unread = {each.id for each in queries_bulk.unread(at, number, among=_sent())}
    form = _copies_form(sent)
    form.validate_on_submit()
    done.typed = {each.ref: (each.id, form[f"copy_{each.id}"].data) for each in sent}
    if form.form_errors:  # everything was refused, so the page is shown again
        for each in sent:
            done.refuse(each, form.form_errors[0])
        return done
    with transaction(once=form.key.data) as inside:
        for each in sent:
            (_keep if each.id in unread else _tell)(inside, each, form, done)
        drafting.stays(done.wrong)
    return done


def _copies_page(at: Session, it: Batch, name: str, done: Done) -> str:
    """First what was refused, as it was typed, then copies that nobody has read yet."""
    first = queries_bulk.unread(at, it.id, among=done.wrong) if done.wrong else []
    there = {each.id for each in first}
    others = queries_bulk.unread(at, it.id, most=READ_AT_ONCE + len(first))
    shown = [*first, *(each for each in others if each.id not in there)][: max(READ_AT_ONCE, len(first))]
    form = _copies_form(shown, done.changed)
    if done.wrong:
        form.key.data = new_key()  # what was sent is done; the rest is sent and kept anew
    form.form_errors = [said for key, said in done.wrong.items() if key not in there]
    for each in first:
        form[f"copy_{each.id}"].errors = [done.wrong[each.id]]
    return render_template(
        "desk/staff_copies.html",
        batch=it,
        title=dict(staff_queue.MANY)[name],
        shown=shown,
        form=form,
        changed=done.changed,
        lost=[(ref, text) for ref, (key, text) in done.typed.items() if key in done.wrong and key not in there],
        count=queries_bulk.count_unread(at, it.id),
    )


def _read_first(at: Session, number: int) -> tuple[Batch, str]:
    """What was prepared, and its deed, if that is done only with complaints whose copy was read; otherwise 404."""
    it = queries_batches.batch(at, number) or abort(404)
    name = it.kind.removeprefix(PREFIX)
    return (it, name) if name in deeds_bulk.READ_FIRST else abort(404)


def _sent() -> list[int]:
    """The complaints whose copies were on the page that was sent."""
    numbers = (number_of(name[2:]) for name in request.form if name.startswith("v_"))
    return [each for each in numbers if each is not None]


def _copies_form(shown: Iterable[Complaint], changed: Collection[int] = ()) -> Form:
    """Copies as typed, each of the version its author saw or is told of; otherwise as drafted."""
    form = forms.with_copies(each.id for each in shown)()
    for each in shown:
        text, version = form[f"copy_{each.id}"], form[f"v_{each.id}"]
        text.flags.required = True  # of what is ticked
        text.object_data = tidy(copies.drafted(each), lines=True)
        if not text.raw_data:
            text.data = text.object_data
        if not text.raw_data or each.id in changed:
            version.data = str(each.version)
    return form


def _keep(inside: Session, it: Complaint, form: Form, done: Done) -> None:
    """Keep a copy that was ticked, by itself."""
    field, ticked = form[f"copy_{it.id}"], form[f"read_{it.id}"].data
    if not ticked and field.data == field.object_data:
        return
    version = request.form.get(f"v_{it.id}", type=int)
    if version != it.version:
        done.refuse(it, changes.changed(it))
    elif not ticked:
        done.refuse(it, _("%(ref)s: changed here, but not ticked as read: it is not kept yet.", ref=it.ref))
    elif field.errors:
        done.refuse(it, field.errors[0])
    else:
        with attempt(inside) as one:
            said = {"masked_facts": field.data, "version": version}
            try:
                checked_copies.check(inside, it, **said, actor=g.me, now=clock.now())
            except (BadInput, NotNow, Changed) as refused:
                done.refuse(it, refused)
                return
            one.keep()
        done.count += 1


def _tell(_inside: Session, it: Complaint, form: Form, done: Done) -> None:
    """Show what was typed for a copy that somebody else has dealt with: it is not kept, but not lost in silence."""
    field = form[f"copy_{it.id}"]
    if field.data != (it.masked_facts or "") and (form[f"read_{it.id}"].data or field.data != field.object_data):
        done.refuse(it, changes.changed(it))


@bp.post("/copies/<int:number>/again")
def prepare_again(number: int) -> ResponseReturnValue:
    """Prepare the same complaints again, now that their copies are read."""
    at = session()
    it, name = _read_first(at, number)
    if it.started_by != g.me.id:
        abort(404)
    states = ("WAITING", "SKIPPED", "FAILED")
    numbers = [each.subject_id for each in queries_batches.every_item(at, number, *states)]
    now = clock.now()
    with transaction(once=request.form.get("key")) as inside:
        chosen = deeds_bulk.MOVES[name].choose(inside, numbers, it.params, g.me, now)
        made = batches.prepare(inside, it.kind, chosen, params=it.params, actor=g.me, now=now).id
    return redirect(url_for("registry_batches.show", number=made), 303)


def link(item: BatchItem) -> str:
    """The page of the complaint."""
    return url_for("desk_complaints.show", ref=item.ref)


def to_read(batch: Batch) -> list[tuple[LazyString, str]]:
    """From what was prepared to the copies for which some complaints are left out."""
    if not batch.skipped:
        return []
    return [(_l("Read the copies that nobody has read yet"), url_for("desk_bulk.read_copies", number=batch.id))]


def register_kinds() -> None:
    """Register the work as long jobs."""
    deeds_bulk.register_kinds(link, bulk_files.FILES, to_read)
