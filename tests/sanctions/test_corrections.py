"""Clerical errors are corrected by a notice; what was decided stays as it was decided."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from casework.models_cases import CaseTrack
from core.errors import BadInput, NotAllowed, NotNow
from notices import queries as notices
from notices.models import Document
from registry import rulebook
from sanctions import corrections, policies_corrections, rounds
from sanctions.served import whole_text_of
from tests.builders_cases import actor
from tests.sanctions.chain import Chain

PASSAGE = "事实清楚，证据充分。"
"""As the reasons of the decision say it."""


@pytest.fixture
def chain(session: Session, now: datetime) -> Chain:
    return Chain(session, now)


def _decision(chain: Chain, track: CaseTrack) -> Document:
    found = notices.last_document(chain.session, ["D20"], "track", track.id)
    assert found is not None
    return found


def _correct(chain: Chain, track: CaseTrack, **changed: object) -> None:
    said = {
        "document": _decision(chain, track),
        "wrong": PASSAGE,
        "right": "事实清楚，证据确实、充分。",
        "reason": "漏字",
        "agreed_by": policies_corrections.deciders(chain.session, track)[0],
        "actor": actor(chain.head),
        "version": None,
        "now": chain.later(10),
    }
    corrections.correct(chain.session, track, **{**said, **changed})  # type: ignore[arg-type]


def test_a_correction_is_a_notice_of_its_own_and_the_document_stays(chain: Chain) -> None:
    track = chain.effective([1])
    before = _decision(chain, track).paper_sha256
    _correct(chain, track)
    told = notices.last_document(chain.session, ["D40"], "track", track.id)
    assert told is not None
    assert "证据确实、充分" in str(told.paper["paper"])
    assert told.number is not None
    assert _decision(chain, track).paper_sha256 == before
    assert track.state == "EFFECTIVE"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"document": None}, "document"),
        ({"wrong": "没有这句话"}, "wrong"),
        ({"right": PASSAGE}, "right"),
        ({"reason": " "}, "reason"),
        ({"agreed_by": None}, "agreed_by"),
    ],
)
def test_a_correction_names_passage_kind_and_who_agreed(chain: Chain, changed: dict[str, object], field: str) -> None:
    track = chain.effective([1])
    with pytest.raises(BadInput) as refused:
        _correct(chain, track, **changed)
    assert refused.value.field == field


def test_nothing_decided_changes(chain: Chain) -> None:
    track = chain.effective([1])
    decision = rounds.decision(chain.session, track)
    assert decision is not None
    days = decision.terms["1"]["days"]
    for wrong, right in ((f"{days}日内", "5日内"), ("责令整改", "警示约谈"), ("青屿消费金融", "海石")):
        with pytest.raises(BadInput) as refused:
            _correct(chain, track, wrong=wrong, right=right)
        assert refused.value.field in {"right", "wrong"}


def test_nothing_is_added_to_what_was_decided(chain: Chain) -> None:
    track = chain.effective([1])
    text = whole_text_of(_decision(chain, track))
    provision = next(each.cited() for each in rulebook.provisions(chain.session) if each.cited() not in text)
    for more in ("并予公开通报批评", "、警示约谈", "另有诱导或逼迫以贷养贷", f"并违反{provision}"):
        with pytest.raises(BadInput) as refused:
            _correct(chain, track, right=f"{PASSAGE}{more}。")
        assert refused.value.field == "right", more


def test_only_members_who_decided_agree_and_only_the_head_corrects(chain: Chain) -> None:
    track = chain.effective([1])
    with pytest.raises(BadInput):
        _correct(chain, track, agreed_by=chain.reviewer.id)
    with pytest.raises(NotAllowed):
        _correct(chain, track, actor=actor(chain.officer))


def test_before_it_is_served_a_decision_is_issued_again_and_not_corrected(chain: Chain) -> None:
    track = chain.decided([1])
    with pytest.raises(NotNow):
        _correct(chain, track)
