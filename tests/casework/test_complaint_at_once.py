"""The page of a complaint asks the database as often, however much hangs on it, and shows all of it."""

from collections.abc import Callable
from typing import Any

import pytest

from casework import messages, notes, policies, scripts, stop_contacts
from casework.models import Complaint
from casework.models_stop_contacts import StopContact
from core import clock
from core.db import GATHERED, Reader, read_as, session
from desk import complaint_rows, queries_complaint
from notices import queries as notices
from registry import rulebook
from registry.models_accounts import Account
from tests.builders import Desk, actor_of, party, person_of
from tests.casework.house import BEGUN, House, fill, house, today
from tests.casework.test_scripts import EN, filled
from tests.statements import asked

__all__ = ["house", "today"]
MOST = 24
"""Everything between browser and answer counts: who is signed in, lists to choose from, the head of the page."""


STAGES: dict[str, Callable[[Desk], Complaint]] = {
    "received": lambda desk: desk.received(),
    "answered": lambda desk: desk.answer(desk.forwarded()).complaint,
    "released": lambda desk: desk.released(),
    "disputed": lambda desk: desk.disputed(),
}


@pytest.fixture(params=STAGES)
def at_stage(request: pytest.FixtureRequest, house: House) -> House:
    def make(desk: Desk) -> dict[str, Any]:
        it = STAGES[request.param](desk)
        messages.write(desk.session, it, "第一条留言", actor=person_of(it), now=BEGUN)
        return {"ref": it.ref}

    return fill(house, make)


def write(house: House, many: int) -> None:
    """Messages of the person, which hang on the complaint."""

    def more(at: Any) -> None:
        it = at.query(Complaint).filter_by(ref=house.made["ref"]).one()
        officer = actor_of(at.get_one(Account, house.people["officer"]))
        for place in range(many):
            messages.write(at, it, f"message {place}", actor=person_of(it), now=clock.now())
            notes.write(at, it, text=f"note {place}", actor=officer, now=clock.now())

    house.read(more)


def test_it_takes_two_dozen_statements_and_no_more_where_more_hangs_on_it(at_stage: House) -> None:
    head, ref = at_stage.enter("reviewer"), at_stage.made["ref"]
    few, shown = asked(at_stage.app, head, f"/staff/complaints/{ref}")
    assert len(few) <= MOST, "\n".join(few)
    assert "第一条留言" in shown
    write(at_stage, 10)
    many, shown = asked(at_stage.app, head, f"/staff/complaints/{ref}")
    assert len(many) == len(few), "\n".join(many)
    assert "message 9" in shown
    assert "note 9" in shown


def test_of_requests_that_ended_nothing_more_is_asked_however_many_companies_there_are(house: House) -> None:
    def make(desk: Desk) -> dict[str, Any]:
        it = desk.received(role="UNRELATED")
        own = {"own": True, "actor": person_of(it), "now": desk.now}
        stop_contacts.request(desk.session, it, number="13900001234", **own)
        return {"ref": it.ref}

    def more(at: Any) -> None:
        it = at.query(Complaint).filter_by(ref=made.made["ref"]).one()
        for place in range(4):
            number, other = f"1390000567{place}", party(at, f"{place}号催收有限公司")
            at.add(
                StopContact(
                    ref=f"TL-{place}", complaint_id=it.id, party_id=other.id, number=number,
                    number_hash=number.encode(), confirmed_own=True, state="DECLINED", declined_why="本人号码",
                    requested_at=clock.now(),
                )
            )  # fmt: skip

    made = fill(house, make)
    head, ref = made.enter("officer"), made.made["ref"]
    few, _shown = asked(made.app, head, f"/staff/complaints/{ref}")
    made.read(more)
    many, shown = asked(made.app, head, f"/staff/complaints/{ref}")
    assert "TL-3" in shown
    assert len(many) == len(few), "\n".join(many)


def test_since_when_its_companies_send_in_the_portal_is_asked_once_for_all_of_them(house: House) -> None:
    def make(desk: Desk) -> dict[str, Any]:
        others = [party(desk.session, f"{place}号消费金融有限公司") for place in range(3)]
        return {"ref": desk.forwarded(desk.lender, *others).complaint.ref}

    made = fill(house, make)
    said, shown = asked(made.app, made.enter("officer"), f"/staff/complaints/{made.made['ref']}")
    assert "2号消费金融有限公司" in shown
    assert len([each for each in said if "zilu_online_since" in each]) == 1


def test_what_was_gathered_is_what_the_database_would_have_answered(at_stage: House) -> None:
    write(at_stage, 2)
    with at_stage.app.test_request_context():
        at = session()
        who = at_stage.people["officer"]
        read_as(at, Reader("zilu_staff", (("zilu.account", str(who)),)))
        it = complaint_rows.read(at, at_stage.made["ref"], actor_of(at.get_one(Account, who)))
        assert it is not None
        held = _answers(at, it)
        at.info.pop(GATHERED)
        assert _answers(at, it) == held


def _answers(at: Any, it: Complaint) -> dict[str, Any]:
    """What the page asks of the rows, in its own words."""
    whole = queries_complaint.whole(at, it, clock.now())
    sent = [("forwarding", each.id) for each in it.forwardings]
    return {
        "whole": {name: getattr(whole, name) for name in ("evidence", "releases", "messages", "notes", "letters")},
        "around": (whole.settlement, whole.cases, whole.followers, whole.lead, whole.taken_from, whole.taken_up),
        "candidates": queries_complaint.candidates(at, it),
        "open": [notices.open_dossier(at, *subject) for subject in (("complaint", it.id), *sent)],
        "last": [
            notices.last_document(at, [letter.kind for letter in whole.letters], *subject)
            for subject in (("complaint", it.id), *sent)
        ],
        "told": policies.told_on(at, it),
        "violations": sorted(rulebook.by_code(at, [each.code for each in it.codes])),
        "alike": [each.complaint.id for each in scripts.alike(at, it)],
    }


def test_what_tells_the_same_stands_once_and_a_long_list_is_folded_and_says_that_it_goes_on(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def make(desk: Desk) -> dict[str, Any]:
        every = [
            desk.received(facts=filled(EN, f"Person {place}", "3 November"), contact=f"1390000770{place}", lang="en")
            for place in range(10)
        ]
        alone = [desk.received(contact=f"1390000880{place}") for place in range(6)]  # same company, same conduct
        return {"ref": every[-1].ref, "told": [each.ref for each in every[:8]], "near": [each.ref for each in alone]}

    monkeypatch.setattr(policies, "AT_ONCE", 15)
    page = fill(house, make).enter("reviewer").get(f"/staff/complaints/{house.made['ref']}")
    for ref in (*house.made["told"], *house.made["near"]):
        assert page.count(f">{ref}</a>") == 1, ref
    assert "3 more complaints" in page  # of eight in the same words
    assert "9 other complaints follow this script" in page  # as the queue counts them
    assert '<span class="amount">7+</span>' in page  # only the latest 15 of what is similar were looked at
    assert "2 more complaints" in page  # of seven others: six, and the ninth in the same words
