"""Documents in a warm worker: laid out, written as PDF/A-3a and PDF/UA-1, signed; beside the floor, in the same run."""

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from bench.measure import KIB_PER_MB, MS, Result, of_times, p95, report
from notices import rendering, samples
from notices.kinds import KINDS
from notices.papers import Block, Head, Heading, Paper, Para
from printing import pdf, signing, signing_authority
from printing.press import PRESS

NOTICE, DECISION = "D08", "D20"
PARTS = 10
"""Findings in the long decision, so that it has forty pages."""
WARM = 3
NANO = 1e6
FLOORS, LONG_ONES = 40, 5
SIGNED_AT = datetime(2026, 11, 5, 2, 0, tzinfo=UTC)
COMMON = (
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行"
    "学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天"
)
ASSOCIATION = "蓝湾互联网金融自律协会"
Work = Callable[[], object]


@dataclass(frozen=True)
class Seal:
    """A key of the demonstration, in a folder that goes with the bench."""

    file: Path
    chain: tuple[bytes, ...]

    def order(self) -> signing.Order:
        """What a signature with it says."""
        return signing.Order(self.file, "seal", self.chain, SIGNED_AT, name=ASSOCIATION, reason="签发并加盖电子印章")


@contextmanager
def a_seal() -> Iterator[Seal]:
    """Made anew for each run."""
    with tempfile.TemporaryDirectory(prefix="zilu-bench-") as folder:
        made = signing_authority.make(ASSOCIATION, b"bench", SIGNED_AT)
        file = Path(folder) / "keys.json"
        signing.keep_file_key(file, "seal", made.pkcs12, "bench")
        yield Seal(file, made.chain)


def a_notice(serial: int) -> tuple[Paper, Head]:
    """A notice of two pages, no two alike: number, recipient, and some characters of the text differ."""
    paper, head = samples.paper_for(NOTICE)
    dice = random.Random(serial)  # noqa: S311 - the same texts each time
    told = Para("另查明：" + "".join(dice.choices(COMMON, k=60)) + "。")
    name = "".join(dice.choices(COMMON, k=4)) + "消费金融有限公司"
    head = replace(head, number=f"蓝金协决〔2026〕{serial}号", recipient_name=name)
    return replace(paper, addressee=f"{name}：", blocks=(*paper.blocks, told)), head


def forty_pages() -> tuple[Paper, Head]:
    """A decision of forty pages."""
    paper, head = samples.paper_for(DECISION)
    told = "某某陈述，" + "催收人员先后多次致电其单位前台，说明其欠款逾期的情况，" * 9
    part: tuple[Block, ...] = (Heading("查明的事实"), *[Para(told)] * 8)
    return replace(paper, blocks=(*paper.blocks, *part * PARTS)[:-2]), head


def plain(paper: Paper, head: Head) -> bytes:
    """The floor: the same page laid out and written, without archive variant, data, or signature."""
    html = rendering.html_of(paper, head)
    sheets = rendering.stylesheets(KINDS[paper.kind].layout, head)
    resources = rendering.resources_of(paper, head)
    laid_out = pdf.lay_out(html, created=SIGNED_AT, stylesheets=sheets, resources=resources)
    return bytes(laid_out.write_pdf())


def whole(paper: Paper, head: Head, seal: Seal) -> bytes:
    """What the worker does for a document, on its two presses."""
    return signing.signed(rendering.pdf_in_limits(paper, head), seal.order()).content


def presses() -> list[int]:
    """The processes that this one started: its presses."""
    found: list[int] = []
    for task in Path("/proc/self/task").iterdir():
        found += map(int, (task / "children").read_text().split())
    return found


def processor() -> dict[int, float]:
    """Milliseconds of processor that this process and each of its presses have had."""
    spent = {os.getpid(): time.process_time() * MS}
    for pid in presses():
        times = [int((task / "schedstat").read_text().split()[0]) for task in Path(f"/proc/{pid}/task").iterdir()]
        spent[pid] = sum(times) / NANO
    return spent


def memory(pid: int, what: str = "VmHWM") -> float:
    """Megabytes of a process: the most it had (VmHWM), or what it has (VmRSS)."""
    return int(Path(f"/proc/{pid}/status").read_text().partition(f"{what}:")[2].split()[0]) / KIB_PER_MB


@dataclass
class Times:
    """What some work cost, each time."""

    walls: list[float]
    processors: list[float]

    def take(self, work: Work) -> None:
        """Do it once; where a press was replaced meanwhile, its processor time is unknown and not counted."""
        before, began = processor(), time.perf_counter()
        work()
        self.walls.append((time.perf_counter() - began) * MS)
        after = processor()
        if before.keys() <= after.keys():
            self.processors.append(sum(after.values()) - sum(before.values()))

    def result(self, name: str) -> Result:
        """Wall and processor time."""
        return replace(of_times(name, self.walls), cpu_ms=statistics.median(self.processors))

    def processor_p95(self, name: str) -> Result:
        """The processor time alone, as a part with its own 95th percentile."""
        return Result(
            name, len(self.processors), cpu_ms=statistics.median(self.processors), p95_ms=p95(self.processors)
        )


def measure(seal: Seal, documents: int) -> Result:
    """Documents and floors in turn, then long ones; at last memory over all of them."""
    made, floors, longs, sizes = Times([], []), Times([], []), Times([], []), []
    for serial in range(WARM):
        whole(*a_notice(serial), seal)
        PRESS.make(plain, *a_notice(serial))
    step = max(1, documents // FLOORS)
    for serial in range(WARM, documents + WARM):
        paper, head = a_notice(serial)
        made.take(lambda given=(paper, head): whole(*given, seal))
        if running := presses():  # both are replaced now and then
            sizes.append(max(memory(pid, "VmRSS") for pid in running))
        if serial % step == 0:
            floors.take(lambda given=(paper, head): PRESS.make(plain, *given))
        print(f"{serial - WARM + 1}/{documents}", end="\r", file=sys.stderr, flush=True)
    two_pages = max(*sizes, memory(os.getpid()))
    paper, head = forty_pages()
    for turn in range(LONG_ONES + 1):
        (longs if turn else Times([], [])).take(lambda: whole(paper, head, seal))
    tenth = max(1, len(sizes) // 10)
    floor = statistics.median(floors.processors)
    cpu = statistics.median(made.processors)
    parts = (
        made.processor_p95("processor"),
        floors.result("floor"),
        replace(longs.result("forty_pages"), peak_mb=max((memory(pid) for pid in presses()), default=None)),
        Result("memory_first_tenth", tenth, peak_mb=max(sizes[:tenth])),
        Result("memory_last_tenth", tenth, peak_mb=max(sizes[-tenth:])),
        Result("worker_beside_its_presses", 1, peak_mb=memory(os.getpid())),
    )
    return replace(made.result("notices"), floor_ms=floor, ratio=cpu / floor, peak_mb=two_pages, parts=parts)


def two_workers(documents: int) -> Result:
    """Documents per second of two workers at once, each with presses of its own."""
    command = [sys.executable, "-m", "bench.notices", "--worker", str(documents)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    both = [subprocess.Popen(command, **pipes) for _ in range(2)]  # type: ignore[call-overload]
    for worker in both:
        worker.stdout.readline()
    began = time.perf_counter()
    for worker in both:
        worker.stdin.write(b"go\n")
        worker.stdin.flush()
    codes = [worker.wait() for worker in both]
    if any(codes):
        raise SystemExit(1)
    return Result("two_workers", 2 * documents, per_second=2 * documents / (time.perf_counter() - began))


def one_worker(seal: Seal, documents: int) -> None:
    """Warm up, wait for the word, and work."""
    for serial in range(WARM):
        whole(*a_notice(serial), seal)
    print("ready", flush=True)
    sys.stdin.readline()
    for serial in range(documents):
        whole(*a_notice(serial), seal)


def main() -> None:
    """Measure, and say it as one line of JSON; ``ratio`` compares processor time with that of the floor."""
    asked = argparse.ArgumentParser(prog="./zilu bench notices")
    asked.add_argument("--documents", type=int, default=1000, help="how many are made, one after another")
    asked.add_argument("--worker", type=int, default=0, help=argparse.SUPPRESS)
    words = asked.parse_args()
    rendering.warm(ASSOCIATION)
    with a_seal() as seal:
        if words.worker:
            one_worker(seal, words.worker)
            return
        found = measure(seal, words.documents)
    pair = two_workers(max(10, min(100, words.documents // 5)))
    report(replace(found, parts=(*found.parts, pair)))


if __name__ == "__main__":
    main()
