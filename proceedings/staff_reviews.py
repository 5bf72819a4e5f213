"""Staff pages of reviews: drawn by the secretary, opened by the head, voted on and decided by members."""

from functools import partial
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from casework import clock_days, policies_pages, policies_recusals, queries_recusals
from casework.forms_staff import opened
from casework.models_cases import CaseTrack
from core import clock, keyset
from core.db import session, transaction
from core.forms import Form
from core.web import blueprint
from core.words import _, language
from desk import clock_cards, showing_paper_days
from proceedings import (
    deeds_on_paper,
    queries_corrections,
    queries_reviews,
    queries_tracks,
    showing,
    staff_votes,
    waited_for,
)
from proceedings import forms_reviews as forms
from proceedings.queries_reviews import Seat
from registry import queries as register
from registry.models_clocks import Clock
from sanctions import (
    bodies,
    panel_decisions,
    policies,
    policies_reviews,
    queries_hearings,
    review_bodies,
    reviews,
    rounds,
    served,
)
from sanctions import on_paper as papers
from sanctions.models_reviews import Review
from sanctions.tallies import last_put

bp = blueprint("proceedings_reviews", __name__, audience="staff", prefix="/staff/reviews")

TIME = "K21"
"""The time limit of a review."""
MINOR_ONLY = ("obstacle", "obstacle_ended")
"""What is said of a minor decision alone: the time for a major one is let run again by the head."""
MORE = ("revoked", "revoked_on", *MINOR_ONLY)
"""What a request on paper says beside its grounds."""


@bp.get("")
def listing() -> ResponseReturnValue:
    """The reader's reviews; for secretary, head and council all open ones."""
    at, sees = session(), policies_reviews.may_see_open(g.me)
    found = queries_reviews.open_ones(at) if sees else []
    lines = [
        (each, list(review_bodies.draw_refusals(at, each, g.me)), waited_for.free_seats(at, each), _clocks(each))
        for each in found
    ]
    seats, part = queries_reviews.seats(at, g.me, keyset.place_of(request.args))
    mine = [each.review for each in seats if each.review.ended_at is None]
    free = staff_votes.free_seats(Review, [each.id for each in mine])
    return render_template(
        "proceedings/reviews.html",
        seats=seats,
        recusals=queries_recusals.cases_that_wait(at, g.me.id),
        later=waited_for.votes_later(each.track for each in mine),
        vacant={number: waited_for.vacant(count) for number, count in free.items()},
        part=part,
        most=queries_reviews.MOST,
        corrections=queries_corrections.waiting(at, g.me),
        sees=sees,
        draws=policies.may_draw(g.me),
        lines=lines,
    )


@bp.get("/<int:number>")
def show(number: int) -> ResponseReturnValue:
    """The file of a review, the reader's vote, and the decision once enough have voted."""
    return _page(_seat(number))


@bp.post("/<int:number>/vote")
def vote(number: int) -> ResponseReturnValue:
    """The reader's vote; it cannot be changed."""
    seat = _seat(number)
    back = url_for(".show", number=number)
    return staff_votes.vote(_vote_form(seat), seat.review, review_bodies.vote, partial(_page, seat), back)


@bp.post("/<int:number>/decision")
def decide(number: int) -> ResponseReturnValue:
    """Announce, as a member, what the votes come to; the decision goes out."""
    seat = _seat(number)
    form = opened(forms.DecideReviewForm, seat.review, prefix="decision")
    back, name = url_for(".show", number=number), "sanctions.review/decide"
    verb, shown = panel_decisions.announce_review, partial(_page, seat)
    return staff_votes.decide(form, seat.review, verb, shown, back, approved_as=name)


@bp.post("/<int:number>/draw")
def draw(number: int) -> ResponseReturnValue:
    """Draw the members, or some in place of recused ones, as the secretary."""
    queries_reviews.one(session(), number) or abort(404)
    with transaction(once=request.form.get("key")) as at:
        review_bodies.draw(at, at.get_one(Review, number), actor=g.me, now=clock.now())
    flash(_("The members of the review are drawn."))
    return redirect(url_for(".listing"), 303)


@bp.route("/track/<int:number>/own-motion", methods=["GET", "POST"])
def own_motion(number: int) -> ResponseReturnValue:
    """Have a decision in force reviewed, as the head."""
    it = queries_tracks.track(session(), number) if policies_pages.may_read_files(g.me) else None
    if it is None or not policies_reviews.may_reopen(g.me):
        abort(404)
    form = opened(forms.OwnMotionForm)
    if not form.validate_on_submit():
        page = render_template("proceedings/review_own_motion.html", track=it, form=form)
        return page, form.status_code
    with transaction(once=form.key.data) as at:
        said = {"basis": form.basis.data, "grounds": form.grounds.data, "favour": bool(form.favour.data)}
        reviews.own_motion(at, at.get_one(CaseTrack, number), **said, actor=g.me, now=clock.now())
    flash(_("The review is open; its members are to be drawn."))
    return redirect(url_for("proceedings_staff.show", number=number), 303)


@bp.route("/track/<int:number>/on-paper", methods=["GET", "POST"])
def on_paper(number: int) -> ResponseReturnValue:
    """Enter a request for a review of a decision in force that came on paper, of a company not served online."""
    it = queries_tracks.track(session(), number) if policies_pages.may_read_files(g.me) else None
    if it is None or not papers.may_enter(session(), g.me, it, "ask_review"):
        abort(404)
    form = opened(forms.ReviewOnPaperForm, it)
    for name in MINOR_ONLY if it.major else ():
        del form[name]
    showing_paper_days.offer(session(), form, ("track", it.id), "K20", (papers.KINDS["ask_review"].answers,))
    if not form.validate_on_submit():
        return render_template("proceedings/review_on_paper.html", track=it, form=form), form.status_code
    more = {name: form[name].data for name in MORE if name in form and form[name].data}
    with transaction(once=form.key.data) as at:
        said = {"actor": g.me, "version": form.version.data, "now": clock.now()}
        papers.enter(at, at.get_one(CaseTrack, number), "ask_review", deeds_on_paper.paper(form, **more), **said)
    flash(str(deeds_on_paper.KEPT))
    return redirect(url_for("proceedings_staff.show", number=number), 303)


@bp.get("/<int:number>/files/<int:evidence>")
def file(number: int, evidence: int) -> ResponseReturnValue:
    """Evidence that a finding cites or that came with the request, under a name that tells of nobody."""
    review = _seat(number).review
    handed = (each for each in queries_reviews.files_of(session(), review) if each.id == evidence)
    found = queries_tracks.cited(review.track, evidence) or next(handed, None) or abort(404)
    return staff_votes.proof(found)


def _seat(number: int) -> Seat:
    return queries_reviews.seat(session(), number, g.me) or abort(404)


def _clocks(review: Review) -> list[dict[str, Any]]:
    """Until when it is decided, with the count; a review that stays a decision has its clock on the track."""
    thing = ("track", review.track, "") if review.stayed else ("review", review, "")
    return clock_cards.cards(session(), [thing], clock.today(), language(), (TIME,))


def _vote_form(seat: Seat) -> Form:
    """The vote form, with measures lighter than those decided."""
    form: Form = opened(forms.ReviewVoteForm, prefix="vote")
    form.offer(seat.review.decision.measures)
    return form


def _announces(seat: Seat) -> bool:
    """Whether this member announces the decision; whether nobody else can is asked as the system: votes are secret."""
    if not (found := (seat.review.tally or {}).get("result")):
        return False
    put = last_put(found["puts"])
    if policies_reviews.announces(seat.review, seat.member, seat.vote, put):
        return True
    about = list(seat.review.decision.measures), seat.review.id, seat.member.id, put
    with transaction() as at:
        return policies_reviews.stands_in(at, *about)


def _page(seat: Seat, **given: Form) -> str:
    announces = _announces(seat)
    free = staff_votes.free_seats(Review, [seat.review.id]).get(seat.review.id, 0)
    at, review = session(), seat.review
    it, decision = review.track, review.decision
    return render_template(
        "proceedings/review.html",
        seat=seat,
        review=review,
        track=it,
        subject=("track", it.id) if review.stayed else ("review", review.id),
        clocks=_clocks(review),
        decision=decision,
        decided=showing.worded(at, decision.measures, decision.terms),
        handed=queries_reviews.files_of(at, review),
        hearing=queries_hearings.hearing(at, it),
        statements=rounds.statements(at, it),
        hide=showing.veil(it, named=False),
        findings=showing.findings(at, it, named=False),
        papers=queries_tracks.papers(at, it),
        paper=served.review_paper(at, review),
        aside=list(policies_recusals.takes_no_part(at, g.me, it.case_id, clock.today())),
        refused=[] if seat.vote else [*review_bodies.vote_refusals(at, review, g.me), *bodies.incomplete(bool(free))],
        free=free,
        vacant=waited_for.vacant(free),
        voting=given.get("vote") or _vote_form(seat),
        deciding=given.get("decision") or opened(forms.DecideReviewForm, review, prefix="decision"),
        announces=announces,
        wrong=next(iter(given.values()), None),
        name=lambda account: register.account_name(at, account),
    )


def _time_limit(at: Session, it: Clock) -> str:
    """The link from the day-by-day count to the review, for its members."""
    mine = queries_reviews.of_track(at, it.subject_id)[:1] if it.subject_type == "track" else ()
    return url_for("proceedings_reviews.show", number=mine[0].id if mine else it.subject_id)


clock_days.SEATS[TIME] = _time_limit
