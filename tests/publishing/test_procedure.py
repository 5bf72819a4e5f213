"""The public diagrams of the procedure hold every row of the running tables, in both languages."""

import re
from itertools import pairwise

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from core.db import transaction
from core.machine import Machine
from publishing import procedure
from publishing.procedure_words import EVENTS, TITLES
from registry import settings
from registry.models_settings import Installation


def test_every_machine_people_meet_is_drawn(app: Flask) -> None:
    assert Machine.all.keys() - TITLES.keys() == {"approval"}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_row_is_on_the_page_once(client: FlaskClient, lang: str) -> None:
    client.set_cookie("lang", lang)
    page = client.get("/procedure").text
    told = re.findall(r"<td>([A-Z]\d\d)</td>", page)
    assert sorted(told) == sorted(number for name in TITLES for number in Machine.all[name].rows)
    event = "提出投诉" if lang == "zh" else "The complaint is made"
    assert event in page


def test_it_says_which_reviews_suspend_a_measure_and_of_each_state_what_follows(client: FlaskClient) -> None:
    page = client.get("/procedure?lang=en").text
    assert "A review of major measures that is asked for in time suspends them" in page
    assert not re.search(r'data-label="Leads to">(—|[^<]*<br>nothing)', page)


def test_the_columns_of_the_steps_say_the_states_before_and_after_and_who_acts(client: FlaskClient) -> None:
    heads = re.findall(r'<th scope="col">([^<]+)</th>', client.get("/procedure").text)
    assert heads[:9] == ["状态", "可转为", "序号", "步骤", "原状态", "新状态", "办理人", "起算期限", "文书"]


def test_every_time_limit_stands_there_as_it_counts_today(app: Flask, client: FlaskClient) -> None:
    def said() -> tuple[str, str]:
        page = client.get("/procedure?lang=en").text
        assert set(re.findall(r'href="#(limit-\w+)"', page)) == set(re.findall(r'id="(limit-\w+)"', page))
        row = page[page.index('id="limit-K03"') :].split("</tr>")[0]
        return row, page[: page.index('id="limits"')]

    row, steps = said()
    for words in ("15 days<br>", "in all after each extension: 30 days, 60 days", "Order No. 3 of 2020", "Service of"):
        assert words in row
    assert "answer of the respondent</a> (15 days)" in steps
    with app.app_context(), transaction() as at:
        settings.setting(at, "K03").value = 20
    row, steps = said()
    assert "20 days<br>" in row
    assert "(20 days)" in steps
    with app.app_context(), transaction() as at:
        at.execute(update(Installation).values(mode="production"))
    assert "not laid down yet" in said()[0], "what nobody confirmed counts for nobody"


def test_every_way_between_two_states_is_an_arrow(app: Flask) -> None:
    with app.test_request_context():
        for drawing in procedure.drawings("en"):
            rows = Machine.all[drawing.name].rows
            drawn = {number for arrow in drawing.arrows for number in arrow.steps}
            moving = {
                number
                for number, row in rows.items()
                if row.target != "SAME" and set(row.sources) - {row.target, "NEW"}
            }
            assert drawn == moving, drawing.name


def test_no_two_lines_lie_on_each_other(app: Flask) -> None:
    with app.test_request_context():
        for drawing in procedure.drawings("en"):
            runs: dict[str, list[tuple[int, int]]] = {}
            for arrow in drawing.arrows:
                stubs = [(x, int(start), int(end)) for start, x, end in re.findall(r"(\d+)H(\d+)V(\d+)", arrow.path)]
                ends = [y for _x, start, end in stubs for y in (start, end)]
                if stubs:
                    runs.setdefault(stubs[0][0], []).append((min(ends), max(ends)))
            for lane in runs.values():
                lane.sort()
                assert all(above[1] <= below[0] for above, below in pairwise(lane)), drawing.name


def test_no_event_is_named_that_does_not_exist(app: Flask) -> None:
    assert {f"{name}.{row.event}" for name in TITLES for row in Machine.all[name].rows.values()} <= EVENTS.keys()


def test_the_list_for_small_screens_says_of_every_state_what_it_leads_to(app: Flask) -> None:
    with app.test_request_context():
        for drawing in procedure.drawings("en"):
            told = {(box.label.text, to) for box in drawing.boxes for to in box.on}
            steps = {(one.text, step.target.text) for step in drawing.steps for one in step.sources if step.target.text}
            assert {(one, to) for one, to in steps if one != to} <= told, drawing.name
