"""In which language a text is: told by its sentences, and not by the names that stand in them."""

import time

import pytest
from flask import Flask
from flask_babel import force_locale
from markupsafe import Markup

from core.tongues import in_one_line, strange, tongue
from core.words import _l, bracketed, joined, one_stop


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "请补充通话录音"),
        ("en", "请于2026年11月30日前补充与该公司的通话录音。"),
        ("en", "请滨海信达催收服务有限公司补充通话录音"),
        ("zh", "Please add the recording of the call"),
        ("zh", "The recording of 3 November 2026 is missing."),
    ],
)
def test_a_passage_in_the_other_language_is_found(lang: str, text: str) -> None:
    assert strange(text, lang) == [text.strip()]


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "Please send the contract (《个人借款合同》) of 2026年3月1日."),
        ("en", "滨海信达催收服务有限公司"),
        ("en", "From 3 August on Binhai Xinda Collection Services (滨海信达催收服务有限公司) called you."),
        ("en", "蓝金协决〔2026〕7号"),
        ("en", "张三丰"),
        ("en", ""),
        ("zh", "请补充Happy Cash App的还款记录截图"),
        ("zh", "https://zilu.example/track/how-to-add-material"),
        ("zh", "compliance@xingwan.example"),
        ("zh", "Rapid Loan"),
        ("zh", "TS2026-K7M2XQ"),
    ],
)
def test_names_numbers_and_addresses_are_of_no_language(lang: str, text: str) -> None:
    assert not strange(text, lang)


def test_of_a_mixed_text_only_the_passage_is_named_that_is_strange() -> None:
    said = "The complaint is outside the rules. 贷款审批争议不涉及催收行为。请向贷款机构反映。 You may come back."
    assert strange(said, "en") == ["贷款审批争议不涉及催收行为。请向贷款机构反映。"]
    assert strange(said, "zh") == ["The complaint is outside the rules.", "You may come back."]
    assert strange("请补充：\nthe loan contract you signed\n还款记录", "zh") == ["the loan contract you signed"]


def test_a_text_is_of_the_language_that_most_of_it_is_in() -> None:
    assert tongue("My flatmate has an overdue loan with “望潮贷”") == "en"
    assert tongue("我在Happy Cash借款逾期") == "zh-CN"
    assert tongue("") == "zh-CN"


def test_a_long_text_without_a_pause_takes_no_time() -> None:
    begun = time.perf_counter()
    assert strange("催" * 10_000, "en")
    assert not strange("a" * 10_000, "zh")
    assert time.perf_counter() - begun < 1


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("已停止外呼。\n\n我单位将向您 道歉。", "已停止外呼。我单位将向您 道歉。"),
        ("第一点\n第二点", "第一点；第二点"),
        ("We stopped.\nWe apologise.", "We stopped. We apologise."),
        (" \n只有一行\n", "只有一行"),
        ("", ""),
    ],
)
def test_lines_become_one_as_their_language_has_it(text: str, line: str) -> None:
    assert in_one_line(text) == line


def test_sentences_are_joined_as_the_readers_language_has_it(app: Flask) -> None:
    with app.test_request_context("/"):
        assert joined(_l("Added."), "", None, "完成。") == "已添加。完成。"
        with force_locale("en"):
            assert joined(_l("Added."), "", None, "Done.") == "Added. Done."


def test_a_name_that_ends_with_a_full_stop_ends_its_sentence(app: Flask) -> None:
    with app.test_request_context("/"), force_locale("en"):
        told = str(_l("This complaint was already forwarded to %(name)s.", name="Haiwang Co., Ltd."))
        assert told == "This complaint was already forwarded to Haiwang Co., Ltd."
        page = app.jinja_env.from_string("{{ _('With it you act for %(party)s.', party='Haiwang Inc.') }}")
        assert page.render() == "With it you act for Haiwang Inc."
        assert one_stop(Markup("<b>a Co..</b> Ltd..pdf b..")) == Markup("<b>a Co.</b> Ltd..pdf b..")


def test_brackets_behind_words_are_those_of_the_readers_language(app: Flask) -> None:
    with app.test_request_context("/"):
        assert "证据" + bracketed("4 KB") == "证据（4 KB）"
        assert bracketed(Markup("<b>3</b>")) == Markup("（<b>3</b>）")
        with force_locale("en"):
            assert "Proof" + bracketed(_l("Added.")) == "Proof (Added.)"
