"""Samples are built alike in both languages, and one that is not built as what is issued is found out."""

import re
from dataclasses import replace
from datetime import date

import pytest

from notices import samples
from notices.kinds import KINDS
from notices.papers import Facts, Heading
from notices.samples import TO_A_COMPANY, TO_MANY, paper_for
from tests.notices.sample_shapes import drifts

QUOTING = ("D23e", "D23f", "D36a")
"""What carries the decision's text; an English edition says where that stands, and does not translate it."""

PAST = ("archived_on", "closed_on", "decision_date", "occasion", "published_on", "resumed_on", "served_at")
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


@pytest.mark.parametrize("kind", ["D13b", "D21", "D22", "D23e", "D23f", "D32", "D35", "D36a", "D36b"])
def test_a_sample_is_no_older_than_what_it_tells_of(kind: str) -> None:
    told = samples.values_for(kind)
    past = [str(told[name]) for name in PAST if name in told]
    days = [date(*(int(part) for part in each)) for text in past for each in re.findall(DAY, text)]
    assert days
    issued = samples.head_for(kind).issue_date
    assert issued is not None
    assert max(days) <= issued
