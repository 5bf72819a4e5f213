"""Tries to learn whose number it is, and to read complaints and cases as an administrator."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from casework import cases, forwardings, messages, stop_contacts, tracks, triage
from casework.models import Complaint
from core import outbox
from core.actors import Actor
from core.db import Base, transaction
from core.errors import NotAllowed, NotNow
from core.mail import Mail
from notices import queries as notices
from registry import accounts, links, policies, queries, signin
from registry.accounts import mail_key
from registry.models import Party
from registry.models_accounts import ROLES, Account, AccountLink, AccountRole, Audience, LinkPurpose
from registry.models_notifications import Notification
from tests.admin.office import Office
from tests.builders import NAME, PHONE, Desk, account, person_of
from tests.conftest import NOW
from tests.invariants.house import SECRET, House, all_refused, answered, house, read
from tests.sanctions.chain import Chain

__all__ = ["house"]
BEGUN = NOW - timedelta(days=12)
ADMINISTRATORS = ("system_admin", "security_admin", "audit_admin")


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def desk(session: Session) -> Desk:
    return Desk(session, BEGUN)


# --- I-20 ---


def _stopped(desk: Desk) -> tuple[Complaint, int]:
    complaint = desk.received(role="UNRELATED")
    [it] = stop_contacts.request(
        desk.session, complaint, number="13900005678", own=True, actor=person_of(complaint), now=desk.now
    )
    stop_contacts.relay(desk.session, it, actor=desk.intake, now=desk.now)
    return complaint, it.id


@pytest.mark.invariant("I-20", "verb")
def test_the_letter_holds_the_number_and_nothing_about_its_holder(desk: Desk) -> None:
    """I-20: a request of somebody whose name, number, words and reference the letter might take along."""
    complaint, number = _stopped(desk)
    letter = notices.last_document(desk.session, ["D33"], "stop_contact", number)
    assert letter is not None
    told = json.dumps(letter.paper, ensure_ascii=False)
    assert "13900005678" in told
    for about in (NAME, PHONE, complaint.ref, complaint.facts[:12], "UNRELATED", "同事"):
        assert about not in told, about


@pytest.mark.invariant("I-20", "web")
def test_no_page_of_the_company_says_whose_number_it_is(house: House) -> None:
    """I-20: every page of the company's portal about the request, and the link to the complaint guessed."""
    with house.app.app_context(), transaction() as at:
        desk = Desk(at, BEGUN)
        complaint, number = _stopped(desk)
        desk.serve("stop_contact", number, "D33")
        house.people["own_lead"] = desk.lead.id or 0
        ref = complaint.ref
    for number in range(1, 5):
        house.numbers |= {"number": number, "machine": "stop_contact", "ref": ref}
        for address in house.addresses("/portal", "/staff/complaints", "/staff/stop-contacts"):
            page = house.get("own_lead", address)[1].replace(address, "")
            for about in (NAME, PHONE, ref, "同事"):
                assert about not in page, (address, about)
    assert "13900005678" in house.get("own_lead", "/portal/stop-contacts/1")[1]


@pytest.mark.invariant("I-20", "database")
def test_a_company_selects_the_number_and_not_the_complaint(house: House) -> None:
    """I-20: the columns of the request that lead to its person."""
    with house.app.app_context(), transaction() as at:
        desk = Desk(at, BEGUN)
        _stopped(desk)
        own = {"zilu.party": desk.lender.id}
    assert len(house.sees("zilu_party", own, "SELECT ref FROM stop_contact")) == 1
    for column in ("complaint_id", "number_hash", "confirmed_own"):
        assert house.sees("zilu_party", own, f"SELECT {column} FROM stop_contact") == "denied"


# --- I-21 ---


def _administrators(house: House) -> None:
    with house.app.app_context(), transaction() as at:
        for role in ADMINISTRATORS:
            mail = f"{role}@lanwan.invalid"
            made = Account(mail=mail, mail_hash=mail_key(mail), name=role, audience=Audience.ADMIN)
            at.add(made)
            at.flush()
            at.add(AccountRole(account_id=made.id, role=role))
            house.people[role] = made.id


@pytest.mark.invariant("I-21", "web")
@pytest.mark.parametrize("role", ADMINISTRATORS)
def test_no_administrator_opens_a_complaint_or_a_case(house: House, role: str) -> None:
    """I-21: every page of staff, companies and panels is closed; no page of the back office says what they hold."""
    answered(house)
    _administrators(house)
    house.numbers |= dict.fromkeys(("case", "track", "evidence", "mail_id", "allegation"), house.numbers["number"])
    house.numbers |= {"event": "accept", "what": "tracks", "machine": "track", "slug": "x", "role": "legal", "no": 1}
    browser = house.client(role)
    for address in house.addresses("/staff", "/portal"):
        refused = {302} if address == "/staff" else {403, 404, 308}
        assert browser.get(address).status_code in refused, address
    for address in house.addresses("/staff/complaints", "/staff/cases", "/staff/tracks", "/staff/panel", method="POST"):
        assert house.post(role, address, reasons="x") in {403, 404, 405}, address
    for address in house.addresses("/admin"):
        for asked in ("", "?id=1", "?text=沈若禾"):
            page = read(browser.get(address + asked))
            for secret in (SECRET, NAME if not asked else SECRET, "催收人员多次致电", "我司已停止联系", PHONE):
                assert secret not in page, (address, secret)


@pytest.mark.invariant("I-21", "verb")
def test_no_verb_serves_an_administrator(session: Session) -> None:
    """I-21: deeds on complaints, forwardings and cases by each of the three roles, and by all of them in one."""
    desk, chain = Desk(session, BEGUN), Chain(session, BEGUN)
    complaint, forwarding, track = desk.received(), desk.answer(desk.forwarded(contact="13900001111")), chain.filed()
    for roles in (*((role,) for role in ADMINISTRATORS), ADMINISTRATORS):
        who = Actor(999, frozenset(roles), audience="admin")
        said = {"actor": who, "now": BEGUN}
        all_refused(
            [
                lambda said=said: triage.accept(
                    session, complaint, respondents=[desk.lender.id], masked_facts="x", **said
                ),
                lambda said=said: forwardings.release(session, forwarding, read=True, warned=True, **said),
                lambda said=said: messages.write(session, complaint, "x", **said),
                lambda said=said: cases.note(session, track.case, text="x", **said),
                lambda said=said: tracks.report(
                    session, track, course="x", conclusion="x", proposal="x", handling="", version=None, **said
                ),
            ]
        )


@pytest.mark.invariant("I-21", "database")
def test_an_administrator_selects_nothing_of_complaints_and_cases(house: House) -> None:
    """I-21: every table that leads to a complaint or a case, and the journal's changed values."""
    answered(house)
    tables = {mapper.local_table.name: mapper for mapper in Base.registry.mappers}
    leads = {
        name
        for name, mapper in tables.items()
        if {key.column.table.name for key in mapper.local_table.foreign_keys}
        & {"complaint", "case_file", "case_track", "forwarding", "decision", "document", "measure", "publication"}
    } | {"complaint", "case_file", "document", "dossier", "task", "stored_file", "draft", "web_session"}
    for table in sorted(leads):
        assert house.sees("zilu_admin", {"zilu.account": 1}, f"SELECT * FROM {table}") in ("denied", []), table
    for column in ("changes", "prev"):
        assert house.sees("zilu_admin", {}, f"SELECT {column} FROM journal") == "denied"


# --- Nobody seats himself ---

PASSWORD = "four words in a row"


def _administrator(session: Session, *roles: str) -> Actor:
    made = account(session, "-".join(roles), "officer")
    return Actor(made.id, frozenset(roles), audience="admin")


def _newest(session: Session, person: Account) -> AccountLink:
    mine = select(AccountLink).where(AccountLink.account_id == person.id).order_by(AccountLink.id.desc())
    return session.scalars(mine.limit(1)).one()


def _invited(session: Session, party: Party, actor: Actor, mail: str = "second-mailbox@lanwan.invalid") -> Account:
    return accounts.invite(
        session, actor=actor, mail=mail, name="新人", audience=Audience.PARTY, party=party, now=BEGUN
    )


@pytest.mark.invariant("I-21", "verb")
@pytest.mark.parametrize("roles", [("system_admin",), ("system_admin", "security_admin")])
def test_no_administrator_alone_seats_anybody_in_a_company(
    session: Session, desk: Desk, roles: tuple[str, ...]
) -> None:
    """I-21: an invitation into a company, sent again as well, and the mailbox's own "forgotten" beside it."""
    alone, security = _administrator(session, *roles), _administrator(session, "security_admin")
    person = _invited(session, desk.lender, alone)
    for again in (False, True):
        if again:
            accounts.invite_again(session, person, actor=alone, now=NOW)
        link = _newest(session, person)
        assert (link.purpose, link.digest, link.expires_at) == (LinkPurpose.INVITATION, None, None)
        with pytest.raises(NotNow):
            links.accept(session, links.token_of(link), password=PASSWORD, now=NOW)
        signin.forgot(session, mail=person.mail, purpose=LinkPurpose.PASSWORD, address="a", now=NOW)
        assert queries.waiting_renewals(session) == [link], "no other way in waits for anybody"
        with pytest.raises(NotAllowed):
            links.confirm_renewal(session, link, actor=alone, now=NOW)
    links.confirm_renewal(session, link, actor=security, now=NOW)
    assert links.accept(session, links.token_of(link), password=PASSWORD, now=NOW) == person


@pytest.mark.invariant("I-21", "verb")
def test_whom_its_lead_invites_or_confirms_is_let_in_and_whom_anybody_refuses_is_not(
    session: Session, desk: Desk
) -> None:
    """I-21: the company itself says who works for it; a lead of another one does not."""
    system, lead = _administrator(session, "system_admin"), desk.lead
    assert _newest(session, _invited(session, desk.lender, lead)).digest is not None
    waiting = _newest(session, _invited(session, desk.lender, system, "two@lanwan.invalid"))
    with pytest.raises(NotAllowed):
        links.confirm_renewal(session, waiting, actor=Actor(lead.id, lead.roles, 10**6), now=NOW)
    links.confirm_renewal(session, waiting, actor=lead, now=NOW)
    assert waiting.digest is not None
    third = _newest(session, person := _invited(session, desk.lender, system, "three@lanwan.invalid"))
    links.refuse_renewal(session, third, actor=_administrator(session, "security_admin"), now=NOW)
    signin.forgot(session, mail=person.mail, purpose=LinkPurpose.PASSWORD, address="a", now=NOW)
    assert (third.digest, queries.waiting_renewals(session)) == (None, [])


@pytest.mark.invariant("I-21", "verb")
@pytest.mark.parametrize("audience", [Audience.ADMIN, Audience.STAFF])
def test_no_administrator_alone_makes_himself_a_second_person(session: Session, audience: Audience) -> None:
    """I-21: a mailbox of his own, with the role in the invitation, later, and sent again by a colleague."""
    alone, role = _administrator(session, "system_admin", "security_admin"), ROLES[audience][1]
    said = {"mail": "mine-as-well@lanwan.invalid", "name": "分身", "audience": audience, "now": BEGUN}
    with pytest.raises(NotAllowed), session.begin_nested():
        accounts.invite(session, actor=alone, roles=[role], **said)
    person = accounts.invite(session, actor=alone, **said)
    system, security = _administrator(session, "system_admin"), _administrator(session, "security_admin")
    accounts.invite_again(session, person, actor=system, now=NOW)
    links.accept(session, links.token_of(_newest(session, person)), password=PASSWORD, now=NOW)
    with pytest.raises(NotAllowed) as refused:
        accounts.give_role(session, person, role, actor=alone, now=NOW)
    assert refused.value.message == accounts.INVITED_BY_YOU
    accounts.give_role(session, person, role, actor=security, now=NOW)
    assert person.role_words == {role}
    assert policies.may_take_roles(alone, person), "that makes nobody a second person"


@pytest.mark.invariant("I-21", "database")
def test_the_database_takes_no_role_from_whoever_invited(session: Session) -> None:
    """I-21: the row of a role, as a verb that forgot would write it; a lead still says who leads."""
    alone, other = _administrator(session, "system_admin", "security_admin"), _administrator(session, "security_admin")
    said = {"mail": "mine-as-well@lanwan.invalid", "name": "分身", "audience": Audience.ADMIN, "now": BEGUN}
    person = accounts.invite(session, actor=alone, **said)
    row = {"account_id": person.id, "role": "security_admin", "given_by": alone.id}
    with pytest.raises(IntegrityError, match="gives him no role"), session.begin_nested():
        session.execute(insert(AccountRole).values(row))
    session.execute(insert(AccountRole).values(row | {"given_by": other.id}))
    with pytest.raises(IntegrityError, match="gives him no role"), session.begin_nested():
        session.execute(update(AccountRole).where(AccountRole.account_id == person.id).values(given_by=alone.id))


@pytest.mark.invariant("I-21", "web")
def test_who_invited_reads_that_another_one_gives_the_role_and_the_other_of_what_to_make_sure(app: Flask) -> None:
    """I-21: the page of an account that a person of both roles invited."""
    both, security = Office(app, "system_admin"), Office(app, "security_admin")
    with app.app_context(), transaction() as at:
        at.add(AccountRole(account_id=both.id, role="security_admin"))
    both.post("accounts/new/", mail="x@lanwan.invalid", name="新来的", audience="admin", language="zh", party="")
    number = both.one(Account, Account.name == "新来的").id
    give = f"accounts/do/give/?id={number}"
    assert "须由另一位安全管理员授予" in both.get(give)
    assert "须由另一位安全管理员授予" in both.post(give, 403, role="security_admin")
    page = security.get(f"accounts/details/?id={number}")
    assert "邀请人" in page
    assert "system_admin" in page
    assert "您是复核人" in security.get(give)
    security.post(give, role="security_admin")
    assert both.one(AccountRole, AccountRole.account_id == number).given_by == security.id


@pytest.mark.invariant("I-21", "web")
def test_an_invitation_into_a_company_waits_for_the_security_administrator_and_is_told_there(app: Flask) -> None:
    """I-21: the page that invites, "Renewals", what is mailed, and what the company's people are told."""
    with app.app_context(), transaction() as at:
        desk = Desk(at, BEGUN)
        company, lead = desk.lender.name_zh, desk.lead.id
    system, security = Office(app, "system_admin"), Office(app, "security_admin")
    said = {"mail": "new@lanwan.invalid", "name": "新来的", "audience": "party", "language": "zh", "party": company}
    system.post("accounts/new/", **said)
    with app.app_context():
        outbox.run_all()
        with transaction() as at:
            link = at.scalars(select(AccountLink)).one().id
            assert at.scalars(select(Mail.to).where(Mail.key == f"link:{link}")).all() == []
            told = select(Notification.account_id).where(Notification.event == "joining")
            assert at.scalars(told).all() == [lead]
    security.client.set_cookie("lang", "zh")
    page = security.client.get("/account/renewals").get_data(as_text=True)
    assert all(word in page for word in ("new@lanwan.invalid", company, "已经机构核实，确认"))
    settle = f"/account/renewals/{link}"
    assert system.client.post(settle, data={"settle": "confirm", "key": "a"}).status_code == 403
    assert security.client.post(settle, data={"settle": "confirm", "key": "b"}).status_code == 303
    with app.app_context():
        outbox.run_all()
        with transaction() as at:
            assert at.scalars(select(Mail.to).where(Mail.key == f"link:{link}")).all() == ["new@lanwan.invalid"]


@pytest.mark.invariant("I-21", "database")
def test_the_database_sends_no_invitation_of_two_unconfirmed_or_confirmed_by_who_asked(
    session: Session, desk: Desk
) -> None:
    """I-21: the row of a link, as a verb that forgot would write it."""
    system = _administrator(session, "system_admin")
    link = _newest(session, _invited(session, desk.lender, system))
    sent = update(AccountLink).where(AccountLink.id == link.id).values(digest=b"x", expires_at=NOW)
    for wrong in (sent, sent.values(confirmed_at=NOW, confirmed_by=system.id)):
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(wrong)
