"""Staff pages of one forwarding: the answer beside what was asked, released, sent back or given more time."""

from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from casework import (
    corrected_ends,
    identities,
    policies_forwardings,
    policies_pages,
    queries_answering,
    timelines,
)
from casework.models import Forwarding
from casework.states import FORWARDING
from core import clock, drafting
from core.db import session, transaction
from core.forms import Form
from core.plainly import day as written
from core.web import blueprint
from core.words import _, language
from desk import approving, clock_cards, deeds, queries_complaint, showing, staff_acts
from desk.deeds_forwardings import DEEDS
from desk.queries_queue_lines import title_of
from notices.models import Document
from registry import queries as register
from registry import rulebook

AWAITED = ("SENT", "OVERDUE")
"""Where a forwarding waits for its answer."""

bp = blueprint("desk_forwardings", __name__, audience="staff", prefix="/staff/forwardings")


@bp.get("/<int:number>")
def show(number: int) -> ResponseReturnValue:
    """What was asked, what was answered, and what can be done with it."""
    return _page(_forwarding(number))


@bp.post("/<int:number>/unmask")
def unmask(number: int) -> ResponseReturnValue:
    """Show what people wrote without masking; the journal of the complaint notes who looked."""
    it = _forwarding(number)
    with transaction() as at:
        identities.reveal_texts(at, it.complaint, actor=g.me, now=clock.now())
    return _page(it, unmasked=True)


@bp.route("/<int:number>/do/<event>", methods=["GET", "POST"])
def act(number: int, event: str) -> ResponseReturnValue:
    """One deed; the release and the gaps are beside the answer."""
    it, deed = _forwarding(number), DEEDS.get(event) or abort(404)
    back = url_for("desk_complaints.show", ref=it.complaint.ref)

    def shown(form: Form) -> str:
        return _page(it, {event: form}) if deed.inline else _deed_page(it, deed, form)

    return staff_acts.act(
        "casework.forwarding", FORWARDING, deed, it, shown=shown, back=back, then=f"{back}#forwarding-{it.id}"
    )


@bp.post("/<int:number>/last-day")
def last_day(number: int) -> ResponseReturnValue:
    """The head has the period end on the day of the corrected calendar."""
    it, said = _forwarding(number), request.form
    with transaction(once=said.get("key")) as at:
        seen = said.get("version", type=int)
        day = corrected_ends.put_right(at, it, actor=g.me, version=seen, now=clock.now())
    flash(_("The period ends on %(day)s. Whoever it concerns is told.", day=written(day, "long")))
    return redirect(url_for(".show", number=number), 303)


def _forwarding(number: int) -> Forwarding:
    if not policies_pages.may_read_complaints(g.me):
        abort(404)
    it = queries_complaint.forwarding(session(), number, g.me) or abort(404)
    gone = it.complaint.erased_at is not None
    return abort(redirect(url_for("desk_complaints.show", ref=it.complaint.ref))) if gone else it


def _crumbs(it: Forwarding) -> list[tuple[str, str]]:
    ref = it.complaint.ref
    return [(_("Complaints"), url_for("desk_queue.queue")), (ref, url_for("desk_complaints.show", ref=ref))]


def _deed_page(it: Forwarding, deed: deeds.Deed, form: Form) -> str:
    theirs = it.time_reason if deed.event in {"extend", "refuse_time"} else it.return_reason
    return render_template(
        "desk/staff_act.html",
        deed=deed,
        form=form,
        ref=it.ref,
        about=it.party.name(language()),
        back=url_for(".show", number=it.id),
        crumbs=[*_crumbs(it), (it.party.name(language()), url_for(".show", number=it.id))],
        text=showing.veil(showing.names(it.complaint))(theirs) if theirs else it.masked_facts,
    )


def _page(it: Forwarding, given: dict[str, Any] | None = None, *, unmasked: bool = False) -> str:
    at, now, given = session(), clock.now(), given or {}
    names = showing.names(it.complaint)
    hide = showing.veil(names, revealed=unmasked)

    def act_url(event: str) -> str:
        return url_for(".act", number=it.id, event=event)

    found = deeds.steps(at, FORWARDING, DEEDS.values(), it, actor=g.me, now=now, url=act_url)
    open_here = {step["event"]: step for step in found if DEEDS[step["event"]].inline and not step["refused"]}
    whole = queries_complaint.whole(at, it.complaint, now)
    name, subjects = it.party.name(language()), [("forwarding", it.id, "")]
    told = timelines.entries(at, subjects, language())
    return render_template(
        "desk/staff_forwarding.html",
        begun=deeds.still_open(drafting.of_others(url_for(".show", number=it.id)), FORWARDING, DEEDS, it, act_url),
        forwarding=it,
        complaint=it.complaint,
        name=name,
        title=title_of(it.complaint.facts, () if unmasked else names),
        hide=hide,
        unmasked=unmasked,
        sent_again=whole.sent_again(it),
        answer=queries_complaint.last_answer(it),
        by=register.companies_of(at, [each.submitted_by for each in it.answers]),
        warns=policies_forwardings.needs_warning(it),
        inline=open_here,
        forms_of={event: given.get(event) or approving.form_of(at, DEEDS[event], it) for event in {*open_here, *given}},
        wrong=next(iter(given.values()), None),
        chosen=next(iter(given), ""),
        kept=next((form for event, form in given.items() if event not in open_here), None),
        sent_online=it.state in AWAITED and not register.sends_on_paper(at, it.party_id),
        steps=[step for step in found if step["event"] not in open_here],
        clocks=clock_cards.cards(at, [("forwarding", it, "")], clock.today(), language()),
        later=(later := corrected_ends.later(at, it, clock.today())),
        may_put_right=later is not None and not any(corrected_ends.refusals(at, it, g.me, clock.today())),
        in_time_until=queries_answering.still(at, it, clock.today()),
        files=showing.files(whole.files_of(it), names, among=whole.evidence),
        letters=showing.letters(_letters(it, whole), {it.party_id: name}),
        violations=rulebook.by_code(at, it.codes),
        timeline=[each | {"text": hide(each["text"])} for each in told],
        told=timelines.whole(at, subjects, told),
        crumbs=_crumbs(it),
    )


def _letters(it: Forwarding, whole: queries_complaint.Whole) -> list[Document]:
    return [each for each in whole.letters if each.subject_kind == "forwarding" and each.subject_id == it.id]
