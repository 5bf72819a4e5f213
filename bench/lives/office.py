"""What changes in the house in random lives: people are away or gone; settings, days off and rules are others."""

from collections import Counter
from datetime import date, timedelta

from sqlalchemy import select

from bench.lives.approving import lay_down_chain
from bench.lives.outside import CODES, Nothing, Scene
from bench.lives.recusing import FEWEST
from casework.models_recusals import Recusal
from core.actors import SYSTEM
from core.clock import day_of
from registry import absences, accounts, calendar, rulebook, settings
from registry.models import Party
from registry.models_absences import Absence
from registry.models_accounts import Account
from registry.models_rulebook import Provision, Violation, ViolationCite
from registry.models_settings import Setting
from sanctions import pools
from sanctions.models_decisions import PanelBackground

COUNTED = ("WD", "CD")
"""Units of settings that are lengths of time."""
NEAR = 40
"""Within so many days a supplementary notice changes a day."""


def go_away(scene: Scene) -> None:
    """Somebody enters an absence, with a substitute who holds one of the same roles."""
    person = scene.dice.choice([each for each in scene.world.staff if each.has(*absences.WORK)])
    others = [each for each in scene.world.staff if each.id != person.id and each.roles & person.roles & absences.WORK]
    if not others:
        raise Nothing
    first = day_of(scene.now) + timedelta(days=scene.dice.choice((0, 0, 1, 6)))
    days = (first, first + timedelta(days=scene.dice.choice((0, 4, 15, 60))))
    away, substitute = (scene.at.get_one(Account, each.id) for each in (person, scene.dice.choice(others)))
    absences.enter(
        scene.at, away, substitute, days, actor=scene.dice.choice((person, scene.one("head"))), now=scene.now
    )


def come_back(scene: Scene) -> None:
    """Somebody is back early."""
    standing = select(Absence).where(Absence.ended_at.is_(None), Absence.to_on >= day_of(scene.now))
    found = scene.at.scalars(standing.order_by(Absence.id)).all()
    if not found:
        raise Nothing
    absences.end(scene.at, scene.dice.choice(found), actor=scene.one("head"), now=scene.now)


def lock_out(scene: Scene) -> None:
    """Somebody leaves and is locked out: of the staff nobody without whom a role would have too few, or a contact."""
    gone = set(scene.at.scalars(select(Recusal.account_id).where(Recusal.state == "GRANTED")))
    left = Counter(role for each in scene.world.staff if each.id not in gone for role in each.roles)
    spared = [each for each in scene.world.staff if all(left[role] > FEWEST for role in each.roles)]
    person = scene.dice.choice([*spared, *scene.world.contacts])
    account = scene.at.get_one(Account, person.id)
    accounts.lock(scene.at, account, actor=SYSTEM, why="离职", now=scene.now)


def let_in(scene: Scene) -> None:
    """Somebody is let in again."""
    found = scene.at.scalars(select(Account).where(Account.locked_at.is_not(None)).order_by(Account.id)).all()
    if not found:
        raise Nothing
    accounts.unlock(scene.at, scene.dice.choice(found), actor=SYSTEM, now=scene.now)


def lay_down(scene: Scene) -> None:
    """The association gives a time limit another length."""
    found = scene.at.scalars(select(Setting).where(Setting.unit.in_(COUNTED)).order_by(Setting.key)).all()
    row = scene.dice.choice([each for each in found if isinstance(each.value, int)])
    said = {"value": max(1, int(row.value) + scene.dice.choice((-3, -1, 1, 4))), "basis": "理事会决议"}  # type: ignore[call-overload]
    settings.change(scene.at, row, actor=SYSTEM, **said, version=None, now=scene.now)  # type: ignore[arg-type]
    settings.confirm(scene.at, row, actor=SYSTEM, version=None, now=scene.now)


def more_days_off(scene: Scene) -> None:
    """A supplementary notice makes a day free, or one a working day."""
    day = day_of(scene.now) + timedelta(days=scene.dice.randint(-3, NEAR))
    known = calendar.exceptions_of(scene.at, day.year)
    if not known:
        raise Nothing
    now = calendar.days(scene.at).get(day)
    if now is None:
        raise Nothing
    _load(scene, day.year, {**known, day: not now.is_workday})


def _load(scene: Scene, year: int, days: dict[date, bool]) -> None:
    calendar.load_year(scene.at, year, days, f"补充通知{scene.dice.randint(1, 999)}", SYSTEM, scene.now)


def retire(scene: Scene) -> None:
    """A kind of violation is offered no more, or again."""
    code = scene.dice.choice(sorted({each for some in CODES.values() for each in some}))
    found = scene.at.get_one(Violation, code)
    by = scene.one("head", "reviewer")
    rulebook.retire(scene.at, found, actor=by, version=None, retired=not found.retired, now=scene.now)


def end_rule(scene: Scene) -> None:
    """A provision is in force until today, or on; what was done under it stays."""
    code = scene.dice.choice(sorted({each for some in CODES.values() for each in some}))
    cited = select(Provision).join(ViolationCite, ViolationCite.provision_id == Provision.id)
    found = scene.at.scalars(cited.where(ViolationCite.violation_code == code).order_by(Provision.id)).all()
    it = scene.dice.choice(found)
    ends = day_of(scene.now) if it.effective_to is None else None
    said = rulebook.Wording(
        it.clause, it.title_zh, it.title_en, it.effective_from, ends, it.summary_zh or "", it.summary_en or ""
    )
    by = scene.one("head", "reviewer")
    rulebook.change_provision(scene.at, it, said, actor=by, version=None, now=scene.now)


def take_work_back(scene: Scene) -> None:
    """A role is taken from somebody, or given to somebody who lacks it."""
    role = scene.dice.choice(("officer", "investigator", "reviewer", "intake", "secretary", "publisher"))
    holders = scene.world.able(role)
    gone = set(scene.at.scalars(select(Recusal.account_id).where(Recusal.state == "GRANTED")))
    spared = len([each for each in holders if each.id not in gone]) > FEWEST
    if spared and scene.dice.random() < 0.5:
        account = scene.at.get_one(Account, scene.dice.choice(holders).id)
        accounts.take_role(scene.at, account, role, actor=SYSTEM, now=scene.now)
        return
    others = [each for each in scene.world.staff if each.has(*absences.WORK) and not each.has(role)]
    if not others:
        raise Nothing
    account = scene.at.get_one(Account, scene.dice.choice(others).id)
    accounts.give_role(scene.at, account, role, actor=SYSTEM, now=scene.now)


def employ(scene: Scene) -> None:
    """A member of the pool begins to work at a company, or leaves it."""
    account = scene.at.get_one(Account, scene.dice.choice(scene.world.able("panel", "review body")).id)
    known = scene.at.get(PanelBackground, account.id)
    if known is not None and known.party_id is not None:
        pools.end(scene.at, known, actor=SYSTEM, now=scene.now)
        return
    party = scene.at.get_one(Party, scene.dice.choice(scene.world.firms).id)
    pools.place(scene.at, account, party=party, actor=SYSTEM, now=scene.now)


ALONE = (
    *(go_away, come_back, lock_out, let_in, lay_down, more_days_off, retire, end_rule, take_work_back),
    *(lay_down_chain, employ),
)
"""What happens in the house, about nobody's matter."""
