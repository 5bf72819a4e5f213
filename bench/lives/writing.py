"""What is written and put right beside the procedure: messages, files, notes, codes, names; consents taken back."""

from sqlalchemy import func, select

from bench.lives.filling import picture
from bench.lives.outside import CODES, Act, Nothing, Scene, person_of
from casework import (
    erasures,
    evidence_looks,
    identities,
    intake,
    messages,
    naming,
    notes,
    queries_erasures,
    queries_evidence,
    receipts,
    taking_back,
    tasks,
    undoing,
)
from casework.intake import EvidenceFile
from casework.models import Complaint, Message
from casework.models_cases import Evidence
from casework.queries_evidence import Place
from filestore import files

WORK = ("intake", "officer", "head")
KEPT = ("officer", "investigator", "reviewer")


def write(scene: Scene, it: Complaint) -> None:
    """The person writes to the association."""
    messages.write(scene.at, it, scene.says(), actor=person_of(it), now=scene.now)


def _last(scene: Scene, it: Complaint) -> int:
    mine = select(func.max(Message.id)).where(Message.complaint_id == it.id, Message.from_complainant)
    return scene.at.scalar(mine) or 0


def answer(scene: Scene, it: Complaint) -> None:
    """Staff write to the person, having read what came, or not all of it."""
    shown = max(0, _last(scene, it) - scene.dice.choice((0, 0, 1)))
    messages.write(scene.at, it, scene.says(), shown=shown, actor=scene.one(*WORK), now=scene.now)


def leave(scene: Scene, it: Complaint) -> None:
    """Nothing has to be answered."""
    messages.leave(scene.at, it, shown=_last(scene, it), actor=scene.one(*WORK), now=scene.now)


def worse(scene: Scene, it: Complaint) -> None:
    """It has become worse since."""
    by = scene.dice.choice((person_of(it), scene.one(*WORK)))
    messages.worse(scene.at, it, said=scene.dice.choice(("", scene.says())), actor=by, now=scene.now)


def finish_task(scene: Scene, it: Complaint) -> None:
    """Somebody ticks off what waited to be looked at, perhaps by mistake."""
    found = [each for each in tasks.open_of(scene.at, ("complaint", it.id)) if each.kind not in tasks.DECIDED]
    if not found:
        raise Nothing
    task = scene.dice.choice(found)
    by = scene.one(task.role, "head")
    tasks.done(scene.at, task, actor=by, now=scene.now)
    if scene.dice.random() < 0.3:
        tasks.undo(scene.at, task, actor=by, now=scene.now)


def read(scene: Scene, it: Complaint) -> None:
    """What came from the person is read, so that the time it held up may end."""
    came = [
        each
        for each in tasks.open_of(scene.at, ("complaint", it.id))
        if each.kind.startswith(("message", "clock_came"))
    ]
    if not came:
        raise Nothing
    for task in came:
        tasks.done(scene.at, task, actor=scene.one(task.role), now=scene.now)


def bring(scene: Scene, it: Complaint) -> None:
    """A file comes later, from the person or over the counter."""
    file = picture()
    kept = files.keep(scene.at, file.stream, file.filename)
    shared = scene.dice.random() < 0.5
    some = [EvidenceFile(kept.sha256, kept.name, kept.media_type, kept.size, shared=shared)]
    by = scene.dice.choice((person_of(it), scene.one(*WORK)))
    intake.bring_evidence(scene.at, it, some, actor=by, now=scene.now)


def _file(scene: Scene, it: Complaint) -> Evidence:
    found = scene.at.scalars(select(Evidence).where(Evidence.complaint_id == it.id).order_by(Evidence.id)).all()
    if not found:
        raise Nothing
    return scene.dice.choice(found)


def take_file_back(scene: Scene, it: Complaint) -> None:
    """The person removes a file, or has it shown to nobody else."""
    take = scene.dice.choice((taking_back.file, taking_back.showing))
    take(scene.at, it, _file(scene, it).id, actor=person_of(it), now=scene.now)


def take_name_back(scene: Scene, it: Complaint) -> None:
    """The person is named to no more companies."""
    taking_back.name(scene.at, it, actor=scene.dice.choice((person_of(it), scene.one(*WORK))), now=scene.now)


def look_at(scene: Scene, it: Complaint) -> None:
    """Somebody opens a file, covers the people in it, looks through the copy, or takes it back."""
    file, by = _file(scene, it), scene.one(*KEPT)
    place: Place = queries_evidence.place_of(scene.at, file)
    evidence_looks.open_it(scene.at, place, file, why="", actor=by, now=scene.now)
    said = {"actor": by, "now": scene.now}
    if file.covered_sha256 is None:
        evidence_looks.cover(scene.at, place, file, copy=None, nothing=True, **said)  # type: ignore[arg-type]
    elif scene.dice.random() < 0.7:
        evidence_looks.confirm(scene.at, place, file, copy=file.covered_sha256, looked=True, **said)  # type: ignore[arg-type]
    else:
        evidence_looks.uncover(scene.at, place, file, **said)  # type: ignore[arg-type]


def note(scene: Scene, it: Complaint) -> None:
    """One of the staff writes a note, or reads who complained."""
    if scene.dice.random() < 0.5:
        notes.write(scene.at, it, text=scene.says(), actor=scene.dice.choice(scene.world.staff), now=scene.now)
    else:
        identities.reveal(scene.at, it, actor=scene.one(*WORK), now=scene.now)


def recode(scene: Scene, it: Complaint) -> None:
    """Something else is alleged than was said; perhaps it is put back at once."""
    every = sorted({each for some in CODES.values() for each in some})
    by = scene.one(*WORK)
    intake.recode(scene.at, it, scene.dice.sample(every, scene.dice.randint(1, 3)), actor=by, now=scene.now)
    done = undoing.last(scene.at, it, actor=by, now=scene.now)
    if done is not None and scene.dice.random() < 0.3:
        undoing.undo(scene.at, it, done.seq, actor=by, now=scene.now)


def identify(scene: Scene, it: Complaint) -> None:
    """Staff say which entry of the register a company is, or that they do not know."""
    company = scene.dice.choice(it.companies)
    party = scene.dice.choice([None, *(each.id for each in scene.world.firms)])
    naming.identify(scene.at, company, party, actor=scene.one(*WORK), now=scene.now)


def renew(scene: Scene, it: Complaint) -> None:
    """The person has lost the code, and gets another one."""
    receipts.renew(scene.at, it, f"life-{scene.dice.random()}", actor=scene.one(*WORK), now=scene.now)


def hold(scene: Scene, it: Complaint) -> None:
    """The head keeps a complaint from being erased, or lets it go."""
    by = scene.one("head")
    if queries_erasures.hold_of(scene.at, it) is None:
        erasures.hold(scene.at, it, reason=scene.says(), actor=by, now=scene.now)
    else:
        erasures.let_go(scene.at, it, actor=by, now=scene.now)


ACTS: tuple[tuple[str, Act], ...] = tuple(
    ("", act)
    for act in (
        *(write, write, answer, leave, worse, finish_task, bring, take_file_back, take_name_back),
        *(look_at, note, recode, identify, renew, hold),
    )
)
"""On complaints, in whatever state."""
