"""Staff pages of measures: a track after its report, its deeds, its trainees, its corrections."""

from collections.abc import Iterable
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from casework import changes, identities, policies_pages
from casework.forms_staff import opened
from casework.models_cases import CaseTrack
from casework.states import TRACK
from core import clock, keyset
from core.chips import Filter, chips_of
from core.db import session, transaction
from core.forms import Form
from core.typed_lists import lines
from core.web import blueprint
from core.words import _, _l, language
from desk import approving, deeds, showing_paper_days
from desk.choices import company_filter, company_named, company_of, unknown_company, with_chosen
from desk.company_addresses import COMPANY, party_of, without
from desk.queries_people import people
from proceedings import (
    deeds_on_paper,
    execution_page,
    queries_measures,
    queries_tracks,
    showing,
    showing_ladder,
    showing_reviews,
    waited_for,
)
from proceedings import forms_staff as forms
from proceedings.deeds_tracks import DEEDS
from proceedings.forms_resolutions import ObstacleOnPaperForm
from proceedings.queries_measures import SORTS, Asked
from proceedings.track_page import page
from registry import queries as register
from registry import remaining
from sanctions import measures, on_paper, policies_execution, rounds, verifications
from sanctions.levels import HIGHEST, LEVELS, TRAINING
from sanctions.plans import Person

bp = blueprint("proceedings_staff", __name__, audience="staff", prefix="/staff/tracks")

STAGES = {
    "review": _l("To be proposed"),
    "notice": _l("Advance notice"),
    "panel": _l("Deliberation"),
    "decided": _l("Decision on its way"),
    "order": _l("To be ordered"),
    "execution": _l("Being carried out"),
    "verification": _l("To be verified"),
}
PAGES = {
    "propose_minor": "proceedings/propose.html",
    "propose_reminder": "proceedings/remind.html",
    "confirm_training": "proceedings/results.html",
}
"""Deeds whose form has a page of its own."""


@bp.before_request
def only_readers() -> None:
    """Files are read by staff; members of panels read their documents on their own pages."""
    if not policies_pages.may_read_files(g.me):
        abort(403)


@bp.get("")
def listing() -> ResponseReturnValue:
    """Tracks after their report by stage, the earliest next date first."""
    at, asked, place = session(), _asked(), keyset.place_of(request.args)
    company = company_of(at, asked.party)
    if (meant := company_named(words=bool(asked.text))) is not None:
        return redirect(_address(asked, **meant))
    rows, part = queries_measures.tracks(at, asked, g.me, place)
    if not rows and place != keyset.BEGINNING:
        return redirect(_address(asked))  # everything on that page is done
    counts = queries_measures.counts(at, asked, g.me)
    every = [("", _("All"), sum(counts.values())), *((each, words, counts[each]) for each, words in STAGES.items())]
    filters = _filters(asked, company)
    read = [each for each in filters if each[0] != COMPANY or asked.party is not None]
    return render_template(
        "proceedings/tracks.html",
        asked=asked,
        rows=rows,
        limits=_limits(at, rows),
        may_order=policies_execution.may_order(g.me),
        tabs=[(words, _address(asked, stage=each), number, each == asked.stage) for each, words, number in every],
        filters=filters,
        chips=chips_of(read, lambda name: _address(asked, **without(name))),
        clear=url_for(".listing", stage=asked.stage or None, sort=asked.sort),
        misread=unknown_company(),
        address=lambda **other: _address(asked, **other),
        before=_address(asked, before=part.before) if part.before else "",
        after=_address(asked, after=part.after) if part.after else "",
    )


def _limits(at: Session, rows: Iterable[queries_measures.Line]) -> list[waited_for.Limit]:
    """The next date of each line; of a vote as the list of panels and the track's own page say it."""
    left = remaining.teller(at)
    return [
        waited_for.limit(
            each.track,
            each.clock,
            each.due_on,
            provisional=each.provisional,
            left=left(each.due_on, each.clock) if each.due_on else "",
        )
        for each in rows
    ]


def _asked() -> Asked:
    """What the address asks for; what makes no sense is left out."""
    args = request.args
    stage, officer, level, sort = (args.get(name, "") for name in ("stage", "officer", "level", "sort"))
    return Asked(
        stage=stage if stage in STAGES else "",
        party=party_of(args),
        level=level if level in {str(each) for each in LEVELS} else "",
        officer=officer if officer == "me" or keyset.number_of(officer) is not None else "",
        text=args.get("text", "").strip()[:100],
        sort=sort if sort in SORTS else SORTS[0],
    )


def _address(asked: Asked, **other: Any) -> str:  # noqa: ANN401 - values of an address
    """The address of the same list with a change; any change but of the page leads to the first page."""
    said = vars(asked) | other
    return url_for(".listing", **{name: value for name, value in said.items() if value not in (None, "")})


def _filters(asked: Asked, company: str) -> list[Filter]:
    at, every = session(), [("", _("All"))]
    working = [(str(each.id), each.name) for each in people(at, "officer", "investigator", "reviewer")]
    levels = [(str(each.number), str(each.word)) for each in LEVELS.values() if each.number <= HIGHEST]
    return [
        ("text", _("Words or number"), None, asked.text),
        company_filter(company, asked.party),
        ("level", _("Measure"), [*every, *levels], asked.level),
        (
            "officer",
            _("Officer, investigator or reviewer"),
            [*every, ("me", _("Me")), *with_chosen(at, working, asked.officer)],
            asked.officer,
        ),
    ]


@bp.get("/<int:number>")
def show(number: int) -> ResponseReturnValue:
    """Everything decided and carried out on a track, and what can be done next."""
    return page(_track(number))


@bp.post("/<int:number>/unmask")
def unmask(number: int) -> ResponseReturnValue:
    """Show what people wrote without masking; the journal of the case notes who looked."""
    it = _track(number)
    with transaction() as at:
        identities.reveal_case(at, it.case, actor=g.me, now=clock.now())
    return page(it, unmasked=True)


@bp.route("/<int:number>/do/<event>", methods=["GET", "POST"])
def act(number: int, event: str) -> ResponseReturnValue:
    """One deed on the track."""
    it, deed = _track(number), DEEDS.get(event) or abort(404)
    asked = request.method == "GET"
    refused = deeds.refusals(session(), TRACK, deed, it, g.me, clock.now()) if asked else []
    if refused is None:
        flash(str(changes.over(it, TRACK, event) or abort(404)), "warn")
        return redirect(url_for(".show", number=number))
    form = approving.form_of(session(), deed, it)
    if refused and not form.filled:
        flash(str(refused[0]), "warn")
        return redirect(url_for(".show", number=number))
    if not form.validate_on_submit():
        return _deed_page(it, deed, form), form.status_code
    with transaction(once=form.key.data) as at:
        said = approving.run(at, "sanctions.track", deed, it, form, actor=g.me)
    flash(str(said))
    return redirect(url_for(".show", number=number), 303)


@bp.route("/<int:number>/trainees", methods=["GET", "POST"])
def enrol(number: int) -> ResponseReturnValue:
    """Who takes part in the training, entered for the respondent."""
    it, form = _track(number), opened(forms.EnrolForm)
    if not policies_execution.may_enrol(g.me, it):
        abort(403)
    if not form.validate_on_submit():
        return render_template("proceedings/enrol.html", track=it, form=form, held=_training(it)), form.status_code
    with transaction(once=form.key.data) as at:
        measures.enrol(at, it, people=_people(form.people.data), actor=g.me, now=clock.now())
    flash(_("Added."))
    return redirect(url_for(".show", number=number, _anchor="measures"), 303)


@bp.route("/<int:number>/restoration/on-paper", methods=["GET", "POST"])
def restoration_on_paper(number: int) -> ResponseReturnValue:
    """Enter that a company which is not served online asks for its time to run again."""
    it = _track(number)
    if not on_paper.may_enter(session(), g.me, it, "ask_restoration"):
        abort(404)
    form = opened(ObstacleOnPaperForm, it)
    showing_paper_days.offer(session(), form, ("track", it.id), "", (on_paper.KINDS["ask_restoration"].answers,))
    if not form.validate_on_submit():
        return render_template("proceedings/restoration_on_paper.html", track=it, form=form), form.status_code
    with transaction(once=form.key.data) as at:
        said = {"actor": g.me, "version": form.version.data, "now": clock.now()}
        told = deeds_on_paper.paper(form, ended_on=form.obstacle_ended.data)
        on_paper.enter(at, at.get_one(CaseTrack, number), "ask_restoration", told, **said)
    flash(str(deeds_on_paper.KEPT))
    return redirect(url_for(".show", number=number), 303)


@bp.route("/<int:number>/problems/<int:no>", methods=["GET", "POST"])
def verify(number: int, no: int) -> ResponseReturnValue:
    """One correction: what was reported, the proof, what officers find."""
    it = _track(number)
    if not policies_execution.may_verify(g.me):
        abort(403)
    item = queries_tracks.item(session(), it, no) or abort(404)
    found = item.result_note if item.verified_by != g.me.id else None  # what a second officer confirms stays in it
    form = opened(forms.VerifyForm, note=found)
    if not form.validate_on_submit():
        beside = {"proofs": rounds.proofs(session(), item), "name": _name, "hide": showing.veil(it)}
        return render_template("proceedings/verify.html", track=it, item=item, form=form, **beside), form.status_code
    with transaction(once=form.key.data) as at:
        verifications.verify_item(at, item, result=form.result.data, note=form.note.data, actor=g.me, now=clock.now())
    flash(_("Your finding is kept."))
    return redirect(url_for(".show", number=number, _anchor="measures"), 303)


def _track(number: int) -> CaseTrack:
    return queries_tracks.track(session(), number) or abort(404)


def _name(number: int | None) -> str:
    return register.account_name(session(), number)


def _training(it: CaseTrack) -> Any:  # noqa: ANN401 - a measure, or nothing
    return rounds.measure(session(), it, TRAINING)


def _people(text: str) -> list[Person]:
    """Names and positions, one person to a line."""
    found = []
    for line in lines(text):
        name, _comma, position = line.replace("，", ",").partition(",")
        found.append(Person(name.strip(), position.strip()))
    return found


def _deed_page(it: CaseTrack, deed: deeds.Deed, form: Form) -> str:
    at = session()
    decision = rounds.decision(at, it)
    proposal = rounds.proposal(at, it) if deed.event != "propose_minor" else None
    extra = showing_ladder.form_facts(at, it, form) if hasattr(form, "judged") else {}
    return render_template(
        PAGES.get(deed.event, "proceedings/act.html"),
        deed=deed,
        form=form,
        track=it,
        about=it.party.name(language()),
        **{"suggestion": showing.suggestion(at, it, proposal), **extra},
        findings=showing.findings(at, it),
        measures=rounds.measures(at, it),
        reviewed=showing_reviews.under_way(at, it),
        again=execution_page.ordered_again(at, it) if deed.event == "fail_first" else [],
        decided=showing.worded(at, decision.measures, decision.terms) if decision else [],
    )
