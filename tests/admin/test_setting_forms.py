"""Settings of several values in the back office: rows and words instead of brackets, and read as a table."""

import re
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.actors import SYSTEM
from core.clock import now
from core.db import transaction
from core.errors import BadInput
from notices import numbers
from registry import settings
from registry.models_settings import Setting
from registry.seeds_settings import SERIES_WORDS
from registry.settings_bounds import require_within, within
from tests import vnu
from tests.admin.office import Office
from tests.admin.test_ladder_forms import BASIS, as_shown, edit, of

KEYS = ("K03.extend", "SERIES.word")


@pytest.fixture
def system(app: Flask) -> Office:
    return Office(app, "system_admin")


def details(system: Office, key: str) -> str:
    return system.get(f"settings/details/?id={of(system, key).id}")


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page[page.index("<main") :]))


@pytest.mark.parametrize("key", KEYS)
def test_what_is_shown_is_what_is_laid_down_and_sent_back_it_is_the_same(system: Office, key: str) -> None:
    kept = of(system, key).value
    shown = as_shown(system.get(f"settings/edit/?id={of(system, key).id}"))
    edit(system, key, 303, **(shown | {"basis": BASIS}))
    row = of(system, key)
    assert (row.value, row.basis, row.confirmed_at) == (kept, BASIS, None)


def test_extensions_are_rows_of_which_each_is_longer_than_the_one_before(system: Office) -> None:
    said = {"step_1_total": "30", "step_2_total": "60", "basis": BASIS}
    for wrong, sentence in (
        ({"step_1_total": "15"}, "须长于未延长时的期限（15）"),
        ({"step_2_total": "30"}, "每次延长后的总长度须长于上一次（30）"),
        ({"step_1_total": "dreißig"}, "请用数字填写整数"),
        ({"step_1_total": "", "step_2_total": ""}, "请至少设定一次延长"),
        ({"basis": ""}, "依据"),
    ):
        page = edit(system, "K03.extend", 422, **(said | wrong))
        assert sentence in page[page.index("error-summary") :]
    assert of(system, "K03.extend").value == [30, 60]
    assert 'name="step_3_total"' in edit(system, "K03.extend", **said, more="step")
    edit(system, "K03.extend", 303, **(said | {"step_1_total": "25", "step_2_total": "45", "step_3_total": "60"}))
    assert of(system, "K03.extend").value == [25, 45, 60]


@pytest.mark.parametrize(
    ("key", "value", "zh", "en"),
    [
        ("K22.least", 91, "不得大于30，即K22", "Not above 30, which K22"),
        ("K22", 91, "不得大于90，即K22.most", "Not above 90, which K22.most"),
        ("K22.most", 4, "不得小于5，即K22.least", "Not below 5, which K22.least"),
        ("QUORUM_LEAST", 4, "不得大于3，即PANEL_MINOR", "Not above 3, which PANEL_MINOR (members of a panel"),
        ("PANEL_MAJOR", 2, "不得小于3，即QUORUM_LEAST", "Not below 3, which QUORUM_LEAST"),
        ("PANEL_MAJOR", 4, "审议小组人数须为单数", "A panel has an odd number of members"),
        ("PANEL_OUTSIDE", 4, "不得大于3，即PANEL_MINOR", "Not above 3, which PANEL_MINOR"),
        ("K03", 30, "须小于30，即第一次延长后的总长度", "Below 30: so long is it in all after its first extension"),
    ],
)
def test_a_value_beside_which_another_could_not_stand_is_refused_at_its_field(
    system: Office, key: str, value: int, zh: str, en: str
) -> None:
    kept = of(system, key).value
    for lang, sentence in (("zh", zh), ("en", en)):
        system.client.set_cookie("lang", lang)
        page = edit(system, key, 422, value=str(value), basis=BASIS)
        assert sentence in page[page.index("error-summary") :].split("</form>")[0]
        assert f'value="{value}"' in page
    assert of(system, key).value == kept


def test_every_number_says_from_where_to_where_it_goes_and_takes_nothing_beyond(system: Office) -> None:
    system.client.set_cookie("lang", "en")
    page = system.get(f"settings/edit/?id={of(system, 'K01').id}")
    assert "From 1 to 5,000" in page
    assert "At present: our proposal; a comparable platform takes 15 working days" in page
    assert "[D]" not in page, "a mark of ours is no reason that somebody would keep"
    assert "Write a number from 1 to 5,000" in edit(system, "K01", 422, value="99999999", basis=BASIS)
    with system.app.app_context(), transaction() as at:
        rows = at.scalars(select(Setting)).all()
        numbers = [row for row in rows if isinstance(row.value, int) and not isinstance(row.value, bool)]
        assert [row.key for row in numbers if within(row.key, row.unit) is None] == []
        for row in numbers:
            require_within(row.key, row.unit, row.value)


@pytest.mark.parametrize(
    ("key", "wrong", "right", "sentence"),
    [
        ("PORTAL_SERVICE", "arrival", "ARRIVAL", "请从所列选项中选择"),
        ("INTERVIEW_HOURS", "18:00-08:00", "08:30-17:30", "例如08:30-17:00"),
        ("TEXT_QUIET", "21-8", "22:00-07:00", "例如21:00-08:00"),
        ("DIGEST_AT", "8:30", "09:00", "例如08:30"),
        ("MAJORITY_MAJOR", "66%", "3/4", "例如2/3"),
    ],
)
def test_a_value_of_one_line_is_refused_with_the_form_it_needs(
    system: Office, key: str, wrong: str, right: str, sentence: str
) -> None:
    page = edit(system, key, 422, value=wrong, basis=BASIS)
    assert sentence in page[page.index("error-summary") :].split("</div>")[0]
    assert of(system, key).meaning_zh in words(page), "what it governs"
    edit(system, key, 303, value=right, basis=BASIS)
    assert of(system, key).value == right


def test_a_number_with_a_digit_too_many_or_too_few_is_asked_about_once_more(system: Office) -> None:
    assert 'name="far"' not in edit_page(system, "K01")
    for slip in ("55", "50"):
        page = edit(system, "K01", 422, value=slip, basis=BASIS)
        assert f"确为{slip}（此前为5）" in page
    edit(system, "K01", 422, value="500", basis=BASIS, far="y", far_value="50")  # of 500 nobody was asked
    edit(system, "K01", 303, value="50", basis=BASIS, far="y", far_value="50")
    assert 'name="far"' in edit(system, "K01", 422, value="5", basis=BASIS)
    edit(system, "K01", 303, value="15", basis=BASIS)
    assert of(system, "K01").value == 15


def edit_page(system: Office, key: str) -> str:
    page = system.get(f"settings/edit/?id={of(system, key).id}")
    return page[page.index("<main") :].partition("</main>")[0]


def test_a_least_and_its_most_may_be_the_same(system: Office) -> None:
    edit(system, "K22.least", 303, value="30", basis=BASIS)
    edit(system, "K22.most", 303, value="30", basis=BASIS)
    assert [of(system, key).value for key in ("K22.least", "K22", "K22.most")] == [30, 30, 30]


def test_words_of_series_are_chinese_and_no_two_the_same(system: Office) -> None:
    said = {f"word_{place}": word for place, word in enumerate(SERIES_WORDS, 1)} | {"basis": BASIS}
    for wrong, sentence in (
        ({"word_1": "TS"}, "请填写一至四个汉字"),
        ({"word_2": "受"}, "该类别字已用于另一类文书"),
        ({"word_3": ""}, "请填写"),
    ):
        page = edit(system, "SERIES.word", 422, **(said | wrong))
        assert sentence in page[page.index("error-summary") :]
    edit(system, "SERIES.word", 303, **(said | {"word_1": "投受"}))
    assert of(system, "SERIES.word").value == ["投受", *SERIES_WORDS[1:]]


def test_a_document_is_numbered_by_the_word_that_was_laid_down_and_another_word_begins_at_one(session: Session) -> None:
    row = session.scalars(select(Setting).where(Setting.key == "SERIES.word")).one()
    before = [numbers.give(session, "决", 2026).serial for _time in range(2)]
    row.value = ["惩决" if word == "决" else word for word in row.value]
    session.flush()
    given = numbers.give(session, "决", 2026)
    assert (before, given.series, given.serial) == ([1, 2], "惩决", 1)
    assert given.text.endswith("惩决〔2026〕1号")
    assert numbers.give(session, "AJ", date(2026, 1, 1).year).series == "AJ"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("K03.extend", []),
        ("K03.extend", [60, 30]),
        ("K03.extend", [30, "60"]),
        ("SERIES.word", ["受"]),
        ("SERIES.word", [*SERIES_WORDS[:-1], "受"]),
        ("SERIES.word", [*SERIES_WORDS[:-1], ""]),
    ],
)
def test_a_value_from_which_nothing_could_be_read_is_refused_by_the_verb_too(app: Flask, key: str, value: Any) -> None:
    with app.app_context(), transaction() as at:
        row = settings.setting(at, key)
        with pytest.raises(BadInput):
            settings.change(at, row, actor=SYSTEM, value=value, basis=BASIS, version=None, now=now())


def test_chains_and_ways_of_sealing_are_changed_in_their_own_tables(system: Office) -> None:
    for key, table in (("APPROVAL_CHAIN", "chains"), ("SEAL_MODE", "seal_modes")):
        answer = system.client.get(f"/admin/settings/edit/?id={of(system, key).id}")
        assert (answer.status_code, answer.location) == (302, f"/admin/{table}/edit/?id={of(system, key).id}")
    assert "签发" in words(details(system, "APPROVAL_CHAIN"))


def test_no_setting_is_shown_or_changed_as_brackets(system: Office) -> None:
    """Every setting of several values: a table on its page, and a form without them in one line."""
    with system.app.app_context(), transaction() as at:
        keys = [row.key for row in at.scalars(select(Setting)) if isinstance(row.value, list | dict)]
    assert set(KEYS) < set(keys)
    pages = {}
    for key in keys:
        pages[key] = details(system, key)
        assert not re.search(r'[\[{]\s*(?:\d|"|&#34;|\[)', words(pages[key])), key
        if not key.startswith("APPROVAL_CHAIN"):
            assert '<th scope="col">' in pages[key], key
            changing = system.get(f"settings/edit/?id={of(system, key).id}")
            assert 'name="value"' not in changing, key
    listed = words(system.get("settings/?search=LADDER"))
    assert "[" not in listed
    assert vnu.errors(pages) == []


def test_the_ladder_reads_as_the_table_people_edit(system: Office) -> None:
    bands = words(details(system, "LADDER_BANDS"))
    assert re.search(r"10 24 \S*责令整改", bands)
    assert re.search(r"80 — \S*公开通报批评", bands)
    factors = words(details(system, "LADDER_FACTORS"))
    assert "2人起：+5；10人起：+10；50人起：+20" in factors
    assert "S5 70" in words(details(system, "LADDER_BASE"))
    assert "30 个自然日" in words(details(system, "K03.extend"))
    assert "第1次延长：30 个自然日；第2次延长：60 个自然日" in words(system.get("settings/?search=K03.extend"))
    assert re.search("受 投诉收件回执、补正通知书", words(details(system, "SERIES.word")))


def test_the_page_of_a_setting_tells_every_value_and_until_when_it_counted(system: Office) -> None:
    system.client.set_cookie("lang", "en")
    first = "Values so far, the newest first"
    assert first not in details(system, "K12")
    row = of(system, "K12").id
    for value in ("12", "14"):
        edit(system, "K12", 303, value=value, basis=BASIS)
        system.post(f"settings/do/confirm/?id={row}")
    edit(system, "K12", 303, value="15", basis="理事会决定")
    page = details(system, "K12")
    lines = [words(f"<main{each}") for each in page[page.index(first) :].split("<tr>")[2:6]]
    day = rf"{now():%Y-%m-%d} \d\d:\d\d"
    assert re.search(rf"15 working days 理事会决定 {day} \(system_admin\) Not confirmed —", lines[0])
    assert re.search(rf"14 working days .* {day} \(system_admin\) {day} \(system_admin\) Counts today", lines[1])
    assert re.search(rf"12 working days .* {day} \(system_admin\) {day} \(system_admin\) {day}", lines[2])
    assert re.search(rf"10 working days .* With the system Not confirmed {day}", lines[3])
