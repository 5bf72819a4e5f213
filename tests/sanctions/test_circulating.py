"""A circular to many members is a long job: one number, each member once whatever dies, watched, cancelled, zipped."""

import io
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update

from core import clock, outbox
from core.actors import SYSTEM
from core.db import transaction
from filestore import files
from filestore.stores import Folder
from notices import circulars, circulating, jobs
from notices.models import Document, SeriesCounter, Service
from registry import batches, jobs_batches, merging
from registry.models import Basis, BasisKind, Party
from registry.models_accounts import Account, AccountRole
from registry.models_batches import Batch, BatchItem
from sanctions import bulletins, measures, rounds
from sanctions.models_publications import Publication
from tests.builders import rendered
from tests.builders_cases import actor, party
from tests.conftest import NOW
from tests.sanctions.chain import Chain
from tests.sanctions.test_circulars import member
from tests.signed_in import signed_in

MANY = 9


class Killed(BaseException):
    """What no runner catches: the process is gone."""


class Sent:
    """A circular ready to be published, many members, and three companies that are none (any more, or not yet)."""

    def __init__(self, app: Flask) -> None:
        with app.app_context(), transaction() as at:
            chain = Chain(at, NOW - timedelta(days=30))
            many = (member(chain, f"第{each}号会员有限公司", electronic=each > 0) for each in range(MANY))
            self.members = [each.party_id or 0 for each in many]
            self.members.append(chain.lender.id)
            gone = party(at, "旧会员有限公司", basis=None)
            at.add(
                Basis(
                    party_id=gone.id,
                    kind=BasisKind.MEMBERSHIP,
                    from_on=date(2024, 1, 1),
                    to_on=date(2025, 1, 1),
                    status="WITHDRAWN",
                )
            )
            shut = party(at, "停业会员有限公司")
            shut.suspended_at = chain.now
            coming = party(at, "待入会有限公司", basis=None)
            at.add(Basis(party_id=coming.id, kind=BasisKind.MEMBERSHIP, from_on=chain.later(11).date()))
            self.gone, self.shut, self.coming = gone.id, shut.id, coming.id
            track = chain.effective([4], code="V-I02")
            measures.execute(at, track, actor=actor(chain.officer), version=None, now=chain.later(9))
            it = rounds.publication(at, track)
            assert it is not None
            bulletins.submit(at, it, actor=actor(chain.publisher), version=None, now=chain.later(10))
            bulletins.approve(at, it, actor=actor(chain.other_publisher), version=None, now=chain.later(10))
            self.chain, self.slug, self.id = chain, it.slug, it.id
            self.publisher, self.officer, self.at = chain.publisher.id, chain.officer.id, chain.later(10)
            for row in at.scalars(select(outbox.Outbox)):
                row.done_at = NOW

    def publish(self) -> int:
        with transaction() as at:
            person = actor(at.get_one(Account, self.publisher))
            it = at.get_one(Publication, self.id)
            bulletins.publish(at, it, actor=person, version=None, now=self.at)
            document = it.document_id or 0
        jobs.circulate(document)
        jobs.circulate(document)
        return document

    def batch(self, document: int) -> Batch:
        with transaction() as at:
            return at.scalars(select(Batch).where(Batch.key == f"{circulating.NAME}:{document}")).one()

    def served(self, document: int) -> list[int]:
        with transaction() as at:
            mine = select(Service.party_id).where(Service.document_id == document).order_by(Service.party_id)
            return [each or 0 for each in at.scalars(mine)]

    def browser(self, app: Flask, number: int) -> object:
        return signed_in(app, number, lang=None)


@pytest.fixture
def sent(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sent]:
    monkeypatch.setattr(circulating, "LARGE", 5)
    with time_machine.travel(NOW, tick=True):
        yield Sent(app)


def test_who_receives_it_is_looked_at_before_and_left_out_with_reasons_in_both_languages(
    sent: Sent, app: Flask
) -> None:
    page = sent.browser(app, sent.publisher).get(f"/staff/publications/{sent.slug}/members?lang=en").text  # type: ignore[attr-defined]
    assert "Its membership has ended." in page
    assert "The company is suspended." in page
    assert "第8号会员有限公司" in page
    assert "on paper: no address online is confirmed" in page
    with app.app_context():
        document = sent.publish()
        batch = sent.batch(document)
        with transaction() as at:
            left_out = select(BatchItem).where(BatchItem.batch_id == batch.id, BatchItem.state == "SKIPPED")
            why = {each.subject_id: each.reason or {} for each in at.scalars(left_out)}
    assert set(why) == {sent.gone, sent.shut, sent.coming}
    assert why[sent.coming]["en"] == "Its membership begins later."
    assert (why[sent.gone]["en"], why[sent.gone]["zh"]) == ("Its membership has ended.", "其会员资格已终止。")
    assert (batch.total, batch.started_by, batch.state) == (MANY + 4, sent.publisher, "WAITING")


def test_a_worker_killed_in_the_middle_doubles_no_member_and_no_number(
    sent: Sent, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    after = [2, 4, 1]
    real = circulars.serve

    def dying(*given: object) -> Service:
        service = real(*given)  # type: ignore[arg-type]
        if after and (after.insert(0, after.pop(0) - 1) or after[0] < 0):
            after.pop(0)
            raise Killed
        return service

    monkeypatch.setattr(circulars, "serve", dying)
    with app.app_context():
        document = sent.publish()
        number = sent.batch(document).id
        killed = 0
        while sent.batch(document).state != "DONE":
            try:
                jobs_batches.carry_on(number)
            except Killed:
                killed += 1
        assert (killed, after) == (3, [])
        assert sent.served(document) == sorted(sent.members)
        with transaction() as at:
            issued = at.scalars(select(Document.serial).where(Document.kind == "D23e").order_by(Document.serial)).all()
            last = at.scalar(select(SeriesCounter.last).where(SeriesCounter.series == "通"))
        assert issued == list(range(1, (last or 0) + 1))
        batch = sent.batch(document)
        assert (batch.done, batch.failed, batch.skipped) == (MANY + 1, 0, 3)


def test_a_member_whose_entry_is_merged_while_it_goes_out_gets_it_once_and_where_it_is_reached(
    sent: Sent, app: Flask
) -> None:
    on_paper, online = sent.members[:2]
    with app.app_context():
        document = sent.publish()
        number = sent.batch(document).id
        with transaction() as at:
            both = at.get_one(Party, on_paper), at.get_one(Party, online)
            merging.merge(at, *both, reason="同一公司", actor=SYSTEM, versions=(None, None), now=clock.now())
        jobs_batches.carry_on(number)
        assert sent.served(document) == sorted({*sent.members} - {on_paper})
        batch = sent.batch(document)
        assert (batch.state, batch.failed) == ("DONE", 0)
        with transaction() as at:
            mine = select(BatchItem.reason).where(BatchItem.batch_id == number, BatchItem.subject_id == on_paper)
            assert at.scalar(mine) is None


def test_it_is_cancelled_gone_on_with_and_handed_over_as_one_zip(
    sent: Sent, app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files._place, "store", Folder(tmp_path / "files"))
    with app.app_context():
        document = sent.publish()
        number = sent.batch(document).id
        for _each in range(5):
            jobs_batches.one(number)
        with transaction() as at:
            person = actor(at.get_one(Account, sent.publisher))
            batches.cancel(at, at.get_one(Batch, number), actor=person, now=clock.now())
        jobs_batches.carry_on(number)
        assert len(sent.served(document)) == 5
        with transaction() as at:
            batches.go_on(at, at.get_one(Batch, number), actor=person, now=clock.now())
        jobs_batches.carry_on(number)
        assert (sent.batch(document).state, sent.batch(document).sha256) == ("DONE", None)
        with transaction() as at:
            it = at.get_one(Document, document)
            rendered(at, it, NOW)
            it.pdf_sha256 = files.keep_made(at, b"%PDF-circular", "c.pdf", "application/pdf").sha256
        with transaction() as at:
            said = at.scalars(select(BatchItem).where(BatchItem.subject_id == sent.members[0])).one()
            assert "on paper" in (said.reason or {})["en"]
            batches.ask_file(at, at.get_one(Batch, number), actor=person, now=clock.now())
        jobs_batches.make_file(number)
        sha256 = sent.batch(document).sha256 or ""
    with zipfile.ZipFile(io.BytesIO(files.read(sha256))) as archive:
        names = archive.namelist()
        assert sum(each.endswith(".pdf") for each in names) == 1
        table = archive.read("成员单位送达情况.csv").decode("utf-8-sig")
    assert table.count("号会员有限公司") == MANY
    client = sent.browser(app, sent.publisher)
    page = client.get(f"/staff/publications/{sent.slug}?lang=en").text  # type: ignore[attr-defined]
    assert f"/staff/jobs/{number}" in page
    file = f"/staff/jobs/{number}/file"
    assert client.get(file).data.startswith(b"PK")  # type: ignore[attr-defined]
    with app.app_context(), transaction() as at:
        mine = AccountRole.account_id == sent.publisher
        at.execute(update(AccountRole).where(mine).values(role="officer"))
    client = sent.browser(app, sent.publisher)
    assert client.get(file).status_code == 404, "who publishes no more takes it no more"  # type: ignore[attr-defined]


def test_a_circular_withdrawn_halfway_goes_to_nobody_who_had_not_got_it(sent: Sent, app: Flask) -> None:
    with app.app_context():
        document = sent.publish()
        number = sent.batch(document).id
        for _each in range(5):
            jobs_batches.one(number)
        with transaction() as at:
            person = actor(at.get_one(Account, sent.publisher))
            batches.cancel(at, at.get_one(Batch, number), actor=person, now=clock.now())
            head = actor(at.get_one(Account, sent.chain.head.id))
            it = at.get_one(Publication, sent.id)
            bulletins.withdraw(at, it, reason="法院判决", actor=head, version=None, now=clock.now())
        with transaction() as at:
            batches.go_on(at, at.get_one(Batch, number), actor=person, now=clock.now())
        jobs_batches.carry_on(number)
        jobs.circulate(document)
        assert len(sent.served(document)) == 5
        with transaction() as at:
            assert circulars.deliver(at, at.get_one(Document, document), clock.now()) == 0
            skipped = select(BatchItem).where(BatchItem.batch_id == number, BatchItem.subject_id == sent.members[-2])
            left_out = at.scalars(skipped).one()
            assert (left_out.state, "withdrawn or corrected" in (left_out.reason or {})["en"]) == ("SKIPPED", True)
