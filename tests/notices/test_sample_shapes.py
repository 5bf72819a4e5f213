"""Samples are built alike in both languages, and one that is not built as what is issued is found out."""

import re
from dataclasses import replace
from datetime import date

import pytest

from notices import samples
from notices.kinds import KINDS
from notices.papers import Facts, Heading, text_of
from notices.samples import TO_A_COMPANY, TO_MANY, paper_for
from tests.notices.papers_of_all_kinds import opened
from tests.notices.sample_shapes import drifts

QUOTING = ("D23e", "D23f", "D36a")
"""What carries the decision's text; an English edition says where that stands, and does not translate it."""

PAST = (
    *("archived_on", "closed_on", "dates", "decision_date", "deliberated_on", "occasion", "published_on"),
    *("resumed_on", "served_at", "suspended_on"),
)
"""Fields that tell a day gone by."""
DAY = re.compile(r"(\d{4})年(\d+)月(\d+)日")


@pytest.mark.parametrize("kind", [kind for kind, about in KINDS.items() if about.outward])
def test_a_sample_is_built_alike_in_both_languages(kind: str) -> None:
    chinese, english = ([type(each) for each in paper_for(kind, lang)[0].blocks] for lang in ("zh", "en"))
    if kind in QUOTING:
        decision = [type(each) for each in paper_for("D20")[0].blocks]
        at = next(at for at in range(len(chinese)) if chinese[at : at + len(decision)] == decision)
        del chinese[at : at + len(decision)]
    assert chinese == english


@pytest.mark.parametrize("kind", [kind for kind, about in KINDS.items() if about.outward])
def test_a_sample_encloses_the_other_language_as_what_is_issued_does(kind: str) -> None:
    (chinese, _), (english, _) = (paper_for(kind, lang) for lang in ("zh", "en"))
    assert (english.authentic is not None) == (KINDS[kind].to in TO_A_COMPANY)
    assert (chinese.translation is not None) == (KINDS[kind].to in TO_MANY)


def test_a_sample_that_is_not_built_as_what_is_issued_is_found_out() -> None:
    paper, _head = paper_for("D21")
    assert list(drifts([("D21", "zh", paper)])) == []
    said = Facts((("送达时间", "很久以前"), ("天气", "晴")))
    found = list(drifts([("D21", "zh", replace(paper, blocks=(said, Heading("一、附言"))))]))
    assert len(found) == 3
    assert "附言" in found[0]
    assert any("送达时间 is" in each for each in found)
    assert any("天气" in each for each in found)


def test_a_publication_carries_the_text_of_the_decision() -> None:
    decision = {each.text for each in paper_for("D20")[0].blocks if isinstance(each, Heading)}
    for kind in QUOTING:
        assert decision <= {each.text for each in paper_for(kind)[0].blocks if isinstance(each, Heading)}


@pytest.mark.parametrize("kind", ["D13a", "D13b", "D21", "D22", "D23e", "D23f", "D32", "D35", "D36a", "D36b", "D38"])
def test_a_sample_is_no_older_than_what_it_tells_of(kind: str) -> None:
    told = samples.values_for(kind)
    past = [_days(told[name]) for name in PAST if name in told]
    days = [day for each in past for day in each]
    assert days
    assert kind != "D22" or _days(told["occasion"]) <= _days(told["deliberated_on"]), "a review is asked for first"
    issued = samples.head_for(kind).issue_date
    assert issued is not None
    assert max(days) <= issued


def _days(said: object) -> list[date]:
    return [date(*(int(part) for part in each)) for each in re.findall(DAY, str(said))]


@pytest.mark.parametrize(
    "kind", [kind for kind, about in KINDS.items() if about.to in {"file", "authority", "complainant"}]
)
def test_a_sample_that_no_company_receives_addresses_none(kind: str) -> None:
    for lang in samples.languages(kind):
        said = text_of(paper_for(kind, lang)[0].blocks)
        assert not re.search("你单位委托|acting for you", said), said


def test_a_firm_outside_the_rules_has_a_code_of_its_own_in_samples() -> None:
    for lang in ("zh", "en"):
        firm, principal = samples.head_for("D27", lang).recipient_uscc, samples.head_for("D26", lang).recipient_uscc
        assert firm != principal
        assert samples.values_for("D26", lang)["uscc"] == firm
        assert principal in " ".join(each.extract_text() for each in opened("D26", lang).pages)


def test_a_sample_of_an_admitted_case_is_signed_after_the_admission() -> None:
    told = samples.values_for("D42")
    names = ("admitted_on", "officer_on", "legal_on", "head_on")
    days = [date(*(int(part) for part in DAY.findall(str(told[name]))[0])) for name in names]
    assert days == sorted(days)
    assert "立案" not in f"{told['officer_opinion']}{told['head_opinion']}"
