"""Poison: what makes a layout engine run for ever ends within limits, with a reason, and the press goes on."""

import contextlib
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial

import pytest

from printing import pdf, pdf_failures, press
from printing.pdf_failures import Reason
from printing.press import PRESS

CREATED = datetime(2026, 11, 5, 2, 0, tzinfo=UTC)
LIMITS = press.Limits(memory=1 << 30, cpu=3, wall=40.0)
NESTED = "".join(f'<g id="g{n}"><use href="#g{n - 1}"/><use href="#g{n - 1}"/></g>' for n in range(1, 40))
ENTITIES = '<!ENTITY e0 "aaaaaaaaaaaa">' + "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 12}">' for n in range(1, 12))
SVG = "image/svg+xml"
POISON = {
    "use bomb": ('<img src="part:x" alt="">', f'<svg xmlns="http://www.w3.org/2000/svg"><g id="g0"/>{NESTED}</svg>'),
    "paragraph": (f"<p>{'债务人' * 150_000}</p>", ""),
    "boxes in boxes": ("<div>" * 2000, ""),
    "tables in tables": ("<table><tr><td>" * 60 + "一", ""),
    "columns": ('<table><tr><td colspan="999999999">一</td></tr></table>', ""),
    "size of a letter": ('<p style="font-size: 1e9px">一</p>', ""),
    "size of a page": (f"<style>@page {{ size: 1px; margin: 0 }}</style><p>{'一' * 30_000}</p>", ""),
}


def started(body: str) -> str:
    return f'<!DOCTYPE html><html lang="zh-CN"><title>一</title><body>{body}'


def make(page: str, resources: Mapping[str, tuple[bytes, str]]) -> None:
    PRESS.make(partial(pdf.RENDER, created=CREATED, resources=resources), page, limits=LIMITS)


def test_a_drawing_of_entities_in_entities_ends_one_way_or_the_other() -> None:
    """Expat of some Pythons refuses it by itself; the drawing is then left out."""
    drawing = f'<!DOCTYPE svg [{ENTITIES}]><svg xmlns="http://www.w3.org/2000/svg"><text>&e11;</text></svg>'
    page = started('<img src="part:x" alt="">')
    with contextlib.suppress(pdf_failures.RenderFailed):
        make(page, {"part:x": (drawing.encode(), SVG)})
    assert pdf.render_in_limits(started("<p>一</p>"), created=CREATED).startswith(b"%PDF")


@pytest.mark.parametrize("name", POISON)
def test_poison_ends_and_the_next_document_is_made(name: str) -> None:
    body, drawing = POISON[name]
    resources = {"part:x": (drawing.encode(), SVG)} if drawing else {}
    with pytest.raises(pdf_failures.RenderFailed) as failed:
        make(started(body), resources)
    assert failed.value.reason in {Reason.BROKEN, Reason.TOO_LARGE, Reason.TOO_LONG}
    assert str(failed.value).endswith(("。", "."))
    assert pdf.render_in_limits(started("<p>一</p>"), created=CREATED).startswith(b"%PDF")
