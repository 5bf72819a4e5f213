"""Call lists: bills and exports of many kinds become contacts once each; what can't be read says why."""

import io
import re
import zipfile
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import call_lists, call_values, contact_lists, contacts, policies_contacts
from casework.call_lists import Columns, Reading
from casework.contact_lists import Giver
from casework.contacts import By, Whose
from casework.models_cases import CaseFile, Evidence
from casework.models_contacts import ContactEvent
from core.clock import ZONE
from core.errors import BadInput, NotNow
from filestore import files, sheets
from registry.models import AliasKind, PartyAlias
from tests.builders_cases import DAY, World, actor
from tests.casework.test_contacts import in_english
from tests.filestore import making_files as made

__all__ = ["in_english"]

LENDER, FIRM, FAMILY = "95500123", "0100-5550177", "13700000009"
BILL = f"""客户号码,13800000001
起始时间,对方号码,通信方式,呼叫类型,通话时长
2026-10-09 23:59:40,{FIRM},国内通话,被叫,1分5秒
2026-10-10 00:00:10,{FIRM},国内通话,被叫,65
2026-10-10 09:00:00,{LENDER},国内通话,被叫,00:00:30
2026-10-10 09:10:00,{LENDER},国内通话,主叫,30
2026-10-10 09:20:00,{FIRM},国内通话,被叫,0
2026-10-10 09:30:00,{FIRM},语音通知,被叫,20
2026-10-10 09:40:00,{FIRM},短信,接收,
2026-10-10 10:00:00,{FAMILY},国内通话,被叫,600
2026-10-10 10:00:00,{FIRM},手机上网,,
昨天,{FIRM},国内通话,被叫,30
2026-10-10 11:00:00,{FIRM},国内通话,被叫,很久
"""


@pytest.fixture
def world(session: Session, now: datetime) -> World:
    found = World(session, now)
    for party, number in ((found.lender, LENDER), (found.firm, FIRM)):
        session.add(PartyAlias(party_id=party.id, kind=AliasKind.NUMBER, value=number))
    session.flush()
    return found


def case_of(world: World) -> CaseFile:
    return world.case(world.complaint(codes=("V-F01",)))


def xlsx(rows: Iterable[Iterable[Any]]) -> bytes:
    book, out = openpyxl.Workbook(write_only=True), io.BytesIO()
    page = book.create_sheet()
    for row in rows:
        page.append(list(row))
    book.save(out)
    return out.getvalue()


def sheet(content: str | bytes, name: str = "话单.csv") -> sheets.Sheet:
    return sheets.read(io.BytesIO(content.encode() if isinstance(content, str) else content), name)


def bring(world: World, case: CaseFile, content: bytes, name: str = "话单.csv", giver: Giver | None = None) -> Evidence:
    chosen = giver or Giver(complaint=case.complaints[0])
    stream = io.BytesIO(content)
    return contact_lists.bring(world.session, case, stream, name, chosen, actor=actor(world.officer), now=world.now)


def reading(world: World, case: CaseFile, table: sheets.Sheet, **changed: Any) -> Reading:
    """As the page would guess it."""
    columns = call_lists.guess(table)
    known = contact_lists.known_callers(world.session, case, dict(call_lists.numbers(table, columns)))
    said: dict[str, Any] = {"columns": columns, "whose": Whose(case.complaints[0].id), "callers": known}
    return Reading(**{**said, **changed})


def taken(world: World, case: CaseFile, content: bytes, name: str = "话单.csv", **changed: Any) -> call_lists.Found:
    it = bring(world, case, content, name)
    table = contact_lists.table_of(it)
    how = reading(world, case, table, **changed)
    return contact_lists.take(world.session, case, it, table, how, actor=actor(world.officer), now=world.now)


def events(world: World) -> list[ContactEvent]:
    return list(world.session.scalars(select(ContactEvent).order_by(ContactEvent.at, ContactEvent.id)))


# Reading


def test_a_bill_is_understood_without_being_told(world: World) -> None:
    case, table = case_of(world), sheet(BILL)
    how = reading(world, case, table)
    assert how.columns == Columns(2, {"at": 0, "number": 1, "kind": 2, "way": 3, "seconds": 4})
    found = contact_lists.look(world.session, case, table, how, world.now)
    kinds = [(each.kind, each.seconds) for each in found.contacts]
    assert kinds == [
        ("CALL_INTERACTIVE", 65),
        ("CALL_INTERACTIVE", 65),
        ("CALL_INTERACTIVE", 30),
        ("CALL_ATTEMPT", 0),
        ("CALL_NOTICE", 20),
        ("SMS", None),
    ]
    assert dict(found.left) == {"OUTGOING": 1, "NOBODY": 1, "DATA": 1}
    assert [(each.line, each.column, each.cell) for each in found.rejects] == [
        (12, "起始时间", "昨天"),
        (13, "通话时长", "很久"),
    ]
    assert not events(world)


@pytest.mark.parametrize(
    "content",
    [
        BILL.encode("gbk"),
        BILL.encode("gb18030"),
        "\ufeff".encode("gb18030") + BILL.encode("gb18030"),
        BILL.encode("utf-8"),
        BILL.encode("utf-8-sig"),
        BILL.encode("utf-16"),
        b"\xfe\xff" + BILL.encode("utf-16-be"),
        BILL.replace(",", ";").encode("gbk"),
        BILL.replace(",", "\t").encode("utf-16"),
        ("sep=,\n" + BILL).encode("gbk"),
        BILL.replace("\n", "\r\n").encode("gbk"),
    ],
)
def test_every_encoding_and_separator_gives_the_same_rows(content: bytes) -> None:
    assert [each.cells for each in sheet(content).lines] == [each.cells for each in sheet(BILL).lines]


def test_a_workbook_with_real_dates_and_lengths_is_read(world: World) -> None:
    rows: list[list[Any]] = [
        ["Date", "Time", "Number", "Type", "Duration"],
        [date(2026, 10, 10), time(9, 5), FIRM, "Incoming", time(0, 1, 5)],
        [datetime(2026, 10, 10), "9:06 PM", 95500123, "Incoming", 20],  # noqa: DTZ001 - as spreadsheets have it
        ["2026/10/10", "210733", 95500123.0, "Missed", timedelta()],
    ]
    found = taken(world, case_of(world), xlsx(rows), "calls.xlsx")
    assert [(f"{each.at.astimezone(ZONE):%H:%M:%S}", each.kind, each.seconds) for each in found.contacts] == [
        ("09:05:00", "CALL_INTERACTIVE", 65),
        ("21:06:00", "CALL_INTERACTIVE", 20),
        ("21:07:33", "CALL_ATTEMPT", 0),
    ]


def test_formulas_are_never_run_but_rejected(world: World) -> None:
    case = case_of(world)
    rows: list[list[Any]] = [["时间", "对方号码", "时长"], ["=NOW()", FIRM, 30], ["2026-10-10 09:00", FIRM, "=1+1"]]
    table = sheet(xlsx(rows), "a.xlsx")
    found = contact_lists.look(world.session, case, table, reading(world, case, table), world.now)
    assert not found.contacts
    assert all("never run" in str(each.reason) for each in found.rejects)
    text = f'时间,对方号码,时长\n=HYPERLINK("x"),{FIRM},3\n2026-10-10 09:00,"=""{FIRM}""",30\n'
    csv = contact_lists.look(world.session, case, sheet(text), reading(world, case, sheet(text)), world.now)
    assert (len(csv.contacts), len(csv.rejects)) == (1, 1)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-03-02 21:05:33", "2026-03-02 21:05:33"),
        ("2026/3/2 21:05", "2026-03-02 21:05:00"),
        ("2026年3月2日 21时05分33秒", "2026-03-02 21:05:33"),
        ("2026.03.02 21:05", "2026-03-02 21:05:00"),
        ("20260302210533", "2026-03-02 21:05:33"),
        ("2026-03-02T13:05:33Z", "2026-03-02 21:05:33"),
        ("2026-03-02T21:05:33+08:00", "2026-03-02 21:05:33"),
        ("1772456733000", "2026-03-02 21:05:33"),
        ("2026/3/2 下午9:05", "2026-03-02 21:05:00"),
        ("2026/3/2 中午12:05", "2026-03-02 12:05:00"),
        ("2026/3/2 12:05 AM", "2026-03-02 00:05:00"),
        ("周一 2026-03-02 21:05", "2026-03-02 21:05:00"),
        ("Mar 2, 2026, 9:05 PM", "2026-03-02 21:05:00"),
        ("25/12/2025 21:05", "2025-12-25 21:05:00"),
        ("２０２６－０３－０２ 21:05", "2026-03-02 21:05:00"),
        ("2026-03-02 中午11:30", "2026-03-02 11:30:00"),
        ("2026-03-02 中午12:10", "2026-03-02 12:10:00"),
        ("2026-03-02 中午1:30", "2026-03-02 13:30:00"),
        ("2026-03-02 晚上9:05", "2026-03-02 21:05:00"),
    ],
)
def test_times_are_read_in_every_usual_way_and_are_shanghais(written: str, read: str) -> None:
    at = call_values.moment(written)
    assert at.tzinfo is not None
    assert f"{at.astimezone(ZONE):%Y-%m-%d %H:%M:%S}" == read


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("", "missing"),
        ("2026-03-02", "no time of day"),
        ("2026-02-30 10:00", "exists"),
        ("3/2/2026 9:05", "two ways"),
        ("03-02 21:05", "no year"),
        ("昨天", "no time that can be read"),
        ("2026-03-02 25:00", "exists"),
        ("2026-03-02 晚上12:10", "before or after that day"),
    ],
)
def test_times_that_say_too_little_are_rejected_with_the_reason(written: str, why: str) -> None:
    with pytest.raises(call_values.WrongError) as wrong:
        call_values.moment(written)
    assert why in str(wrong.value.reason)


def test_what_a_list_leaves_open_can_be_told() -> None:
    assert call_values.moment("03-02 21:05", year=2026) == datetime(2026, 3, 2, 21, 5, tzinfo=ZONE)
    assert call_values.moment("3/2/2026 9:05", order="DMY").month == 2
    assert call_values.moment("3/2/2026 9:05", order="MDY").month == 3


@pytest.mark.parametrize(
    ("days", "year", "taken"),
    [
        (("12-30", "12-31", "01-01"), 2026, 0),
        (("01-01", "12-31"), 2026, 0),
        (("2025-12-31", "2026-01-01", "01-02"), 2026, 3),
        (("01-05", "06-30", "10-31"), 2026, 3),
        (("11-30", "01-05"), 2026, 0),
        (("02-01", "09-30"), 2026, 0),
        (("11-30", "01-05 b"), 2026, 0),
        (("11-30", "12-31 b", "01-05"), 2026, 0),
        (("07-01", "12-31", "01-05 b", "06-01 b"), 2026, 4),
        (("12-30", "12-31", "01-01 b", "01-02 b"), 2026, 4),
        (("12-31 out", "01-05", "02-01"), 2026, 2),
    ],
)
def test_no_row_of_a_list_that_goes_over_new_year_is_put_into_a_year_that_is_not_its_own(
    days: tuple[str, ...], year: int, taken: int
) -> None:
    other = {"": "95500123,被叫", "b": "95500124,被叫", "out": "95500123,主叫"}
    each_day = (day.partition(" ") for day in days)
    rows = "".join(f"{day} 21:05,{other[what]},65\n" for day, _space, what in each_day)
    table = sheet(f"日期,对方号码,呼叫类型,时长\n{rows}")
    how = Reading(call_lists.guess(table), Whose(1), rest=By(1), year=year)
    found = call_lists.read(table, how, datetime(2027, 2, 1, tzinfo=ZONE))
    assert len(found.contacts) == taken
    assert {str(each.reason) for each in found.rejects} == ({str(call_lists.OVER_NEW_YEAR)} if not taken else set())
    assert found.anew is (bool(taken) and days[-1].endswith(" b")), (
        "what may be over New Year is asked before it is kept"
    )


@pytest.mark.parametrize(
    ("written", "read"),
    [("65", 65), ("1:05", 65), ("00:01:05", 65), ("1分5秒", 65), ("1小时2分", 3720), ("1m 5s", 65), ("-", None)],
)
def test_lengths_are_read_in_every_usual_way(written: str, read: int | None) -> None:
    assert call_values.seconds(written) == read


def test_a_length_of_thousands_of_digits_is_none() -> None:
    with pytest.raises(call_values.WrongError):
        call_values.seconds("9" * 5000 + "秒")


def test_a_head_that_says_minutes_is_believed() -> None:
    columns = call_lists.guess(sheet("日期,对方号码,时长(分钟)\n2026-10-10 09:00,95500123,2\n"))
    assert columns.minutes
    assert call_values.seconds("2", minutes=columns.minutes) == 120


@pytest.mark.parametrize("written", ["1.38E+10", "未知号码", "138****0001", "张三"])
def test_numbers_that_are_none_are_rejected(written: str) -> None:
    with pytest.raises(call_values.WrongError):
        call_values.number(written)


# Files that can't be read


@pytest.mark.parametrize(
    ("content", "name", "why"),
    [
        (b"", "a.csv", "is empty"),
        (b"\n\n,,\n", "a.csv", "has no rows"),
        (b"\x81\xff\xff\x00\x01", "a.csv", "damaged"),
        (b"PK\x03\x04 nothing", "a.xlsx", "damaged"),
        (xlsx([["a", "b"]])[:-40], "a.xlsx", "damaged"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "a.xlsx", "password"),
        (b"a,b\n" * 20_001, "a.csv", "more than 20,000 rows"),
        (b"a,b\n" + b"x" * (20 * 1024 * 1024), "a.csv", "larger than"),
        (made.with_part(made.sheet(), "xl/big.xml", bytes(64 * 1024 * 1024)), "a.xlsx", "unpacks"),
    ],
    ids=["empty", "blank", "noise", "no zip", "cut", "locked", "rows", "bytes", "bomb"],
)
def test_a_file_that_cannot_be_read_says_why_and_is_not_kept(world: World, content: bytes, name: str, why: str) -> None:
    case = case_of(world)
    with pytest.raises(BadInput) as refused:
        bring(world, case, content, name)
    assert refused.value.field == "files"
    assert why in str(refused.value)
    assert not world.session.scalars(select(Evidence)).all()


def test_what_cannot_have_been_is_refused_in_its_column_and_no_message_has_a_length(world: World) -> None:
    rows = ("2099-01-01 09:00:00,{},通话,30", "1999-01-01 09:00:00,{},通话,30", "2026-10-10 09:00:00,{},通话,90000")
    good = "2026-10-10 09:00:00,{},短信,30"
    case, table = case_of(world), sheet("\n".join(["时间,对方号码,通信方式,通话时长", *rows, good]).format(*[FIRM] * 4))
    found = contact_lists.look(world.session, case, table, reading(world, case, table), world.now)
    assert [(each.line, each.column, str(each.reason)) for each in found.rejects] == [
        (2, "时间", "This time lies in the future."),
        (3, "时间", "This time is too long ago."),
        (4, "通话时长", "A call lasts no longer than a day."),
    ]
    assert [(each.kind, each.seconds) for each in found.contacts] == [("SMS", None)]


def test_a_long_cell_is_cut_and_spoils_nothing() -> None:
    assert [len(each.cells[0]) for each in sheet("a,b\n" + "x" * 200_000 + ",y\n").lines] == [1, sheets.CELL]


def test_rows_between_empty_ones_are_read_and_counted() -> None:
    rows: list[list[Any]] = [["a", "b"], *([each, "x"] if each % 2 else [] for each in range(20_050))]
    assert len(sheet(xlsx(rows), "a.xlsx").lines) == 10_026
    with pytest.raises(BadInput, match="more than 20,000 rows"):
        sheet(xlsx([[], *([1, 2] for _each in range(20_001))]), "a.xlsx")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_row_with_more_columns_than_are_read_is_refused_by_its_number_and_empty_ones_are_none(kind: str) -> None:
    def given(width: int) -> bytes:
        rows = [["日期", "对方号码"], ["2026-10-10", *["1"] * (width - 1), *[""] * 9]]
        return xlsx(rows) if kind == "xlsx" else "\n".join(",".join(row) for row in rows).encode()

    assert sheet(given(sheets.COLUMNS), f"话单.{kind}").width == sheets.COLUMNS
    with pytest.raises(BadInput, match=r"Row 2 of “话单.* has more than 60 columns"):
        sheet(given(sheets.COLUMNS + 1), f"话单.{kind}")


def test_a_second_table_is_refused_by_its_name_and_notes_are_passed_over() -> None:
    book = openpyxl.Workbook()
    for name, rows in (("十月", [["a", "b"], [1, 2]]), ("说明", [["第一行"], ["第二行"], ["第三行"]])):
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)
    book.save(out := io.BytesIO())
    assert sheet(out.getvalue(), "a.xlsx").written == "十月"
    book.copy_worksheet(book["十月"]).title = "十一月"
    book.save(out := io.BytesIO())
    with pytest.raises(BadInput, match="several tables: 十月 · 十一月"):
        sheet(out.getvalue(), "a.xlsx")


def test_an_encrypted_part_and_a_lying_dimension_are_no_way_in() -> None:
    locked = bytearray(xlsx([["a", "b"], [1, 2]]))
    for place in range(len(locked) - 4):
        if locked[place : place + 4] == b"PK\x01\x02":
            locked[place + 8] |= 1
    with pytest.raises(BadInput, match="password"):
        sheet(bytes(locked), "a.xlsx")
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx([["a", "b"], [1, 2]]))) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.namelist():
            lying = b'<dimension ref="A1:XFD1048576"/><sheetData>'
            new.writestr(part, re.sub(rb"(?:<dimension[^>]*>)?<sheetData>", lying, old.read(part)))
    assert [each.cells for each in sheet(out.getvalue(), "a.xlsx").lines] == [("a", "b"), ("1", "2")]


# Keeping


def test_rows_become_contacts_that_count_by_day_and_company(world: World) -> None:
    case = case_of(world)
    found = taken(world, case, BILL.encode("gbk"))
    assert len(found.contacts) == 6
    table = policies_contacts.counted(world.session, case).tables[0]
    assert [(each.day.day, each.counts) for each in table.days] == [(9, (0, 1)), (10, (1, 1))]
    first = events(world)[0]
    assert (first.line, first.from_number, first.target_role) == (3, FIRM.replace("-", ""), "DEBTOR")
    assert first.at == datetime(2026, 10, 9, 15, 59, 40, tzinfo=UTC)


def test_the_file_is_kept_as_it_came_and_shown_to_no_company(world: World) -> None:
    case = case_of(world)
    it = bring(world, case, BILL.encode("gbk"))
    assert files.read(it.sha256) == BILL.encode("gbk")
    assert (it.given_by, it.shared, it.complaint_id) == ("COMPLAINANT", False, case.complaints[0].id)
    from_firm = bring(world, case, BILL.encode("gbk"), giver=Giver(track=case.tracks[0]))
    assert (from_firm.given_by, from_firm.party_id) == ("RESPONDENT", case.tracks[0].party_id)


def test_a_list_read_twice_and_a_call_entered_by_hand_are_known_again(world: World) -> None:
    case = case_of(world)
    contacts.enter(
        world.session,
        case,
        contacts.Contact(
            at=datetime(2026, 10, 10, 9, 0, 59, tzinfo=ZONE),
            kind="CALL_INTERACTIVE",
            by=By(world.lender.id),
            whose=Whose(case.complaints[0].id),
            from_number=LENDER,
            effective=True,
        ),
        actor=actor(world.officer),
        now=world.now,
    )
    found = taken(world, case, BILL.encode("gbk"))
    assert (len(found.contacts), found.doubles) == (5, 1)
    with pytest.raises(NotNow):
        taken(world, case, BILL.encode("utf-16"))
    assert len(events(world)) == 6


def test_two_calls_of_one_minute_are_two_and_one_row_twice_is_one(world: World) -> None:
    text = (
        "时间,对方号码,时长\n"
        f"2026-10-10 09:00:01,{FIRM},12\n2026-10-10 09:00:40,{FIRM},15\n2026-10-10 09:00:40,{FIRM},15\n"
    )
    found = taken(world, case_of(world), text.encode())
    assert (len(found.contacts), found.doubles) == (2, 1)


def test_a_companys_record_is_read_from_its_side(world: World) -> None:
    text = (
        "外呼时间,主叫号码,被叫号码,方向,通话时长(秒)\n"
        "2026-10-10 09:00:00,95500123,13800000001,呼出,30\n"
        "2026-10-10 09:05:00,95500123,13700000009,呼出,30\n"
        "2026-10-10 09:10:00,95500123,13800000001,呼入,30\n"
    )
    case = case_of(world)
    columns = Columns(1, {"at": 0, "own": 1, "number": 2, "way": 3, "seconds": 4})
    found = taken(
        world,
        case,
        text.encode(),
        side="COMPANY",
        columns=columns,
        callers={},
        rest=By(world.lender.id),
        only=frozenset({"13800000001"}),
    )
    assert [(each.number, each.from_number) for each in found.contacts] == [("13800000001", "95500123")]
    assert dict(found.left) == {"OTHER": 1, "OUTGOING": 1}


def test_all_of_a_list_is_taken_out_together_and_can_be_read_again(world: World) -> None:
    case = case_of(world)
    taken(world, case, BILL.encode("gbk"))
    of_list = events(world)[0].evidence_id
    assert of_list is not None
    said: dict[str, Any] = {"actor": actor(world.officer), "now": world.now}
    assert contacts.take_list_out(world.session, case, of_list, why="话单不完整", **said) == 6
    assert not policies_contacts.counted(world.session, case).tables
    assert len(taken(world, case, BILL.encode("gbk")).contacts) == 6


def test_a_length_that_is_not_told_is_not_taken_for_an_effective_call(world: World) -> None:
    case = case_of(world)
    taken(world, case, f"时间,对方号码\n2026-10-10 09:00:01,{FIRM}\n".encode())
    counted = policies_contacts.counted(world.session, case)
    assert (counted.tables, counted.unclear) == ([], 1)


def test_a_number_that_went_to_another_company_is_whose_it_was_while_the_conduct_went_on(world: World) -> None:
    case, number = case_of(world), {LENDER: 1}
    [own] = world.session.scalars(select(PartyAlias).where(PartyAlias.folded == LENDER)).all()
    theirs = PartyAlias(party_id=world.firm.id, kind=AliasKind.NUMBER, value=LENDER, from_on=DAY + timedelta(days=1))
    world.session.add(theirs)
    own.to_on = DAY
    world.session.flush()
    assert contact_lists.known_callers(world.session, case, number)[LENDER].party_id == world.lender.id
    theirs.from_on = DAY
    world.session.flush()
    assert contact_lists.known_callers(world.session, case, number) == {}, "nobody is guessed at"
