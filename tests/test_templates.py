"""What templates have from one another: nothing they do not use, and the furniture of all from one place."""

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

import pytest
from flask import Flask
from jinja2 import nodes

from core.settings import ROOT

FOLDER = ROOT / "templates"
FORMS = "parts/forms.html"
SAYING = {"_", "ngettext"}
BLOCK = re.compile(r"</|<(?:p|div|[uod]l|li|t[rdh]|table|section|h\d|form|details|d[td]|fieldset)\b")
BARE = re.compile(r"(?:</\w+>)?:\s")


@pytest.fixture
def trees(app: Flask) -> dict[str, nodes.Template]:
    found = (path for path in FOLDER.rglob("*.html"))
    return {path.relative_to(FOLDER).as_posix(): app.jinja_env.parse(path.read_text("utf-8")) for path in found}


def _reaching(trees: dict[str, nodes.Template]) -> dict[str, set[str]]:
    """Where the names of each template are known as well: in what extends it, and in what it includes."""
    there: dict[str, set[str]] = defaultdict(set)
    for name, tree in trees.items():
        for kind in (nodes.Extends, nodes.Include):
            for node in tree.find_all(kind):
                for other in (each.value for each in node.find_all(nodes.Const)):
                    there[other if kind is nodes.Extends else name].add(name if kind is nodes.Extends else other)
    return there


def test_no_template_imports_what_it_does_not_use(trees: dict[str, nodes.Template]) -> None:
    said = {
        name: {each.name for each in tree.find_all(nodes.Name) if each.ctx == "load"} for name, tree in trees.items()
    }
    reaching, unused = _reaching(trees), []
    for name, tree in trees.items():
        seen, ahead = {name}, [name]
        while ahead:
            new = reaching[ahead.pop()] - seen
            seen |= new
            ahead += new
        known = set().union(*(said.get(each, set()) for each in seen))
        unused += [f"{name}: {each.target}" for each in tree.find_all(nodes.Import) if each.target not in known]
    assert not unused


def _above(name: str, trees: dict[str, nodes.Template]) -> list[str]:
    """A template and all that it extends; where that is chosen by a value, whatever may be."""
    found, root = [name], "documents/" if name.startswith("documents/") else ""
    for each in found:
        extended = (said for node in trees[each].find_all(nodes.Extends) for said in node.find_all(nodes.Const))
        found += [f"{root}{said.value}" for said in extended if f"{root}{said.value}" in trees]
    return found


def test_every_block_that_is_filled_or_placed_is_there(trees: dict[str, nodes.Template]) -> None:
    blocks = {name: {each.name for each in tree.find_all(nodes.Block)} for name, tree in trees.items()}
    lost = []
    for name, tree in trees.items():
        own, *above = _above(name, trees)
        there = blocks[own].union(*(blocks[each] for each in above))
        outermost = {each.name for each in tree.body if isinstance(each, nodes.Block)} if above else set()
        placed = {
            each.attr
            for each in tree.find_all(nodes.Getattr)
            if isinstance(each.node, nodes.Name) and each.node.name == "self"
        }
        filled = outermost - set().union(*(blocks[each] for each in above))
        lost += [f"{name}: {each}" for each in sorted((placed - there) | filled)]
    assert not lost


def test_a_button_that_cannot_be_pressed_is_made_in_one_place() -> None:
    texts = {path.relative_to(FOLDER).as_posix(): path.read_text("utf-8") for path in FOLDER.rglob("*.html")}
    assert {name for name, text in texts.items() if "data-off>" in text} == {FORMS}


def test_whoever_looks_first_does_not_press_the_button_beside_it() -> None:
    lines = {line for path in FOLDER.rglob("*.html") for line in path.read_text("utf-8").splitlines()}
    assert not [line for line in lines if "forms.look(" in line and 'class="buttons">{{ forms.submit' not in line]


def test_lists_are_joined_as_the_readers_language_joins_them() -> None:
    by_comma = re.compile(r"join\(\s*['\"][,;] ?['\"]\s*\)|loop\.last %\}[,;] ")
    found = {
        path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.*") if by_comma.search(path.read_text("utf-8"))
    }
    assert found == {"documents/layouts/base.html"}, "keywords of a PDF are read by programs"


def test_what_stands_in_brackets_has_those_of_the_readers_language() -> None:
    """Of Chinese they are wide: `bracketed` puts a value in brackets; functions of SVG and CSS have others."""
    ours = re.compile(r"(?<![\w#])\([^()<>{}\n]*\{[{%]")
    pages = [path for path in FOLDER.rglob("*.html") if "documents" not in path.parts]
    assert not [
        path.name for path in pages if ours.search(re.sub(r"\{[{#%].*?[}#%]\}", _hollow, path.read_text("utf-8")))
    ]
    put = re.compile(r"""\(["'] ~|~ ["']\)""")
    assert not [path.name for path in pages if put.search(path.read_text("utf-8"))], "nor put there by an expression"


def _hollow(found: re.Match[str]) -> str:
    """An expression without what stands in it, where brackets are those of a call; nothing of a comment."""
    return "" if found[0].startswith("{#") else f"{found[0][:2]}{found[0][-2:]}"


def test_a_button_of_a_row_says_by_its_own_words_or_beside_them_of_which_row_it_is(
    trees: dict[str, nodes.Template],
) -> None:
    """Whoever hears a page, or goes through its buttons alone, hears "Done" a dozen times else."""
    silent = [
        f"{name}:{call.lineno}"
        for name, tree in trees.items()
        for loop in tree.find_all(nodes.For)
        for call in loop.find_all(nodes.Call)
        if isinstance(call.node, nodes.Getattr)
        and call.node.attr == "button"
        and not _has_own_words(call.args[1])
        and "about" not in {each.key for each in call.kwargs}
    ]
    assert not silent


def _has_own_words(text: nodes.Expr) -> bool:
    """Whether a text is more than one sentence that is the same for every row."""
    return not (isinstance(text, nodes.Call) and len(text.args) == 1 and not text.kwargs)


def _in_order(node: nodes.Node) -> Iterator[nodes.Expr]:
    """What a template or a macro writes, piece after piece."""
    for each in node.iter_child_nodes(exclude=("test", "iter", "target", "call")):
        if isinstance(each, nodes.Output):
            yield from each.nodes
        elif isinstance(each, nodes.Stmt) and not isinstance(each, nodes.Macro):
            yield from _in_order(each)


def _ends_a_sentence(said: nodes.Expr | None) -> bool:
    if isinstance(said, nodes.CondExpr):
        return _ends_a_sentence(said.expr1) or _ends_a_sentence(said.expr2)
    if not (isinstance(said, nodes.Call) and isinstance(said.node, nodes.Name) and said.node.name in SAYING):
        return False
    return isinstance(said.args[0], nodes.Const) and said.args[0].value.endswith((".", ":", ";", ",", "!", "?"))


def test_sentences_stand_beside_one_another_as_the_readers_language_has_it(trees: dict[str, nodes.Template]) -> None:
    """Chinese leaves no blank behind its wide signs: `gap()` stands between sentences, `_(": ")` behind a label."""
    apart = []
    for name, tree in trees.items():
        wholes = (tree, *tree.find_all(nodes.Macro))
        for before, after in (pair for whole in wholes for pair in pairwise(_in_order(whole))):
            if not isinstance(after, nodes.TemplateData):
                continue
            text = after.data.lstrip()
            blank = text != after.data and not BLOCK.match(text) and _ends_a_sentence(before)
            if blank or BARE.match(after.data):
                apart.append(f"{name}:{before.lineno}: {after.data[:30]!r}")
    assert not apart, "\n".join(apart)
