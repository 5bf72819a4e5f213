"""PostgreSQL goes away and comes back: a calm page meanwhile, nothing lost that was confirmed."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser
from sqlalchemy.engine import make_url

from tests.journeys import cast
from tests.journeys.conftest import DATABASE, open_window, running
from tests.journeys.person import Person
from tests.site import Site

MOST_TRIES = 6
"""How often a page may knock in vain, and each asking knocks up to three times: it gives up and does not hang."""
PLACES = ("/", "/complain/who", "/bulletins", "/verify", "/staff", "/portal/")


@dataclass
class Wire:
    """Between the application and PostgreSQL: a wire that can be cut."""

    host: str  # or the folder of its socket
    port: int
    whole: bool = True
    refused: int = 0
    open: list[socket.socket] = field(default_factory=list)
    turning: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        """Listen on a free port."""
        self.ear = socket.create_server(("127.0.0.1", 0))
        self.own = int(self.ear.getsockname()[1])
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                near, _whence = self.ear.accept()
            except OSError:
                return
            with self.turning:
                if not self.whole:
                    self.refused += 1
                    near.close()
                    continue
                far = self._reach()
                self.open += [near, far]
            for here, there in ((near, far), (far, near)):
                threading.Thread(target=self._carry, args=(here, there), daemon=True).start()

    def _reach(self) -> socket.socket:
        if not self.host.startswith("/"):
            return socket.create_connection((self.host, self.port))
        far = socket.socket(socket.AF_UNIX)
        far.connect(f"{self.host}/.s.PGSQL.{self.port}")
        return far

    def _carry(self, here: socket.socket, there: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := here.recv(65536):
                there.sendall(data)
        for each in (here, there):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def cut(self) -> None:
        """Every connection breaks, and no new one is made."""
        with self.turning:
            self.whole = False
            for each in self.open:
                with contextlib.suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
                each.close()
            self.open.clear()

    def mend(self) -> None:
        """Let new connections through."""
        self.whole = True


@dataclass
class Wired:
    """A site whose wire to PostgreSQL is ours."""

    site: Site
    wire: Wire


@pytest.fixture(scope="module")
def wired(peopled: str) -> Iterator[Wired]:
    """The web server reaches PostgreSQL over our wire; nothing else runs."""
    with running(peopled, database=f"{DATABASE}_down", alive=("valkey",)) as site:
        url = make_url(site.database_url)
        wire = Wire(str(url.host or url.query["host"]), int(url.port or 5432))
        ours = url.difference_update_query(["host"]).set(host="127.0.0.1", port=wire.own)
        site.database_url = ours.render_as_string(hide_password=False)
        site.start("web")
        yield Wired(site, wire)
        wire.ear.close()


@pytest.fixture
def somebody(browser_: Browser, wired: Wired) -> Iterator[Callable[..., Person]]:
    windows = []

    def one(lang: str = "zh") -> Person:
        windows.append(open_window(browser_, wired.site, lang))
        return Person(windows[-1].new_page(), wired.site, lang)

    yield one
    for window in windows:
        window.close()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_calm_page_while_the_database_is_away_and_all_is_well_again(
    somebody: Callable[..., Person], wired: Wired, lang: str
) -> None:
    visitor = somebody(lang)
    visitor.go("/")
    wired.wire.cut()
    try:
        for place in PLACES:
            before = wired.wire.refused
            visitor.page.goto(wired.site.address + place)
            assert visitor.status == 503, place
            assert wired.wire.refused - before <= MOST_TRIES, place
            visitor.says("We'll be back" if lang == "en" else "系统暂时无法访问")
        visitor.no_barrier()
        visitor.picture(f"away.{lang}")
    finally:
        wired.wire.mend()
    visitor.go("/bulletins")


def test_what_was_typed_is_there_to_be_sent_again(somebody: Callable[..., Person], wired: Wired) -> None:
    """The form is sent while the database is away; back on it, the text still stands, and is taken."""
    intake = somebody().sign_in(cast.mail("intake"))
    intake.go("/staff/complaints/new")
    intake.fill(intake.form(holding="facts"), facts="11月10日对方三次打电话到我单位。")
    wired.wire.cut()
    try:
        intake.press(intake.form(holding="facts"))
        assert intake.status == 503
    finally:
        wired.wire.mend()
    with intake.page.expect_navigation():
        intake.page.go_back()
    assert intake.page.locator("[name=facts]").input_value() == "11月10日对方三次打电话到我单位。"


def test_whoever_was_signed_in_still_is(somebody: Callable[..., Person], wired: Wired) -> None:
    intake = somebody().sign_in(cast.mail("intake"))
    wired.wire.cut()
    intake.page.goto(f"{wired.site.address}/staff")
    assert intake.status == 503
    wired.wire.mend()
    intake.go("/staff?view=open").says("投诉")
