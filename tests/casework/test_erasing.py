"""Personal data of a complaint is erased when its years are over, and not a day before; what is counted stays."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import String, create_engine, func, select, text, update
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool
from structlog.testing import capture_logs

from admin import retention
from casework import (
    complainant_texts,
    complaints,
    erasures,
    expiries,
    messages,
    notes,
    noting,
    putting_right,
    queries_erasures,
    receipts,
    settlements,
    stop_contacts,
)
from casework.intake import EvidenceFile
from casework.models import Complainant, Complaint, Forwarding, Settlement, Task
from casework.models_cases import CaseComplaint, Evidence
from casework.models_erasures import ErasureHold
from casework.models_evidence import EvidenceNote
from casework.models_stop_contacts import StopContact
from core import drafts, journal, outbox
from core.crypto import Encrypted
from core.db import transaction
from core.errors import BadInput, NotAllowed, NotNow, Unavailable
from core.journal import JournalEntry
from core.mail import Mail
from core.texts import TextMessage
from figures import months
from filestore import files
from notices.models import Document
from notices.models_approval import DossierComment, DossierVersion
from notices.models_seals import DocumentSeal, SealLine
from portal.models_materials import MaterialFile, MaterialRequest
from registry import clocks
from registry.models_accounts import Account
from registry.models_batches import Batch, BatchItem
from registry.settings import setting
from search import entries, hashed
from search.models import EvidenceText, SearchEntry
from tests.builders import MAIL, NAME, PHONE, Desk, person_of
from tests.canary import everything, holding
from tests.conftest import DATABASE, NOW, _owner
from tests.filestore import making_files as made
from tests.kept_states import brought_once
from tests.refusals import CHINESE, ENGLISH
from tests.registry.test_notifications import last_code, taking  # noqa: F401 - a fixture
from tests.registry.test_settings import as_production

WORD = "鹦鹉螺"
"""Stands in every text of the complaint."""
LAST_DAY = datetime(2031, 11, 25, 15, 59, tzinfo=UTC)
"""The last minute, in Shanghai, of the five years after NOW."""
AFTER = LAST_DAY + timedelta(minutes=1)
ENGLISH_READER = {"Accept-Language": "en"}
PDF = b"%PDF-1.7 " + WORD.encode()
CODES = {"ref", "state", "channel", "lang", "role", "reason", "outcome", "source", "source_no", "said_how"}
"""Columns that hold a word of a list or a number, and stay."""


def file_of(desk: Desk, content: bytes, name: str) -> EvidenceFile:
    kept = files.keep(desk.session, BytesIO(content), name)
    return EvidenceFile(kept.sha256, kept.name, kept.media_type, kept.size, shared=True)


def ended(desk: Desk, contact: str = PHONE, width: int = 8) -> Complaint:
    """A complaint that was answered, disputed and closed, with every kind of trace of its person, nothing open."""
    at, now = desk.session, desk.now
    forwarding = desk.forwarded(
        facts=f"{WORD}：我叫{NAME}，电话{PHONE}。",
        masked=f"{WORD}：投诉人的电话已隐去。",
        request=f"停止联系{WORD}",
        contact=contact,
        id_no="11010519491231002X",
        share_identity=True,
        files=[file_of(desk, made.picture(size=(width, 6)), f"{NAME}的{WORD}.png")],
    )
    it, person = forwarding.complaint, person_of(forwarding.complaint)
    messages.write(at, it, f"{WORD}，我是{NAME}", actor=person, now=now)
    messages.write(at, it, f"{WORD}收到", actor=desk.intake, now=now)
    notes.write(at, it, text=f"{WORD}本人来电", actor=desk.intake, now=now)
    putting_right.person(at, it, why=f"{WORD}本人说的", name=NAME + "子", actor=desk.intake, now=now)
    if contact == PHONE:
        complainant_texts.ask(at, it, actor=person, now=now)
        assert complainant_texts.confirm(at, it, last_code(at), actor=person, now=now)
        messages.write(at, it, "有新进展", actor=desk.intake, now=now)
    for stop in stop_contacts.request(at, it, number="13712345678", own=True, actor=person, now=now):
        stop_contacts.decline(at, stop, holder="DEBTOR", why=f"{WORD}是借款人", actor=desk.intake, now=now)
        scan = files.keep(at, BytesIO(made.picture(size=(width, 7))), f"{WORD}.png")
        stop.scan_sha256, stop.scan_name, stop.scan_type = scan.sha256, scan.name, scan.media_type
    desk.answer(forwarding, to_association=f"{WORD}经核查。", to_complainant=f"{WORD}致歉。")
    desk.release(forwarding)
    desk.serve("forwarding", forwarding.id, "D39")
    released = [each.id for each in desk.releases(it)]
    complaints.dispute(at, it, releases=released, why=f"{WORD}不属实", actor=person, now=now)
    complaints.close(at, it, why=f"{WORD}已核", actor=desk.officer, now=now)
    evidence = at.scalars(select(Evidence).where(Evidence.complaint_id == it.id)).one()
    at.add(EvidenceNote(evidence_id=evidence.id, body=WORD, author_id=desk.intake.id, written_at=now))
    at.add(EvidenceText(evidence_id=evidence.id, body=f"{WORD} {NAME}"))
    about = drafts.About(desk.officer.id or 0, "x", f"/staff/complaints/{it.ref}", "/", "complaint", it.id)
    drafts.save(at, f"account:{desk.officer.id}", f"note#{it.ref}", {"text": [WORD]}, now, about)
    shared = {"fields": {"text": WORD}}
    drafts.save(at, f"party:{desk.lender.id}", f"answer:{forwarding.id}:0", shared, now)
    at.flush()
    all_done(desk, it)
    return it


def all_done(desk: Desk, it: Complaint) -> None:
    """Every letter was made and arrived, and nobody has anything to do any more."""
    at = desk.session
    for document in papers(at, it):
        kept = files.keep_made(at, PDF + str(document.id).encode(), "x.pdf", "application/pdf")
        if any(each.state != "SERVED" for each in document.services):
            desk.serve(document.subject_kind, document.subject_id, document.kind)
        if at.get(DocumentSeal, document.id) is None:  # the file that was signed stays
            document.pdf_sha256, document.pdf_at = kept.sha256, desk.now
    close_all(at)


def planted(at: Session) -> set[str]:
    """Every text of a complaint, its forwardings and its terms says the word, whatever verb writes it; says where."""
    at.add_all(Settlement(complaint_id=each, terms="", proposed_at=NOW) for each in at.scalars(select(Complaint.id)))
    asked = [{"at": NOW.isoformat(), "why": WORD, "how": "REFUSED", "ended_at": NOW.isoformat(), "answer": WORD}]
    beside: dict[type[Any], dict[str, Any]] = {
        Complaint: {"source_fields": {"x": WORD}},
        Forwarding: {"time_requests": asked},
        Settlement: {},
    }
    places = set()
    for table, said in beside.items():
        columns = [each for each in table.__table__.columns if isinstance(each.type, String | Encrypted)]
        texts = said | {each.name: WORD for each in columns if each.name not in CODES}
        at.execute(update(table).values(texts))
        places |= {f"{table.__tablename__}.{name}" for name in texts}
    over = {"reason": WORD, "held_at": NOW, "held_by": at.scalars(select(Account.id)).first(), "let_go_at": NOW}
    at.add_all(ErasureHold(complaint_id=each, **over) for each in at.scalars(select(Complaint.id)))
    at.execute(update(Complainant).values(name_pictures={"\ue000": WORD}))
    return places | {"erasure_hold.reason", "complainant.name_pictures"}


def hashes(at: Session) -> set[bytes]:
    """By which a person, or a number that is not to be called, is found without being readable."""
    mine = (Complaint.receipt_hash, Complainant.contact_hash, StopContact.number_hash)
    return {each for column in mine for each in at.scalars(select(column)) if each is not None}


def papers(at: Session, it: Complaint) -> list[Document]:
    return list(queries_erasures.papers(at, queries_erasures.subjects(at, it)))


def close_all(at: Session) -> None:
    """Nobody has anything to do any more."""
    at.execute(update(Task).where(Task.done_at.is_(None)).values(done_at=NOW))


def make(app: Flask, build: Callable[[Desk], Any]) -> Any:
    with app.app_context(), transaction() as at:
        return build(Desk(at, NOW))


@pytest.fixture
@brought_once
def both(app: Flask) -> tuple[int, int]:
    """Two complaints that ended today, of a person with a telephone and of one with a mail address."""
    return make(app, lambda desk: (ended(desk).id, ended(desk, MAIL, 9).id))


def refused(act: Callable[[], object], english: str, chinese: str) -> None:
    with pytest.raises((NotNow, BadInput)) as refusal:
        act()
    for lang, words in ((ENGLISH, english), (CHINESE, chinese)):
        with force_locale(lang):
            assert words in str(refusal.value.message)


def erase(app: Flask, now: datetime) -> int:
    with app.app_context():
        return retention.erase_due(now)


def test_nothing_is_erased_on_the_last_day_of_the_years_and_all_of_it_on_the_next(
    app: Flask, both: tuple[int, int]
) -> None:
    with app.app_context(), transaction() as at:
        assert "forwarding.identity" in holding(at, NAME), "where the person consented, the company was told the name"
        texts = planted(at)
        counts = months.count(at, date(2026, 11, 1), NOW) and months._kept(at, date(2026, 11, 1))
        before = holding(at, WORD)
        digests = [row for rows in at.execute(select(Evidence.sha256, Evidence.stripped_sha256)) for row in rows if row]
        digests += list(at.scalars(select(Document.pdf_sha256).where(Document.pdf_sha256 != "0" * 64)))
        digests += list(at.scalars(select(StopContact.scan_sha256)))
        left = select(Complaint.id, Complaint.outcome, Complaint.state, Complaint.round).order_by(Complaint.id)
        companies = at.execute(left).all()
        mails, known = at.scalar(select(func.count()).select_from(Mail)), hashes(at)
        days = {queries_erasures.erased_on(at, it) for it in at.scalars(select(Complaint))}
        assert days == {date(2031, 11, 26)}
    assert {"complaint.facts", "message.body", "document.paper", "journal.changes", "draft.fields"} | texts <= before
    assert len(texts) > 15
    assert mails
    assert erase(app, LAST_DAY) == 0
    with app.app_context(), transaction() as at:
        assert holding(at, WORD) == before
    assert erase(app, AFTER) == 2
    with app.app_context():
        outbox.run_all()
        with transaction() as at:
            assert holding(at, WORD, NAME, PHONE, MAIL, "13712345678", "11010519491231002X", WORD[:2]) == set()
            assert {receipts.contact_hash(each) for each in (PHONE, MAIL, "13712345678")} <= known
            assert not hashes(at) & known
            terms = everything(at)["search_entry.terms"]
            assert not any(hashed.secret(each) in terms for each in (PHONE, MAIL, "13712345678"))
            assert (months.count(at, date(2026, 11, 1), NOW) and months._kept(at, date(2026, 11, 1))) == counts
            let_off = at.execute(select(Forwarding.return_reason, Forwarding.retract_reason)).all()
            assert let_off == [("", "")] * 2, "that a company returned it, or it was taken back, stays without its text"
            assert at.execute(left).all() == companies
            assert entries.drifted(at) == []
            assert list(journal.verify(at)) == []
            assert at.scalars(select(StopContact.scan_sha256)).all() == [None, None]
        assert len(digests) > 6
        for digest in digests:
            with pytest.raises(Unavailable):
                files.read(digest)


def test_mails_about_terms_moved_days_and_a_lost_code_are_erased_as_well(app: Flask) -> None:
    def told(desk: Desk) -> int:
        forwarding = desk.forwarded(contact=MAIL)
        it, limit = forwarding.complaint, clocks.live(desk.session, "K03", ("forwarding", forwarding.id))
        assert limit is not None
        assert limit.due_on is not None
        settlements.propose(desk.session, it, "停止联系", actor=desk.lead, now=NOW)
        for was in (limit.due_on, limit.due_on - timedelta(days=1)):
            expiries.moved(desk.session, limit, was)
        receipts.ask_link(desk.session, it.ref, MAIL, url="https://zilu.example/lost")
        return it.id

    number = make(app, told)
    with app.app_context():
        outbox.run_all()

    def withdrawn(desk: Desk) -> set[str]:
        at, it = desk.session, desk.session.get_one(Complaint, number)
        mine = [each.key.partition(":")[0] for each in at.scalars(select(Mail)) if each.to == MAIL]
        complaints.withdraw(at, it, pressure=False, actor=person_of(it), now=NOW)
        all_done(desk, it)
        return set(mine)

    assert {"terms", "moved", "certain", "receipt-link"} <= make(app, withdrawn)
    assert erase(app, AFTER) == 1
    with app.app_context(), transaction() as at:
        assert [each.key for each in at.scalars(select(Mail)) if each.to == MAIL] == []


@pytest.mark.usefixtures("taking")
def test_no_text_message_is_left_with_the_number_of_whoever_is_erased_also_where_it_was_misheard(app: Flask) -> None:
    misheard = "13800138000"

    def told(desk: Desk) -> int:
        at, it = desk.session, desk.received(contact=misheard)
        complainant_texts.ask(at, it, actor=person_of(it), now=NOW)
        putting_right.person(at, it, why="本人来电", contact=PHONE, actor=desk.intake, now=NOW)
        complainant_texts.ask(at, it, actor=person_of(it), now=NOW)
        assert complainant_texts.confirm(at, it, last_code(at), actor=person_of(it), now=NOW)
        receipts.send_links(at, it.ref, receipts.contact_hash(PHONE), url="https://zilu.example/lost", now=NOW)
        assert {each.to for each in at.scalars(select(TextMessage))} == {f"+86{PHONE}"}
        complaints.withdraw(at, it, pressure=False, actor=person_of(it), now=NOW)
        all_done(desk, it)
        return it.id

    number = make(app, told)
    with app.app_context(), transaction() as at:
        assert at.scalars(select(TextMessage.id).where(TextMessage.key.startswith(f"receipt-link:{number}."))).all()
    assert erase(app, AFTER) == 1
    with app.app_context(), transaction() as at:
        assert at.scalars(select(TextMessage.id)).all() == []


def test_what_is_left_is_found_by_its_number_only(app: Flask, both: tuple[int, int]) -> None:
    erase(app, AFTER)
    with app.app_context(), transaction() as at:
        for number in both:
            it = at.get_one(Complaint, number)
            found = at.scalars(select(SearchEntry).where(SearchEntry.subject_kind == "complaint")).all()
            (mine,) = [each for each in found if each.subject_id == number]
            assert (mine.ref, mine.title, mine.body, mine.parties) == (it.ref, "", "", [])
            assert it.forwardings[0].erased
            assert [each.party_id for each in it.companies]


def test_one_entry_of_the_journal_says_so_and_names_nobody(app: Flask, both: tuple[int, int]) -> None:
    erase(app, AFTER)
    with app.app_context(), transaction() as at:
        mine = select(JournalEntry).where(JournalEntry.row == journal.ERASED).order_by(JournalEntry.subject_id)
        found = at.scalars(mine).all()
        assert [(each.subject_kind, each.subject_id, each.actor) for each in found] == [
            ("complaint", number, "system") for number in sorted(both)
        ]
        for each in found:
            assert each.changes is not None
            assert set(each.changes) == {"blanked"}
            assert "person.corrected" in str(at.scalars(select(JournalEntry.row)).all())


def test_the_journal_tells_where_values_were_taken_out_without_an_erasing(app: Flask, both: tuple[int, int]) -> None:
    with app.app_context(), transaction() as at:
        at.execute(update(Complaint).where(Complaint.id == both[0]).values(erased_at=NOW))
        assert journal.blank(at, both[0])
        assert {(each.subject_kind, each.why) for each in journal.verify(at)} >= {("complaint", "an entry was changed")}
        at.rollback()


def test_whoever_owns_the_database_puts_no_other_values_into_an_entry_whose_own_were_erased(
    app: Flask, both: tuple[int, int]
) -> None:
    erase(app, AFTER)
    asked = select(JournalEntry.changes).where(JournalEntry.row == journal.ERASED, JournalEntry.subject_id == both[0])
    engine = create_engine(make_url(_owner(DATABASE)).set(drivername="postgresql+psycopg"), poolclass=NullPool)
    with app.app_context(), transaction() as at:
        blanked = (at.scalars(asked).one() or {})["blanked"][f"complaint:{both[0]}"]
        where = {"number": both[0], "seq": min(map(int, blanked))}
        with engine.begin() as owner:
            owner.execute(text("SET LOCAL session_replication_role = 'replica'"))
            mine = "subject_kind = 'complaint' AND subject_id = :number AND seq = :seq"
            owner.execute(text(f"""UPDATE journal SET changes = '{{"officer": 7}}' WHERE {mine}"""), where)
        assert list(journal.verify(at)) == [
            journal.Broken("complaint", where["number"], where["seq"], "an entry was changed")
        ]


def test_nothing_that_is_open_held_or_of_a_case_is_erased(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def build(desk: Desk) -> list[int]:
        at = desk.session
        still = [ended(desk, f"shen{width}@example.invalid", width) for width in range(8, 13)]
        held, of_case, tasked, drafted, _due = still
        erasures.hold(at, held, reason="法院调取", actor=desk.head, now=NOW)
        complaints.escalate(at, desk.disputed(), why="多人佐证", actor=desk.officer, now=NOW)
        number = at.scalars(select(CaseComplaint.case_id)).first()
        at.add(CaseComplaint(case_id=number, complaint_id=of_case.id))
        messages.write(at, tasked, "我还在等待答复", actor=person_of(tasked), now=NOW)
        messages.worse(at, drafted, actor=desk.intake, now=NOW)
        return [each.id for each in still]

    numbers = make(app, build)
    assert erase(app, AFTER) == 1
    with app.app_context(), transaction() as at:
        gone = select(Complaint.id).where(Complaint.erased_at.is_not(None))
        assert list(at.scalars(gone)) == [numbers[-1]]
        assert queries_erasures.overview(at, date(2031, 11, 1)).soon == 2
        monkeypatch.setattr(queries_erasures, "COUNTED", 0)
        assert queries_erasures.overview(at, date(2031, 11, 1)).soon == 1, "counted no further than is said"


def test_one_that_fails_stops_no_other_and_one_that_is_killed_halfway_is_whole(
    app: Flask, both: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context(), transaction() as at:
        before = holding(at, WORD)
    real = noting.of_complaint

    def dies(at: Session, it: Complaint, *rest: Any) -> None:
        if it.id == both[0]:
            raise KeyError(NAME)
        real(at, it, *rest)

    monkeypatch.setattr(noting, "of_complaint", dies)
    with capture_logs() as said:
        assert erase(app, AFTER) == 1
    assert NAME not in str(said)
    assert [each["complaint"] for each in said if each["event"] == "a complaint was not erased"] == [both[0]]
    with app.app_context(), transaction() as at:
        assert holding(at, WORD) == before - {"mail.body"}
        assert at.get_one(Complaint, both[0]).erased_at is None
        assert list(journal.verify(at)) == []
    monkeypatch.undo()
    assert erase(app, AFTER) == 1


def test_a_file_that_another_complaint_names_as_well_stays(app: Flask) -> None:
    def build(desk: Desk) -> tuple[int, int]:
        return ended(desk).id, desk.received(files=[file_of(desk, made.picture(size=(8, 6)), "x.png")]).id

    _gone, open_one = make(app, build)
    erase(app, AFTER)
    with app.app_context():
        outbox.run_all()
        with transaction() as at:
            (kept,) = at.scalars(select(Evidence.sha256).where(Evidence.complaint_id == open_one))
        assert files.read(kept)


def test_the_years_are_those_of_the_setting(app: Flask, both: tuple[int, int]) -> None:
    with app.app_context(), transaction() as at:
        setting(at, queries_erasures.YEARS).value = 3
    assert erase(app, AFTER - timedelta(days=2 * 365 + 2)) == 0
    assert erase(app, AFTER - timedelta(days=2 * 365)) == 2


def test_in_production_nothing_is_erased_by_years_that_nobody_confirmed(app: Flask, both: tuple[int, int]) -> None:
    with app.app_context(), transaction() as at:
        as_production(at)
    assert erase(app, AFTER) == 0
    with app.app_context(), transaction() as at:
        setting(at, queries_erasures.YEARS).confirmed_at = AFTER
    assert erase(app, AFTER) == 2


def test_what_firms_wrote_drafts_of_approval_stamped_scans_and_bulk_files_go_as_well(app: Flask) -> None:
    def build(desk: Desk) -> list[str]:
        at, it = desk.session, ended(desk, MAIL)
        names = b"1 2 3 4 5".split()
        kept = [files.keep_made(at, PDF + name, "x.pdf", "application/pdf").sha256 for name in names]
        asked = MaterialRequest(
            ref="ZL1",
            subject_kind="forwarding",
            subject_id=it.forwardings[0].id,
            institution_id=desk.lender.id,
            firm_id=desk.firm.id,
            asked=WORD,
            answer=WORD,
            due_on=NOW.date(),
            state="ANSWERED",
            answered_at=NOW,
            asked_at=NOW,
            asked_by=desk.lead.id,
        )
        whole = {"sha256": kept[0], "file_name": "x.pdf", "size": 1, "started_at": NOW, "prepared_at": NOW}
        whole |= {"params": {"missing": [WORD], "passed_on": [["NAME"], WORD], "lang": "zh"}}
        batch = Batch(kind="complaints.ask", state="CANCELLED", started_by=desk.head.id, **whole)
        document = papers(at, it)[0]
        at.add_all([asked, batch])
        at.flush()
        on = {"dossier_id": document.dossier_id, "of_version": 1}
        stamped = {"number": "1", "day": NOW.date(), "copies": 1, "keeper_id": desk.head.id, "noted_at": NOW}
        item = {"batch_id": batch.id, "subject_kind": "complaint", "subject_id": it.id, "ref": it.ref}
        at.add_all(
            [
                MaterialFile(request_id=asked.id, sha256=kept[1], name=WORD, media_type="application/pdf", size=1),
                BatchItem(**item, state="DONE", ended_at=NOW, result={"sha256": kept[2]}),
                SealLine(document_id=document.id, scan_sha256=kept[3], scan_pages=1, **stamped),
                DossierComment(**on, account_id=desk.head.id, at=NOW, body=WORD, proposed=WORD),
                DossierVersion(
                    dossier_id=document.dossier_id,
                    number=1,
                    made_by=desk.intake.id,
                    made_at=NOW,
                    sent={"why": WORD, "files": [kept[4]]},
                    papers=[WORD],
                    digest="0",
                ),
            ]
        )
        return kept

    kept = make(app, build)
    assert erase(app, AFTER) == 1
    with app.app_context():
        outbox.run_all()
        with transaction() as at:
            assert holding(at, WORD) == set()
            assert at.execute(select(Batch.file_name, Batch.params)).all() == [(None, {"lang": "zh"})]
        for digest in kept:
            with pytest.raises(Unavailable):
                files.read(digest)


def test_what_an_earlier_register_told_is_erased_with_its_own_words(app: Flask) -> None:
    def build(desk: Desk) -> int:
        it = Complaint(
            ref="ALT-1",
            state="HISTORIC",
            channel="IMPORT",
            received_at=NOW,
            facts=WORD,
            source="alt",
            source_no="1",
            source_fields={"x": WORD},
        )
        desk.session.add(it)
        desk.session.flush()
        return it.id

    number = make(app, build)
    assert erase(app, LAST_DAY) == 0
    assert erase(app, AFTER) == 1
    with app.app_context(), transaction() as at:
        it = at.get_one(Complaint, number)
        assert (it.facts, it.source_fields, it.source_no) == ("", None, "1")
        assert holding(at, WORD) == set()


def test_what_ended_on_a_leap_day_is_kept_to_the_end_of_february() -> None:
    assert queries_erasures.first_day(date(2029, 2, 28), 5) == date(2024, 2, 28)
    assert queries_erasures.first_day(date(2029, 3, 1), 5) == date(2024, 3, 1)
    assert queries_erasures.first_day(date(2028, 2, 29), 5) == date(2023, 3, 1), "the page says that day of the 28th"


def test_the_head_holds_a_complaint_back_and_lets_it_go(app: Flask, both: tuple[int, int]) -> None:
    number = both[0]
    with app.app_context(), transaction() as at:
        desk, it = Desk(at, NOW), at.get_one(Complaint, number)
        for actor in (desk.officer, desk.lead):
            with pytest.raises(NotAllowed):
                erasures.hold(at, it, reason="x", actor=actor, now=NOW)
            with pytest.raises(NotAllowed):
                erasures.let_go(at, it, actor=actor, now=NOW)
        refused(lambda: erasures.let_go(at, it, actor=desk.head, now=NOW), "not held back", "未被保留")
        refused(lambda: erasures.hold(at, it, reason=" ", actor=desk.head, now=NOW), "Say why it is kept", "保留的原因")
        erasures.hold(at, it, reason="法院调取", actor=desk.head, now=NOW)
        again = lambda: erasures.hold(at, it, reason="法院调取", actor=desk.head, now=NOW)  # noqa: E731
        refused(again, "is held back from erasing already", "已被保留")
    assert erase(app, AFTER) == 1
    with app.app_context(), transaction() as at:
        it = at.get_one(Complaint, number)
        erasures.let_go(at, it, actor=Desk(at, NOW).head, now=AFTER)
        rows = select(JournalEntry.row, JournalEntry.changes).where(JournalEntry.row.startswith("retention.h"))
        assert at.execute(rows).all() == [("retention.held", None)]
    assert erase(app, AFTER) == 1
    with app.app_context(), transaction() as at:
        desk, it = Desk(at, NOW), at.get_one(Complaint, number)
        late = lambda: erasures.hold(at, it, reason="x", actor=desk.head, now=AFTER)  # noqa: E731
        refused(late, "were erased; nothing more", "已经删除")
        assert "法院" not in str(everything(at))
