"""Forms of the evidence room: why a file is opened, and what is noted about it."""

import re

from wtforms import Form as AnyForm
from wtforms import HiddenField
from wtforms.validators import ValidationError

from casework.evidence_looks import COVERED
from core.fields import Anything
from core.forms import Form, LongText, Text, Tick
from core.words import _, _l
from filestore.fields_files import Files
from filestore.file_kinds import endings

_CLOCK = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):([0-5]\d)|(\d{1,5})")


def seconds(typed: str | None) -> int | None:
    """A time of a recording in seconds, typed as 1:35, 1:02:03 or seconds; None if nothing was typed."""
    found = _CLOCK.fullmatch((typed or "").strip().replace("：", ":"))
    if found is None:
        return None
    hours, minutes, rest, alone = found.groups()
    return int(alone) if alone else int(hours or 0) * 3600 + int(minutes) * 60 + int(rest)


def _is_time(_form: AnyForm, field: Anything) -> None:
    if field.data and seconds(field.data) is None:
        raise ValidationError(_("Write the time as 1:35 or 1:02:03."))


class OpenForm(Form):
    """Why it is opened, which nobody has to say."""

    why = Text(_l("Why do you open it?"), most=300, required=False)


class LookNoteForm(Form):
    """What somebody sees or hears."""

    drafted, leading = True, 4
    at = Text(
        _l("At"),
        most=8,
        required=False,
        hint=_l("Minute and second of the recording, such as 1:35."),
        checks=[_is_time],
    )
    text = LongText(_l("Note"), most=2000, rows=2, missing=_l("Write what is to be noted."))


class CorrectNoteForm(LookNoteForm):
    """The same in other words, or of another moment."""

    named = ("note",)


class ConfirmForm(Form):
    """That a second person looked through the covered copy, which the form names by its digest."""

    looked = Tick(_l("I looked through all of the covered copy: nobody who is to be hidden can be recognised in it."))
    copy = HiddenField()


class CoverForm(Form):
    """The copy for outsiders, made by hand, or that none is needed."""

    copy = Files(
        _l("Covered copy"),
        required=False,
        most=1,
        kinds=endings(*COVERED),
        hint=_l(
            "A PDF, a picture or a text. Words under a black bar are still in a PDF: print and scan it, or save it as "
            "pictures."
        ),
    )
    nothing = Tick(_l("I looked through the whole file: nobody who is to be hidden can be recognised in it."))
