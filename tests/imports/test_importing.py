"""Imports: every good row comes in once, every bad row is named, nothing else happens."""

import csv
import re
from datetime import date
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import func, select

from admin.commands_import import import_complaints_command
from casework.models import Complaint, NamedCompany
from core import clock
from core.db import transaction
from core.errors import BadInput
from core.journal import JournalEntry
from core.outbox import Outbox
from filestore.sheets_made import Table, csv_of, harmless, xlsx_of
from imports.columns import before_rejects
from imports.historic import import_complaints
from imports.mapping import mapping, names
from imports.report import Report
from imports.rows import Reject, Row, parse
from registry.models import Party, PartyAlias, PartyKind
from registry.names import fold

DATA = Path(__file__).parent.parent / "data" / "import"
REAL = Path(__file__).resolve().parents[3] / "shared" / "data"
SEVEN_PINES = "SEVEN PINES BANK, NATIONAL ASSOCIATION"
NARRATIVE = "Consumer complaint narrative"
real_input = pytest.mark.skipif(not REAL.is_dir(), reason="the real files (../shared/data) are not on this machine")


def rows_of(file: str) -> tuple[list[Row], list[Reject]]:
    found = list(parse(DATA / file, mapping("cfpb")))
    return [row for row in found if isinstance(row, Row)], [bad for bad in found if isinstance(bad, Reject)]


def count(what: type[Complaint | NamedCompany | JournalEntry | Outbox]) -> int:
    with transaction() as session:
        return session.scalar(select(func.count()).select_from(what)) or 0


def test_each_shipped_mapping_can_be_read() -> None:
    assert names() == ["cfpb", "cfpb-subset"]
    assert [len(mapping(name).all_columns) for name in names()] == [18, 5]


def test_good_rows_come_in_as_historic_complaints(app: Flask) -> None:
    with app.app_context():
        report = import_complaints(DATA / "fictional.csv", "cfpb")
        assert report.total() == "30 rows: 30 imported, 0 already there, 0 rejected"
        with transaction() as session:
            found = session.scalars(select(Complaint).where(Complaint.source_no == "9000101")).one()
            assert (found.state, found.channel, found.lang, found.out_of_scope) == ("HISTORIC", "IMPORT", "en", False)
            assert clock.day_of(found.received_at).isoformat() == "2023-01-09"
            assert found.facts.startswith("I owe a small balance")
            assert [company.value for company in found.companies] == ["BLUE HERON LENDING, LLC"]
            assert found.source_fields["Date sent to company"] == "2023-01-09"
            longest = session.scalar(select(func.max(func.length(Complaint.facts))))
            assert longest is not None
            assert longest > 10_000


def test_an_import_starts_no_clock_and_no_work_and_is_one_entry_in_the_journal(app: Flask) -> None:
    with app.app_context():
        before = count(Outbox)
        import_complaints(DATA / "fictional.csv", "cfpb")
        import_complaints(DATA / "fictional.csv", "cfpb")
        assert count(Outbox) == before
        with transaction() as session:
            entry = session.scalars(select(JournalEntry).where(JournalEntry.subject_kind == "import")).one()
        digest = sha256((DATA / "fictional.csv").read_bytes()).hexdigest()
    assert entry.changes == {"rows": 30, "imported": 30, "rejected": 0, "mapping": "cfpb", "sha256": digest}


@pytest.mark.parametrize(
    ("file", "kind", "rows"), [("fictional.csv", "cfpb", 30), ("fictional-5.csv", "cfpb-subset", 19)]
)
def test_a_second_import_changes_nothing(app: Flask, file: str, kind: str, rows: int) -> None:
    with app.app_context():
        import_complaints(DATA / file, kind)
        companies = count(NamedCompany)
        again = import_complaints(DATA / file, kind)
        assert again.total() == f"{rows} rows: 0 imported, {rows} already there, 0 rejected"
        assert (count(Complaint), count(NamedCompany)) == (rows, companies)


def test_a_dry_run_tells_what_would_happen_and_writes_nothing(app: Flask) -> None:
    with app.app_context():
        report = import_complaints(DATA / "fictional.csv", "cfpb", dry_run=True)
        assert count(Complaint) == 0
        assert report.total() == "30 rows: 30 imported, 0 already there, 0 rejected"
        import_complaints(DATA / "fictional.csv", "cfpb")
        report = import_complaints(DATA / "fictional.csv", "cfpb", dry_run=True)
    assert report.total() == "30 rows: 0 imported, 30 already there, 0 rejected"


def test_the_spellings_of_a_product_fold_together_and_only_debt_collection_is_in_scope() -> None:
    good, _ = rows_of("fictional.csv")
    inside = [row for row in good if not row.out_of_scope]
    assert len(inside) == 12
    assert sum(bool(row.facts) for row in inside) == 11
    assert sum(row.product == "Credit reporting or other personal consumer reports" for row in good) == 6


DAMAGE = {
    3: ("Date received", "03/17/2024"),
    4: ("Date received", "2024-02-30"),
    5: ("Date received", "future"),
    6: ("Date received", "45367"),
    7: ("Date sent to company", "1900-01-01"),
    10: ("Complaint ID", r"9.2E\+06.*digits"),
    11: ("Complaint ID", "9200008.0.*digits"),
    12: ("Complaint ID", "formula"),
    14: ("", "quotation marks"),
    16: ("", "quotation marks"),
    20: (NARRATIVE, "40,000"),
    21: (NARRATIVE, "cut off"),
    22: ("Company", "501"),
    23: ("", "15 cells"),
    24: (NARRATIVE, r"U\+E000"),
    25: ("Complaint ID", "Line 2"),
    26: ("Product", "empty"),
    27: ("Complaint ID", "empty"),
    28: ("Complaint ID", "abc"),
    30: ("", "quotation marks"),
    33: ("Company", "byte"),
}


def test_each_damaged_row_is_named_with_line_column_and_reason() -> None:
    good, bad = rows_of("damaged.csv")
    assert {reject.line: reject.column for reject in bad} == {line: column for line, (column, _) in DAMAGE.items()}
    for reject in bad:
        assert re.search(DAMAGE[reject.line][1], str(reject.reason)), (reject.line, str(reject.reason))
    assert [row.line for row in good] == [2, 13, 15, 19, 31, 32, 34]


def _heads(name: str) -> list[str]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return next(csv.reader(file))


def test_good_rows_beside_damaged_ones_come_in_and_the_others_stand_in_the_rejects_file(
    app: Flask, tmp_path: Path
) -> None:
    rejects = tmp_path / "rejects.csv"
    with app.app_context():
        report = import_complaints(DATA / "damaged.csv", "cfpb", rejects_path=rejects)
        assert count(Complaint) == 7
    assert report.total() == "28 rows: 7 imported, 0 already there, 21 rejected"
    with rejects.open(encoding="utf-8-sig", newline="") as file:
        heads, *lines = list(csv.reader(file))
    with app.app_context():
        assert heads == [*before_rejects(heads), *_heads("damaged.csv")], "the page knows it for what it is"
    assert [int(line[0]) for line in lines] == list(DAMAGE)
    assert all(line[2] for line in lines)


def test_a_file_without_damage_leaves_no_rejects_file(app: Flask, tmp_path: Path) -> None:
    with app.app_context():
        report = import_complaints(DATA / "fictional.csv", "cfpb", rejects_path=tmp_path / "rejects.csv")
    assert report.rejects_file is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠", " =", "\u3000=", "\ufeff="])
def test_no_cell_of_the_rejects_file_is_a_formula(start: str) -> None:
    assert harmless(f"{start}1+1") == f"'{start}1+1"


def test_no_head_of_a_table_is_a_formula_either() -> None:
    table = Table("t", ["=1+1"], [])
    assert csv_of(table).decode("utf-8-sig") == "'=1+1\r\n"
    (head,) = load_workbook(BytesIO(xlsx_of([table])))["t"][1]
    assert (head.value, head.data_type) == ("'=1+1", "s")


@pytest.mark.parametrize("file", ["gb18030.csv", "utf-16.csv", "utf-8-bom.csv"])
def test_other_encodings_are_read_as_what_they_are(file: str) -> None:
    good, bad = rows_of(file)
    assert bad == []
    assert good[0].facts.startswith("我只晚还了两天")
    assert good[0].facts.count("\n") == 1


def test_a_guessed_encoding_is_told(app: Flask) -> None:
    with app.app_context():
        report = import_complaints(DATA / "gb18030.csv", "cfpb")
    assert (report.encoding, report.guessed) == ("gb18030", True)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"Date received,Product,Amount\n", "Missing: .*Complaint ID.*Unknown: Amount"),
        (b"date_received,product,issue,state,date_sent_to_company,date_received\n", "Missing"),
        (b"\x00\x01\x02\x03", "Missing"),
    ],
)
def test_a_file_of_another_kind_is_refused_whole(tmp_path: Path, content: bytes, why: str) -> None:
    path = tmp_path / "other.csv"
    path.write_bytes(content)
    with pytest.raises(BadInput, match=why):
        list(parse(path, mapping("cfpb")))


def test_an_unknown_mapping_is_refused_with_the_names_of_those_there_are() -> None:
    with pytest.raises(BadInput, match="cfpb, cfpb-subset"):
        mapping("no-such")


def test_one_s_own_mapping_is_a_small_file(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        'source = "own"\ndate_form = "%d.%m.%Y"\n[columns]\nreceived_on = "Tag"\nproduct = "Art"\nfacts = "Text"\n'
    )
    file = tmp_path / "own.csv"
    file.write_text("Tag,Art,Text\n03.04.2024,Kredit,Hallo\n")
    (row,) = parse(file, mapping(str(own)))
    assert isinstance(row, Row)
    assert (row.received_at.date().isoformat(), row.facts, row.out_of_scope) == ("2024-04-03", "Hallo", False)


def test_a_company_that_the_register_knows_is_found_by_its_name_or_other_name(app: Flask) -> None:
    with app.app_context():
        with transaction() as session:
            party = Party(
                kind=PartyKind.INSTITUTION, name_zh="蓝鹭小额贷款", name_en="Blue Heron Lending, LLC", uscc="9" * 18
            )
            session.add(party)
            session.flush()
            session.add(PartyAlias(party_id=party.id, kind="SHORT", value="Seven Pines", folded=fold(SEVEN_PINES)))
        report = import_complaints(DATA / "fictional.csv", "cfpb")
        with transaction() as session:
            known = session.scalars(
                select(NamedCompany.value).where(NamedCompany.party_id.is_not(None)).distinct()
            ).all()
    assert set(known) == {"BLUE HERON LENDING, LLC", SEVEN_PINES}
    assert report.matched > len(known)


def test_of_two_companies_that_bore_a_name_the_one_is_meant_that_bore_it_when_the_complaint_came(app: Flask) -> None:
    name = "BLUE HERON LENDING, LLC"
    with app.app_context():
        with transaction() as session:
            bearers = {
                kind: Party(kind=PartyKind.INSTITUTION, name_zh=zh, uscc=code * 18)
                for kind, zh, code in (("FORMER", "蓝鹭小额贷款", "8"), ("SHORT", "青鹭小额贷款", "9"))
            }
            session.add_all(bearers.values())
            session.flush()
            days = {"FORMER": (None, date(2023, 1, 9)), "SHORT": (date(2023, 1, 10), None)}
            for kind, party in bearers.items():
                since, until = days[kind]
                said = {"value": name, "folded": fold(name), "from_on": since, "to_on": until}
                session.add(PartyAlias(party_id=party.id, kind=kind, **said))
        import_complaints(DATA / "fictional.csv", "cfpb")
        with transaction() as session:
            asked = select(Complaint.received_at, Party.name_zh).join(NamedCompany.complaint)
            asked = asked.outerjoin(Party, Party.id == NamedCompany.party_id).where(NamedCompany.value == name)
            meant = {clock.day_of(at): party for at, party in session.execute(asked)}
    assert {day: "蓝鹭小额贷款" if day < date(2023, 1, 10) else "青鹭小额贷款" for day in meant} == meant
    assert len(set(meant.values())) == len(bearers)


def test_a_million_columns_or_an_endless_line_take_no_more_than_a_line_s_memory(tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    header = (DATA / "fictional.csv").read_text(encoding="utf-8").splitlines()[0]
    path.write_text(f'{header}\n{"x," * 1_500_000}\n"{"x" * 3_000_000}\n', encoding="utf-8")
    found = list(parse(path, mapping("cfpb")))
    assert [bad.line for bad in found] == [2, 3]
    assert all(isinstance(bad, Reject) for bad in found)


def test_an_open_quotation_mark_costs_its_own_row_even_in_a_long_file(tmp_path: Path) -> None:
    lines = (DATA / "fictional.csv").read_text(encoding="utf-8").splitlines()
    header, plain = lines[0], "2024-01-02,Mortgage,,x,,,,C,,,,,,2024-01-02,,,,{}"
    path = tmp_path / "open.csv"
    rows = [plain.format(number) for number in range(5_000)]
    rows[10] = rows[10].replace("Mortgage", '"Mortgage')
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    found = list(parse(path, mapping("cfpb")))
    assert sum(isinstance(row, Row) for row in found) == 4_999
    assert [bad.line for bad in found if isinstance(bad, Reject)] == [12]


def run(app: Flask, *words: str) -> tuple[int, str, str]:
    app.cli.commands.setdefault("import-complaints", import_complaints_command)
    result = app.test_cli_runner().invoke(args=["import-complaints", *words])
    return result.exit_code, result.stdout, result.stderr


def test_the_command_tells_its_result_in_the_last_line_and_progress_elsewhere(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.setenv(name, "zh_CN.UTF-8")
    code, out, err = run(app, str(DATA / "damaged.csv"), "--mapping", "cfpb")
    assert (code, "rows read" in err) == (0, True)
    assert not re.search("[\u4e00-\u9fff]", out), "as every command: in English"
    assert out.splitlines()[-1] == "28 rows: 7 imported, 0 already there, 21 rejected"
    assert "28" in err
    assert (tmp_path / "damaged.rejects.csv").exists()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ((str(DATA / "other-columns.csv"), "--mapping", "cfpb"), 1),
        ((str(DATA / "fictional.csv"), "--mapping", "no-such"), 2),
        ((str(DATA / "no-such.csv"), "--mapping", "cfpb"), 2),
        ((str(DATA / "fictional.csv"),), 2),
    ],
)
def test_the_command_says_by_its_code_whether_it_was_refused_or_used_wrongly(
    app: Flask, words: tuple[str, ...], code: int
) -> None:
    assert run(app, *words)[0] == code


@real_input
@pytest.mark.parametrize(
    ("file", "kind", "rows", "narratives"),
    [("cfpb_complaints_1000.csv", "cfpb", 1000, 272), ("cfpb_complaints_subset_280.csv", "cfpb-subset", 280, 0)],
)
def test_the_real_files_come_in_whole_and_once(app: Flask, file: str, kind: str, rows: int, narratives: int) -> None:
    with app.app_context():
        first: Report = import_complaints(REAL / file, kind)
        again = import_complaints(REAL / file, kind)
    assert first.total() == f"{rows} rows: {rows} imported, 0 already there, 0 rejected"
    assert again.total() == f"{rows} rows: 0 imported, {rows} already there, 0 rejected"
    assert first.narratives == narratives
    assert sum(n for (_, outside), n in first.products.items() if not outside) == 70
