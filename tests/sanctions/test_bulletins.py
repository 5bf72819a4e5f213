"""Publications: two persons, nothing personal, the served text and no other; corrected, withdrawn, expired."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy import text as text_of
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from casework import recusals
from casework.models_cases import CaseTrack
from casework.models_contacts import ContactEvent
from casework.models_stop_contacts import StopContact
from core import clock
from core.clock import day_of
from core.db import PUBLIC, Reader, attempt, read_as, transaction
from core.db import session as reading
from core.errors import BadInput, Changed, NotAllowed, NotNow
from notices import queries as notices
from notices.papers import day_text
from notices.papers import text_of as words_of
from registry import clocks, successions
from registry.clock_sweep import sweep
from sanctions import bulletin_corrections, bulletins, corrections, documents_closing, queries, rounds, served
from sanctions.models_decisions import Decision
from sanctions.models_publications import Publication, PublicationText
from sanctions.policies_publications import found_in, may_read_circulars, text_now
from sanctions.queries import Filters
from tests.builders_cases import actor
from tests.sanctions.chain import Chain
from tests.sanctions.test_ladder import had

START = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


@pytest.fixture
def chain(session: Session, now: datetime) -> Chain:
    return Chain(session, now)


def _redact(chain: Chain, publication: Publication, passage: str, reason: str = "涉及个人信息") -> None:
    bulletins.redact(
        chain.session,
        publication,
        passage=passage,
        instead="某地",
        reason=reason,
        actor=actor(chain.publisher),
        version=None,
        now=chain.later(10),
    )


def test_the_first_text_is_the_served_decisions_less_the_number_of_the_case(chain: Chain) -> None:
    publication = chain.drafted()
    document = served.decision_document(chain.session, publication.track)
    assert document is not None
    text = text_now(publication)
    assert text is not None
    assert text.body == served.text_of_document(document).replace(publication.track.case.ref, "〔略〕")
    assert publication.track.case.ref not in text.body
    assert text.summary["decision_number"] == document.number


def test_what_was_ordered_in_earlier_cases_is_left_out_and_found_by_the_scan(chain: Chain) -> None:
    earlier = chain.session.get_one(CaseTrack, had(chain, "V-I02", date(2026, 2, 1), 1, 2).track_id)
    publication = chain.drafted()
    document, text = served.decision_document(chain.session, publication.track), text_now(publication)
    assert document is not None
    assert text is not None
    assert earlier.ref in served.text_of_document(document)
    assert "AJ〔" not in text.body
    assert "此前因同类行为受到的措施（〔略〕）" in text.body
    assert not found_in(chain.session, publication)
    there = text.body
    told = "〔略〕号案件决定，2026年2月1日生效，采取责令整改、警示约谈"
    for said in ("该单位曾被采取责令整改、警示约谈措施。", told):
        text.body = f"{there}\n{said}"
        assert {each.kind for each in found_in(chain.session, publication)} == {"EARLIER"}
    text.body = f"{there}\n该单位曾主动致歉，予以责令整改。"
    assert not found_in(chain.session, publication)
    assert served.case_refs("AJ〔2026〕1、AJ〔2026〕16-2") == ["AJ〔2026〕16-2", "AJ〔2026〕1"]


def test_a_redaction_stands_in_the_text_and_has_a_reason(chain: Chain) -> None:
    publication = chain.drafted()
    with pytest.raises(BadInput):
        _redact(chain, publication, "决定书里没有的文字")
    with pytest.raises(BadInput):
        _redact(chain, publication, "无关人员", " ")
    _redact(chain, publication, "无关人员")
    text = text_now(publication)
    assert text is not None
    assert "无关人员" not in text.body
    assert "某地" in text.body
    bulletins.unredact(
        chain.session,
        publication,
        publication.redactions[-1],
        actor=actor(chain.publisher),
        version=None,
        now=chain.later(10),
    )
    assert "无关人员" in text.body


def test_what_holds_a_mark_of_something_left_out_is_not_left_out_over_it(chain: Chain) -> None:
    publication = chain.drafted()
    _redact(chain, publication, "无关人员")
    text = text_now(publication)
    assert text is not None
    mark = publication.redactions[-1].instead
    place = text.body.index(mark)
    with pytest.raises(BadInput, match="请先恢复该处"):
        _redact(chain, publication, text.body[place - 1 : place + len(mark) + 1])


def test_a_heading_keeps_its_sign_when_its_words_are_left_out(chain: Chain) -> None:
    publication = chain.drafted()
    text = text_now(publication)
    assert text is not None
    heading = re.findall(r"^# (.+)$", text.body, re.MULTILINE)[1]
    into = re.findall(r"^# (.+\n\n(?:- )?[^#\n]{4})", text.body, re.MULTILINE)[0]  # its rest would be set as a heading
    for part in (f"# {heading}", f" {heading}", f"# {heading[:2]}", into):
        with pytest.raises(BadInput, match="标题符号"):
            _redact(chain, publication, part)
    _redact(chain, publication, heading)
    assert "# 某地" in text.body


def test_the_author_of_a_redaction_cannot_approve_it(chain: Chain) -> None:
    publication = chain.drafted()
    _redact(chain, publication, "无关人员")
    by = {"version": None, "now": chain.later(10)}
    other = actor(chain.other_publisher)
    bulletins.redact(chain.session, publication, passage="六次", instead="某次", reason="商业秘密", actor=other, **by)
    bulletins.submit(chain.session, publication, actor=other, **by)
    for each in (other, actor(chain.publisher)):
        with pytest.raises(NotAllowed, match="审核自己所作的隐去"):
            bulletins.approve(chain.session, publication, actor=each, **by)
    written = text_of("UPDATE publication SET approved_by = :by WHERE id = :id")
    with attempt(chain.session), pytest.raises(DBAPIError, match="no_author_approves"):
        chain.session.execute(written, {"by": chain.publisher.id, "id": publication.id})
    bulletins.approve(chain.session, publication, actor=actor(chain.head), **by)
    assert publication.state == "APPROVED"


def test_whoever_put_a_passage_back_cannot_approve_the_draft(chain: Chain) -> None:
    publication = chain.drafted()
    by = {"version": None, "now": chain.later(10)}
    put_back = publication.redactions[-1]
    bulletins.unredact(chain.session, publication, put_back, actor=actor(chain.publisher), **by)
    bulletins.submit(chain.session, publication, actor=actor(chain.other_publisher), **by)
    for each in (chain.publisher, chain.other_publisher):  # nor can whoever handed it over as it then was
        with pytest.raises(NotAllowed):
            bulletins.approve(chain.session, publication, actor=actor(each), **by)


def test_from_the_asking_of_a_recusal_on_nothing_is_left_out_of_the_draft_or_put_back(chain: Chain) -> None:
    publication = chain.drafted()
    _redact(chain, publication, "无关人员")
    (mark,) = (each for each in publication.redactions if each.passage == "无关人员")
    said = {"ground": "EMPLOYED", "facts": "曾任职于当事单位", "actor": actor(chain.second), "now": chain.later(10)}
    recusals.ask(chain.session, publication.track.case, chain.publisher.id, **said)
    with pytest.raises(NotNow, match="在作出决定之前，您不得参与"), attempt(chain.session):
        _redact(chain, publication, "六次")
    by = {"actor": actor(chain.publisher), "version": None, "now": chain.later(10)}
    with pytest.raises(NotNow, match="在作出决定之前，您不得参与"), attempt(chain.session):
        bulletins.unredact(chain.session, publication, mark, **by)


def test_a_returned_draft_says_what_to_change(chain: Chain) -> None:
    publication = chain.drafted()
    bulletins.submit(chain.session, publication, actor=actor(chain.publisher), version=None, now=chain.later(10))
    said = {"actor": actor(chain.other_publisher), "version": None, "now": chain.later(10)}
    with pytest.raises(BadInput):
        bulletins.return_(chain.session, publication, comments=" ", **said)
    bulletins.return_(chain.session, publication, comments="请再核对", **said)
    assert (publication.state, publication.comments) == ("DRAFT", "请再核对")


def test_personal_data_in_the_text_stop_the_approval(chain: Chain) -> None:
    publication = chain.drafted()
    text = text_now(publication)
    assert text is not None
    merged = chain.complaint(name="钱若水")
    merged.state, merged.lead_id = "MERGED", publication.track.case.complaints[0].id
    for leak in ("林晓芸", "13812345678", "钱若水", "周岚"):
        before, text.body = text.body, f"{text.body}\n{leak}"
        publication.state = "REDACTED"
        chain.session.flush()
        with pytest.raises(NotNow):
            bulletins.approve(
                chain.session, publication, actor=actor(chain.other_publisher), version=None, now=chain.later(10)
            )
        text.body = before


def test_a_number_that_was_to_be_left_alone_stops_the_approval_too(chain: Chain) -> None:
    publication = chain.drafted()
    text, number = text_now(publication), "0100-8850123"
    assert text is not None
    text.body += "\n来电转接至0100 8850123。"
    assert not found_in(chain.session, publication)
    complaint = publication.track.case.complaints[0].id
    chain.session.add(
        ContactEvent(complaint_id=complaint, at=chain.now, kind="CALL_ATTEMPT", number=number, added_at=chain.now)
    )
    chain.session.flush()
    assert [each.kind for each in found_in(chain.session, publication)] == ["PERSON"]
    text.body = text.body.replace("0100 8850123", "0100 8850456")
    assert not found_in(chain.session, publication)
    asked = {"complaint_id": complaint, "ref": "TL2026-T00001", "number": "0100-8850456", "number_hash": b"x"}
    chain.session.add(StopContact(**asked, confirmed_own=True, requested_at=chain.now, state="REQUESTED"))
    chain.session.flush()
    assert [each.kind for each in found_in(chain.session, publication)] == ["PERSON"]


def test_a_text_changed_by_more_than_redactions_is_not_published(chain: Chain) -> None:
    publication = chain.drafted()
    bulletins.submit(chain.session, publication, actor=actor(chain.publisher), version=None, now=chain.later(10))
    bulletins.approve(chain.session, publication, actor=actor(chain.other_publisher), version=None, now=chain.later(10))
    text = text_now(publication)
    assert text is not None
    text.body += "\n另外补充一句。"
    chain.session.flush()
    with pytest.raises(NotNow):
        bulletins.publish(chain.session, publication, actor=actor(chain.publisher), version=None, now=chain.later(10))


def test_a_bulletin_has_its_number_its_clock_and_ends_the_measure(chain: Chain) -> None:
    publication = chain.made_public()
    document = notices.document(chain.session, publication.document_id or 0)
    assert document is not None
    assert document.kind == "D23f"
    assert "公〔2026〕" in (document.number or "")
    assert clocks.live(chain.session, "K36", ("publication", publication.id))
    assert not clocks.live(chain.session, "K32", ("publication", publication.id))
    assert publication.track.state == "VERIFYING"
    measures = list(rounds.measures(chain.session, publication.track))
    told = documents_closing.executed(chain.session, publication.track, measures)[-1]
    assert told.endswith(f"发布通报（{document.number}）。"), "by its number, not by its address"
    text = text_now(publication)
    assert text is not None
    assert text.summary["check_code"] == document.check_code
    since = date.fromisoformat(text.summary["in_force_since"])
    assert f"决定生效日期 | {day_text(since, 'zh')}" in words_of(document.frozen.blocks)


def test_a_bulletin_is_shown_for_as_long_as_was_announced_whatever_is_laid_down_since(chain: Chain) -> None:
    publication = chain.drafted()
    decision = chain.session.get_one(Decision, publication.decision_id)
    decision.terms = {**decision.terms, str(publication.level): {"shown": 7}}
    chain.session.flush()
    chain.publish(publication, chain.later(10))
    shown = clocks.live(chain.session, "K36", ("publication", publication.id))
    assert shown is not None
    assert shown.length == 7


def test_a_correction_takes_a_second_person_and_keeps_the_old_text(chain: Chain) -> None:
    publication = chain.made_public()
    said = {"version": None, "now": chain.later(20)}
    bulletin_corrections.leave_out(
        chain.session,
        publication,
        passage="共六次",
        instead="共某次",
        reason="商业秘密",
        actor=actor(chain.publisher),
        **said,
    )
    with pytest.raises(NotAllowed):
        bulletin_corrections.correct(chain.session, publication, actor=actor(chain.publisher), **said)
    bulletin_corrections.correct(chain.session, publication, actor=actor(chain.other_publisher), **said)
    shown = [text for text in publication.texts if text.shown]
    assert [text.no for text in shown] == [2]
    assert "共某次" in shown[0].body
    assert shown[0].note == "商业秘密"
    assert "共六次" in publication.texts[0].body
    first = notices.last_document(chain.session, ["D23f"], "publication", publication.id)
    paper = notices.last_document(chain.session, ["D36a"], "publication", publication.id)
    assert first is not None
    assert paper is not None
    assert first.replaced_by_id == paper.id


def test_a_withdrawal_shows_a_notice_and_nothing_else(chain: Chain) -> None:
    publication = chain.made_public()
    said = {"version": None, "now": chain.later(20)}
    with pytest.raises(NotAllowed):
        bulletins.withdraw(chain.session, publication, reason="法院判决", actor=actor(chain.publisher), **said)
    with pytest.raises(BadInput):
        bulletins.withdraw(chain.session, publication, reason=" ", actor=actor(chain.head), **said)
    bulletins.withdraw(chain.session, publication, reason="法院判决", actor=actor(chain.head), **said)
    assert publication.state == "WITHDRAWN"
    shown = [text for text in publication.texts if text.shown]
    assert len(shown) == 1
    assert "撤回理由：法院判决。" in shown[0].body
    assert "致电" not in shown[0].body
    assert clocks.live(chain.session, "K33", ("publication", publication.id))
    assert not clocks.live(chain.session, "K36", ("publication", publication.id))
    bulletins.end_withdrawal(chain.session, publication, chain.later(60))
    assert not [text for text in publication.texts if text.shown]


def test_a_draft_is_not_given_up_while_the_decision_that_orders_it_stands(chain: Chain) -> None:
    publication = chain.drafted()
    said = {"reason": "当事单位已公开致歉", "actor": actor(chain.head), "version": None, "now": chain.later(10)}
    with pytest.raises(NotNow, match="仍然有效"):
        bulletins.drop(chain.session, publication, **said)
    decision = chain.session.get_one(Decision, publication.decision_id)
    decision.set_aside_on = chain.later(10).date()
    with pytest.raises(BadInput):
        bulletins.drop(chain.session, publication, **{**said, "reason": " "})
    bulletins.drop(chain.session, publication, **said)
    assert (publication.state, publication.withdrawn_because) == ("DROPPED", "当事单位已公开致歉")


def test_two_people_on_one_draft_do_not_overwrite_each_other(chain: Chain) -> None:
    publication = chain.drafted()
    before = publication.version
    _redact(chain, publication, "无关人员")
    with pytest.raises(Changed):
        bulletins.submit(chain.session, publication, actor=actor(chain.publisher), version=before, now=chain.later(10))


def test_the_public_sees_bulletins_and_members_circulars(app: Flask) -> None:
    with app.app_context():
        with transaction() as at:
            world = Chain(at, START)
            public, members = _published(world, 5), _published(world, 4)
        _as(PUBLIC)
        assert [line.publication.slug for line in queries.published(reading(), Filters()).lines] == [public]
        assert queries.publication_by_slug(reading(), members) is None
        _as(Reader("zilu_party", (("zilu.party", str(world.firm.id)),)))
        assert {line.publication.slug for line in queries.published(reading(), Filters()).lines} == {public}
        assert not may_read_circulars(reading(), world.firm.id, date(2026, 4, 1))
        _as(Reader("zilu_party", (("zilu.party", str(world.lender.id)),)))
        assert {line.publication.slug for line in queries.published(reading(), Filters()).lines} == {public, members}
        assert may_read_circulars(reading(), world.lender.id, date(2026, 4, 1))


def test_a_member_that_has_ceased_to_exist_reads_no_circular(app: Flask) -> None:
    with app.app_context():
        with transaction() as at:
            world = Chain(at, START)
            members, was = _published(world, 4), day_of(clock.now())
            said = {"evidence": "准予注销登记通知书", "actor": actor(world.head), "version": None}
            successions.cease(at, world.lender, on=was, now=clock.now(), **said)
        _as(Reader("zilu_party", (("zilu.party", str(world.lender.id)),)))
        assert queries.publication_by_slug(reading(), members) is None
        assert [may_read_circulars(reading(), world.lender.id, day) for day in (was - timedelta(1), was)] == [
            True,
            False,
        ]


def _published(world: Chain, level: int) -> str:
    return world.made_public(level).slug


def _as(reader: Reader) -> None:
    at = reading()
    at.rollback()
    at.expunge_all()
    read_as(at, reader)


def test_what_has_expired_is_gone_for_the_public_and_kept_inside(app: Flask) -> None:
    with app.app_context():
        with transaction() as at:
            slug = _published(Chain(at, START), 5)
        _as(PUBLIC)
        found = queries.publication_by_slug(reading(), slug)
        assert found is not None
        assert found.text is not None
        assert not found.gone
        assert found.check_code
        assert all(each.done for each in sweep(START + timedelta(days=3 * 365 + 30)))
        _as(PUBLIC)
        gone = queries.publication_by_slug(reading(), slug)
        assert gone is not None
        assert gone.gone
        assert gone.text is None
        _as(Reader("zilu_staff"))
        assert reading().scalar(select(PublicationText.body)) is not None


def test_the_list_goes_forwards_and_backwards_by_keys(app: Flask) -> None:
    with app.app_context():
        with transaction() as at:
            world = Chain(at, START)
            slugs = [_published(world, 5) for _ in range(3)]
        _as(PUBLIC)
        first = queries.published(reading(), Filters(), limit=2)
        assert [line.publication.slug for line in first.lines] == [slugs[2], slugs[1]]
        assert (first.before, first.count) == ("", 3)
        second = queries.published(reading(), Filters(), limit=2, after=first.after)
        assert [line.publication.slug for line in second.lines] == [slugs[0]]
        assert second.after == ""
        back = queries.published(reading(), Filters(), limit=2, before=second.before)
        assert [line.publication.slug for line in back.lines] == [slugs[2], slugs[1]]
        assert queries.published(reading(), Filters(code="V-T01")).lines == []
        assert len(queries.published(reading(), Filters(text="青屿")).lines) == 3
        assert queries.published(reading(), Filters(), after="nonsense").lines


def _corrected(chain: Chain, publication: Publication, *, serve: bool = True) -> None:
    """A slip in the decision is corrected by a notice (D40), as its panel voted."""
    document = notices.last_document(chain.session, ["D20"], "track", publication.track_id)
    words = {"document": document, "wrong": "共六次", "right": "共计六次", "reason": "漏字"}
    by = {"actor": actor(chain.head), "version": None, "now": chain.later(11)}
    chain.corrected(corrections.put(chain.session, publication.track, **words, **by))  # type: ignore[arg-type]
    if serve:
        chain.serve(publication.track, "D40", chain.later(12))


def test_a_published_text_follows_the_decision_only_once_its_correction_is_served(chain: Chain) -> None:
    """I-06 after B06: the text is that of the served decision, as a served notice corrected it, less the redactions."""
    publication = chain.drafted()
    _redact(chain, publication, "无关人员")
    chain.publish(publication, chain.later(10))
    by = {"actor": actor(chain.publisher), "version": None, "now": chain.later(20)}
    with pytest.raises(BadInput, match="请先更正决定书"):
        bulletin_corrections.follow(chain.session, publication, reason="漏字", **by)
    _corrected(chain, publication, serve=False)
    with pytest.raises(BadInput, match="请先更正决定书"):
        bulletin_corrections.follow(chain.session, publication, reason="漏字", **by)
    chain.serve(publication.track, "D40", chain.later(12))
    proposed = bulletin_corrections.follow(chain.session, publication, reason="漏字", **by)
    bulletin_corrections.correct(
        chain.session, publication, actor=actor(chain.other_publisher), version=None, now=chain.later(20)
    )
    document = served.decision_document(chain.session, publication.track)
    assert document is not None
    wanted = served.text_of_document(document).replace("共六次", "共计六次")
    assert proposed.body == served.redacted(wanted, publication.redactions)
    assert "某地" in proposed.body
    paper = notices.last_document(chain.session, ["D36a"], "publication", publication.id)
    assert paper is not None
    assert "共计六次" in str(paper.paper["paper"])
    with pytest.raises(BadInput):
        bulletin_corrections.follow(chain.session, publication, reason="漏字", **by)


def test_a_draft_says_what_a_served_correction_left_of_the_decision(chain: Chain) -> None:
    publication = chain.drafted()
    _corrected(chain, publication)
    _redact(chain, publication, "无关人员")
    text = text_now(publication)
    assert text is not None
    assert "共计六次" in text.body
    chain.publish(publication, chain.later(20))


def test_a_correction_says_nothing_that_was_not_served(chain: Chain) -> None:
    """I-06: other words in a correction are refused by the table, and by the database."""
    publication = chain.made_public()
    said = {"passage": "共六次", "instead": "共某次", "reason": "商业秘密", "version": None, "now": chain.later(20)}
    proposed = bulletin_corrections.leave_out(chain.session, publication, actor=actor(chain.publisher), **said)
    proposed.body = proposed.body.replace("共某次", "共七次")
    chain.session.flush()
    with pytest.raises(NotNow, match="只能有两种差别"):
        bulletin_corrections.correct(
            chain.session, publication, actor=actor(chain.other_publisher), version=None, now=chain.later(20)
        )
    written = "UPDATE publication_text SET shown = true WHERE id = :id"
    with attempt(chain.session), pytest.raises(DBAPIError, match="rests on a notice of correction"):
        chain.session.execute(text_of(written), {"id": proposed.id})


@pytest.mark.parametrize("instead", ["13812345678", "林晓芸", "lin@example.cn", "0571-88501234", "共七次"])
def test_what_stands_in_the_place_of_a_passage_is_nothing_personal_and_no_other_fact(
    chain: Chain, instead: str
) -> None:
    publication = chain.drafted()
    said = {"passage": "共六次", "reason": "商业秘密", "version": None}
    by = {"actor": actor(chain.publisher), "now": chain.later(10)}
    with pytest.raises(BadInput) as refused:
        bulletins.redact(chain.session, publication, instead=instead, **said, **by)
    assert refused.value.field == "instead"
    chain.publish(publication, chain.later(10))
    with pytest.raises(BadInput) as refused:
        bulletin_corrections.leave_out(chain.session, publication, instead=instead, **said, **by)
    assert refused.value.field == "right"
