"""Run a drill: people issue and open, processes die; at the end all must be as if nothing had happened."""

import argparse
import sys
import time

import structlog

from bench.drill import checks, circulars
from bench.drill.browser import Browser
from bench.drill.circulars import BATCHES, Publisher
from bench.drill.killing import STEPS, Killer
from bench.drill.people import CLERKS, READER, TO_OPEN, WAITING, Clerk, Reader, enter
from bench.drill.site import PROCESSES, Site
from wsgi import create_app

REST = 300.0
"""Seconds in which all must come to rest after the last kill."""
STALLED = 3.0
"""Seconds without progress after which the clock is put forward past the outbox's patience."""
FORWARD = 75.0
ENGINE = {"pool_pre_ping": True}


def main() -> int:
    """The exit code: 0 where everything holds."""
    asked = argparse.ArgumentParser(prog="./zilu drill")
    asked.add_argument("--kills", type=int, default=200, help="how often a process is killed")
    asked.add_argument("--seed", type=int, default=1, help="the same seed, the same order of kills")
    words = asked.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    site, app = Site(), create_app(SQLALCHEMY_ENGINE_OPTIONS=ENGINE)
    with app.app_context():
        lead = enter()
        circulars.enter()
    party_id = lead.party_id or 0
    clerks = [Clerk(site, Browser(site.address).sign_in(mail)) for mail in CLERKS]
    reader = Reader(site, Browser(site.address).sign_in(READER))
    reader.begin(reader.work)
    publisher = Publisher(site, reader.browser)
    publisher.prepare(app, party_id, lead)
    began = time.monotonic()
    for clerk in clerks:
        clerk.begin(clerk.work(app, party_id))
    publisher.begin(publisher.work(app))
    killer = Killer(site, [*clerks], reader, words.seed)
    killer.go(words.kills)
    for one in (*clerks, publisher):
        one.end()
    last = time.monotonic()
    resting = _come_to_rest(site)
    publisher.ask_for_files(app)
    resting += _come_to_rest(site)
    reader.end()
    rested = time.monotonic()
    with app.app_context():
        wrong = [
            *(each for one in (*clerks, publisher, reader) for each in one.trouble),
            *resting,
            *checks.broken(site),
        ]
    _show(killer, (last - began, rested - last), wrong)
    return 1 if wrong else 0


def _come_to_rest(site: Site) -> list[str]:
    """Wait until nothing waits; what was handed to a process that died is handed over again when its time has come."""
    before, moved, until = -1, time.monotonic(), time.monotonic() + REST
    while time.monotonic() < until:
        site.mind()
        jobs, notices = site.ask(WAITING), site.ask(TO_OPEN)
        left = -1 if jobs is None or notices is None else jobs[0][0] + len(notices)
        if left == 0:
            return []
        if left != before:
            before, moved = left, time.monotonic()
        elif time.monotonic() - moved > STALLED:
            site.forward(FORWARD)
            moved = time.monotonic()
        time.sleep(0.2)
    return [f"{before} jobs and notices still wait after {REST:.0f} s"]


def _show(killer: Killer, took: tuple[float, float], wrong: list[str]) -> None:
    """The kills by process and step, what was issued, how long it took, and what was broken."""
    site = killer.site
    documents, opened = (site.ask("SELECT count(*), count(pdf_sha256) FROM document") or [(0, 0)])[0], len(site.read)
    steps = [*STEPS, "anywhere"]
    print(f"{'killed while':<12}" + "".join(f"{step:>11}" for step in steps) + f"{'kills':>8}")
    for process in PROCESSES:
        row = [killer.hits[step, process] for step in steps]
        print(f"{process:<12}" + "".join(f"{many:>11}" for many in row) + f"{sum(row):>8}")
    by_itself = ", ".join(f"{name} {many}" for name, many in killer.by_itself.items()) or "none"
    print(f"{sum(killer.hits.values())} kills in {took[0]:.0f} s, at rest {took[1]:.0f} s after the last one")
    print(f"{len(site.accepted)} notices issued, {opened} opened; {documents[0]} documents, {documents[1]} PDFs")
    served = (site.ask("SELECT count(*) FROM batch_item WHERE state = 'DONE'") or [(0,)])[0][0]
    print(f"{(site.ask(BATCHES) or [(0,)])[0][0]} circulars, members served {served} times")
    print(f"processes that ended by themselves: {by_itself}")
    print(f"broken: {len(wrong)}")
    for each in wrong[:40]:
        print(f"BROKEN: {each}", file=sys.stderr)


if __name__ == "__main__":
    raise SystemExit(main())
