"""An answer point by point: for each allegation a text of its own, put together as what the association reads."""

from collections.abc import Mapping, Sequence
from typing import Any

from core.forms import LongText
from core.words import _, _l
from portal.forms_portal import AnswerForm

EITHER_OR = _l("Answer each point here, or all of them together below")
Point = tuple[str, str]
"""The code of an allegation, and its name in the reader's language."""


class PointedForm(AnswerForm):
    """The answer with a text for each allegation; the general text may then stay empty."""

    to_association = LongText(
        _l("To the association, in general"),
        most=10000,
        rows=6,
        required=False,
        hint=_l(
            "What concerns no single point, or all of them. It may stay empty where each point has its own text. "
            "Only the association reads it."
        ),
    )

    def validate(self, extra_validators: Any = None) -> bool:  # noqa: ANN401 - as WTForms has it
        """Either every point has its text, or the general text speaks to them all."""
        right = bool(super().validate(extra_validators))
        points = [field for field in self if field.short_name.startswith("point_")]
        if not self.to_association.data and not all(field.data for field in points):
            self.to_association.errors = [_l("Answer each point, or write what you found on all of them here.")]
            return False
        return right


def answer_form(points: Sequence[Point]) -> type[AnswerForm]:
    """The form for these allegations; with none, the plain one."""
    if not points:
        return AnswerForm
    texts = {
        name_of(code): LongText(
            _l("On the point: %(point)s", point=words), most=5000, rows=5, required=False, hint=EITHER_OR
        )
        for code, words in points
    }
    return type("PointedAnswerForm", (PointedForm,), {"__doc__": PointedForm.__doc__, **texts})


def name_of(code: str) -> str:
    """The field of an allegation."""
    return "point_" + code.replace("-", "_").lower()


def whole(points: Sequence[Point], fields: Mapping[str, Any]) -> str:
    """What the association reads: each point under its own heading, then what is general under one as well."""
    parts = [f"【{words}】\n{text}" for code, words in points if (text := str(fields.get(name_of(code), "")).strip())]
    general = str(fields.get("to_association", "")).strip()
    if parts and general:
        general = f"【{_('In general')}】\n{general}"
    return "\n\n".join([*parts, *([general] if general else [])])
