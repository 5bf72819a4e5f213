"""What people do on a track beside the deeds of its page: they find, state, are heard, vote, report and verify."""

from datetime import timedelta
from typing import Any

from bench.lives.filling import picture
from bench.lives.outside import CODES, Act, Scene
from casework import cases, evidence, tracks
from casework.models_cases import CaseTrack
from casework.policies_tracks import is_showable
from core.actors import Actor
from core.clock import day_of
from sanctions import (
    admissions,
    decisions,
    file_views,
    hearings,
    interviews,
    measures,
    panels,
    record_pages,
    records,
    review_bodies,
    reviews,
    rounds,
    statements,
    verifications,
)
from sanctions.levels import INTERVIEW, RECTIFICATION, TRAINING
from sanctions.models_reviews import Review
from sanctions.plans import InterviewRecord, Person

VOTES = ("PROPOSED", "PROPOSED", "PROPOSED", "LIGHTER", "NONE", "ABSTAIN")
REVIEW_VOTES = ("UPHOLD", "UPHOLD", "VARY", "QUASH", "REMIT", "ABSTAIN")


def _by(scene: Scene, role: str) -> Actor:
    return scene.dice.choice([each for each in scene.world.staff if each.has(role)])


def _who(scene: Scene, account_id: int | None) -> Actor:
    return next((each for each in scene.world.staff if each.id == account_id), scene.world.staff[0])


def _speaking(scene: Scene, it: CaseTrack) -> dict[str, Any]:
    return {"actor": scene.world.contact(it.party_id, scene.dice), "now": scene.now}


def open_case(scene: Scene) -> None:
    """An officer opens a case on what an inspection or the press brought."""
    companies = [scene.world.lender, scene.world.firm, scene.world.other, scene.world.outside]
    day = day_of(scene.now)
    cases.open(
        scene.at,
        [],
        title=scene.says()[:20],
        source=scene.dice.choice(("INSPECTION", "MEDIA", "REGULATOR")),
        parties=[scene.at.merge(each) for each in scene.dice.sample(companies, scene.dice.choice((1, 1, 2)))],
        lead=scene.says(),
        conduct=(day - timedelta(days=9), day - timedelta(days=4)),
        actor=_by(scene, "officer"),
        now=scene.now,
    )


def allege(scene: Scene, it: CaseTrack) -> None:
    """Name one violation; then one is enough for the others."""
    said = {"facts": scene.says(), "persons": scene.dice.randint(1, 12), "acts": scene.dice.randint(1, 30)}
    code = scene.dice.choice(CODES)
    cases.allege(scene.at, it, code=code, **said, actor=_by(scene, "officer"), now=scene.now)


def find(scene: Scene, it: CaseTrack) -> None:
    """Add evidence where there is none, and make every finding that is missing."""
    by = _who(scene, it.investigator_id)
    shown = [each for each in it.case.evidence if is_showable(each, it)]
    if not shown:
        file = picture()
        name = file.filename
        shown = [evidence.add(scene.at, it.case, file.stream, name, actor=by, now=scene.now, shows="通话记录")]
    for each in it.allegations:
        if each.finding is None or scene.dice.random() < 0.2:  # noqa: PLR2004 - looked at anew
            finding = scene.dice.choice(("ESTABLISHED", "ESTABLISHED", "ESTABLISHED", "NOT_ESTABLISHED", "UNPROVEN"))
            said = {"finding": finding, "reason": scene.says(), "evidence": shown[:2]}
            cases.find(scene.at, each, **said, actor=by, now=scene.now)


def _explain(scene: Scene, it: CaseTrack) -> None:
    tracks.explain(scene.at, it, text=scene.says(), **_speaking(scene, it))


def _state(scene: Scene, it: CaseTrack) -> None:
    statements.state(scene.at, it, text=scene.says(), **_speaking(scene, it))


def _waive(scene: Scene, it: CaseTrack) -> None:
    statements.waive(scene.at, it, confirmed=True, **_speaking(scene, it))


def _view(scene: Scene, it: CaseTrack) -> None:
    file_views.view(scene.at, it, **_speaking(scene, it))


def _ask_hearing(scene: Scene, it: CaseTrack) -> None:
    hearings.ask_for(scene.at, it, wishes=scene.says(), **_speaking(scene, it))


def _waive_hearing(scene: Scene, it: CaseTrack) -> None:
    hearings.waive(scene.at, it, confirmed=True, **_speaking(scene, it))


def _sign_minutes(scene: Scene, it: CaseTrack) -> None:
    hearings.sign(scene.at, it, signed_by="周岚", corrections="", **_speaking(scene, it))


def _admit(scene: Scene, it: CaseTrack) -> None:
    said = {"text": scene.says(), "signed_by": "周岚", "position": "副总经理", "authorised": True, "told": True}
    admissions.admit(scene.at, it, **said, **_speaking(scene, it))


def _take_back(scene: Scene, it: CaseTrack) -> None:
    admissions.take_back(scene.at, it, confirmed=True, **_speaking(scene, it))


def sign_admission(scene: Scene, it: CaseTrack) -> None:
    """The first and the second signature."""
    role = scene.dice.choice(("officer", "legal"))
    by = _by(scene, scene.dice.choice(("officer", "reviewer")))
    admissions.sign(scene.at, it, role=role, opinion=scene.says(), actor=by, now=scene.now)


def draw(scene: Scene, it: CaseTrack) -> None:
    """Draw the panel, or fill it."""
    found = rounds.panel(scene.at, it)
    drawing = panels.draw if found is None else panels.fill
    drawing(scene.at, it, actor=_by(scene, "secretary"), now=scene.now, seed=str(scene.dice.random()))


def vote(scene: Scene, it: CaseTrack) -> None:
    """Everybody who still has to, votes."""
    found, proposal = rounds.panel(scene.at, it), rounds.proposal(scene.at, it)
    done = {each.member_id for each in rounds.votes(scene.at, found)} if found else set()
    agreed = scene.dice.choice(("PROPOSED", "PROPOSED", "PROPOSED", ""))
    for member in rounds.sitting(found) if found and proposal else ():
        if member.id not in done:
            choice = agreed or scene.dice.choice(VOTES)
            lighter = [min(proposal.measures)] if choice == "LIGHTER" else []
            by = _who(scene, member.account_id)
            panels.vote(scene.at, it, choice=choice, reasons=scene.says(), actor=by, now=scene.now, measures=lighter)


def decide(scene: Scene, it: CaseTrack) -> None:
    """A member announces what the votes come to."""
    found = rounds.panel(scene.at, it)
    sitting = rounds.sitting(found) if found else []
    by = _who(scene, scene.dice.choice(sitting).account_id if sitting else None)
    decisions.decide(scene.at, it, actor=by, reasons=scene.says(), statement_dealt=scene.says(), now=scene.now)


def _report(scene: Scene, it: CaseTrack) -> None:
    held = rounds.measure(scene.at, it, RECTIFICATION)
    said = {each.no: scene.says() for each in held.items} if held else {}
    for each in held.items if held else ():
        file, by = picture(), _speaking(scene, it)
        evidence.hand_in(scene.at, it, file.stream, file.filename, purpose="PROOF", item_id=each.id, **by)
    measures.report_correction(scene.at, it, reports=said, signed_by="周岚", **_speaking(scene, it))


def _enrol(scene: Scene, it: CaseTrack) -> None:
    people = [Person(f"学员{place}", "催收主管") for place in "甲乙丙丁戊"]
    measures.enrol(scene.at, it, people=people, **_speaking(scene, it))


def _confirm(scene: Scene, it: CaseTrack) -> None:
    interviews.confirm_attendance(scene.at, it, **_speaking(scene, it))


def record(scene: Scene, it: CaseTrack) -> None:
    """The interview took place on its day; its record is put before those who came."""
    held = rounds.measure(scene.at, it, INTERVIEW)
    begun = held.interview.at if held and held.interview else scene.now
    attendee = {"name": "周岚", "position": "副总经理", "identity_checked": "1234", "authority": "本人"}
    written = InterviewRecord(
        started_at=begun,
        ended_at=begun + timedelta(hours=1),
        attendees=(attendee,),
        rights_told=True,
        entries=({"question": scene.says(), "answer": scene.says()},),
        commitments=({"commitment": scene.says(), "due": "即日"},),
    )
    records.put(scene.at, it, record=written, actor=_by(scene, "officer"), version=None, now=scene.now)


def _sign_record(scene: Scene, it: CaseTrack) -> None:
    held = rounds.measure(scene.at, it, INTERVIEW)
    for page in record_pages.unsigned(held.interview) if held and held.interview else ():
        records.sign(scene.at, it, page=page, name="周岚", **_speaking(scene, it))


def train(scene: Scene, it: CaseTrack) -> None:
    """Results are entered of whoever is enrolled."""
    held = rounds.measure(scene.at, it, TRAINING)
    people = held.training.people if held and held.training else ()
    results = {each.id: (scene.dice.random() < 0.9, scene.dice.choice((55, 90, 95))) for each in people}  # noqa: PLR2004
    by = _by(scene, "officer")
    measures.confirm_training(scene.at, it, results=results, actor=by, version=None, now=scene.now)


def verify(scene: Scene, it: CaseTrack) -> None:
    """Two officers look at every correction."""
    held = rounds.measure(scene.at, it, RECTIFICATION)
    for item in held.items if held else ():
        result = "PASS" if item.report and scene.dice.random() < 0.8 else "FAIL"  # noqa: PLR2004
        for by in (scene.world.officer, scene.world.second):
            actor = _who(scene, by.id)
            verifications.verify_item(scene.at, item, result=result, note=scene.says(), actor=actor, now=scene.now)


def _ask_review(scene: Scene, it: CaseTrack) -> None:
    reviews.ask_review(scene.at, it, grounds=scene.says(), **_speaking(scene, it))


def _own_motion(scene: Scene, it: CaseTrack) -> None:
    said = {"basis": scene.dice.choice(("ERROR", "NEW_EVIDENCE")), "grounds": scene.says(), "favour": True}
    reviews.own_motion(scene.at, it, **said, actor=_by(scene, "head"), now=scene.now)


def _withdraw_review(scene: Scene, it: Review) -> None:
    reviews.withdraw(scene.at, it, confirmed=True, **_speaking(scene, it.track))


def draw_body(scene: Scene, it: Review) -> None:
    """Draw who reviews."""
    review_bodies.draw(scene.at, it, actor=_by(scene, "secretary"), now=scene.now, seed=str(scene.dice.random()))


def vote_on_review(scene: Scene, it: Review) -> None:
    """Everybody drawn votes."""
    lighter = [min(it.decision.measures)]
    agreed = scene.dice.choice((*REVIEW_VOTES[1:5], ""))
    for member in it.members:
        choice, by = agreed or scene.dice.choice(REVIEW_VOTES), _who(scene, member.account_id)
        said = {"choice": choice, "reasons": scene.says(), "measures": lighter if choice == "VARY" else ()}
        if not list(review_bodies.vote_refusals(scene.at, it, by)):
            review_bodies.vote(scene.at, it, **said, actor=by, now=scene.now)


def decide_review(scene: Scene, it: Review) -> None:
    """One of them announces the result."""
    sitting = [each for each in it.members if each.recused_at is None]
    by = _who(scene, scene.dice.choice(sitting).account_id if sitting else None)
    said = {"reasons": scene.says(), "questions": scene.says()}
    reviews.decide(scene.at, it, **said, actor=by, version=None, now=scene.now)


TRACK_ACTS: tuple[tuple[str, Act], ...] = (
    ("decline", allege),
    ("report", allege),
    ("report", find),
    ("explain", _explain),
    ("state", _state),
    ("waive_windows", _waive),
    ("waive_review", _waive),
    ("view_file", _view),
    ("ask_hearing", _ask_hearing),
    ("waive_hearing", _waive_hearing),
    ("admit", _admit),
    ("withdraw_admission", _take_back),
    ("decide_admitted", sign_admission),
    ("state", draw),
    ("decide_none", _sign_minutes),
    ("decide_none", vote),
    ("decide_none", decide),
    ("report_correction", _report),
    ("hold_interview", _enrol),
    ("hold_interview", _confirm),
    ("hold_interview", record),
    ("hold_interview", _sign_record),
    ("hold_interview", train),
    ("pass", verify),
    ("ask_review", _ask_review),
    ("varied", _own_motion),
)
REVIEW_ACTS: tuple[tuple[str, Act], ...] = (
    ("withdraw_review", _withdraw_review),
    ("uphold", draw_body),
    ("uphold", vote_on_review),
    ("uphold", decide_review),
)
