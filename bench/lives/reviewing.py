"""Reviews in random lives: asked, opened on own motion, withdrawn; drawn, voted on, decided; major ones as well."""

from datetime import timedelta

from bench.lives.bodies import announce
from bench.lives.outside import Act, Nothing, Scene
from bench.lives.tracks import speaking, who
from casework.models_cases import CaseTrack
from core.clock import day_of
from notices.models import Dossier
from sanctions import introductions, policies_reviews, review_bodies, reviews
from sanctions.models_reviews import Review

VOTES = ("UPHOLD", "UPHOLD", "VARY", "QUASH", "REMIT", "ABSTAIN")


def ask(scene: Scene, it: CaseTrack) -> None:
    """The company asks for a review; in time, after an obstacle, or because a document was revoked."""
    how = scene.dice.choice(("", "", "obstacle", "revoked"))
    said = {
        "grounds": scene.says(),
        "obstacle": scene.says() if how == "obstacle" else "",
        "obstacle_ended": day_of(scene.now) - timedelta(days=2) if how == "obstacle" else None,
        "revoked": scene.says() if how == "revoked" else "",
        "revoked_on": day_of(scene.now) if how == "revoked" else None,
    }
    reviews.ask_review(scene.at, it, **said, **speaking(scene, it))  # type: ignore[arg-type]


def own_motion(scene: Scene, it: CaseTrack) -> None:
    """The head has a decision reviewed."""
    said = {"basis": scene.dice.choice(("ERROR", "NEW_EVIDENCE")), "grounds": scene.says(), "favour": True}
    reviews.own_motion(scene.at, it, **said, actor=scene.one("head"), now=scene.now)


def open_of(scene: Scene, it: CaseTrack | Review) -> Review:
    """The review that is open on a track."""
    found = it if isinstance(it, Review) else policies_reviews.open_review(scene.at, it.id)
    if found is None:
        raise Nothing
    return found


def withdraw(scene: Scene, it: CaseTrack | Review) -> None:
    """Whoever asked takes it back."""
    found = open_of(scene, it)
    reviews.withdraw(scene.at, found, confirmed=True, **speaking(scene, found.track))


def draw(scene: Scene, it: CaseTrack | Review) -> None:
    """Draw who reviews."""
    found, seed = open_of(scene, it), str(scene.dice.random())
    by = {"actor": scene.one("secretary"), "now": scene.now}
    review_bodies.draw(scene.at, found, seed=seed, **by)
    if found.track.drawn_untold:
        introductions.note_told(scene.at, found.track, told_on=day_of(scene.now), version=None, **by)


def vote(scene: Scene, it: CaseTrack | Review) -> None:
    """One of those drawn who has not voted yet votes."""
    found = open_of(scene, it)
    done = {each.member_id for each in policies_reviews.votes(scene.at, found)}
    sitting = policies_reviews.sitting(found)
    waiting = [each for each in sitting if each.id not in done] or sitting
    if not waiting:
        raise Nothing
    choice = scene.bent.review or scene.dice.choice(VOTES)
    lighter = list(found.decision.measures)[:-1] or list(found.decision.measures)
    said = {"choice": choice, "reasons": scene.says(), "measures": lighter if choice == "VARY" else ()}
    by = who(scene, scene.dice.choice(waiting).account_id)
    review_bodies.vote(scene.at, found, **said, actor=by, now=scene.now)


def decide(scene: Scene, it: CaseTrack | Review) -> Dossier | None:
    """One of them announces the result, or drafts it for those whose hands it needs."""
    found = open_of(scene, it)
    sitting = policies_reviews.sitting(found)
    by = who(scene, scene.dice.choice(sitting).account_id if sitting else None)
    return announce(scene, "sanctions.review/decide", found, by, reasons=scene.says(), questions=scene.says())


ACTS: tuple[tuple[str, Act], ...] = (
    ("withdraw_review", withdraw),
    ("uphold", draw),
    ("uphold", vote),
    ("uphold", vote),
    ("uphold", decide),
)
"""On reviews, and on tracks that a review of a major decision stays."""
TRACK_ACTS: tuple[tuple[str, Act], ...] = (("ask_review", ask), ("varied", ask), ("varied", own_motion), *ACTS)
