"""What people do on a track up to the advance notice: cases opened, alleged and found; explained, stated, viewed."""

from datetime import timedelta
from typing import Any

from bench.lives.filling import picture
from bench.lives.outside import Act, Nothing, Scene, codes
from bench.lives.world import EXECUTIVE
from casework import cases, evidence, tracks
from casework.models_cases import CaseTrack
from casework.policies_tracks import FOLLOW_UPS
from casework.showable import is_showable
from core.actors import Actor
from core.clock import day_of
from core.errors import NotAllowed
from registry.models import Party
from sanctions import admissions, file_views, letters, policies_resting, statements

FINDINGS = ("ESTABLISHED", "ESTABLISHED", "ESTABLISHED", "NOT_ESTABLISHED", "UNPROVEN")


def who(scene: Scene, account_id: int | None) -> Actor:
    """One of the staff; nobody else does it in that person's place."""
    found = scene.world.who(account_id)
    if found is None:
        raise NotAllowed
    return found


def speaking(scene: Scene, it: CaseTrack) -> dict[str, Any]:
    """Somebody of the company concerned, now."""
    return {"actor": scene.world.contact(it.party_id, scene.dice), "now": scene.now}


def open_case(scene: Scene) -> None:
    """An officer opens a case on what an inspection or the press brought."""
    dice, day = scene.dice, day_of(scene.now)
    inside = [each for each in scene.world.firms if each != scene.world.outside] or scene.world.firms
    firms = dice.sample(inside, min(len(inside), dice.choice((1, 1, 2))))
    if scene.bent.outside or (not scene.bent.tier and dice.random() < 0.1):
        firms = [scene.world.outside]
    elif scene.bent.tier:
        firms = [scene.world.lender]
    cases.open(
        scene.at,
        [],
        title=scene.says()[:20],
        source=dice.choice(("INSPECTION", "MEDIA", "REGULATOR")),
        parties=[scene.at.get_one(Party, each.id) for each in firms],
        lead=scene.says(),
        conduct=(day - timedelta(days=9), day - timedelta(days=4)),
        actor=scene.one("officer"),
        now=scene.now,
    )


def allege(scene: Scene, it: CaseTrack) -> None:
    """Name one violation; then one is enough for the others."""
    many = (20, 60) if scene.bent.tier in {"major", "middle"} else (1, 2) if scene.bent.tier else (1, 30)
    said = {"facts": scene.says(), "persons": scene.dice.randint(*many), "acts": scene.dice.randint(*many)}
    code = scene.dice.choice(codes(scene))
    cases.allege(scene.at, it, code=code, **said, actor=scene.one("officer"), now=scene.now)


def collect(scene: Scene, it: CaseTrack) -> None:
    """An officer adds a piece of evidence."""
    file, by = picture(), who(scene, it.investigator_id)
    evidence.add(scene.at, it.case, file.stream, file.filename, actor=by, now=scene.now, shows="通话记录")


def find(scene: Scene, it: CaseTrack) -> None:
    """Add evidence where there is none, and make every finding that is missing."""
    by = who(scene, it.investigator_id)
    shown = [each for each in it.case.evidence if is_showable(each, it)]
    if not shown:
        file = picture()
        name = file.filename
        shown = [evidence.add(scene.at, it.case, file.stream, name, actor=by, now=scene.now, shows="通话记录")]
    gone = any(policies_resting.not_ordered_any_more(scene.at, it))
    for each in it.allegations:
        resting = gone and each.code in FOLLOW_UPS
        if each.finding is None or resting or scene.dice.random() < 0.2:
            finding = "UNPROVEN" if resting else scene.bent.finding or scene.dice.choice(FINDINGS)
            said = {"finding": finding, "reason": scene.says(), "evidence": shown[:2]}
            cases.find(scene.at, each, **said, actor=by, now=scene.now)


def have_found_anew(scene: Scene, it: CaseTrack) -> None:
    """The report goes back where it rests on a decision that a review has set aside since."""
    if not any(policies_resting.not_ordered_any_more(scene.at, it)):
        raise Nothing
    said = {"gaps": [scene.says()], "actor": scene.one("reviewer"), "version": None, "now": scene.now}
    letters.return_report(scene.at, it, **said)  # type: ignore[arg-type]


def explain(scene: Scene, it: CaseTrack) -> None:
    """The company explains itself."""
    tracks.explain(scene.at, it, text=scene.says(), **speaking(scene, it))


def state(scene: Scene, it: CaseTrack) -> None:
    """The company states its view."""
    statements.state(scene.at, it, text=scene.says(), **speaking(scene, it))


def waive(scene: Scene, it: CaseTrack) -> None:
    """Nothing more will follow."""
    statements.waive(scene.at, it, confirmed=True, **speaking(scene, it))


def view(scene: Scene, it: CaseTrack) -> None:
    """The company looks at its file."""
    file_views.view(scene.at, it, **speaking(scene, it))


def admit(scene: Scene, it: CaseTrack) -> None:
    """The company admits the facts."""
    said = {"text": scene.says(), "signed_by": EXECUTIVE, "position": "副总经理", "authorised": True, "told": True}
    admissions.admit(scene.at, it, **said, **speaking(scene, it))


def take_back(scene: Scene, it: CaseTrack) -> None:
    """It takes its admission back."""
    admissions.take_back(scene.at, it, confirmed=True, **speaking(scene, it))


def sign_admission(scene: Scene, it: CaseTrack) -> None:
    """The first and the second signature, each by another person."""
    role = scene.dice.choice(("officer", "legal"))
    by = scene.one("officer") if role == "officer" else scene.one("reviewer")
    admissions.sign(scene.at, it, role=role, opinion=scene.says(), actor=by, now=scene.now)


ACTS: tuple[tuple[str, Act], ...] = (
    ("file", allege),
    ("report", allege),
    ("report", collect),
    ("report", find),
    ("explain", explain),
    ("state", state),
    ("waive_windows", waive),
    ("waive_review", waive),
    ("view_file", view),
    ("admit", admit),
    ("withdraw_admission", take_back),
    ("decide_admitted", sign_admission),
)
