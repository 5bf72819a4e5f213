"""Time limits of complainants: silence closes, progress is told, and acts end the clocks that waited for them."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from casework import complaints, messages, policies, rechecks, tasks
from casework.models import Complaint
from core.clock import day_of
from core.db import transaction
from core.errors import NotNow
from notices.models import Document
from registry import clocks
from registry.models_clocks import ClockState
from tests.builders import Desk, person_of
from tests.casework.test_clocks import START, Scene, after, conducted, end_of, of_kind, scene, stands, sweep

__all__ = ["scene"]


def test_c12_without_feedback_it_closes(scene: Scene) -> None:
    _desk, number = scene(lambda desk: desk.released(**conducted()))
    last = end_of("K05", "complaint", number)
    assert last == date(2026, 9, 11)
    sweep(last)
    assert stands(Complaint, number).state == "RELEASED"
    sweep(after(last))
    complaint = stands(Complaint, number)
    assert (complaint.state, complaint.outcome) == ("CLOSED", "NO_FEEDBACK")
    assert of_kind("screen") == [complaint.ref]


@pytest.mark.parametrize("then", ["disputed", "left", "task done"])
def test_c12_nobody_who_wrote_is_called_silent_before_somebody_has_read_it(scene: Scene, then: str) -> None:
    desk, number = scene(lambda desk: desk.released(**conducted()))
    last = end_of("K05", "complaint", number)
    with transaction() as session:
        found, at = session.get_one(Complaint, number), datetime.combine(last, time(15, 59), UTC)
        said = messages.write(session, found, "答复与事实不符，我不认可。", actor=person_of(found), now=at).id
    for days in (1, 2):
        assert sweep(after(last, days)) == []
    assert stands(Complaint, number).state == "RELEASED"
    with transaction() as session:
        found, now = session.get_one(Complaint, number), datetime.combine(after(last, 2), time(2), UTC)
        [release] = policies.disputable(session, found)
        why = {"releases": [release.id], "why": "答复与事实不符", "actor": desk.officer, "now": now}
        if then == "disputed":
            complaints.dispute(session, found, **why)
        elif then == "left":
            messages.leave(session, found, shown=said, actor=desk.officer, now=now)
        else:
            [task] = (each for each in tasks.open_of(session, ("complaint", number)) if each.kind == "message")
            tasks.done(session, task, actor=desk.officer, now=now)
        if then != "disputed":
            with pytest.raises(NotNow):
                complaints.dispute(session, found, **why)
    sweep(after(last, 3))
    complaint = stands(Complaint, number)
    assert (complaint.state, complaint.outcome) == (
        ("DISPUTED", None) if then == "disputed" else ("CLOSED", "NO_FEEDBACK")
    )


def test_c14_what_was_closed_for_silence_and_is_looked_at_again_is_asked_about_again(scene: Scene) -> None:
    desk, number = scene(lambda desk: desk.released(**conducted()))
    last = end_of("K05", "complaint", number)
    sweep(after(last))
    said = {"now": START + timedelta(days=(after(last) - START.date()).days)}
    with transaction() as session:
        complaint = session.get_one(Complaint, number)
        rechecks.recheck(session, complaint, why="补充了录音", own_error=True, actor=desk.head, **said)
        (asked,) = complaint.forwardings
        complaints.ask_again(session, complaint, points={asked.id: ["号码来源"]}, actor=desk.officer, **said)
        assert (complaint.state, asked.state) == ("FORWARDED", "SENT")


def test_c21_progress_is_told_every_thirty_days(scene: Scene) -> None:
    def escalated(desk: Desk) -> Complaint:
        complaint = desk.disputed(**conducted())
        complaints.escalate(desk.session, complaint, why="多人佐证", actor=desk.officer, now=START)
        return complaint

    _desk, number = scene(escalated)
    first = end_of("K07", "complaint", number)
    sweep(after(first))
    assert end_of("K07", "complaint", number) > first
    with transaction() as session:
        kinds = session.scalars(select(Document.kind).where(Document.kind == "D09", Document.subject_id == number))
        assert list(kinds) == ["D09"]


def test_acts_end_the_clocks_that_waited_for_them(scene: Scene) -> None:
    _desk, number = scene(lambda desk: desk.released(**conducted()))
    with transaction() as session:
        complaint = session.get_one(Complaint, number)
        complaints.accept_reply(session, complaint, actor=person_of(complaint), now=START)
        forwarding = complaint.forwardings[0]
        for subject in (("complaint", number), ("forwarding", forwarding.id)):
            assert {clock.state for clock in clocks.of(session, subject)} == {ClockState.ENDED}
    assert day_of(START) == date(2026, 9, 1)
