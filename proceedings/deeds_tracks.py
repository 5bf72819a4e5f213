"""Deeds of the adjudication unit on a track: propose measures, or find that nothing is established; and all deeds."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from casework.models_cases import CaseTrack
from casework.passing_on import noted
from core.actors import Actor
from core.errors import BadInput, Refused
from core.words import _l
from desk.deeds import Deed, table
from desk.forms_rows import with_rows
from proceedings import (
    deeds_admissions,
    deeds_endings,
    deeds_execution,
    deeds_hearings,
    deeds_letters,
    deeds_on_paper,
    deeds_reviews,
)
from proceedings import forms_staff as forms
from proceedings import showing_ladder as shown
from proceedings.deeds_letters import head_of, offer_heads
from proceedings.forms_letters import NothingForm
from registry import settings
from sanctions import policies_ladder, policies_resolutions, policies_reviews, proposals, rounds
from sanctions import terms as wordings
from sanctions.ladder import suggest
from sanctions.ladder_sheets import labels
from sanctions.levels import INTERVIEW, LEVELS, RECTIFICATION, TRAINING
from sanctions.policies_execution import STILL_TAKEN
from sanctions.tallies import is_harsher

Form = Any


def _propose_form(session: Session, it: CaseTrack) -> type[forms.ProposeForm]:
    found = wordings.proposed(session, it, [RECTIFICATION])[str(RECTIFICATION)]
    return with_rows(forms.ProposeForm, item=max(1, len(found["items"])))


def _offer_proposal(session: Session, it: CaseTrack, form: Form) -> None:
    """Tick what can be proposed, with terms to begin with for every measure."""
    form.offer_sources(shown.sources(session, it))
    form.limit(*(settings.days(session, f"K22.{bound}") for bound in ("least", "most")))
    seen = form.suggested.data
    form.asks = lambda: _wrong(session, it, form, seen)
    if form.untouched:
        _begin(session, it, form)
    form.suggested.data = labels(suggest(session, it, form.judged()).band)


def _begin(session: Session, it: CaseTrack, form: Form) -> None:
    begun = shown.begun(session, it)
    form.take(begun)
    said = wordings.proposed(session, it, list(LEVELS))
    form.measures.data = [str(level) for level in _ticked(session, it, suggest(session, it, begun).band)]
    one, two, three = said[str(RECTIFICATION)], said[str(INTERVIEW)], said[str(TRAINING)]
    form.put("item", one["items"])
    form.days.data, form.firm_duty.data = one["days"], one["firm_duty"]
    form.remedies.data = "\n".join(one["remedies"])
    form.purpose.data, form.must_attend.data = two["purpose"], two["must_attend"]
    form.topics.data, form.materials.data = "\n".join(two["topics"]), "\n".join(two["materials"])
    form.who.data, form.minimum.data, form.hours.data = three["who"], three["minimum"], three["hours"]
    form.subjects.data, form.manner.data = "\n".join(three["subjects"]), three["form"]
    form.pass_mark.data = three["pass_mark"]


def _wrong(session: Session, it: CaseTrack, form: Form, seen: str | None) -> Iterator[Refused]:
    """What the rules refuse about the circumstances, and about a departure from the ladder.

    `seen` is what the page suggested: reasons for a departure from that are none for one from something else.
    """
    judged = form.judged()
    yield from policies_ladder.wrong_factors(it, judged)
    if form.levels:
        found = suggest(session, it, judged)
        apart = shown.departed(session, it, found, form.levels)
        why, now = form.departure.data or "", labels(found.band)
        yield from policies_ladder.unexplained(apart, found.band, why)
        if apart and why.strip() and seen not in {None, "", now}:
            yield BadInput(
                "departure",
                _l(
                    "With these answers the ladder suggests %(band)s, not what the page showed before: look whether "
                    "measures and reasons still fit.",
                    band=now if found.band else _l("no measure"),
                ),
            )


def _ticked(session: Session, it: CaseTrack, band: Sequence[int]) -> Sequence[int]:
    """What the ladder suggests; after a panel or a review sent the track back, nothing harsher than before (I-23)."""
    for before in (policies_resolutions.announced_before_return(session, it), policies_reviews.remitted(session, it)):
        band = before if before and is_harsher(band, before) else band
    return band


def _propose(at: Session, it: CaseTrack, form: Form, actor: Actor, now: datetime) -> None:
    proposals.propose(
        at,
        it,
        measures=form.levels,
        terms=form.terms(),
        reasons=form.reasons.data or "",
        actor=actor,
        version=form.version.data,
        now=now,
        judged=form.judged(),
        departure=form.departure.data or "",
        new_facts=form.new_facts.data or "",
    )


def _propose_none(at: Session, it: CaseTrack, form: Form, actor: Actor, now: datetime) -> None:
    proposals.propose(
        at,
        it,
        measures=(),
        terms={},
        reasons=form.reasons.data,
        approved_by=head_of(at, form),
        actor=actor,
        version=form.version.data,
        now=now,
    )


PROPOSALS = table(
    Deed(
        "propose_minor",
        _l("Propose measures and issue the advance notice"),
        _l("Propose…"),
        noted(_propose),
        _propose_form,
        _l("The respondent then has its time for a statement; the panel decides afterwards."),
        said=_l("Proposed; the advance notice goes out."),
        offer=_offer_proposal,
    ),
    Deed(
        "propose_none",
        _l("End the track: nothing is established"),
        _l("End…"),
        noted(_propose_none),
        NothingForm,
        _l("The respondent is told that the case is closed without a breach."),
        said=_l("The track ended without a measure."),
        offer=offer_heads,
    ),
)


def offered(session: Session, it: CaseTrack, me: Actor) -> list[Deed]:
    """Which deeds make sense on this track: none about measures not ordered or done, none that the company does."""
    established = any(each.finding == "ESTABLISHED" for each in it.allegations)
    gone = {"propose_none" if established else "propose_minor", "fail_first" if it.failures else "fail_second"}
    gone |= deeds_on_paper.out_of_question(session, it, me)
    held, trained = (rounds.measure(session, it, level) for level in (INTERVIEW, TRAINING))
    if held is None or held.state != "ORDERED" or held.interview is None:
        gone |= {"hold_interview", "interview_missed", "interview_refused"}
    else:
        gone.add("interview_missed" if held.interview.missed else "interview_refused")
        gone |= {"interview_missed", "interview_refused"} if held.interview.recorded_at else {"hold_interview"}
    reviewed = rounds.decision(session, it)
    if reviewed is None or not reviewed.immediate:
        gone.add("order_now")
    if not it.major:
        gone.add("restore_review")
    if trained is None or trained.state not in STILL_TAKEN:
        gone.add("confirm_training")
    return [deed for deed in DEEDS.values() if deed.event not in gone]


DEEDS = (
    PROPOSALS
    | deeds_letters.DEEDS
    | deeds_hearings.DEEDS
    | deeds_admissions.DEEDS
    | deeds_execution.DEEDS
    | deeds_endings.DEEDS
    | deeds_reviews.DEEDS
    | deeds_on_paper.DEEDS
)
"""Rows of the table of tracks that this room carries out, as staff find them."""
