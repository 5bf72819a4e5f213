"""Hearings and panels in random lives: asked for, given up, drawn, held, voted on, announced; windows restored."""

from datetime import timedelta

from bench.lives.bodies import announce
from bench.lives.outside import Act, Nothing, Scene
from bench.lives.tracks import collect, speaking, who
from bench.lives.world import EXECUTIVE
from casework.models_cases import CaseTrack
from core.actors import Actor
from core.clock import day_of
from notices.models import Dossier
from sanctions import (
    hearings,
    introductions,
    motions,
    panels,
    policies_resolutions,
    policies_resting,
    restorations,
    rounds,
)

VOTES = ("PROPOSED", "PROPOSED", "PROPOSED", "LIGHTER", "NONE", "ABSTAIN")


def ask_hearing(scene: Scene, it: CaseTrack) -> None:
    """The company wants to be heard."""
    hearings.ask_for(scene.at, it, wishes=scene.says(), **speaking(scene, it))


def waive_hearing(scene: Scene, it: CaseTrack) -> None:
    """It gives the hearing up."""
    hearings.waive(scene.at, it, confirmed=True, **speaking(scene, it))


def sign_minutes(scene: Scene, it: CaseTrack) -> None:
    """It signs the minutes."""
    hearings.sign(scene.at, it, signed_by=EXECUTIVE, corrections="", **speaking(scene, it))


def draw(scene: Scene, it: CaseTrack) -> None:
    """Draw the panel, or fill it."""
    found = rounds.panel(scene.at, it)
    drawing = panels.draw if found is None else panels.fill
    secretary = scene.one("secretary")
    drawing(scene.at, it, actor=secretary, now=scene.now, seed=str(scene.dice.random()))
    if it.drawn_untold:
        introductions.note_told(scene.at, it, told_on=day_of(scene.now), actor=secretary, version=None, now=scene.now)


def vote(scene: Scene, it: CaseTrack) -> None:
    """One member who has not voted yet votes."""
    found, proposal = rounds.panel(scene.at, it), rounds.proposal(scene.at, it)
    if found is None or proposal is None:
        raise Nothing
    done = {each.member_id for each in rounds.votes(scene.at, found)}
    waiting = [each for each in rounds.sitting(found) if each.id not in done]
    by = who(scene, scene.dice.choice(waiting or rounds.sitting(found)).account_id)
    choice = scene.bent.vote or scene.dice.choice(VOTES)
    lighter = list(proposal.measures)[:-1] or [min(proposal.measures)]
    said = {"choice": choice, "reasons": scene.says(), "measures": lighter if choice == "LIGHTER" else []}
    panels.vote(scene.at, it, **said, actor=by, now=scene.now)


def decide(scene: Scene, it: CaseTrack) -> Dossier | None:
    """A member announces what the votes come to, or drafts it for those whose hands it needs."""
    found = rounds.panel(scene.at, it)
    sitting = rounds.sitting(found) if found else []
    if not sitting:
        raise Nothing
    by = who(scene, scene.dice.choice(sitting).account_id)
    said: dict[str, object] = {"reasons": scene.says(), "statement_dealt": scene.says()}
    urgent = scene.dice.random() < (0.9 if "immediate" in scene.bent.more else 0.1)
    if urgent and it.major:
        said |= {"immediate": ["STOP_CONTACT"], "immediate_reasons": scene.says()}
    return announce(scene, "sanctions.decision/decide", it, by, **said)


def ask_restoration(scene: Scene, it: CaseTrack) -> None:
    """Something kept the company from speaking in time."""
    ended = day_of(scene.now) - timedelta(days=scene.dice.choice((0, 2, 5, 9, 20)))
    restorations.ask_for(scene.at, it, obstacle=scene.says(), ended_on=ended, **speaking(scene, it))


def refuse_restoration(scene: Scene, it: CaseTrack) -> None:
    """The panel opens nothing again."""
    found = rounds.panel(scene.at, it)
    sitting = rounds.sitting(found) if found else []
    by = who(scene, scene.dice.choice(sitting).account_id if sitting else None)
    restorations.refuse(scene.at, it, reasons=scene.says(), actor=by, now=scene.now)


def put_harsher(scene: Scene, it: CaseTrack) -> None:
    """A member puts it to the panel that more is announced, on evidence that was not in the notice."""
    proposal, new = rounds.proposal(scene.at, it), policies_resolutions.new_evidence(it)
    if proposal is None or not new:
        raise Nothing
    if scene.bent.tier == "minor":
        more = [each for each in (1, 2, 3) if each not in proposal.measures]
    else:
        more = [each for each in range(1, 6) if each > proposal.level]
    if not more:
        raise Nothing
    heavier = (
        [*proposal.measures, more[0]] if more[0] < 4 else [*(each for each in proposal.measures if each < 4), more[0]]
    )
    motions.put_harsher(
        scene.at,
        it,
        measures=heavier,
        allegation=scene.dice.choice(it.allegations),
        new_facts=scene.says(),
        evidence=new,
        reasons=scene.says(),
        actor=_member(scene, it),
        version=None,
        now=scene.now,
    )


def put_return(scene: Scene, it: CaseTrack) -> None:
    """A member puts it to the panel that the case goes back with questions."""
    said = {"questions": [scene.says()], "reasons": scene.says(), "actor": _member(scene, it)}
    motions.put_return(scene.at, it, **said, version=None, now=scene.now)  # type: ignore[arg-type]


def return_what_rests(scene: Scene, it: CaseTrack) -> None:
    """The case goes back where it rests on a decision that a review has set aside since."""
    if not any(policies_resting.not_ordered_any_more(scene.at, it)):
        raise Nothing
    put_return(scene, it)


def vote_on_motion(scene: Scene, it: CaseTrack) -> None:
    """A member votes on the motion that is before the panel."""
    choice = scene.dice.choice(("FOR", "FOR", "FOR", "AGAINST", "ABSTAIN"))
    choice = "FOR" if scene.bent.vote else choice
    motions.vote(scene.at, it, choice=choice, reasons=scene.says(), actor=_member(scene, it), now=scene.now)


def settle_motion(scene: Scene, it: CaseTrack) -> Dossier | None:
    """A member announces what became of the motion."""
    return announce(scene, "sanctions.motion/settle", it, _member(scene, it))


def withdraw_motion(scene: Scene, it: CaseTrack) -> None:
    """Whoever put a motion takes it back."""
    motion = policies_resolutions.open_motion(scene.at, it)
    found = rounds.panel(scene.at, it)
    if motion is None or found is None:
        raise Nothing
    by = next(each.account_id for each in found.members if each.id == motion.moved_by)
    motions.withdraw(scene.at, it, actor=who(scene, by), now=scene.now)


def _member(scene: Scene, it: CaseTrack) -> Actor:
    found = rounds.panel(scene.at, it)
    sitting = rounds.sitting(found) if found else []
    if not sitting:
        raise Nothing
    return who(scene, scene.dice.choice(sitting).account_id)


ACTS: tuple[tuple[str, Act], ...] = (
    ("ask_hearing", ask_hearing),
    ("waive_hearing", waive_hearing),
    ("schedule_hearing", draw),
    ("state", draw),
    ("decide_none", sign_minutes),
    ("decide_none", collect),
    ("decide_none", vote),
    ("decide_none", vote),
    ("decide_none", decide),
    ("decide_none", vote_on_motion),
    ("decide_none", settle_motion),
    ("decide_none", withdraw_motion),
    ("harsher_minor", put_harsher),
    ("return_case", put_return),
    ("decide_none", ask_restoration),
    ("decide_none", refuse_restoration),
)
