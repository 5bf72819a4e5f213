"""Two people on one form: which fields differ, and whose version of each the second one takes."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from flask_wtf.file import MultipleFileField

from core.drafting import PICK
from core.fields import Text
from core.fields_typed import _Typed
from core.words import _
from core.wordwise import ADDED, KEPT, TAKEN_OUT, compared

MINE, THEIRS = "mine", "theirs"
LONG_ENOUGH = 16


@dataclass(frozen=True)
class Difference:
    """A field that two people filled differently, in words for both."""

    field: Any
    mine: str
    theirs: str
    before: str | None = None
    """The digest of what stood there when the second of them began; none where the page did not say it."""

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
        """What is chosen beforehand: the version of whoever changed it, so that nothing is lost by not looking."""
        if self.before is None:
            return MINE if isinstance(self.field, Text) and self.mine else THEIRS
        return THEIRS if digest(self.mine) == self.before else MINE


def pick_of(field: Any) -> str:  # noqa: ANN401 - any field
    """The name of the choice between two versions of a field."""
    return f"{PICK}{field.name}"


def digest(text: str) -> str:
    """A value as the page carries it beside the form: enough to see whether it was changed."""
    return sha256(text.encode()).hexdigest()[:LONG_ENOUGH]


def before(form: Any, held: set[str]) -> str:  # noqa: ANN401 - a form
    """Digests of what stands in the fields when the page is shown, so that the second of two people can be told."""
    stands = ((field.short_name, said(field, field.object_data)) for field in _compared(form, held))
    return " ".join(f"{name}:{digest(text)}" for name, text in stands)


def differences(form: Any, held: set[str], sent: str | None) -> list[Difference]:  # noqa: ANN401 - a form
    """The fields whose stored value is known and that somebody else has filled differently.

    `sent` is what the page said of the time before; a field that nothing was known of was empty then.
    """
    stood = None if sent is None else dict(each.rpartition(":")[::2] for each in sent.split())
    found = []
    for field in _compared(form, held):
        mine, theirs = said(field, field.data), said(field, field.object_data)
        if mine != theirs:
            at_first = None if stood is None else stood.get(field.short_name, digest(""))
            found.append(Difference(field, mine, theirs, at_first))
    return found


def _compared(form: Any, held: set[str]) -> Iterator[Any]:  # noqa: ANN401
    return (field for field in form if field.short_name in held and not isinstance(field, MultipleFileField))


def take_theirs(field: Any, given: Any) -> None:  # noqa: ANN401 - any field, and what was sent with it
    """Take the stored value of each field for which that was chosen."""
    if given.get(pick_of(field)) == THEIRS:
        field.data, field.raw_data, field.process_errors = field.object_data, None, []


def said(field: Any, value: Any) -> str:  # noqa: ANN401 - any field and its value
    """A value of a field as people read it."""
    if hasattr(field, "iter_choices"):
        chosen = {str(each) for each in (value if isinstance(value, list | tuple | set) else [value]) if each}
        return str(_("; ")).join(str(each.label) for each in field.iter_choices() if str(each.value) in chosen)
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(field, _Typed) and value is not None:
        return str(field.write(value))
    if isinstance(value, list):
        return str(_(", ")).join(map(str, value))
    return "" if value is None else str(value).replace("\r\n", "\n").strip()
