"""Valid things for tests: parties with their people, staff, complaints brought into any state by their own verbs."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from casework import complaints, forwardings, intake, triage
from casework.intake import Company, Submission
from casework.models import Complaint, Forwarding, Message, Release
from core import clock
from core.actors import NOBODY, SYSTEM, Actor
from core.clock import day_of
from core.machine import Ask
from notices import queries as notices
from notices.models import Document, Service
from notices.states import APPROVAL, SERVICE
from registry import calendar
from registry.accounts import mail_key
from registry.models import Basis, BasisKind, Engagement, Party, PartyKind, ServiceAddress
from registry.models_accounts import Account, AccountRole, Audience
from registry.models_notifications import Notification
from registry.names import check_character
from tests.kept_states import kept

CONDUCT = date(2026, 11, 10)
"""The last day of the conduct complained about."""
NAME, PHONE, MAIL = "沈若禾", "13912345678", "shen@example.invalid"
FACTS = "11月8日至10日，该公司每天多次致电我的同事，告知我欠款。我叫沈若禾，电话13912345678。"
MASKED = "11月8日至10日，该公司每天多次致电投诉人的同事，告知其欠款。"
_number = count(1)


def person(name: str, *roles: str, party: Party | None = None) -> Account:
    """Somebody with these roles, of staff or of a party; not there yet."""
    mail = f"person{next(_number)}@example.invalid"
    audience = Audience.PARTY if party else Audience.STAFF
    made = Account(
        mail=mail, mail_hash=mail_key(mail), name=name, audience=audience, party_id=party.id if party else None
    )
    set_committed_value(made, "roles", [AccountRole(role=role) for role in sorted(roles)])
    return made


def enter(session: Session, *people: Account) -> None:
    """They are there, all at once."""
    session.add_all(people)
    session.flush()
    for each in people:
        for given in each.roles:
            given.account_id = each.id
        session.add_all(each.roles)
    session.flush()


def account(session: Session, name: str, *roles: str, party: Party | None = None) -> Account:
    """Somebody with these roles, of staff or of a party."""
    made = person(name, *roles, party=party)
    enter(session, made)
    return made


def also(session: Session, person: int | None, role: str) -> None:
    """This person holds one more role."""
    session.add(AccountRole(account_id=person, role=role))
    session.flush()


def actor_of(person: Account) -> Actor:
    """The same person as somebody who acts."""
    audience = "staff" if person.audience is Audience.STAFF else "portal"
    return Actor(person.id, person.role_words, person.party_id, person.name, audience)


def person_of(complaint: Complaint) -> Actor:
    """Whoever came with the receipt code of a complaint."""
    return Actor(None, frozenset({"complainant"}), subject_id=complaint.id)


def party(
    session: Session,
    name: str,
    kind: PartyKind = PartyKind.INSTITUTION,
    basis: BasisKind | None = BasisKind.MEMBERSHIP,
) -> Party:
    """A company that the rules bind, unless told otherwise."""
    first = f"91330100MA{next(_number):07d}"
    made = Party(kind=kind, name_zh=name, uscc=first + check_character(first))
    session.add(made)
    session.flush()
    if basis is not None:
        session.add(Basis(party_id=made.id, kind=basis, from_on=date(2024, 1, 1)))
    session.flush()
    return made


def address(session: Session, of: Party, lead: Account) -> None:
    """Where a party is served, as its lead confirmed it."""
    confirmed = ServiceAddress(
        party_id=of.id,
        account_id=lead.id,
        electronic=True,
        postal_address="蓝湾市海望区潮汐路1号",
        contact_name=lead.name,
        contact_phone="0100-5550100",
        signed_by=lead.id,
        signed_name=lead.name,
        signed_at=datetime.fromisoformat("2025-01-02T02:00:00+00:00"),
        from_on=date(2025, 1, 2),
    )
    session.add(confirmed)
    session.flush()


def told_of(session: Session, key: str) -> set[int]:
    """The accounts that are to be told of events whose keys begin so."""
    asked = select(Notification.account_id).where(Notification.key.startswith(key, autoescape=True))
    return set(session.scalars(asked))


def known_year(session: Session) -> None:
    """Nothing of 2027 is an estimate any more, nor the end of 2026: New Year and weekends are rest."""
    calendar.load_year(session, 2027, {date(2027, 1, 1): False}, "示例〔2026〕1号", SYSTEM, clock.now())


def submission(**changed: Any) -> Submission:
    """A complaint as a borrower sends it."""
    whole = Submission(
        channel="WEB",
        lang="zh",
        role="DEBTOR",
        name=NAME,
        contact=PHONE,
        consent="2026-11",
        companies=[Company("INSTITUTION", "NAME", "青屿消费金融有限公司")],
        product="个人消费贷款",
        codes=["V-C01", "V-F04"],
        facts=FACTS,
        request="停止联系我的同事",
        conduct_from=CONDUCT - timedelta(days=2),
        conduct_to=CONDUCT,
    )
    return replace(whole, **changed)


@dataclass
class Desk:
    """Everybody who has to do with a complaint, and the verbs that bring one as far as a test wants it."""

    session: Session
    now: datetime
    lender: Party = field(init=False)
    firm: Party = field(init=False)

    @kept
    def __post_init__(self) -> None:
        """Bring everybody in."""
        session = self.session
        self.lender = party(session, "青屿消费金融有限公司")
        self.firm = party(session, "海石催收服务有限公司", PartyKind.FIRM, BasisKind.UNDERTAKING)
        self.outside = party(session, "远山信息咨询有限公司", PartyKind.FIRM, None)
        session.add(Engagement(institution_id=self.lender.id, firm_id=self.firm.id, from_on=date(2025, 1, 1)))
        lead = person("青屿联系人", "respondent", "lead", party=self.lender)
        firm_lead = person("海石联系人", "respondent", "lead", party=self.firm)
        member = person("青屿经办", "respondent", "member", party=self.lender)
        staff = person("受理甲", "intake", "officer"), person("经办乙", "officer"), person("部门负责人", "head")
        enter(session, lead, firm_lead, member, *staff)
        address(session, self.lender, lead)
        address(session, self.firm, firm_lead)
        self.lead, self.firm_lead, self.member = actor_of(lead), actor_of(firm_lead), actor_of(member)
        self.intake, self.officer, self.head = map(actor_of, staff)

    def on(self, days: int) -> datetime:
        """So many days after the beginning."""
        return self.now + timedelta(days=days)

    def thread(self, complaint: Complaint) -> Sequence[Message]:
        """All messages of a complaint, oldest first."""
        asked = select(Message).where(Message.complaint_id == complaint.id)
        return self.session.scalars(asked.order_by(Message.id)).all()

    @kept
    def received(self, **changed: Any) -> Complaint:
        """A complaint that has just come in (C01)."""
        key = f"form-{next(_number)}"
        made, _code = intake.submit(self.session, submission(**changed), key=key, actor=NOBODY, now=self.now)
        return made

    @kept
    def accepted(self, *parties: Party, masked: str = MASKED, **changed: Any) -> Complaint:
        """Accepted and put before the lender, or these parties (C07)."""
        made = self.received(**changed)
        numbers = [each.id for each in parties or (self.lender,)]
        triage.accept(self.session, made, respondents=numbers, masked_facts=masked, actor=self.intake, now=self.now)
        return made

    @kept
    def forwarded(self, *parties: Party, **changed: Any) -> Forwarding:
        """The forwarding of an accepted complaint (F01), its letter served today."""
        forwarding = self.accepted(*parties, **changed).forwardings[0]
        self.serve("forwarding", forwarding.id, "D05b")
        return forwarding

    def answer(self, forwarding: Forwarding, now: datetime | None = None, **changed: Any) -> Forwarding:
        """The respondent answers (F04, F10)."""
        said = {
            "outcome": "EXPLAINED",
            "to_association": "经核查通话记录，共致电三次。",
            "to_complainant": "我司已停止联系您的同事，并向您致歉。",
            "actor": self.lead if forwarding.party_id == self.lender.id else self.firm_lead,
        }
        forwardings.answer(self.session, forwarding, **{**said, **changed}, now=now or self.now)
        return forwarding

    def release(self, forwarding: Forwarding, now: datetime | None = None) -> Release:
        """Staff release the complainant's text (F13)."""
        return forwardings.release(
            self.session, forwarding, read=True, warned=True, actor=self.intake, now=now or self.now
        )

    @kept
    def released(self, **changed: Any) -> Complaint:
        """A complaint whose only answer was released, and its letter served (C09)."""
        forwarding = self.answer(self.forwarded(**changed))
        self.release(forwarding)
        self.serve("forwarding", forwarding.id, "D39")
        return forwarding.complaint

    @kept
    def disputed(self, **changed: Any) -> Complaint:
        """A complaint whose answer is disputed (C11)."""
        complaint = self.released(**changed)
        complaints.dispute(
            self.session,
            complaint,
            releases=[self.releases(complaint)[0].id],
            why="答复与事实不符，仍在联系我的同事。",
            actor=person_of(complaint),
            now=self.now,
        )
        return complaint

    def releases(self, complaint: Complaint) -> list[Release]:
        """What was released of a complaint's answers."""
        found = select(Release).where(Release.complaint_id == complaint.id).order_by(Release.id)
        return list(self.session.scalars(found))

    def letters(self, machine: str, number: int) -> list[str]:
        """The kinds of documents made on a thing, in order."""
        mine = (Document.subject_kind == machine) & (Document.subject_id == number)
        return list(self.session.scalars(select(Document.kind).where(mine).order_by(Document.id)))

    def serve(self, machine: str, number: int, kind: str, now: datetime | None = None) -> Document:
        """Let the last document of a kind be rendered and received that day."""
        document = notices.last_document(self.session, [kind], machine, number)
        assert document is not None, kind
        rendered(self.session, document, now or self.now)
        for service in document.services:
            if service.state != "SERVED":
                ask = Ask(self.session, service, self.officer, {"served_on": day_of(now or self.now)}, now or self.now)
                SERVICE.carry_out(ask, "acknowledge")
        return document

    def void(self, machine: str, number: int, kind: str) -> Document:
        """Make the last document of a kind void before it was served."""
        document = notices.last_document(self.session, [kind], machine, number)
        assert document is not None, kind
        for service in document.services:
            ask = Ask(self.session, service, self.head, {"reason": "内容有误"}, self.now)
            SERVICE.carry_out(ask, "void")
        return document


def rendered(session: Session, document: Document, now: datetime) -> list[Service]:
    """What the rendering job would leave: digests, a sealed dossier, services that can go on."""
    dossier = document.dossier
    if dossier is not None and dossier.state == "ISSUED":
        session.refresh(dossier, ["documents"])
        for each in dossier.documents:
            each.pdf_sha256, each.pdf_at = "0" * 64, now
        session.flush()
        APPROVAL.carry_out(Ask(session, dossier, SYSTEM, {}, now), "seal")
    session.refresh(document, ["services"])
    return document.services
