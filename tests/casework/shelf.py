"""What there is to find for tests of the search: a desk with its complaints, and whoever looks for something."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from core.db import Reader, read_as, session, transaction
from registry.models import AliasKind, PartyAlias
from search import entries, queries
from search.words import Asked
from tests.builders import Desk
from tests.conftest import NOW
from tests.kept_states import staged
from tests.signed_in import signed_in

BEGUN = NOW - timedelta(days=5)


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    """Every test happens on 25 November 2026."""
    with time_machine.travel(NOW):
        yield


@dataclass
class Shelf:
    """What there is to find, and whoever looks for it."""

    app: Flask
    made: dict[str, Any] = field(default_factory=dict)

    def fill(self, make: Callable[[Session], dict[str, Any]]) -> None:
        """Let it be brought about, which is done once for all tests that need the same."""

        def built() -> dict[str, Any]:
            with self.app.app_context(), transaction() as at:
                return make(at)

        self.made |= staged(self.app, ("shelf", make), built)

    def look(self, said: str, reader: Reader | None = None, lang: str = "zh", **asked: Any) -> queries.Page:
        with self.app.app_context():
            at = session()
            read_as(at, reader or self.staff("officer"))
            page = queries.found(at, Asked(said, **asked), lang)
            at.rollback()
            return page

    def kinds(self, said: str, reader: Reader | None = None, **asked: Any) -> list[tuple[str, int]]:
        return [(hit.kind, hit.number) for hit in self.look(said, reader, **asked).hits]

    def staff(self, who: str) -> Reader:
        return Reader("zilu_staff", (("zilu.account", str(self.made[who])),))

    def company(self, who: str) -> Reader:
        return Reader("zilu_party", (("zilu.party", str(self.made[who])),))

    def drift(self) -> list[tuple[str, str, int]]:
        with self.app.app_context(), transaction() as at:
            return entries.drifted(at)

    def enter(self, account: int) -> FlaskClient:
        return signed_in(self.app, account)


@pytest.fixture
def shelf(app: Flask) -> Shelf:
    return Shelf(app)


def stocked(at: Session) -> dict[str, Any]:
    """Two complaints, forwarded and answered, about a lender with another name."""
    desk = Desk(at, BEGUN)
    at.add(PartyAlias(party_id=desk.lender.id, kind=AliasKind.APP, value="海星快贷"))
    first = desk.answer(desk.forwarded())
    english = desk.received(
        facts="They harassed my neighbours on Sunday, phoning 0571-88886666 again.", lang="en", request=None
    )
    other = desk.accepted(desk.firm, facts="爆通讯录，威胁家人。", masked="爆通讯录，威胁家人。")
    return {
        "officer": desk.officer.id,
        "intake": desk.intake.id,
        "lead": desk.lead.id,
        "lender": desk.lender.id,
        "firm": desk.firm.id,
        "first": first.complaint_id,
        "ref": first.complaint.ref,
        "sent": first.id,
        "sent_ref": first.ref,
        "english": english.id,
        "other": other.id,
    }
