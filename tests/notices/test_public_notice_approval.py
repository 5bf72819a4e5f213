"""Service by public notice is issued through its chain like every other outward document."""

import io
import re
from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask
from sqlalchemy import delete, func, select

from core import outbox
from core.db import attempt, transaction
from core.errors import NotNow
from core.forgetting import forget_later
from filestore import files
from notices import alerts, jobs_drafts, queries, serving
from notices.models import Document, Dossier, Service
from notices.models_approval import DossierVersion
from registry.settings import setting
from tests.builders import Desk, account, actor_of, rendered
from tests.conftest import NOW
from tests.filestore import making_files
from tests.kept_states import brought_once
from tests.notices.test_approvals import House


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


class Undelivered(House):
    """A letter that two ways did not bring; whoever publishes its notice needs a second and a third hand."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        with app.app_context(), transaction() as at:
            desk = Desk(at, NOW)
            document = queries.last_document(at, ["D05b"], "forwarding", desk.accepted().forwardings[0].id)
            assert document is not None
            service = rendered(at, document, NOW)[0]
            alerts.attempted(at, service, "已搬离", actor=desk.officer, now=NOW)
            serving.step(at, service.id, "post", actor=desk.officer, now=NOW, slip_no="EX1")
            serving.step(at, service.id, "returned", actor=desk.officer, now=NOW, reason="查无此人")
            setting(at, "APPROVAL_CHAIN").value = ["check:reviewer", "sign:council"]
            self.reviewer = actor_of(account(at, "复核丁", "reviewer"))
            self.council = actor_of(account(at, "理事己", "council"))
            self.head, self.lead, self.page, self.service = desk.head, desk.lead, document.id, service.id
            self.officer = desk.officer

    def publish(self) -> str:
        """The head notes that it is published; the page as it then stands."""
        head = self.browser(self.head)
        answer = head.post(f"/staff/notices/{self.page}", data={"step": "post_publicly", "key": "p"})
        assert answer.status_code == 303, answer.text
        return head.get(f"/staff/notices/{self.page}").text

    def stands(self) -> tuple[str, int]:
        with self.app.app_context(), transaction() as at:
            many = at.scalar(select(func.count(Document.id)).where(Document.kind == "D37"))
            return at.get_one(Service, self.service).state, many or 0

    def forget(self, sha256: str) -> None:
        """Something else that had the same bytes is gone."""
        with self.app.app_context():
            with transaction() as at:
                forget_later(at, [sha256])
            outbox.run_all()

    def waiting(self) -> int:
        with self.app.app_context(), transaction() as at:
            return at.scalars(select(Dossier.id).where(Dossier.deed.is_not(None))).one()


@pytest.fixture
@brought_once
def undelivered(app: Flask) -> Undelivered:
    return Undelivered(app)


def test_whoever_serves_reads_what_failed_when_and_why_and_who_acts_next(undelivered: Undelivered) -> None:
    page = undelivered.browser(undelivered.officer).get(f"/staff/notices/{undelivered.page}").text
    for said in (
        "The post came back",
        "25 Nov",
        "查无此人",
        "the head can have it served",
        "潮汐路1号",
    ):
        assert said in page, said
    form = undelivered.browser(undelivered.head).get(f"/staff/notices/{undelivered.page}").text
    assert re.findall(r'name="(served_on|receiver|slip_no|reason|file)"', form) == ["reason"], "all that it asks of him"


def test_a_notice_of_service_is_published_when_its_chain_has_signed(undelivered: Undelivered) -> None:
    page = undelivered.publish()
    assert "wait for approval" in page
    assert "Note a step of service" not in page
    assert undelivered.stands() == ("UNDELIVERED", 0)
    number = undelivered.waiting()
    shown = undelivered.browser(undelivered.reviewer).get(f"/staff/approvals/{number}").text
    assert "By public notice" in shown
    undelivered.step(undelivered.reviewer, number, "back", comment="请写明领取时间")
    revise = undelivered.browser(undelivered.head)
    assert revise.get(f"/staff/approvals/{number}/revise").status_code == 200
    sent = {"step": "post_publicly", "key": "r"}
    assert revise.post(f"/staff/approvals/{number}/revise", data=sent).status_code == 303
    undelivered.step(undelivered.reviewer, number, "approve")
    assert undelivered.stands() == ("UNDELIVERED", 0)
    undelivered.step(undelivered.council, number, "sign")
    assert undelivered.stands() == ("NOTICE_POSTED", 1)
    with undelivered.app.app_context(), transaction() as at:
        notice = at.scalars(select(Document).where(Document.kind == "D37")).one()
        assert (notice.dossier_id, notice.services) == (number, [])
        rendered(at, notice, NOW)
        assert at.get_one(Dossier, number, populate_existing=True).state == "SEALED"


def test_neither_verb_nor_machine_passes_the_chain_by(undelivered: Undelivered) -> None:
    with (
        undelivered.app.app_context(),
        transaction() as at,
        pytest.raises(NotNow, match="须经他人审批"),
        attempt(at),
    ):
        serving.step(at, undelivered.service, "post_publicly", actor=undelivered.head, now=NOW)
    assert undelivered.stands() == ("UNDELIVERED", 0)


def test_what_waits_is_dropped_when_the_recipient_confirms_the_receipt(undelivered: Undelivered) -> None:
    undelivered.publish()
    number = undelivered.waiting()
    with undelivered.app.app_context():
        with transaction() as at:
            subject = at.get_one(Service, undelivered.service).document.subject_id
            serving.answer(at, "forwarding", subject, actor=undelivered.lead, now=NOW)
        jobs_drafts.look_again(number)
        with transaction() as at:
            assert at.get_one(Dossier, number, populate_existing=True).state == "DROPPED"
    assert undelivered.stands() == ("SERVED", 0)


def test_a_file_stays_while_the_deed_it_was_sent_with_waits_and_as_proof_of_service(undelivered: Undelivered) -> None:
    sent = {"step": "post_publicly", "key": "p", "file": (io.BytesIO(making_files.picture()), "公告栏.png")}
    head = undelivered.browser(undelivered.head)
    url = f"/staff/notices/{undelivered.page}"
    assert head.post(url, data=sent, content_type="multipart/form-data").status_code == 303
    with undelivered.app.app_context(), transaction() as at:
        ((_field, _name, sha256),) = at.scalars(select(DossierVersion)).one().sent["files"]
    number = undelivered.waiting()
    undelivered.forget(sha256)
    undelivered.step(undelivered.reviewer, number, "approve")
    undelivered.step(undelivered.council, number, "sign")
    assert undelivered.stands() == ("NOTICE_POSTED", 1)
    with undelivered.app.app_context(), transaction() as at:
        at.get_one(Service, undelivered.service).proof = {"file": sha256, "file_name": "公告栏.png"}
        at.execute(delete(DossierVersion))
    undelivered.forget(sha256)
    with undelivered.app.app_context():
        assert files.read(sha256) == making_files.picture()
