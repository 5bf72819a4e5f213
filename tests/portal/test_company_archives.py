"""A company's lead downloads everything of its own as one ZIP with an index, and nothing of anybody else's."""

import hashlib
import re
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from os import urandom
from typing import Any
from zipfile import ZipFile

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from casework import forwardings, settlements
from casework.models import Forwarding
from casework.models_cases import Evidence
from core import clock, outbox
from core.db import transaction
from filestore import files as files_kept
from notices.models import Document
from portal import company_archives, company_exchanges, queries_waiting
from registry import batches, jobs_batches, merging, successions
from registry.models_accounts import Account, AccountRole
from registry.models_batches import Batch
from registry.models_lineage import PartyMerge, PartySuccession, SuccessionKind
from tests.builders import Desk, account, actor_of, party, person_of
from tests.filestore import making_files as made
from tests.portal.house import (  # noqa: F401 - fixtures
    ANSWER,
    BEGUN,
    Enter,
    Sent,
    address,
    enter,
    opened,
    sent,
    today,
)

PAGE = "/portal/downloads/"


def test_everything_of_ones_own_comes_as_one_zip_with_an_index(app: Flask, enter: Enter, sent: Sent) -> None:  # noqa: F811
    lead, member, stranger = opened(enter, sent), enter(sent.member), enter(sent.stranger)
    files = (BytesIO(made.picture()), "记录.png")
    lead.post(address(sent, "answer"), **ANSWER, seen="0", act="look", files=files)
    lead.post(address(sent, "answer", "check"), seen="1", warned="y", general="y")
    with app.app_context(), transaction() as at:
        other = Desk(at, BEGUN).accepted().forwardings[0].ref
        kept = files_kept.keep_made(at, made.pdf(), "a.pdf", "application/pdf")
        at.execute(update(Document).where(Document.pdf_sha256.is_not(None)).values(pdf_sha256=kept.sha256))
    member.post(PAGE, 403, year="0")
    assert "Nothing has reached your company" in stranger.post(PAGE, 409, year="0")
    assert '<option selected value="0">' in lead.get(PAGE), "everything, unless one year is chosen"
    lead.post(PAGE, year="0")
    assert "being made already" in lead.post(PAGE, 409, year="0", key="another")
    with app.app_context(), transaction() as at:
        number = at.scalars(select(Batch.id)).one()
    with app.app_context():
        jobs_batches.carry_on(number)
    with app.app_context(), transaction() as at:
        it = at.get_one(Batch, number)
        assert (it.state, it.trouble) == ("DONE", None)
    page = lead.get(PAGE)
    assert f"/portal/downloads/{number}.zip" in page
    for nobody in (member, stranger):
        nobody.get(f"{PAGE}{number}.zip", 404)
        nobody.post(f"{PAGE}{number}/cancel", 404)
        assert f"{number}.zip" not in nobody.get(PAGE)
    with ZipFile(BytesIO(lead.client.get(f"{PAGE}{number}.zip").data)) as archive:
        names = archive.namelist()
        rows = list(load_workbook(BytesIO(archive.read("index.xlsx"))).active.values)  # type: ignore[union-attr]
        for name, _ref, _what, _day, digest in rows[1:]:
            assert hashlib.sha256(archive.read(str(name))).hexdigest() == digest
    assert len(names) == len(rows)
    assert {str(row[2]) for row in rows[1:]} >= {"Answer", "File"}
    assert any(name.endswith("记录.png") for name in names)
    assert any(re.fullmatch(r"\d{4} \S+-\w+ Answer \d{4}-\d\d-\d\d\.txt", name) for name in names), names
    assert any(name.endswith(".pdf") for name in names)
    assert not any(other in name for name in names)
    with app.app_context(), transaction() as at:
        assert at.scalar(select(func.count()).select_from(Batch)) == 1


def test_who_is_no_lead_any_more_takes_nothing_of_what_he_had_asked_for(app: Flask, enter: Enter, sent: Sent) -> None:  # noqa: F811
    lead = opened(enter, sent)
    with app.app_context(), transaction() as at:
        kept = files_kept.keep_made(at, made.pdf(), "a.pdf", "application/pdf")
        at.execute(update(Document).where(Document.pdf_sha256.is_not(None)).values(pdf_sha256=kept.sha256))
    lead.post(PAGE, year="0")
    with app.app_context(), transaction() as at:
        number = at.scalars(select(Batch.id)).one()
    with app.app_context():
        jobs_batches.carry_on(number)
    assert lead.client.get(f"{PAGE}{number}.zip").status_code == 200
    with app.app_context(), transaction() as at:
        at.execute(delete(AccountRole).where(AccountRole.account_id == sent.lead, AccountRole.role == "lead"))
    lead.get(f"{PAGE}{number}.zip", 403)


def test_notices_count_towards_what_one_file_can_hold(
    app: Flask,
    enter: Enter,  # noqa: F811
    sent: Sent,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(company_archives, "LARGEST", 100_000)
    lead = opened(enter, sent)
    with app.app_context(), transaction() as at:
        kept = files_kept.keep_made(at, b"x" * 200_000, "a.pdf", "application/pdf")
        at.execute(update(Document).where(Document.pdf_sha256.is_not(None)).values(pdf_sha256=kept.sha256))
    lead.post(PAGE, year="0")
    with app.app_context(), transaction() as at:
        number = at.scalars(select(Batch.id)).one()
    with app.app_context():
        jobs_batches.carry_on(number)
    assert "more than one file can hold" in lead.get(PAGE)


def test_a_year_that_is_more_than_one_file_comes_in_parts_and_nothing_is_lost(
    app: Flask,
    enter: Enter,  # noqa: F811
    sent: Sent,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(company_archives, "LARGEST", 100_000)
    monkeypatch.setattr(batches, "MOST", 0)
    lead = opened(enter, sent)
    day = datetime(BEGUN.year - 7, 3, 1, tzinfo=clock.ZONE)
    with app.app_context(), transaction() as at:
        one = at.get_one(Forwarding, sent.number)
        for number in range(3):
            kept = files_kept.keep_made(at, urandom(40_000), f"{number}.bin", "application/pdf")
            at.add(_given(one, kept, day))
    assert f'value="{day.year}"' in lead.get(PAGE), "from the year of the first paper"
    assert f'value="{day.year - 1}"' not in lead.get(PAGE)
    lead.post(PAGE, year=str(day.year))
    for number in (1, 2):
        with app.app_context(), transaction() as at:
            last = at.scalars(select(Batch.id).order_by(Batch.id.desc())).first()
        with app.app_context():
            jobs_batches.carry_on(last)
        assert f"Part {number}" in lead.get(PAGE)
    with app.app_context(), transaction() as at:
        found = at.scalars(select(Batch).order_by(Batch.id)).all()
        assert [(it.state, "rest" in it.params) for it in found] == [("DONE", True), ("DONE", False)]
        numbers = [it.id for it in found]
    names = []
    for number in numbers:
        with ZipFile(BytesIO(lead.client.get(f"{PAGE}{number}.zip").data)) as archive:
            names.append(sorted(name.rpartition(" ")[2] for name in archive.namelist() if name.endswith(".bin")))
    assert names == [["0.bin", "1.bin"], ["2.bin"]]


def _given(to: Forwarding, kept: files_kept.Kept, day: datetime) -> Evidence:
    """A file that the company gave with its answer."""
    return Evidence(
        forwarding_id=to.id, party_id=to.party_id, given_by="RESPONDENT", purpose="ANSWER",
        sha256=kept.sha256, name=kept.name, media_type=kept.media_type, size=kept.size, added_at=day,
    )  # fmt: skip


def test_what_was_returned_and_agreed_on_is_among_a_companys_papers(app: Flask) -> None:
    with app.test_request_context(), transaction() as at:
        desk = Desk(at, BEGUN)
        complaint = desk.accepted(desk.lender, desk.firm)
        settlements.propose(at, complaint, "停止联系并致歉", actor=desk.lead, now=BEGUN)
        forwardings.not_ours(at, complaint.forwardings[0], why="没有这个产品", actor=desk.lead, now=BEGUN)
        asked = company_archives.Asked(complaint.forwardings[0].party_id, BEGUN.year, "zh")
        texts = [
            each.text for each in (*company_exchanges.returns(at, asked), *company_exchanges.settlements(at, asked))
        ]
        assert texts[0] == "没有这个产品"
        assert texts[1].startswith("停止联系并致歉\n\n")
        assert "2026-" in texts[1], "the day on which the company agreed"
        settlements.refuse(at, complaint, terms="停止联系并致歉", actor=person_of(complaint), now=BEGUN)
        (refused,) = company_exchanges.settlements(at, asked)
        assert "投诉人已于" in refused.text, "that the other side said no"
        forwardings.accept_return(at, complaint.forwardings[0], actor=desk.intake, now=BEGUN)
        assert [*company_exchanges.settlements(at, asked)], "what it agreed to itself"
        settlements.propose(at, complaint, "别的", actor=person_of(complaint), now=BEGUN)
        assert not [*company_exchanges.settlements(at, asked)], "and nothing that others agree on later"
        nobody = company_archives.Asked(0, None, "zh")
        assert not [*company_exchanges.returns(at, nobody), *company_exchanges.settlements(at, nobody)]


def test_terms_are_read_nowhere_before_the_letter_of_the_complaint_is_opened(app: Flask) -> None:
    with app.test_request_context(), transaction() as at:
        desk = Desk(at, BEGUN)
        complaint = desk.accepted(desk.lender, desk.firm)
        it = next(each for each in complaint.forwardings if each.party_id == desk.firm.id)
        settlements.propose(at, complaint, "停止联系并致歉", actor=person_of(complaint), now=BEGUN)
        asked = company_archives.Asked(desk.firm.id, None, "zh")
        found = [list(company_exchanges.settlements(at, asked)), list(queries_waiting.settlements(at, desk.firm.id))]
        assert found == [[], []]
        desk.serve("forwarding", it.id, "D05b")
        assert list(company_exchanges.settlements(at, asked))
        assert list(queries_waiting.settlements(at, desk.firm.id))


def test_what_is_made_after_a_merger_holds_the_papers_of_the_entry_that_stands(app: Flask) -> None:
    with app.test_request_context(), transaction() as at:
        desk = Desk(at, BEGUN)
        complaint = desk.accepted()
        forwardings.not_ours(at, complaint.forwardings[0], why="没有这个产品", actor=desk.lead, now=BEGUN)
        asked = company_archives.ask(at, year=None, lang="zh", actor=desk.lead, now=BEGUN)
        twin = party(at, "澜桥数字信贷有限公司")
        merging.merge(at, desk.lender, twin, reason="同一公司", actor=desk.head, versions=(None, None), now=BEGUN)
        with ZipFile(BytesIO(company_archives.build(at, asked).content)) as archive:
            assert any(complaint.forwardings[0].ref in name for name in archive.namelist())


def test_once_a_succession_is_withdrawn_the_successor_takes_no_papers_of_its_matters(app: Flask, enter: Enter) -> None:  # noqa: F811
    with app.app_context(), transaction() as at:
        desk = Desk(at, BEGUN)
        it = desk.accepted().forwardings[0]
        other = party(at, "远山消费金融有限公司")
        lead = account(at, "远山负责人", "lead", party=other)
        kind, paper = SuccessionKind.ABSORBED, {"from_on": BEGUN.date(), "evidence": "合并公告"}
        by: dict[str, Any] = {"actor": desk.head, "version": None, "now": BEGUN}
        matters = [each.key for each in successions.open_matters(at, desk.lender.id) if each.number == it.id]
        made = successions.record(at, desk.lender, other, kind=kind, **paper, matters=matters, **by).id
        asked = company_archives.ask(at, year=None, lang="zh", actor=actor_of(lead), now=BEGUN).id
        number = lead.id
    with app.app_context():
        jobs_batches.carry_on(asked)
    browser = enter(number)
    assert browser.client.get(f"{PAGE}{asked}.zip").status_code == 200
    with app.app_context(), transaction() as at:
        successions.withdraw(at, at.get_one(PartySuccession, made), reason="误登记", **by)
    assert browser.client.get(f"{PAGE}{asked}.zip").status_code == 404


def test_once_a_merger_is_taken_back_nobody_takes_papers_of_the_other_company(app: Flask, enter: Enter) -> None:  # noqa: F811
    with app.app_context(), transaction() as at:
        desk = Desk(at, BEGUN)
        forwardings.not_ours(at, desk.accepted().forwardings[0], why="没有这个产品", actor=desk.lead, now=BEGUN)
        other = party(at, "远山消费金融有限公司")
        others_lead = account(at, "远山负责人", "lead", party=other).id
        said: dict[str, Any] = {"reason": "同一公司", "actor": desk.head, "now": BEGUN}
        merge = merging.merge(at, other, desk.lender, **said, versions=(None, None)).id
        both = actor_of(at.get_one(Account, others_lead)), desk.lead
        mine, theirs = (company_archives.ask(at, year=None, lang="zh", actor=who, now=BEGUN).id for who in both)
    with app.app_context():
        for each in (mine, theirs):
            jobs_batches.carry_on(each)
    browser = enter(others_lead)
    assert browser.client.get(f"{PAGE}{mine}.zip").status_code == 200
    with app.app_context(), transaction() as at:
        merging.undo(at, at.get_one(PartyMerge, merge), back=[], version=None, **said)
    assert browser.client.get(f"{PAGE}{mine}.zip").status_code == 404
    with app.app_context(), transaction() as at:
        assert at.scalars(select(Batch.sha256)).all() == [None, None]


def test_a_file_that_is_being_made_while_a_merger_is_taken_back_is_made_anew(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, BEGUN)
        it = desk.answer(desk.forwarded())
        kept = files_kept.keep_made(at, made.pdf(), "a.pdf", "application/pdf")
        at.execute(update(Document).where(Document.pdf_sha256.is_not(None)).values(pdf_sha256=kept.sha256))
        other = party(at, "远山消费金融有限公司")
        others_lead = account(at, "远山负责人", "lead", party=other)
        said: dict[str, Any] = {"reason": "同一公司", "actor": desk.head, "now": BEGUN}
        merge = merging.merge(at, other, desk.lender, **said, versions=(None, None)).id
        company_archives.ask(at, year=None, lang="zh", actor=actor_of(others_lead), now=BEGUN)
        ref = it.ref
    held: list[bool] = []

    def slowly(at: Session, batch: Batch) -> batches.File:
        file = company_archives.build(at, batch)
        with ZipFile(BytesIO(file.content)) as archive:
            held.append(any(ref in name for name in archive.namelist()))
        if len(held) == 1:
            with app.app_context(), transaction() as inside:
                merging.undo(inside, inside.get_one(PartyMerge, merge), back=[], version=None, **said)
        return file

    monkeypatch.setitem(batches.KINDS, company_archives.NAME, replace(company_archives.ARCHIVE, file=slowly))
    with app.app_context():
        outbox.run_all()
    assert held == [True, False]
