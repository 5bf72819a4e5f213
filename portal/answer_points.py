"""An answer point by point: a text of its own for each allegation, joined into what the association reads."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from sqlalchemy.orm import Session
from wtforms import Field

from casework import headings
from core.errors import BadInput
from core.fields import Anything
from core.forms import Form, LongText, Tick
from core.words import _l, language
from notices.papers import Block, Items, Para
from portal.forms_portal import AnswerForm, ExplanationForm, SendWrittenForm
from registry import rulebook

EITHER_OR = _l("Answer each point here, or all of them together below")
UNSAID = _l("Answer each point, or write in general what you found on all of them.")
SEVERAL = 2
"""With fewer allegations a text is a text on each."""
Point = tuple[str, str]
"""The code of an allegation, and its name in the reader's language."""


class Together:
    """Marks fields of which some must be filled, so that no single one is called optional."""

    field_flags: ClassVar = {"together": True}

    def __call__(self, _form: object, _field: object) -> None:
        """Nothing: the form as a whole is checked, no field by itself."""


class PointedForm(AnswerForm):
    """The answer with a text for each allegation; the general text may then stay empty."""

    to_association = LongText(
        _l("To the association, in general"),
        most=10000,
        rows=6,
        required=False,
        checks=[Together()],
        hint=_l(
            "What concerns no single point, or all of them. It may stay empty where each point has its own text. "
            "Only the association reads it."
        ),
    )

    def validate(self, extra_validators: Anything = None) -> bool:
        """Either every point has its text, or the general text speaks to all of them."""
        right = bool(super().validate(extra_validators))
        return _speaks_to_all(self, self.to_association) and right


class PointedExplanationForm(ExplanationForm):
    """The explanation with a text for each allegation; the general text may then stay empty."""

    text = LongText(
        _l("Your explanation, in general"),
        most=20000,
        rows=8,
        required=False,
        checks=[Together()],
        hint=_l("What concerns no single point, or all of them. It may stay empty where each point has its own text."),
    )

    def validate(self, extra_validators: Anything = None) -> bool:
        """Either every point has its text, or the general text speaks to all of them."""
        right = bool(super().validate(extra_validators))
        return _speaks_to_all(self, self.text) and right


def _speaks_to_all(form: Form, general: Field) -> bool:
    points = [field for field in form if field.short_name.startswith("point_")]
    if general.data or all(field.data for field in points):
        return True
    general.errors = [UNSAID]
    return False


class SendPointedForm(SendWrittenForm):
    """The last look at an answer with points that have no text: a box asks whether the general text covers them."""

    general = Tick(
        _l("The general text speaks to these points as well"),
        required=True,
        missing=_l("Say whether the general text speaks to these points as well, or change the answer."),
    )


def sending_form(
    points: Sequence[Point], fields: Mapping[str, Any], general_in: str = "to_association"
) -> type[SendWrittenForm]:
    """The form that sends what was looked at; it asks whether the general text covers the points without one."""
    names = _silent(points, fields)
    if names and not _general(fields, general_in):
        return type("Unsent", (SendWrittenForm,), {"silent": names, "lacking": (UNSAID,)})
    return type("SendPointed", (SendPointedForm,), {"silent": names}) if names else SendWrittenForm


def _silent(points: Sequence[Point], fields: Mapping[str, Any]) -> tuple[str, ...]:
    """Names of points without a text; with a single point every text is about that."""
    if len(points) < SEVERAL:
        return ()
    return tuple(words for code, words in points if not str(fields.get(name_of(code), "")).strip())


def _general(fields: Mapping[str, Any], general_in: str) -> str:
    return str(fields.get(general_in, "")).strip()


def explanation_form(points: Sequence[Point]) -> type[ExplanationForm]:
    """The form for an explanation of these allegations; the plain one if there is at most one."""
    if len(points) < SEVERAL:
        return ExplanationForm
    given = {"__doc__": PointedExplanationForm.__doc__, **_texts(points)}
    return type("PointedExplanation", (PointedExplanationForm,), given)


def gather(form: ExplanationForm, typed: Mapping[str, str]) -> None:
    """Join texts typed for single points into one, if a colleague sent the explanation meanwhile."""
    pointed = (name for name in typed if name.startswith("point_") and name not in form)
    if parts := [text for name in pointed if (text := typed[name].strip())]:
        form.text.data = "\n\n".join([*parts, *([form.text.data] if form.text.data else [])])


def answer_form(points: Sequence[Point]) -> type[AnswerForm]:
    """The form for these allegations; the plain one if there are none."""
    if not points:
        return AnswerForm
    return type("PointedAnswerForm", (PointedForm,), {"__doc__": PointedForm.__doc__, **_texts(points)})


def _texts(points: Sequence[Point]) -> dict[str, LongText]:
    return {
        name_of(code): LongText(
            _l("On the point: %(point)s", point=words),
            most=5000,
            rows=5,
            required=False,
            hint=EITHER_OR,
            checks=[Together()],
        )
        for code, words in points
    }


def alleged(session: Session, blocks: Iterable[Block]) -> list[Point]:
    """What a filing notice alleges, as far as a line begins with the name of a kind of violation; one alone is no list.

    It is read from the notice, because the company has not been told what was alleged since.
    """
    lines = [line for block in blocks for line in _lines(block)]
    known = rulebook.violations(session)
    found = {
        each.code: each.name(language())
        for line in lines
        for each in known
        if line.startswith((f"{each.zh}：", f"{each.en}: "))
    }
    return list(found.items())


def _lines(block: Block) -> tuple[str, ...]:
    match block:
        case Items(items):
            return items
        case Para(text):
            return (text,)
    return ()


def name_of(code: str) -> str:
    """The field of an allegation."""
    return "point_" + code.replace("-", "_").lower()


def whole(points: Sequence[Point], fields: Mapping[str, Any], general_in: str = "to_association") -> str:
    """What the association reads: each point under its heading, then the general text and which points it covers."""
    lang = language()
    texts = [(words, str(fields.get(name_of(code), "")).strip()) for code, words in points]
    parts = [f"{headings.over(words, lang)}\n{text}" for words, text in texts if text]
    general = _general(fields, general_in)
    if parts and general:
        general = f"{headings.general(lang)}\n{general}"
    rest = _silent(points, fields) if general else ()
    if rest:
        general += "\n\n" + "\n".join([headings.silent(lang), *rest])
    return "\n\n".join([*parts, *([general] if general else [])])


def sent(points: Sequence[Point], fields: Mapping[str, Any], general_in: str = "to_association") -> str:
    """What the association reads once it is sent: a draft that nobody looked at again must leave no point empty."""
    if _silent(points, fields) and not _general(fields, general_in):
        raise BadInput(general_in, UNSAID)
    return whole(points, fields, general_in)
