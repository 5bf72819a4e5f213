"""What style sheets, scripts and templates promise: nothing inline, one rule a line, names have hashes."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import tinycss2
from flask import Flask
from werkzeug.test import Client

from core import assets, i18n
from core.settings import ROOT
from tests.core.sample import build

SHEETS = sorted((ROOT / "static" / "css").glob("*.css"))
SCRIPTS = sorted((ROOT / "static" / "js").glob("*.js"))
PAGES = sorted(path for path in (ROOT / "templates").rglob("*.html") if not {"documents", "mail"} & set(path.parts))
INLINE = {
    "style": r"<style\b|\sstyle\s*=",
    "a script of its own": r"<script(?![^>]*\bsrc=)",
    "a handler": r"\son[a-z]+\s*=\s*[\"']",
    "|safe": r"\|\s*safe\b",
    "javascript:": r"javascript:",
    "hx-on or js:": r"hx-on|[\"']js:",
    "an address of somebody else's file": r"<(script|link|img|audio|iframe)[^>]*(src|href)=\"https?:",
}


def _without_comments(sheet: Path) -> str:
    return re.sub(r"/\*.*?\*/", "", sheet.read_text("utf-8"), flags=re.DOTALL)


def test_focus_is_seen_where_focus_visible_is_unknown() -> None:
    """It only takes an outline away: what else is younger than Chrome 80, test_floor finds."""
    unseen = r"(?<!:not\():focus-visible"
    assert not [sheet.name for sheet in SHEETS if re.search(unseen, _without_comments(sheet))]


def rules(sheet: Path) -> list[tinycss2.ast.QualifiedRule]:
    found = []
    for node in tinycss2.parse_stylesheet(sheet.read_text("utf-8"), skip_comments=True, skip_whitespace=True):
        assert node.type != "error", node
        if node.type == "at-rule" and node.content and node.lower_at_keyword == "media":
            inner = tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
            found += [rule for rule in inner if rule.type == "qualified-rule"]
        elif node.type == "qualified-rule":
            found.append(node)
    return found


def test_no_rule_stands_in_a_rule_and_no_gap_in_a_flexbox() -> None:
    wrong = []
    for name, rule in ((sheet.name, rule) for sheet in SHEETS for rule in rules(sheet)):
        text = tinycss2.serialize(rule.content)
        in_it = [token for token in rule.content if token.type == "{} block"]
        if in_it or (re.search(r"display:\s*(inline-)?flex", text) and re.search(r"\bgap:", text)):
            wrong.append((name, tinycss2.serialize(rule.prelude)))
    assert not wrong


def test_every_tag_bears_a_colour_of_the_sheet() -> None:
    known = {"grey", *re.findall(r"\.tag-([a-z]+)", (ROOT / "static/css/tags.css").read_text("utf-8"))}
    call, colour = r"\btag\(((?:[^()]|\((?:[^()]|\([^()]*\))*\))*)\)", r"(?:, |else )\"([a-z]+)\""
    tags = [(page.name, said) for page in PAGES for said in re.findall(call, page.read_text("utf-8"))]
    borne = [(name, each) for name, said in tags for each in re.findall(colour, said)]
    assert len(borne) > len(known)
    assert not [(name, each) for name, each in borne if each not in known]


def test_one_declaration_stands_on_a_line() -> None:
    lines = [(sheet.name, line) for sheet in SHEETS for line in _without_comments(sheet).splitlines()]
    assert not [(name, line) for name, line in lines if line.count(";") > 1 and "url(" not in line]


def test_both_ways_to_dark_are_the_same() -> None:
    text = (ROOT / "static/css/tokens.css").read_text("utf-8")
    light, by_system, by_choice = (
        re.findall(r"(--[a-z-]+): (#\w+|rgba\([^)]*\));", part)
        for part in re.split(r"@media screen and \(prefers|:root\[data-theme=\"dark\"\]", text)
    )
    assert by_system == by_choice
    assert [name for name, _ in light] == [name for name, _ in by_system]


def test_every_token_that_is_used_is_defined() -> None:
    text = "".join(sheet.read_text("utf-8") for sheet in SHEETS)
    assert set(re.findall(r"var\((--[a-z-]+)", text)) <= set(re.findall(r"(--[a-z-]+):", text))


def test_nothing_stands_inline_in_a_page() -> None:
    wrong = []
    for page in PAGES:
        text = re.sub(r"\{#.*?#\}", "", page.read_text("utf-8"), flags=re.DOTALL)
        found = [name for name, pattern in INLINE.items() if re.search(pattern, text)]
        wrong += [(page.relative_to(ROOT / "templates").as_posix(), name) for name in found]
    assert not wrong


def test_scripts_write_no_markup_and_run_no_text() -> None:
    words = ("innerHTML", "eval(", "new Function", "document.write")
    texts = {script.name: script.read_text("utf-8") for script in SCRIPTS}
    assert not [(name, word) for name, text in texts.items() for word in words if word in text]


@pytest.fixture
def collected(tmp_path: Path) -> Flask:
    return build(TESTING=False, DEBUG=False, BUILT=str(tmp_path), NODE_MODULES=str(tmp_path / "nothing"))


def test_collected_files_carry_their_hash_and_are_kept_for_ever(collected: Flask) -> None:
    client = Client(collected)
    page = client.get("/").text
    found = re.search(r'href="(/static/app\.[0-9a-f]{12}\.css)"', page)
    assert found
    answer = client.get(found[1], headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Cache-Control"] == "max-age=315360000, public, immutable"
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_the_collected_sheet_is_one_file_and_small(collected: Flask) -> None:
    sheet = next(Path(collected.config["BUILT"]).rglob("app.*.css"))
    assert "@import" not in sheet.read_text("utf-8")
    assert sheet.with_name(sheet.name + ".gz").stat().st_size < 12_500


def test_a_page_stands_without_the_library_npm_brings(collected: Flask) -> None:
    client = Client(collected)
    client.set_cookie("person", "li")
    page = client.get("/staff/").text
    assert "htmx" not in page
    assert "working." in page


def test_in_tests_files_are_served_as_they_stand() -> None:
    client = build().test_client()
    assert '/static/css/app.css"' in client.get("/").text
    assert client.get("/static/css/tokens.css").status_code == 200


def test_every_file_a_page_asks_for_exists() -> None:
    client = build().test_client()
    found = re.findall(r'(?:src|href)="(/static/[^"#]+)', client.get("/complain").text)
    assert found
    for path in found:
        assert client.get(path).status_code == 200, path


def catalogue(folder: Path, domain: str, msgid: str, msgstr: str) -> None:
    path = folder / "zh_Hans_CN" / "LC_MESSAGES" / f"{domain}.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
    path.write_text(f'{head}msgid "{msgid}"\nmsgstr "{msgstr}"\n', "utf-8")


def test_the_catalogues_of_all_rooms_are_one(tmp_path: Path) -> None:
    catalogue(tmp_path, "core", "Page not found", "没有这一页")
    catalogue(tmp_path, "sampled", "Home", "家")
    app = build(TRANSLATIONS=str(tmp_path), BUILT=str(tmp_path / "built"))
    client = app.test_client()
    assert "没有这一页" in client.get("/nowhere").text
    assert ">家</a>" in client.get("/").text


def test_catalogues_of_a_read_only_installation_are_gone_with_the_process_that_made_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue(tmp_path, "core", "Page not found", "没有这一页")
    (tmp_path / "no folder").touch()
    last: list[Callable[[], None]] = []
    monkeypatch.setattr("atexit.register", lambda deed, *given: last.append(lambda: deed(*given)))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    app = build(TRANSLATIONS=str(tmp_path), BUILT=str(tmp_path / "no folder"))
    assert "没有这一页" in app.test_client().get("/nowhere").text
    (made,) = tmp_path.glob("zilu-translations-*")
    with monkeypatch.context() as forked:
        forked.setattr("os.getpid", lambda: 1)
        for deed in last:
            deed()
    assert made.exists()
    for deed in last:
        deed()
    assert not made.exists()


def test_a_changed_catalogue_is_compiled_again(tmp_path: Path) -> None:
    catalogue(tmp_path, "core", "Home", "家")
    assert i18n.compile_catalogues(tmp_path, tmp_path / "built") == ["core"]
    mo = tmp_path / "built" / "zh_Hans_CN" / "LC_MESSAGES" / "core.mo"
    before = mo.read_bytes()
    catalogue(tmp_path, "core", "Home", "首页")
    (tmp_path / "zh_Hans_CN/LC_MESSAGES/core.po").touch()
    i18n.compile_catalogues(tmp_path, tmp_path / "built")
    assert mo.read_bytes() != before


def test_whoever_looks_through_the_folder_meantime_finds_no_file_that_goes_away(
    collected: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    folder, put = Path(collected.config["BUILT"]) / "static", Path.replace

    def looked(half: Path, place: Path) -> Path:
        seen.extend(each.name for each in folder.rglob("tmp*"))
        return put(half, place)

    monkeypatch.setattr(Path, "replace", looked)
    shutil.rmtree(folder)
    assert assets.collect(collected)
    assert not seen


def test_collecting_twice_changes_nothing(collected: Flask) -> None:
    assert assets.collect(collected) == assets.collect(collected)
