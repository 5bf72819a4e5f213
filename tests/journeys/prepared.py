"""What journeys begin with and are not about, entered in their site's database without its pages."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import AllegedCode, Complainant, Complaint, NamedCompany
from core.clock import day_of
from core.db import db, transaction
from registry import accounts
from registry.models import Party
from registry.models_accounts import Account
from tests.journeys import cast
from tests.site import Site
from wsgi import create_app


@contextmanager
def inside(site: Site) -> Iterator[Session]:
    """One transaction in the site's database; what it asks for later is done by the site's own worker."""
    with pytest.MonkeyPatch.context() as environment:
        for name in ("REDIS_URL", "ZILU_DATA"):
            environment.setenv(name, site.environment[name])
        app = create_app(SQLALCHEMY_DATABASE_URI=site.database_url)
    with app.app_context():
        with transaction() as at:
            yield at
        db.engine.dispose()


def account(at: Session, who: str) -> Account:
    """Somebody of the association."""
    found = accounts.by_mail(at, cast.mail(who))
    assert found is not None, who
    return found


def company(at: Session, name: str) -> Party:
    """One of the companies."""
    return at.scalars(select(Party).where(Party.name_zh == name)).one()


def complaint(at: Session, ref: str, received_at: datetime, **changed: Any) -> Complaint:
    """A complaint of a debtor about the lender as it lies on the desk, without the letter that says it came in."""
    day = day_of(received_at)
    said = {"state": "RECEIVED", "channel": "COUNTER", "conduct_from": day - timedelta(days=3), "conduct_to": day}
    made = Complaint(ref=ref, received_at=received_at, **{**said, **changed})
    at.add(made)
    at.flush()
    number, lender = made.id, company(at, cast.LENDER)
    mail = f"{ref.lower()}@example.invalid"
    at.add_all([
        Complainant(complaint_id=number, role="DEBTOR", name="沈若禾", contact=mail),
        NamedCompany(complaint_id=number, kind="INSTITUTION", how="NAME", value=lender.name_zh, party_id=lender.id),
        AllegedCode(complaint_id=number, code="V-C04"),
    ])  # fmt: skip
    return made
