"""A real site and a real browser: every process is ours, every click is a person's."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, expect
from sqlalchemy import create_engine, text

from core.db import db, transaction
from tests.browser import chromium
from tests.conftest import NOW, _application, _owner, _run, _worker, copy_of, drop, drop_with_the_run, made_once
from tests.journeys import backstage, cast
from tests.journeys.look import Looker
from tests.journeys.person import PICTURES, Person
from tests.journeys.story import BEGINS, Story
from tests.site import Site
from wsgi import create_app

PEOPLED = f"zilu_peopled_{_run}"
DATABASE = f"zilu_site_{_run}_{_worker}"
LONG = 120_000
"""Milliseconds that a browser waits for what must come: a slow machine fails no journey."""
expect.set_options(timeout=LONG)
ALIVE = ("valkey", "web", "worker", "clock")


def _drop(database: str) -> None:
    with psycopg.connect(_owner("postgres"), autocommit=True) as server:
        drop(server, database)


@pytest.fixture(scope="session")
def peopled(template: str) -> Iterator[str]:
    """The template with the people of the story, entered once for all sites of a run."""
    with psycopg.connect(_owner("postgres"), autocommit=True) as server, made_once(server, PEOPLED) as is_new:
        if is_new:
            server.execute(copy_of(template, PEOPLED))
            app = create_app(SQLALCHEMY_DATABASE_URI=_application(PEOPLED))
            with app.app_context():
                with transaction() as at:
                    cast.enter(at)
                db.engine.dispose()
    yield PEOPLED
    with psycopg.connect(_owner("postgres"), autocommit=True) as server:
        drop_with_the_run(server, PEOPLED)


@contextmanager
def running(
    peopled: str, begins: datetime = NOW, database: str = DATABASE, alive: tuple[str, ...] = ALIVE
) -> Iterator[Site]:
    """Web, worker, clock and Valkey on a database of their own, with the people of the story, at that time."""
    _drop(database)
    with psycopg.connect(_owner("postgres"), autocommit=True) as server:
        server.execute(copy_of(peopled, database))
    made = Site(_application(database))
    made.be_at(begins)
    try:
        made.start(*alive)
        yield made
    finally:
        made.stop()
        backstage.leave(made)
        _drop(database)


@pytest.fixture(scope="session")
def shared(peopled: str) -> Iterator[Site]:
    """The site that shorter journeys share."""
    with running(peopled) as made:
        yield made


@pytest.fixture(scope="module")
def site(shared: Site) -> Iterator[Site]:
    """The same, for as long as a module goes on with it."""
    with shared.awake():
        yield shared


Ask = Callable[..., list[Any]]


@contextmanager
def asking(site: Site) -> Iterator[Ask]:
    """Questions to the site's database, as its owner."""
    engine = create_engine(site.database_url.replace(_app_part(), _owner_part()))

    def question(statement: str, **values: Any) -> list[Any]:
        with engine.connect() as connection:
            return list(connection.execute(text(statement), values))

    yield question
    engine.dispose()


@pytest.fixture
def ask(site: Site) -> Iterator[Ask]:
    """Questions to the site's database."""
    with asking(site) as question:
        yield question


@dataclass
class Stage:
    """The site of the one long story, which is told once for all modules that look at it."""

    site: Site
    code: str = ""
    ref: str = ""
    today: datetime = BEGINS
    told: bool | None = None
    looker: Looker = field(default_factory=Looker)


@pytest.fixture(scope="session")
def stage(peopled: str, pytestconfig: pytest.Config) -> Iterator[Stage]:
    """A site of the story's own, at its first day; with --full its pages are seen in every way."""
    whole = not pytestconfig.option.markexpr
    with running(peopled, BEGINS, f"{DATABASE}_story") as made:
        yield Stage(made, looker=Looker(whole))


@pytest.fixture(scope="module")
def story(stage: Stage, browser_: Browser) -> Iterator[Story]:
    """The story, told to its end."""
    windows: list[BrowserContext] = []

    def somebody(lang: str = "zh", **wishes: Any) -> Person:
        windows.append(open_window(browser_, stage.site, lang, **wishes))
        return Person(windows[-1].new_page(), stage.site, lang)

    with stage.site.awake(), asking(stage.site) as question:
        whole = Story(stage.site, somebody, question, looker=stage.looker)
        whole.code, whole.ref, whole.today = stage.code, stage.ref, stage.today
        if stage.told is None:
            stage.told = False
            _tell(whole)
            stage.told, stage.code, stage.ref, stage.today = True, whole.code, whole.ref, whole.today
        assert stage.told, "the story broke off; see the first test that told it"
        yield whole
    for window in windows:
        window.close()


def _tell(story: Story) -> None:
    try:
        story.tell()
    except BaseException:
        for name, person in story.people.items():
            person.keep(f"failed-story-{name}")
        raise


def _app_part() -> str:
    return os.environ["DATABASE_URL"].split("//")[1].split("@")[0]


def _owner_part() -> str:
    return os.environ["DATABASE_OWNER_URL"].split("//")[1].split("@")[0]


@pytest.fixture(scope="module")
def browser_() -> Iterator[Browser]:
    """The browser of a module."""
    with chromium() as browser:
        yield browser


def open_window(browser: Browser, site: Site, lang: str = "zh", **wishes: Any) -> BrowserContext:
    """A window of somebody's own, in the reader's language, on a screen of a desk unless told otherwise."""
    window = browser.new_context(
        locale="zh-CN" if lang == "zh" else "en-GB",
        timezone_id=wishes.pop("timezone_id", "Asia/Shanghai"),
        reduced_motion="reduce",
        viewport=wishes.pop("viewport", {"width": 1440, "height": 900}),
        **wishes,
    )
    window.add_cookies([{"name": "lang", "value": lang, "url": site.address}])
    window.set_default_timeout(LONG)
    return window


@pytest.fixture
def person(browser_: Browser, site: Site, request: pytest.FixtureRequest) -> Iterator[Callable[..., Person]]:
    """Makes people, each with a browser window of their own; what they see last is kept when a test fails."""
    windows: list[BrowserContext] = []
    failed = request.session.testsfailed
    site.forget_attempts()

    def somebody(lang: str = "zh", **wishes: Any) -> Person:
        window = open_window(browser_, site, lang, **wishes)
        windows.append(window)
        return Person(window.new_page(), site, lang)

    yield somebody
    for number, window in enumerate(windows):
        if request.session.testsfailed > failed:
            PICTURES.mkdir(parents=True, exist_ok=True)
            window.pages[0].screenshot(path=PICTURES / f"failed-{request.node.name}-{number}.png", full_page=True)
        window.close()
