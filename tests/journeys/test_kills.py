"""Processes that die between the click and the served PDF: nothing is lost, nothing doubled."""

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


def holds(ask: Ask) -> None:
    """Numbers without a gap, one PDF, one signature and one service for each document, every dossier sealed."""
    serials = [row.serial for row in ask("SELECT serial FROM document WHERE series = '受' ORDER BY serial")]
    assert serials == list(range(1, len(serials) + 1))
    assert not ask("SELECT id FROM document WHERE pdf_sha256 IS NULL")
    assert not ask("SELECT id FROM dossier WHERE state <> 'SEALED'")
    assert not ask(
        "SELECT d.id FROM document d LEFT JOIN service s ON s.document_id = d.id "
        "WHERE d.complaint_id IS NOT NULL AND d.outward GROUP BY d.id HAVING count(s.id) <> 1"
    )
    assert not ask("SELECT id FROM service WHERE state IN ('NEW', 'ISSUED', 'FAILED')")
    assert not ask(
        "SELECT d.id FROM document d LEFT JOIN document_seal s ON s.document_id = d.id "
        "WHERE d.outward AND s.signed_sha256 IS DISTINCT FROM d.pdf_sha256"
    )


def count(ask: Ask) -> int:
    return int(ask("SELECT count(*) AS n FROM complaint")[0].n)


def test_a_killed_web_server_loses_no_document(person: Callable[..., Person], site: Site, ask: Ask) -> None:
    before = count(ask)
    site.kill("worker")
    complain(person("zh"))
    site.kill("web")
    site.start("web", "worker")
    all_done(ask)
    assert count(ask) == before + 1
    holds(ask)


def test_a_killed_worker_makes_each_pdf_once(person: Callable[..., Person], site: Site, ask: Ask) -> None:
    before = count(ask)
    complain(person("zh"))
    site.kill("worker")
    site.start("worker")
    all_done(ask)
    assert count(ask) == before + 1
    holds(ask)


def test_without_valkey_people_go_on_and_documents_come_later(
    person: Callable[..., Person], site: Site, ask: Ask
) -> None:
    before = count(ask)
    site.kill("valkey")
    complain(person("zh"))
    assert count(ask) == before + 1
    assert ask("SELECT id FROM outbox WHERE done_at IS NULL")
    site.start("valkey")
    all_done(ask)
    holds(ask)
