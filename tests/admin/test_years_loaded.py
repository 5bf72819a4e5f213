"""A year of the calendar is loaded after a look at what it changes, by hand or from a file."""

import re
from datetime import date, timedelta
from functools import partial
from io import BytesIO
from threading import Thread

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from casework.models import Complaint
from core import outbox
from core.actors import SYSTEM
from core.clock import now as present
from core.db import transaction
from core.machine import Ask
from registry import calendar, clocks, jobs, settings
from registry.models_clocks import CalendarDay, CalendarYear
from tests.admin.office import Office, system
from tests.builders import Desk
from tests.two_at_once import Beside, at_once

__all__ = ["system"]

HELD = ("holidays", "workdays")


def test_a_year_is_loaded_after_a_look_at_what_changes(system: Office) -> None:
    said = {
        "year": "2027",
        "notice_no": "国办发明电〔2026〕7号",
        "holidays": "1月1日\n2027-02-05至2027-02-11",
        "workdays": "2027-01-03",
    }
    preview = system.post("calendar/load/", 200, **said)
    assert "2027-02-05" in preview
    slipped = system.post("calendar/load/", 200, **(said | {"workdays": "2027-01-03\n2027-02-15"}))
    words = "列为上班日、但不是周末的日期"
    assert words in slipped, "a Monday that stands for the Sunday before it"
    assert words not in preview
    assert system.one(CalendarYear, CalendarYear.year == 2027).notice_no is None
    refused = system.post("calendar/load/", 422, **(said | {"holidays": "春节\n1月1日\n2月30日", "workdays": "除夕"}))
    assert all(refused.count(f"“{line}”") for line in ("春节", "2月30日", "除夕")), "each wrong line is told at once"
    assert "请填写 2000 至 2200 之间的数。" in system.post("calendar/load/", 422, **(said | {"year": "1999"}))
    again = system.post("calendar/load/", 200, **said, step="again")
    assert said["notice_no"] in again, "one wrong line is no reason to type all of it anew"
    assert said["holidays"] in again
    seen = re.search(r'name="seen" value="(\w+)"', preview)[1]
    system.post("calendar/load/", 303, **said, step="confirm", seen=seen)
    assert system.one(CalendarYear, CalendarYear.year == 2027).notice_no == said["notice_no"]
    assert system.one(CalendarDay, CalendarDay.day == date(2027, 1, 3)).is_workday
    assert "2027" in system.get("calendar/2027/")


def test_a_supplementary_notice_begins_with_the_days_of_the_year_and_says_which_it_would_wipe(system: Office) -> None:
    assert 'href="/admin/calendar/load/?year=2026"' in system.get("calendar/2026/")
    page = system.get("calendar/load/?year=2026")
    assert "2000至2200" in page, "years have no thousands marks"
    holidays, workdays = (re.search(rf'name="{each}"[^>]*>\s*([^<]*)', page)[1].split() for each in HELD)
    assert "2026-10-01" in holidays
    assert "2026-10-10" in workdays
    said = {"year": "2026", "notice_no": "国办发明电〔2026〕8号", "workdays": "\n".join(workdays)}
    told = system.post("calendar/load/", 200, **said, holidays="\n".join([*holidays, "2026-12-03"]))
    assert "通知未列明、但将发生变动的日期" not in told
    assert "将有1天发生变动" in re.sub(r"\s", "", told)
    told = system.post("calendar/load/", 200, **said, holidays="2026-12-03")
    wiped = told[told.index("通知未列明、但将发生变动的日期") :].split("</ul>")[0]
    assert "2026-10-01：上班" in wiped
    assert "2026-12-03" not in wiped
    seen = {"step": "confirm", "seen": re.search(r'name="seen" value="(\w+)"', told)[1], "holidays": "2026-12-03"}
    assert "请与通知核对这些日期" in system.post("calendar/load/", 422, **said, **seen)
    assert not system.one(CalendarDay, CalendarDay.day == date(2026, 10, 1)).is_workday
    others = system.post("calendar/load/", 200, **said, **(seen | {"seen": "others"}), wiped="y")
    assert "checked" not in re.search(r'<input[^>]*name="wiped"[^>]*>', others)[0], "it was ticked for other days"
    system.post("calendar/load/", 303, **said, **seen, wiped="y")
    assert re.search(r'name="holidays"[^>]*>\s*<', system.get("calendar/load/")), "a year that is missing begins empty"


def test_the_draft_of_a_year_is_its_own_and_whoever_drops_it_is_back_on_that_year(system: Office) -> None:
    where = "calendar/load/?year=2026"
    system.post(where, 422, year="2026", notice_no="", holidays="春节", workdays="")
    page = system.get(where)
    assert "春节" in page
    assert "春节" not in system.get("calendar/load/"), "it was typed for another year"
    place = re.search(r'action="/drafts/drop".*?name="place" value="([^"]+)"', page, re.DOTALL)[1]
    dropped = system.client.post("/drafts/drop", data={"place": place})
    assert dropped.headers["Location"] == f"/admin/{where}"
    assert "2026-10-01" in system.get(where)


def test_nothing_is_confirmed_but_what_was_seen(system: Office) -> None:
    said = {"year": "2027", "notice_no": "1", "holidays": "1月1日", "workdays": ""}
    preview = system.post("calendar/load/", 200, **said)
    seen = re.search(r'name="seen" value="(\w+)"', preview)[1]
    for changed in (said | {"holidays": "1月1日至3日\n1月4日"}, said | {"notice_no": "2"}):
        system.post("calendar/load/", 200, **changed, step="confirm", seen=seen)
    system.post("calendar/load/", 200, **said, step="confirm")
    assert system.one(CalendarYear, CalendarYear.year == 2027).notice_no is None


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_year_is_loaded_from_a_file_and_the_confirmation_carries_its_days(system: Office, encoding: str) -> None:
    text = "日期,类型\n2027-01-01,放假\n2027/2/8,放假\n2027-02-06,上班\n"
    said = {"year": "2027", "notice_no": "示例〔2026〕1号", "holidays": "2027-02-09", "workdays": ""}
    preview = system.post("calendar/load/", 200, **said, file=(BytesIO(text.encode(encoding)), "2027.csv"))
    shown = dict(re.findall(r'name="(\w+)" value="([^"]*)"', preview))
    assert shown["holidays"].split() == ["2027-02-09", "2027-01-01", "2027-02-08"]
    system.post("calendar/load/", 303, **{name: shown[name] for name in (*said, "seen")}, step="confirm")
    assert system.one(CalendarDay, CalendarDay.day == date(2027, 2, 6)).is_workday
    assert not system.one(CalendarDay, CalendarDay.day == date(2027, 2, 9)).is_workday


@pytest.mark.parametrize("text", ["2027-01-01,maybe", "soon,holiday", "2027-01-01", '"2027-01-01,holiday', "\x00"])
def test_a_file_that_cannot_be_read_is_refused_by_row(system: Office, text: str) -> None:
    said = {"year": "2027", "notice_no": "1", "holidays": "", "workdays": ""}
    again = text + "\n2027-01-02,perhaps"
    refused = system.post("calendar/load/", 422, **said, file=(BytesIO(again.encode()), "2027.csv"))
    assert '"' in text or "perhaps" in refused, "all that is wrong in it is told"


def test_the_second_of_two_who_load_a_notice_at_once_changes_what_the_first_left(app: Flask) -> None:
    with app.app_context():
        with transaction() as at:
            named = calendar.exceptions_of(at, 2026)
        loaded = []

        def load(at: Session, day: date) -> None:
            loaded.append(calendar.load_year(at, 2026, named | {day: False}, "补充通知", SYSTEM, present()))

        first, second = date(2026, 12, 3), date(2026, 12, 4)
        assert at_once(app, partial(load, day=first), partial(load, day=second)) is None
        assert [[each.day for each in one.changes] for one in loaded] == [[first], [first, second]]


@pytest.mark.parametrize("ends", ["before", "after", "read", "late"])
def test_what_begins_to_run_while_a_notice_is_loaded_is_counted_by_that_notice(
    app: Flask, ends: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if ends == "late":
        monkeypatch.setattr(jobs, "PATIENCE", timedelta(milliseconds=200))

    def load(at: Session) -> None:
        named = calendar.exceptions_of(at, 2026)
        calendar.load_year(at, 2026, named | {date(2026, 12, 7): False}, "补充通知", SYSTEM, present())

    def begin(at: Session) -> None:
        clocks.keeper.start(Ask(at, at.get_one(Complaint, number), SYSTEM, {}, present()), "K05", about)

    with app.app_context():
        with transaction() as at:
            number = Desk(at, present()).received().id
            about = ("complaint", number)
        if ends == "before":
            assert at_once(app, load, begin) is None
            outbox.run_all()
        else:
            again = Thread(target=_counts_again, args=[app])
            with transaction() as at:
                if ends == "after":
                    begin(at)
                else:  # has only read, as every move does before it writes
                    settings.value(at, "K05")
                Beside(app, load).does()
                again.start()
                again.join(1)
                if ends != "after":
                    begin(at)
            again.join()
        with transaction() as at:
            begun = clocks.live(at, "K05", about)
            assert begun is not None
            assert begun.due_on == clocks.due_of(at, begun).due_on == date(2026, 12, 8)


def _counts_again(app: Flask) -> None:
    with app.app_context():
        outbox.run_all()
