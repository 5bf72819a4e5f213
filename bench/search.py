"""The search on a crowd: rare and common Chinese terms of 2, 3 and 4 characters, beside bare SQL for the same rows."""

import argparse
import os
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from random import Random
from typing import Any

import psycopg
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.engine import make_url

from bench import crowd
from bench.crowd import searching
from bench.measure import MS, Result, of_times, report
from core import clock
from core.db import Reader, read_as, session, transaction
from registry import seeds, sessions
from registry.accounts import mail_key
from registry.models_accounts import Account, AccountRole, Audience
from search import queries, terms
from search.models import SearchEntry
from search.words import Asked
from wsgi import create_app

LENGTHS = (2, 3, 4)
SAMPLE = 4000
"""So many texts are looked at to learn which terms are rare and which are common."""
RARE, COMMON = (1, 2), 40
"""A term is rare that stands once in the sample; so many of the commonest are asked for."""
WARM = 5
MAIL = "bench@example.invalid"
HAN = re.compile(r"[\u4e00-\u9fff]+")
NEWEST = (
    "SELECT id FROM search_entry WHERE audience = 'staff' AND terms @@ %s::tsquery ORDER BY at DESC, id DESC LIMIT 20"
)
ROWS = "SELECT ref, title, body FROM search_entry WHERE id = ANY(%s)"
Look = Callable[[str], object]


def say(words: str) -> None:
    """To whoever waits."""
    print(words, file=sys.stderr, flush=True)


def fill(complaints: int, owner: str) -> float:
    """A crowd and its index; the seconds that the index took, 0 when it was there."""
    with transaction() as at:
        seeds.sow(at, mode="demonstration", now=clock.now())
    crowd.fill(complaints=complaints, cases=complaints // 5, tell=say)
    began = time.monotonic()
    made = searching.index(owner, say)
    return time.monotonic() - began if made else 0.0


@dataclass(frozen=True)
class Sample:
    """Terms of one length."""

    rare: list[str]
    common: list[str]


def sample(dice: Random, most: int) -> dict[int, Sample]:
    """Terms as they stand in texts: such as are in one text of the sample, and such as are in most."""
    at = session()
    read_as(at, Reader("zilu_system"))
    body = select(SearchEntry.body).where(SearchEntry.audience == "staff", SearchEntry.subject_kind == "complaint")
    every = at.scalar(select(text("max(id)")).select_from(SearchEntry)) or 1
    numbers = [dice.randrange(1, every) for _ in range(3 * SAMPLE)]
    texts = list(at.scalars(body.where(SearchEntry.id.in_(numbers)).limit(SAMPLE)))
    at.rollback()
    found = {}
    for length in LENGTHS:
        counted: Counter[str] = Counter()
        for each in texts:
            runs = HAN.findall(each)
            counted.update({run[at : at + length] for run in runs for at in range(len(run) - length + 1)})
        rare = sorted(term for term, many in counted.items() if many in RARE)
        common = [term for term, _many in counted.most_common(COMMON)]
        found[length] = Sample(dice.sample(rare, min(most, len(rare))), [dice.choice(common) for _ in range(most)])
    return found


def timed(looked_for: Iterable[str], look: Look) -> list[float]:
    """Milliseconds of each."""
    times = []
    for place, term in enumerate(looked_for):
        began = time.perf_counter()
        look(term)
        if place >= WARM:
            times.append((time.perf_counter() - began) * MS)
    return times


def as_officer(number: int) -> Look:
    """The search as a signed-in officer has it: his role, the policies, entries, marks."""
    reader = Reader("zilu_staff", (("zilu.account", str(number)),))

    def look(term: str) -> object:
        at = session()
        read_as(at, reader)
        found = queries.found(at, Asked(term))
        at.rollback()
        return found

    return look


def over_the_page(app: Flask, number: int) -> Look:
    """The whole page, signed in."""
    with transaction() as at:
        token = sessions.begin(at, at.get_one(Account, number), passed=True, client="bench", now=clock.now())
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["sid"] = token

    def look(term: str) -> object:
        answer = client.get("/staff/search", query_string={"q": term, "all": 1})
        if answer.status_code != 200:
            message = f"{term}: {answer.status_code}"
            raise RuntimeError(message)
        return answer

    return look


def bare(server: "psycopg.Connection[Any]") -> Look:
    """The floor: the index asked, the newest twenty rows fetched, by the owner, without policies."""

    def look(term: str) -> object:
        wanted = " & ".join(f"'{pair}'" for pair in terms.pairs(term))
        numbers = [row[0] for row in server.execute(NEWEST, [wanted]).fetchall()]
        return server.execute(ROWS, [numbers]).fetchall()

    return look


def officer() -> int:
    """Somebody who reads complaints; the same one when it is measured again on a crowd that stands."""
    with transaction() as at:
        if there := at.scalar(select(Account.id).where(Account.mail_hash == mail_key(MAIL))):
            return there
        made = Account(mail=MAIL, mail_hash=mail_key(MAIL), name="测量", audience=Audience.STAFF)
        at.add(made)
        at.flush()
        at.add_all(AccountRole(account_id=made.id, role=role) for role in ("officer", "intake"))
        return made.id


def measure(app: Flask, server: "psycopg.Connection[Any]", many: int) -> Result:
    """Each length, rare and common: the search, the page, and the floor."""
    number = officer()
    ways = {"": as_officer(number), "page_": over_the_page(app, number)}
    parts, rare_times, rare_floor = [], [], []
    for length, words in sample(Random(1), many + WARM).items():  # noqa: S311 - the same terms each time
        for how, looked_for in (("rare", words.rare), ("common", words.common)):
            floor = timed(looked_for, bare(server))
            for name, look in ways.items():
                times = timed(looked_for, look)
                result = of_times(f"{name}{how}_{length}", times).against(statistics.median(floor))
                parts.append(result)
                if how == "rare" and not name:
                    rare_times += times
                    rare_floor += floor
            say(parts[-2].line())
            say(parts[-1].line())
    whole = of_times("search", rare_times).against(statistics.median(rare_floor))
    return replace(whole, parts=tuple(parts))


def main() -> None:
    """Fill, measure, and say it as one line of JSON."""
    asked = argparse.ArgumentParser(prog="./zilu bench search")
    asked.add_argument("--complaints", type=int, default=1_000_000, help="how many complaints there are")
    asked.add_argument("--terms", type=int, default=200, help="how many searches of each kind")
    words = asked.parse_args()
    app = create_app(RATELIMIT_ENABLED=False, WTF_CSRF_ENABLED=False, SESSION_COOKIE_SECURE=False)
    owner = make_url(os.environ["DATABASE_OWNER_URL"]).set(drivername="postgresql")
    address = owner.render_as_string(hide_password=False)
    with app.app_context():
        seconds = fill(words.complaints, address)
        with psycopg.connect(address, autocommit=True, prepare_threshold=None) as server:
            found = measure(app, server, words.terms)
    index = Result("index", words.complaints, per_second=words.complaints / seconds if seconds else None)
    report(replace(found, parts=(*found.parts, index)))


if __name__ == "__main__":
    main()
