"""Sealing by hand: nothing is served before its stamped scan is back under its number, and the log has its line."""

import io
import re
from collections.abc import Iterator
from datetime import timedelta

import pikepdf
import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.http import parse_options_header

from casework.models_recusals import Interest
from core import clock, journal, outbox
from core.actors import Actor
from core.db import transaction
from core.errors import BadInput, NotAllowed, NotNow, Refused
from core.journal import JournalEntry
from core.machine import Ask
from filestore import files
from notices import jobs, policies_reading, queries, queries_seals, serving, stamping, verifying
from notices.models import Document
from notices.models_seals import DocumentSeal, SealLine
from notices.papers import Head, Paper
from notices.rendering import html_of
from notices.states import APPROVAL
from notices.verifying import Verdict
from registry.models_accounts import Account
from registry.models_settings import Setting
from tests.builders import NAME, Desk, account, actor_of
from tests.conftest import NOW
from tests.signed_in import signed_in


class House:
    """An association that stamps by hand, a letter that it issued, and who keeps its seal."""

    def __init__(self, app: Flask, number: int, keeper: int) -> None:
        self.app, self.letter, self.keeper = app, number, keeper

    def scan(self, pages: int = 0, name: str = "scan.pdf") -> list[FileStorage]:
        with transaction() as at:
            printed = queries_seals.print_of(at, self.letter)
            assert printed is not None
            wanted = pages or printed.pages
        return [FileStorage(io.BytesIO(paper(wanted)), name)]

    def seal(self, at: Session, **said: object) -> SealLine:
        document = at.get_one(Document, self.letter)
        given: dict[str, object] = {
            "scan": None,
            "typed": document.number,
            "day": document.issued_on,
            "copies": 2,
            "actor": actor_of(at.get_one(Account, self.keeper)),
            "now": clock.now(),
        } | said
        return stamping.seal(at, self.letter, **given)  # type: ignore[arg-type]

    def client(self) -> FlaskClient:
        return signed_in(self.app, self.keeper)


def paper(pages: int) -> bytes:
    """A scan of so many pages."""
    made, out = pikepdf.new(), io.BytesIO()
    for _page in range(pages):
        made.add_blank_page(page_size=(595, 842))
    made.save(out)
    return out.getvalue()


@pytest.fixture
def house(app: Flask) -> Iterator[House]:
    with app.app_context():
        with transaction() as at:
            at.execute(update(Setting).where(Setting.key == "SEAL_MODE").values(value="physical"))
            desk = Desk(at, clock.now())
            forwarding = desk.accepted().forwardings[0]
            found = queries.last_document(at, ["D05b"], "forwarding", forwarding.id)
            assert found is not None
            number, keeper = found.id, account(at, "印章保管员", "seal keeper").id
        yield House(app, number, keeper)


def test_what_is_stamped_by_hand_gets_neither_a_drawn_seal_nor_a_signature(house: House) -> None:
    jobs.render(house.letter)
    with transaction() as at:
        document = at.get_one(Document, house.letter)
        frozen = document.paper
        page = html_of(Paper.from_json(frozen["paper"]), Head.from_json(frozen["head"]))
        assert 'src="part:seal"' not in page
        assert "sign plain" not in page  # its place stays free
        assert at.get(DocumentSeal, house.letter) is None
        assert document.pdf_sha256 is None
        assert queries_seals.print_of(at, house.letter) is not None


def test_nothing_goes_on_before_the_scan_is_back(house: House) -> None:
    jobs.render(house.letter)
    with transaction() as at:
        document = at.get_one(Document, house.letter)
        assert document.dossier is not None
        ask = Ask(at, document.dossier, actor_of(at.get_one(Account, house.keeper)), {}, clock.now())
        assert [type(each) for each in APPROVAL.refusals(ask, "seal")] == [NotNow]
        assert (document.dossier.state, document.services[0].state) == ("ISSUED", "ISSUED")


def test_until_the_scan_is_back_staff_and_company_read_that_the_seal_is_waited_for(house: House) -> None:
    jobs.render(house.letter)
    with transaction() as at:
        document = at.get_one(Document, house.letter)
        lead = next(each for each in at.scalars(select(Account)) if each.party_id == document.party_id)
        places = (
            (lead.id, f"/portal/notices/{house.letter}"),
            (lead.id, f"/portal/forwardings/{document.subject_id}"),
            (house.keeper, f"/staff/notices/{house.letter}"),
        )
    for house.keeper, page in places:
        read = house.client().get(page).text
        assert "Issued, to be sealed" in read, page
        assert "the making" not in read
        assert ("It is being sealed by hand and can be opened here afterwards." in read) is page.startswith("/portal")


def test_the_scan_is_what_is_served_and_both_files_stay(house: House) -> None:
    jobs.render(house.letter)
    scan = house.scan()
    with transaction() as at:
        others = [
            each.id
            for each in at.get_one(Document, house.letter).dossier.documents  # type: ignore[union-attr]
            if each.outward and each.id != house.letter
        ]
    with transaction() as at:
        line = house.seal(at, scan=scan)
        document, printed = at.get_one(Document, house.letter), queries_seals.print_of(at, house.letter)
        assert printed is not None
        assert document.pdf_sha256 == line.scan_sha256 != printed.sha256
        assert (line.number, line.copies, line.keeper_id) == (document.number, 2, house.keeper)
        assert line.approver_id == document.dossier.signed_by  # type: ignore[union-attr]
        assert document.dossier.state == ("ISSUED" if others else "SEALED")  # type: ignore[union-attr]
        served, print_ = files.read(line.scan_sha256), files.read(printed.sha256)
    with transaction() as at:
        entry = at.scalars(select(JournalEntry).where(JournalEntry.row == "document.stamped")).one()
        assert entry.subject_id == house.letter
        assert list(journal.verify(at)) == []
        assert verifying.verify(at, served).verdict is Verdict.GENUINE
        unstamped = verifying.verify(at, print_)
        assert (unstamped.verdict, unstamped.reasons) == (Verdict.ALTERED, (verifying.UNSTAMPED,))


def test_before_the_scan_is_back_no_check_code_tells_of_a_document_in_force(house: House) -> None:
    jobs.render(house.letter)
    with transaction() as at:
        code = at.get_one(Document, house.letter).check_code
    anybody = house.app.test_client()
    anybody.set_cookie("lang", "en")
    page = anybody.get("/verify", query_string={"code": code}).get_data(as_text=True)
    assert "Issued, but not stamped yet" in page
    assert "none before the stamped scan is back" in page
    assert "Genuine" not in page
    scan = house.scan()
    with transaction() as at:
        house.seal(at, scan=scan)
    assert "Genuine and in force" in anybody.get("/verify", query_string={"code": code}).get_data(as_text=True)


def test_the_dossier_is_sealed_by_the_keeper_with_its_last_scan_and_service_goes_on(house: House) -> None:
    with transaction() as at:
        every = queries_seals.without_line(at, at.get_one(Document, house.letter).dossier_id or 0)
        numbers = [each.id for each in every]
    for number in numbers:
        jobs.render(number)
    for number in numbers:
        house.letter = number
        scan = house.scan()
        with transaction() as at:
            house.seal(at, scan=scan)
    with transaction() as at:
        document = at.get_one(Document, numbers[-1])
        assert document.dossier is not None
        assert document.dossier.state == "SEALED"
        row = at.scalars(select(JournalEntry).where(JournalEntry.row == "Q07")).one()
        assert row.actor.endswith(str(house.keeper))
        states = [each.state for other in document.dossier.documents for each in other.services]
        assert states
        assert "ISSUED" not in states


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"typed": "蓝金协转〔2026〕99号"}, "number"),
        ({"scan": [FileStorage(io.BytesIO(b"%PDF-1.7 nothing"), "scan.pdf")]}, "scan"),
        ({"scan": [FileStorage(io.BytesIO(b"words"), "scan.txt")]}, "scan"),
        ({"scan": []}, "scan"),
        ({"day": NOW.date().replace(year=2020)}, "day"),
    ],
)
def test_a_scan_that_is_not_this_document_is_refused(house: House, wrong: dict[str, object], field: str) -> None:
    jobs.render(house.letter)
    scan = house.scan()
    with pytest.raises(BadInput) as refused, transaction() as at:
        house.seal(at, **({"scan": scan} | wrong))
    assert refused.value.field == field
    with transaction() as at:
        assert queries_seals.line_of(at, house.letter) is None


def test_a_scan_with_fewer_pages_or_the_print_itself_is_refused(house: House) -> None:
    jobs.render(house.letter)
    with transaction() as at:
        printed = queries_seals.print_of(at, house.letter)
        assert printed is not None
        same, short = files.read(printed.sha256), printed.pages - 1
        printed.pages = max(2, printed.pages)
    with pytest.raises(BadInput, match="页"), transaction() as at:
        house.seal(at, scan=[FileStorage(io.BytesIO(paper(max(1, short))), "scan.pdf")])
    with pytest.raises(BadInput), transaction() as at:
        house.seal(at, scan=[FileStorage(io.BytesIO(same), "scan.pdf")])


def test_one_file_is_the_scan_of_one_document_only(house: House) -> None:
    jobs.render(house.letter)
    with transaction() as at:
        desk = Desk(at, clock.now())
        other = queries.last_document(at, ["D01"], "complaint", desk.received(contact="13900000077").id)
        assert other is not None
        number, wanted = other.id, other.issued_on
    jobs.render(number)
    scan = paper(3)
    with transaction() as at:
        theirs, mine = (queries_seals.print_of(at, each) for each in (number, house.letter))
        assert theirs is not None
        assert mine is not None
        mine.pages = theirs.pages
        with pytest.raises(BadInput, match="另一"):
            house.seal(at, scan=[FileStorage(io.BytesIO(files.read(theirs.sha256)), "b.pdf")])
    with transaction() as at:
        house.seal(at, scan=[FileStorage(io.BytesIO(scan), "a.pdf")])
    with transaction() as at:
        typed = at.get_one(Document, number).number
        house.letter = number
        with pytest.raises(BadInput, match="另一"):
            house.seal(at, scan=[FileStorage(io.BytesIO(scan), "a.pdf")], typed=typed, day=wanted)


def test_pictures_of_the_pages_become_one_file(house: House) -> None:
    jobs.render(house.letter)
    with transaction() as at:
        printed = queries_seals.print_of(at, house.letter)
        assert printed is not None
        wanted = printed.pages
    pictures = []
    for page in range(wanted):
        out = io.BytesIO()
        Image.new("RGB", (620, 877), (255, 255 - page, 250)).save(out, "JPEG")
        pictures.append(FileStorage(io.BytesIO(out.getvalue()), f"{page}.jpg"))
    with transaction() as at:
        line = house.seal(at, scan=pictures)
        with pikepdf.open(io.BytesIO(files.read(line.scan_sha256))) as opened:
            sides = [float(side) for side in opened.pages[0].mediabox[2:]]
    assert line.scan_pages == wanted
    assert sides == pytest.approx([595, 842], abs=2)
    outbox.run_all()
    with transaction() as at:
        assert at.get(files.StoredFile, line.scan_sha256) is not None
        assert not at.scalars(select(files.StoredFile).where(files.StoredFile.media_type == "image/jpeg")).all()


def test_the_number_may_be_typed_with_other_brackets() -> None:
    assert stamping.as_number("蓝金协转 [2026] 3 号") == stamping.as_number("蓝金协转〔2026〕3号")
    assert stamping.as_number("蓝金协转(2026)3号") == stamping.as_number("蓝金协转（2026）3号")
    assert stamping.as_number("蓝金协转〔2026〕3号") != stamping.as_number("蓝金协转〔2026〕13号")


def test_only_the_seal_keeper_hands_in_a_scan_and_only_once(house: House) -> None:
    jobs.render(house.letter)
    scan, again = house.scan(), house.scan()
    with transaction() as at:
        officer = actor_of(account(at, "经办人", "officer"))
    with pytest.raises(NotAllowed), transaction() as at:
        house.seal(at, scan=scan, actor=officer)
    with transaction() as at:
        house.seal(at, scan=scan)
    with pytest.raises(NotNow), transaction() as at:
        house.seal(at, scan=again)


def test_a_void_document_is_not_waited_for(house: House) -> None:
    with transaction() as at:
        document = at.get_one(Document, house.letter)
        head = actor_of(account(at, "负责人", "head"))
        serving.step(at, document.services[0].id, "void", actor=head, now=clock.now(), reason="内容有误")
        rows, _part = queries_seals.to_stamp(at)
        assert house.letter not in [each.id for each in rows]
        assert house.letter not in [each.id for each in queries_seals.without_line(at, document.dossier_id or 0)]
    outbox.run_all()
    with pytest.raises(NotNow), transaction() as at:
        house.seal(at, scan=[])


def test_a_line_of_the_log_is_never_changed(house: House) -> None:
    jobs.render(house.letter)
    scan = house.scan()
    with transaction() as at:
        house.seal(at, scan=scan)
    with pytest.raises(Exception, match="permission denied"), transaction() as at:
        at.execute(update(SealLine).values(copies=9))


def test_the_pages_show_what_to_stamp_take_the_scan_and_write_the_log(house: House) -> None:
    jobs.render(house.letter)
    client, scan = house.client(), house.scan()
    with transaction() as at:
        document = at.get_one(Document, house.letter)
        number, day = str(document.number), document.issued_on.isoformat()
    assert number in client.get("/staff/seals/").get_data(as_text=True)
    assert NAME not in client.get("/staff/seals/").get_data(as_text=True)
    assert NAME not in client.get("/staff/notices/").get_data(as_text=True)
    at_page = f"/staff/seals/{house.letter}"
    assert client.get(f"{at_page}/print.pdf").mimetype == "application/pdf"
    shown = client.get(at_page).get_data(as_text=True)
    assert "Allowed: PDF, JPG, PNG, WEBP." in shown
    assert shown.count('id="scan"') == 1
    hidden = dict(re.findall(r'name="(csrf_token|key|version)"[^>]*value="([^"]*)"', shown))
    sent = hidden | {"number": number, "day": day, "copies": "2", "scan": (scan[0].stream, "scan.pdf")}
    taken = client.post(at_page, data=sent, content_type="multipart/form-data")
    assert taken.status_code == 303, re.findall(r"(?s)error-summary.*?</ul>", taken.get_data(as_text=True))
    log = client.get("/staff/seals/log").get_data(as_text=True)
    assert number in log
    assert "印章保管员" in log
    saved = client.get(f"/staff/seals/log.csv?since={day}&until={day}")
    assert parse_options_header(saved.headers["Content-Disposition"])[1]["filename"].startswith("Seal log ")
    lines = saved.get_data(as_text=True).splitlines()
    assert len(lines) == 2
    assert number in lines[1]
    before = document.issued_on - timedelta(days=1)
    assert len(client.get(f"/staff/seals/log.csv?until={before}").get_data(as_text=True).splitlines()) == 1
    assert client.get(f"/staff/notices/{house.letter}.pdf").status_code == 200


def test_a_kind_may_be_stamped_while_others_are_sealed_electronically(app: Flask, session: Session) -> None:
    session.add(Setting(key="SEAL_MODE.D05b", value="physical", unit="", meaning="", meaning_zh="", basis=""))
    session.flush()
    modes = {kind: queries_seals.mode_of(session, kind) for kind in ("D05b", "D05a", "D15", "D28")}
    assert modes == {"D05b": "physical", "D05a": "electronic", "D15": "none", "D28": "electronic"}
    with pytest.raises(Refused):
        stamping.seal(session, 1, scan=[], typed="", day=None, copies=1, actor=Desk(session, NOW).officer, now=NOW)


def test_who_keeps_the_seal_reads_what_he_stamps_and_nothing_else(house: House) -> None:
    jobs.render(house.letter)
    client, scan = house.client(), house.scan()
    with transaction() as at:
        other = at.scalars(select(Document.id).where(Document.seal_mode != "physical")).first()
        if other is None:
            other = at.scalars(select(Document.id).where(Document.id != house.letter)).first()
            at.execute(update(Document).where(Document.id == other).values(seal_mode="none"))
        successor = House(house.app, house.letter, account(at, "新保管员", "seal keeper").id)
    pages = [f"/staff/seals/{house.letter}", f"/staff/seals/{house.letter}/print.pdf", f"/staff/notices/{house.letter}"]
    assert {client.get(url).status_code for url in pages} == {200}
    assert client.get(f"/staff/notices/{other}").status_code == 403
    with transaction() as at:
        house.seal(at, scan=scan)
        both = Actor(None, frozenset({"panel", "seal keeper"}))
        document = Document(kind="D16a", subject_kind="track", subject_id=1, seal_mode="none")
        assert policies_reading.may_read(at, document, both), "whoever decides reads what it decides by"
        (service, *_) = at.get_one(Document, house.letter).services
        service.proof = {"position": "前台", "relation": "同事"}
    assert "前台" not in client.get(pages[2]).text, "the proof of service is not the keeper's"
    assert 'href="/staff/to-serve"' not in client.get(pages[2]).text
    assert {client.get(url).status_code for url in pages} == {200}
    assert {successor.client().get(url).status_code for url in pages} == {403}


def test_who_is_tied_to_a_company_seals_no_letter_about_it(house: House) -> None:
    jobs.render(house.letter)
    scan = house.scan()
    with transaction() as at:
        company = at.get_one(Document, house.letter).services[0].party_id
        of = {"account_id": house.keeper, "party_id": company, "kind": "SHARES", "from_on": NOW.date()}
        at.add(Interest(**of, declared_at=NOW))
    with transaction() as at, pytest.raises(NotAllowed, match="利害关系"):
        house.seal(at, scan=scan)
    page = house.client().get(f"/staff/seals/{house.letter}").text
    assert "等待其他印章保管员办理" in page
    assert "利害关系" in page
    assert 'name="scan"' not in page


def test_a_page_of_what_waits_leads_back_and_to_the_beginning_where_all_of_it_is_done(house: House) -> None:
    jobs.render(house.letter)
    with transaction() as at:
        letters = [each.id for each in queries_seals.to_stamp(at)[0]]
        first, second, last = letters[0], letters[1], letters[-1]
    keeper = house.client()
    assert f"/staff/seals/?before={second}" in keeper.get(f"/staff/seals/?after={first}").text
    assert keeper.get(f"/staff/seals/?after={last}").location == "/staff/seals/"
