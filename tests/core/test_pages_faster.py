"""What templates and addresses are made of in fewer steps comes out as Jinja and Flask make it."""

from functools import cache
from typing import Any

import jinja2
import pytest
from flask import Flask
from jinja2 import DictLoader
from markupsafe import Markup

from core.pages_faster import Environment
from core.words import _l

PARTS = """{% macro row(it, more="") %}<td title="{{ it.name }}">{{ more }}{{ caller() }}</td>{% endmacro %}
{% macro asked() %}{{ varargs | join(",") }}{{ kwargs }}{% endmacro %}"""
PAGE = """{% import "parts.html" as parts %}{% from "parts.html" import asked with context %}
{% set kept %}{{ text }}{{ markup }}{% endset %}{% set sum = text ~ markup %}
{% for it in rows %}
{% call parts.row(it, more=markup) %}{{ loop.index }}{{ it.name }}{{ plus(it.number, by=2) }}{% endcall %}
{% endfor %}
{{ kept }}{{ sum }}{{ number }}{{ none_at_all }}{{ waiting }}{{ eager() }}{{ asked(text, 1, a=markup) }}{{ stops() }}
{{ rows[0].keys() | join }}{{ rows[0].copy().name }}{{ held(2) }}{{ escaping() }}"""


class Eager:
    """Wants the context of the page that calls it."""

    @staticmethod
    @jinja2.pass_context
    def given(context: Any) -> str:
        """What stands in it."""
        return f"<{context['number']}>"


@cache
def _held(number: int) -> str:
    return f"<{number}>"


@jinja2.pass_eval_context
def _escaping(context: Any) -> str:
    return f"<{context.autoescape}>"


def _values() -> dict[str, Any]:
    def plus(number: int, by: int) -> int:
        return number + by

    def stops() -> str:
        raise StopIteration

    rows = [{"name": "<a & 'b'>", "number": 1}, {"name": Markup("<b>c</b>"), "number": 2}]
    said = {"text": '<i>"', "markup": Markup("<em>x</em>"), "number": 7, "none_at_all": None, "eager": Eager.given}
    return {
        **said,
        "rows": rows,
        "plus": plus,
        "stops": stops,
        "held": _held,
        "escaping": _escaping,
        "waiting": _l("Sign <out>"),
    }


def test_a_page_is_the_same_as_by_jinja_itself(whole_app: Flask) -> None:
    """Markup, text, numbers, waiting sentences, macros with and without context, functions that want the context."""
    loader = DictLoader({"parts.html": PARTS, "page.html": PAGE})
    with whole_app.test_request_context("/"):
        pages = [
            made.get_template("page.html").render(_values())
            for made in (jinja2.Environment(loader=loader, autoescape=True),)
            + (Environment(whole_app, loader=loader, autoescape=True),) * 2
        ]
    assert pages[0] == pages[1] == pages[2]
    assert "&lt;a &amp; &#39;b&#39;&gt;" in pages[0]


def test_what_is_missing_is_told_as_before(whole_app: Flask) -> None:
    """A name that a page does not know is an error, not an empty place."""
    with pytest.raises(jinja2.UndefinedError):
        whole_app.jinja_env.from_string("{{ nobody }}").render()


ADDRESSES: list[tuple[str, dict[str, Any]]] = [
    ("desk_cases.show", {"number": 5}),
    ("desk_cases.show", {"number": 0}),
    ("desk_cases.show", {"number": 5, "_anchor": "evidence"}),
    ("desk_cases.show", {"number": 5, "_anchor": "a b"}),
    ("desk_cases.show", {"number": 5, "_external": True}),
    ("desk_cases.act_on_track", {"number": 5, "track": 55, "event": "report"}),
    ("desk_cases.journal", {"number": 5, "ending": "csv"}),
    ("desk_evidence.room", {"number": 5, "case": 5}),
    ("desk_evidence.room", {"number": 5, "case": None}),
    ("desk_complaints.show", {"ref": "TS2026-000001"}),
    ("desk_complaints.show", {"ref": ""}),
    ("desk_complaints.show", {"ref": "a/b?c %41"}),
    ("desk_queue.queue", {"view": "open", "party": 3}),
    ("desk_queue.queue", {"view": "中", "of": ["a", "b"], "yes": True}),
]


@pytest.mark.parametrize("root", ["", "/under"])
@pytest.mark.parametrize(("endpoint", "values"), ADDRESSES)
def test_an_address_is_the_same_as_by_flask_itself(
    whole_app: Flask, endpoint: str, values: dict[str, Any], root: str
) -> None:
    """Also at its second asking, and where the site lies under a path."""
    with whole_app.test_request_context("/", base_url=f"http://localhost{root}"):
        before = Flask.url_for(whole_app, endpoint, **values)
        assert [whole_app.url_for(endpoint, **values) for _turn in range(2)] == [before, before]


def test_an_address_that_nobody_has_is_refused_as_before(whole_app: Flask) -> None:
    """A name that no endpoint has, a value that is missing, one of another kind."""
    with whole_app.test_request_context("/"):
        for endpoint, values in (("nobody.at_home", {}), ("desk_cases.show", {}), ("desk_cases.journal", {})):
            with pytest.raises(LookupError):
                whole_app.url_for(endpoint, **values)
        with pytest.raises(ValueError, match="other"):
            whole_app.url_for("desk_cases.journal", number=5, ending="other")
