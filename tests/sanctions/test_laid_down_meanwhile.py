"""What was announced or decided holds for what follows it, whatever the association lays down meanwhile."""

from datetime import datetime

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.db import KEPT
from notices import queries as notices
from notices.models import Document
from notices.papers import whole_text
from registry import clocks
from registry.models_settings import Setting
from sanctions import decisions, rounds, statements, terms
from sanctions.levels import LEVELS
from tests.builders_cases import actor
from tests.sanctions.chain import Chain
from tests.sanctions.reviewing import Reviewing


@pytest.fixture
def chain(session: Session, now: datetime) -> Chain:
    return Chain(session, now)


def laid_down(session: Session, key: str, length: int) -> int:
    """Another length from now on; what it was."""
    before = int(session.scalars(select(Setting.value).where(Setting.key == key)).one())
    session.execute(update(Setting).where(Setting.key == key).values(value=length))
    session.info.pop(KEPT, None)
    return before


@pytest.mark.parametrize(("level", "kind"), [(4, "D23e"), (5, "D23f")])
def test_a_publication_is_shown_as_long_as_was_announced(chain: Chain, level: int, kind: str) -> None:
    track, key = chain.proposed([level], "V-I02"), LEVELS[level].clock
    months = laid_down(chain.session, key, 99)
    chain.serve(track, "D17", chain.later(4))
    statements.waive(chain.session, track, confirmed=True, actor=actor(chain.lead), now=chain.later(5))
    by = {"actor": chain.vote(track, *["PROPOSED"] * 5)[0], "now": chain.later(7)}
    decisions.decide(chain.session, track, reasons="事实清楚。", statement_dealt="", **by)  # type: ignore[arg-type]
    chain.serve(track, "D20", chain.later(7))
    statements.waive(chain.session, track, confirmed=True, actor=actor(chain.lead), now=chain.later(8))
    chain.execute(track, chain.later(9))
    publication = rounds.publication(chain.session, track)
    assert publication is not None
    chain.publish(publication, chain.later(10))
    papers = {each.kind: each for each in chain.session.scalars(select(Document).order_by(Document.id))}
    for each in ("D17", "D20", kind):
        said = whole_text(papers[each].frozen)
        assert (f"{months}个月" in said, "99个月" in said) == (True, False), each
    runs = clocks.live(chain.session, key, ("publication", publication.id))
    assert runs is not None
    assert runs.length == months


@pytest.mark.parametrize(("reviewed", "before"), [(False, False), (True, False), (False, True), (True, True)])
def test_a_circular_in_the_place_of_public_criticism_is_shown_as_decided_and_no_longer_than_announced(
    session: Session, now: datetime, *, reviewed: bool, before: bool
) -> None:
    announced = int(session.scalars(select(Setting.value).where(Setting.key == "K36")).one())
    chain = Reviewing(session, now).fill_pool()
    if reviewed:
        track = chain.served_decision([5], "V-I02")
        if before:
            laid_down(session, "K32", 99)
        chain.reviewed(chain.asked(track), *["VARY"] * 5, lighter=(4,))
    else:
        track = chain.deliberating([5], "V-I02")
        if before:
            laid_down(session, "K32", 99)
        by = {"actor": chain.vote(track, *["LIGHTER"] * 5, lighter=(4,))[0], "now": chain.later(7)}
        decisions.decide(chain.session, track, reasons="事实清楚。", statement_dealt="", **by)  # type: ignore[arg-type]
    made, months = rounds.decision(chain.session, track), laid_down(chain.session, "K32", 98)
    months = announced if before else months
    assert made is not None
    assert made.measures == [4]
    assert f"{months}个月" in terms.worded(chain.session, 4, terms.of_level(made.terms, 4))


def test_an_order_says_how_long_the_decision_lets_its_company_ask_for_a_review(chain: Chain) -> None:
    track = chain.effective([1])
    days = laid_down(chain.session, "K20", 9)
    chain.execute(track, chain.later(9))
    order = notices.last_document(chain.session, ["D23a"], "track", track.id)
    assert order is not None
    assert f"{days}个工作日内向本协会书面申请复核" in whole_text(order.frozen)
