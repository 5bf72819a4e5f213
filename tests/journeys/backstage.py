"""Behind the scenes of a journey: what it is not about, brought about by verbs on the database of its site."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from unittest.mock import patch

import time_machine
from flask import Flask
from sqlalchemy import select, update

from casework import intake, triage
from casework.intake import Company
from casework.models import Complaint
from core import clock
from core.actors import NOBODY
from core.db import db, transaction
from core.mail import Mail
from core.outbox import Outbox
from registry import accounts
from registry.models import Party
from registry.models_accounts import Account
from tests import builders
from tests.builders_cases import actor
from tests.conftest import PATIENCE
from tests.journeys import cast
from tests.sanctions.chain import Chain
from tests.site import Site
from wsgi import create_app


@dataclass(frozen=True)
class Backstage:
    """The application on the database, the files and the queue of a site."""

    app: Flask

    @contextmanager
    def at(self, now: datetime) -> Iterator["People"]:
        """One transaction at that time, and everybody of the cast for it."""
        with time_machine.travel(now), self.app.app_context(), transaction() as session:
            yield People(session, now)

    def mailed(self, address: str, words: str) -> str:
        """The mail with these words in its subject that came to an address, as soon as it is there: its text."""
        until = time.monotonic() + PATIENCE
        while True:
            with self.app.app_context(), transaction() as session:
                every = session.scalars(select(Mail).order_by(Mail.id.desc())).all()
                found = [each.body for each in every if each.to == address and words in each.subject]
            if found:
                return found[0]
            assert time.monotonic() < until, (address, words)
            time.sleep(0.2)


@contextmanager
def behind(site: Site) -> Iterator[Backstage]:
    """The application of a site that runs."""
    with patch.dict(os.environ, site.environment):
        app = create_app()
    try:
        yield Backstage(app)
    finally:
        with app.app_context():
            db.engine.dispose()


_known: dict[str, Backstage] = {}


def of(site: Site) -> Backstage:
    """The same for as long as the tests go on: a site's application is made once for all that begin behind it."""
    if site.database_url not in _known:
        with patch.dict(os.environ, site.environment):
            _known[site.database_url] = Backstage(create_app())
    return _known[site.database_url]


def leave(site: Site) -> None:
    """Nobody is connected to its database any more."""
    if known := _known.pop(site.database_url, None):
        with known.app.app_context():
            db.engine.dispose()


class People(Chain):
    """The people and companies of the cast, in the places of those whom builders make up."""

    def __post_init__(self) -> None:
        """Find them."""
        self.lender, self.firm = self.party(cast.LENDER), self.party(cast.FIRM)
        self.officer, self.second, self.head = (self.who(cast.mail(name)) for name in ("officer", "officer2", "head"))
        self.investigator, self.reviewer = self.who(cast.mail("investigator")), self.who(cast.mail("reviewer"))
        self.lead, self.firm_lead = self.who("lead@yunqi.example"), self.who("lead@hengtai.example")
        self.secretary, self.publisher = self.who(cast.mail("secretary")), self.who(cast.mail("publisher"))
        self.other_publisher = self.who(cast.mail("publisher2"))
        self.panel = [self.who(cast.mail(name)) for name in cast.STAFF if name.startswith("panel")]

    def who(self, mail: str) -> Account:
        """Somebody's account."""
        found = accounts.by_mail(self.session, mail)
        assert found, mail
        return found

    def party(self, name: str) -> Party:
        """A company."""
        return self.session.scalars(select(Party).where(Party.name_zh == name)).one()

    def confirm(self) -> None:
        """The lender confirms where notices are served."""
        builders.address(self.session, self.lender, self.lead)

    def complained(self, key: str, **changed: object) -> tuple[Complaint, str]:
        """A complaint about the lender that has just come in, and its receipt code."""
        said = {"companies": [Company("INSTITUTION", "NAME", cast.LENDER)], "contact": f"{key}@example.invalid"}
        whole = builders.submission(**{**said, **changed})
        return intake.submit(self.session, whole, key=key, actor=NOBODY, now=self.now)

    def forwarded(self, key: str) -> Complaint:
        """The same, accepted and put before the lender: its letter waits to be made."""
        it, _code = self.complained(key)
        by, whom = actor(self.who(cast.mail("intake"))), [self.lender.id]
        triage.accept(self.session, it, respondents=whom, masked_facts=builders.MASKED, actor=by, now=self.now)
        return it

    def published(self) -> str:
        """A public criticism of the lender is out: the name of its bulletin."""
        return self.made_public().slug

    def leave_undrawn(self) -> None:
        """What was brought about here is not drawn: the site's worker is there for what the journey waits for."""
        asked = Outbox.id.in_(self.session.info.get("later", []))
        undrawn = update(Outbox).where(Outbox.job == "notices.render", asked)
        self.session.execute(undrawn.values(done_at=clock.now()))
