"""What reaches many at once encloses its English edition: its facts in English, under the Chinese text that governs."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from notices import queries as notices
from notices.papers import TRANSLATED, TRANSLATION, Paper, text_of
from notices.rendering import html_of
from sanctions import bulletin_corrections, bulletins, measures, rounds, served
from sanctions.models_publications import Publication
from tests.builders_cases import actor
from tests.sanctions.chain import Chain
from tests.sanctions.test_in_english import NAMES, chinese_left, own_text, quotable


def published(chain: Chain, level: int) -> Publication:
    track = chain.effective([level], code="V-I02")
    for party in (chain.lender, chain.firm):
        party.name_en = NAMES.get(party.name_zh, "")
    measures.execute(chain.session, track, actor=actor(chain.officer), version=None, now=chain.later(9))
    publication = rounds.publication(chain.session, track)
    assert publication is not None
    chain.publish(publication, chain.later(10))
    return publication


def editions(chain: Chain, publication: Publication, kind: str) -> tuple[Paper, Paper, str]:
    """The paper, its English edition, and the page."""
    document = notices.last_document(chain.session, [kind], "publication", publication.id)
    assert document is not None
    paper = document.frozen
    assert paper.translation is not None
    assert (document.lang, paper.attachments[-1]) == ("zh", TRANSLATION)
    return paper, paper.translation, html_of(paper, document.head)


@pytest.mark.parametrize(("level", "kind"), [(4, "D23e"), (5, "D23f")])
def test_a_publication_tells_its_facts_in_english_and_leaves_the_decision_in_chinese(
    session: Session, now: datetime, level: int, kind: str
) -> None:
    chain = Chain(session, now)
    publication = published(chain, level)
    paper, english, page = editions(chain, publication, kind)
    assert TRANSLATED in text_of(english.blocks)
    assert NAMES[publication.track.party.name_zh] in english.title
    assert chinese_left(own_text(english), quotable(session)) == []
    decision = served.text_of_document(served.decision_document(session, publication.track) or pytest.fail("none"))
    quoted = [line for line in decision.splitlines() if len(line) > 20 and "号" not in line]
    assert any(line in text_of(paper.blocks) for line in quoted)
    assert not any(line in text_of(english.blocks) for line in quoted)
    assert '<div class="english" lang="en">' in page
    assert page.index("English translation") > page.index("以上为决定书内容")


@pytest.mark.parametrize(("level", "kind"), [(4, "D23e"), (5, "D23f")])
def test_its_correction_and_withdrawal_name_it_by_its_english_title(
    session: Session, now: datetime, level: int, kind: str
) -> None:
    chain = Chain(session, now)
    publication = published(chain, level)
    title = editions(chain, publication, kind)[1].title
    said = {"version": None, "now": chain.later(20)}
    changed = {"passage": "共六次", "instead": "共某次", "reason": "商业秘密"}
    bulletin_corrections.leave_out(session, publication, actor=actor(chain.publisher), **changed, **said)
    bulletin_corrections.correct(session, publication, actor=actor(chain.other_publisher), **said)
    bulletins.withdraw(session, publication, reason="法院判决", actor=actor(chain.head), **said)
    typed = [*changed.values(), "法院判决", *quotable(session)]
    for made in ("D36a", "D36b"):
        english = editions(chain, publication, made)[1]
        assert f"“{title}”" in text_of(english.blocks)
        assert chinese_left(own_text(english), typed) == []
    whole = text_of(editions(chain, publication, "D36a")[0].blocks)
    assert "共某次" in whole
    assert len(text_of(editions(chain, publication, "D36a")[1].blocks)) < len(whole)


def test_a_frozen_paper_comes_back_with_its_english_edition(session: Session, now: datetime) -> None:
    chain = Chain(session, now)
    paper, english, _page = editions(chain, published(chain, 5), "D23f")
    again = Paper.from_json(paper.to_json())
    assert (again, again.enclosed) == (paper, english)
