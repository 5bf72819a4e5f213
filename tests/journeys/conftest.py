"""A real site and a real browser: every process is ours, every click is a person's."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from psycopg import sql
from sqlalchemy import create_engine, text

from core.db import db, transaction
from tests.conftest import _application, _owner, _run, _worker
from tests.journeys import cast
from tests.site import ROOT, Site
from wsgi import create_app

DATABASE = f"zilu_site_{_run}_{_worker}"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
PICTURES = ROOT / "test-results" / "journeys"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture(scope="module")
def site(template: str) -> Iterator[Site]:
    """Web, worker, clock and Valkey on a database of their own, with the people of the story."""
    with psycopg.connect(_owner("postgres"), autocommit=True) as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(DATABASE)))
        server.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(sql.Identifier(DATABASE), sql.Identifier(template)),
        )
    made = Site(_application(DATABASE))
    app = create_app(SQLALCHEMY_DATABASE_URI=made.database_url)
    with app.app_context():
        with transaction() as at:
            cast.enter(at)
        db.engine.dispose()
    made.start("valkey", "web", "worker", "clock")
    yield made
    made.stop()
    with psycopg.connect(_owner("postgres"), autocommit=True) as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(DATABASE)))


@pytest.fixture
def ask(site: Site) -> Iterator[Callable[..., list[Any]]]:
    """Questions to the site's database, as its owner."""
    engine = create_engine(site.database_url.replace(_app_part(), _owner_part()))

    def question(statement: str, **values: Any) -> list[Any]:
        with engine.connect() as connection:
            return list(connection.execute(text(statement), values))

    yield question
    engine.dispose()


def _app_part() -> str:
    return os.environ["DATABASE_URL"].split("//")[1].split("@")[0]


def _owner_part() -> str:
    return os.environ["DATABASE_OWNER_URL"].split("//")[1].split("@")[0]


@pytest.fixture(scope="module")
def browser_() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Person:
    """Somebody at a browser of their own."""

    page: Page
    site: Site
    lang: str = "zh"

    def go(self, path: str) -> None:
        """Open an address of the site."""
        self.page.goto(self.site.address + path)

    def sign_in(self, mail: str) -> None:
        """Mail, password and, where it is asked, the second factor that the demonstration shows."""
        self.go("/sign-in")
        self.page.fill("input[name=mail]", mail)
        self.page.fill("input[name=password]", cast.PASSWORD)
        self.page.click("main button[type=submit]")
        if self.page.locator("#demonstration-code").count():
            code = self.page.locator("#demonstration-code").inner_text()
            self.page.fill("input[name=code]", code)
            self.page.click("main button[type=submit]")

    def says(self, words: str) -> None:
        """The page holds these words."""
        self.page.get_by_text(words).first.wait_for(timeout=15_000)

    def picture(self, name: str) -> Path:
        """Keep what the person sees."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        path = PICTURES / f"{name}.png"
        self.page.screenshot(path=path, full_page=True)
        return path

    def no_barrier(self) -> None:
        """Axe finds nothing on this page."""
        self.page.evaluate(AXE.read_text("utf-8"))
        found = self.page.evaluate(
            "async rules => (await axe.run({runOnly: {type: 'tag', values: rules}})).violations"
            ".map(v => [v.id, v.nodes.map(n => n.target.join(' ')).slice(0, 4)])",
            RULES,
        )
        assert not found, (self.page.url, found)


@pytest.fixture
def person(browser_: Browser, site: Site, request: pytest.FixtureRequest) -> Iterator[Callable[..., Person]]:
    """Makes people, each with a browser window of their own; what they see last is kept when a test fails."""
    windows: list[BrowserContext] = []
    failed = request.session.testsfailed

    def somebody(lang: str = "zh", **wishes: Any) -> Person:
        window = browser_.new_context(
            locale="zh-CN" if lang == "zh" else "en-GB",
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
            viewport=wishes.pop("viewport", {"width": 1440, "height": 900}),
            **wishes,
        )
        window.add_cookies([{"name": "lang", "value": lang, "url": site.address}])
        window.set_default_timeout(20_000)
        windows.append(window)
        return Person(window.new_page(), site, lang)

    yield somebody
    for number, window in enumerate(windows):
        if request.session.testsfailed > failed:
            PICTURES.mkdir(parents=True, exist_ok=True)
            window.pages[0].screenshot(path=PICTURES / f"failed-{request.node.name}-{number}.png", full_page=True)
        window.close()
