"""Valid things for tests of cases and sanctions: people with roles, companies with their basis, complaints, tracks."""

import io
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count

from sqlalchemy.orm import Session

from casework import cases, evidence, tracks
from casework.models import AllegedCode, Complainant, Complaint, NamedCompany
from casework.models_cases import CaseFile, CaseTrack
from core.actors import Actor
from core.machine import Ask
from notices import queries as notices
from notices.models import Document, Service
from notices.states import SERVICE
from registry.models import Basis, BasisKind, Engagement, Party, PartyKind, ServiceAddress
from registry.models_accounts import Account
from sanctions.models_decisions import PanelBackground
from tests.builders import enter, person, rendered
from tests.filestore import making_files as made
from tests.kept_states import kept

DAY = date(2026, 10, 10)
"""The day of the conduct."""
_number = count(1)


def from_outside(session: Session, *people: Account) -> None:
    """They work somewhere outside the members."""
    session.add_all(PanelBackground(account_id=each.id, organisation="蓝湾大学") for each in people)
    session.flush()


def at_work(session: Session, person: Account, of: Party) -> None:
    """This member of the pool works at a company."""
    session.merge(PanelBackground(account_id=person.id, party_id=of.id, organisation=""))
    session.flush()


def actor(of: Account) -> Actor:
    """The same person as somebody who acts."""
    return Actor(of.id, of.role_words, of.party_id, of.name, of.audience.value)


def party(
    session: Session, name: str, kind: PartyKind = PartyKind.INSTITUTION, basis: BasisKind | None = BasisKind.MEMBERSHIP
) -> Party:
    """A company, bound by the rules unless told otherwise."""
    code = f"91000000TEST{next(_number):05d}X"[:18].replace("S", "5").replace("I", "1")
    made = Party(kind=kind, name_zh=name, uscc=code, named_executive="周岚")
    session.add(made)
    session.flush()
    if basis:
        session.add(Basis(party_id=made.id, kind=basis, from_on=date(2024, 1, 1)))
        session.flush()
    return made


@dataclass
class World:
    """Everybody and everything that a case needs."""

    session: Session
    now: datetime
    lender: Party = field(init=False)
    firm: Party = field(init=False)

    @kept
    def __post_init__(self) -> None:
        """Enter them."""
        session = self.session
        self.lender = party(session, "青屿消费金融有限公司")
        self.firm = party(session, "海石催收服务有限公司", PartyKind.FIRM, BasisKind.UNDERTAKING)
        session.add(Engagement(institution_id=self.lender.id, firm_id=self.firm.id, from_on=date(2025, 1, 1)))
        self.officer = person("经办甲", "officer", "intake")
        self.second = person("经办乙", "officer")
        self.head = person("部门负责人", "head")
        self.investigator = person("调查员", "officer", "investigator")
        self.reviewer = person("审理员", "reviewer")
        self.secretary = person("秘书", "secretary")
        self.publisher = person("发布甲", "publisher")
        self.other_publisher = person("发布乙", "publisher")
        self.panel = [person(f"委员{place}", "panel") for place in "甲乙丙丁戊己庚"]
        self.lead = person("青屿联系人", "respondent", "lead", party=self.lender)
        self.firm_lead = person("海石联系人", "respondent", "lead", party=self.firm)
        working = self.officer, self.second, self.head, self.investigator, self.reviewer, self.secretary
        enter(session, *working, self.publisher, self.other_publisher, *self.panel, self.lead, self.firm_lead)
        from_outside(session, *self.panel)
        for lead in (self.lead, self.firm_lead):
            session.add(
                ServiceAddress(
                    party_id=lead.party_id,
                    account_id=lead.id,
                    electronic=True,
                    postal_address="蓝湾市海望区1号",
                    contact_name=lead.name,
                    contact_phone="0100-5550100",
                    signed_by=lead.id,
                    signed_name=lead.name,
                    signed_at=self.now,
                    from_on=date(2025, 1, 1),
                ),
            )
        session.flush()

    def later(self, days: int) -> datetime:
        """So many days after the beginning."""
        return self.now + timedelta(days=days)

    @kept
    def complaint(
        self, state: str = "ESCALATED", codes: tuple[str, ...] = ("V-C04",), name: str = "林晓芸"
    ) -> Complaint:
        """A complaint about the lender, entered without its own verbs."""
        number = next(_number)
        entered = Complaint(
            ref=f"TS2026-T{number:05d}",
            state=state,
            channel="WEB",
            received_at=self.now,
            facts=f"{name}反映：催收人员多次致电与债务无关的人。",
            masked_facts="催收人员多次致电与债务无关的人。",
            conduct_from=DAY - timedelta(days=3),
            conduct_to=DAY,
            severity=3,
        )
        self.session.add(entered)
        self.session.flush()
        self.session.add(Complainant(complaint_id=entered.id, role="UNRELATED", name=name, contact="13812345678"))
        self.session.add(
            NamedCompany(complaint_id=entered.id, kind="INSTITUTION", how="NAME", value="青屿", party_id=self.lender.id)
        )
        self.session.add_all(AllegedCode(complaint_id=entered.id, code=code) for code in codes)
        self.session.flush()
        self.session.refresh(entered)
        return entered

    @kept
    def case(self, *complaints: Complaint) -> CaseFile:
        """A case opened by an officer."""
        return cases.open(
            self.session, list(complaints) or [self.complaint()], title="", actor=actor(self.officer), now=self.now
        )

    @kept
    def filed(self, code: str = "V-C04", case: CaseFile | None = None) -> CaseTrack:
        """The lender's track, filed."""
        track = (case or self.case()).tracks[0]
        cases.allege(
            self.session,
            track,
            code=code,
            facts="10月7日至10日致电无关人员共六次",
            persons=2,
            acts=6,
            actor=actor(self.officer),
            now=self.now,
        )
        tracks.file(
            self.session,
            track,
            investigator=self.investigator,
            opinion="同意",
            actor=actor(self.head),
            version=None,
            now=self.now,
        )
        return track

    @kept
    def reported(self, code: str = "V-C04", finding: str = "ESTABLISHED") -> CaseTrack:
        """The lender's track, investigated and reported."""
        track = self.filed(code)
        self.serve(track, "D11b")
        tracks.explain(self.session, track, text="情况说明", actor=actor(self.lead), now=self.later(1))
        self.found(track, self.later(2), finding)
        return track

    def found(self, track: CaseTrack, now: datetime, finding: str = "ESTABLISHED") -> None:
        """Evidence is added, findings made, the report filed."""
        proof = evidence.add(
            self.session,
            track.case,
            io.BytesIO(made.picture()),
            "记录.png",
            actor=actor(self.investigator),
            now=now,
            shows="通话记录",
        )
        for each in track.allegations:
            cases.find(
                self.session,
                each,
                finding=finding,
                reason="记录与陈述一致",
                evidence=[proof],
                actor=actor(self.investigator),
                now=now,
            )
        tracks.report(
            self.session,
            track,
            course="调取记录并核对。",
            conclusion="违规行为成立。",
            proposal="建议采取自律措施。",
            handling="",
            actor=actor(self.investigator),
            version=None,
            now=now,
        )

    def serve(self, track: CaseTrack, kind: str, now: datetime | None = None) -> Document:
        """Let the last document of a kind be rendered, made available and received."""
        document = notices.last_document(self.session, [kind], "track", track.id)
        assert document is not None, kind
        rendered(self.session, document, now or self.now)
        for service in document.services:
            SERVICE.carry_out(Ask(self.session, service, self.recipient(service), {}, now or self.now), "acknowledge")
        return document

    def recipient(self, service: Service) -> Actor:
        """The lead of the party a service goes to."""
        people = {self.lender.id: self.lead, self.firm.id: self.firm_lead}
        return actor(people[service.party_id or 0])
