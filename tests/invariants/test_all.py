"""Every invariant of the domain is tried by a verb, through the web, and where it can refuse in the database."""

import re
from collections import defaultdict

from core.settings import ROOT

ALL = [f"I-{number:02}" for number in range(1, 25)]
IN_THE_DATABASE = {
    "I-01", "I-02", "I-03", "I-04", "I-05", "I-06", "I-07", "I-08", "I-10", "I-11", "I-12", "I-13", "I-15", "I-16",
    "I-18", "I-19", "I-20", "I-21", "I-23",
}  # fmt: skip
"""The others speak of texts, of points and of what is not done: no constraint knows them."""


def _tried() -> dict[str, set[str]]:
    found = defaultdict(set)
    for path in (ROOT / "tests" / "invariants").glob("test_*.py"):
        for number, way in re.findall(r'mark\.invariant\("(I-\d\d)", "(\w+)"\)', path.read_text("utf-8")):
            found[number].add(way)
    return found


def test_every_invariant_is_tried_by_a_verb_and_through_the_web() -> None:
    tried = _tried()
    missing = [(number, way) for number in ALL for way in ("verb", "web") if way not in tried[number]]
    assert not missing
    assert {number for number in tried if "database" in tried[number]} == IN_THE_DATABASE
    assert sorted(tried) == ALL
    assert set().union(*tried.values()) == {"verb", "web", "database"}


def test_each_says_which_invariant_it_tries() -> None:
    begins = r'@pytest.mark.invariant\("(I-\d\d)", "\w+"\)\n(?:@.*\n)*def [^"]*?:\n    """(I-\d\d):'
    for path in sorted((ROOT / "tests" / "invariants").glob("test_*.py")):
        said = path.read_text("utf-8")
        marked = re.findall(begins, said)
        assert all(number == named for number, named in marked), path
        assert len(marked) == len(re.findall(r"^@pytest.mark.invariant", said, re.MULTILINE)), path
