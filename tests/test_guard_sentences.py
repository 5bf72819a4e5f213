"""Each sentence with which a guard refuses stands in a table of refusals, where it is read in both languages."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from core.settings import ROOT
from tests.rooms import ROOMS

GUARDED = tuple(room for room in ROOMS if room not in ("core", "registry", "figures", "admin"))
"""Rooms whose machines have guards."""
REFUSALS = {"NotNow", "NotAllowed", "BadInput"}
DEEP = 4
"""How far a guard is followed into what it yields from."""
Functions = dict[tuple[str, str], ast.FunctionDef]


def _read() -> tuple[Functions, dict[str, dict[str, str]]]:
    """Every function by its module and name, and what each module calls the others."""
    functions: Functions = {}
    known: dict[str, dict[str, str]] = {}
    for path in sorted(path for room in GUARDED for path in (ROOT / room).glob("*.py")):
        tree, module = ast.parse(path.read_text("utf-8")), f"{path.parent.name}.{path.stem}"
        known[module] = {
            each.asname or each.name: f"{node.module}.{each.name}"
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            for each in node.names
        }
        functions |= {(module, node.name): node for node in tree.body if isinstance(node, ast.FunctionDef)}
    return functions, known


def _is_guard(function: ast.FunctionDef) -> bool:
    calls = (each.func for each in function.decorator_list if isinstance(each, ast.Call))
    return any(isinstance(call, ast.Attribute) and call.attr == "guard" for call in calls)


def _words(said: ast.expr | None) -> str:
    is_told = isinstance(said, ast.Call) and isinstance(said.func, ast.Name) and said.func.id == "_l"
    return str(ast.literal_eval(said.args[0])) if is_told else ""  # type: ignore[union-attr]


@cache
def _shared() -> dict[str, str]:
    """Sentences that several say, by the name they have."""
    texts = (path.read_text("utf-8") for room in ROOMS for path in (ROOT / room).glob("*.py"))
    trees = (ast.parse(text) for text in texts if re.search(r"^\w+ = _l\(", text, re.MULTILINE))
    nodes = (node for tree in trees for node in tree.body if isinstance(node, ast.Assign))
    told = ((node.targets[0], _words(node.value)) for node in nodes)
    return {name.id: words for name, words in told if isinstance(name, ast.Name) and words}


def _sentences(function: ast.FunctionDef) -> Iterator[str]:
    """What it refuses with: the words of a refusal, not words that stand in them."""
    for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
        if isinstance(call.func, ast.Name) and call.func.id in REFUSALS:
            names = (each.attr if isinstance(each, ast.Attribute) else getattr(each, "id", "") for each in call.args)
            said = {*map(_words, call.args), *(_shared().get(name, "") for name in names)}
            yield from said - {""}


def _follow(at: tuple[str, str], functions: Functions, known: dict[str, dict[str, str]], deep: int) -> set[str]:
    function, module = functions[at], at[0]
    found = set(_sentences(function))
    for node in ast.walk(function):
        if deep and isinstance(node, ast.YieldFrom) and isinstance(node.value, ast.Call):
            called = node.value.func
            if isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name):
                there = known[module].get(called.value.id, ""), called.attr
            elif isinstance(called, ast.Name):
                there = (module, called.id)
                if there not in functions:
                    room, _, name = known[module].get(called.id, "").rpartition(".")
                    there = room, name
            else:
                continue
            if there in functions:
                found |= _follow(there, functions, known, deep - 1)
    return found


def _told(path: Path) -> Iterator[str]:
    """The words of a table."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _is_told(sentence: str, told: set[str]) -> bool:
    """Whether a table tells it, with something in the place of what differs."""
    pieces = re.split(r"%\(\w+\)s", sentence)
    wanted = re.compile(".+".join(re.escape(each) for each in pieces))
    return len(pieces) > 1 and any(word.startswith(pieces[0]) and wanted.fullmatch(word) for word in told)


@cache
def _guarded() -> set[str]:
    functions, known = _read()
    guards = [at for at, function in functions.items() if _is_guard(function)]
    return set().union(*(_follow(at, functions, known, DEEP) for at in guards))


def test_a_sentence_of_a_guard_that_has_a_name_is_not_written_out_beside_it() -> None:
    trees = [ast.parse(path.read_text("utf-8")) for room in ROOMS for path in (ROOT / room).glob("*.py")]
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args]
    said = [call.args[0] for call in calls if isinstance(call.func, ast.Name) and call.func.id in {"_", "_l"}]
    written = Counter(each.value for each in said if isinstance(each, ast.Constant))
    named = set(_shared().values()) & _guarded()
    assert len(named) > 5
    assert not [each for each in named if written[each] > 1]


def test_each_sentence_of_a_guard_is_read_in_a_table_of_refusals() -> None:
    sentences = _guarded()
    told = {word for path in ROOT.glob("tests/*/test_guard_sentences*.py") for word in _told(path)}
    missing = [sentence for sentence in sentences if sentence not in told and not _is_told(sentence, told)]
    assert len(sentences) > 300
    assert not missing, "\n".join(sorted(missing))
