"""What a field is refused for is said before anybody sends it: under its label, by its kind or by its form."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask, g, render_template_string
from wtforms import Field

from casework.form_checks import can_be_printed
from core import clock
from core.actors import NOBODY
from core.fields import Filled
from core.forms import Amount, Day, Form, LongText, Mail, Mobile, Moment, PastDate, PastMoment, Phone, Text, Whole
from core.words import LazyString

PAGE = '{% import "parts/forms.html" as forms with context %}{{ forms.field(form.it) }}'


@pytest.mark.parametrize(
    ("field", "says"),
    [
        (lambda: Day("Day"), "例如 {today:%Y%m%d}"),
        (lambda: PastDate("Day", hint="不详的可不填"), "不详的可不填<br>例如 {today:%Y%m%d}"),
        (lambda: Moment("Time"), "例如 {in_a_week} 14:30"),
        (lambda: PastMoment("Time"), "例如 {yesterday} 14:30"),
        (lambda: Amount("Money"), "单位：元，例如12800或12800.50"),
        (lambda: Mail("Mail"), "例如name@example.com"),
        (lambda: Phone("Telephone"), "例如13800138000或010-12345678"),
        (lambda: Mobile("Mobile number"), "例如13800138000"),
        (lambda: Whole("How many", least=1, most=90), "1至90"),
        (lambda: LongText("What", least=10), "至少10个字。"),
    ],
)
def test_the_rule_of_a_field_stands_under_its_label_before_it_is_sent(app: Flask, field: Any, says: str) -> None:
    form: type[Form] = type("OneForm", (Form,), {"it": field()})
    with app.test_request_context("/"):
        g.me = NOBODY
        page = render_template_string(PAGE, form=form())
    today = clock.today()
    days = {"today": today, "in_a_week": today + timedelta(days=7), "yesterday": today - timedelta(days=1)}
    assert f'id="it-hint">{says.format(**days)}</p>' in page
    assert 'aria-describedby="it-hint' in page


def test_a_field_with_a_hint_of_its_own_does_not_say_other_bounds(app: Flask) -> None:
    form = type("OneForm", (Form,), {"it": Whole("Days", least=1, most=1000, hint="5至90日")})
    with app.test_request_context("/"):
        g.me = NOBODY
        page = render_template_string(PAGE, form=form())
    assert "5至90日</p>" in page
    assert "1000" not in page


def test_what_a_form_checks_of_a_field_is_said_beside_it(app: Flask) -> None:
    silent, seen = [], 0
    with app.test_request_context("/"):
        g.me = NOBODY
        for form in _forms():
            for field in form:
                if _checked(field):
                    seen += 1
                    said = (field.description, getattr(field, "rule", ""))
                    if not any(isinstance(words, LazyString) or words for words in said):
                        silent.append(f"{type(form).__module__}.{type(form).__name__}.{field.name}")
    assert seen > 12
    assert not silent, silent


def _forms() -> Iterator[Form]:
    found = [Form]
    for each in found:
        found += each.__subclasses__()
    for kind in set(found) - {Form}:
        if not kind.__module__.startswith("tests"):
            try:
                yield kind()
            except (TypeError, KeyError, AttributeError):  # it is made of what its page knows
                continue


def _checked(field: Field) -> bool:
    """Whether it is refused for more than being empty, too long, or unreadable."""
    own = [
        each
        for each in field.validators
        if not isinstance(each, Filled) and getattr(each, "__self__", None) is not field and each is not can_be_printed
    ]
    return isinstance(field, Text) and bool(own or field.least)
