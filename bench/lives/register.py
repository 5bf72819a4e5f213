"""What the register is told in random lives: companies merged, gone on as others, ceased, renamed; and put right."""

from datetime import timedelta

from sqlalchemy import select

from bench.lives.outside import Nothing, Scene
from core.actors import SYSTEM
from core.clock import day_of
from registry import merging, parties, pointing, renaming, service_addresses, successions
from registry.models import Basis, BasisStatus, Engagement, Party, PartyKind
from registry.models_accounts import Account
from registry.models_lineage import PartyMerge, PartySuccession, SuccessionKind

PAPER = "市场监督管理局登记通知"


def _two(scene: Scene) -> tuple[Party, Party]:
    """Two companies of one kind, each by the entry that stands."""
    found = [scene.at.get_one(Party, each.id) for each in scene.world.firms]
    one = scene.dice.choice(found)
    others = [each for each in found if each.kind is one.kind and each.id != one.id]
    if not others:
        raise Nothing
    return one, scene.dice.choice(others)


def _some(scene: Scene) -> Party:
    return scene.at.get_one(Party, scene.dice.choice(scene.world.firms).id)


def merge(scene: Scene) -> None:
    """The head finds that two entries are one company."""
    gone, kept = _two(scene)
    by = scene.one("head")
    merging.merge(scene.at, gone, kept, reason=scene.says(), actor=by, versions=(None, None), now=scene.now)


def unmerge(scene: Scene) -> None:
    """They are two after all; some of what came since is the other's."""
    found = scene.at.scalars(select(PartyMerge).where(PartyMerge.undone_at.is_(None)).order_by(PartyMerge.id)).all()
    if not found:
        raise Nothing
    mine = scene.dice.choice(found)
    back = [each.key for each in pointing.later(scene.at, mine) if scene.dice.random() < 0.5]
    said = {"reason": scene.says(), "back": back, "actor": scene.one("head")}
    merging.undo(scene.at, mine, **said, version=None, now=scene.now)  # type: ignore[arg-type]


def go_on_as(scene: Scene) -> None:
    """A company goes on as another, with all or some of what is open against it."""
    old, new = _two(scene)
    every = [each.key for each in successions.open_matters(scene.at, old.id)]
    some = every if scene.dice.random() < 0.7 else scene.dice.sample(every, scene.dice.randint(0, len(every)))
    said = {"kind": scene.dice.choice(list(SuccessionKind)), "evidence": PAPER, "matters": some}
    from_on = day_of(scene.now) - timedelta(days=scene.dice.choice((0, 3, 30)))
    by = scene.one("head")
    successions.record(scene.at, old, new, **said, from_on=from_on, actor=by, version=None, now=scene.now)  # type: ignore[arg-type]


def _succession(scene: Scene) -> PartySuccession:
    mine = select(PartySuccession).where(PartySuccession.withdrawn_at.is_(None)).order_by(PartySuccession.id)
    found = scene.at.scalars(mine).all()
    if not found:
        raise Nothing
    return scene.dice.choice(found)


def pass_on(scene: Scene) -> None:
    """More of what is open goes on against the successor."""
    mine = _succession(scene)
    every = [each.key for each in successions.open_matters(scene.at, mine.predecessor_id)]
    if not every:
        raise Nothing
    some = scene.dice.sample(every, scene.dice.randint(1, len(every)))
    successions.pass_on(scene.at, mine, matters=some, actor=scene.one("head"), now=scene.now)


def not_gone_on(scene: Scene) -> None:
    """The succession was entered by mistake."""
    said = {"reason": scene.says(), "actor": scene.one("head"), "version": None, "now": scene.now}
    successions.withdraw(scene.at, _succession(scene), **said)  # type: ignore[arg-type]


def cease(scene: Scene) -> None:
    """A company ceased to exist; nobody goes on as it."""
    on = day_of(scene.now) - timedelta(days=scene.dice.choice((0, 2, 20)))
    by = scene.one("head")
    successions.cease(scene.at, _some(scene), on=on, evidence=PAPER, actor=by, version=None, now=scene.now)


def exist(scene: Scene) -> None:
    """It exists after all."""
    gone = select(Party).where(Party.ceased_on.is_not(None), Party.merged_into_id.is_(None)).order_by(Party.id)
    found = scene.at.scalars(gone).all()
    if not found:
        raise Nothing
    said = {"reason": scene.says(), "actor": scene.one("head"), "version": None, "now": scene.now}
    successions.exist(scene.at, scene.dice.choice(found), **said)  # type: ignore[arg-type]


def rename(scene: Scene) -> None:
    """A company bears another name, from today or soon."""
    party, from_on = _some(scene), day_of(scene.now) + timedelta(days=scene.dice.choice((0, 0, 5)))
    name = f"{scene.dice.choice('东南西北')}{scene.dice.choice('山河海湖')}{party.name_zh[2:]}"
    renaming.rename(scene.at, party, actor=SYSTEM, name_zh=name, from_on=from_on, version=None, now=scene.now)


def suspend(scene: Scene) -> None:
    """Nothing new is sent to a company for a while."""
    said = {"actor": SYSTEM, "version": None, "now": scene.now}
    party = _some(scene)
    if party.suspended_at is None:
        parties.suspend(scene.at, party, why=scene.says(), **said)  # type: ignore[arg-type]
    else:
        parties.restore(scene.at, party, **said)  # type: ignore[arg-type]


def leave(scene: Scene) -> None:
    """A company leaves, and is bound by nothing from tomorrow on; or it was never so."""
    found = scene.at.scalars(select(Basis).order_by(Basis.id)).all()
    basis = scene.dice.choice(found)
    left = basis.to_on is None
    status, last = (BasisStatus.WITHDRAWN, day_of(scene.now)) if left else (BasisStatus.ACTIVE, None)
    parties.end_basis(scene.at, basis, actor=SYSTEM, status=status, to_on=last, version=None, now=scene.now)


def end_engagement(scene: Scene) -> None:
    """A firm collects no more for an institution, or again."""
    found = scene.at.scalars(select(Engagement).order_by(Engagement.id)).all()
    mine = scene.dice.choice(found)
    said = {"to_on": day_of(scene.now) if mine.to_on is None else None, "last_evaluated_on": None}
    parties.change_engagement(scene.at, mine, **said, actor=SYSTEM, version=None, now=scene.now)  # type: ignore[arg-type]


def confirm_address(scene: Scene) -> None:
    """A lead confirms where the company is served: in the portal, or on paper from now on."""
    leads = [each for each in scene.world.contacts if each.has("lead")]
    if not leads:
        raise Nothing
    by = scene.dice.choice(leads)
    name = scene.at.get_one(Account, by.id).name
    online = scene.dice.random() < 0.5
    said = service_addresses.NewAddress(online, "蓝湾市海望区2号", name, "0100-5550101", name)
    service_addresses.confirm(scene.at, actor=by, address=said, now=scene.now)


def engage(scene: Scene) -> None:
    """An institution engages one more firm."""
    found = [scene.at.get_one(Party, each.id) for each in scene.world.firms]
    lenders, firms = ([each for each in found if each.kind is kind] for kind in PartyKind)
    if not lenders or not firms:
        raise Nothing
    pair = {"institution": scene.dice.choice(lenders), "firm": scene.dice.choice(firms)}
    from_on = day_of(scene.now) - timedelta(days=scene.dice.choice((0, 10, 400)))
    parties.engage(scene.at, **pair, from_on=from_on, actor=SYSTEM, now=scene.now)


ALONE = (
    *(merge, unmerge, go_on_as, pass_on, not_gone_on, cease, exist, exist, rename, suspend, leave, end_engagement),
    engage,
    confirm_address,
)
"""What the register is told, about nobody's matter."""
