"""An import by the page is tried before anything is written, brings each row in once, and can be taken back."""

import csv
import html
import io
import re
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.http import parse_options_header

from casework.models import Complaint, NamedCompany
from core import clock, outbox
from core.db import transaction
from core.errors import Unavailable
from desk import queries_complaint
from filestore import files
from imports import jobs, uploads
from imports.historic import import_complaints
from imports.mapping import Mapping
from imports.models import ImportFile, ImportMapping
from imports.rows import Row
from registry import batches, jobs_batches
from registry.models_accounts import Account
from search import entries
from tests import vnu
from tests.builders import Desk, account, actor_of
from tests.conftest import NOW
from tests.imports.house import HOME, NORTH, SAID, House, as_csv, as_xlsx, house

__all__ = ["house"]

DATA = Path(__file__).parent.parent / "data" / "import"


class Killed(BaseException):
    """What no runner catches: the process is gone."""


def test_a_dry_run_tells_what_would_come_in_and_why_not_with_the_first_of_each_and_writes_nothing(house: House) -> None:
    number = house.tried(as_csv(), "north.csv")
    it = house.file(number)
    assert it.found is not None
    assert [it.found[each] for each in ("rows", "new", "there", "rejected", "outside")] == [6, 3, 0, 3, 1]
    assert [(each["column"], each["line"], each["count"]) for each in it.found["reasons"]] == [
        ("业务", 5, 2),
        ("收到日期", 4, 1),
    ]
    assert house.refs() == []
    english, chinese = house.read(f"{HOME}/{number}?lang=en"), house.read(f"{HOME}/{number}?lang=zh")
    for words in ("Would come in", "03/17/2025", "Import 3 rows", "Nothing was written"):
        assert words in english
    for words in ("业务", "导入3行", "没有写入"):
        assert words in chinese
    assert house.items(it.batch_id or 0)[2][0] == "SKIPPED"


def test_who_imports_what_is_older_than_its_years_reads_that_its_texts_go(house: House) -> None:
    said = "What was received more than 5 years ago loses its texts in the next night"
    young = house.tried(as_csv(), "north.csv")
    assert said not in house.read(f"{HOME}/{young}?lang=en")
    old = [NORTH[0], ["2021-11-20", *NORTH[1][1:4], "N9", *NORTH[1][5:]], *NORTH[1:]]
    assert said in house.read(f"{HOME}/{house.tried(as_csv(old), 'old.csv')}?lang=en")


def test_an_imported_file_stays_open_no_longer_than_its_leg(house: House) -> None:
    house.start(house.tried(as_csv(), "north.csv"))
    with house.app.app_context():
        outbox.run_all()
        assert uploads._walk.cache_info().currsize == 1
    assert uploads._walk.cache_info().currsize == 0


def test_the_rows_come_in_as_a_long_job_each_once_and_one_entry_tells_who_what_and_how_many(house: House) -> None:
    number = house.tried(as_csv(), "north.csv")
    work = house.start(number)
    house.run()
    assert house.state(work) == "DONE"
    assert house.refs() == ["NORTH-N1", "NORTH-N2", "NORTH-N5"]
    with house.app.app_context(), transaction() as at:
        it = at.scalars(select(Complaint).where(Complaint.ref == "NORTH-N1")).one()
        assert (it.facts, it.source_fields, it.out_of_scope) == ("每天来电十余次。", {"省份": "广东"}, False)
        assert at.scalar(select(NamedCompany.value).where(NamedCompany.complaint_id == it.id)) == "北岸小额贷款"
        assert entries.drifted(at) == []
    (entry,) = house.noted("import")
    assert entry.actor == f"account:{house.head}"
    assert entry.changes is not None
    assert (entry.changes["sha256"], entry.changes["imported"], entry.changes["rejected"], entry.changes["rows"]) == (
        house.file(number).sha256,
        3,
        3,
        6,
    )
    assert 'href="/staff/complaints/NORTH-N1"' in house.read(f"/staff/jobs/{work}")
    again = house.tried(as_csv(), "north.csv")
    found = house.file(again).found
    assert found is not None
    assert (found["new"], found["there"], found["rejected"]) == (0, 3, 3)


def test_the_page_and_the_command_bring_in_the_same_and_know_each_other_s_rows(house: House, tmp_path: Path) -> None:
    path = tmp_path / "damaged.csv"
    path.write_bytes((DATA / "damaged.csv").read_bytes())
    number = house.bring(path.read_bytes(), path.name)
    page = house.read(f"{HOME}/{number}/columns?lang=en")
    assert "Use “cfpb”" in page
    house.post(f"{HOME}/{number}/use/cfpb")
    house.run()
    work = house.start(number)
    house.run()
    assert [state for state, _why in house.items(work)].count("DONE") == 7
    with house.app.app_context():
        again = import_complaints(path, "cfpb").total()
    assert again == "28 rows: 0 imported, 7 already there, 21 rejected"
    assert house.noted("import")[0].changes["mapping"] == "cfpb"  # type: ignore[index]


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_rejected_rows_are_a_file_of_the_same_kind_with_reasons_and_no_formula(house: House, ending: str) -> None:
    given = as_csv() if ending == "csv" else as_xlsx(NORTH)  # type: ignore[arg-type]
    number = house.tried(given, f"north.{ending}")
    answer = house.mine.get(f"{HOME}/{number}/rejects")
    called = parse_options_header(answer.headers["Content-Disposition"])[1]["filename"]
    assert called == f"north 不能导入的行.{ending}"
    rows = _table(answer.data, ending)
    if ending == "xlsx":
        sheet = load_workbook(io.BytesIO(answer.data)).active
        assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert rows[0][3:] == NORTH[0]
    assert all(row[2] for row in rows[1:])
    cells = [cell for row in rows for cell in row]
    assert not [cell for cell in cells if cell.startswith("=")]
    assert "'=1+1" in cells
    assert len(house.noted("import.rejects")) == 1


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_rejected_rows_that_were_put_right_come_in_as_they_stood_and_need_no_new_mapping(
    house: House, ending: str
) -> None:
    made = as_csv if ending == "csv" else as_xlsx
    given = [NORTH[0], ["2025-03-01", "", "－ 每天来电十余次。", "", "N1", "@广东", "x"], [*NORTH[4][:5], "+1", "x"]]
    first = house.tried(made(given), f"north.{ending}")  # type: ignore[arg-type]
    rows = _table(house.mine.get(f"{HOME}/{first}/rejects").data, ending)
    rows[1][4] = "催收"
    again = house.bring(made(rows), f"again.{ending}")  # type: ignore[arg-type]
    assert f"/use/file-{first}" in house.read(f"{HOME}/{again}/columns")
    house.post(f"{HOME}/{again}/use/file-{first}")
    house.run()
    house.start(again)
    house.run()
    with house.app.app_context(), transaction() as at:
        it = at.scalars(select(Complaint).where(Complaint.state == "HISTORIC")).one()
        assert (it.facts, it.source_fields) == ("－ 每天来电十余次。", {"省份": "@广东"})
    left = _table(house.mine.get(f"{HOME}/{again}/rejects").data, ending)
    assert (left[0], left[1][3:]) == (rows[0], rows[2][3:]), "once where and why, and the row"
    third = house.bring(made([NORTH[0], NORTH[1]]), f"third.{ending}")  # type: ignore[arg-type]
    assert f"/use/file-{again}" in house.read(f"{HOME}/{third}/columns"), "the same columns without these"


def _table(content: bytes, ending: str) -> list[list[str]]:
    if ending == "csv":
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    return [[str(cell.value or "") for cell in row] for row in load_workbook(io.BytesIO(content)).active.iter_rows()]


def test_a_worker_that_dies_in_the_middle_leaves_no_row_half_and_brings_none_in_twice(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = house.start(house.tried(as_csv(), "north.csv"))
    real, deaths = jobs.import_rows, [Killed(), Killed()]

    def dies(*given: object) -> object:
        made = real(*given)  # type: ignore[arg-type]
        if deaths:
            raise deaths.pop()
        return made

    monkeypatch.setattr(jobs, "import_rows", dies)
    for _turn in range(2):
        with pytest.raises(Killed):
            house.run()
    house.run()
    assert house.state(work) == "DONE"
    assert house.refs() == ["NORTH-N1", "NORTH-N2", "NORTH-N5"]


def test_one_row_that_fails_is_its_own_fault_and_the_others_come_in(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = house.start(house.tried(as_csv(), "north.csv"))
    real = jobs.import_rows

    def fails(at: Session, rows: list[Row], kind: Mapping) -> object:
        if any(row.number == "N2" for row in rows):
            raise RuntimeError
        return real(at, rows, kind)

    monkeypatch.setattr(jobs, "import_rows", fails)
    house.run()
    assert house.refs() == ["NORTH-N1", "NORTH-N5"]
    assert [state for state, _why in house.items(work)].count("FAILED") == 1


def test_it_is_cancelled_between_two_rows_and_goes_on_where_it_stopped(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs_batches, "TOGETHER", 1)
    number = house.tried(as_csv(), "north.csv")
    work = house.start(number)
    with house.app.app_context():
        assert jobs_batches.one(work)
    house.post(f"/staff/jobs/{work}/cancel")
    house.run()
    page = house.read(f"{HOME}/{number}?lang=en")
    assert f"/staff/jobs/{work}/go-on" in page, "the file's own page offers it too"
    assert f"/staff/jobs/{work}/undo" in page
    assert (house.refs(), house.state(work)) == (["NORTH-N1"], "CANCELLED")
    assert house.noted("import")[0].changes["imported"] == 1  # type: ignore[index]
    house.post(f"/staff/jobs/{work}/go-on")
    house.run()
    assert (len(house.refs()), house.state(work)) == (3, "DONE")


def test_an_import_is_taken_back_but_for_what_somebody_worked_on(house: House) -> None:
    number = house.tried(as_csv(), "north.csv")
    work = house.start(number)
    house.run()
    intake = house.browser(_intake(house))
    assert intake.post("/staff/complaints/NORTH-N2/unmask", data={"key": "u"}).status_code in {200, 303}
    back = int(house.post(f"/staff/jobs/{work}/undo").rpartition("/")[2])
    house.post(f"/staff/jobs/{back}/start")
    house.run()
    assert house.refs() == ["NORTH-N2"]
    assert [(state, why) for state, why in house.items(back) if state != "DONE"] == [
        ("SKIPPED", "Somebody has worked on it since it came in, so it stays.")
    ]
    assert "were taken back; the others stand." in house.read(f"{HOME}/{number}?lang=en")
    listed = re.search(r"(\d) of \d<small>taken back: 2</small>", house.read(f"{HOME}?lang=en"))
    assert listed is not None
    assert listed[1] == "1", "the list says how many are in now"
    listed = house.read(f"/staff/jobs/{back}")
    assert "/staff/complaints/NORTH-N2" in listed
    assert "/staff/complaints/NORTH-N1" not in listed
    assert house.noted("import.back")[0].changes["taken_back"] == 2  # type: ignore[index]
    with house.app.app_context(), transaction() as at:
        assert at.scalar(select(func.count()).select_from(NamedCompany)) == 1
        assert entries.drifted(at) == []


def _intake(house: House) -> int:
    with house.app.app_context(), transaction() as at:
        return account(at, "秦立案", "intake").id


def test_what_a_row_became_stays_once_anything_names_it(house: House) -> None:
    house.start(house.tried(as_csv(), "north.csv"))
    house.run()
    with house.app.app_context(), transaction() as at:
        it = at.scalars(select(Complaint).where(Complaint.ref == "NORTH-N1")).one()
        assert jobs.touched(at, [it.id]) == set()
        made = Desk(at, NOW).received()
        made.taken_from_id = it.id
        at.flush()
        assert jobs.touched(at, [it.id]) == {it.id}


def test_a_mapping_under_a_name_and_that_of_an_earlier_file_are_offered_where_the_columns_are_the_same(
    house: House,
) -> None:
    first = house.tried(as_csv(), "north.csv", save_as="北岸")
    other = house.bring(as_csv([NORTH[0], NORTH[1]]), "april.csv")
    page = house.read(f"{HOME}/{other}/columns?lang=en")
    assert "As “north.csv” was read" in page
    assert "Use “北岸”" in page
    assert "Use “cfpb”" not in page
    strange = house.bring(as_csv([["日期", "业务"], ["2025-01-01", "催收"]]), "strange.csv")
    assert "北岸" not in house.read(f"{HOME}/{strange}/columns?lang=en")
    with house.app.app_context(), transaction() as at:
        own = at.scalars(select(ImportMapping)).one().id
    house.post(f"{HOME}/{other}/use/own-{own}")
    house.run()
    assert house.file(other).told == house.file(first).told
    assert house.file(other).mapping == "北岸"
    assert "· 梁岚 ·" in house.read(HOME), "who saved it"
    house.post(f"{HOME}/mappings/{own}/remove")
    assert "北岸" not in house.read(HOME)


@pytest.mark.parametrize(
    ("content", "name", "why"),
    [
        (b"a;b;c\n1;2;3\n", "x.csv", "Only one column was found"),
        (as_xlsx([["一"], ["二"]]), "x.xlsx", "each in a cell of its own"),
        (b"a,a\n1,2\n", "x.csv", "Two columns are called “a”"),
        (b"a,\n1,2\n", "x.csv", "A column has no name"),
        (b"a,b\n", "x.csv", "no rows"),
        (b"%PDF-1.4", "x.csv", "x.csv"),
        (b"PK\x03\x04rubbish", "x.xlsx", "x.xlsx"),
        (b"MZ", "x.exe", "Allowed are: CSV, XLSX."),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_a_sentence(house: House, content: bytes, name: str, why: str) -> None:
    answer = house.mine.post(f"{HOME}?lang=en", data={"key": "k", "files": (io.BytesIO(content), name)})
    assert answer.status_code == 422
    assert why in answer.text


def test_a_number_that_two_sources_make_is_rejected_by_name_and_never_said_to_have_come_in(
    house: House, tmp_path: Path
) -> None:
    def one(number: str) -> bytes:
        return as_csv([NORTH[0], [*NORTH[1][:4], number, *NORTH[1][5:]]])

    late = house.tried(one("17"), "late.csv", source="north-2")
    house.start(house.tried(one("2-17"), "north.csv"))
    house.run()
    assert house.refs() == ["NORTH-2-17"]
    why = "Another complaint bears the number NORTH-2-17. Give the source another short name."
    work = house.start(late)
    house.run()
    assert house.items(work) == [("SKIPPED", why)]
    again = house.file(house.tried(one("17"), "again.csv", source="north-2")).found
    assert again is not None
    assert (again["new"], again["there"], again["rejected"], again["reasons"][0]["why"]["en"]) == (0, 0, 1, why)
    (tmp_path / "late.csv").write_bytes(one("17"))
    names = dict(zip(("received_on", "product", "facts", "company", "number"), NORTH[0], strict=False))
    columns = "\n".join(f'{field} = "{name}"' for field, name in names.items())
    told = f'source = "north-2"\n[columns]\n{columns}\n[also]\ntexts = ["省份", "备注"]\n'
    (tmp_path / "own.toml").write_text(told, "utf-8")
    with house.app.app_context():
        for dry in (True, False):
            report = import_complaints(tmp_path / "late.csv", str(tmp_path / "own.toml"), dry_run=dry)
            assert report.total() == "1 rows: 0 imported, 0 already there, 1 rejected"
            assert report.narratives == 0


def opened(house: House, page: str) -> list[int]:
    """What each complaint that a page links to answers."""
    links = re.findall(r'href="(/staff/complaints/[^"]+)"', house.read(page))
    return [house.mine.get(html.unescape(link)).status_code for link in links]


def test_every_row_that_came_in_can_be_opened_whatever_its_number(house: House) -> None:
    numbers = ["2020/12", "ab-7", "AB-7", "50%", "a?b#c", "渝2020号", "a\\b", "2020-12"]
    house.start(house.tried(as_csv([NORTH[0], *([*NORTH[1][:4], each, *NORTH[1][5:]] for each in numbers)]), "n.csv"))
    without = house.tried(as_csv(NORTH[:2]), "without.csv", column_4="leave")
    work = house.start(without)
    house.run()
    assert len(house.refs()) == len(numbers), "2020/12 and 2020-12 are one number: the second is rejected"
    assert opened(house, "/staff?view=historic") == [200] * len(numbers)
    assert opened(house, f"/staff/jobs/{work}") == [200]
    with house.app.app_context(), transaction() as at:
        head = actor_of(at.get_one(Account, house.head))
        for ref in house.refs():
            assert [it.ref for it in queries_complaint.by_refs(at, [ref])] == [ref]
            assert (queries_complaint.complaint(at, ref, head) or Complaint()).ref == ref


def test_what_a_mapping_rules_and_no_question_asks_about_holds_after_the_columns_are_told_again(house: House) -> None:
    number = house.tried(as_csv(), "north.csv")
    rules = {"number_form": "N[0-9]", "earliest": "2011-07-21", "same_product": {"贷款": "催收"}}
    with house.app.app_context(), transaction() as at:
        it = at.get_one(ImportFile, number)
        told = {**(it.told or {}), **rules, "also": {"texts": ["省份"], "dates": ["备注"]}, "left_out": []}
        it.told = told
    house.post(f"{HOME}/{number}/columns", **{**SAID, "column_6": "beside", "lang": "en"})
    assert house.file(number).told == told | {"lang": "en"}


def test_what_is_told_of_the_columns_has_to_fit(house: House) -> None:
    number = house.bring(as_csv(), "north.csv")
    wrong = {**SAID, "column_1": "leave", "column_2": "number", "source": "TS2026"}
    answer = house.mine.post(f"{HOME}/{number}/columns?lang=en", data={"key": "k", **wrong})
    assert answer.status_code == 422
    for words in ("Say which column is the product, or give the one", "Another column is “Number in", "Small letters"):
        assert words in answer.text


def test_a_register_without_a_product_is_about_one_product_that_whoever_imports_it_names(house: House) -> None:
    rows = [["收到日期", "陈述"], ["2025-03-01", "每天来电十余次。"]]
    said = {"source": "south", "lang": "zh", "date_form": "%Y-%m-%d", "column_0": "received_on", "column_1": "facts"}
    number = house.bring(as_csv(rows), "south.csv")
    page = f"{HOME}/{number}/columns"
    assert house.mine.post(f"{page}?lang=en", data={"key": "none", **said}).status_code == 422
    house.post(page, **said, product="个人消费贷款")
    house.run()
    house.start(number)
    house.run()
    with house.app.app_context(), transaction() as at:
        assert at.scalars(select(Complaint.product).where(Complaint.state == "HISTORIC")).all() == ["个人消费贷款"]
    both = house.mine.post(
        f"{HOME}/{house.bring(as_csv(), 'north.csv')}/columns?lang=en", data={"key": "two", **SAID, "product": "贷款"}
    )
    assert "A column says it already: leave this empty." in both.text


def test_its_pages_are_valid_html_at_every_stage(house: House) -> None:
    number = house.tried(as_csv(), "north.csv", save_as="北岸")
    untold = house.bring(as_csv(NORTH[:2]), "other.csv")
    addresses = {"list": HOME, "tried": f"{HOME}/{number}", "untold": f"{HOME}/{untold}"}
    pages = {name: house.read(address) for name, address in addresses.items()}
    pages["columns"] = house.read(f"{HOME}/{untold}/columns")
    house.start(number)
    pages["going"] = house.read(f"{HOME}/{number}")
    house.run()
    pages["done"] = house.read(f"{HOME}/{number}")
    assert vnu.errors(pages) == []


def test_only_heads_of_department_import(house: House) -> None:
    number = house.tried(as_csv(), "north.csv")
    officer = house.browser(house.officer)
    for path in (HOME, f"{HOME}/{number}", f"{HOME}/{number}/columns", f"{HOME}/{number}/rejects"):
        assert officer.get(path).status_code == 403
    with house.app.app_context(), transaction() as at:
        person = actor_of(at.get_one(Account, house.officer))
        with pytest.raises(uploads.NotAllowed):
            uploads.try_out(at, at.get_one(ImportFile, number), lang="zh", actor=person, now=NOW)


def test_a_file_of_which_nothing_came_in_is_forgotten_and_one_under_way_is_not(house: House) -> None:
    kept, gone = house.tried(as_csv(), "north.csv"), house.tried(as_csv(NORTH[:3]), "other.csv")
    house.post(f"{HOME}/{gone}/remove")
    house.start(kept)
    answer = house.mine.post(f"{HOME}/{kept}/remove", data={"key": "r"})
    assert answer.status_code == 409
    with house.app.app_context(), transaction() as at:
        assert list(at.scalars(select(ImportFile.id))) == [kept]


def test_after_its_last_day_a_file_goes_with_what_was_copied_out_of_it_and_its_digest_stays(house: House) -> None:
    number, other = house.tried(as_csv(), "north.csv"), house.tried(as_csv(NORTH[:3]), "other.csv")
    longer = house.tried(as_csv([*NORTH, NORTH[1]]), "longer.csv")
    with house.app.app_context(), transaction() as at:
        at.get_one(ImportFile, longer).keep_until += timedelta(days=9)
    work = house.start(number)
    house.run()
    it = house.file(number)
    assert [why for _state, why in house.items(work) if "03/17/2025" in why]
    rejects, last = it.rejects_sha256, datetime.combine(it.keep_until, time(12), NOW.tzinfo)
    assert (it.keep_until - clock.day_of(NOW)).days == 180
    assert " May 2027" in house.read(f"{HOME}/{number}?lang=en")

    def night(now: datetime) -> list[str | None]:
        with house.app.app_context():
            with transaction() as at:
                uploads.forget_old(at, now)
            outbox.run_all()
        return [house.file(each).sha256 for each in (number, other)]

    assert night(last) == [it.sha256, house.file(other).sha256]
    assert night(last + timedelta(days=1)) == [None, None]
    for each in (it.digest, rejects):
        with house.app.app_context(), pytest.raises(Unavailable):
            files.open_file(each)
    assert not [why for _state, why in house.items(work) if "03/17/2025" in why], "nor does a reason quote it"
    assert [why for _state, why in house.items(house.file(longer).batch_id or 0) if "03/17/2025" in why]
    gone = house.file(number)
    assert (gone.digest, gone.rejects_sha256, gone.columns[0]) == (it.digest, None, {"name": "收到日期"})
    assert {entry.changes["sha256"] for entry in house.noted("import.file_gone") if entry.changes} >= {it.digest}
    assert "the file is not kept any more" in house.read(f"{HOME}/{number}?lang=en")
    assert house.mine.get(f"{HOME}/{other}/columns").status_code == 303
    assert house.mine.post(f"{HOME}/{other}/again", data={"key": "again"}).status_code == 409
    back = int(house.post(f"/staff/jobs/{work}/undo").rpartition("/")[2])
    house.post(f"/staff/jobs/{back}/start")
    house.run()
    assert house.refs() == [], "what came in can still be taken back"
    night(last + timedelta(days=2))
    assert len(house.noted("import.file_gone")) == 2


def test_a_file_whose_import_is_under_way_on_its_last_day_stays_until_that_has_ended(house: House) -> None:
    number = house.tried(as_csv(), "north.csv")
    work = house.start(number)
    late = datetime.combine(house.file(number).keep_until + timedelta(days=1), time(12), NOW.tzinfo)
    for ended in (False, True):
        if ended:
            house.run()
        with house.app.app_context(), transaction() as at:
            uploads.forget_old(at, late)
        assert (house.file(number).sha256 is None) is ended
    assert house.state(work) == "DONE"


def test_a_dry_run_that_nobody_started_is_tried_again(house: House) -> None:
    number = house.tried(as_csv(), "north.csv")
    with house.app.app_context(), transaction() as at:
        batches.forget_unstarted(at, NOW + 2 * batches.PREPARED_FOR)
    assert "try it again" in house.read(f"{HOME}/{number}?lang=en")
    house.post(f"{HOME}/{number}/again")
    house.run()
    house.start(number)
    house.run()
    assert len(house.refs()) == 3
