"""The decision of a review stands in every file of its track, and each review has its own."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from casework.models_cases import CaseTrack
from casework.states import TRACK
from core.actors import SYSTEM
from core.clock import ZONE, day_of
from core.machine import Ask
from desk import queries_cases_pages
from notices import making, wording
from notices import queries as notices
from notices.models import Document
from notices.papers import day_text, text_of
from portal import queries_portal
from proceedings import queries_tracks
from sanctions import (
    bundle_contents,
    documents_reviews,
    files_made,
    policies_archives,
    queries_volumes,
    reviews,
    rounds,
    served,
)
from sanctions.models_publications import Publication
from tests.builders_cases import actor
from tests.sanctions.reviewing import Reviewing


@pytest.fixture
def chain(session: Session, now: datetime) -> Reviewing:
    return Reviewing(session, now).fill_pool()


def test_the_decision_of_a_minor_review_is_in_the_case_the_volumes_and_the_respondents_file(chain: Reviewing) -> None:
    track = chain.executing([2])
    review = chain.asked(track, now=chain.later(9))
    chain.reviewed(review, *["UPHOLD"] * 3)
    paper = chain.paper(review)
    assert (paper.subject_kind, paper.kind) == ("review", "D22")
    assert "K19" in {each.key for each in policies_archives.still_running(chain.session, track)}
    chain.serve_paper(review)
    assert paper in queries_cases_pages.whole(chain.session, track.case).letters
    assert queries_tracks.papers(chain.session, track)["D22"] is paper
    assert paper in [each.document for each in queries_portal.notices_of(chain.session, "track", track.id)]
    assert f"于{day_text(day_of(chain.later(9)), 'zh')}进行审议" in text_of(paper.frozen.blocks)
    shown = files_made.made_for(chain.session, track).entries
    assert [each.number for each in shown if each.section == "REVIEW" and each.number] == [paper.number]
    bound = queries_volumes.main(chain.session, track)
    assert [each.title for each in bound if each.number == paper.number or each.mark == f"review:{review.id}"] == [
        "复核申请",
        "复核决定书",
    ], "what the company asked for stands before what it came to"
    assert review.grounds in [each.text for each in bundle_contents.main(chain.session, track.id).pieces]
    ballots = [each for each in queries_volumes.internal(chain.session, track) if each.title.startswith("复核表决票")]
    assert len(ballots) == 3


@pytest.mark.parametrize("asked", [True, False])
def test_a_remittal_says_that_a_company_asked_only_where_one_did(chain: Reviewing, asked: bool) -> None:
    track = chain.executing([2])
    by = {"actor": actor(chain.head), "now": chain.later(9)}
    own = {"basis": "ERROR", "grounds": "计算有误", "favour": True, **by}
    review = chain.asked(track, now=chain.later(9)) if asked else reviews.own_motion(chain.session, track, **own)  # type: ignore[arg-type]
    chain.reviewed(review, *["REMIT"] * 3, questions="通话次数")
    said = text_of(chain.paper(review).frozen.blocks)
    assert "自本决定作出之日起失去效力" in said
    assert ("不因你单位申请复核而加重" in said, "依职权决定复核" in said) == (asked, not asked)


def test_what_a_company_says_of_a_revoked_document_is_kept_to_the_letter_and_its_day_told_in_full(
    chain: Reviewing,
) -> None:
    track = chain.executing([4], "V-I02")
    review = chain.asked(track, now=chain.later(9), revoked="行政处罚决定已被撤销。")
    assert (review.revoked, review.revoked_on) == ("行政处罚决定已被撤销。", day_of(chain.later(9)))
    chain.reviewed(review, *["UPHOLD"] * 5)
    day = day_text(day_of(chain.later(9)), "zh")
    told = f"以原决定所依据的文件已于{day}被撤销为由申请复核（行政处罚决定已被撤销）。"
    assert told in text_of(chain.paper(review).frozen.blocks)


@pytest.mark.parametrize(
    ("choice", "then"), [("UPHOLD", ""), ("VARY", "另行通知"), ("REMIT", "无须继续执行"), ("QUASH", "无须继续执行")]
)
def test_the_decision_of_a_review_names_the_orders_that_lapse_by_it(chain: Reviewing, choice: str, then: str) -> None:
    track = chain.executing([1, 2])
    orders = [notices.last_document(chain.session, [kind], "track", track.id) for kind in ("D23a", "D23b")]
    review = chain.asked(track, now=chain.later(9))
    chain.reviewed(review, *[choice] * 3, lighter=(1,), questions="通话次数" if choice == "REMIT" else "")
    said = text_of(chain.paper(review).frozen.blocks)
    named = "、".join(each.number or "" for each in orders if each is not None)
    assert (f"本协会依据原决定发出的{named}不再有效" in said, then in said) == (bool(then), True)
    assert documents_reviews._lapsed(chain.session, review, "en") == "", "not named by a later review again"


@pytest.mark.parametrize(("level", "kind"), [(4, "D23e"), (5, "D23f")])
def test_what_is_made_known_names_the_review_by_which_its_decision_stands(
    chain: Reviewing, level: int, kind: str
) -> None:
    track = chain.served_decision([level], "V-I02")
    review = chain.asked(track)
    chain.reviewed(review, *["UPHOLD"] * 5)
    chain.serve_paper(review)
    chain.execute(track, chain.later(12))
    publication = rounds.publication(chain.session, track)
    assert publication is not None
    chain.publish(publication, chain.later(13))
    made = notices.last_document(chain.session, [kind], "publication", publication.id)
    assert made is not None
    paper, number = made.frozen, chain.paper(review).number
    assert paper.translation is not None
    assert f"上述决定经复核维持，复核决定为{number}" in text_of(paper.blocks)
    assert "其效力以复核决定为准" in text_of(paper.blocks), "the decision says what holds if no review is asked for"
    assert f"The decision was upheld on review by {number}" in text_of(paper.translation.blocks)


ON_IT, BY_IT, MADE_KNOWN = "依据本协会{}决定（", "本协会以{}决定对你单位采取自律措施", "本协会以{}作出决定，对"


@pytest.mark.parametrize(
    ("lighter", "kinds"),
    [
        ((1, 2, 4), {"D23a": ON_IT, "D23b": ON_IT, "D23e": MADE_KNOWN, "D07c": BY_IT, "D24": BY_IT}),
        ((3, 5), {"D23d": ON_IT, "D23f": MADE_KNOWN}),
    ],
)
def test_whatever_carries_out_the_decision_of_a_review_names_it_as_a_decision_and_no_more(
    chain: Reviewing, lighter: tuple[int, ...], kinds: dict[str, str]
) -> None:
    track = chain.served_decision([1, 2, 3, 5], "V-I02")
    review = chain.asked(track)
    chain.reviewed(review, *["VARY"] * 5, lighter=lighter)
    chain.serve_paper(review)
    chain.execute(track, chain.later(12))
    publication = rounds.publication(chain.session, track)
    assert publication is not None
    chain.publish(publication, chain.later(13))
    number = chain.paper(review).number
    for kind, sentence in kinds.items():
        assert sentence.format(number) in _text(chain, kind, track, publication), kind


def _text(chain: Reviewing, kind: str, track: CaseTrack, publication: Publication) -> str:
    """What a notice says; of one that is made only later, what it would say now."""
    by = {"D24": "S40", "D07c": "S39"}
    if kind in by:
        ask = Ask(chain.session, track, SYSTEM, {}, chain.later(20), row=TRACK.rows[by[kind]], machine=TRACK.name)
        draft = making.drafts(ask, kind)[0]
        head = making.head_of(chain.session, "zh", to=draft.to)
        return text_of(wording.paper_of(kind, head, draft.values).blocks)
    subject = ("publication", publication.id) if kind in {"D23e", "D23f"} else ("track", track.id)
    made = notices.last_document(chain.session, [kind], *subject)
    assert made is not None
    return text_of(made.frozen.blocks)


def test_the_decision_names_the_day_of_the_request_as_it_was_in_beijing(chain: Reviewing) -> None:
    track = chain.executing([2])
    just_after_midnight = datetime(2026, 12, 11, 0, 40, tzinfo=ZONE)
    review = chain.asked(track, now=just_after_midnight)
    chain.session.flush()
    chain.session.expire(review)
    assert "2026年12月11日" in documents_reviews._occasion(review, "zh")


def test_a_review_of_a_later_round_does_not_take_the_place_of_the_first_ones_decision(chain: Reviewing) -> None:
    track = chain.served_decision([1, 4], "V-I02")
    review = chain.asked(track)
    chain.reviewed(review, *["REMIT"] * 5, questions="补充查明人数")
    first = chain.paper(review)
    kept = {each.name: getattr(first, each.name) for each in Document.__table__.columns if each.name != "id"}
    later = {"round": first.round + 1, "serial": first.serial + 1, "number": "later", "check_code": "0" * 32}
    chain.session.add(Document(**kept | later))
    chain.session.flush()
    assert served.review_paper(chain.session, review) is first
