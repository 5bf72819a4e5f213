"""What every form of staff is: one of several on a page, about a thing as its author sees it now."""

from typing import Any, ClassVar

from flask import g
from werkzeug.datastructures import MultiDict

from casework import changes
from core import drafting
from core.fields import Anything
from core.forms import OWN, Form


class StaffForm(Form):
    """One of several forms of a page: its draft and its kept text belong to the page, wherever it is sent to."""

    thing: Any = None
    """What it is about, as it is now."""
    filled = False
    """Whether text came back that was kept for its author."""
    may_look = False
    """Whether the documents that it would issue can be looked at first."""
    leading = 4  # /staff/complaints/TS2026-ABCDEF
    alone: ClassVar[bool] = False
    """Whether it is for one person only: colleagues learn nothing of its draft."""

    def __init__(self, *given: Anything, about: Anything = None, **data: Anything) -> None:
        self.about = about
        super().__init__(*given, **data)

    @property
    def place(self) -> str:
        """The page it stands on, which form of it this is, and about which thing if the page has several."""
        of = f"@{self.about.__tablename__}{self.about.id}" if self.about is not None else ""
        return f"{place}{of}"[: drafting.LONGEST_PLACE] if (place := super().place) else ""

    @property
    def subject(self) -> drafting.Subject | None:
        """The thing, or the one it belongs to."""
        return None if self.alone else changes.subject_of(self.about)

    def validate_on_submit(self, extra_validators: Anything = None) -> bool:
        """Whether it was sent and is valid; raises Changed where somebody else was first, since that is the reason."""
        right = super().validate_on_submit(extra_validators)
        if not right and self.is_submitted() and "refused" not in g and self._is_stale():
            raise changes.changed(self.thing)
        return right

    def _is_stale(self) -> bool:
        seen, there = self.version.data, self.version.object_data
        return seen is not None and there is not None and seen != there

    def recalled(self) -> MultiDict[str, str] | None:
        """The draft, without the version its author saw: the page brings the one of now."""
        found = super().recalled()
        if found is not None:
            self.filled = True
            written_for = found.get(f"{self._prefix}version", "")
            self.outrun = written_for != str(getattr(self.about, "version", written_for))
            for name in OWN:
                found.poplist(f"{self._prefix}{name}")
        return found

    def kept(self) -> MultiDict[str, str] | None:
        """The text kept while its author signed in again; the page says that it came back."""
        found = super().kept()
        self.filled = self.filled or found is not None
        return found


def opened(form: type[Any], thing: Any = None, prefix: str = "", sent: Any = None, **data: Any) -> Any:  # noqa: ANN401 - a form of staff
    """A form for the thing as it is now; a draft that comes back is for what its author sees now.

    With `sent` it is filled with what was sent earlier, whatever this request is. `about` names the thing if the
    form carries no version.
    """
    version = getattr(thing, "version", None)
    data.setdefault("about", thing)
    if sent is not None:
        made = form(formdata=sent, prefix=prefix, version=version, meta={"csrf": False}, **data)
        made.thing, made.version.data = thing, version
        return made
    made = form(prefix=prefix, version=version, **data)
    made.thing = thing
    if made.restored:
        made.version.data = version
    return made


class PlainForm(StaffForm):
    """A form without fields: what it does needs no words."""
