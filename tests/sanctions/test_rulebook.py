"""I-09: in production nothing is decided on what is unverified, or was not in force on the day of the conduct."""

from datetime import date, datetime

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from casework import clauses, evidence, policies_tracks
from casework.models_cases import Allegation, CaseTrack
from casework.policies_tracks import conduct_day
from casework.states import TRACK
from core.errors import BadInput, NotNow, Unavailable
from core.machine import Ask
from notices import queries as notices
from notices.papers import whole_text
from registry import rulebook
from registry.models_rulebook import Provision, ViolationCite
from registry.models_settings import Installation, Setting
from sanctions import decisions, documents, rounds, served
from sanctions.policies_rulebook import CITING, only_what_can_be_cited
from tests.builders_cases import actor
from tests.builders_seals import seal_in_use
from tests.sanctions.chain import Chain


@pytest.fixture
def chain(session: Session, now: datetime) -> Chain:
    return Chain(session, now)


def in_production(chain: Chain) -> None:
    """Everything confirmed but the provisions, and a seal in use."""
    seal_in_use(chain.session, chain.now)
    chain.session.execute(update(Setting).where(Setting.value.is_(None)).values(value="决议"))
    chain.session.execute(update(Setting).values(confirmed_at=chain.now))
    chain.session.execute(update(Installation).values(mode="production"))
    chain.session.expire_all()


def verified(chain: Chain) -> None:
    chain.session.execute(update(Provision).values(verified_by=chain.head.id, verified_at=chain.now))
    chain.session.expire_all()


def decide(chain: Chain, track: CaseTrack, members: list) -> None:
    said = {"reasons": "事实清楚。", "statement_dealt": "", "now": chain.later(7)}
    decisions.decide(chain.session, track, actor=members[0], **said)


def test_production_proposes_nothing_on_an_unverified_provision(chain: Chain) -> None:
    track = chain.reported()
    in_production(chain)
    with pytest.raises(Unavailable):
        chain.propose(track, [1, 2])
    verified(chain)
    chain.propose(track, [1, 2])
    assert track.state == "NOTICE_ISSUED"


def test_production_issues_no_decision_on_an_unverified_provision(chain: Chain) -> None:
    track = chain.deliberating([1, 2])
    members = chain.vote(track, *["PROPOSED"] * 5)
    in_production(chain)
    with pytest.raises(Unavailable) as refused:
        decide(chain, track, members)
    assert "尚未" in str(refused.value) or "verified" in str(refused.value)
    assert notices.last_document(chain.session, ["D20"], "track", track.id) is None
    verified(chain)
    decide(chain, track, members)
    assert track.state == "DECIDED"


def test_a_provision_not_in_force_on_the_day_of_the_conduct_carries_no_decision(chain: Chain) -> None:
    track = chain.deliberating([1, 2])
    members = chain.vote(track, *["PROPOSED"] * 5)
    chain.session.execute(
        update(Provision).values(effective_from=date(2026, 10, 11)).where(Provision.effective_to.is_(None))
    )
    chain.session.expire_all()
    with pytest.raises(NotNow):
        decide(chain, track, members)
    assert track.state == "DELIBERATION"


@pytest.mark.parametrize(("measures", "code", "kind"), [([1], "V-C04", "D23a"), ([4], "V-I02", "D23e")])
def test_what_follows_a_decision_cites_what_it_cites_whatever_the_rulebook_says_since(
    chain: Chain, measures: list[int], code: str, kind: str
) -> None:
    track = chain.effective(measures, code)
    cited = clauses.provisions(chain.session, track)
    later = update(Provision).values(effective_from=date(2026, 10, 11))
    chain.session.execute(later.where(Provision.effective_to.is_(None)))
    chain.session.expire_all()
    assert clauses.provisions(chain.session, track) == []
    chain.execute(track, chain.later(9))
    subject = ("track", track.id)
    if (publication := rounds.publication(chain.session, track)) is not None:
        chain.publish(publication, chain.later(10))
        subject = ("publication", publication.id)
    made = notices.last_document(chain.session, [kind], *subject)
    assert made is not None
    said = whole_text(made.frozen)
    assert [each for each in cited if each not in said] == []


def test_every_row_that_issues_an_advance_notice_or_a_decision_asks_what_it_cites(chain: Chain) -> None:
    rows = {row.id for row in TRACK.rows.values() if {"D17", "D20"} & set(row.documents)} - {"S68"}
    assert rows <= {*CITING, "S15", "S16", "S25", "S26"}
    track = chain.reported()
    in_production(chain)
    assert list(only_what_can_be_cited(Ask(chain.session, track, actor(chain.head), {}, chain.now)))


def test_only_what_is_established_is_cited_once_there_are_findings(chain: Chain) -> None:
    track = chain.reported(finding="UNPROVEN")
    in_production(chain)
    assert not list(only_what_can_be_cited(Ask(chain.session, track, actor(chain.head), {}, chain.now)))


def test_each_finding_says_which_provisions_it_breaches_unless_a_list_below_it_can_mean_no_other(chain: Chain) -> None:
    track = chain.reported()
    assert "违反" not in documents.findings(chain.session, track, "zh", listed_below=True)[0]
    added = {"finding": "ESTABLISHED", "reason": "录音为证"}
    track.allegations.append(Allegation(code="V-I01", facts="向同事说明欠款", **added))
    chain.session.flush()
    told = documents.findings(chain.session, track, "zh", listed_below=True)
    day = conduct_day(track.case)
    for said, code in zip(told, ("V-C04", "V-I01"), strict=True):
        cited = "、".join(each.cited() for each in rulebook.provisions_for(chain.session, code, day))
        assert f"该事项成立，违反{cited}：" in said


def test_a_decision_to_take_no_measure_names_the_provision_that_was_breached(chain: Chain) -> None:
    track = chain.deliberating([1])
    members = chain.vote(track, *["NONE"] * 3)
    decide(chain, track, members)
    paper = notices.last_document(chain.session, ["D16b"], "track", track.id)
    assert paper is not None
    cited = "、".join(clauses.provisions(chain.session, track))
    assert f"该事项成立，违反{cited}：" in served.text_of_document(paper)


def test_a_decision_cites_nothing_that_its_advance_notice_did_not_name(chain: Chain) -> None:
    track = chain.deliberating([1])
    named = policies_tracks.provisions(chain.session, track)
    session = chain.session
    said = {"clause": "第九十九条", "title_zh": "另一条", "title_en": "Another", "effective_from": date(2018, 1, 1)}
    said |= {"summary_zh": "", "summary_en": ""}
    entered = Provision(instrument_id=named[0].instrument_id, **said)
    session.add(entered)
    session.flush()
    session.add(ViolationCite(violation_code="V-C04", provision_id=entered.id))
    session.execute(update(Setting).where(Setting.key == "MEASURE_BASIS.L1").values(value="章程第七十七条"))
    session.expire_all()
    decide(chain, track, chain.vote(track, *["PROPOSED"] * 3))
    paper = notices.last_document(session, ["D20"], "track", track.id)
    assert paper is not None
    text = served.text_of_document(paper)
    assert "第九十九条" not in text
    assert "第七十七条" not in text
    assert served.provisions(session, track) == [each.cited("zh") for each in named]


def test_what_a_piece_of_evidence_shows_stays_as_the_notice_told_it_until_the_case_is_decided(chain: Chain) -> None:
    track = chain.deliberating([1])
    proof = track.allegations[0].evidence[0]
    by = {"actor": actor(chain.officer), "now": chain.later(6)}
    with pytest.raises(BadInput, match="证明内容"):
        evidence.describe(chain.session, track.case, proof, shows="高管下令威胁投诉人", **by)
    evidence.describe(chain.session, track.case, proof, shows=proof.shows or "", **by)
