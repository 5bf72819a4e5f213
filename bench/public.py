"""Bulletins as the public reads them: list and pages, fresh and again (304), beside a constant from the same server.

Two web workers as `./zilu start` runs them and the load generator share the machine. `ratio` is the median against that
of the floor, which answers as many bytes as the part it stands beside.
"""

import argparse
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy import text

from bench import crowd
from bench.measure import Result, of_times, peak_mb, report
from bench.readers import load
from core.db import SYSTEM_READER, db, read_as, session, transaction
from launch.places import ROOT, port_is_free
from launch.processes import children
from registry import seeds
from wsgi import create_app

CLIENTS = 8
BULLETINS = 200
LISTS = ("", "?measure=5", "?kind=INSTITUTION", "?kind=FIRM", "?year=2025", "?code=V-I01", "?code=V-C01&year=2025")
AS_LONG_AS_DECISIONS = (
    "UPDATE publication_text SET body = repeat(body || E'\\n\\n', greatest(1, 4000 / greatest(length(body), 1))), "
    "summary = summary || jsonb_build_object('decision_number', summary ->> 'number')"
)
FIRST_ANSWER = 60.0
WARM = 1.5


def fill(complaints: int, cases: int) -> list[str]:
    """Generated bulletins; the newest addresses."""
    with create_app().app_context():
        with transaction() as at:
            seeds.sow(at, mode="demonstration", now=crowd.clock.now())
        crowd.fill(complaints=complaints, cases=cases)
        with transaction() as at:
            at.execute(text(AS_LONG_AS_DECISIONS))
        read_as(session(), SYSTEM_READER)
        found = session().execute(
            text(
                "SELECT slug FROM publication WHERE scope = 'PUBLIC' AND state = 'PUBLISHED' ORDER BY published_at DESC"
            )
        )
        slugs = [f"/bulletins/{slug}" for (slug,) in found.fetchmany(BULLETINS)]
        db.session.remove()
        db.engine.dispose()
    return slugs


def _free_port() -> int:
    return next(port for port in range(8600, 8700) if port_is_free(port))


@contextmanager
def server(app: str = "wsgi:create_app()", **environment: str) -> Iterator[tuple[int, int]]:
    """The web as it is started, with this application; its port, and its process."""
    port = _free_port()
    command = [app if word == "wsgi:create_app()" else word for word in children(port)[0].command]
    with subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment}, stdout=sys.stderr.fileno()) as running:
        try:
            _wait(port)
            yield port, running.pid
        finally:
            running.terminate()
            running.wait()


def _wait(port: int) -> None:
    until = time.monotonic() + FIRST_ANSWER
    while time.monotonic() < until:
        try:
            load.fetch(port, ["/bulletins"] * 8)
        except OSError:
            time.sleep(0.1)
        else:
            return
    message = "the web does not answer"
    raise SystemExit(message)


def memory(pid: int) -> float:
    """The most that one of its workers had."""
    with open(f"/proc/{pid}/task/{pid}/children") as listing:  # noqa: PTH123 - of the kernel
        return max(peak_mb(int(child)) for child in listing.read().split())


def part(name: str, asked: load.Asked, status: str) -> Result:
    """What one load found; an answer of another kind ends the bench."""
    if set(asked.statuses) != {status}:
        message = f"{name}: answers were {asked.statuses}"
        raise SystemExit(message)
    return replace(of_times(name, asked.times), per_second=len(asked.times) / asked.seconds)


def measure(slugs: list[str], seconds: float) -> Result:
    """Each kind of request with its floor; the whole is all four kinds mixed."""
    lists = [f"/bulletins{asked}" for asked in LISTS]
    with server() as (port, pid):
        cold = of_times("page_made_for_the_first_time", [_timed(port, slug) for slug in slugs[-40:]])
        places = {"list": lists, "page": slugs[:50]}
        kinds: dict[str, tuple[load.Request, str, int]] = {}
        for name, paths in places.items():
            answers = load.fetch(port, paths)
            size = sum(each.size for each in answers) // len(answers)
            tags = dict(zip(paths, (each.tag for each in answers), strict=True))
            kinds[f"{name}_fresh"] = (_fresh(paths), "200", size)
            kinds[f"{name}_304"] = (_again(paths, tags), "304", 0)
        found = {}
        for name, (request, status, _size) in kinds.items():
            load.press(port, request, clients=CLIENTS, seconds=WARM)
            found[name] = part(name, load.press(port, request, clients=CLIENTS, seconds=seconds), status)
        mixed = load.press(
            port, _mixed([request for request, _status, _size in kinds.values()]), clients=CLIENTS, seconds=seconds
        )
        peak = memory(pid)
    floors = {size: _floor(size, seconds) for size in sorted({size for _request, _status, size in kinds.values()})}
    parts = tuple(found[name].against(floors[size].median_ms or 0.0) for name, (_r, _s, size) in kinds.items())
    all_floors = tuple(replace(each, bench=f"floor_of_{size}_bytes") for size, each in floors.items())
    whole = replace(of_times("public", mixed.times), per_second=len(mixed.times) / mixed.seconds, peak_mb=peak)
    usual = sum(each.median_ms or 0.0 for each in floors.values()) / len(floors)
    return replace(whole.against(usual), parts=(*parts, cold, *all_floors))


def _timed(port: int, path: str) -> float:
    began = time.perf_counter()
    load.fetch(port, [path])
    return (time.perf_counter() - began) * 1000


def _floor(size: int, seconds: float) -> Result:
    with server("bench.readers.floor:app", FLOOR_BYTES=str(size)) as (port, _pid):
        load.press(port, _fresh(["/"]), clients=CLIENTS, seconds=WARM)
        return part("floor", load.press(port, _fresh(["/"]), clients=CLIENTS, seconds=seconds), "200")


def _fresh(paths: list[str]) -> load.Request:
    return lambda dice: (dice.choice(paths), "")


def _again(paths: list[str], tags: dict[str, str]) -> load.Request:
    def request(dice: random.Random) -> tuple[str, str]:
        path = dice.choice(paths)
        return path, f"If-None-Match: {tags[path]}\r\n"

    return request


def _mixed(requests: list[load.Request]) -> load.Request:
    return lambda dice: dice.choice(requests)(dice)


def main() -> None:
    """Fill, measure, and say it as one line of JSON."""
    asked = argparse.ArgumentParser(prog="./zilu bench public")
    asked.add_argument("--seconds", type=float, default=6.0, help="how long each kind of request is sent")
    asked.add_argument("--cases", type=int, default=5000, help="cases in the crowd; a tenth is published at most")
    words = asked.parse_args()
    slugs = fill(words.cases, words.cases)
    print(f"{len(slugs)} bulletins are read", file=sys.stderr)
    report(measure(slugs, words.seconds))


if __name__ == "__main__":
    main()
