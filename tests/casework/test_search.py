"""The search: what is found by whom, in which order, and that the index says what the things say."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import psycopg
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from casework import evidence, queries_search, recusals, search_entries
from casework.intake import EvidenceFile
from casework.models import Complaint, Forwarding
from casework.models_search import SearchEntry
from casework.search_words import EMPTY, LONG, MANY, SHORT, SLOW, Asked
from core import clock, files, outbox, terms
from core.actors import SYSTEM
from core.db import Reader, read_as, session, transaction
from core.text_readers import READERS
from core.text_reading import READABLE, Unread, words_of
from notices.models import Document
from registry import merging, renaming, sessions
from registry.models import AliasKind, Party, PartyAlias
from registry.models_accounts import Account
from registry.models_lineage import PartyMerge
from tests.builders import PHONE, Desk, party
from tests.builders_cases import World, actor
from tests.conftest import DATABASE, NOW, _owner
from tests.core import making_files as files_of

BEGUN = NOW - timedelta(days=5)
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    """Every test happens on 25 November 2026."""
    with time_machine.travel(NOW):
        yield


@dataclass
class Shelf:
    """What there is to find, and whoever looks for it."""

    app: Flask
    made: dict[str, Any] = field(default_factory=dict)

    def fill(self, make: Callable[[Session], dict[str, Any]]) -> None:
        with self.app.app_context(), transaction() as at:
            self.made |= make(at)

    def look(self, said: str, reader: Reader | None = None, lang: str = "zh", **asked: Any) -> queries_search.Page:
        with self.app.app_context():
            at = session()
            read_as(at, reader or self.staff("officer"))
            page = queries_search.found(at, Asked(said, **asked), lang)
            at.rollback()
            return page

    def kinds(self, said: str, reader: Reader | None = None, **asked: Any) -> list[tuple[str, int]]:
        return [(hit.kind, hit.number) for hit in self.look(said, reader, **asked).hits]

    def staff(self, who: str) -> Reader:
        return Reader("zilu_staff", (("zilu.account", str(self.made[who])),))

    def company(self, who: str) -> Reader:
        return Reader("zilu_party", (("zilu.party", str(self.made[who])),))

    def drift(self) -> list[tuple[str, str, int]]:
        with self.app.app_context(), transaction() as at:
            return search_entries.drifted(at)

    def enter(self, account: int) -> FlaskClient:
        client = self.app.test_client()
        with self.app.app_context(), transaction() as at:
            token = sessions.begin(at, at.get_one(Account, account), passed=True, client="test", now=clock.now())
        with client.session_transaction() as cookie:
            cookie["sid"] = token
        client.set_cookie("lang", "en")
        return client


@pytest.fixture
def shelf(app: Flask) -> Shelf:
    return Shelf(app)


def _desk(at: Session) -> dict[str, Any]:
    """Two complaints, forwarded and answered, about a lender with another name."""
    desk = Desk(at, BEGUN)
    at.add(PartyAlias(party_id=desk.lender.id, kind=AliasKind.APP, value="海星快贷"))
    first = desk.answer(desk.forwarded())
    english = desk.received(
        facts="They harassed my neighbours on Sunday, phoning 0571-88886666 again.", lang="en", request=None
    )
    other = desk.accepted(desk.firm, facts="爆通讯录，威胁家人。", masked="爆通讯录，威胁家人。")
    return {
        "officer": desk.officer.id,
        "intake": desk.intake.id,
        "lead": desk.lead.id,
        "lender": desk.lender.id,
        "firm": desk.firm.id,
        "first": first.complaint_id,
        "ref": first.complaint.ref,
        "sent": first.id,
        "sent_ref": first.ref,
        "english": english.id,
        "other": other.id,
    }


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
    assert "鄰居" in [piece.text for piece in (*hit.title, *hit.snippet) if piece.hit]


def test_chinese_from_two_characters_on_english_by_stems_and_exact_ones_first(shelf: Shelf) -> None:
    shelf.fill(_desk)
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


def test_a_company_is_found_by_every_name_and_leads_to_what_concerns_it(shelf: Shelf) -> None:
    shelf.fill(_desk)
    made = shelf.made
    page = shelf.look("海星快贷")
    assert (page.hits[0].kind, page.hits[0].number, page.hits[0].exact) == ("party", made["lender"], True)
    assert ("complaint", made["first"]) in [(hit.kind, hit.number) for hit in page.hits]
    concerned = next(hit for hit in page.hits if hit.number == made["first"] and hit.kind == "complaint")
    assert concerned.by_company
    assert {hit.kind for hit in shelf.look("青屿消费").hits} >= {"party", "complaint"}
    assert shelf.kinds("海星", kinds=("party",)) == [("party", made["lender"])]
    assert shelf.kinds("海星快贷", since=NOW.date() + timedelta(days=3)) == []


def test_a_company_whose_name_begins_with_the_words_stands_before_all_that_concerns_it(shelf: Shelf) -> None:
    shelf.fill(_desk)

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
    shelf.fill(_desk)
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


def test_what_was_found_is_marked_in_title_and_text(shelf: Shelf) -> None:
    shelf.fill(_desk)
    hit = shelf.look("家人").hits[0]
    assert [piece.text for piece in hit.snippet if piece.hit] == ["家人"]
    english = shelf.look("harassing", lang="en").hits[0]
    assert "harassed" in {piece.text for piece in [*english.title, *english.snippet] if piece.hit}
    marker = terms.Marker(terms.asked('第3号 "a<b"'))
    assert marker.parts("第３号 A<B") == [("第３号", True), (" ", False), ("A<B", True)]
    assert marker.snippet("") == []


def test_what_only_sets_a_text_does_not_stand_in_what_is_shown_of_it() -> None:
    marker = terms.Marker(terms.asked("海望"))
    pieces = marker.snippet("# 决定书\n\n| 当事单位 | 海望网络 |\n|---|---|\n- 一、指控")
    assert "".join(piece.text for piece in pieces) == "决定书 当事单位 海望网络 一、指控"


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
    shelf.fill(_desk)
    made = shelf.made
    lender, firm = shelf.company("lender"), shelf.company("firm")
    assert ("forwarding", made["sent"]) in shelf.kinds("致电", lender)
    assert shelf.kinds("爆通讯录", lender) == []
    assert [kind for kind, _ in shelf.kinds("爆通讯录", firm)] == ["forwarding"]
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


def test_a_company_finds_its_own_papers_and_no_others(shelf: Shelf) -> None:
    def apart(at: Session) -> dict[str, Any]:
        at.execute(
            text("SELECT nextval('document_id_seq') FROM generate_series(1, 500)")
        )  # no paper has the number of what it is about
        return _desk(at)

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
    shelf.fill(_desk)
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


def test_a_search_that_takes_too_long_says_so_and_the_page_goes_on(shelf: Shelf, monkeypatch: Any) -> None:
    shelf.fill(_desk)
    slow = text("SELECT pg_sleep(1), :query, :most")
    monkeypatch.setattr(queries_search, "SECONDS", 0.05)
    monkeypatch.setattr(queries_search, "JOINED", slow)
    with shelf.app.app_context():
        at = session()
        read_as(at, shelf.staff("officer"))
        assert queries_search.found(at, Asked("致电")).trouble is SLOW
        assert at.get(Complaint, shelf.made["first"]) is not None
        at.rollback()


def test_common_words_are_walked_through_page_by_page(shelf: Shelf, monkeypatch: Any) -> None:
    def make(at: Session) -> dict[str, Any]:
        desk = Desk(at, BEGUN)
        for place in range(9):
            desk.now = BEGUN + timedelta(minutes=place)
            desk.received(
                contact=f"1390000000{place}", facts=f"深夜骚扰第{place}次。" if place % 2 else f"扰民深夜骚{place}。"
            )
        return {"officer": desk.officer.id}

    shelf.fill(make)
    rare = shelf.kinds("深夜骚扰")
    assert len(rare) == 4
    monkeypatch.setattr(queries_search, "CAP", 1)
    monkeypatch.setattr(queries_search, "STRETCH", 3)
    found: list[tuple[str, int]] = []
    after = ""
    for _turn in range(9):
        with shelf.app.app_context():
            at = session()
            read_as(at, shelf.staff("officer"))
            page = queries_search.found(at, Asked("深夜骚扰", after=after), size=1)
            at.rollback()
        found += [(hit.kind, hit.number) for hit in page.hits]
        after = page.after
        if not after:
            break
    assert found == rare


def test_a_word_in_most_of_the_newest_is_walked_through_from_the_newest_on(shelf: Shelf) -> None:
    many = (
        "INSERT INTO search_entry (audience, subject_kind, subject_id, ref, title, title_en, body, parties, at, terms) "
        "SELECT 'staff', 'document', 900000 + n, '', '常见词', '', '', '{}', now() - n * interval '1 minute', "
        "array_to_tsvector(ARRAY['常见', '见词']) FROM generate_series(1, 25) n"
    )

    def make(at: Session) -> dict[str, Any]:
        at.execute(text(many))
        return {"officer": Desk(at, BEGUN).officer.id}

    shelf.fill(make)
    first = shelf.look("常见词")
    second = shelf.look("常见词", after=first.after)
    assert [hit.number - 900000 for hit in (*first.hits, *second.hits)] == list(range(1, 26))
    assert (len(first.hits), second.after) == (20, "")


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
        assert {queries_search.matter(session(), hit.number).complaint_ref for hit in hits} == shelf.made["refs"]
        session().rollback()


def test_readers_of_files_keep_to_time_size_and_kind() -> None:
    assert frozenset(READERS) == READABLE
    assert words_of("来电：\n海鸥".encode("gb18030"), "text/plain") == "来电：\n海鸥"
    assert len(words_of("字".encode() * 50_000, "text/plain")) == 20_000
    assert words_of(files_of.pdf(), "application/pdf") is not None
    assert isinstance(words_of(files_of.sheet(), XLSX), str)
    for broken, kind in ((b"%PDF-1.7 nothing", "application/pdf"), (b"PK\3\4", XLSX), (b"PK", DOCX)):
        with pytest.raises(Unread, match="unreadable"):
            words_of(broken, kind)


def test_the_index_says_what_the_things_say_whatever_verbs_did(shelf: Shelf) -> None:
    shelf.fill(_desk)
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


def test_merged_renamed_and_parted_companies_are_found_as_they_stand(shelf: Shelf) -> None:
    def make(at: Session) -> dict[str, Any]:
        desk = Desk(at, BEGUN)
        twin = party(at, "潮音网络小额贷款有限公司")
        sent = desk.forwarded(twin)
        who = {"twin": twin.id, "lender": desk.lender.id, "officer": desk.officer.id}
        return who | {"sent": sent.id, "complaint": sent.complaint_id}

    shelf.fill(make)
    made = shelf.made

    def merge(at: Session) -> dict[str, Any]:
        pair = [at.get_one(Party, made[name]) for name in ("twin", "lender")]
        said: dict[str, Any] = {"reason": "同一公司", "actor": SYSTEM, "now": NOW}
        merged = merging.merge(at, pair[0], pair[1], versions=(None, None), **said)
        renaming.rename(at, pair[1], name_zh="青屿数字金融有限公司", version=None, actor=SYSTEM, now=NOW)
        return {"merge": merged.id}

    shelf.fill(merge)
    assert shelf.drift() == []
    for name in ("潮音网络", "青屿消费", "青屿数字"):
        assert {("party", made["lender"]), ("complaint", made["complaint"])} <= set(shelf.kinds(name)), name
    assert ("forwarding", made["sent"]) in shelf.kinds("致电", shelf.company("lender"))

    def part(at: Session) -> dict[str, Any]:
        merge = at.get_one(PartyMerge, made["merge"])
        merging.undo(at, merge, reason="两家公司", back=[], actor=SYSTEM, version=None, now=NOW)
        return {}

    shelf.fill(part)
    assert shelf.drift() == []
    assert ("party", made["twin"]) in shelf.kinds("潮音网络")
    assert ("forwarding", made["sent"]) in shelf.kinds("致电", shelf.company("twin"))


def test_the_page_marks_safely_keeps_to_its_reader_and_jumps_to_numbers(shelf: Shelf) -> None:
    shelf.fill(_desk)
    made = shelf.made
    officer, lead = shelf.enter(made["officer"]), shelf.enter(made["lead"])
    found = officer.get("/staff/search?q=家人").text
    assert "<mark>家人</mark>" in found
    assert officer.get(f"/staff/search?q={made['ref']}").location == f"/staff/complaints/{made['ref']}"
    assert officer.get(f"/staff/search?q={made['ref']}&all=1").status_code == 200
    named = officer.get("/staff/search?q=青屿消费金融有限公司")
    assert named.status_code == 200, "a company's name, while its complaints are found as well"
    assert f"/staff/complaints/{made['ref']}" in named.text
    hostile = officer.get("/staff/search?q=<b>家人</b>")
    assert "<b>家人" not in hostile.text
    assert "Nothing was found" in hostile.text
    assert officer.get("/staff/search").status_code == 200
    assert officer.get("/staff/search?q=王").status_code == 422
    assert officer.get("/staff/search?q=家人&since=x&until=2026-11-30&kind=nothing&after=~").status_code == 200
    assert "爆通讯录" not in lead.get("/portal/search?q=爆通讯").text.replace("爆通讯”", "")
    assert "/portal/forwardings/" in lead.get("/portal/search?q=致电").text
    assert lead.get(f"/portal/search?q={made['sent_ref']}").location.endswith(f"/portal/forwardings/{made['sent']}")
    assert 'action="/portal/search"' in lead.get("/portal/").text
    assert lead.get("/staff/search?q=家人").status_code in {302, 403}
    assert officer.get("/portal/search?q=家人").status_code in {302, 403}


LETTERS_LAST = (
    "INSERT INTO search_entry (audience, subject_kind, subject_id, ref, title, title_en, body, parties, at, terms) "
    "SELECT 'public', CASE WHEN n > %(many)s THEN 'document' ELSE 'complaint' END, 1000000 + n, '', '', '', '', '{}', "
    "now() + n * interval '1 second', CASE WHEN n > %(many)s THEN 'letter' ELSE 'debt' END::tsvector "
    "FROM generate_series(1, %(many)s + 500) AS n"
)
"""Many complaints that say one word, and after them the letters of one morning, which say another."""


@pytest.mark.parametrize(("word", "common"), [("debt", True), ("letter", True), ("nothing", False)])
def test_a_word_is_common_also_where_none_of_the_newest_entries_says_it(app: Flask, word: str, common: bool) -> None:
    with psycopg.connect(_owner(DATABASE)) as owner:
        owner.execute("SET LOCAL session_replication_role = replica")
        owner.execute(LETTERS_LAST, {"many": 21_000})
        owner.execute("ANALYZE search_entry")
        assert owner.execute("SELECT zilu_is_common(%s::tsquery)", [word]).fetchone() == (common,)
        owner.rollback()
