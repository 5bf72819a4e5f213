"""A second look at what was rejected or closed: how it is granted or refused, and what its person reads of that."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from casework import complaints, policies, rechecks, tasks, triage
from casework.models import Complaint
from core.db import transaction
from core.errors import BadInput, NotAllowed, NotNow
from tests.builders import Desk, account, actor_of, person_of
from tests.codes import opened
from tests.complainants.test_tracking_page import today
from tests.conftest import NOW
from tests.signed_in import signed_in

__all__ = ["today"]
REASON = "所称录音已经核查，不影响结论。"
OWN = "有一段录音没有听。"


@pytest.fixture
def desk(session: Session) -> Desk:
    return Desk(session, NOW)


def tracked(app: Flask, number: int) -> FlaskClient:
    browser = app.test_client()
    browser.set_cookie("lang", "en")
    with browser.session_transaction() as cookie:
        cookie.update(opened(app, number))
    return browser


def asked(desk: Desk) -> Complaint:
    """A rejected complaint whose person asks for a second look."""
    it = desk.received()
    triage.reject(desk.session, it, reason="NO_FACTS", ways=["x"], actor=desk.intake, now=desk.now)
    rechecks.ask_recheck(desk.session, it, why=OWN, actor=person_of(it), now=desk.now)
    return it


def test_a_second_look_is_refused_with_a_reason_that_its_person_reads(desk: Desk) -> None:
    at, it = desk.session, asked(desk)
    took_part = actor_of(account(at, "兼任", "intake", "head"))
    it.masked_by = took_part.id
    wrong = (desk.officer, REASON, NotAllowed), (took_part, REASON, NotAllowed), (desk.head, " ", BadInput)
    for who, why, refused in wrong:
        with pytest.raises(refused):
            rechecks.refuse(at, it, why=why, actor=who, now=NOW)
    rechecks.refuse(at, it, why=REASON, actor=desk.head, now=NOW)
    assert (it.state, it.rechecked, policies.recheck_waits(it)) == ("REJECTED", False, False)
    assert not tasks.open_of(at, ("complaint", it.id))
    assert REASON in desk.thread(it)[-1].body
    with pytest.raises(NotNow):
        rechecks.refuse(at, it, why=REASON, actor=desk.head, now=NOW)
    with pytest.raises(NotNow):
        rechecks.ask_recheck(at, it, why=OWN, actor=person_of(it), now=NOW)
    rechecks.recheck(at, it, why="我们的错", own_error=True, actor=desk.head, now=NOW)
    assert it.state == "RECEIVED", "an error of our own is put right all the same"


def test_the_page_of_the_complaint_shows_the_persons_reason_as_the_persons_and_the_head_refuses_it_there(
    app: Flask,
) -> None:
    with app.app_context(), transaction() as at:
        made = Desk(at, NOW)
        it, head = asked(made), made.head.id
        number, version, page = it.id, it.version, f"/staff/complaints/{it.ref}"
    staff = signed_in(app, head, now=NOW)
    shown = staff.get(page).text
    assert ("says:" in shown, OWN in shown) == (True, True)
    assert OWN not in staff.get(f"{page}/do/recheck").text, "the head's own reason is the head's"
    assert f'href="{page}/note/stays-decided"' in shown
    assert OWN in staff.get(f"{page}/note/stays-decided").text, "the form shows what is refused"
    sent = staff.post(f"{page}/note/stays-decided", data={"why": REASON, "version": str(version), "key": "k"})
    assert sent.status_code == 303, sent.text
    after = staff.get(page).text
    assert "stays-decided" not in after
    assert "A second look was refused" in after
    shown = tracked(app, number).get("/track/complaint").text
    assert "On 25 November 2026 that was refused" in shown
    assert "decides about it" not in shown
    assert shown.count(REASON) == 2, "on the card and in the message"


def test_whoever_disputed_an_answer_hears_that_the_closed_complaint_is_looked_at_again_and_what_no_longer_holds(
    app: Flask,
) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, NOW)
        it = desk.disputed()
        complaints.close(at, it, why="无违规", actor=desk.officer, now=NOW)
        rechecks.ask_recheck(at, it, why=OWN, actor=person_of(it), now=NOW)
        rechecks.recheck(at, it, why="漏听录音", actor=desk.head, now=NOW)
        assert "重新审查" in desk.thread(it)[-1].body
        number = it.id
    shown = tracked(app, number).get("/track/complaint").text
    assert "Somebody new looks at the complaint once more." in shown
    assert "You disputed the answer" not in shown
    assert "Since 25 November 2026 it is looked at once more" in shown
    letters = shown.partition('id="letters"')[2].partition("</section>")[0]
    assert letters.count("The end that it tells of no longer holds") == 1
    with app.app_context(), transaction() as at:
        it = at.get_one(Complaint, number)
        new = actor_of(account(at, "经办丁", "officer"))
        complaints.close(at, it, why="仍无违规", actor=new, now=NOW)
    shown = tracked(app, number).get("/track/complaint").text
    assert "it is looked at once more" not in shown
    letters = shown.partition('id="letters"')[2].partition("</section>")[0]
    assert letters.count("The end that it tells of no longer holds") == 1, "of the letter before, not of the new one"


def test_what_a_person_waits_to_hear_of_ends_by_granting_or_refusing_alone(desk: Desk) -> None:
    at, it = desk.session, asked(desk)
    (task,) = tasks.open_of(at, ("complaint", it.id))
    assert not tasks.may_finish(desk.head, task), "so no page offers it"
    with pytest.raises(NotNow):
        tasks.done(at, task, actor=desk.head, now=NOW)
    rechecks.refuse(at, it, why=REASON, actor=desk.head, now=NOW)
    assert not tasks.open_of(at, ("complaint", it.id))
