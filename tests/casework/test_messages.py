"""Messages and evidence: both ways, told by neutral mails, seen and done."""

from datetime import datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import complaints, intake, messages, tasks
from casework.intake import EvidenceFile
from casework.models import Complaint, Task
from casework.models_cases import Evidence
from core.actors import NOBODY
from core.clock import day_of
from core.errors import BadInput, NotAllowed, NotNow
from core.mail import Mail
from filestore import files
from notices import queries, serving
from registry import absences, settings
from registry.models_accounts import Account
from tests.builders import MAIL, NAME, Desk, person_of, rendered


@pytest.fixture
def desk(session: Session, now: datetime) -> Desk:
    return Desk(session, now)


def test_a_message_of_staff_is_told_by_a_mail_that_says_nothing_of_it(desk: Desk) -> None:
    complaint = desk.received(contact=MAIL)
    messages.write(desk.session, complaint, "请补充录音", actor=desk.intake, now=desk.now)
    mail = desk.session.scalars(select(Mail).where(Mail.key.startswith("message:"))).one()
    assert mail.to == MAIL
    assert "录音" not in mail.body
    assert NAME not in mail.body
    assert complaint.ref not in mail.body
    assert mail.body.endswith(settings.association(desk.session)["name_zh"]), "nobody trusts a mail that nobody signed"


def _told(desk: Desk, complaint: Complaint) -> str:
    """Where its acknowledgement comes to."""
    paper = queries.last_document(desk.session, ["D01"], "complaint", complaint.id)
    assert paper is not None
    (service,) = rendered(desk.session, paper, desk.now)
    serving.onward(desk.session, service, desk.now)
    return service.state


def test_a_stranger_makes_the_house_write_five_times_a_day_to_somebody_whose_address_he_types(desk: Desk) -> None:
    before = desk.received(contact=MAIL)
    with time_machine.travel(desk.now, tick=False):
        flood = [_told(desk, desk.received(contact=MAIL)) for _each in range(6)]
        other = _told(desk, desk.received(contact="somebody.else@mail.example"))
        known = desk.received(contact=MAIL)
        known.complainant.contact_verified_at = desk.now  # type: ignore[union-attr]
        assert _told(desk, known) == "ALERTED"
    assert (flood, other) == (["ALERTED"] * 5 + ["NOTICE_POSTED"], "ALERTED")
    with time_machine.travel(desk.now + timedelta(hours=25), tick=False):
        assert _told(desk, before) == "ALERTED", "nobody's earlier complaint is kept quiet by it"


def test_without_a_mail_address_the_tracking_page_shows_it(desk: Desk) -> None:
    complaint = desk.received()
    messages.write(desk.session, complaint, "请补充录音", actor=desk.intake, now=desk.now)
    assert messages.addresses(desk.session, complaint.id) == []
    assert [message.body for message in desk.thread(complaint)] == ["请补充录音"]


def test_a_message_of_the_complainant_is_a_task_until_it_is_answered_or_needs_no_answer(desk: Desk) -> None:
    complaint = desk.received()

    def told(body: str) -> tuple[int, list[Task]]:
        wrote = messages.write(desk.session, complaint, body, actor=person_of(complaint), now=desk.now)
        return wrote.id, tasks.open_of(desk.session, ("complaint", complaint.id))

    first, [task] = told("我还有录音")
    assert (task.kind, task.role) == ("message", "intake")
    with pytest.raises(NotAllowed):
        messages.leave(desk.session, complaint, shown=first, actor=desk.officer, now=desk.now)
    second, both = told("还有一段")
    messages.leave(desk.session, complaint, shown=first, actor=desk.intake, now=desk.now)
    assert tasks.open_of(desk.session, ("complaint", complaint.id)) == both[1:], "what nobody was shown stays"
    messages.write(desk.session, complaint, "请上传", shown=second, actor=desk.officer, now=desk.now)
    assert not tasks.open_of(desk.session, ("complaint", complaint.id))
    assert desk.thread(complaint)[1].seen_at == desk.now


def test_whoever_stands_in_for_an_officer_who_is_away_says_that_a_message_needs_no_answer(desk: Desk) -> None:
    complaint = desk.received()
    complaints.assign(desk.session, complaint, desk.intake.id, actor=desk.head, now=desk.now)
    wrote = messages.write(desk.session, complaint, "多谢", actor=person_of(complaint), now=desk.now)
    said = {"shown": wrote.id, "actor": desk.officer, "now": desk.now}
    with pytest.raises(NotAllowed):
        messages.leave(desk.session, complaint, **said)  # type: ignore[arg-type]
    away, substitute = [desk.session.get_one(Account, each.id) for each in (desk.intake, desk.officer)]
    days = (day_of(desk.now), day_of(desk.now))
    absences.enter(desk.session, away, substitute, days, actor=desk.head, now=desk.now)
    with pytest.raises(NotAllowed):
        messages.leave(desk.session, complaint, **said | {"now": desk.now + timedelta(days=1)})  # type: ignore[arg-type]
    messages.leave(desk.session, complaint, **said)  # type: ignore[arg-type]
    assert not tasks.open_of(desk.session, ("complaint", complaint.id))


def test_worse_than_before_is_urgent(desk: Desk) -> None:
    complaint = desk.received()
    messages.worse(desk.session, complaint, said="他们又打来了", actor=person_of(complaint), now=desk.now)
    [task] = desk.session.scalars(select(Task).where(Task.kind == "retaliation"))
    assert desk.thread(complaint)[0].body == "他们又打来了"
    assert task.urgent
    assert complaint.ref in tasks.sentence(task)


def test_strangers_write_nothing_and_nobody_writes_nothing(desk: Desk) -> None:
    complaint, other = desk.received(), desk.received()
    for stranger in (NOBODY, person_of(other), desk.lead):
        with pytest.raises(NotAllowed):
            messages.write(desk.session, complaint, "x", actor=stranger, now=desk.now)
    for body in (" ", "长" * (messages.LONGEST + 1)):
        with pytest.raises(BadInput):
            messages.write(desk.session, complaint, body, actor=desk.intake, now=desk.now)


def kept(session: Session, *, shared: bool) -> EvidenceFile:
    one = files.keep_made(session, b"%PDF-1.4 x", "我的截图.pdf", "application/pdf")
    return EvidenceFile(one.sha256, "我的截图.pdf", one.media_type, one.size, shared=shared)


def test_evidence_is_added_later_while_the_complaint_is_open(desk: Desk, session: Session) -> None:
    complaint = desk.received()
    own = person_of(complaint)
    intake.bring_evidence(session, complaint, [kept(session, shared=False)], actor=own, now=desk.now)
    [evidence] = session.scalars(select(Evidence).where(Evidence.complaint_id == complaint.id))
    assert (evidence.given_by, evidence.shared, evidence.stripped_sha256) == ("COMPLAINANT", False, None)
    with pytest.raises(BadInput):
        intake.bring_evidence(session, complaint, [], actor=own, now=desk.now)
    with pytest.raises(NotAllowed):
        intake.bring_evidence(session, complaint, [kept(session, shared=False)], actor=desk.lead, now=desk.now)
    complaints.withdraw(session, complaint, pressure=False, actor=own, now=desk.now)
    with pytest.raises(NotNow):
        intake.bring_evidence(session, complaint, [kept(session, shared=False)], actor=own, now=desk.now)


def test_a_task_is_raised_once_and_done_once_by_its_people(desk: Desk) -> None:
    complaint = desk.received()
    subject = ("complaint", complaint.id, complaint.ref)
    for _ in range(2):
        tasks.put(desk.session, "screen", subject, role="officer", now=desk.now)
    [task] = tasks.open_of(desk.session, ("complaint", complaint.id))
    with pytest.raises(NotAllowed):
        tasks.done(desk.session, task, actor=desk.lead, now=desk.now)
    tasks.done(desk.session, task, actor=desk.officer, now=desk.now)
    with pytest.raises(NotNow):
        tasks.done(desk.session, task, actor=desk.officer, now=desk.now)
    with pytest.raises(LookupError):
        tasks.put(desk.session, "nonsense", subject, role="officer", now=desk.now)


def test_every_kind_of_task_has_its_sentence(desk: Desk) -> None:
    for kind in tasks.KINDS:
        task = Task(kind=f"{kind}:K01" if kind.startswith("clock") else kind, subject_ref="TS2026-AAAAAA")
        assert ("TS2026-AAAAAA" in tasks.sentence(task)) is (kind != "nightly_failed"), "that one is about no matter"
