"""A notice from the click to the stored PDF: the verb with its dossier, the commit, the rendering, the file."""

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from flask_babel import force_locale
from sqlalchemy import select
from weasyprint import HTML

from bench.measure import MS, Result, of_times, p95, peak_mb, report
from casework import intake, triage
from casework.intake import Company, Submission
from casework.models import Complaint
from core import clock
from core.actors import NOBODY, Actor
from core.db import SYSTEM_READER, db, read_as, session, transaction
from notices import jobs, rendering
from notices.models import Document
from notices.papers import Head, Paper
from printing import signing
from registry import parties, seeds
from registry.models import BasisKind, PartyKind
from registry.names import check_character
from wsgi import create_app

ROUNDS = 40
WARM = 3
KEEPER = Actor(None, frozenset({"system_admin"}), audience="admin")
CLERK = Actor(None, frozenset({"intake", "officer"}), audience="staff")
BEGAN = datetime(2025, 1, 2, 2, 0, tzinfo=UTC)


def prepare() -> int:
    """A seeded database with one institution; its number."""
    with transaction() as at:
        seeds.sow(at, mode="demonstration", now=clock.now())
        code = f"91350200MB{int(time.time()) % 10_000_000:07d}"
        lender = parties.create(
            at,
            kind=PartyKind.INSTITUTION,
            name_zh="云栖消费金融有限公司",
            uscc=code + check_character(code),
            actor=KEEPER,
            now=BEGAN,
        )
        parties.add_basis(at, lender, kind=BasisKind.MEMBERSHIP, from_on=BEGAN.date(), actor=KEEPER, now=BEGAN)
        return lender.id


def a_complaint(party_id: int, number: int) -> int:
    """One complaint that waits to be forwarded; its number."""
    said = Submission(
        channel="WEB",
        lang="zh",
        role="DEBTOR",
        companies=[Company("INSTITUTION", "NAME", "云栖消费金融有限公司", party_id)],
        facts="11月3日起，对方每天多次打电话给我的同事，告诉他们我欠款。" * 20,
        codes=["V-I01", "V-F04"],
        consent="2026-11",
        conduct_from=clock.today(),
        conduct_to=clock.today(),
    )
    with transaction() as at:
        complaint, _code = intake.submit(
            at, said, key=f"bench-{time.time_ns()}-{number}", actor=NOBODY, now=clock.now()
        )
        return complaint.id


def issue(complaint_id: int, party_id: int) -> int:
    """The click: accepted, forwarded, numbered, committed; the number of the forwarding letter's document."""
    with transaction() as at:
        complaint = at.get_one(Complaint, complaint_id)
        triage.accept(at, complaint, respondents=[party_id], masked_facts=complaint.facts, actor=CLERK, now=clock.now())
        letter = select(Document.id).where(Document.kind == "D05b").order_by(Document.id.desc()).limit(1)
        return int(at.scalars(letter).one())


def timed(work: Callable[[], object]) -> float:
    """Milliseconds on the wall: most of the work is done on the press, whose processor time is its own."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * MS


def floor_of(document_id: int) -> float:
    """Layout and writing of the same text, without archive variant, seal data or limits."""
    at = session()
    read_as(at, SYSTEM_READER)
    frozen = at.get_one(Document, document_id).paper
    at.rollback()
    paper, head = Paper.from_json(frozen["paper"]), Head.from_json(frozen["head"])
    plain = rendering.html_of(paper, replace(head, check_code="", verify_url=""))
    return timed(lambda: HTML(string=plain).write_pdf())


def main() -> None:
    """Measure, and say it as one line of JSON."""
    app = create_app()
    with app.app_context(), force_locale("zh_Hans_CN"):
        rendering.warm()
        signing.warm()
        party_id = prepare()
        waiting = [a_complaint(party_id, number) for number in range(ROUNDS + WARM)]
        clicks, renders, totals, letters = [], [], [], []
        for turn, complaint_id in enumerate(waiting):
            made: list[int] = []
            click = timed(lambda done=made, number=complaint_id: done.append(issue(number, party_id)))
            rendered = timed(lambda done=made: jobs.render(done[0]))
            if turn >= WARM:
                clicks.append(click)
                renders.append(rendered)
                totals.append(click + rendered)
                letters.append(made[0])
            print(f"{turn + 1}/{len(waiting)}", end="\r", file=sys.stderr, flush=True)
        most = peak_mb()  # before the floors, whose plain rendering keeps no typecase and grows
        floors = [floor_of(letter) for letter in letters]
        db.engine.dispose()
    floors.sort()
    whole = of_times("issue", totals).against(floors[len(floors) // 2])
    parts = (of_times("click", clicks), of_times("render", renders), Result("floor", len(floors), p95_ms=p95(floors)))
    report(
        replace(
            whole,
            per_second=MS * len(totals) / sum(totals),
            peak_mb=most,
            parts=parts,
        ),
    )


if __name__ == "__main__":
    main()
