"""A house full of people, each of whom may try whatever a browser can send, also what no page offers."""

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from bench.lives.eye import Eye
from bench.lives.watching import Watch
from casework.intake import EvidenceFile
from casework.models_cases import CaseTrack
from core import clock
from core.actors import Actor
from core.db import Reader, read_as, transaction
from core.db import session as reading
from core.errors import Refused
from filestore import files
from tests.builders import Desk, actor_of
from tests.filestore import making_files
from tests.kept_states import staged
from tests.sanctions.chain import Chain
from tests.signed_in import signed_in

REFUSED = (302, 303, 400, 401, 403, 404, 405, 409, 410, 422)
"""How a page answers what it does not do; a redirect leads to the sign-in or back."""
NAMES = (
    "officer", "second", "head", "investigator", "reviewer", "secretary", "publisher", "other_publisher", "lead",
    "firm_lead",
)  # fmt: skip
SECRET = "只有这家公司写给协会的话"
"""What a company wrote to the association alone."""
PLANTED = ("只转给这家公司的事实", "只转给这家公司的产品")
"""In the facts and the product that were put before one company."""
_key = iter(range(10**6))


def read(answer: TestResponse) -> str:
    """What an answer says in words; spreadsheets and other packed files with all that is in them."""
    if zipfile.is_zipfile(io.BytesIO(answer.data)):
        with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
            return "\n".join(packed.read(name).decode(errors="replace") for name in packed.namelist())
    return answer.get_data(as_text=True) if answer.mimetype != "application/pdf" else ""


@dataclass
class House:
    """Everybody by name, and the numbers of what a test made."""

    app: Flask
    people: dict[str, int] = field(default_factory=dict)
    numbers: dict[str, Any] = field(default_factory=dict)
    planted: tuple[str, ...] = ()
    """Words of companies' matters that nobody else reads."""

    def fill(self, chain: Chain, **numbers: Any) -> None:
        """Remember who is there; everybody beside the chain's own people is named by the test."""
        self.people |= {name: getattr(chain, name).id for name in NAMES}
        self.people |= {f"panel{place}": person.id for place, person in enumerate(chain.panel)}
        self.numbers |= numbers

    def client(self, who: str = "") -> FlaskClient:
        """A browser in which somebody is signed in, or nobody."""
        if who:
            return signed_in(self.app, self.people[who])
        client = self.app.test_client()
        client.set_cookie("lang", "en")
        return client

    def post(self, who: str, url: str, prefix: str = "", **fields: Any) -> int:
        """Send a form, whether a page offers it or not, under every name it could have; says how it was answered.

        `prefix` is one word by which its names may begin, or several with spaces between them.
        """
        address = url.format(**self.numbers)
        sent = {"key": f"k{next(_key)}", **fields}
        for begins in {*prefix.split(), address.rstrip("/").rpartition("/")[2]} - {""}:
            sent |= {f"{begins}-key": f"k{next(_key)}", **{f"{begins}-{name}": value for name, value in fields.items()}}
        answer = self.client(who).post(address, data=sent, content_type="multipart/form-data")
        assert answer.status_code in {200, *REFUSED}, (who, url, answer.status_code)
        return answer.status_code

    def get(self, who: str, url: str) -> tuple[int, str]:
        """Look at a page."""
        answer = self.client(who).get(url.format(**self.numbers))
        return answer.status_code, read(answer)

    def read(self, look: Callable[[Session], Any]) -> Any:
        """Ask the rows, as the system."""
        with self.app.app_context(), transaction() as at:
            return look(at)

    def sees(self, role: str, settings: dict[str, object], query: str) -> Any:
        """What a reader gets by SQL; permission denied is "denied"."""
        with self.app.app_context():
            at = reading()
            at.rollback()
            read_as(at, Reader(role, tuple((name, str(value)) for name, value in settings.items())))
            try:
                return at.execute(text(query.format(**self.numbers))).scalars().all()
            except DBAPIError:
                return "denied"
            finally:
                at.rollback()

    def broken(self) -> list[str]:
        """What does not hold in the database now; builders enter complaints without their own verbs."""
        with self.app.app_context(), closing(Eye()) as eye:
            found = self.read(lambda at: Watch(eye).broken(at, clock.now()))
        return [each for each in found if "of each complaint" not in each]

    @property
    def state(self) -> str:
        """Where the track of the test stands."""
        return str(self.read(lambda at: at.get_one(CaseTrack, self.numbers["number"]).state))

    def addresses(self, *areas: str, method: str = "GET", inside: bool = False) -> Iterator[str]:
        """Every address of these areas with the numbers of what there is put in; all of them can be filled, if so."""
        for rule in self.app.url_map.iter_rules():
            if rule.rule.startswith(areas) and method in (rule.methods or ()):
                found = list(self._filled(rule))
                assert found or not inside, rule
                yield from found

    def _filled(self, rule: Rule) -> Iterator[str]:
        wanted = re.findall(r"<(?:[^:<>]+:)?([^<>]+)>", rule.rule)
        if all(name in self.numbers for name in wanted):
            yield re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", lambda found: str(self.numbers[found[1]]), rule.rule)


@pytest.fixture
def house(app: Flask) -> House:
    """An empty house."""
    return House(app)


def answered(house: House) -> None:
    """A complaint answered by one company, a case of another one, and people who have nothing to do with either."""
    people, numbers, house.planted = staged(house.app, ("answered",), lambda: _answered(House(house.app)))
    house.people |= people
    house.numbers |= numbers


def _answered(house: House) -> tuple[dict[str, int], dict[str, Any], tuple[str, ...]]:
    begun = clock.now() - timedelta(days=12)
    with house.app.app_context(), transaction() as at:
        desk, chain = Desk(at, begun), Chain(at, begun)
        kept = files.keep(at, io.BytesIO(making_files.picture()), "截图.png")
        picture = EvidenceFile(kept.sha256, kept.name, kept.media_type, kept.size, shared=True)
        given = {"masked": PLANTED[0], "product": PLANTED[1], "files": [picture]}
        forwarding = desk.answer(desk.forwarded(**given), to_association=SECRET)
        track = chain.reported()
        track.explanation = SECRET
        house.fill(chain, number=track.id, track=track.id, complaint=forwarding.complaint_id, forwarding=forwarding.id)
        house.people |= {"other_lead": desk.firm_lead.id or 0, "own_lead": desk.lead.id or 0}
        house.people["intake"] = desk.intake.id or 0
        house.numbers |= {"lender": desk.lender.id, "firm": desk.firm.id, "ref": forwarding.complaint.ref}
        return house.people, house.numbers, (SECRET, *PLANTED, forwarding.ref, track.ref)


def everybody(chain: Chain) -> list[Actor]:
    """Everybody of the chain as somebody who acts."""
    return [actor_of(getattr(chain, name)) for name in NAMES] + [actor_of(person) for person in chain.panel]


def all_refused(tries: Iterable[Callable[[], object]]) -> None:
    """Each of these is refused by the product, not by an accident."""
    for attempt in tries:
        with pytest.raises(Refused):
            attempt()


def database_refuses(at: Session, query: str, **values: object) -> str:
    """The database itself refuses a statement of the system's own role; says in which words."""
    with pytest.raises(DBAPIError) as refused, at.begin_nested():
        at.execute(text(query), values)
    return str(refused.value.orig)
