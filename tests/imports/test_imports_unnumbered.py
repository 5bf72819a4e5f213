"""A row whose source gives no number is known by what is kept of it: a mended file brings only what was mended."""

import re
from pathlib import Path

import pytest
from sqlalchemy import select

from casework.models import Complaint
from core import crypto
from core.db import transaction
from imports.historic import import_complaints
from imports.mapping import mapping
from imports.rows import Row, parse
from tests.imports.house import HOME, NORTH, House, as_csv, as_xlsx, house

__all__ = ["house"]

DATA = Path(__file__).parent.parent / "data" / "import"
PLAIN = {"column_4": "beside", "column_5": "leave", "column_6": "leave"}
"""NORTH without its number: the telephone number of whoever called is kept beside it, the rest is left out."""
ROWS = [
    NORTH[0],
    ["2025-03-01", "催收", "每天来电十余次。", "北岸小额贷款", "13800138000", "1", "x"],
    ["2025-03-02", "催收", "向我同事说了欠款", "北岸小额贷款", "13800138001", "2", "x"],
    ["2025-03-03", "催收", "深夜来电。", "", "13800138002", "3", "x"],
]


def found(house: House, number: int) -> list[int]:
    """How many rows a dry run found new, there already, and rejected."""
    said = house.file(number).found
    assert said is not None
    return [said["new"], said["there"], said["rejected"]]


def came(house: House, content: bytes, name: str, **said: object) -> list[int]:
    """Tried and imported: what the dry run had found."""
    number = house.tried(content, name, **{**PLAIN, **said})
    if found(house, number)[0]:
        house.start(number)
        house.run()
    return found(house, number)


def as_before(house: House, content: str) -> None:
    """What is there bears the numbers of before: the file's digest and the line."""
    with house.app.app_context(), transaction() as at:
        for line, it in enumerate(at.scalars(select(Complaint).order_by(Complaint.received_at)), 2):
            it.source_no = f"{content[:16]}-{line}"
            it.ref = f"NORTH-{it.source_no}"


def test_of_a_mended_file_without_numbers_only_the_mended_row_comes_in(house: House) -> None:
    assert came(house, as_csv(ROWS), "north.csv") == [3, 0, 0]
    mended = [ROWS[0], ROWS[1], [*ROWS[2][:2], "向我同事说了欠款。", *ROWS[2][3:]], ROWS[3]]
    assert came(house, as_csv(mended), "mended.csv") == [1, 2, 0]
    assert len(house.refs()) == 4


def test_the_rows_are_known_in_another_order_as_a_workbook_and_with_other_spaces(house: House) -> None:
    came(house, as_csv(ROWS), "north.csv")
    other = [ROWS[0], *([*each[:2], f" {each[2]}\u3000", *each[3:5], "9", "y"] for each in reversed(ROWS[1:]))]
    assert came(house, as_xlsx(other), "north.xlsx") == [0, 3, 0]  # type: ignore[arg-type]


def test_a_row_that_differs_in_what_is_kept_beside_it_is_another_complaint(house: House) -> None:
    came(house, as_csv(ROWS), "north.csv")
    other = [ROWS[0], [*ROWS[1][:4], "13800138009", *ROWS[1][5:]]]
    assert came(house, as_csv(other), "other.csv") == [1, 0, 0]


def test_two_equal_rows_of_one_file_stay_two_and_a_third_is_one_more(house: House) -> None:
    two = [*ROWS, ROWS[1]]
    assert came(house, as_csv(two), "two.csv") == [4, 0, 0]
    assert came(house, as_csv([*two, ROWS[1]]), "three.csv") == [1, 4, 0]
    assert len(house.refs()) == 5


def test_what_came_in_under_its_file_and_line_is_known_when_that_file_or_a_mended_one_comes(house: House) -> None:
    first = house.tried(as_csv(ROWS), "north.csv", **PLAIN)
    house.start(first)
    house.run()
    as_before(house, house.file(first).digest)
    assert came(house, as_csv(ROWS), "north.csv") == [0, 3, 0]
    mended = [ROWS[0], ROWS[1], [*ROWS[2][:2], "向我同事说了欠款。", *ROWS[2][3:]], ROWS[3], ROWS[1]]
    assert came(house, as_csv(mended), "mended.csv") == [2, 2, 0]
    assert came(house, as_csv(mended), "mended.csv") == [0, 4, 0]
    assert len(house.refs()) == 5


def test_the_very_file_of_before_is_known_also_once_its_texts_were_erased(house: House) -> None:
    first = house.tried(as_csv(ROWS), "north.csv", **PLAIN)
    house.start(first)
    house.run()
    as_before(house, house.file(first).digest)
    with house.app.app_context(), transaction() as at:
        for it in at.scalars(select(Complaint)):
            it.facts, it.product, it.source_fields = "", None, None
    assert came(house, as_csv(ROWS), "north.csv") == [0, 3, 0]


def test_an_import_that_was_laid_down_brings_nothing_in_that_came_in_since(house: House) -> None:
    waits = house.tried(as_csv([*ROWS, ROWS[1]]), "late.csv", **PLAIN)
    came(house, as_csv(ROWS), "north.csv")
    work = house.start(waits)
    house.run()
    assert [state for state, _why in house.items(work)] == ["SKIPPED", "SKIPPED", "SKIPPED", "DONE"]


def test_the_command_knows_the_rows_of_a_mended_file_too(house: House, tmp_path: Path) -> None:
    given = (DATA / "fictional-5.csv").read_text(encoding="utf-8")
    mended = tmp_path / "mended.csv"
    mended.write_text(given.replace("Communication tactics,TX", "Communication tactics,NM"), encoding="utf-8")
    with house.app.app_context():
        import_complaints(DATA / "fictional-5.csv", "cfpb-subset")
        for dry in (True, False):
            report = import_complaints(mended, "cfpb-subset", dry_run=dry)
            assert report.total() == "19 rows: 1 imported, 18 already there, 0 rejected"


def test_no_number_tells_what_stood_in_its_row_to_whoever_has_not_the_key(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def numbers() -> list[str]:
        with house.app.app_context():
            found = parse(DATA / "fictional-5.csv", mapping("cfpb-subset"))
            return [each.number for each in found if isinstance(each, Row)]

    ours = numbers()
    assert (len(set(ours)), ours) == (19, numbers())
    monkeypatch.setattr(crypto._keys, "hashing", b"another")
    assert not set(ours).intersection(numbers())


def test_the_dry_run_says_by_what_rows_are_known_where_no_column_is_their_number(house: House) -> None:
    said = "No column is the number in the other register, so a row is known by what is kept of it"
    plain, numbered = house.tried(as_csv(ROWS), "plain.csv", **PLAIN), house.tried(as_csv(), "north.csv")
    assert said in house.read(f"{HOME}/{plain}?lang=en")
    assert said not in house.read(f"{HOME}/{numbered}?lang=en")


def test_a_running_number_is_proposed_to_be_left_out_for_it_moves_with_every_row_put_in(house: House) -> None:
    number = house.bring(as_csv([["序号", "收到日期", "业务", "省份"], ["1", "2025-03-01", "催收", "广东"]]), "a.csv")
    page = house.read(f"{HOME}/{number}/columns")
    asked = r'name="column_{}".*?<option selected value="(\w+)"'
    answers = [re.search(asked.format(place), page, re.DOTALL) for place in (0, 3)]
    assert [each and each[1] for each in answers] == ["leave", "beside"]
