"""Checks that several forms of complaints share."""

from typing import Any

from wtforms.validators import ValidationError

from core.words import _


def own_number(form: Any, field: Any) -> None:  # noqa: ANN401 - a form with a number to stop, and that field
    """Whoever gives a number that shall not be contacted confirms whose it is."""
    if field.data and not form.stop_own.data:
        raise ValidationError(_("The holder of the number must confirm that it is theirs."))
