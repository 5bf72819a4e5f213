"""Who is there: two members of staff who issue, an institution that opens what it gets; their deeds through the web."""

import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from flask import Flask
from flask_babel import force_locale
from sqlalchemy.exc import DBAPIError

from bench.drill.browser import PATIENCE, Browser, Forms, NotAnswered
from bench.drill.site import Site
from casework import intake
from casework.intake import Company, Submission
from core import clock
from core.actors import NOBODY, Actor
from core.db import db, transaction
from registry import accounts, parties, seeds, service_addresses, settings
from registry.models import BasisKind, PartyKind
from registry.models_accounts import Audience
from registry.names import check_character
from registry.service_addresses import NewAddress
from sanctions import introductions

LENDER, USCC = "云栖消费金融有限公司", "91350200MA2XYR123"
CLERKS = ("clerk0@drill.example", "clerk1@drill.example")
READER = "lead@drill.example"
KEEPER = Actor(None, frozenset({"system_admin", "system"}), name="system", audience="admin")
BEGAN = datetime(2025, 1, 2, 2, 0, tzinfo=UTC)
FACTS = "11月3日起，对方每天多次打电话给我的同事，告诉他们我欠款。" * 20
TO_OPEN = """
SELECT d.id FROM service s JOIN document d ON d.id = s.document_id
WHERE s.state IN ('AVAILABLE', 'ALERTED') AND d.party_id IS NOT NULL ORDER BY d.id LIMIT 5
"""
WAITING = "SELECT count(*) FROM outbox WHERE done_at IS NULL AND gave_up_at IS NULL"
"""Jobs that wait: letters to be rendered, sealed, passed on, mailed."""
ENOUGH = 30
"""So many of them, and nobody takes a further complaint: what only waits behind others proves nothing more."""


def enter() -> Actor:
    """The institution, its electronic address, and everybody's account; who leads there."""
    with transaction() as at:
        seeds.sow(at, mode="demonstration", now=clock.now())
        settings.setting(at, introductions.KEY).value = 0  # nobody waits days in a drill
        lender = parties.create(
            at, kind=PartyKind.INSTITUTION, name_zh=LENDER, uscc=USCC + check_character(USCC), actor=KEEPER, now=BEGAN
        )
        parties.add_basis(at, lender, kind=BasisKind.MEMBERSHIP, from_on=date(2020, 1, 1), actor=KEEPER, now=BEGAN)
        for number, mail in enumerate(CLERKS):
            accounts.enter_demonstration(
                at, mail=mail, name=f"受理员{number}", audience=Audience.STAFF, roles=["intake", "officer"], now=BEGAN
            )
        lead = accounts.enter_demonstration(
            at, mail=READER, name="陈立", audience=Audience.PARTY, roles=["lead"], party=lender, now=BEGAN
        )
        me = Actor(lead.id, frozenset({"respondent", "lead"}), lender.id, "陈立", "portal")
        where = NewAddress(True, "滨海市高新区云帆路18号", "陈立", "0100-5550123", "陈立")
        service_addresses.confirm(at, actor=me, address=where, now=clock.now())
        return me


@dataclass
class Somebody:
    """One person in a thread of their own, who goes on until told to stop."""

    site: Site
    browser: Browser
    stop: threading.Event = field(default_factory=threading.Event)
    sending: threading.Event = field(default_factory=threading.Event)
    """Set while a form of theirs waits for its answer."""
    trouble: list[str] = field(default_factory=list)
    thread: threading.Thread | None = None

    def begin(self, deed: Callable[[], bool]) -> None:
        """Do it again and again; after nothing to do, rest a little."""

        def go_on() -> None:
            while not self.stop.is_set():
                try:
                    if not deed():
                        time.sleep(0.1)
                except NotAnswered as why:
                    self.trouble.append(f"the site did not answer for long: {why}")
                except Exception as error:  # noqa: BLE001 - whatever it is, the drill tells it and goes on
                    self.trouble.append(f"{type(error).__name__}: {error}"[:300])
                    print(self.trouble[-1], file=sys.stderr, flush=True)

        self.thread = threading.Thread(target=go_on, daemon=True)
        self.thread.start()

    def end(self) -> None:
        """Finish what is begun."""
        self.stop.set()
        if self.thread is not None:
            self.thread.join(240)

    def send(self, path: str, fields: dict[str, list[str]]) -> int:
        """Send a form."""
        self.sending.set()
        try:
            return self.browser.post(path, fields)
        finally:
            self.sending.clear()


class Clerk(Somebody):
    """Takes complaints and puts each before the institution, which issues the forwarding letter."""

    def work(self, app: Flask, party_id: int) -> Callable[[], bool]:
        """One complaint after another."""

        def one() -> bool:
            waiting = self.site.ask(WAITING)
            if waiting is not None and waiting[0][0] > ENOUGH:
                return False
            ref = complaint(app, party_id, f"drill-{time.time_ns()}-{id(self)}")
            page = f"/staff/complaints/{ref}"
            for _try in range(5):
                shown = Forms(self.browser.get(page).decode()).sent.get(f"{page}/do/accept")
                if shown is None or "accept-key" not in shown:
                    self.site.accepted.append(ref)
                    return True
                self.send(f"{page}/do/accept", shown)
            self.trouble.append(f"{ref} could not be accepted")
            return True

        return one


class Reader(Somebody):
    """Opens what came for the institution, and reads the file."""

    def work(self) -> bool:
        """The next few documents that wait."""
        waiting = self.site.ask(TO_OPEN)
        for (number,) in waiting or ():
            page = f"/portal/notices/{number}"
            shown = Forms(self.browser.get(page).decode()).sent.get(f"{page}/open")
            if shown is not None:
                self.send(f"{page}/open", shown)
            self.site.read[number] = self.browser.get(f"{page}.pdf")
        return bool(waiting)


def complaint(app: Flask, party_id: int, key: str) -> str:
    """One complaint comes in, with one receipt code however often it is tried; its reference."""
    said = Submission(
        channel="WEB", lang="zh", role="DEBTOR", companies=[Company("INSTITUTION", "NAME", LENDER, party_id)],
        facts=FACTS, codes=["V-I01", "V-F04"], consent="2026-11",
        conduct_from=clock.today(), conduct_to=clock.today(),
    )  # fmt: skip
    until = time.monotonic() + PATIENCE
    while True:
        try:
            with app.app_context(), force_locale("zh_Hans_CN"), transaction() as at:
                made, _code = intake.submit(at, said, key=key, actor=NOBODY, now=clock.now())
                return str(made.ref)
        except DBAPIError:
            if time.monotonic() > until:
                raise
            with app.app_context():
                db.engine.dispose()
            time.sleep(0.2)
