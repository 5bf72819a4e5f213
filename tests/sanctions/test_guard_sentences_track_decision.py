"""A track decided or reviewed refuses each guarded row with the sentence that the person reads, in both languages."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from casework import recusals
from casework.models_cases import CaseTrack
from casework.states import TRACK
from core.actors import Actor
from notices import queries as notices
from sanctions import corrections, review_bodies, rounds
from sanctions.models_reviews import Review
from sanctions.plans import InterviewPlan, TrainingPlan
from sanctions.tallies import Outcome
from tests.builders_cases import actor
from tests.refusals import Refusal, Scene, all_refused
from tests.sanctions.reviewing import Reviewing

MAJOR, SEVERE = [1, 4], "V-I02"


class Stage(Reviewing):
    """Everybody, the track that is to move, its review, and the members drawn for it."""

    it: CaseTrack
    review: Review
    body: list[Actor]

    @property
    def member(self) -> Actor:
        """Sits on the review body."""
        return self.body[0]

    @property
    def undrawn(self) -> Actor:
        """Of the pool, but not of this body."""
        drawn = {each.id for each in self.body}
        return next(actor(each) for each in self.pool if each.id not in drawn)


def in_review(stage: Stage) -> CaseTrack:
    """A review is asked for; nobody is drawn."""
    track = stage.served_decision(MAJOR, SEVERE)
    stage.review = stage.asked(track)
    return track


def drawn(stage: Stage) -> CaseTrack:
    """Members are drawn and have not voted."""
    track = in_review(stage)
    stage.body = stage.voted(stage.review)
    return track


def upheld(stage: Stage) -> CaseTrack:
    """The review upheld it; its decision has not arrived."""
    track = in_review(stage)
    stage.reviewed(stage.review, *["UPHOLD"] * 5)
    return track


def voted(choice: str, measures: tuple[int, ...] = (), harsher: tuple[int, ...] = ()) -> Callable[[Stage], None]:
    """All members voted so; then somebody who reaches the table wrote something harsher into it."""

    def before(stage: Stage) -> None:
        said = {"choice": choice, "reasons": "理由充分", "measures": measures, "now": stage.later(9)}
        for member in stage.body:
            vote = review_bodies.vote(stage.session, stage.review, **said, actor=member)  # type: ignore[arg-type]
            if harsher:
                vote.measures = list(harsher)

    return before


def withdrawn_before(stage: Stage) -> None:
    """The respondent asked for a review once, and withdrew it."""
    decision = rounds.decision(stage.session, stage.it)
    assert decision is not None
    said = {"basis": "MAJOR", "grounds": "人数有误", "revoked": "", "redraws": [], "own_motion": False}
    ended = {"state": "STAYED", "outcome": "WITHDRAWN", "ended_at": stage.now}
    asked = {"asked_at": stage.now, "asked_by": stage.lead.id}
    stage.session.add(Review(track=stage.it, decision=decision, **said, **ended, **asked))
    stage.session.flush()


def untold(stage: Stage) -> None:
    stage.it.drawn_untold = True


def challenged(stage: Stage) -> None:
    said = {"ground": "EMPLOYED", "facts": "曾任职于当事单位。", "now": stage.later(9)}
    recusals.ask(stage.session, stage.it.case, stage.body[1].id or 0, **said, actor=actor(stage.lead))  # type: ignore[arg-type]


def withdrawn(stage: Stage) -> None:
    """The review ended, and the track did not yet."""
    stage.review.ended_at, stage.review.outcome = stage.later(9), "WITHDRAWN"


def own_motion(stage: Stage) -> None:
    stage.review.own_motion = True


def declared(stage: Stage) -> None:
    """Immediate, as an order that the decision does not hold."""
    found = rounds.decision(stage.session, stage.it)
    assert found is not None
    found.immediate, found.immediate_reasons, found.measures = ["STOP_CONTACT"], "仍在骚扰", [4]


def voting(stage: Stage) -> CaseTrack:
    """All members of the panel have voted; nothing is announced."""
    track = stage.deliberating([1])
    stage.body = stage.vote(track, *["PROPOSED"] * 3)
    return track


def immediately(*orders: str, reasons: str = "仍在骚扰") -> dict[str, Any]:
    return {"immediate": list(orders), "immediate_reasons": reasons, "outcome": Outcome((1,), ())}


def put(stage: Stage) -> None:
    """One is before the panel already."""
    by = {"actor": actor(stage.head), "version": None, "now": stage.later(9)}
    corrections.put(stage.session, stage.it, **correcting()(stage), **by)


def correcting(**changed: Any) -> Callable[[Stage], dict[str, Any]]:
    """A clerical error in the decision."""

    def facts(stage: Stage) -> dict[str, Any]:
        letter = notices.last_document(stage.session, ["D20"], "track", stage.it.id)
        said = {"document": letter, "wrong": "证据充分", "right": "证据确实、充分", "reason": "漏字"}
        return {**said, **changed}

    return facts


def noticed(stage: Stage) -> None:
    """A correction is carried, and its notice on the way."""
    by = {"actor": actor(stage.head), "version": None, "now": stage.later(9)}
    stage.corrected(corrections.put(stage.session, stage.it, **correcting()(stage), **by))


def decided_before(stage: Stage) -> None:
    """A member of the review body sat on the panel as well: the database lets nobody write so."""
    panel = rounds.panel(stage.session, stage.it)
    assert panel is not None
    set_committed_value(stage.review.members[-1], "account_id", panel.members[0].account_id)


def undecided(stage: Stage) -> None:
    found = rounds.decision(stage.session, stage.it)
    assert found is not None
    found.measures = []


def training(first: str, last: str | None = None, *sessions: str) -> Callable[[Stage], dict[str, Any]]:
    """A training on these days."""
    days = [date.fromisoformat(each) if each else None for each in (first, last)]
    return lambda stage: {**summoning()(stage), "training": TrainingPlan(days[0], "线上", days[1], sessions)}


def letter(kind: str) -> Callable[[Stage], dict[str, Any]]:
    """A document of the track was served."""
    return lambda stage: {"document": notices.last_document(stage.session, [kind], "track", stage.it.id)}


def summoning(**changed: Any) -> Callable[[Stage], dict[str, Any]]:
    def facts(stage: Stage) -> dict[str, Any]:
        plan = stage.plan(stage.later(9))
        said = {"at": plan.at, "place": plan.place, "interviewers": plan.interviewers, **changed}
        return {"interview": InterviewPlan(**said), "training": changed.pop("training", None)}

    return facts


ANOTHER = "This is not the document that the track waits for."
NO_BODY = "No members have been drawn for the review yet."
NOT_DRAWN = "Only members drawn for the review decide it."
UNTOLD = "The respondent was not told who was drawn, and could not ask for a recusal: the secretary tells it."
OTHER_RESULT = "The votes come to another result."
TOO_FEW = "Not enough members have voted: * are needed."
ONLY_THE_LEAD = "Only an authorised person of the company concerned can submit this."
VOTING = [
    Refusal("S25", "Only an order of a rectification can be declared immediate.", "member", immediately("PAY_BACK")),
    Refusal(
        "S25",
        "By now * cites other provisions than the advance notice named: return the case, so that a new notice names "
        "them.",
        "member",
        before=lambda s: s.others_cited(s.it),
    ),
    Refusal(
        "S25",
        "On the day of the conduct this company was bound by no membership, signature or undertaking: return the case.",
        "member",
        before=lambda s: s.unbound(),
    ),
    Refusal(
        "S25",
        "No provision on * was in force on the day of the conduct: return the case, so that it is left unproven.",
        "member",
        before=lambda s: s.unruled(),
    ),
    Refusal(
        "S25",
        "The decision that was not carried out was set aside by a review: return the case, so that * is left unproven.",
        "member",
        before=lambda s: s.quashed_before(s.it),
    ),
    Refusal(
        "S25",
        "A minor decision takes effect on service: nothing has to be declared.",
        "member",
        immediately("STOP_CONTACT"),
    ),
    Refusal("S25", "Say why the order can't wait.", "member", immediately("STOP_CONTACT", reasons="")),
]
DECIDED = [
    Refusal("S29", ANOTHER, facts=letter("D17")),
    Refusal("S29", "This decision is a major one.", facts=letter("D20")),
    Refusal("S30", ANOTHER, facts=letter("D17")),
]
SERVED = [
    Refusal("S31", ONLY_THE_LEAD, "firm_lead", {"grounds": "有误"}),
    Refusal("S31", "Give the grounds: what is wrong with the decision, and why.", "lead", {"grounds": " "}),
    Refusal("S31", "The time for asking for a review has ended.", "lead", {"grounds": "有误"}, days=60),
    Refusal("S59", ONLY_THE_LEAD, "firm_lead"),
    Refusal("S59", "Confirm that nothing more will follow.", "lead", {"confirmed": False}),
    Refusal("S80", "The panel declared no order immediate.", "officer"),
    Refusal("S80", "This measure was not ordered.", "officer", before=declared),
    Refusal("S77", "Choose the document that holds the error.", "head", correcting(document=None)),
    Refusal(
        "S77",
        "The document does not hold this passage: copy it exactly.",
        "head",
        correcting(wrong="决定书里没有的文字"),
    ),
    Refusal("S77", "Write how the passage reads without the error.", "head", correcting(right="")),
    Refusal(
        "S77",
        "This would change what was decided: only a clerical error can be corrected.",
        "head",
        correcting(wrong="青屿消费金融有限公司", right="海石催收服务有限公司"),
    ),
    Refusal("S77", "Say what kind of error it is.", "head", correcting(reason="")),
    Refusal("S77", "More than half of those who decided must be for the correction.", "head", correcting()),
    Refusal(
        "S77",
        "The notice of an earlier correction of this document has not been served yet.",
        "head",
        correcting(putting=True),
        noticed,
    ),
    Refusal("S77", "A correction is before those who decided: it is voted on first.", "head", correcting(), before=put),
]
UNDRAWN = [
    *(Refusal(row, NO_BODY, lambda s: actor(s.pool[0])) for row in ("S33", "S34", "S35", "S36")),
    Refusal("S60", ONLY_THE_LEAD, "firm_lead"),
    Refusal("S60", "Confirm that your company withdraws the review.", "lead", {"confirmed": False}),
    Refusal("S60", "No review is open.", "lead", before=withdrawn),
    Refusal("S60", "Your company did not ask for this review.", "lead", before=own_motion),
]
DRAWN = [
    *(Refusal(row, NOT_DRAWN, "undrawn") for row in ("S33", "S34", "S35", "S36")),
    *(Refusal(row, TOO_FEW, "member") for row in ("S33", "S34", "S35", "S36")),
    *(Refusal(row, OTHER_RESULT, "member", before=voted("UPHOLD")) for row in ("S34", "S35", "S36")),
    Refusal("S33", OTHER_RESULT, "member", before=voted("QUASH")),
    Refusal("S33", "Give the reasons.", "member", {"reasons": " "}, voted("UPHOLD")),
    Refusal("S33", "A recusal has been asked and is not decided yet.", "member", before=challenged),
    Refusal("S33", UNTOLD, "member", before=untold),
    Refusal("S34", "A review never ends in a harsher decision.", "member", before=voted("VARY", (1,), (1, 3, 4))),
    *(
        Refusal(row, "Whoever decided does not review the decision.", "member", before=decided_before)
        for row in ("S33", "S34", "S35", "S36")
    ),
    Refusal("S36", "Name what is to be found out.", "member", {"questions": " "}, voted("REMIT")),
]
EFFECTIVE = [
    Refusal("S37", "Say when and where the interview takes place.", "officer", summoning(place=" ")),
    Refusal("S37", "An interview is held by two people.", "officer", summoning(interviewers=(1, 1))),
    Refusal(
        "S37",
        "The decision orders * hours, and these sessions come to *.",
        "officer",
        training("2026-12-15", "2026-12-15", "2026-12-15，2学时，规则"),
    ),
    Refusal(
        "S37",
        "* takes no part in this case: choose somebody else.",
        "officer",
        summoning(),
        lambda s: recusals.declare(
            s.session, s.it.case, ground="RELATIVE", facts="亲属", actor=actor(s.second), now=s.now
        ),
    ),
    Refusal(
        "S37",
        "The interview is more than * working days after the summons.",
        "officer",
        lambda s: summoning(at=s.later(9))(s),
    ),
    Refusal(
        "S37",
        "The interview takes place within its period, counted from today: by *.",
        "officer",
        lambda s: summoning(at=s.plan(s.later(9)).at + timedelta(weeks=4))(s),
    ),
    Refusal(
        "S37",
        "Interviews take place on working days, between * and *.",
        "officer",
        lambda s: summoning(at=s.plan(s.later(9)).at.replace(hour=19))(s),
    ),
    Refusal(
        "S37",
        "Say when and where the training takes place.",
        "officer",
        lambda s: {**summoning()(s), "training": TrainingPlan(None, "线上")},
    ),
    Refusal("S37", "This date has passed. Today is *.", "officer", training("2026-11-02")),
    Refusal(
        "S37", "The last day of the training is not before its first.", "officer", training("2026-12-10", "2026-12-09")
    ),
    Refusal(
        "S37",
        "The training takes place within its period, counted from today: by *.",
        "officer",
        training("2026-12-10", "2027-12-10"),
    ),
    Refusal(
        "S37",
        "Each line begins with a day of the training, *: “*” does not.",
        "officer",
        training("2026-12-10", "2026-12-11", "12月20日，催收自律规则"),
    ),
    Refusal("S37", "No measure was decided.", "officer", before=undecided),
    Refusal("S72", "This decision is a minor one.", "head"),
    Refusal("S65", "No review came to this."),
    Refusal("S66", "No review came to this."),
    Refusal("S78", "No review came to this."),
]
IN_FORCE = [
    Refusal(
        "S72",
        "The company asked for a review of this decision before: its time for one does not run again.",
        "head",
        before=withdrawn_before,
    ),
    Refusal(
        "S72",
        "Say what prevented your company, and why it was not of its making.",
        "head",
        {"obstacle": " ", "obstacle_ended": None},
    ),
    Refusal(
        "S72",
        "This is asked within 10 days after the obstacle ended.",
        "head",
        lambda s: {"obstacle": "台风停电", "obstacle_ended": s.now.date()},
        days=20,
    ),
]
SCENES = [
    Scene("voting", voting, VOTING, day=6),
    Scene("decided", lambda stage: stage.decided(MAJOR, SEVERE), DECIDED, day=7),
    Scene(
        "decided minor",
        lambda stage: stage.decided([1]),
        [Refusal("S30", "This decision is a minor one.", facts=letter("D20"))],
        day=7,
    ),
    Scene("served", lambda stage: stage.served_decision(MAJOR, SEVERE), SERVED, day=8),
    Scene("in review", in_review, UNDRAWN, day=9),
    Scene("drawn", drawn, DRAWN, day=9),
    Scene(
        "upheld",
        upheld,
        [Refusal("S37", "The decision of the review has not been served.", "officer")],
        day=11,
    ),
    Scene("effective", lambda stage: stage.effective([1, 2, 3]), EFFECTIVE, day=9),
    Scene("in force", lambda stage: stage.effective(MAJOR, SEVERE), IN_FORCE, day=9),
]


@pytest.mark.parametrize("scene", SCENES, ids=[each.name for each in SCENES])
def test_decided_or_reviewed_a_track_refuses_in_words(session: Session, now: datetime, scene: Scene) -> None:
    all_refused(TRACK, Stage(session, now).fill_pool(), scene)  # type: ignore[arg-type]
