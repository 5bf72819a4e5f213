"""Staff in their browsers: who works there, what they have before them, and the steps that tests of pages share."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from casework.intake import EvidenceFile
from casework.models import Complaint
from casework.models_cases import CaseFile
from core.db import transaction
from filestore import files
from tests import signed_in
from tests.builders import NAME, Desk, account, also
from tests.conftest import NOW
from tests.filestore import making_files as made
from tests.kept_states import staged

BEGUN = NOW - timedelta(days=5)


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    """Every test happens on 25 November 2026."""
    with time_machine.travel(NOW):
        yield


class Browser(signed_in.Browser):
    """A browser in which somebody of the staff is signed in."""

    def where(self, url: str) -> str:
        answer = self.client.get(url)
        assert answer.status_code == 302, (url, answer.status_code)
        return str(answer.location)

    def do(self, ref: str, event: str, status: int = 303, **fields: Any) -> str:
        """A deed whose form stands on the complaint's page."""
        return self.post(f"/staff/complaints/{ref}/do/{event}", status, prefix=event, **fields)


@dataclass
class House:
    """Everybody, by the number of the account, and what the test made."""

    app: Flask
    people: dict[str, int] = field(default_factory=dict)
    made: dict[str, Any] = field(default_factory=dict)

    def enter(self, who: str, lang: str = "en") -> Browser:
        return Browser(signed_in.signed_in(self.app, self.people[who], lang=lang))

    def read(self, look: Callable[[Any], Any]) -> Any:
        with self.app.app_context(), transaction() as at:
            return look(at)

    def stand(self, build: Callable[["House"], object]) -> "House":
        """Let what it needs be brought about, which is done once for all tests that need the same."""

        def built() -> tuple[dict[str, int], dict[str, Any]]:
            build(self)
            return self.people, self.made

        self.people, self.made = staged(self.app, (build, self.people, self.made), built)
        return self

    def state(self, ref: str) -> str:
        return str(self.read(lambda at: at.scalar(select(Complaint.state).where(Complaint.ref == ref))))


@pytest.fixture
def house(app: Flask) -> House:
    return House(app)


def receives(house: House, *who: str) -> None:
    """These people also check what is accepted."""
    with house.app.app_context(), transaction() as at:
        for each in who:
            also(at, house.people[each], "intake")


def fill(house: House, make: Callable[[Desk], dict[str, Any]]) -> House:
    """Bring everybody in and let the test make what it needs."""
    return house.stand(lambda it: _fill(it, make))


def _fill(house: House, make: Callable[[Desk], dict[str, Any]]) -> None:
    with house.app.app_context(), transaction() as at:
        desk = Desk(at, BEGUN)
        house.made = make(desk)
        house.people = {
            "intake": desk.intake.id or 0,
            "officer": desk.officer.id or 0,
            "head": desk.head.id or 0,
            "lead": desk.lead.id or 0,
            "reviewer": account(at, "审理员丁", "reviewer").id,
            "investigator": account(at, "调查员丙", "officer", "investigator").id,
        }
        house.made |= {"lender": str(desk.lender.id), "firm": str(desk.firm.id)}


@pytest.fixture
def received(house: House) -> House:
    """A complaint that has just come in, with a picture the institution may see."""

    def make(desk: Desk) -> dict[str, Any]:
        kept = files.keep(desk.session, BytesIO(made.picture()), f"{NAME}的截图.png")
        picture = EvidenceFile(kept.sha256, kept.name, kept.media_type, kept.size, shared=True)
        it = desk.received(files=[picture])
        return {"ref": it.ref, "id": it.id}

    return fill(house, make)


@pytest.fixture
def answered(house: House) -> House:
    """An answer to check; the complainant is not the borrower."""

    def make(desk: Desk) -> dict[str, Any]:
        it = desk.answer(desk.forwarded(role="UNRELATED"))
        return {"ref": it.complaint.ref, "number": it.id}

    return fill(house, make)


@pytest.fixture
def case(house: House) -> House:
    """A case that was opened on the page from a forwarded complaint."""
    return house.stand(_opened)


def _opened(house: House) -> None:
    fill(house, lambda desk: {"ref": desk.accepted().ref, "other": desk.accepted().ref})
    page = house.enter("officer").get(f"/staff/cases/new?complaint={house.made['ref']}")
    assert f'value="{house.made["ref"]}" checked' in page
    fields = {"complaints": house.made["ref"], "source": "COMPLAINT"}
    house.enter("officer").post(f"/staff/cases/new?complaint={house.made['ref']}", **fields)
    house.made["case"], house.made["track"] = house.read(
        lambda at: (at.scalar(select(CaseFile.id)), at.scalar(select(CaseFile)).tracks[0].id),
    )
