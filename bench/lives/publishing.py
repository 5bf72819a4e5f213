"""Publications in random lives: redacted, put back, returned; the rest are deeds of their pages."""

from typing import Any

from sqlalchemy import select

from bench.lives.outside import Act, Nothing, Scene
from proceedings import bulletin_redrafts
from publishing import subscriptions
from publishing.models_subscriptions import BulletinSubscription
from sanctions import bulletin_corrections, bulletins, policies_publications
from sanctions.models_publications import Publication

CONFIRMED = 0.8
"""How often whoever asked for mails confirms that."""


def redact(scene: Scene, it: Publication) -> None:
    """Leave out a passage of the text."""
    text = policies_publications.text_now(it)
    lines = [each for each in (text.body if text else "").splitlines() if len(each) > 12]
    passage = scene.dice.choice(lines)[2:10] if lines else ""
    said = {"passage": passage, "instead": "", "reason": scene.says()}
    bulletins.redact(scene.at, it, **said, actor=scene.one("publisher"), version=None, now=scene.now)


def unredact(scene: Scene, it: Publication) -> None:
    """Put a passage back; not the number of the case, which is never public."""
    mine = list(it.redactions)[1:]
    if not mine:
        raise Nothing
    by = scene.one("publisher")
    bulletins.unredact(scene.at, it, scene.dice.choice(mine), actor=by, version=None, now=scene.now)


def clean(scene: Scene, it: Publication) -> None:
    """Leave out what the scan found."""
    found = policies_publications.found_in(scene.at, it)
    if not found:
        raise Nothing
    said = {"passage": found[0].text, "instead": "", "reason": scene.says()}
    bulletins.redact(scene.at, it, **said, actor=scene.one("publisher"), version=None, now=scene.now)


def propose_correction(scene: Scene, it: Publication) -> None:
    """The text follows a correction of its decision, or one more passage is left out."""
    text = policies_publications.text_now(it)
    by: dict[str, Any] = {"actor": scene.one("publisher"), "version": None, "now": scene.now}
    if text is not None and policies_publications.next_correction(scene.at, it, text) is not None:
        bulletin_corrections.follow(scene.at, it, reason="", **by)
        return
    passage = next((each for each in ("审议小组", "当事单位") if text is not None and each in text.body), "")
    bulletin_corrections.leave_out(scene.at, it, passage=passage, instead="某方", reason=scene.says(), **by)


def end_correction(scene: Scene, it: Publication) -> None:
    """Whoever proposed one takes it back, or the head refuses it."""
    if policies_publications.waiting_correction(it) is None:
        raise Nothing
    said: dict[str, Any] = {"version": None, "now": scene.now}
    if scene.dice.random() < 0.5:
        bulletin_corrections.take_back(scene.at, it, actor=scene.one("publisher"), **said)
    else:
        bulletin_corrections.refuse(scene.at, it, reasons=scene.says(), actor=scene.one("head"), **said)


def follow_decision(scene: Scene, it: Publication) -> None:
    """A draft follows its corrected decision."""
    bulletin_redrafts.follow(scene.at, it, actor=scene.one("publisher"), version=None, now=scene.now)


def send_back(scene: Scene, it: Publication) -> None:
    """What was handed in before the scan knew somebody in it goes back, and that is left out."""
    if not policies_publications.found_in(scene.at, it):
        raise Nothing
    bulletins.return_(scene.at, it, comments=scene.says(), actor=scene.one("head"), version=None, now=scene.now)
    while policies_publications.found_in(scene.at, it):
        clean(scene, it)


def reopen(scene: Scene, it: Publication) -> None:
    """What was approved before the scan knew somebody in it is drafted anew."""
    bulletin_redrafts.reopen(scene.at, it, actor=scene.one("publisher"), version=None, now=scene.now)


def subscribe(scene: Scene) -> None:
    """Somebody wants mails about bulletins, and mostly says so once more by the link."""
    address = f"{scene.dice.randint(1, 9)}@example.invalid"
    subscriptions.ask(scene.at, address, lang=scene.dice.choice(("zh", "en")), now=scene.now)
    mine = select(BulletinSubscription).where(BulletinSubscription.confirmed_at.is_(None))
    for each in scene.at.scalars(mine.order_by(BulletinSubscription.id)):
        if scene.dice.random() < CONFIRMED:
            subscriptions.confirm(scene.at, subscriptions.token_of(each, "confirm"), now=scene.now)


def unsubscribe(scene: Scene) -> None:
    """Somebody wants no more of them."""
    found = scene.at.scalars(select(BulletinSubscription).order_by(BulletinSubscription.id)).all()
    if not found:
        raise Nothing
    subscriptions.end(scene.at, subscriptions.token_of(scene.dice.choice(found), "end"))


ALONE = (subscribe, unsubscribe)
"""What readers of bulletins do."""
ACTS: tuple[tuple[str, Act], ...] = (
    ("submit", redact),
    ("submit", unredact),
    ("submit", clean),
    ("submit", follow_decision),
    ("approve", follow_decision),
    ("publish_members", follow_decision),
    ("publish_public", follow_decision),
    ("approve", send_back),
    ("publish_members", reopen),
    ("publish_public", reopen),
    ("correct", propose_correction),
    ("correct", end_correction),
)
