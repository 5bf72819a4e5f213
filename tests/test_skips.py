"""A test that is left out says why, and each reason stands here: nothing is left out by the way."""

import ast
from collections.abc import Iterator

import pytest

from core.settings import ROOT

BY = {"pytest", "pytest.mark", "mark", "self", "unittest"}
LEAVING_OUT = {"skip", "skipif", "importorskip", "xfail", "skipTest", "skipUnless", "SkipTest"}
ALLOWED = {
    "the real complaints lie beside the project, and are not here",
    "the real files (../shared/data) are not on this machine",
    "this machine makes no network namespace for us",
    "openssl is not installed",
    "softhsm2 is not installed",
    "clamd is not installed",
    "this checkout is running: start says that first",
}
"""What a machine lacks or what runs on it: never that a test is slow, new, or fails."""


def _left_out(source: str) -> Iterator[str]:
    """The reason of each test that a module leaves out; its code where no reason can be read in it."""
    tree = ast.parse(source)
    called = {id(node.func): node for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        if isinstance(node, ast.alias | ast.Name):
            name = node.name if isinstance(node, ast.alias) else node.id
            renamed = isinstance(node, ast.alias) and node.asname and node.name in BY
            if name in LEAVING_OUT or renamed:  # under another name it would be looked for in vain
                yield ast.unparse(node)
        elif isinstance(node, ast.Attribute) and node.attr in LEAVING_OUT and ast.unparse(node.value) in BY:
            yield _reason(called.get(id(node)), node)


def _reason(call: ast.Call | None, node: ast.Attribute) -> str:
    if call is None:
        return ast.unparse(node)
    first = [] if node.attr in {"skipif", "importorskip"} else call.args[:1]
    given = [*(each.value for each in call.keywords if each.arg == "reason"), *first]
    plain = given and isinstance(given[0], ast.Constant) and isinstance(given[0].value, str)
    return str(ast.literal_eval(given[0])) if plain else ast.unparse(call)


def test_a_test_is_left_out_for_a_reason_that_stands_here_and_for_no_other() -> None:
    found = {
        reason: path.name
        for path in (ROOT / "tests").rglob("*.py")
        if any(word in (content := path.read_text("utf-8")) for word in LEAVING_OUT)
        for reason in _left_out(content)
    }
    assert {reason: name for reason, name in found.items() if reason not in ALLOWED} == {}
    assert found.keys() >= ALLOWED, "a reason that no test gives any more"


@pytest.mark.parametrize(
    "source",
    [
        "pytest.skip(why)",
        "pytest.skip()",
        "@pytest.mark.skip\ndef test_a(): ...",
        "pytestmark = pytest.mark.skipif(slow)",
        "docx = pytest.importorskip('docx')",
        "from pytest import skip as later",
        "import pytest as p",
        "@pytest.mark.xfail(reason='later')\ndef test_a(): ...",
        "pytest.param(1, marks=[pytest.mark.skip(reason=f'{why}')])",
    ],
)
def test_no_way_to_leave_a_test_out_is_overlooked(source: str) -> None:
    (reason,) = _left_out(source)
    assert reason not in ALLOWED
