"""Measures carried out in random lives: reported, enrolled, interviewed, trained, verified; more time asked for."""

from datetime import timedelta

from bench.lives.bodies import announce
from bench.lives.filling import picture
from bench.lives.outside import Act, Nothing, Scene
from bench.lives.tracks import speaking, who
from bench.lives.world import EXECUTIVE
from casework import evidence, tasks
from casework.models_cases import CaseTrack
from core.clock import day_of
from notices.models import Dossier
from proceedings import deeds_execution
from sanctions import (
    corrections,
    extensions,
    interview_times,
    interviews,
    measures,
    milestones,
    policies_corrections,
    policies_interview_times,
    queries_milestones,
    record_pages,
    records,
    rounds,
    served,
    trainees,
    trainings,
    verifications,
    volumes,
)
from sanctions.levels import INTERVIEW, RECTIFICATION, TRAINING
from sanctions.plans import InterviewPlan, InterviewRecord, Person

COMES = 0.85
"""How often somebody comes to a session."""


def report(scene: Scene, it: CaseTrack) -> None:
    """The company reports each correction with its proof."""
    held = rounds.measure(scene.at, it, RECTIFICATION)
    if held is None:
        raise Nothing
    for each in held.items:
        file, by = picture(), speaking(scene, it)
        evidence.hand_in(scene.at, it, file.stream, file.filename, purpose="PROOF", item_id=each.id, **by)
    said = {each.no: scene.says() for each in held.items}
    measures.report_correction(scene.at, it, reports=said, signed_by=EXECUTIVE, **speaking(scene, it))


def ask_time(scene: Scene, it: CaseTrack) -> None:
    """The company asks for more time for one measure."""
    open_ = [each.level for each in rounds.measures(scene.at, it) if each.level in {RECTIFICATION, TRAINING}]
    level = scene.dice.choice(open_ or [RECTIFICATION])
    extensions.ask_for_time(scene.at, it, level=level, why=scene.says(), **speaking(scene, it))


def refuse_time(scene: Scene, it: CaseTrack) -> None:
    """The head gives no more time."""
    open_ = [each.level for each in rounds.measures(scene.at, it) if each.more_time_asked_at is not None]
    level = scene.dice.choice(open_ or [RECTIFICATION])
    by = scene.one("head")
    extensions.refuse_time(scene.at, it, level=level, why=scene.says(), actor=by, version=None, now=scene.now)


def enrol(scene: Scene, it: CaseTrack) -> None:
    """The company says who is trained."""
    people = [Person(f"学员{place}", "催收主管") for place in "甲乙丙丁戊"]
    measures.enrol(scene.at, it, people=people, **speaking(scene, it))


def enrol_for(scene: Scene, it: CaseTrack) -> None:
    """An officer says it for a company that has named nobody; who is enrolled is trained next."""
    held = rounds.measure(scene.at, it, TRAINING)
    if held is None or held.training is None or held.training.people:
        raise Nothing
    people = [Person(f"学员{place}", "催收主管") for place in "甲乙丙丁戊"]
    measures.enrol(scene.at, it, people=people, actor=scene.one("officer"), now=scene.now)


def confirm(scene: Scene, it: CaseTrack) -> None:
    """The company says that it comes to the interview."""
    interviews.confirm_attendance(scene.at, it, **speaking(scene, it))


def record(scene: Scene, it: CaseTrack) -> None:
    """The interview took place on its day; its record is put before those who came."""
    held = rounds.measure(scene.at, it, INTERVIEW)
    if held is None or held.interview is None or held.interview.recorded_at:
        raise Nothing
    begun = held.interview.at
    attendee = {"name": EXECUTIVE, "position": "副总经理", "identity_checked": "1234", "authority": "本人"}
    written = InterviewRecord(
        started_at=begun,
        ended_at=begun + timedelta(hours=1),
        attendees=(attendee,),
        rights_told=True,
        recusal_answer="不申请回避",
        entries=({"question": scene.says(), "answer": scene.says()},),
        commitments=({"commitment": scene.says(), "due": "即日"},),
    )
    records.put(scene.at, it, record=written, actor=scene.one("officer"), version=None, now=scene.now)


def sign_record(scene: Scene, it: CaseTrack) -> None:
    """Whoever came signs every page."""
    held = rounds.measure(scene.at, it, INTERVIEW)
    pages = record_pages.unsigned(held.interview) if held and held.interview else ()
    if not pages:
        raise Nothing
    for page in pages:
        records.sign(scene.at, it, page=page, name=EXECUTIVE, **speaking(scene, it))


def train(scene: Scene, it: CaseTrack) -> None:
    """Results are entered of whoever is enrolled."""
    held = rounds.measure(scene.at, it, TRAINING)
    people = held.training.people if held and held.training else ()
    results = {each.id: (scene.dice.random() < 0.95, scene.dice.choice((55, 90, 95, 95))) for each in people}
    for each in people:
        came, mark = results[each.id]
        results[each.id] = (came, mark if came or each.sessions else None)
    by = scene.one("officer")
    measures.confirm_training(scene.at, it, results=results, actor=by, version=None, now=scene.now)


def attend(scene: Scene, it: CaseTrack) -> None:
    """An officer takes down who came to which session."""
    held = trainings.held(scene.at, it)
    days = range(1, len(held.sessions) + 1)
    past = [each for each in days if (held.day_of(each) or day_of(scene.now)) <= day_of(scene.now)]
    came = {each.id: [day for day in past if scene.dice.random() < COMES] for each in held.people}
    trainings.attend(scene.at, it, came=came, actor=scene.one("officer"), version=None, now=scene.now)


def unenrol(scene: Scene, it: CaseTrack) -> None:
    """The company takes somebody off the list."""
    held = trainings.held(scene.at, it)
    if not held.people:
        raise Nothing
    trainees.remove(scene.at, it, scene.dice.choice(held.people), **speaking(scene, it))


def verify(scene: Scene, it: CaseTrack) -> None:
    """One of two officers looks at every correction."""
    held = rounds.measure(scene.at, it, RECTIFICATION)
    if held is None:
        raise Nothing
    bad = "failing" in scene.bent.more
    good = "passing" in scene.bent.more or (not bad and scene.dice.random() < 0.7)
    for by in scene.dice.sample(scene.world.able("officer"), 2):
        for item in held.items:
            result = "PASS" if item.report and good else "FAIL"
            said = {"result": result, "note": scene.says(), "actor": who(scene, by.id), "now": scene.now}
            verifications.verify_item(scene.at, item, **said)  # type: ignore[arg-type]


def correct_text(scene: Scene, it: CaseTrack) -> Dossier | None:
    """A slip of the pen in a document is put to those who decided, who vote; what is carried goes out."""
    by = scene.one("head")
    if (put := policies_corrections.open_correction(scene.at, it)) is not None:
        body = policies_corrections.body_now(scene.at, put)
        cast = {each.account_id for each in policies_corrections.votes(scene.at, put)}
        for number in sorted(body.people - cast):
            said = {"choice": "FOR", "reasons": scene.says(), "actor": who(scene, number), "now": scene.now}
            corrections.vote(scene.at, put, **said)  # type: ignore[arg-type]
        return announce(scene, "sanctions.correction/settle", put, by)
    found = policies_corrections.correctable(scene.at, it)
    if not found:
        raise Nothing
    text = served.text_of_document(found[0])
    wrong = next((each for each in ("，", "。") if each in text), "")
    said = {"document": found[0], "wrong": wrong, "right": f"{wrong} ", "reason": "笔误"}
    corrections.put(scene.at, it, **said, actor=by, version=None, now=scene.now)  # type: ignore[arg-type]
    return None


def take_back_correction(scene: Scene, it: CaseTrack) -> None:
    """The head takes a correction back before those who decided have said so."""
    put = policies_corrections.open_correction(scene.at, it)
    if put is None:
        raise Nothing
    corrections.withdraw(scene.at, put, actor=scene.one("head"), now=scene.now)


def put_correction(scene: Scene, it: CaseTrack) -> None:
    """A slip of the pen is put to those who decided, and waits for them."""
    if policies_corrections.open_correction(scene.at, it) is None:
        correct_text(scene, it)


def move_interview(scene: Scene, it: CaseTrack) -> None:
    """A summons was served too late for its day: the interview gets a later one."""
    held = rounds.measure(scene.at, it, INTERVIEW)
    day = deeds_execution.first_possible(scene.at)
    if held is None or held.interview is None or day is None:
        raise Nothing
    plan = InterviewPlan(day, "协会会议室", tuple(held.interview.interviewers))
    interviews.move(scene.at, it, plan=plan, actor=scene.one("officer"), version=None, now=scene.now)
    _told_by_letter(scene, it)


def _told_by_letter(scene: Scene, it: CaseTrack) -> None:
    """An officer writes to whoever reads nothing in the portal."""
    kinds = (policies_interview_times.TELL,)
    tasks.settle(scene.at, ("track", it.id), kinds, actor=scene.one("officer"), now=scene.now)


def propose_time(scene: Scene, it: CaseTrack) -> None:
    """The company proposes another time for its interview."""
    at = deeds_execution.first_possible(scene.at)
    if at is None:
        raise Nothing
    at += timedelta(days=scene.dice.choice((0, 1, 3, 7)))
    interview_times.propose(scene.at, it, at=at, why=scene.says(), **speaking(scene, it))


def settle_time(scene: Scene, it: CaseTrack) -> None:
    """An officer takes the time that is proposed, or keeps the first one."""
    said = {"why": scene.says(), "actor": scene.one("officer"), "version": None, "now": scene.now}
    answer = scene.dice.choice((interview_times.accept, interview_times.accept, interview_times.refuse))
    answer(scene.at, it, **said)  # type: ignore[arg-type]
    _told_by_letter(scene, it)


def plan(scene: Scene, it: CaseTrack) -> None:
    """The company plans a step of its rectification, finishes one, or gives it up."""
    held = rounds.measure(scene.at, it, RECTIFICATION)
    if held is None:
        raise Nothing
    left = [each for each in queries_milestones.of(scene.at, list(held.items)) if each.done_on is None]
    today, by = day_of(scene.now), speaking(scene, it)
    if not left:
        item = scene.dice.choice(held.items)
        day = today + timedelta(days=scene.dice.randint(0, 5))
        milestones.add(scene.at, it, no=item.no, text=scene.says(), due_on=day, **by)
    elif scene.dice.random() < 0.7:
        milestones.finish(scene.at, it, left[0], done_on=today, note=scene.says(), files=(), **by)
    else:
        milestones.remove(scene.at, it, left[0], **by)


def bind(scene: Scene, it: CaseTrack) -> None:
    """An officer binds the volumes of a file that has ended."""
    volumes.bind(scene.at, it, actor=scene.one("officer"), now=scene.now)


ACTS: tuple[tuple[str, Act], ...] = (
    ("report_correction", report),
    ("report_correction", plan),
    ("extend_execution", ask_time),
    ("extend_execution", refuse_time),
    ("hold_interview", enrol),
    ("hold_interview", enrol_for),
    ("hold_interview", confirm),
    ("hold_interview", propose_time),
    ("hold_interview", settle_time),
    ("hold_interview", record),
    ("hold_interview", move_interview),
    ("hold_interview", sign_record),
    ("hold_interview", train),
    ("hold_interview", attend),
    ("hold_interview", unenrol),
    ("pass", verify),
    ("correct_text", correct_text),
    ("correct_text", put_correction),
    ("correct_text", take_back_correction),
    ("archive", bind),
)
