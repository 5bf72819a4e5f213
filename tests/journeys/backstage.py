"""Behind the scenes of a journey: what it is not about, brought about by verbs on the database of its site."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from unittest.mock import patch

import time_machine
from flask import Flask
from sqlalchemy import select

from core.db import db, transaction
from registry import accounts
from registry.models import Party
from registry.models_accounts import Account
from tests import builders
from tests.builders_cases import World
from tests.journeys import cast
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


class People(World):
    """The people and companies of the cast, in the places of those whom builders make up."""

    def __post_init__(self) -> None:
        """Find them."""
        self.lender, self.firm = self._party(cast.LENDER), self._party(cast.FIRM)
        self.officer, self.second, self.head = (self.who(cast.mail(name)) for name in ("officer", "officer2", "head"))
        self.investigator, self.reviewer = self.who(cast.mail("investigator")), self.who(cast.mail("reviewer"))
        self.lead, self.firm_lead = self.who("lead@yunqi.example"), self.who("lead@hengtai.example")

    def who(self, mail: str) -> Account:
        """Somebody's account."""
        found = accounts.by_mail(self.session, mail)
        assert found, mail
        return found

    def _party(self, name: str) -> Party:
        return self.session.scalars(select(Party).where(Party.name_zh == name)).one()

    def confirm(self) -> None:
        """The lender confirms where notices are served."""
        builders.address(self.session, self.lender, self.lead)
