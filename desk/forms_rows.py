"""Rows of fields in a form: as many as there are, and one more when asked for; without a script."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from flask import request
from wtforms import Field

from casework.forms_staff import StaffForm
from core import drafting
from core.fields import Anything
from core.words import _

MORE = "more"
"""The button that asks for one more row."""


@dataclass(frozen=True)
class Rows:
    """A group of rows: its fields, how many at first and at most, and which fields a begun row must fill."""

    name: str
    fields: Mapping[str, Callable[[], Any]]
    needs: tuple[str, ...]
    first: int = 1
    most: int = 30


class RowForm(StaffForm):
    """A form with rows; fields of a row are called item_1_problem, item_1_proof and so on."""

    ROWS: ClassVar[tuple[Rows, ...]] = ()
    counts: ClassVar[dict[str, int]] = {}

    def rows(self, name: str) -> list[dict[str, Field]]:
        """The fields of a group, row by row."""
        group = next(each for each in self.ROWS if each.name == name)
        return [
            {field: self[f"{name}_{place}_{field}"] for field in group.fields}
            for place in range(1, self.counts[name] + 1)
        ]

    def given(self, name: str) -> list[dict[str, Any]]:
        """What was written, without empty rows."""
        read = [{field: each.data for field, each in row.items()} for row in self.rows(name)]
        return [row for row in read if not all(_empty(value) for value in row.values())]

    def put(self, name: str, rows: list[Mapping[str, Any]]) -> None:
        """Fill the rows before anybody has written in them."""
        for fields, values in zip(self.rows(name), rows, strict=False):
            for field, value in values.items():
                if field in fields:
                    fields[field].data = value

    @property
    def wants_more(self) -> bool:
        """Whether the form was sent only to get another row."""
        return bool(self.is_submitted() and request.form.get(MORE))

    @property
    def status_code(self) -> int:
        """200 for a request for another row, which is no mistake."""
        return 200 if self.wants_more else super().status_code

    def validate_on_submit(self, extra_validators: Anything = None) -> bool:
        """A form that asks for another row does not count as sent."""
        return False if self.wants_more else super().validate_on_submit(extra_validators)

    def validate(self, extra_validators: Any = None) -> bool:  # noqa: ANN401
        """A row that was begun is complete."""
        right = bool(super().validate(extra_validators=extra_validators))
        for group in self.ROWS:
            for row in self.rows(group.name):
                right = _whole(group, row) and right
        return right


def _empty(value: Any) -> bool:  # noqa: ANN401 - whatever a field holds
    return value is None or value in ("", [])


def _whole(group: Rows, row: Mapping[str, Field]) -> bool:
    if all(_empty(field.data) and not field.errors for field in row.values()):
        return True
    empty = [row[name] for name in group.needs if _empty(row[name].data) and not row[name].errors]
    for field in empty:
        field.errors = [*field.errors, _("Fill in: %(label)s", label=str(field.label.text))]
    return not empty


def with_rows(kind: type[RowForm], **first: int) -> type[RowForm]:
    """The form with as many rows as it needs: those to begin with, those sent or drafted, and another one."""
    counts = {group.name: _count(kind, group, first.get(group.name, group.first)) for group in kind.ROWS}
    fields = {
        f"{group.name}_{place}_{field}": make()
        for group in kind.ROWS
        for place in range(1, counts[group.name] + 1)
        for field, make in group.fields.items()
    }
    return type(kind.__name__, (kind,), {**fields, "counts": counts, "__doc__": kind.__doc__})


def with_sent(kind: type[RowForm], sent: Iterable[str]) -> type[RowForm]:
    """The form with every row that was sent with it before, known by the names of its fields."""
    names = list(sent)
    return with_rows(kind, **{each.name: max(kind.counts[each.name], *_numbers(each, names), 0) for each in kind.ROWS})


def _numbers(group: Rows, names: Iterable[str]) -> list[int]:
    """The numbers of rows in a group for which there are fields."""
    return [int(match[1]) for name in names if (match := re.fullmatch(rf"{group.name}_(\d{{1,3}})_[a-z_]+", name))]


def _count(kind: type[RowForm], group: Rows, first: int) -> int:
    names = {*request.form, *drafting.kept()}
    if kind.drafted and not request.form:
        page = drafting.here(kind.leading, kind.named)
        kept = (each for each in drafting.of_page(page) if each.place.startswith(f"{page}#{kind.__name__}"))
        names |= {name for each in kept for name in each.mine or ()}
    wanted = max([first, *_numbers(group, names)]) + (1 if request.form.get(MORE) == group.name else 0)
    return min(wanted, group.most)
