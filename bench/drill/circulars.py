"""A circular to more than twenty members, and its corrections: long jobs for the drill, one after the other."""

import io
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from flask import Flask
from flask_babel import force_locale
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bench.drill.people import BEGAN, KEEPER, Somebody
from bench.drill.site import Site
from casework import cases, evidence, tracks
from casework.models_cases import CaseTrack
from core import clock
from core.actors import Actor
from core.db import db, transaction
from core.errors import AlreadyDone
from registry import accounts, batches, parties, service_addresses
from registry.models import BasisKind, Party, PartyKind
from registry.models_accounts import Account, Audience
from registry.models_batches import Batch
from registry.names import check_character
from registry.service_addresses import NewAddress
from sanctions import (
    bulletin_corrections,
    bulletins,
    decisions,
    measures,
    panels,
    pools,
    proposals,
    rounds,
    statements,
)
from sanctions.models_publications import Publication

MEMBERS = 24
"""With the institution that the circular is about: more than twenty, so that it goes as a long job."""
PATIENCE = 300.0
ROLES = {
    "officer": ["officer", "intake"],
    "head": ["head"],
    "investigator": ["officer", "investigator"],
    "reviewer": ["reviewer"],
    "secretary": ["secretary"],
    "publisher": ["publisher"],
    "second": ["publisher"],
    **{f"panel{place}": ["panel"] for place in range(7)},
}
PASSAGE = "〔第{}版〕"
"""Stands in the text of the circular; each correction leaves it out for the next."""
FILELESS = "SELECT id FROM batch WHERE state = 'DONE' AND sha256 IS NULL"
BATCHES = "SELECT count(*), count(*) FILTER (WHERE state <> 'DONE') FROM batch"


def enter() -> None:
    """The other members, half of them served online, and who brings a case to its circular."""
    with transaction() as at:
        for place in range(MEMBERS):
            first = f"91350200MB{place:07d}"
            name = f"第{place + 1}号会员消费金融有限公司"
            code = first + check_character(first)
            made = parties.create(
                at, kind=PartyKind.INSTITUTION, name_zh=name, uscc=code, actor=KEEPER, now=BEGAN
            )  # fmt: skip
            parties.add_basis(at, made, kind=BasisKind.MEMBERSHIP, from_on=date(2020, 1, 1), actor=KEEPER, now=BEGAN)
            if place % 2:
                _online(at, made, place)
        for name, roles in ROLES.items():
            made = accounts.enter_demonstration(
                at, mail=f"{name}@drill.example", name=name, audience=Audience.STAFF, roles=roles, now=BEGAN
            )
            if roles == ["panel"]:
                pools.place(at, made, organisation="滨海大学", actor=KEEPER, now=BEGAN)


def _online(at: Session, member: Party, place: int) -> None:
    lead = accounts.enter_demonstration(
        at, mail=f"member{place}@drill.example", name="林", audience=Audience.PARTY, roles=["lead"], party=member,
        now=BEGAN,
    )  # fmt: skip
    where = NewAddress(True, "滨海市高新区云帆路18号", "林", "0100-5550123", "林")
    me = Actor(lead.id, frozenset({"respondent", "lead"}), member.id, "林", "portal")
    service_addresses.confirm(at, actor=me, address=where, now=clock.now())


@dataclass
class Publisher(Somebody):
    """Publishes the circular, and corrects it as soon as all its members are served."""

    version: int = 0
    """How often it was issued."""
    it: int = 0
    case: "Case | None" = field(default=None)

    def prepare(self, app: Flask, party_id: int, lead: Actor) -> None:
        """Bring a case to the circular; the institution's reader opens what comes on the way."""
        self.case = Case(self.site, app, party_id, lead)
        self.it = self.case.to_the_circular()

    def work(self, app: Flask) -> Callable[[], bool]:
        """Issue it, then wait until its long job has ended; issue it anew."""

        def one() -> bool:
            counted = self.site.ask(BATCHES)
            if counted is None or tuple(counted[0]) != (self.version, 0):
                return False
            _again(app, f"drill-circular-{self.version}", self._issue)
            self.version += 1
            return True

        return one

    def ask_for_files(self, app: Flask) -> None:
        """As somebody does whose members were all served before the circular itself was printed."""
        for (number,) in self.site.ask(FILELESS) or ():

            def ask(at: Session, number: int = number) -> None:
                batch = at.get_one(Batch, number)
                whose = accounts.actor_of(at, batch.started_by) or KEEPER
                batches.ask_file(at, batch, actor=whose, now=clock.now())

            _again(app, f"drill-file-{number}", ask)

    def _issue(self, at: Session) -> None:
        publication = at.get_one(Publication, self.it, with_for_update=True)
        first, second = (_actor(at, name) for name in ("publisher", "second"))
        by: dict[str, Any] = {"version": None, "now": clock.now()}
        if not self.version:
            bulletins.publish(at, publication, actor=first, **by)
            return
        said = {"passage": PASSAGE.format(self.version), "instead": PASSAGE.format(self.version + 1), "reason": "隐去"}
        bulletin_corrections.leave_out(at, publication, actor=first, **said, **by)
        bulletin_corrections.correct(at, publication, actor=second, **by)


@dataclass
class Case:
    """One case, from its opening to the circular that is ready to be published."""

    site: Site
    app: Flask
    party_id: int
    lead: Actor
    track: int = 0

    def to_the_circular(self) -> int:
        """The publication's number."""
        for step in (self._open, self._explain, self._propose, self._deliberate, self._execute):
            with self.app.app_context(), force_locale("zh_Hans_CN"), transaction() as at:
                step(at)
            self._all_opened()
        with self.app.app_context(), force_locale("zh_Hans_CN"), transaction() as at:
            it = rounds.publication(at, self._track(at))
            assert it is not None  # noqa: S101 - drafted when the measure was ordered
            by: dict[str, Any] = {"version": None, "now": clock.now()}
            bulletins.submit(at, it, actor=_actor(at, "publisher"), **by)
            bulletins.approve(at, it, actor=_actor(at, "second"), **by)
            return int(it.id)

    def _all_opened(self) -> None:
        """Until the reader has opened all that waits for the institution."""
        until = time.monotonic() + PATIENCE
        waits = (
            "SELECT count(*) FROM service s JOIN document d ON d.id = s.document_id "
            f"WHERE d.party_id = {int(self.party_id)} AND s.state <> 'SERVED'"
        )
        while time.monotonic() < until:
            if (found := self.site.ask(waits)) is not None and found[0][0] == 0:
                return
            time.sleep(0.2)
        message = "the institution was not served in time, before anything was killed"
        raise TimeoutError(message)

    def _track(self, at: Session) -> CaseTrack:
        return at.get_one(CaseTrack, self.track, with_for_update=True)

    def _open(self, at: Session) -> None:
        day, now = clock.today() - timedelta(days=2), clock.now()
        officer = _actor(at, "officer")
        said = {"title": "", "source": "INSPECTION", "lead": "检查发现", "conduct": (day, day)}
        case = cases.open(at, [], parties=[at.get_one(Party, self.party_id)], actor=officer, now=now, **said)
        track = case.tracks[0]
        self.track = track.id
        facts = f"公开他人债务信息（{PASSAGE.format(1)}）"
        cases.allege(at, track, code="V-I02", facts=facts, persons=2, acts=6, actor=officer, now=now)
        who = _account(at, "investigator")
        tracks.file(at, track, investigator=who, opinion="", actor=_actor(at, "head"), version=None, now=now)

    def _explain(self, at: Session) -> None:
        tracks.explain(at, self._track(at), text="情况属实。", actor=self.lead, now=clock.now())

    def _propose(self, at: Session) -> None:
        track, now = self._track(at), clock.now()
        by = {"actor": _actor(at, "investigator"), "now": now}
        proof = evidence.add(at, track.case, io.BytesIO("通话记录".encode()), "记录.txt", shows="通话记录", **by)
        for each in track.allegations:
            cases.find(at, each, finding="ESTABLISHED", reason="与记录一致", evidence=[proof], **by)
        said = {"course": "核对记录。", "conclusion": "成立。", "proposal": "采取措施。", "handling": ""}
        tracks.report(at, track, version=None, **said, **by)
        why = "综合考虑行为的性质和影响"
        proposals.propose(
            at, track, measures=[4], terms={"4": {}}, reasons=why, departure=why,
            approved_by=_account(at, "head"), actor=_actor(at, "reviewer"), version=None, now=now,
        )  # fmt: skip

    def _deliberate(self, at: Session) -> None:
        track, now = self._track(at), clock.now()
        statements.waive(at, track, confirmed=True, actor=self.lead, now=now)
        panel = panels.draw(at, track, actor=_actor(at, "secretary"), now=now, seed="演练")
        members = [accounts.actor_of(at, each.account_id) for each in panel.members]
        for each in members:
            panels.vote(at, track, choice="PROPOSED", reasons="理由充分", actor=each or KEEPER, now=now)
        decisions.decide(
            at, track, actor=members[0] or KEEPER, reasons="事实清楚，证据充分。", statement_dealt="", now=now
        )

    def _execute(self, at: Session) -> None:
        track, now = self._track(at), clock.now()
        statements.waive(at, track, confirmed=True, actor=self.lead, now=now)
        measures.execute(at, track, actor=_actor(at, "officer"), version=None, now=now)


def _again(app: Flask, key: str, deed: Callable[[Session], None]) -> None:
    """Do it once, however often the database is away meanwhile."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            with app.app_context(), force_locale("zh_Hans_CN"), transaction(once=key) as at:
                deed(at)
        except AlreadyDone:
            return
        except DBAPIError:
            if time.monotonic() > until:
                raise
            with app.app_context():
                db.engine.dispose()
            time.sleep(0.2)
        else:
            return


def _account(at: Session, name: str) -> Account:
    found = accounts.by_mail(at, f"{name}@drill.example")
    assert found is not None  # noqa: S101 - entered at the beginning
    return found


def _actor(at: Session, name: str) -> Actor:
    return accounts.actor_of(at, _account(at, name).id) or KEEPER
