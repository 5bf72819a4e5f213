"""Undoing: who handles a complaint, what is alleged, and for a few minutes what ends one."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from admin import restoring
from casework import assigning, complaints, noting, tasks, triage, undoing
from casework.models import Complaint, Task
from core import clock, outbox
from core.actors import SYSTEM, Actor
from core.db import transaction
from core.drafts import Draft
from core.errors import NotNow
from core.journal import JournalEntry
from notices import undoing as undoing_deeds
from notices.models import Document, Dossier
from registry import accounts
from registry.models_accounts import Account
from registry.settings import setting
from tests.builders import MASKED, Desk, actor_of, person_of
from tests.casework.house import Browser, House, fill, receives
from tests.conftest import NOW
from tests.two_at_once import at_once

MINUTE = timedelta(minutes=1)
OUT = {"reason": "OUT_OF_SCOPE", "why": "属于贷款审批争议。", "ways": "new"}
Travel = Callable[[timedelta], None]


@pytest.fixture
def travel() -> Iterator[Travel]:
    with time_machine.travel(NOW, tick=False) as there:
        yield there.shift


@pytest.fixture
def house(app: Flask, travel: Travel) -> House:
    del travel

    def make(desk: Desk) -> dict[str, object]:
        it = desk.received()
        return {"ref": it.ref, "id": it.id}

    return fill(House(app), make)


def stands(house: House) -> tuple[str, int, list[str]]:
    """The state, the numbered letters, and the states of the dossiers that wait or waited to be done."""

    def look(at: object) -> tuple[str, int, list[str]]:
        letters = at.scalar(select(func.count()).where(Document.kind == "D03"))
        dossiers = at.scalars(select(Dossier.state).where(Dossier.deed.is_not(None)).order_by(Dossier.id))
        return at.get_one(Complaint, house.made["id"]).state, letters, list(dossiers)

    return house.read(look)


def sweep(house: House) -> None:
    """One round of the clock, and what it asks for."""
    assert house.app.test_cli_runner().invoke(args=["clock", "--once"]).exit_code == 0
    with house.app.app_context():
        outbox.run_all()


def undo_form(page: str) -> tuple[str, dict[str, str]]:
    form = re.search(r'<form method="post" action="([^"]*(?:/undo|/take-back))".*?</form>', page, re.DOTALL)
    return form[1], dict(re.findall(r'name="(seq)" value="([^"]*)"', form[0]))


def _do_now(house: House, state: str) -> None:
    """The turn of the one that stands so has come."""
    which = select(Dossier.id).where(Dossier.state == state)
    house.read(lambda at: undoing_deeds.do_now(at, at.scalars(which).one(), clock.now()))


def reject(house: House) -> Browser:
    intake = house.enter("intake")
    intake.do(house.made["ref"], "reject", **OUT)
    return intake


def test_an_ending_is_taken_back_in_time_and_nothing_was_sent_or_numbered(house: House) -> None:
    intake = reject(house)
    page = intake.get(f"/staff/complaints/{house.made['ref']}")
    assert "nothing has been sent or numbered yet" in page
    assert stands(house) == ("RECEIVED", 0, ["DRAFTED"])
    assert "nothing else is done with the complaint until then" in page
    for event in ("accept", "ask_info", "reject", "refer_out", "merge", "refer_part"):
        assert f"/do/{event}" not in page, event
    other = house.enter("officer")
    assert "/take-back" not in other.get(f"/staff/complaints/{house.made['ref']}")
    where, _hidden = undo_form(page)
    other.post(where, 403)
    intake.post(where)
    assert stands(house) == ("RECEIVED", 0, ["DROPPED"])
    _do_now(house, "DROPPED")
    assert stands(house) == ("RECEIVED", 0, ["DROPPED"]), "also where its turn had come meanwhile"
    page = intake.get(f"/staff/complaints/{house.made['ref']}")
    assert "nothing has been sent" not in page
    assert "/do/reject" in page
    assert OUT["why"] in page, "what was written is not lost with it"
    intake.do(house.made["ref"], "reject", **OUT)
    house.read(lambda at: at.execute(update(Dossier).where(Dossier.state == "DRAFTED").values(undo_until=None)))
    _do_now(house, "DRAFTED")
    assert stands(house) == ("RECEIVED", 0, ["DROPPED", "DRAFTED"]), "what waits for others waits on"


def test_an_ending_that_nobody_takes_back_is_done_when_its_minutes_are_over(house: House, travel: Travel) -> None:
    intake = reject(house)
    where, _hidden = undo_form(intake.get(f"/staff/complaints/{house.made['ref']}"))
    travel(4 * MINUTE)
    sweep(house)
    assert stands(house)[0] == "RECEIVED"
    travel(2 * MINUTE)
    sweep(house)
    state, letters, dossiers = stands(house)
    assert (state, letters) == ("REJECTED", 1)
    assert dossiers[0] in {"ISSUED", "SEALED"}
    by = house.read(lambda at: at.scalar(select(JournalEntry.actor).where(JournalEntry.row == "C05")))
    assert by == f"account:{house.people['intake']}"
    assert "done already" in intake.post(where, 409)
    sweep(house)
    assert stands(house)[1] == 1


def test_after_a_restore_a_deed_that_waited_is_done_only_when_a_person_says_so(house: House, travel: Travel) -> None:
    reject(house)
    house.read(lambda at: restoring.go_on(at, {}, now=clock.now()))
    travel(11 * MINUTE)
    sweep(house)
    assert stands(house) == ("RECEIVED", 0, ["DRAFTED"])
    admin = Actor(None, frozenset({"system_admin"}), name="x")

    def let_go(at: Session) -> int:
        row = at.scalars(select(outbox.Outbox).where(outbox.Outbox.job == undoing_deeds.JOB)).one()
        restoring.let_go(at, row, actor=admin, now=clock.now())
        return row.id

    number = house.read(let_go)
    with house.app.app_context():
        outbox.run([number])
    assert stands(house)[0] == "REJECTED"


@pytest.mark.parametrize("state", ["WITHDRAWN", "RECEIVED"])
def test_what_became_impossible_meanwhile_is_dropped_and_its_person_told(
    house: House, travel: Travel, state: str
) -> None:
    """The complaint was withdrawn, or whoever did it was locked out."""
    reject(house)
    with house.app.app_context(), transaction() as at:
        it = at.get_one(Complaint, house.made["id"])
        if state == "WITHDRAWN":
            complaints.withdraw(at, it, pressure=False, actor=person_of(it), now=clock.now())
        else:
            accounts.lock(at, at.get_one(Account, house.people["intake"]), actor=SYSTEM, why="x", now=clock.now())
    travel(6 * MINUTE)
    sweep(house)
    assert stands(house) == (state, 0, ["DROPPED"])
    assert house.read(lambda at: at.scalar(select(func.count()).where(Task.kind == "dossier_dropped"))) == 1
    kept = house.read(
        lambda at: [each.fields for each in at.scalars(select(Draft)) if each.owner.startswith("account:")]
    )
    assert (OUT["why"] in str(kept)) == (state == "WITHDRAWN"), "its text comes back to whoever can still read it"


def test_an_association_that_allows_no_time_ends_at_once(house: House) -> None:
    with house.app.app_context(), transaction() as at:
        setting(at, "UNDO_MINUTES").value = 0
    reject(house)
    assert stands(house) == ("REJECTED", 1, [])


def _last_of_this_and_another(house: House) -> list[str | None]:
    """What the clerk can undo of the complaint, having noted something else since, and of one left alone."""

    def me(at: Session) -> Actor:
        return actor_of(at.get_one(Account, house.people["intake"]))

    def note(at: Session) -> None:
        noting.of_complaint(at, at.get_one(Complaint, house.made["id"]), "copy_checked", me(at), clock.now())

    def look(at: Session) -> list[str | None]:
        it = at.get_one(Complaint, house.made["id"])
        same = {"state": it.state, "channel": it.channel, "received_at": it.received_at, "severity": it.severity}
        at.add(other := Complaint(ref="TS2026-T00009", facts="另一件", **same))
        at.flush()
        found = (undoing.last(at, each, actor=me(at), now=clock.now()) for each in (it, other))
        return [each and each.row for each in found]

    house.read(note)
    return house.read(look)


def test_assigning_and_what_is_alleged_are_undone_by_whoever_did_it_and_only_for_a_while(
    house: House, travel: Travel
) -> None:
    intake, url = house.enter("intake"), f"/staff/complaints/{house.made['ref']}"

    def codes() -> list[str]:
        return house.read(lambda at: sorted(each.code for each in at.get_one(Complaint, house.made["id"]).codes))

    def officer() -> int | None:
        return house.read(lambda at: at.get_one(Complaint, house.made["id"]).officer_id)

    receives(house, "officer", "investigator")
    before = codes()
    intake.post(f"{url}/codes", prefix="codes", codes="V-C01", version=version(house))
    assert codes() == ["V-C01"] != before
    where, hidden = undo_form(intake.get(url))
    intake.post(where, **hidden)
    assert codes() == before
    intake.post(f"{url}/assign", prefix="assign", officer=str(house.people["officer"]), version=version(house))
    where, hidden = undo_form(intake.get(url))
    assert "/undo" not in house.enter("officer").get(url)
    assert _last_of_this_and_another(house) == ["assigned", None]
    intake.post(where, **hidden)
    assert officer() is None
    assert "/undo" not in intake.get(url)
    intake.post(f"{url}/assign", prefix="assign", officer=str(house.people["officer"]), version=version(house))
    where, older = undo_form(intake.get(url))
    intake.post(f"{url}/assign", prefix="assign", officer=str(house.people["investigator"]), version=version(house))
    intake.post(where, 409, **older)
    assert officer() == house.people["investigator"], "an older page does not undo what was done since"
    where, hidden = undo_form(intake.get(url))
    travel(6 * MINUTE)
    assert "/undo" not in intake.get(url)
    assert "can&#39;t be undone any more" in intake.post(where, 409, **hidden)
    assert officer() == house.people["investigator"]
    assert undoing.ROWS == ("assigned", "codes.changed")


def test_what_somebody_gave_to_somebody_else_at_the_same_moment_is_not_undone(house: House) -> None:
    receives(house, "officer")
    intake, url = house.enter("intake"), f"/staff/complaints/{house.made['ref']}"
    intake.post(f"{url}/assign", prefix="assign", officer=str(house.people["officer"]), version=version(house))
    seq = int(undo_form(intake.get(url))[1]["seq"])

    def given(at: Session) -> None:
        head = actor_of(at.get_one(Account, house.people["head"]))
        it = at.get_one(Complaint, house.made["id"])
        complaints.assign(at, it, house.people["intake"], actor=head, now=clock.now())

    def undone(at: Session) -> None:
        me = actor_of(at.get_one(Account, house.people["intake"]))
        undoing.undo(at, at.get_one(Complaint, house.made["id"]), seq, actor=me, now=clock.now())

    with house.app.app_context():
        assert isinstance(at_once(house.app, given, undone), NotNow)
        with transaction() as at:
            assert at.get_one(Complaint, house.made["id"]).officer_id == house.people["intake"]


def test_what_a_rule_assigned_is_looked_at_and_undone_like_what_a_person_did(house: House) -> None:
    url = f"/staff/complaints/{house.made['ref']}"
    with house.app.app_context(), transaction() as at:
        head = actor_of(at.get_one(Account, house.people["head"]))
        anything = {"party_id": None, "code": "", "lang": "", "region": "", "most_open": 100}
        people = [house.people["officer"]]
        assigning.lay_down(at, None, actor=head, now=NOW, name="其余", **anything, people=people)
    intake = house.enter("intake")
    with house.app.app_context(), transaction() as at:
        it = at.get_one(Complaint, house.made["id"])
        respondents = [each.party_id for each in it.companies]
        me = actor_of(at.get_one(Account, house.people["intake"]))
        triage.accept(at, it, respondents=respondents, masked_facts=MASKED, actor=me, now=NOW)
        assert it.officer_id == house.people["officer"]
    assert "/undo" in intake.get(url)
    intake.post(f"{url}/assign", prefix="assign", officer=str(house.people["intake"]), version=version(house))
    where, hidden = undo_form(intake.get(url))
    intake.post(where, **hidden)
    assert house.read(lambda at: at.get_one(Complaint, house.made["id"]).officer_id) == house.people["officer"]


def version(house: House) -> str:
    return str(house.read(lambda at: at.get_one(Complaint, house.made["id"]).version))


def test_what_has_ended_offers_neither_to_take_back_who_handled_it_nor_to_add_evidence(house: House) -> None:
    receives(house, "officer")
    intake, address = house.enter("intake"), f"/staff/complaints/{house.made['ref']}"
    intake.post(f"{address}/assign", prefix="assign", officer=str(house.people["officer"]))
    page = intake.get(address)
    assert "You assigned it" in page
    assert f'action="{address}/evidence"' in page
    with house.app.app_context(), transaction() as at:
        it = at.get_one(Complaint, house.made["id"])
        complaints.withdraw(at, it, pressure=False, actor=person_of(it), now=clock.now())
    page = intake.get(address)
    assert "You assigned it" not in page
    assert f'action="{address}/evidence"' not in page
    assert 'href="#evidence"' not in page


def test_a_task_that_was_ticked_off_by_mistake_waits_again(house: House, travel: Travel) -> None:
    def raised(at: Session) -> int:
        it = at.get_one(Complaint, house.made["id"])
        tasks.put(at, "message", ("complaint", it.id, it.ref), role="intake", now=NOW, key="by mistake")
        return at.scalars(select(Task.id).where(Task.key == "by mistake")).one()

    number, intake, back = house.read(raised), house.enter("intake"), f"/staff/complaints/{house.made['ref']}"
    done, undo = f"/staff/tasks/{number}/done", f"/staff/tasks/{number}/undo"
    intake.post(done, back=back)
    page = intake.get(back)
    assert f"Done: The complainant wrote: {house.made['ref']}." in page
    assert f'action="{undo}"' in page
    assert undo not in intake.get(back), "it is offered once"
    house.enter("head").post(undo, 409)
    intake.post(undo, back=back)
    assert done in intake.get(back)
    intake.post(done, back=back)
    travel(6 * MINUTE)
    assert "too long ago" in intake.post(undo, 409)
