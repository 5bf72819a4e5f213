"""What is published is corrected without telling what was left out: by its notice, by a name put right, by a reason."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from casework import recusals
from casework.models import Task
from core import journal
from core.actors import SYSTEM
from core.db import attempt
from core.errors import BadInput, Changed, NotAllowed, NotNow
from core.journal import JournalEntry
from core.machine import Ask
from notices import queries as notices
from notices.papers import whole_text
from proceedings import bulletin_redrafts
from registry import clocks
from sanctions import (
    bulletin_corrections,
    bulletins,
    corrections,
    policies_publications,
    rounds,
    search_sources,
)
from sanctions.models_corrections import TextCorrection
from sanctions.models_decisions import Decision
from sanctions.models_publications import Publication
from sanctions.policies_publications import text_now
from sanctions.states import PUBLICATION
from tests.builders_cases import actor
from tests.sanctions.chain import Chain

PASSAGE, NAME, NUMBER = "无关人员", "王海涛", "13812345678"
"""What the decision says of somebody, as if it were a name with a slip; the name that is right."""
GROWN = f"{PASSAGE}涛"
"""The name that is right where the slip was its last character, left out."""


@pytest.fixture
def chain(session: Session, now: datetime) -> Chain:
    return Chain(session, now)


def by(chain: Chain, day: int = 20) -> dict[str, Any]:
    return {"actor": actor(chain.publisher), "version": None, "now": chain.later(day)}


def leave_out(chain: Chain, publication: Publication, passage: str) -> None:
    said = {"passage": passage, "instead": "某些人", "reason": "涉及个人信息"}
    bulletins.redact(chain.session, publication, **said, **by(chain, 10))


def put_right(chain: Chain, publication: Publication, wrong: str, right: str) -> None:
    """The decision is corrected by a served notice, as its panel voted."""
    document = notices.last_document(chain.session, ["D20"], "track", publication.track_id)
    words = {"document": document, "wrong": wrong, "right": right, "reason": "笔误"}
    said = {"actor": actor(chain.head), "version": None, "now": chain.later(11)}
    chain.corrected(corrections.put(chain.session, publication.track, **words, **said))  # type: ignore[arg-type]
    chain.serve(publication.track, "D40", chain.later(12))


def body(publication: Publication) -> str:
    text = text_now(publication)
    assert text is not None
    return text.body


def test_the_notice_that_something_is_left_out_does_not_say_it_once_more(chain: Chain) -> None:
    publication = chain.drafted()
    assert PASSAGE in body(publication)
    chain.publish(publication, chain.later(10))
    said = {"passage": PASSAGE, "instead": "某些人", "reason": "可以据此推知投诉人"}
    bulletin_corrections.leave_out(chain.session, publication, **said, **by(chain))
    second = {**by(chain), "actor": actor(chain.other_publisher)}
    bulletin_corrections.correct(chain.session, publication, **second)
    made = notices.last_document(chain.session, ["D36a"], "publication", publication.id)
    assert made is not None
    paper = made.frozen
    assert paper.translation is not None
    assert "某些人" in whole_text(paper)
    assert "不再重复" in whole_text(paper)
    assert "is not repeated here" in whole_text(paper.translation)
    assert "决定生效日期" in whole_text(paper)
    assert "Decision in force since" in whole_text(paper.translation)
    assert PASSAGE not in str(made.paper)


def test_a_name_that_was_left_out_is_not_told_by_putting_it_right(chain: Chain) -> None:
    publication = chain.drafted()
    leave_out(chain, publication, PASSAGE)
    chain.publish(publication, chain.later(10))
    before = body(publication)
    put_right(chain, publication, f"致电{PASSAGE}", f"致电{NAME}")
    with pytest.raises(BadInput):
        bulletin_corrections.follow(chain.session, publication, reason="笔误", **by(chain))
    put_right(chain, publication, "共六次", "共计六次")
    proposed = bulletin_corrections.follow(chain.session, publication, reason="漏字", **by(chain))
    assert proposed.body == before.replace("共六次", "共计六次")
    bulletin_corrections.correct(chain.session, publication, **{**by(chain), "actor": actor(chain.other_publisher)})
    assert NAME not in str([(each.body, each.note, each.summary) for each in publication.texts])
    made = notices.last_document(chain.session, ["D36a"], "publication", publication.id)
    assert made is not None
    assert NAME not in str(made.paper)


def test_a_draft_whose_mark_the_decision_outlived_is_looked_at_again(chain: Chain) -> None:
    publication = chain.drafted()
    leave_out(chain, publication, PASSAGE)
    put_right(chain, publication, PASSAGE, NAME)
    leave_out(chain, publication, "共六次")
    assert NAME in body(publication)
    with pytest.raises(NotNow, match=PASSAGE):
        bulletins.submit(chain.session, publication, **by(chain, 13))
    outlived = next(each for each in publication.redactions if each.passage == PASSAGE)
    bulletins.unredact(chain.session, publication, outlived, **by(chain, 13))
    leave_out(chain, publication, NAME)
    chain.publish(publication, chain.later(13))
    assert NAME not in body(publication)


@pytest.mark.parametrize("before", ["a draft", "approved"])
def test_a_draft_whose_mark_is_the_beginning_of_a_name_that_grew_is_looked_at_again(chain: Chain, before: str) -> None:
    publication = chain.drafted()
    leave_out(chain, publication, PASSAGE)
    if before == "approved":
        bulletins.submit(chain.session, publication, **by(chain, 10))
        bulletins.approve(chain.session, publication, **{**second(chain), "now": chain.later(10)})
    put_right(chain, publication, PASSAGE, GROWN)
    publication = bulletin_redrafts.follow(chain.session, publication, **by(chain, 13))
    with pytest.raises(NotNow, match=PASSAGE):
        bulletins.submit(chain.session, publication, **by(chain, 13))
    outgrown = next(each for each in publication.redactions if each.passage == PASSAGE)
    bulletins.unredact(chain.session, publication, outgrown, **by(chain, 13))
    leave_out(chain, publication, GROWN)
    chain.publish(publication, chain.later(13))
    assert GROWN.removeprefix(PASSAGE) not in body(publication)


def test_whoever_leaves_the_same_out_once_more_has_looked_at_it(chain: Chain) -> None:
    publication = chain.drafted()
    leave_out(chain, publication, PASSAGE)
    put_right(chain, publication, PASSAGE, f"{PASSAGE}等")
    bulletin_redrafts.follow(chain.session, publication, **by(chain, 13))
    bulletins.unredact(chain.session, publication, publication.redactions[-1], **by(chain, 13))
    leave_out(chain, publication, PASSAGE)
    chain.publish(publication, chain.later(13))
    assert "某些人等" in body(publication)


def test_reasons_that_everybody_reads_hold_nothing_personal(chain: Chain) -> None:
    publication = chain.made_public()
    put_right(chain, publication, "共六次", "共计六次")
    told = {"reason": f"林晓芸来电（{NUMBER}）要求"}
    with pytest.raises(BadInput) as refused:
        bulletin_corrections.follow(chain.session, publication, **told, **by(chain))
    assert refused.value.field == "reason"
    with pytest.raises(BadInput, match=NUMBER):
        bulletin_corrections.leave_out(chain.session, publication, passage=PASSAGE, **told, **by(chain))
    with pytest.raises(BadInput, match="林晓芸"):
        bulletins.withdraw(chain.session, publication, **told, **{**by(chain), "actor": actor(chain.head)})
    assert (publication.state, len(publication.texts)) == ("PUBLISHED", 1)


def proposed(chain: Chain) -> Publication:
    """A bulletin that is out, and a passage that its publisher wants to leave out as well."""
    publication = chain.made_public()
    said = {"passage": PASSAGE, "instead": "某些人", "reason": "可以据此推知投诉人"}
    bulletin_corrections.leave_out(chain.session, publication, **said, **by(chain))
    return publication


def second(chain: Chain) -> dict[str, Any]:
    return {**by(chain), "actor": actor(chain.other_publisher)}


def open_tasks(chain: Chain, what: Any = Task.kind) -> list[Any]:
    mine = select(what).where(Task.kind.startswith("bulletin_correction"), Task.done_at.is_(None))
    return list(chain.session.scalars(mine))


def test_somebody_else_refuses_a_correction_with_reasons_and_the_next_one_can_be_proposed(chain: Chain) -> None:
    publication = proposed(chain)
    before = body(publication)
    assert (open_tasks(chain), open_tasks(chain, Task.but)) == (["bulletin_correction"], [chain.publisher.id])
    with pytest.raises(NotAllowed, match="提出更正的人"):
        bulletin_corrections.refuse(chain.session, publication, reasons="不必", **by(chain))
    nobody = {**by(chain), "actor": actor(chain.officer)}
    with pytest.raises(NotAllowed):
        bulletin_corrections.refuse(chain.session, publication, reasons="不必", **nobody)
    with pytest.raises(BadInput, match="理由"):
        bulletin_corrections.refuse(chain.session, publication, reasons=" ", **second(chain))
    ended = bulletin_corrections.refuse(chain.session, publication, reasons="不足以识别个人", **second(chain))
    assert (ended.outcome, ended.reasons, ended.ended_by) == ("REFUSED", "不足以识别个人", chain.other_publisher.id)
    assert (body(publication), open_tasks(chain)) == (before, ["bulletin_correction_refused"])
    assert open_tasks(chain, Task.but) == [chain.other_publisher.id], "whoever refused it knows"
    with pytest.raises(NotNow):
        bulletin_corrections.correct(chain.session, publication, **second(chain))
    bulletin_corrections.leave_out(chain.session, publication, passage=PASSAGE, reason="再提", **by(chain))
    assert open_tasks(chain) == ["bulletin_correction"]
    bulletin_corrections.correct(chain.session, publication, **second(chain))
    assert PASSAGE not in body(publication)
    assert [each.outcome for each in publication.corrections] == ["REFUSED", "PLACED"]
    journal.settle(chain.session)
    told = select(JournalEntry.row).where(JournalEntry.row.like("publication.%correction")).order_by(JournalEntry.id)
    assert chain.session.scalars(told).all() == [
        f"publication.{each}_correction" for each in ("propose", "refuse", "propose")
    ]


def test_its_author_takes_a_correction_back_before_it_is_decided(chain: Chain) -> None:
    publication = proposed(chain)
    with pytest.raises(NotAllowed, match="本人"):
        bulletin_corrections.take_back(chain.session, publication, **second(chain))
    assert bulletin_corrections.take_back(chain.session, publication, **by(chain)).outcome == "TAKEN_BACK"
    assert open_tasks(chain) == []
    for verb in (bulletin_corrections.take_back, bulletin_corrections.correct):
        with pytest.raises(NotNow):
            verb(chain.session, publication, **second(chain))
    bulletin_corrections.leave_out(chain.session, publication, passage=PASSAGE, reason="再提", **by(chain))


def test_from_the_asking_of_a_recusal_on_nobody_touches_what_is_published(chain: Chain) -> None:
    publication = proposed(chain)
    said = {"ground": "EMPLOYED", "facts": "曾任职于当事单位", "actor": actor(chain.second), "now": chain.later(19)}
    for person in (chain.publisher, chain.other_publisher):
        recusals.ask(chain.session, publication.track.case, person.id, **said)
    out = {"passage": PASSAGE, "reason": "再提"}
    for verb in (
        lambda: bulletin_corrections.take_back(chain.session, publication, **by(chain)),
        lambda: bulletin_corrections.refuse(chain.session, publication, reasons="不必", **second(chain)),
    ):
        with pytest.raises(NotNow, match="在作出决定之前，您不得参与"):
            verb()
    head = {**by(chain), "actor": actor(chain.head)}
    bulletin_corrections.refuse(chain.session, publication, reasons="不必", **head)
    with pytest.raises(NotNow, match="在作出决定之前，您不得参与"), attempt(chain.session):
        bulletin_corrections.leave_out(chain.session, publication, **out, **by(chain))


def test_staff_find_the_text_that_stands_and_no_proposal_that_waits_or_was_refused(chain: Chain) -> None:
    publication = proposed(chain)

    def found() -> list[tuple[bool, bool]]:
        chain.session.flush()
        mine = search_sources.publications(chain.session, [publication.id])
        return [("某些人" in each.body, "可以据此推知投诉人" in each.body) for each in mine if each.audience == "staff"]

    assert found() == [(False, False)]
    bulletin_corrections.refuse(chain.session, publication, reasons="不足以识别个人", **second(chain))
    assert found() == [(False, False)]
    bulletin_corrections.leave_out(
        chain.session, publication, passage=PASSAGE, instead="某些人", reason="再提", **by(chain)
    )
    bulletin_corrections.correct(chain.session, publication, **second(chain))
    assert found() == [(True, False)]


def test_whoever_looked_at_one_correction_decides_on_no_other(chain: Chain) -> None:
    publication = proposed(chain)
    seen = publication.version
    bulletin_corrections.take_back(chain.session, publication, **by(chain))
    bulletin_corrections.leave_out(chain.session, publication, passage="共六次", reason="再提", **by(chain))
    at_that = {**second(chain), "version": seen}
    with pytest.raises(Changed):
        bulletin_corrections.correct(chain.session, publication, **at_that)
    with pytest.raises(Changed):
        bulletin_corrections.refuse(chain.session, publication, reasons="不足以识别个人", **at_that)


@pytest.mark.parametrize("how", ["withdraw", "K36_expired"])
def test_a_correction_is_over_with_its_publication(chain: Chain, how: str) -> None:
    publication = proposed(chain)
    if how == "withdraw":
        said = {**by(chain), "actor": actor(chain.head)}
        bulletins.withdraw(chain.session, publication, reason="决定已被撤销", **said)
    else:
        shown = clocks.live(chain.session, "K36", ("publication", publication.id))
        assert shown is not None
        shown.provisional, shown.due_on = False, chain.later(20).date()
        PUBLICATION.carry_out(Ask(chain.session, publication, SYSTEM, {}, chain.later(21)), how)
        assert (publication.state, [each.shown for each in publication.texts]) == ("EXPIRED", [False, False])
    assert ([each.outcome for each in publication.corrections], open_tasks(chain)) == (["LAPSED"], [])


def test_the_database_shows_no_text_that_was_refused_and_lets_nobody_decide_on_his_own(chain: Chain) -> None:
    publication = proposed(chain)
    waits = publication.corrections[0]
    placed = "UPDATE bulletin_correction SET outcome = 'PLACED', ended_at = now(), ended_by = proposed_by"
    refused = f"UPDATE bulletin_correction SET outcome = 'REFUSED', ended_at = now(), ended_by = {chain.head.id}"
    shown = "UPDATE publication_text SET shown = true, note = NULL WHERE id = (SELECT text_id FROM bulletin_correction)"
    again = (
        "INSERT INTO bulletin_correction (publication_id, text_id, proposed_by, proposed_at) "
        f"SELECT publication_id, {publication.texts[0].id}, proposed_by, now() FROM bulletin_correction"
    )
    alone = "UPDATE bulletin_correction SET outcome = 'TAKEN_BACK', ended_at = now()"
    for written, named in (
        (alone, "taken_back_by_its_author"),
        (placed, "decided_by_another"),
        (refused, "refused_with_reasons"),
        (shown, "somebody else put it in place"),
        (again, "uq_bulletin_correction_waiting"),
    ):
        with attempt(chain.session), pytest.raises(DBAPIError, match=named):
            chain.session.execute(text(written))
    assert waits.outcome is None
    bulletin_corrections.refuse(chain.session, publication, reasons="不足以识别个人", **second(chain))
    with attempt(chain.session), pytest.raises(DBAPIError, match="decided once"):
        chain.session.execute(text("UPDATE bulletin_correction SET outcome = 'PLACED'"))


def handed_in(chain: Chain, *, approved: bool = False) -> Publication:
    """A draft in which a passage is left out, and which was handed in before its decision was corrected."""
    publication = chain.drafted()
    leave_out(chain, publication, PASSAGE)
    bulletins.submit(chain.session, publication, **by(chain, 10))
    if approved:
        bulletins.approve(chain.session, publication, **{**second(chain), "now": chain.later(10)})
    put_right(chain, publication, "共六次", "共计六次")
    return publication


@pytest.mark.parametrize("approved", [False, True], ids=["handed in", "approved"])
def test_what_was_looked_at_before_its_decision_was_corrected_is_drafted_anew(chain: Chain, *, approved: bool) -> None:
    publication = handed_in(chain, approved=approved)
    further = bulletins.publish if approved else bulletins.approve
    who = chain.publisher if approved else chain.other_publisher
    with pytest.raises(NotNow, match="更正后的文本"):
        further(chain.session, publication, **{**by(chain, 13), "actor": actor(who)})
    with pytest.raises(NotAllowed):
        bulletin_redrafts.follow(chain.session, publication, **{**by(chain, 13), "actor": actor(chain.officer)})
    anew = bulletin_redrafts.follow(chain.session, publication, **by(chain, 13))
    assert (publication.state, anew.state, anew.approved_by) == ("DROPPED", "DRAFT", None)
    assert rounds.publication(chain.session, publication.track) is anew
    assert [each.passage for each in anew.redactions] == [each.passage for each in publication.redactions]
    assert "共计六次" in body(anew)
    assert PASSAGE not in body(anew)
    chain.publish(anew, chain.later(13))
    assert anew.texts[-1].correction_id is not None


def test_an_approved_text_that_names_somebody_known_since_is_drafted_anew(chain: Chain) -> None:
    publication = chain.drafted()
    leave_out(chain, publication, "共六次")
    bulletins.submit(chain.session, publication, **by(chain, 10))
    bulletins.approve(chain.session, publication, **{**by(chain, 10), "actor": actor(chain.other_publisher)})
    with pytest.raises(NotNow, match="扫描发现个人信息的已核准文本"):
        bulletin_redrafts.reopen(chain.session, publication, **by(chain, 11))
    publication.track.party.named_executive = PASSAGE
    chain.session.flush()
    with pytest.raises(NotNow, match="扫描发现文本含有个人信息"):
        bulletins.publish(chain.session, publication, **by(chain, 11))
    with pytest.raises(NotAllowed):
        bulletin_redrafts.reopen(chain.session, publication, **{**by(chain, 11), "actor": actor(chain.officer)})
    anew = bulletin_redrafts.reopen(chain.session, publication, **by(chain, 11))
    assert (publication.state, anew.state, anew.approved_by) == ("DROPPED", "DRAFT", None)
    assert "共六次" not in body(anew)
    leave_out(chain, anew, PASSAGE)
    chain.publish(anew, chain.later(12))
    assert PASSAGE not in body(anew)


def test_a_draft_nobody_looked_at_follows_in_place(chain: Chain) -> None:
    publication = chain.drafted()
    with pytest.raises(NotNow, match="一致"):
        bulletin_redrafts.follow(chain.session, publication, **by(chain, 10))
    put_right(chain, publication, "共六次", "共计六次")
    with pytest.raises(NotNow, match="更正后的文本"):
        bulletins.submit(chain.session, publication, **by(chain, 13))
    assert bulletin_redrafts.follow(chain.session, publication, **by(chain, 13)) is publication
    assert "共计六次" in body(publication)
    asked = select(Task.done_at).where(Task.kind == "text_corrected")
    assert chain.session.scalars(asked).all() == [chain.later(13)], "what was asked of the publisher is done"
    chain.publish(publication, chain.later(13))


@pytest.mark.parametrize("how", ["follow", "withdraw"])
def test_once_what_is_published_follows_or_is_withdrawn_nobody_is_asked_to_correct_it(chain: Chain, how: str) -> None:
    publication = chain.made_public()
    put_right(chain, publication, "共六次", "共计六次")
    waits = select(Task.id).where(Task.kind == "text_corrected", Task.done_at.is_(None))
    assert len(chain.session.scalars(waits).all()) == 1
    if how == "follow":
        bulletin_corrections.follow(chain.session, publication, reason="漏字", **by(chain))
        second = {**by(chain), "actor": actor(chain.other_publisher)}
        bulletin_corrections.correct(chain.session, publication, **second)
    else:
        head = {**by(chain), "actor": actor(chain.head)}
        bulletins.withdraw(chain.session, publication, reason="法院判决", **head)
    assert not chain.session.scalars(waits).all()


def test_nobody_is_asked_to_correct_what_was_withdrawn_before_its_decision_was_corrected(chain: Chain) -> None:
    publication = chain.made_public()
    bulletins.withdraw(chain.session, publication, reason="法院判决", **{**by(chain, 10), "actor": actor(chain.head)})
    put_right(chain, publication, "共六次", "共计六次")
    assert not chain.session.scalars(select(Task.id).where(Task.kind == "text_corrected")).all()


def test_nobody_is_asked_to_correct_a_draft_that_was_given_up(chain: Chain) -> None:
    publication = chain.drafted()
    put_right(chain, publication, "共六次", "共计六次")
    decision = chain.session.get_one(Decision, publication.decision_id)
    decision.set_aside_on = chain.later(13).date()
    bulletins.drop(chain.session, publication, reason="决定已被撤销", **{**by(chain, 13), "actor": actor(chain.head)})
    asked = select(Task.done_at).where(Task.kind == "text_corrected")
    assert chain.session.scalars(asked).all() == [chain.later(13)]


def test_the_database_publishes_nothing_that_does_not_follow_the_correction(chain: Chain) -> None:
    publication = handed_in(chain, approved=True)
    chain.session.flush()
    written = "UPDATE publication SET state = 'PUBLISHED', published_at = now() WHERE id = :id"
    with attempt(chain.session), pytest.raises(DBAPIError, match="follows the served correction"):
        chain.session.execute(text(written), {"id": publication.id})


def test_a_publisher_is_asked_until_what_is_published_follows_every_correction(chain: Chain) -> None:
    publication = chain.made_public()
    put_right(chain, publication, "共六次", "共计六次")
    put_right(chain, publication, PASSAGE, "无关的人员")
    waits = select(Task.id).where(Task.kind == "text_corrected", Task.done_at.is_(None))
    for left in (True, False):
        bulletin_corrections.follow(chain.session, publication, reason="笔误", **by(chain))
        bulletin_corrections.correct(chain.session, publication, **second(chain))
        assert bool(chain.session.scalars(waits).all()) is left
    assert "共计六次" in body(publication)
    assert "无关的人员" in body(publication)


def test_corrections_of_one_document_are_served_in_their_order(chain: Chain) -> None:
    publication = handed_in(chain, approved=True)
    track = publication.track
    document = notices.last_document(chain.session, ["D20"], "track", track.id)
    said = {"document": document, "reason": "笔误", "actor": actor(chain.head), "version": None}

    def put(wrong: str, right: str, day: int) -> TextCorrection:
        made = corrections.put(chain.session, track, wrong=wrong, right=right, now=chain.later(day), **said)  # type: ignore[arg-type]
        return chain.corrected(made)

    put(PASSAGE, "无关人士", 13)
    with pytest.raises(NotNow, match="送达"):
        put("共计六次", "总共六次", 13)
    chain.serve(track, "D40", chain.later(14))
    put("共计六次", "总共六次", 14)


def test_whoever_read_a_draft_before_its_text_changed_comes_too_late(chain: Chain) -> None:
    publication = chain.drafted()
    leave_out(chain, publication, PASSAGE)
    read = publication.version
    leave_out(chain, publication, "共六次")
    with pytest.raises(Changed):
        bulletins.submit(chain.session, publication, **{**by(chain, 10), "version": read})


@pytest.mark.parametrize("out", [False, True], ids=["draft", "published"])
def test_the_number_of_a_case_that_a_correction_brings_in_is_left_out(chain: Chain, *, out: bool) -> None:
    publication = chain.drafted()
    if out:
        chain.publish(publication, chain.later(10))
    put_right(chain, publication, "共六次", "共计六次（AJ〔2025〕7）")
    if out:
        bulletin_corrections.follow(chain.session, publication, reason="漏写", **by(chain))
        bulletin_corrections.correct(chain.session, publication, **second(chain))
        made = notices.last_document(chain.session, ["D36a"], "publication", publication.id)
        assert made is not None
        assert "AJ〔2025〕7" not in str(made.paper)
    else:
        bulletin_redrafts.follow(chain.session, publication, **by(chain, 13))
        chain.publish(publication, chain.later(13))
    assert "共计六次（〔略〕）" in body(publication)
    said = {"reason": "见AJ〔2025〕7", "passage": PASSAGE, "instead": "某些人"}
    with pytest.raises(BadInput, match="内部案号"):
        bulletin_corrections.leave_out(chain.session, publication, **said, **by(chain))


def shown_partly(chain: Chain, right: str) -> Publication:
    """A bulletin that leaves out part of a passage, which the decision was corrected to read `right`."""
    publication = chain.drafted()
    leave_out(chain, publication, PASSAGE)
    chain.publish(publication, chain.later(10))
    put_right(chain, publication, f"致电{PASSAGE}共六次", right)
    return publication


def test_what_is_shown_of_a_corrected_passage_follows_where_what_is_left_out_stays(chain: Chain) -> None:
    publication = shown_partly(chain, f"先后致电{PASSAGE}共计六次")
    before = body(publication)
    proposed = bulletin_corrections.follow(chain.session, publication, reason="漏字", **by(chain))
    assert proposed.body == before.replace("致电某些人共六次", "先后致电某些人共计六次")
    bulletin_corrections.correct(chain.session, publication, **second(chain))
    made = notices.last_document(chain.session, ["D36a"], "publication", publication.id)
    assert made is not None
    assert PASSAGE not in str(made.paper)
    assert "先后致电某些人共计六次" in str(made.paper)


@pytest.mark.parametrize("name", [NAME, GROWN])
def test_where_what_is_left_out_changed_as_well_a_person_says_what_is_left_out_now(chain: Chain, name: str) -> None:
    publication = shown_partly(chain, f"先后致电{name}共计六次")
    before = body(publication)
    said = {"reason": "涉及个人信息", **by(chain)}
    with pytest.raises(BadInput):
        bulletin_corrections.follow(chain.session, publication, **said)
    with pytest.raises(BadInput, match="更正后的文本"):
        bulletin_corrections.follow_covered(chain.session, publication, passage=NUMBER, **said)
    bulletin_corrections.follow_covered(chain.session, publication, passage=name, instead="某些人", **said)
    bulletin_corrections.correct(chain.session, publication, **second(chain))
    assert body(publication) == before.replace("致电某些人共六次", "先后致电某些人共计六次")
    made = notices.last_document(chain.session, ["D36a"], "publication", publication.id)
    assert made is not None
    for told in (str(made.paper), str([(each.body, each.note, each.summary) for each in publication.texts])):
        assert name.removeprefix(PASSAGE) not in told
    with pytest.raises(BadInput):
        bulletin_corrections.follow_covered(chain.session, publication, passage=name, **said)


@pytest.mark.parametrize("name", [NAME, GROWN])
def test_where_only_what_is_left_out_changed_nothing_is_offered(chain: Chain, name: str) -> None:
    publication = shown_partly(chain, f"致电{name}共六次")
    text = text_now(publication)
    assert text is not None
    assert policies_publications.next_correction(chain.session, publication, text) is None
    assert policies_publications.covered_correction(chain.session, publication, text) is None
