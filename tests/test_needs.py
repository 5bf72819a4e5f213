"""The table of needs: every one is there with proofs that exist, one of them a journey by a browser on a whole site."""

import ast
import re
from pathlib import Path

from flask.testing import FlaskClient

from core.settings import ROOT
from tests.journeys.person import Person
from tests.journeys.story import Story

TABLE = ROOT / "docs" / "needs.md"
ROW = re.compile(r"^\| ([SPC]\d+) \| [^|]+ \| ([^|]+) \|$", re.MULTILINE)
WANTED = {f"{who}{number}" for who, last in {"S": 25, "P": 22, "C": 22}.items() for number in range(1, last + 1)}
DONE = {each for each in (*dir(Person), *dir(Story)) if each[0] != "_"} - {"ask", "site", "today", "ref", "code", "log"}
"""What people of a journey do and read; the rest only looks behind their backs."""
PROOF = re.compile(r"`([a-z_/]+\.py)::(test_\w+)`")


def test_every_need_has_its_row() -> None:
    rows = ROW.findall(TABLE.read_text("utf-8"))
    assert sorted(need for need, _proof in rows) == sorted(WANTED)
    assert not [need for need, proof in rows if not PROOF.search(proof)]


def test_somebody_does_each_in_a_browser() -> None:
    rows = ROW.findall(TABLE.read_text("utf-8"))
    assert not [need for need, proof in rows if not any(_in_a_browser(*each) for each in PROOF.findall(proof))]


def _in_a_browser(path: str, name: str) -> bool:
    """Whether it is a journey in which somebody does or reads something: one that only asks the database is none."""
    if not path.startswith("journeys/"):
        return False
    tree = ast.parse((ROOT / "tests" / path).read_text("utf-8"))
    functions = {each.name: each for each in tree.body if isinstance(each, ast.FunctionDef)}
    calls = [each.func for each in ast.walk(functions[name]) if isinstance(each, ast.Call)]
    own = [functions[each.id] for each in calls if isinstance(each, ast.Name) and each.id in functions]
    found = {
        node.attr for each in (functions[name], *own) for node in ast.walk(each) if isinstance(node, ast.Attribute)
    }
    return bool(found & DONE)


def test_every_proof_exists() -> None:
    proofs = PROOF.findall(TABLE.read_text("utf-8"))
    missing = [(path, name) for path, name in proofs if not _holds(ROOT / "tests" / path, name)]
    assert not missing


def _holds(path: Path, name: str) -> bool:
    return path.exists() and f"\ndef {name}(" in path.read_text("utf-8")


def test_every_public_page_says_whom_to_call_in_danger_and_leads_to_the_rights(client: FlaskClient) -> None:
    client.set_cookie("lang", "en")
    for path in ("/", "/complain", "/complain/who", "/track/", "/bulletins", "/verify", "/rights", "/privacy"):
        page = client.get(path).text
        assert "Call the police on 110 first." in page, path
        assert 'href="/rights"' in page, path


def test_every_working_page_says_whose_time_it_tells() -> None:
    layout = (ROOT / "templates/layouts/working.html").read_text("utf-8")
    assert "All times are Beijing time (Asia/Shanghai)." in layout
    layouts = (ROOT / "templates/layouts").glob("*.html")
    children = {path.name for path in layouts if "layouts/working.html" in path.read_text("utf-8")}
    assert children >= {"staff.html", "portal.html", "admin.html"}
