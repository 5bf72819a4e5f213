"""Long jobs in random lives: many complaints at once, work handed over, trainings, archives; steered and undone."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from bench.lives.outside import Nothing, Scene
from casework.models_queue import QueueEntry
from core.actors import SYSTEM
from core.clock import day_of
from desk import deeds_bulk, deeds_hand_over
from portal import company_archives
from registry import absences, batches
from registry.models_accounts import Account
from registry.models_batches import Batch
from sanctions import training_orders
from sanctions.plans import TrainingPlan


def bulk(scene: Scene) -> None:
    """Many complaints are asked for more, merged, forwarded or assigned at once."""
    name, by = scene.dice.choice(("ask", "merge", "forward", "assign")), scene.one("intake")
    every = scene.at.scalars(select(QueueEntry.complaint_id).order_by(QueueEntry.complaint_id)).all()
    if not every:
        raise Nothing
    numbers = scene.dice.sample(every, scene.dice.randint(1, len(every)))
    choose = deeds_bulk.choose_assign if name == "assign" else deeds_bulk.MOVES[name].choose
    params = _params(scene, name, numbers)
    chosen = list(choose(scene.at, numbers, params, by, scene.now))
    _begin(scene, batches.prepare(scene.at, f"complaints.{name}", chosen, params=params, actor=by, now=scene.now))


def _params(scene: Scene, name: str, numbers: list[int]) -> dict[str, Any]:
    if name == "ask":
        return {"missing": [scene.says()], "passed_on": []}
    if name == "merge":
        lead = scene.at.get_one(deeds_bulk.Complaint, numbers[0])
        return {"lead": lead.id, "ref": lead.ref}
    return {"officer": scene.one("officer", "intake").id} if name == "assign" else {}


def _begin(scene: Scene, batch: Batch) -> None:
    """Whoever prepared it starts it."""
    by = scene.world.who(batch.started_by)
    if by is None:
        raise Nothing
    batches.start(scene.at, batch, actor=by, now=scene.now)


def hand_over(scene: Scene) -> None:
    """Everything of somebody is handed over to somebody else."""
    workers = [each for each in scene.world.staff if each.has(*absences.WORK)]
    giver, taker = scene.dice.sample(workers, 2)
    account, by = scene.at.get_one(Account, taker.id), scene.one("head")
    found = deeds_hand_over.numbers(scene.at, giver.id or 0)
    chosen = list(deeds_hand_over.choose(scene.at, found, account, scene.now))
    said = {"giver": giver.id, "taker": taker.id}
    name = deeds_hand_over.NAME
    _begin(scene, batches.prepare(scene.at, name, chosen, params=said, actor=by, now=scene.now))


def order_trainings(scene: Scene) -> None:
    """Trainings that wait are ordered together."""
    first = day_of(scene.now) + timedelta(days=scene.dice.choice((20, 30)))
    plan = TrainingPlan(first, "协会培训室", first + timedelta(days=1), (f"{first}", f"{first + timedelta(days=1)}"))
    numbers, by = training_orders.waiting(scene.at), scene.one("officer")
    _begin(scene, training_orders.prepare(scene.at, numbers, plan, actor=by, now=scene.now))


def take_everything(scene: Scene) -> None:
    """A company asks for all that it has here."""
    leads = [each for each in scene.world.contacts if each.has("lead")]
    if not leads:
        raise Nothing
    year = scene.dice.choice((None, day_of(scene.now).year))
    by = scene.dice.choice(leads)
    company_archives.ask(scene.at, year=year, lang=scene.dice.choice(("zh", "en")), actor=by, now=scene.now)


def steer(scene: Scene) -> None:
    """A job is cancelled, gone on with, or taken back."""
    found = scene.at.scalars(select(Batch).order_by(Batch.id)).all()
    if not found:
        raise Nothing
    batch, what = scene.dice.choice(found), scene.dice.choice(("cancel", "go_on", "undo"))
    by = scene.world.who(batch.started_by) or scene.dice.choice([scene.one("head"), SYSTEM])
    if what == "cancel":
        batches.cancel(scene.at, batch, actor=by, now=scene.now)
    elif what == "go_on":
        batches.go_on(scene.at, batch, actor=by, now=scene.now)
    else:
        _begin(scene, batches.undo(scene.at, batch, actor=by, now=scene.now))


ALONE = (bulk, hand_over, order_trainings, take_everything, steer)
"""What is done with many things at once."""
