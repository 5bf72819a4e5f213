"""A company says of each letter itself that it has arrived on paper: of its own, and of one at a time."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from core.db import attempt, transaction
from core.errors import NotNow
from notices import queries, serving
from notices.models import Document, Service
from sanctions import measures
from sanctions.plans import TrainingPlan
from tests.builders import Desk, rendered
from tests.builders_cases import actor
from tests.portal.house import BEGUN, Enter, enter, today
from tests.sanctions.chain import Chain
from tests.sanctions.reviewing import Reviewing
from tests.sanctions.test_letters import documents, firm_reported, write
from tests.signed_in import Browser

__all__ = ["enter", "today"]


def _posted(chain: Chain, document: Document | None) -> int:
    """It went out on paper."""
    assert document is not None
    rendered(chain.session, document, chain.now)
    for service in document.services:
        service.state = "POSTED"
    return document.id


def _states(app: Flask, *documents: int) -> list[str]:
    with app.app_context(), transaction() as at:
        return [at.scalars(select(Service.state).where(Service.document_id == each)).one() for each in documents]


def _offered(browser: Browser, url: str) -> set[int]:
    return {int(each) for each in re.findall(r'action="/portal/notices/(\d+)/received"', browser.get(url))}


def test_a_company_never_says_that_the_complainants_letter_has_arrived(app: Flask, enter: Enter) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, BEGUN)
        it = desk.answer(desk.forwarded())
        desk.release(it)
        reply = queries.last_document(at, ["D39"], "forwarding", it.id)
        assert reply is not None
        service = rendered(at, reply, BEGUN)[0]
        before, lead = service.state, desk.lead
        serving.answer(at, "forwarding", it.id, actor=lead, now=BEGUN)
        with pytest.raises(NotNow, match="受送达人"), attempt(at):
            serving.received(at, service.id, actor=lead, now=BEGUN)
        number, who = reply.id, desk.lead.id
    enter(who).post(f"/portal/notices/{number}/received", 404)
    assert _states(app, number) == [before]


def test_a_firm_says_nothing_of_the_letter_to_its_principal(app: Flask, enter: Enter) -> None:
    with app.app_context(), transaction() as at:
        chain = Chain(at, BEGUN)
        track = firm_reported(chain)
        write(chain, track)
        papers = documents(chain, track)
        theirs, own = (_posted(chain, papers[kind]) for kind in ("D26", "D27"))
        firm, lender, url = chain.firm_lead.id, chain.lead.id, f"/portal/cases/{track.id}"
    browser = enter(firm)
    assert _offered(browser, url) == {own}
    browser.post(f"/portal/notices/{own}/received")
    browser.post(f"/portal/notices/{theirs}/received", 404)
    assert _states(app, theirs, own) == ["POSTED", "SERVED"]
    principal, letter = enter(lender), f"/portal/notices/{theirs}"
    assert _offered(principal, letter) == {theirs}, "it has no page of the matter"
    principal.post(f"{letter}/received")
    assert _states(app, theirs) == ["SERVED"]


def test_the_click_beside_a_summons_leaves_the_order_to_correct_in_the_post(app: Flask, enter: Enter) -> None:
    with app.app_context(), transaction() as at:
        chain = Chain(at, BEGUN)
        track = chain.effective([1, 2])
        day = chain.later(9)
        measures.execute(
            at,
            track,
            actor=actor(chain.officer),
            version=None,
            now=day,
            interview=chain.plan(day),
            training=TrainingPlan(day.date() + timedelta(days=10), "线上", day.date() + timedelta(days=11)),
        )
        papers = [queries.last_document(at, [kind], "track", track.id) for kind in ("D23a", "D23b")]
        order, summons = (_posted(chain, each) for each in papers)
        lead, url = chain.lead.id, f"/portal/cases/{track.id}"
    browser = enter(lead)
    assert {order, summons} <= _offered(browser, url)
    browser.post(f"/portal/notices/{summons}/received")
    assert _states(app, order, summons) == ["POSTED", "SERVED"]
    assert order in _offered(browser, url)
    assert summons not in _offered(browser, url)
    browser.post(f"/portal/notices/{summons}/received")
    said = browser.get(url)
    assert "was recorded already" in said, "an older page says no day that is wrong"
    assert "count from tomorrow" not in said


def test_the_decision_of_a_review_beside_the_execution_is_received_where_it_is_listed(app: Flask, enter: Enter) -> None:
    with app.app_context(), transaction() as at:
        chain = Reviewing(at, BEGUN).fill_pool()
        track = chain.executing([1, 2])
        review = chain.asked(track, now=chain.later(9))
        chain.reviewed(review, *["UPHOLD"] * 3)
        paper = chain.paper(review)
        assert paper.subject_kind == "review"
        number, lead, url = _posted(chain, paper), chain.lead.id, f"/portal/cases/{track.id}"
    browser = enter(lead)
    assert number in _offered(browser, url)
    browser.post(f"/portal/notices/{number}/received")
    assert _states(app, number) == ["SERVED"]


@pytest.mark.parametrize(
    ("stage", "kind", "online"),
    [
        ("filed", "D11b", "Open the filing notice"),
        ("proposed", "D17", "Open the advance notice"),
        ("decided", "D20", "Open the decision"),
    ],
)
def test_nobody_is_told_to_open_here_a_notice_that_comes_on_paper(
    app: Flask, enter: Enter, stage: str, kind: str, online: str
) -> None:
    with app.app_context(), transaction() as at:
        chain = Chain(at, BEGUN)
        track = chain.filed() if stage == "filed" else getattr(chain, stage)([1, 2])
        _posted(chain, queries.last_document(at, [kind], "track", track.id))
        lead, url = chain.lead.id, f"/portal/cases/{track.id}"
    browser = enter(lead)
    for page in (browser.get(url), browser.get("/portal/cases/")):
        assert "comes by post: record its receipt here" in page
        assert online not in page
    inbox = browser.get("/portal/")
    what = "Record the receipt of the notice that comes on paper"
    line = re.search(rf'href="/portal/notices/(\d+)"[^>]*>\s*{what}', inbox)
    assert line is not None, inbox[:6000]
    browser.post(f"/portal/notices/{line[1]}/received")
    assert what not in browser.get("/portal/")
