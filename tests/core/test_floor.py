"""The floor is Chrome 80, as WeChat has it on old phones: no style sheet and no script needs more."""

from pathlib import Path

import pytest

from core import assets
from core.settings import ROOT
from tests import floor

SHEETS = sorted((ROOT / "static" / "css").glob("*.css"))
SCRIPTS = sorted((ROOT / "static" / "js").glob("*.js"))
ADDED = {
    ":is": "on paper only: empty boxes are printed, as before",
    ":not() with a list": "as :is, in the same rule",
    ":user-valid": "as :is, and of long texts too",
    ":details-content": "on paper only: what is folded away stays so",
    ":file-selector-button": "follows ::-webkit-file-upload-button, in a rule of its own",
    ":focus-visible": "stands in :not() after :focus, which Chrome 80 keeps",
    ":has": "an empty head of a table keeps its height on a phone",
    "accent-color": "boxes keep the browser's own colour",
    "appearance": "follows -webkit-appearance",
    "color-scheme": "the meta element says it too; fields and bars keep the browser's own look",
    "content-visibility": "in the rule of ::details-content",
    "field-sizing": "on paper only: a text is as high as on the screen",
    "font-family: ui-monospace": "one name of a list of typefaces",
    "text-decoration-thickness": "a line of the browser's own thickness",
    "text-underline-offset": "a line where the browser draws it",
    "text-wrap": "a heading breaks where it is full",
    ".submitter": "followed by || and what Chrome 80 knows",
}
"""What Chrome 80 passes over, and what it does instead."""
UNREAD = {"vendor/htmx.min.js": "Chrome 80 does not run it; each use is an addition to a link or a form that works"}


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_a_style_sheet_needs_nothing_that_chrome_80_lacks(sheet: Path) -> None:
    assert not [f"{line}: {what}" for line, what in floor.of_sheet(sheet) if what not in ADDED]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_is_read_by_chrome_80_and_names_nothing_younger(script: Path) -> None:
    assert not floor.parses(script)
    assert not [f"{line}: {what}" for line, what in floor.of_script(script) if what not in ADDED]


def test_what_stands_listed_is_still_used() -> None:
    used = {what for sheet in SHEETS for _line, what in floor.of_sheet(sheet)}
    used |= {what for script in SCRIPTS for _line, what in floor.of_script(script)}
    assert used == set(ADDED)
    assert set(assets.VENDOR) == set(UNREAD)


YOUNG = """@layer a { p { color: red; } }
a { inset: 0; aspect-ratio: 1; color: light-dark(red, blue); }
a { background: color-mix(in srgb, red, blue); width: clamp(1px, 2px, 3px); height: 10dvh; }
a:has(b), a:is(b) { overflow: clip; }
@container (width > 2px) { a { color: red; } }
a { & b { color: red; } }
@media (width >= 20em) { a { color: red; } }"""
SCRIPT = "a.at(-1); structuredClone(b); c.replaceChildren(); new URLPattern(d); e.matches('f');"


def test_the_lint_finds_what_is_younger(tmp_path: Path) -> None:
    sheet, script = tmp_path / "young.css", tmp_path / "young.js"
    sheet.write_text(YOUNG, "utf-8")
    script.write_text(SCRIPT, "utf-8")
    found = {what for _line, what in floor.of_sheet(sheet)}
    assert found >= {"@layer", "inset", "aspect-ratio", "color: light-dark()", "background: color-mix()"}
    assert found >= {"height: dvh", ":has", ":is", "overflow: clip", "@container", "a rule in a rule"}
    assert "@media with a range" in found
    assert {what for _line, what in floor.of_script(script)} == {
        ".at", "structuredClone", ".replaceChildren", "URLPattern"
    }  # fmt: skip
    script.write_text("a ||= 1", "utf-8")
    assert floor.parses(script)
