"""A dry run holds the file against what is there: what is there, says something else, or comes under another name."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from casework.models import Complaint
from core.db import transaction
from imports.historic import import_complaints
from tests.builders import party
from tests.conftest import NOW
from tests.imports.house import HOME, NORTH, House, as_csv, house
from tests.imports.test_imports_unnumbered import PLAIN, ROWS, came, found

__all__ = ["house"]

DATA = Path(__file__).parent.parent / "data" / "import"
LONG = "每天来电十余次，还打给我的同事和父母，说我欠债不还。"
TOLD = [NORTH[0], [*NORTH[1][:2], LONG, *NORTH[1][3:]], [*NORTH[2][:2], f"再次：{LONG}", *NORTH[2][3:]]]


def first(house: House, number: int, what: str) -> dict[str, object]:
    found = house.file(number).found
    assert found is not None
    return dict(found["firsts"][what])


def test_a_row_that_is_there_and_says_something_else_in_the_file_is_told_and_left(house: House) -> None:
    house.start(house.tried(as_csv(TOLD), "north.csv"))
    house.run()
    other = [*TOLD[:2], [*TOLD[2][:2], "一份别的登记表里的第二号。", *TOLD[2][3:]]]
    number = house.tried(as_csv(other), "other.csv")
    assert found(house, number) == [0, 2, 0]
    assert (first(house, number, "differs")["line"], first(house, number, "differs")["ref"]) == (3, "NORTH-N2")
    page = house.read(f"{HOME}/{number}?lang=en")
    assert "1 row that is there already says something else in this file." in page
    assert 'href="/staff/complaints/NORTH-N2"' in page
    reasons = [why for _state, why in house.items(house.file(number).batch_id or 0)]
    assert reasons[0] == "It came in with an earlier import."
    assert "says something else there" in reasons[1]


def test_what_was_erased_since_is_not_said_to_be_something_else(house: House) -> None:
    house.start(house.tried(as_csv(TOLD), "north.csv"))
    house.run()
    with house.app.app_context(), transaction() as at:
        for it in at.scalars(select(Complaint)):
            it.facts, it.erased_at = "", NOW
    number = house.tried(as_csv(TOLD), "again.csv")
    assert found(house, number) == [0, 2, 0]
    assert "says something else in this file" not in house.read(f"{HOME}/{number}?lang=en")


@pytest.mark.parametrize("said", [{"source": "north-2"}, {"column_4": "leave"}])
def test_a_file_that_comes_again_under_another_short_name_or_without_its_numbers_is_told_before_it_doubles(
    house: House, said: dict[str, object]
) -> None:
    house.start(house.tried(as_csv(TOLD), "north.csv"))
    house.run()
    number = house.tried(as_csv(TOLD), "again.csv", **said)
    assert found(house, number) == [2, 0, 0]
    assert "2 new rows have the day and the text of historic complaints" in house.read(f"{HOME}/{number}?lang=en")
    assert (first(house, number, "twin")["line"], first(house, number, "twin")["ref"]) == (2, "NORTH-N1")


def test_a_dry_run_tells_of_how_many_rows_the_register_knows_the_company(house: House) -> None:
    with house.app.app_context(), transaction() as at:
        party(at, "北岸小额贷款")
    number = house.tried(as_csv(TOLD), "north.csv")
    said = house.file(number).found
    assert said is not None
    assert said["matched"] == 2


def test_the_command_s_dry_run_tells_the_same_of_companies_as_its_import(app: Flask) -> None:
    with app.app_context():
        with transaction() as at:
            party(at, "蓝鹭小额贷款").name_en = "Blue Heron Lending, LLC"
        tried, done = (import_complaints(DATA / "fictional.csv", "cfpb", dry_run=dry) for dry in (True, False))
    assert (tried.matched, tried.matched > 0) == (done.matched, True)


def test_what_was_there_already_is_told_apart_from_what_was_rejected_and_leads_to_what_is_there(house: House) -> None:
    house.start(house.tried(as_csv(NORTH[:2]), "first.csv"))
    house.run()
    number = house.tried(as_csv(), "north.csv")
    tried = house.read(f"{HOME}/{number}?lang=en")
    work = house.start(number)
    house.run()
    done, listed = house.read(f"{HOME}/{number}?lang=en"), f"/staff/jobs/{work}?items=there"
    for page in (tried, done):
        assert f'<a href="{listed}">There already</a></span><b>1</b>' in page
        assert f'<a href="/staff/jobs/{work}?items=rejected">Rejected rows</a></span><b>3</b>' in page
    assert "Skipped" not in done
    rows = house.read(listed)
    assert 'href="/staff/complaints/NORTH-N1"' in rows
    assert "NORTH-N2" not in rows
    assert "03/17/2025" in house.read(f"/staff/jobs/{work}?items=rejected")


def test_a_row_that_came_in_since_the_dry_run_is_there_already_too(house: House) -> None:
    waits = house.tried(as_csv(ROWS), "late.csv", **PLAIN)
    came(house, as_csv(ROWS[:2]), "north.csv")
    work = house.start(waits)
    house.run()
    (ref,) = [
        each for each in house.refs() if f"/staff/complaints/{each}" in house.read(f"/staff/jobs/{work}?items=there")
    ]
    assert ref in house.read(f"/staff/jobs/{work}?items=there")


def test_a_dry_run_tells_the_products_with_their_numbers_and_which_are_no_business_of_ours(house: House) -> None:
    """A product written otherwise than in the list of those in scope comes in as out of scope."""
    rows = [NORTH[0], *([*NORTH[1][:4], f"P{each}", *NORTH[1][5:]] for each in range(1200)), NORTH[5]]
    number = house.tried(as_csv(rows), "north.csv", in_scope="催 收")
    page = house.read(f"{HOME}/{number}?lang=en")
    assert "催收: 1,200 (kept as out of scope)" in page
    assert "贷款: 1 (kept as out of scope)" in page
    assert "1 March 2025 – 5 March 2025" in page
