"""Who a person is: the number of a document, and a name with characters that only their own device can show."""

import io
from typing import Any

from wtforms.validators import StopValidation

from casework.form_checks import identity_number
from core.characters import is_han
from core.errors import BadInput
from core.fields import Anything, Text
from core.words import LazyString, _, _l
from filestore import redrawing
from filestore.fields_files import Files
from filestore.file_checks import damaged
from filestore.file_kinds import kind_of
from printing import glyphs

HINT = _l(
    "Only if your name has a character that other devices do not show: a photograph or drawing of it alone. "
    "Letters to you print this picture."
)
FORMS = ("image/png", "image/jpeg", "image/webp", "image/gif")


def identity(label: LazyString) -> Text:
    """The field for the number of an identity document, which the person need not give."""
    hint = _l("18 digits or letters, or the number of a passport")
    return Text(label, most=30, required=False, hint=hint, checks=[identity_number])


class Drawn(Files):
    """Pictures of the rarest characters of a name, one for each, in their order; ``pictures`` holds them redrawn."""

    kept: dict[str, str]
    pictures: dict[str, str]

    def __init__(self, **rest: Anything) -> None:
        super().__init__(_l("Picture of a character of the name"), most=5, megabytes=10, hint=HINT, **rest)
        self.type = "Files"  # how the page shows the field
        self.kept, self.pictures = {}, {}

    def pre_validate(self, form: Any) -> None:  # noqa: ANN401 - a form with a name
        """Require a picture for each such character, given now or on an earlier look at this page."""
        super().pre_validate(form)
        every = (form[each].data or "" for each in ("name", "together") if each in form)
        needed = glyphs.undrawn("".join(every))
        if self.data and needed:
            if len(self.data) != len(needed):
                raise StopValidation(
                    _("Give one picture for each of these characters, in this order: %(codes)s.", codes=_codes(needed))
                )
            self.kept = dict(zip(needed, map(_redrawn, self.data), strict=True))
        if missing := [each for each in needed if each not in self.kept]:
            raise StopValidation(
                _(
                    "Letters can't print %(codes)s of the name by themselves. Add a picture of it, so that they can.",
                    codes=_codes(missing),
                )
            )
        self.pictures = {each: self.kept[each] for each in needed}


def _codes(characters: list[str]) -> str:
    return str(_(", ")).join(each if is_han(each) else f"U+{ord(each):04X}" for each in characters)


def _redrawn(upload: Any) -> str:  # noqa: ANN401 - a FileStorage
    content = upload.stream.read()
    upload.stream.seek(0)
    try:
        kind = kind_of(io.BytesIO(content), upload.filename or "")
    except BadInput as refused:
        raise StopValidation(str(refused)) from None
    if kind.media_type not in FORMS:
        raise StopValidation(_("A picture of a character is a PNG, JPEG, WebP or GIF file."))
    try:
        return redrawing.character(content)
    except redrawing.Unreadable:
        raise StopValidation(str(damaged(upload.filename or "").message)) from None
