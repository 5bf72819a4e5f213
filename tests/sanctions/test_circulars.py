"""A circular reaches every member with a receipt of its own, nobody else; a new paper takes the place of the old."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core import clock, outbox
from core.actors import SYSTEM
from core.db import PUBLIC, Reader, read_as, transaction
from core.db import session as reading
from core.machine import Ask
from notices import circulars, circulating, serving, unopened
from notices import queries as notices
from notices.models import Document, Service
from notices.states import SERVICE
from registry import clocks, jobs_batches
from registry.models import Basis, BasisKind, Party, PartyKind, ServiceAddress
from registry.models_accounts import Account
from registry.models_clocks import Clock
from sanctions import bulletin_corrections, bulletins
from sanctions.models_publications import Publication
from sanctions.states import PUBLICATION
from tests.builders import account, rendered
from tests.builders_cases import actor, party
from tests.conftest import NOW
from tests.sanctions.chain import Chain
from tests.signed_in import signed_in

BEGUN = NOW - timedelta(days=30)


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    """Every test happens on 25 November 2026."""
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def chain(session: Session) -> Chain:
    return Chain(session, BEGUN)


def member(chain: Chain, name: str = "星槎消费金融有限公司", *, electronic: bool = True) -> Account:
    """The lead of one more member, who confirmed where it is served."""
    lead = account(chain.session, f"{name}联系人", "respondent", "lead", party=party(chain.session, name))
    chain.session.add(
        ServiceAddress(
            party_id=lead.party_id,
            account_id=lead.id,
            electronic=electronic,
            postal_address="蓝湾市海望区2号",
            contact_name=lead.name,
            contact_phone="0100-5550101",
            signed_by=lead.id,
            signed_name=lead.name,
            signed_at=chain.now,
            from_on=date(2025, 1, 1),
        )
    )
    chain.session.flush()
    return lead


def circulated(chain: Chain) -> Publication:
    """A circular that is out, its copies on their way."""
    return chain.made_public(4)


def paper(chain: Chain, publication: Publication, kind: str = "D23e") -> Document:
    found = notices.last_document(chain.session, [kind], "publication", publication.id)
    assert found is not None
    return found


def delivered(chain: Chain, publication: Publication, kind: str = "D23e") -> dict[int, Service]:
    """Its PDF made and every copy sent: the copies by party."""
    document = paper(chain, publication, kind)
    circulars.deliver(chain.session, document, chain.later(10))
    rendered(chain.session, document, chain.later(10))
    for service in document.services:
        serving.onward(chain.session, service, chain.later(10))
    return {service.party_id or 0: service for service in document.services}


def test_every_member_of_the_day_gets_a_copy_of_its_own_and_nobody_else(chain: Chain) -> None:
    mine = member(chain)
    left = party(chain.session, "旧会员有限公司", basis=None)
    until = date(2026, 6, 30)
    chain.session.add(
        Basis(
            party_id=left.id,
            kind=BasisKind.MEMBERSHIP,
            from_on=date(2024, 1, 1),
            to_on=until,
            status="WITHDRAWN",
        )
    )
    closed = party(chain.session, "停业会员有限公司")
    closed.suspended_at = chain.now
    signed = party(chain.session, "签约机构有限公司", basis=BasisKind.SIGNATORY)
    coming = party(chain.session, "待入会有限公司", basis=None)
    day = chain.later(11).date()
    chain.session.add(Basis(party_id=coming.id, kind=BasisKind.MEMBERSHIP, from_on=day))
    copies = delivered(chain, circulated(chain))
    assert set(copies) == {chain.lender.id, mine.party_id}
    assert not {left.id, closed.id, signed.id, coming.id, chain.firm.id} & set(copies)
    assert {service.state for service in copies.values()} == {"ALERTED"}


def test_a_copy_is_sent_once_whether_the_pdf_or_the_delivery_comes_first(chain: Chain) -> None:
    mine = member(chain)
    publication = circulated(chain)
    document = paper(chain, publication)
    rendered(chain.session, document, chain.later(10))
    assert circulars.deliver(chain.session, document, chain.later(10), most=1) == 1
    assert circulars.deliver(chain.session, document, chain.later(10), most=1) == 1
    assert circulars.deliver(chain.session, document, chain.later(10), most=1) == 0
    assert {service.party_id: service.state for service in document.services} == {
        chain.lender.id: "ALERTED",
        mine.party_id: "ALERTED",
    }


def test_a_circular_arms_no_clock_but_those_of_its_own_service(chain: Chain) -> None:
    publication = circulated(chain)
    copies = delivered(chain, publication)
    document = paper(chain, publication)
    assert notices.clocks_of(chain.session, document) == []
    mine = copies[chain.lender.id]
    running = select(Clock.key).where(Clock.subject_type == "service", Clock.subject_id == mine.id)
    assert set(chain.session.scalars(running.where(Clock.state != "ENDED"))) == {"K19", "K28"}


def test_opening_is_the_receipt_and_staff_see_who_has_read_it_and_who_has_not(chain: Chain) -> None:
    mine, paper_only = member(chain), member(chain, "远帆商业银行股份有限公司", electronic=False)
    publication = circulated(chain)
    copies = delivered(chain, publication)
    serving.open_(chain.session, copies[mine.party_id or 0].id, actor=actor(mine), now=chain.later(11))
    found = {each.party.id: each.how for each in circulars.readers(chain.session, paper(chain, publication).id)}
    assert found == {chain.lender.id: "WAITING", paper_only.party_id: "WAITING", mine.party_id: "READ"}
    assert circulars.read_by(chain.session, paper(chain, publication).id) == (1, 3)
    proof = chain.session.scalars(select(Document).where(Document.kind == "D21", Document.party_id == mine.party_id))
    assert "星槎消费金融有限公司" in str(proof.one().paper)


def test_each_member_reads_the_day_on_which_its_own_copy_counts_as_served(chain: Chain) -> None:
    mine = member(chain)
    copies = delivered(chain, circulated(chain))
    ends = {}
    for days, (party_id, copy) in enumerate(copies.items(), 40):
        period = clocks.live(chain.session, "K28", ("service", copy.id))
        assert period is not None
        period.due_on, period.provisional = chain.later(days).date(), False
        ends[party_id] = {copy.document_id: period.due_on}
    chain.session.flush()
    assert set(ends) == {chain.lender.id, mine.party_id}
    assert {each: unopened.served_at_latest(chain.session, each) for each in ends} == ends


def test_what_counts_as_served_unopened_is_not_called_read_until_somebody_opens_it(chain: Chain) -> None:
    publication = circulated(chain)
    service = delivered(chain, publication)[chain.lender.id]
    late = chain.later(20)
    SERVICE.carry_out(
        Ask(chain.session, service, SYSTEM, {}, late, day=(late - timedelta(days=1)).date()), "K28_expired"
    )
    assert [each.how for each in circulars.readers(chain.session, service.document_id)] == ["DEEMED"]
    serving.open_(chain.session, service.id, actor=actor(chain.firm_lead), now=late)
    assert service.opened_at is None
    serving.open_(chain.session, service.id, actor=actor(chain.lead), now=late)
    assert (service.opened_by, service.served_how) == (chain.lead.id, "PORTAL")
    assert [each.how for each in circulars.readers(chain.session, service.document_id)] == ["READ"]


def test_a_corrected_circular_goes_to_every_member_anew_and_ends_the_old_copies(chain: Chain) -> None:
    mine = member(chain)
    publication = circulated(chain)
    old = delivered(chain, publication)
    serving.open_(chain.session, old[mine.party_id or 0].id, actor=actor(mine), now=chain.later(11))
    _correct(chain, publication)
    new = delivered(chain, publication, "D36a")
    assert (old[chain.lender.id].state, old[mine.party_id or 0].state) == ("VOID", "SERVED")
    assert paper(chain, publication).void_at is None
    assert {service.state for service in new.values()} == {"ALERTED"}
    assert len(new) == len(old)
    said = str(paper(chain, publication, "D36a").paper)
    assert "共某次" in said
    assert "仅供会员单位内部使用" in said
    assert "公开发布" not in said


def _correct(chain: Chain, publication: Publication) -> None:
    said = {"version": None, "now": chain.later(12)}
    bulletin_corrections.leave_out(
        chain.session,
        publication,
        passage="共六次",
        instead="共某次",
        reason="商业秘密",
        actor=actor(chain.publisher),
        **said,
    )
    bulletin_corrections.correct(chain.session, publication, actor=actor(chain.other_publisher), **said)


def test_many_members_are_served_by_the_job_some_at_a_time(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs_batches, "SECONDS", 3600.0)  # one leg, however slow the machine is
    monkeypatch.setattr(jobs_batches, "TOGETHER", 5)
    monkeypatch.setattr(circulating, "LARGE", 5)
    with app.app_context():
        with transaction() as at:
            chain = Chain(at, BEGUN)
            for number in range(12):
                member(chain, f"第{number}号会员有限公司")
            document = paper(chain, circulated(chain)).id
            keep = {f"circulate:{document}"}
            for row in at.scalars(select(outbox.Outbox)):
                row.done_at = None if row.key in keep else NOW
        outbox.run_all(limit=2)  # a long job, and its first leg
        with transaction() as at:
            states = at.scalars(select(Service.state).where(Service.document_id == document)).all()
            assert states == ["ISSUED"] * 13
            rendered(at, at.get_one(Document, document), NOW)
            assert {each.state for each in at.get_one(Document, document).services} == {"READY"}


# --- who reads what ---


def _as(number: int | None) -> Session:
    at = reading()
    at.rollback()
    at.expunge_all()
    read_as(at, Reader("zilu_party", (("zilu.party", str(number)),)) if number else PUBLIC)
    return at


def test_a_circular_is_read_by_members_alone_also_in_the_database(app: Flask) -> None:
    with app.app_context():
        with transaction() as at:
            chain = Chain(at, BEGUN)
            mine = member(chain).party_id
            publication = circulated(chain)
            delivered(chain, publication)
            document, slug, firm = paper(chain, publication).id, publication.slug, chain.firm.id
        for reader in (firm, None):
            at = _as(reader)
            assert at.scalar(select(Publication.id).where(Publication.slug == slug)) is None
            if reader:
                assert notices.document(at, document) is None
                assert notices.service_of(at, document) is None
        at = _as(mine)
        assert notices.document(at, document) is not None
        assert len(at.scalars(select(Service)).all()) == 1
        assert [each.document_id for each in notices.inbox(at, mine).services] == [document]


@pytest.mark.parametrize("end", ["expire", "withdraw", "correct"])
def test_members_no_longer_see_a_paper_that_expired_or_was_replaced_and_staff_do(app: Flask, end: str) -> None:
    with app.app_context():
        with transaction() as at:
            chain = Chain(at, BEGUN)
            publication = circulated(chain)
            delivered(chain, publication)
            document, lender = paper(chain, publication).id, chain.lender.id
            if end == "expire":
                later = chain.later(800)
                PUBLICATION.carry_out(Ask(at, publication, SYSTEM, {}, later), "K32_expired")
            elif end == "withdraw":
                said = {"reason": "法院判决", "actor": actor(chain.head), "version": None, "now": chain.later(12)}
                bulletins.withdraw(at, publication, **said)  # type: ignore[arg-type]
            else:
                _correct(chain, publication)
        at = _as(lender)
        assert notices.document(at, document) is None
        assert document not in [each.document_id for each in notices.inbox(at, lender).services]
        at = reading()
        at.rollback()
        read_as(at, Reader("zilu_staff"))
        assert notices.document(at, document) is not None


# --- pages ---

Enter = Callable[[int | None], FlaskClient]


@pytest.fixture
def enter(app: Flask) -> Enter:
    """Sign somebody in."""
    return partial(signed_in, app)


def test_a_member_reads_the_text_by_opening_it_and_its_page_says_so(app: Flask, enter: Enter) -> None:
    with app.app_context(), transaction() as at:
        chain = Chain(at, BEGUN)
        mine, other = member(chain), member(chain, "远帆商业银行股份有限公司", electronic=False)
        people = mine.id, other.id, chain.firm_lead.id, chain.publisher.id
        publication = circulated(chain)
        delivered(chain, publication)
        where, at_desk = f"/portal/circulars/{publication.slug}", f"/staff/publications/{publication.slug}"
    one, two, firm, publisher = (enter(each) for each in people)
    assert "Not opened yet" in one.get("/portal/circulars/").text
    for reader, page in ((one, "/portal/circulars/"), (one, where), (publisher, at_desk)):
        assert "Circular to members on " in reader.get(page).text, "headed in the reader's language"
    assert "Circular to members on " in publisher.get(f"{at_desk}/do/propose_correction").text
    assert "共六次" not in one.get(where).text
    assert one.post(f"{where}/open", data={"key": "1"}).status_code == 303
    assert "共六次" in one.get(where).text
    assert "Has been read" in one.get("/portal/circulars/").text
    assert "It comes on paper" in two.get(where).text
    assert "1 of 3 members have read it" in publisher.get(at_desk).text
    assert two.post(f"{where}/open", data={"key": "2"}).status_code == 303
    assert "共六次" in two.get(where).text
    assert "2 of 3 members have read it" in publisher.get(at_desk).text
    assert (firm.get(where).status_code, firm.post(f"{where}/open").status_code) == (404, 404)


@pytest.mark.parametrize("since", [date(2026, 11, 20), date(2024, 1, 1)], ids=["later", "entered afterwards"])
def test_who_became_a_member_later_reads_at_once_and_is_asked_for_no_receipt(
    app: Flask, enter: Enter, since: date
) -> None:
    with app.app_context(), transaction() as at:
        chain = Chain(at, BEGUN)
        publication = circulated(chain)
        delivered(chain, publication)
        new = Party(kind=PartyKind.INSTITUTION, name_zh="新会员有限公司", uscc="91000000TEXT99999X")
        at.add(new)
        at.flush()
        at.add(Basis(party_id=new.id, kind=BasisKind.MEMBERSHIP, from_on=since))
        lead = account(at, "新会员联系人", "respondent", "lead", party=new).id
        where = f"/portal/circulars/{publication.slug}"
    assert "共六次" in enter(lead).get(where).text


def test_a_circular_is_found_by_its_title_and_by_nobody_who_is_no_member_any_more(app: Flask, enter: Enter) -> None:
    with app.app_context(), transaction() as at:
        chain = Chain(at, BEGUN)
        mine = member(chain)
        publication = circulated(chain)
        delivered(chain, publication)
        lead, company, slug = mine.id, mine.party_id, publication.slug
        title = publication.texts[-1].title
    browser = enter(lead)
    assert slug in browser.get(f"/portal/search?q={title}&all=1").text
    assert slug not in browser.get("/portal/search?q=共六次&all=1").text, "the text is read by opening the copy"
    with app.app_context():
        assert _as(company).scalar(select(Publication.id).where(Publication.slug == slug)) is not None
        with transaction() as at:
            at.execute(update(Basis).where(Basis.party_id == company).values(to_on=date(2026, 1, 31)))
        assert _as(company).scalar(select(Publication.id).where(Publication.slug == slug)) is None
    assert slug not in browser.get(f"/portal/search?q={title}&all=1").text


def test_staff_note_the_way_of_one_member_s_copy_and_of_no_other(app: Flask, enter: Enter) -> None:
    with app.app_context(), transaction() as at:
        chain = Chain(at, BEGUN)
        member(chain), member(chain, "远帆商业银行股份有限公司", electronic=False)
        copies = delivered(chain, circulated(chain))
        waiting = next(service for service in copies.values() if service.state == "READY")
        number, document, officer = waiting.id, waiting.document_id, chain.officer.id
    client = enter(officer)
    assert "Note a step of service" not in client.get(f"/staff/notices/{document}").text
    waits = client.get("/staff/notices/").text
    assert f"service={number}" in waits
    with app.app_context(), transaction() as at:
        by = at.scalars(select(Clock.due_on).where(Clock.key == "K19", Clock.subject_id == number)).one()
        mine = update(Clock).where(Clock.key == "K19", Clock.subject_id == number)
        at.execute(mine.values(due_on=clock.today() + timedelta(days=14)))
    assert f"{by.day} {by:%b}" in waits, "by when it is to be served"
    assert "working days left" in client.get("/staff/notices/").text, "in the days in which it is counted"
    page = client.get(f"/staff/notices/{document}?service={number}").text
    assert "远帆商业银行股份有限公司" in page
    sent = {"key": "a", "step": "post", "slip_no": "EX1", "version": waiting.version}
    assert client.post(f"/staff/notices/{document}?service={number}", data=sent).status_code == 303
    with app.app_context(), transaction() as at:
        assert at.get_one(Service, number).state == "POSTED"
