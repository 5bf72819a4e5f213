"""Two people on one form: which fields differ, and whose version of each the second one takes."""

from dataclasses import dataclass
from typing import Any

from flask import request

from core.fields import Text
from core.fields_choice import Files
from core.fields_typed import _Typed
from core.words import _
from core.wordwise import ADDED, KEPT, TAKEN_OUT, compared

MINE, THEIRS = "mine", "theirs"


@dataclass(frozen=True)
class Difference:
    """A field that two people filled differently, in words for both."""

    field: Any
    mine: str
    theirs: str

    @property
    def parts(self) -> dict[str, list[tuple[str, str]]]:
        """Both versions in passages: what only one of them has is marked, so that the eye finds it."""
        found = compared(self.theirs, self.mine) if isinstance(self.field, Text) else None
        if found is None:
            return {MINE: [(KEPT, self.mine)], THEIRS: [(KEPT, self.theirs)]}
        return {
            MINE: [each for each in found if each[0] != TAKEN_OUT],
            THEIRS: [each for each in found if each[0] != ADDED],
        }

    @property
    def name(self) -> str:
        """What says whose version is taken."""
        return pick_of(self.field)

    @property
    def first(self) -> str:
        """What is chosen beforehand: nobody's text is lost by not looking; of other answers the newer one counts."""
        return MINE if isinstance(self.field, Text) else THEIRS


def pick_of(field: Any) -> str:  # noqa: ANN401 - any field
    """The name of the choice between two versions of a field."""
    return f"pick-{field.name}"


def differences(form: Any, held: set[str]) -> list[Difference]:  # noqa: ANN401 - a form
    """The fields of which it is known what stands there now, and that somebody filled otherwise."""
    found = []
    for field in form:
        if field.short_name in held and not isinstance(field, Files):
            mine, theirs = said(field, field.data), said(field, field.object_data)
            if mine != theirs:
                found.append(Difference(field, mine, theirs))
    return found


def take_theirs(field: Any) -> None:  # noqa: ANN401 - any field
    """Take what stands there now where that was chosen."""
    if request.form.get(pick_of(field)) == THEIRS:
        field.data, field.raw_data, field.process_errors = field.object_data, None, []


def said(field: Any, value: Any) -> str:  # noqa: ANN401 - any field and its value
    """A value of a field as people read it."""
    if hasattr(field, "iter_choices"):
        chosen = {str(each) for each in (value if isinstance(value, list | tuple | set) else [value]) if each}
        return "、".join(str(each.label) for each in field.iter_choices() if str(each.value) in chosen)
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(field, _Typed) and value is not None:
        return str(field.write(value))
    return "" if value is None else str(value).replace("\r\n", "\n").strip()
