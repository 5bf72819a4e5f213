"""The table of needs: every one is there with proofs that exist, one of them a journey by a browser on a whole site."""

import re
from pathlib import Path

from flask.testing import FlaskClient

from core.settings import ROOT

TABLE = ROOT / "docs" / "needs.md"
ROW = re.compile(r"^\| ([SPC]\d+) \| [^|]+ \| ([^|]+) \|$", re.MULTILINE)
WANTED = {f"{who}{number}" for who, last in {"S": 25, "P": 22, "C": 22}.items() for number in range(1, last + 1)}
BY_A_BROWSER = re.compile(r"`journeys/test_\w+\.py::test_")
PROOF = re.compile(r"`([a-z_/]+\.py)::(test_\w+)`")


def test_every_need_has_its_row() -> None:
    rows = ROW.findall(TABLE.read_text("utf-8"))
    assert sorted(need for need, _proof in rows) == sorted(WANTED)
    assert not [need for need, proof in rows if not PROOF.search(proof)]


def test_somebody_does_each_in_a_browser() -> None:
    rows = ROW.findall(TABLE.read_text("utf-8"))
    assert not [need for need, proof in rows if not BY_A_BROWSER.search(proof)]


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
