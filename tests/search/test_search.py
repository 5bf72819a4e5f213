"""The search: what is found by whom, in which order, and that the index says what the things say."""

import io
from datetime import date, timedelta
from itertools import chain
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from casework import cases, evidence, recusals
from casework.intake import Company, EvidenceFile
from casework.models import Complaint, Forwarding
from casework.models_cases import CaseFile
from core import clock, outbox
from core.db import Reader, read_as, session, transaction
from filestore import files
from filestore.text_readers import READERS
from filestore.text_reading import READABLE, Unread, words_of
from notices import serving
from notices.models import Document, Service
from notices.queries import last_document
from registry.models import Party
from registry.models_accounts import Account
from search import queries, terms
from search.models import SearchEntry
from search.words import EMPTY, LONG, LONG_WORD, MANY, SHORT
from tests.builders import PHONE, Desk, actor_of, party, rendered
from tests.builders_cases import World, actor
from tests.casework.shelf import BEGUN, Shelf, shelf, stocked, today
from tests.filestore import making_files as files_of

__all__ = ["shelf", "today"]

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def test_traditional_and_simplified_characters_find_each_other_and_stand_as_they_were_written(shelf: Shelf) -> None:
    def make(at: Session) -> dict[str, Any]:
        desk = Desk(at, BEGUN)
        traditional = desk.received(facts="他們打電話給我的鄰居，說我欠錢。", request=None)
        simplified = desk.received(facts="他们发短信给我的领导，说我欠钱。", request=None, contact="13900000007")
        return {"officer": desk.officer.id, "old": traditional.id, "new": simplified.id}

    shelf.fill(make)
    old, new = ("complaint", shelf.made["old"]), ("complaint", shelf.made["new"])
    assert (shelf.kinds("电话"), shelf.kinds("領導")) == ([old], [new])
    assert sorted(shelf.kinds("欠錢")) == sorted(shelf.kinds("欠钱")) == sorted([old, new])
    hit = shelf.look("邻居").hits[0]
    assert "鄰居" in [piece.text for piece in (*hit.title, *chain(*hit.passages)) if piece.hit]


def test_chinese_from_two_characters_on_english_by_stems_and_exact_ones_first(shelf: Shelf) -> None:
    shelf.fill(stocked)
    made = shelf.made
    assert shelf.kinds("爆通") == [("complaint", made["other"])]
    assert shelf.kinds("爆通讯录 家人") == [("complaint", made["other"])]
    assert shelf.kinds("爆通讯录 周日") == []
    assert shelf.kinds("讯录爆通") == []  # its pairs stand there, the word does not
    assert shelf.kinds("harassing neighbor") == []
    assert shelf.kinds("harassing neighbour") == [("complaint", made["english"])]
    assert shelf.kinds("“neighbours on sunday”") == [("complaint", made["english"])]
    assert shelf.kinds("“sunday neighbours”") == []
    for said in (made["ref"], made["ref"].lower(), made["ref"].replace("-", ""), made["sent_ref"]):
        page = shelf.look(said)
        assert (page.hits[0].kind, page.hits[0].number, page.hits[0].exact) == ("complaint", made["first"], True)
    assert ("complaint", made["first"]) in shelf.kinds(made["ref"][:10])
    fullwidth = "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in made["ref"])
    assert shelf.look(fullwidth).hits[0].exact


def test_of_many_exact_finds_the_newest_stand_first_and_it_says_that_there_are_more(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def make(at: Session) -> dict[str, Any]:
        desk = Desk(at, BEGUN)
        every = []
        for day in range(3):
            desk.now = BEGUN + timedelta(days=(day + 1) % 3)
            every.append(desk.received(contact="13900000007").id)
        return {"officer": desk.officer.id, "newest": every[1], "next": every[0]}

    shelf.fill(make)
    assert shelf.look("13900000007").most == 0
    monkeypatch.setattr(queries, "FIRST", 2)
    page = shelf.look("13900000007")
    assert page.most == 2
    assert [hit.number for hit in page.hits if hit.exact] == [shelf.made["newest"], shelf.made["next"]]


def test_a_company_is_found_by_every_name_and_leads_to_what_concerns_it(shelf: Shelf) -> None:
    shelf.fill(stocked)
    made = shelf.made
    page = shelf.look("海星快贷")
    assert (page.hits[0].kind, page.hits[0].number, page.hits[0].exact) == ("party", made["lender"], True)
    assert ("complaint", made["first"]) in [(hit.kind, hit.number) for hit in page.hits]
    concerned = next(hit for hit in page.hits if hit.number == made["first"] and hit.kind == "complaint")
    assert concerned.by_company
    assert {hit.kind for hit in shelf.look("青屿消费").hits} >= {"party", "complaint"}
    assert shelf.kinds("海星", kinds=("party",)) == [("party", made["lender"])]
    assert shelf.kinds("海星快贷", since=date(2100, 1, 1)) == []  # the register says when by the clock of its server


def test_the_last_day_asked_for_is_searched_to_its_end(shelf: Shelf) -> None:
    shelf.fill(stocked)
    day, found = clock.day_of(BEGUN), [("complaint", shelf.made["other"])]
    assert shelf.kinds("爆通讯录", since=day, until=day) == found
    for first, last in ((day - timedelta(days=9), day - timedelta(days=1)), (day + timedelta(days=1), None)):
        assert shelf.kinds("爆通讯录", since=first, until=last) == []


def test_a_company_whose_name_begins_with_the_words_stands_before_all_that_concerns_it(shelf: Shelf) -> None:
    shelf.fill(stocked)

    def renamed(at: Session) -> dict[str, Any]:
        name = at.get_one(Party, shelf.made["lender"]).name_zh
        return {"begin": name[:3]}

    shelf.fill(renamed)
    found = shelf.kinds(shelf.made["begin"])
    assert found[0] == ("party", shelf.made["lender"])
    assert found.count(found[0]) == 1
    assert ("complaint", shelf.made["first"]) in found
    assert shelf.kinds(shelf.made["begin"], kinds=("complaint",))[0][0] == "complaint"


def test_a_persons_number_is_found_only_whole_and_stands_nowhere_in_clear(shelf: Shelf) -> None:
    shelf.fill(stocked)
    made = shelf.made
    assert {kind for kind, _ in shelf.kinds(f"+86 {PHONE[:3]} {PHONE[3:7]} {PHONE[7:]}")} == {"complaint"}
    assert shelf.kinds("057188886666") == [("complaint", made["english"])]
    assert shelf.kinds(PHONE[:7]) == []
    assert shelf.kinds("沈若禾") == []
    with shelf.app.app_context(), transaction() as at:
        whole = at.scalar(
            text("SELECT string_agg(concat_ws(' ', ref, title, title_en, body, terms), '') FROM search_entry")
        )
        assert not [secret for secret in (PHONE, "沈若禾", "88886666") if secret in str(whole)]


def test_the_number_that_called_is_found_however_it_is_written(shelf: Shelf) -> None:
    def called(at: Session) -> dict[str, Any]:
        desk = Desk(at, BEGUN)
        it = desk.received(companies=[Company("INSTITUTION", "NUMBER", "0592-5550-0123")])
        return {"it": it.id, "officer": desk.officer.id, "intake": desk.intake.id}

    shelf.fill(called)
    for typed in ("0592-5550-0123", "0592 5550 0123", "059255500123", "0592-55500123"):
        assert shelf.kinds(typed) == [("complaint", shelf.made["it"])], typed


def test_what_was_found_is_marked_in_title_and_text(shelf: Shelf) -> None:
    shelf.fill(stocked)
    hit = shelf.look("家人").hits[0]
    assert [piece.text for piece in chain(*hit.passages) if piece.hit] == ["家人"]
    english = shelf.look("harassing", lang="en").hits[0]
    assert "harassed" in {piece.text for piece in [*english.title, *chain(*english.passages)] if piece.hit}
    marker = terms.Marker(terms.asked('第3号 "a<b"'))
    assert marker.parts("第３号 A<B") == [("第３号", True), (" ", False), ("A<B", True)]
    assert marker.passages("") == []


def test_what_is_shown_of_a_find_are_its_own_lines_without_the_signs_that_set_them() -> None:
    def shown(words: str, text: str, title: str = "") -> list[str]:
        passages = terms.Marker(terms.asked(words)).passages(text, title)
        return ["".join(piece.text for piece in passage) for passage in passages]

    told = "海望网络\n消费贷\n# 决定书\n\n| 当事单位 | 海望网络 |\n|---|---|\n- 一、海望多次致电"
    assert shown("海望", told) == ["当事单位 · 海望网络", "一、海望多次致电"], "apart, and each once"
    assert shown("海望", told, "海望网络") == ["当事单位 · 海望网络", "一、海望多次致电"]
    assert shown("海望", "海望网络", "海望网络") == [], "the title says it"
    assert shown("“致电 三次”", "多次致电\n三次以上") == ["多次致电 三次以上"], "a phrase over two lines"
    kept = "打给我母亲，海望网络。\nV-C01\nV-I02"
    assert shown("海望", kept) == ["打给我母亲，海望网络。"], "codes are for the index"
    assert "V-I02" in shown("V-I02", kept), "unless they were looked for"
    assert shown("海望", f"{'远' * 80}。海望{'近' * 200}")[0].startswith("…海望近")


def test_a_word_that_is_too_long_is_called_too_long(shelf: Shelf) -> None:
    shelf.fill(stocked)
    assert shelf.look("a" * 90).trouble is LONG_WORD


def test_whoever_was_recused_finds_nothing_of_the_case(shelf: Shelf) -> None:
    def make(at: Session) -> dict[str, Any]:
        world = World(at, BEGUN)
        track = world.reported()
        track.case.title = "潮汐计划专案"
        asked = recusals.ask(
            at,
            track.case,
            world.investigator.id,
            ground="EMPLOYED",
            facts="2025年曾任职于当事单位。",
            actor=actor(world.lead),
            now=BEGUN,
        )
        recusals.grant(at, asked, actor=actor(world.head), version=None, now=BEGUN)
        return {
            "officer": world.officer.id,
            "investigator": world.investigator.id,
            "case": track.case_id,
            "ref": track.case.ref,
            "lender": world.lender.id,
            "firm": world.firm.id,
        }

    shelf.fill(make)
    made, barred = shelf.made, shelf.staff("investigator")
    assert shelf.kinds("潮汐计划") == [("case", made["case"])]
    assert {"case", "document", "evidence"} <= {kind for kind, _ in shelf.kinds("青屿") + shelf.kinds("记录")}
    assert shelf.kinds("潮汐计划", barred) == []
    assert shelf.kinds(made["ref"], barred) == []
    assert not {"case", "document", "evidence"} & {kind for kind, _ in shelf.kinds("青屿", barred)}
    assert not {"evidence"} & {kind for kind, _ in shelf.kinds("记录", barred)}
    own = {kind for kind, _ in shelf.kinds("AJ", shelf.company("lender"))}
    assert own == {"track"}
    assert shelf.kinds("AJ", shelf.company("firm")) == []


def test_a_company_finds_its_own_and_a_stranger_nothing(shelf: Shelf) -> None:
    shelf.fill(stocked)
    made = shelf.made
    lender, firm = shelf.company("lender"), shelf.company("firm")
    assert ("forwarding", made["sent"]) in shelf.kinds("致电", lender)
    assert shelf.kinds("爆通讯录", lender) == []
    assert shelf.kinds("爆通讯录", firm) == [], "its letter was not opened"
    assert shelf.kinds(made["sent_ref"], firm) == []
    assert {kind for kind, _ in shelf.kinds("转办", lender)} <= {"document"}
    for stranger in (Reader("zilu_public"), Reader("zilu_complainant", (("zilu.complaint", str(made["first"])),))):
        assert shelf.kinds("致电", stranger) == []
        assert shelf.kinds(made["ref"], stranger) == []
    for nobody in (Reader("zilu_admin"), Reader("zilu_panel")):
        with pytest.raises(DatabaseError, match="permission denied"):
            shelf.look("致电", nobody)
        with shelf.app.app_context():
            session().rollback()


def test_a_company_finds_what_a_complaint_says_once_its_letter_was_served(shelf: Shelf) -> None:
    def send(at: Session) -> dict[str, Any]:
        it = Desk(at, BEGUN).accepted(facts="爆通讯录。", masked="爆通讯录，威胁家人。").forwardings[0]
        lead = at.scalars(select(Account.id).where(Account.party_id == it.party_id)).first()
        return {"it": it.id, "ref": it.ref, "party": it.party_id, "lead": lead}

    def serve(at: Session) -> dict[str, Any]:
        it = at.get_one(Forwarding, shelf.made["it"])
        letter = at.scalars(select(Service).join(Document).where(Service.party_id == it.party_id)).one()
        rendered(at, letter.document, BEGUN)
        serving.onward(at, letter, BEGUN)
        serving.open_(at, letter.id, actor=actor_of(at.get_one(Account, shelf.made["lead"])), now=BEGUN)
        return {}

    shelf.fill(send)
    it, company = ("forwarding", shelf.made["it"]), Reader("zilu_party", (("zilu.party", str(shelf.made["party"])),))
    assert it in shelf.kinds(shelf.made["ref"], company)
    assert it not in shelf.kinds("威胁家人", company)
    shelf.fill(serve)
    assert it in shelf.kinds("威胁家人", company)
    assert shelf.drift() == []


def test_what_a_company_found_before_it_opened_it_leaves_the_index(shelf: Shelf) -> None:
    shelf.fill(stocked)
    with shelf.app.app_context():
        with transaction() as at:  # as forwardings were found before
            at.execute(text("UPDATE search_entry SET body = '爆通讯录' WHERE subject_kind = 'forwarding'"))
        assert shelf.drift() != []
        outbox.JOBS["search.before_opening"]()
    assert [each for each in shelf.drift() if each[2] != shelf.made["sent"]] == [], "one was opened and answered"


def test_a_company_finds_its_own_papers_and_no_others(shelf: Shelf) -> None:
    def apart(at: Session) -> dict[str, Any]:
        at.execute(
            text("SELECT nextval('document_id_seq') FROM generate_series(1, 500)")
        )  # no paper has the number of what it is about
        return stocked(at)

    shelf.fill(apart)
    for company in ("lender", "firm"):
        with shelf.app.app_context():
            at = session()
            read_as(at, shelf.company(company))
            own = set(at.scalars(select(Document.id)))
            entries = select(SearchEntry.subject_id).where(SearchEntry.subject_kind == "document")
            rows = set(at.scalars(entries))
            at.rollback()
        assert rows <= own
        found = {number for kind, number in shelf.kinds("转办", shelf.company(company)) if kind == "document"}
        assert found == rows != set()


def test_what_cannot_be_looked_for_is_answered_in_words(shelf: Shelf) -> None:
    shelf.fill(stocked)
    assert shelf.look("  ").trouble is EMPTY
    assert shelf.look("王").trouble is SHORT
    assert shelf.look("the").trouble is SHORT
    assert shelf.look("好" * 101).trouble is LONG
    assert shelf.look(" ".join(f"词语{n}" for n in range(11))).trouble is MANY
    for said in (
        "' | '",
        "a\\' & !b:*",
        "%_",
        "\"'",
        "《》",
        "<script>",
        "(",
        "@p1",
        "#complaints1",
        "=ts0",
        "\\",
        "''':*",
    ):
        page = shelf.look(said)
        assert page.trouble in {None, SHORT}
        assert not page.hits


def test_files_of_evidence_are_found_by_what_they_say(shelf: Shelf) -> None:
    def make(at: Session) -> dict[str, Any]:
        world = World(at, BEGUN)
        case = world.case()
        for name, content in (
            ("来电清单.csv", "日期,号码\n10月7日,海鸥商贸".encode()),
            ("说明.docx", files_of.document()),
        ):
            evidence.add(at, case, io.BytesIO(content), name, actor=actor(world.officer), now=BEGUN, shows="通话明细")
        return {"officer": world.officer.id}

    shelf.fill(make)
    assert [hit.title[0].text for hit in shelf.look("来电清单").hits] == ["来电清单"]
    assert shelf.kinds("海鸥商贸") == []
    with shelf.app.app_context():
        outbox.run_all()
    assert [kind for kind, _ in shelf.kinds("海鸥商贸")] == ["evidence"]
    assert [kind for kind, _ in shelf.kinds("通话明细")] == ["evidence", "evidence"]
    assert shelf.drift() == []


def test_the_file_of_an_answer_leads_to_its_own_complaint(shelf: Shelf) -> None:
    def make(at: Session) -> dict[str, Any]:
        desk = Desk(at, BEGUN)
        answers = [desk.forwarded(), desk.forwarded(facts="又打了十二次电话。")]
        for number, each in enumerate(answers):
            kept = files.keep(at, io.BytesIO(f"第{number}份通话明细".encode()), f"通话明细{number}.txt")
            file = EvidenceFile(kept.sha256, kept.name, kept.media_type, kept.size)
            desk.answer(each, files=[file])
        return {"officer": desk.officer.id, "refs": {each.complaint.ref for each in answers}}

    shelf.fill(make)
    hits = shelf.look("通话明细").hits
    with shelf.app.app_context():
        read_as(session(), shelf.staff("officer"))
        assert {queries.matter(session(), hit.number).complaint_ref for hit in hits} == shelf.made["refs"]
        session().rollback()


def test_what_complainants_told_is_found_under_complaints_and_never_under_their_case(shelf: Shelf) -> None:
    def make(at: Session) -> dict[str, Any]:
        world = World(at, BEGUN)
        told, other = world.complaint(), world.complaint()
        case = world.case(told)
        opened = {"title": "网贷巡查", "source": "INSPECTION", "lead": "巡查发现表姐被反复致电。"}
        seen = cases.open(at, [], parties=[world.lender], actor=actor(world.officer), now=BEGUN, **opened)
        people = {"publisher": world.publisher.id, "officer": world.officer.id, "actor": actor(world.officer)}
        return {"case": case.id, "seen": seen.id, "told": told.id, "other": other.id, **people}

    def attach(at: Session) -> dict[str, Any]:
        seen, other = at.get_one(CaseFile, shelf.made["seen"]), at.get_one(Complaint, shelf.made["other"])
        cases.attach(at, seen, other, actor=shelf.made["actor"], now=BEGUN)
        return {}

    shelf.fill(make)
    made = shelf.made
    with shelf.app.app_context(), transaction() as at:
        assert "致电" in at.get_one(CaseFile, made["case"]).tracks[0].lead
    assert set(shelf.kinds("多次致电")) == {("complaint", made["told"]), ("complaint", made["other"])}
    assert shelf.kinds("表姐被反复致电") == [("case", made["seen"])], "no complainant told it"
    publisher = shelf.enter(made["publisher"])
    assert "<mark>" not in publisher.get("/staff/search?q=多次致电&all=1").text
    assert "多次致电" not in publisher.get(f"/staff/cases/{made['case']}").text
    assert "多次致电" in shelf.enter(made["officer"]).get(f"/staff/cases/{made['case']}").text
    with shelf.app.app_context(), transaction() as at:
        tracks = [at.get_one(CaseFile, made[each]).tracks[0].id for each in ("case", "seen")]
        form, other = (last_document(at, ["D10"], "track", each) for each in tracks)
    assert form
    assert other
    assert publisher.get(f"/staff/notices/{form.id}").status_code == 403, "the form of the lead says it too"
    assert publisher.get(f"/staff/notices/{other.id}").status_code == 200, "no complainant told this lead"
    assert shelf.enter(made["officer"]).get(f"/staff/notices/{form.id}").status_code == 200
    shelf.fill(attach)
    assert shelf.kinds("表姐被反复致电") == []
    with shelf.app.app_context():
        with transaction() as at:  # as cases were found before
            at.execute(text("UPDATE search_entry SET body = '我是借款人的表姐' WHERE subject_kind = 'case'"))
        outbox.JOBS["search.without_told"]()
    assert shelf.drift() == []


def test_readers_of_files_keep_to_time_size_and_kind() -> None:
    assert frozenset(READERS) == READABLE
    for encoding in ("gb18030", "utf-16", "utf-8-sig"):
        assert words_of("来电：\n海鸥".encode(encoding), "text/plain") == "来电：\n海鸥"
    assert len(words_of("字".encode() * 50_000, "text/plain")) == 20_000
    assert words_of(files_of.pdf(), "application/pdf") is not None
    assert isinstance(words_of(files_of.sheet(), XLSX), str)
    for broken, kind in ((b"%PDF-1.7 nothing", "application/pdf"), (b"PK\3\4", XLSX), (b"PK", DOCX)):
        with pytest.raises(Unread, match="unreadable"):
            words_of(broken, kind)


def test_the_index_says_what_the_things_say_whatever_verbs_did(shelf: Shelf) -> None:
    shelf.fill(stocked)
    assert shelf.drift() == []

    def change(at: Session) -> dict[str, Any]:
        desk = Desk(at, BEGUN)
        desk.disputed(contact="13900000001")
        twin = party(at, "青屿消费金融（蓝湾）有限公司")
        desk.forwarded(twin, contact="13900000002")
        return {"twin": twin.id, "kept": desk.lender.id, "head": desk.head}

    shelf.fill(change)
    assert shelf.drift() == []
    with shelf.app.app_context(), transaction() as at:
        at.execute(update(Forwarding).values(product="绕过"))
    assert shelf.drift() != []
    done = shelf.app.test_cli_runner().invoke(args=["index-search", "--kind", "forwarding"])
    assert (done.exit_code, done.output.splitlines()[-1].split(" in ")[0]) == (0, "forwarding: 4 entries")
    assert shelf.drift() == []
    with shelf.app.app_context(), transaction() as at:
        at.execute(text("UPDATE search_entry SET subject_id = 999999 WHERE subject_kind = 'evidence'"))
        at.execute(text("UPDATE search_entry SET subject_id = 999999 WHERE subject_kind = 'party' AND subject_id = 1"))
    assert shelf.app.test_cli_runner().invoke(args=["index-search"]).exit_code == 0
    assert shelf.drift() == []
    with shelf.app.app_context(), transaction() as at:
        at.execute(text("DELETE FROM search_entry"))
    assert shelf.app.test_cli_runner().invoke(args=["index-search", "--hands", "2"]).exit_code == 0
    assert shelf.drift() == []
    assert shelf.app.test_cli_runner().invoke(args=["index-search", "--kind", "nothing"]).exit_code == 2
