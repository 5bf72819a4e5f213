"""Processes that die between the click and the served PDF: nothing is lost or doubled. How web dies is the drill's."""

import time
from collections.abc import Callable, Iterator

import pytest

from tests.journeys.conftest import Ask
from tests.journeys.person import Person
from tests.journeys.test_public import complain
from tests.site import Site

PATIENCE = 240
ALIVE = ("valkey", "web", "worker", "clock")


@pytest.fixture(autouse=True)
def everything_runs_again(site: Site) -> Iterator[None]:
    yield
    site.start(*(name for name in ALIVE if name not in site.running))


def all_done(ask: Ask) -> None:
    """Wait until no later work is left."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        left = ask("SELECT job, tries, trouble FROM outbox WHERE done_at IS NULL")
        if not left:
            return
        time.sleep(0.5)
    raise AssertionError(left)


def holds(ask: Ask, since: int) -> None:
    """Numbers without a gap; of each document after `since` one PDF, one signature, one service and a sealed dossier.

    Other journeys share the site, and leave behind what was begun there and never signed.
    """
    serials = [row.serial for row in ask("SELECT serial FROM document WHERE series = '受' ORDER BY serial")]
    assert serials == list(range(1, len(serials) + 1))
    made = ask(
        "SELECT d.outward, d.pdf_sha256 IS NOT NULL AS a_pdf, d.outward <= (x.state = 'SEALED') AS a_sealed_dossier, "
        "d.outward <= (s.signed_sha256 IS NOT DISTINCT FROM d.pdf_sha256) AS its_signature, "
        "(SELECT count(*) FROM service v WHERE v.document_id = d.id) AS services, "
        "(SELECT count(*) FROM service v WHERE v.document_id = d.id AND v.state IN ('NEW', 'ISSUED', 'FAILED')) "
        "AS under_way FROM document d LEFT JOIN dossier x ON x.id = d.dossier_id "
        "LEFT JOIN document_seal s ON s.document_id = d.id WHERE d.id > :since",
        since=since,
    )
    assert made
    assert all(each[1:] == (True, True, True, int(each.outward), 0) for each in made), made


def last(ask: Ask) -> int:
    """The latest document."""
    return int(ask("SELECT coalesce(max(id), 0) AS n FROM document")[0].n)


def count(ask: Ask) -> int:
    return int(ask("SELECT count(*) AS n FROM complaint")[0].n)


def test_a_killed_worker_makes_each_pdf_once(person: Callable[..., Person], site: Site, ask: Ask) -> None:
    before, since = count(ask), last(ask)
    complain(person("zh"))
    site.kill("worker")
    site.start("worker")
    all_done(ask)
    assert count(ask) == before + 1
    holds(ask, since)


def test_without_valkey_people_go_on_and_documents_come_later(
    person: Callable[..., Person], site: Site, ask: Ask
) -> None:
    before, since = count(ask), last(ask)
    site.kill("valkey")
    complain(person("zh"))
    assert count(ask) == before + 1
    assert ask("SELECT id FROM outbox WHERE done_at IS NULL")
    site.start("valkey")
    all_done(ask)
    holds(ask, since)
