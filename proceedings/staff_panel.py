"""Pages of panels: what members read, how they vote and decide, how the secretary draws."""

from functools import partial

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from casework import clock_days, policies_recusals, queries_recusals
from casework.forms_staff import opened
from casework.models_cases import CaseTrack
from casework.stages import DRAWN_IN
from core import clock, keyset
from core.db import session, transaction
from core.forms import Form
from core.web import blueprint
from core.words import _, language
from desk import clock_cards
from notices.models_bundles import PANEL
from proceedings import (
    bundle_cards,
    deeds_panel,
    forms_staff,
    queries_corrections,
    queries_motions,
    queries_tracks,
    showing,
    showing_ladder,
    staff_votes,
    waited_for,
)
from proceedings.forms_resolutions import MotionVoteForm
from proceedings.queries_tracks import TIME, Seat
from registry import queries as register
from registry import remaining
from registry.models_clocks import Clock
from sanctions import (
    bodies,
    introductions,
    motions,
    panel_decisions,
    panels,
    policies,
    policies_resolutions,
    queries_hearings,
    rounds,
)
from sanctions.levels import LEVELS
from sanctions.models_decisions import Panel
from sanctions.tallies import last_put

bp = blueprint("proceedings_panel", __name__, audience="staff", prefix="/staff/panel")


@bp.get("")
def listing() -> ResponseReturnValue:
    """The reader's panels; for the secretary, those to be drawn and those at work."""
    draws = policies.may_draw(g.me)
    at = session()
    free = queries_tracks.free_seats(g.me, every=draws)
    seats, part = queries_tracks.seats(at, g.me, keyset.place_of(request.args))
    drawn = queries_tracks.drawn(at) if draws else []
    listed = [each.track for each in seats] + [it for it, _panel in drawn]
    if windows := queries_tracks.windows(listed):
        seats, part = queries_tracks.seats(at, g.me, keyset.place_of(request.args))  # that was read as the system
        drawn = queries_tracks.drawn(at) if draws else []
        listed = [each.track for each in seats] + [it for it, _panel in drawn]
    later = waited_for.votes_later((it for it in listed if it.state in DRAWN_IN), windows)
    vacant = {number: waited_for.vacant(count) for number, count in free.items()}
    vacant |= {it.id: waited_for.free_seats(at, panel) for it, panel in drawn if it.id in free}
    return render_template(
        "proceedings/panels.html",
        seats=seats,
        limits=waited_for.limits(listed, queries_tracks.last_days(at, listed), later, remaining.teller(at)),
        hearings=queries_tracks.hearing_days(at, listed),
        later=later,
        free=free,
        vacant=vacant,
        recusals=queries_recusals.cases_that_wait(at, g.me.id),
        part=part,
        most=queries_tracks.MOST,
        corrections=queries_corrections.waiting(at, g.me),
        draws=draws,
        to_draw=[(it, list(panels.draw_refusals(at, it, g.me))) for it in queries_tracks.to_draw(at)] if draws else [],
        drawn=drawn,
    )


@bp.get("/<int:number>")
def show(number: int) -> ResponseReturnValue:
    """The file of one track, the reader's vote, and the decision once enough have voted."""
    return page(own_seat(number))


@bp.post("/<int:number>/vote")
def vote(number: int) -> ResponseReturnValue:
    """The reader's vote; it cannot be changed."""
    seat = own_seat(number)
    back = url_for(".show", number=number)
    form = _vote_form(seat)
    verb = partial(panels.vote, seen=form.seen.data or None)
    return staff_votes.vote(form, seat.track, verb, partial(page, seat), back)


@bp.post("/<int:number>/decision")
def decide(number: int) -> ResponseReturnValue:
    """Announce, as a member, what the votes come to; the decision goes out."""
    seat = own_seat(number)
    form = opened(forms_staff.DecideForm, seat.track, prefix="decision")
    back, name = url_for(".show", number=number), "sanctions.decision/decide"
    verb, shown = panel_decisions.announce, partial(page, seat)
    return staff_votes.decide(form, seat.track, verb, shown, back, approved_as=name)


@bp.post("/<int:number>/draw")
def draw(number: int) -> ResponseReturnValue:
    """The secretary draws the panel of a track."""
    it = _track(number)
    if rounds.panel(session(), it) is not None and not list(policies.draws(session(), it, g.me)):
        flash(str(next(panels.draw_refusals(session(), it, g.me))), "warn")  # drawn by another, or on another page
        return redirect(url_for("proceedings_staff.show", number=number, _anchor="panel"), 303)
    with transaction(once=request.form.get("key")) as at:
        panels.draw(at, it, actor=g.me, now=clock.now())
    flash(_("The panel is drawn."))
    return redirect(url_for("proceedings_staff.show", number=number, _anchor="panel"), 303)


@bp.post("/<int:number>/fill")
def fill(number: int) -> ResponseReturnValue:
    """Draw members in place of recused ones, as the secretary."""
    it = _track(number)
    with transaction(once=request.form.get("key")) as at:
        panels.fill(at, it, actor=g.me, now=clock.now())
    flash(_("The panel is complete again."))
    return redirect(url_for("proceedings_staff.show", number=number, _anchor="panel"), 303)


@bp.route("/<int:number>/told", methods=["GET", "POST"])
def told(number: int) -> ResponseReturnValue:
    """Enter that a respondent which reads nothing in the portal was told who was drawn."""
    it = _track(number)
    if not policies.may_draw(g.me):
        abort(403)
    form = opened(forms_staff.ToldForm, it)
    if not form.validate_on_submit():
        refused = introductions.told_refusals(session(), it, g.me)
        names = queries_tracks.names_drawn(session(), introductions.body_of(session(), it))
        page = render_template("proceedings/told.html", track=it, form=form, refused=refused, members=names)
        return page, form.status_code
    with transaction(once=form.key.data) as at:
        said = {"actor": g.me, "version": form.version.data, "now": clock.now()}
        introductions.note_told(at, at.get_one(CaseTrack, number), told_on=form.told_on.data, **said)
    flash(_("Kept; nobody votes before the respondent has had its days to ask for a recusal."))
    return redirect(url_for("proceedings_staff.show", number=number, _anchor="panel"), 303)


@bp.get("/members/<int:number>/recusal")
def recuse(number: int) -> ResponseReturnValue:
    """On to the page on which members declare a conflict, or others ask for a member's recusal."""
    member = queries_tracks.member(session(), number) or abort(404)
    case = _track(member.track_id).case_id
    if member.account_id == g.me.id:
        return redirect(url_for("desk_recusals.declare", case=case))
    return redirect(url_for("desk_recusals.ask", case=case, person=member.account_id))


@bp.get("/<int:number>/files/<int:evidence>")
def file(number: int, evidence: int) -> ResponseReturnValue:
    """A piece of evidence that a finding cites, under a name that tells of nobody."""
    found = queries_tracks.cited(own_seat(number).track, evidence) or abort(404)
    return staff_votes.proof(found)


def own_seat(number: int) -> Seat:
    """The reader's seat on the panel of the present round; 404 without one."""
    return queries_tracks.seat(session(), number, g.me) or abort(404)


def _track(number: int) -> CaseTrack:
    return queries_tracks.track(session(), number) or abort(404)


def _vote_form(seat: Seat) -> Form:
    """The vote form, with measures lighter than those proposed."""
    form: Form = opened(forms_staff.VoteForm, prefix="vote")
    proposal = rounds.proposal(session(), seat.track)
    form.offer(proposal.measures if proposal else ())
    return form


def _motion_form(before: queries_motions.Before | None, sent: Form | None) -> Form:
    """The form of a vote on the motion shown above it."""
    form = sent or opened(MotionVoteForm, prefix="motion", about=before and before.motion)
    form.seen.data = before.motion.id if before else None
    return form


def _announces(seat: Seat) -> bool:
    """Whether this member announces the decision; whether nobody else can is asked as the system: votes are secret."""
    puts, proposal = (seat.panel.tally or {}).get("puts"), rounds.proposal(session(), seat.track)
    if not puts or proposal is None:
        return False
    member = next(each for each in rounds.sitting(seat.panel) if each.account_id == g.me.id)
    if policies.announces(session(), seat.track, member, seat.vote, last_put(puts)):
        return True
    about = list(proposal.measures), seat.panel.id, member.id, last_put(puts)
    with transaction() as at:
        return policies.stands_in(at, *about)


def page(seat: Seat, **given: Form) -> str:
    """What a member reads of one track; a form that was sent with errors is shown as it was sent."""
    sitters = queries_tracks.sitters(seat.panel.id)
    free = staff_votes.free_seats(Panel, [seat.panel.id]).get(seat.panel.id, 0)
    announces = _announces(seat)
    at, it = session(), seat.track
    proposal = rounds.proposal(at, it)
    decision, suggested = rounds.first_decision(at, it), showing.suggestion(at, it, proposal)
    voting = given.get("vote") or _vote_form(seat)
    voting.seen.data = rounds.to_read(at, it)
    deciding = given.get("decision") or opened(forms_staff.DecideForm, it, prefix="decision")
    statements = rounds.statements(at, it)
    deciding.statement_dealt.flags.required = bool(statements) or queries_hearings.heard(at, it)
    member = next(each for each in rounds.sitting(seat.panel) if each.account_id == g.me.id)
    before = queries_motions.before(at, it, member.id)
    return render_template(
        "proceedings/panel.html",
        seat=seat,
        track=it,
        proposal=proposal,
        hearing=queries_hearings.hearing(at, it),
        restoration=policies_resolutions.restoration(at, it),
        resolutions=policies_resolutions.every(at, it),
        steps=deeds_panel.steps(
            at, it, g.me, lambda what: url_for("proceedings_sittings.act", number=it.id, event=what)
        ),
        suggestion=suggested,
        compared=showing.compared(proposal, decision),
        departures=showing_ladder.departures(at, it, suggested, proposal, decision),
        proposed=showing.worded(at, proposal.measures, proposal.terms) if proposal else [],
        statements=statements,
        hide=showing.veil(it, named=False),
        findings=showing.findings(at, it, named=False),
        papers=queries_tracks.papers(at, it),
        decision=decision,
        decided=showing.worded(at, decision.measures, decision.terms) if decision else [],
        to_decide=[
            (each, clock_cards.cards(at, [("recusal", each, "")], clock.today(), language()))
            for each in queries_recusals.waiting(at, g.me)
            if each.case_id == it.case_id
        ],
        aside=list(policies_recusals.takes_no_part(at, g.me, it.case_id, clock.today())),
        refused=[]
        if seat.vote
        else [*panels.vote_refusals(at, it, g.me, sitters.votes_after), *bodies.incomplete(bool(free))],
        free=free,
        vacant=waited_for.vacant(free),
        voting=voting,
        deciding=deciding,
        announces=announces,
        wrong=next(iter(given.values()), None),
        levels=LEVELS,
        member=member,
        sitters=sitters,
        before=before,
        motion_voting=_motion_form(before, given.get("motion")),
        motion_refused=[*motions.vote_refusals(at, it, before.motion, g.me), *bodies.incomplete(bool(free))]
        if before
        else [],
        motion_settling=list(motions.settle_refusals(at, it, before.motion, g.me)) if before else [],
        name=lambda account: register.account_name(at, account),
        clocks=clock_cards.cards(at, [("track", it, "")], clock.today(), language(), TIME),
        bundle=bundle_cards.one(at, ("track", it.id), PANEL, counted=False),
    )


def _time_limit(at: Session, it: Clock) -> str:
    """The link from the day-by-day count to the panel, for its members only."""
    sits = it.subject_type == "track" and queries_tracks.seat(at, it.subject_id, g.me) is not None
    return url_for("proceedings_panel.show", number=it.subject_id) if sits else ""


clock_days.SEATS.update(dict.fromkeys(TIME, _time_limit))
