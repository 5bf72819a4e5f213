"""How a paper is built, to tell a sample from what is really issued: headings, labels and what stands beside them."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from notices.papers import Facts, Heading, Lang, Paper, Table
from notices.samples import paper_for

FORMS = {
    "day": r"\d{4}年\d{1,2}月\d{1,2}日|\d{1,2} [A-Z][a-z]+ \d{4}",
    "moment": r"\d{4}年\d{1,2}月\d{1,2}日\d{1,2}时(\d{1,2}分)?|\d{1,2} [A-Z][a-z]+ \d{4}, \d{1,2}:\d{2}",
    "time": r"\d{1,2}时(\d{1,2}分)?|\d{1,2}:\d{2}",
    "number": r"\S{1,12}〔\d{4}〕\d+号",
    "complaint": r"TS\d{4}-\w+",
    "address": r"https?://\S+",
    "count": r"\d+",
    "measured": r"\d+(份|学时|件|页|年|人|分)",
}
ISSUED_BY_SCENES = frozenset({"D07c", "D13b", "D16a", "D16c", "D25", "D29", "D37", "D40"})
"""Kinds that the demonstration does not issue: lives of their own do (tests/sanctions/test_samples_issued.py)."""
NUMBERED = re.compile(r"^([一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|\d+[.．]\s*|\([a-z]\)\s*)")


def form(value: str) -> str:
    """What kind of thing a value is: a day, a moment, a number of a document …, or words."""
    return next((name for name, like in FORMS.items() if re.fullmatch(like, value.strip())), "words")


@dataclass
class Shape:
    """Headings, heads of tables, and of each label the forms of what stands beside it."""

    headings: set[str] = field(default_factory=set)
    tables: set[tuple[str, ...]] = field(default_factory=set)
    facts: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def take(self, paper: Paper) -> None:
        for block in paper.blocks:
            match block:
                case Heading(text):
                    self.headings.add(NUMBERED.sub("", text))
                case Table(headers):
                    self.tables.add(tuple(headers))
                case Facts(rows):
                    for label, value in rows:
                        self.facts[label].add(form(value))


def drifts(issued: Iterable[tuple[str, Lang, Paper]]) -> Iterator[str]:
    """Where a sample is not what is issued: what it lacks, and what stands in another form beside a label."""
    real: dict[tuple[str, Lang], Shape] = defaultdict(Shape)
    for kind, lang, paper in issued:
        real[kind, lang].take(paper)
    for (kind, lang), shape in sorted(real.items()):
        sample = Shape()
        sample.take(paper_for(kind, lang)[0])
        for name in ("headings", "tables"):
            if lacking := getattr(shape, name) - getattr(sample, name):
                yield f"{kind}.{lang}: the sample lacks {name} {sorted(lacking)}"
        for label, forms in shape.facts.items():
            if label not in sample.facts:
                yield f"{kind}.{lang}: the sample lacks {label}"
            elif not sample.facts[label] & forms:
                yield f"{kind}.{lang}: {label} is {sample.facts[label]} in the sample, {forms} where it is issued"
