"""How a bench measures and says what it found: medians, 95th percentiles, peak memory, one line of JSON."""

import json
import math
import resource
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

MS = 1000.0
KIB_PER_MB = 1024.0


@dataclass(frozen=True)
class Result:
    """What one bench, or one part of it, found; keys that do not apply stay None and are not printed."""

    bench: str
    n: int
    median_ms: float | None = None
    p95_ms: float | None = None
    per_second: float | None = None
    floor_ms: float | None = None
    ratio: float | None = None
    cpu_ms: float | None = None
    peak_mb: float | None = None
    parts: tuple["Result", ...] = ()

    def against(self, floor_ms: float) -> "Result":
        """The same, with the least it could cost and how many times that it costs."""
        ratio = None if self.median_ms is None or floor_ms <= 0 else self.median_ms / floor_ms
        return replace(self, floor_ms=floor_ms, ratio=ratio)

    def line(self) -> str:
        """One line of JSON."""
        return json.dumps(_shown(asdict(self)), ensure_ascii=False)


def _shown(held: dict[str, object]) -> dict[str, object]:
    """Only the keys that apply, with figures that a person can read."""
    shown = {
        key: round(value, 3) if isinstance(value, float) else value for key, value in held.items() if value is not None
    }
    parts = shown.pop("parts", ())
    if isinstance(parts, Iterable) and (listed := [_shown(part) for part in parts]):
        shown["parts"] = listed
    return shown


def report(result: Result) -> None:
    """Print the result as the last line on stdout."""
    print(result.line(), flush=True)


def p95(values: Sequence[float]) -> float:
    """The smallest of the values that at least 95 of 100 do not exceed."""
    return sorted(values)[math.ceil(len(values) * 0.95) - 1]


def peak_mb(pid: int | None = None) -> float:
    """The most memory a process had at once: this one, or another that is still running."""
    if pid is None:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB_PER_MB
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / KIB_PER_MB


def of_times(bench: str, times_ms: Sequence[float]) -> Result:
    """A result from times taken elsewhere, in milliseconds."""
    return Result(bench, len(times_ms), median_ms=statistics.median(times_ms), p95_ms=p95(times_ms))
