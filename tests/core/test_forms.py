"""What forms promise: text is tidied or refused with a plain reason, and nothing typed is lost."""

from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import pytest
import time_machine
from flask import Flask
from werkzeug.datastructures import FileStorage, MultiDict

from core import clock, days, forms
from core.characters import tidy, wrong
from core.fields_typed import Near
from core.words import _l
from tests.core.sample import Complaint, build

GOOD = {"who": "debtor", "day": "2026-11-03", "story": "一天内接到 37 次电话。"}


class Long(forms.Form):
    """A text as long as most may be."""

    note = forms.LongText(_l("What happened"), most=5000)


@pytest.fixture(scope="module")
def sample() -> Flask:
    return build(WTF_CSRF_ENABLED=False)


@pytest.fixture(params=["zh", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 25, 4, 0, tzinfo=UTC))


def sent(sample: Flask, lang: str = "en", **changes: Any) -> Complaint:
    with sample.test_request_context(f"/?lang={lang}", method="POST", data={**GOOD, **changes}):
        form = Complaint()
        form.validate_on_submit()
        form.shown = {name: str(field()) for name, field in form._fields.items()}
        return form


def test_a_right_form_is_right(sample: Flask, at_noon: None) -> None:
    form = sent(sample)
    assert form.errors == {}
    assert (form.day.data, form.version.data) == (date(2026, 11, 3), None)


def test_each_form_has_its_own_key(sample: Flask) -> None:
    with sample.test_request_context("/"):
        assert Complaint().key.data != Complaint().key.data
        assert len(Complaint().key.data) == 32


@pytest.mark.parametrize(
    ("bad", "code"),
    [("电话\x07响", "U+0007"), ("见\ue001字", "U+E001"), ("见\U000e0fff字", "U+E0FFF"), ("\ufffe", "U+FFFE")],
)
def test_a_character_that_cannot_be_kept_is_named(sample: Flask, language: str, bad: str, code: str) -> None:
    form = sent(sample, language, story=bad)
    (message,) = form.story.errors
    assert code in message
    assert ("can't be kept" in message) == (language == "en")
    assert ("无法保存" in message) == (language == "zh")


def test_rare_characters_of_names_and_emoji_are_kept() -> None:
    assert wrong("𬎆𰻞\U00031350👨\u200d👩\u200d👧") is None


def test_private_characters_pass_where_the_field_says_so() -> None:
    assert wrong("\ue001", private=True) is None


def test_what_copying_leaves_behind_is_removed() -> None:
    assert tidy("\u202a138 0013 8000\u202c\ufeff ") == "138 0013 8000"
    assert tidy("一\r\n二\u2028三", lines=True) == "一\n二\n三"
    assert tidy("e\u0301") == "é"


def test_over_long_text_says_by_how_much_and_stays(sample: Flask, language: str) -> None:
    form = sent(sample, language, story="长" * 207)
    (message,) = form.story.errors
    assert "7" in message
    assert "200" in message
    assert "长" * 207 in form.shown["story"]


def test_how_much_may_be_written_and_by_how_much_it_is_too_long_are_numbers_with_their_marks(
    sample: Flask, language: str
) -> None:
    with sample.test_request_context(f"/?lang={language}", method="POST", data={"note": "长" * 6100}):
        form = Long()
        form.validate_on_submit()
        assert "1,100" in form.note.errors[0]
        assert "5,000" in form.note.errors[0]
        macros = sample.jinja_env.get_template("parts/forms.html").make_module({})
        assert "5,000" in macros.field(form.note)


@pytest.mark.parametrize(
    "text",
    [
        *("2026-01-04", "2026/1/4", "2026.1.4", "2026年1月4日", "20260104", "２０２６－０１－０４"),
        *("4 January 2026", "4 Jan 2026", "January 4, 2026", "Jan. 4, 2026"),
    ],
)
def test_dates_are_read_as_people_write_them(text: str) -> None:
    assert days.read(text) == date(2026, 1, 4)


def test_a_date_in_the_future_is_refused_and_stays(sample: Flask, language: str, at_noon: None) -> None:
    form = sent(sample, language, day="2026-12-01")
    (message,) = form.day.errors
    assert ("future" if language == "en" else "晚于今天") in message
    assert "2026-12-01" in form.shown["day"]


@pytest.mark.parametrize(
    "text",
    ["昨天", "26-1-4", "4 Mai 2026", "4 Ju 2026"],
)
def test_a_date_that_is_none_is_refused_once_and_stays(sample: Flask, text: str) -> None:
    form = sent(sample, day=text)
    assert form.day.errors == [f"Write the date as year, month and day, for example {clock.today():%Y%m%d}."]
    assert text in form.shown["day"]


@pytest.mark.parametrize("text", ["2026-02-30", "2026-11-31", "2026-13-01", "0000-00-00", "30 February 2026"])
def test_a_day_that_no_calendar_has_is_called_so(sample: Flask, text: str) -> None:
    form = sent(sample, day=text)
    assert form.day.errors == ["There is no such day: check the month and the day."]
    assert text in form.shown["day"]


@pytest.mark.parametrize(("text", "year"), [("0001-01-01", 1), ("1899-12-31", 1899), ("9999-12-31", 9999)])
def test_a_whole_date_in_a_year_far_off_is_not_called_incomplete(sample: Flask, text: str, year: int) -> None:
    form = sent(sample, day=text)
    assert form.day.errors == [f"This date lies in the year {year}: check the year."]
    assert text in form.shown["day"]


def test_a_moment_is_typed_in_shanghai_and_kept_in_utc() -> None:
    assert days.read_moment("2026年11月25日 14:30") == datetime(2026, 11, 25, 6, 30, tzinfo=UTC)
    assert days.read_moment("20261125 9:05") == datetime(2026, 11, 25, 1, 5, tzinfo=UTC)
    assert days.read_moment("25 November 2026, 14:30") == datetime(2026, 11, 25, 6, 30, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2026-11-25", "2026-11-25 25:00", "14:30", "", "x", "0001-01-01 00:00"])
def test_half_a_moment_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        days.read_moment(text)


def test_an_answer_nobody_offered_is_refused(sample: Flask, language: str) -> None:
    form = sent(sample, language, who="judge", means="violence")
    assert len(form.who.errors) == 1
    assert len(form.means.errors) == 1


def test_nothing_chosen_is_one_message(sample: Flask, language: str) -> None:
    form = sent(sample, language, who="")
    assert form.who.errors == ["Choose one of the answers." if language == "en" else "请选择一项。"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("amount", "很多"),
        ("amount", "1.234"),
        ("times", "1001"),
        ("times", "三"),
        ("mail", "a@b"),
        ("phone", "call me"),
    ],
)
def test_what_is_no_value_of_its_kind_is_refused_with_one_reason(sample: Flask, name: str, text: str) -> None:
    form = sent(sample, **{name: text})
    assert len(form[name].errors) == 1
    assert text in form.shown[name]


def test_numbers_are_read_with_their_marks(sample: Flask) -> None:
    form = sent(sample, amount="￥１２，８００．５０", times="1,000", phone="０５９２－５５５０ １２３４")
    assert form.errors == {}
    assert (str(form.amount.data), form.times.data, form.phone.data) == ("12800.50", 1000, "0592-5550 1234")


def files(*contents: bytes) -> list[FileStorage]:
    return [FileStorage(BytesIO(data), filename=f"{number}.png") for number, data in enumerate(contents)]


def test_where_one_file_is_asked_for_no_more_are_offered(sample: Flask) -> None:
    with sample.test_request_context():
        form = Complaint()
        macro = sample.jinja_env.get_template("parts/forms.html").module.files
        assert "data-add-file" in macro(form.files)
        form.files.most = 1
        shown = macro(form.files)
    assert "data-add-file" not in shown
    assert shown.count('type="file"') == 1


def test_inputs_left_empty_are_no_files(sample: Flask) -> None:
    with sample.test_request_context("/", method="POST", data=GOOD):
        form = Complaint(formdata=MultiDict([("files", FileStorage(filename="")), ("files", files(b"x")[0])]))
        assert [file.filename for file in form.files.data] == ["0.png"]


@pytest.mark.parametrize(("sent_files", "words"), [(files(b""), "empty"), (files(*[b"x"] * 21), "at most 20")])
def test_files_beyond_the_limits_are_refused(sample: Flask, sent_files: list[FileStorage], words: str) -> None:
    with sample.test_request_context("/?lang=en", method="POST"):
        form = Complaint(formdata=MultiDict([("files", file) for file in sent_files]))
        form.validate()
        assert words in form.files.errors[0]


def test_an_example_of_a_day_to_come_is_no_day_of_a_weekend() -> None:
    with time_machine.travel(datetime(2026, 11, 28, 4, tzinfo=UTC)):
        assert str(Near(7, " 14:30")) == "2026-12-07 14:30"
        assert str(Near(0)) == "20261128"
    with time_machine.travel(datetime(2026, 11, 27, 4, tzinfo=UTC)):
        assert str(Near(7)) == "20261204"
