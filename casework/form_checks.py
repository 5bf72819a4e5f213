"""Checks that several forms of complaints share."""

from typing import Any

from wtforms.validators import ValidationError

from core import texts
from core.words import _


def own_number(form: Any, field: Any) -> None:  # noqa: ANN401 - a form with a number to stop, and that field
    """Whoever gives a number that shall not be contacted confirms whose it is."""
    if field.data and not form.stop_own.data:
        raise ValidationError(_("The holder of the number must confirm that it is theirs."))


def mobile_for_texts(form: Any, field: Any) -> None:  # noqa: ANN401 - a form with a contact and a wish for texts
    """Whoever wants text messages leaves a number that takes them."""
    if form.texts and form.texts.data and not texts.is_mobile(field.data or ""):
        raise ValidationError(_("Text messages go to mobile numbers only: write one here, or take the tick away."))
