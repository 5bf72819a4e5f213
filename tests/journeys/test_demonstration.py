"""Every page of the application by the demonstration, which holds nearly every state: found by its links, looked at."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
import time_machine
from sqlalchemy import text

from casework import receipts
from core.db import transaction
from core.throttle import limiter
from tests import vnu
from tests.browser import chromium
from tests.conftest import NOW
from tests.demonstration import Told
from tests.journeys import doing, unlooked
from tests.journeys.conftest import open_window
from tests.journeys.finding import Finder, Found
from tests.journeys.look import Looker
from tests.journeys.person import SESSION, Person
from tests.looks import Looks, watched

pytestmark = pytest.mark.full
LEAST_PAGES = 120
AT_ONCE = 2
"""How many browsers look at pages at the same time."""
GONE = 410
"""What a bulletin answers that was withdrawn: a page of its own, to which staff are led."""
HOME = ("/account/home", "/account/")
PUBLIC = ("/", "/bulletins", "/bulletins/withdrawals", "/sign-in/", "/sign-in/forgotten", "/track/lost/token")
STAFF = (
    "intake", "officer", "officer2", "investigator", "investigator2", "head", "reviewer", "secretary", "panel1",
    "panel2", "panel3", "publisher", "seal", "review", "review2",
)  # fmt: skip
LEADS = (
    "lanqiao", "haiwang", "qingyu", "beiting", "zhouxing", "xingcha", "wanxi", "luzhou", "zhichao", "haishi", "tingan",
    "mingli", "changxi",
)  # fmt: skip
THEIRS = ("/portal/cases/", "/portal/forwardings/", "/portal/notices/", "/portal/materials/")
COMPLAINANTS = (41, 79)
"""By the numbers that their complaints have in the demonstration: one that is answered, and one with a case."""
ADMINS = ("system", "security", "audit")
ALSO = {
    "intake": ("/staff/search?q=催收&all=1", "/staff/views", "/staff?view=historic"),
    "officer": ("/staff/tracks", "/staff/cases?view=all"),
    "officer2": ("/staff/tracks",),
    "head": (
        "/staff/workload", "/staff/statistics/months", "/staff/assignment", "/staff/import", "/staff/approvals",
        "/staff/tracks", "/staff/cases?view=all", "/staff/panel", "/staff/reviews",
    ),
    "secretary": ("/staff/panel", "/staff/reviews"),
    "seal": ("/staff/seals/",),
    "lanqiao": ("/portal/search?q=投诉&all=1",),
}  # fmt: skip
"""Where some begin as well: what nobody is led to, or what one role sees more on than another."""
STATES = {
    "desk_complaints.show": "SELECT ref AS name, state FROM complaint",
    "desk_forwardings.show": "SELECT id AS name, state FROM forwarding",
    "portal_forwardings.show": "SELECT id AS name, state FROM forwarding",
    "desk_clocks.show": "SELECT id AS name, key AS state FROM clock",
    "portal_clocks.show": "SELECT id AS name, key AS state FROM clock",
    "notices_staff.show": "SELECT id AS name, kind AS state FROM document",
    "notices_portal.show": "SELECT id AS name, kind AS state FROM document",
    "proceedings_parties.show": "SELECT id AS name, kind AS state FROM party",
}
"""Of what there are many of: in which state each is, for one in each state is looked at."""


@dataclass(frozen=True)
class Whole:
    """What was found, and the cookie of each who found it."""

    finder: Finder
    cookies: dict[str, str]
    looks: Looks


@pytest.fixture(scope="module")
def whole(demonstration: Told) -> Whole:
    """All that the public, a complainant, staff of each role, companies and the back office get to by links."""
    limiter.enabled = False
    with time_machine.travel(NOW), watched(demonstration.app) as looks:
        finder, cookies = Finder(demonstration.app, _alike(demonstration)), dict[str, str]()
        for who, client, starts in _everybody(demonstration):
            finder.go(who, client, starts)
            cookie = client.get_cookie(SESSION)
            cookies[who] = cookie.value if cookie else ""
    return Whole(finder, cookies, looks)


def _alike(told: Told) -> dict[str, dict[str, str]]:
    with told.app.app_context(), transaction() as at:
        return {
            endpoint: {str(row.name): str(row.state) for row in at.execute(text(asked))}
            for endpoint, asked in STATES.items()
        }


def _everybody(told: Told) -> Iterator[doing.Begun]:
    yield from doing.all_of_it(told)
    yield "the public", told.client(), PUBLIC
    for number in COMPLAINANTS:
        client = told.client()
        client.post("/track/", data={"code": receipts.code(f"demonstration:{number}")})
        yield f"complainant {number}", client, ("/track/complaint",)
    for name in (*STAFF, *ADMINS):
        yield name, told.client(f"{name}@lanwan.example"), (*HOME, *ALSO.get(name, ()))
    for name in LEADS:
        yield name, told.client(f"lead@{name}.example"), (*HOME, *THEIRS, *ALSO.get(name, ()))


def test_nobody_is_led_where_they_may_not_go(whole: Whole) -> None:
    assert [each for each in whole.finder.wrong if each[2] != GONE] == []


def test_no_look_writes_but_what_is_said(whole: Whole) -> None:
    assert whole.looks.strange == {}
    assert len(whole.looks.written) > LEAST_PAGES


def test_all_that_is_said_to_be_found_is_found(whole: Whole) -> None:
    met = {unlooked.page(key) for key in whole.finder.found}
    assert sorted(unlooked.IN_THE_DEMONSTRATION - met) == []
    assert sorted(met & set(unlooked.WHY)) == [], "somebody gets there, so no reason is needed"


@pytest.fixture(scope="module")
def seen(demonstration: Told, whole: Whole, pytestconfig: pytest.Config) -> Looker:
    """What is wrong with the pages that the story does not look at; in one way each, with --full in all."""
    looker = Looker(not pytestconfig.option.markexpr)
    every = [
        (key, found)
        for key, found in sorted(whole.finder.found.items())
        if found.page and key not in unlooked.IN_THE_STORY
    ]
    demonstration.site.be_at(NOW)
    demonstration.site.start("valkey", "web")
    with ThreadPoolExecutor(AT_ONCE) as pool:
        parts = [
            pool.submit(_walk, demonstration, whole, every[part::AT_ONCE], Looker(looker.whole))
            for part in range(AT_ONCE)
        ]
        for part in parts:
            looker.take(part.result())
    return looker


def _walk(told: Told, whole: Whole, part: list[tuple[str, Found]], looker: Looker) -> Looker:
    """Look at some of the pages, in a browser of one's own."""
    people = dict[str, Person]()
    with chromium() as browser:
        for key, found in part:
            if found.who not in people:
                window = open_window(browser, told.site)
                if cookie := whole.cookies[found.who]:
                    window.add_cookies([{"name": SESSION, "value": cookie, "url": told.site.address}])
                people[found.who] = Person(window.new_page(), told.site)
            looker.at(people[found.who], f"demonstration-{key.replace(' ', '-')}", found.path)
    return looker


def test_no_page_has_a_flaw(seen: Looker) -> None:
    assert not seen.flaws, "\n".join(seen.flaws)
    assert len(seen.seen) > LEAST_PAGES


def test_every_page_is_valid_html(seen: Looker) -> None:
    assert not vnu.errors(seen.written)
    assert set(seen.written) == seen.seen
