"""Forms: sent once, for the version their reader saw, with nothing lost; and all fields by one import."""

import json
import re
from datetime import datetime
from typing import Any, ClassVar

from flask import g, request
from flask_wtf import FlaskForm
from flask_wtf.file import MultipleFileField
from flask_wtf.form import _Auto as JustNow
from sqlalchemy import Row
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from wtforms import HiddenField

from core import crossing, drafting
from core.db import Key, already, transaction
from core.drafting import OWN
from core.errors import BadInput, Changed, Refused, SentBefore
from core.fields import Anything, Filled, LongText, Mail, Mobile, Password, Phone, Text
from core.fields_choice import ManyOf, OneOf, Tick
from core.fields_typed import IN_A_WEEK, Amount, ComingDate, Day, Moment, PastDate, PastMoment, Whole
from core.web import new_key
from core.words import LazyString, _

NO_TEXT = (HiddenField, ManyOf, OneOf, Tick, MultipleFileField)


class Version(HiddenField):  # type: ignore[misc]
    """The version of the thing the page shows; the verb compares it."""

    data: int | None

    def process_formdata(self, valuelist: list[str]) -> None:
        """A number, or nothing."""
        text = valuelist[0] if valuelist else ""
        self.data = int(text) if re.fullmatch(r"[0-9]{1,18}", text) else None

    def _value(self) -> str:
        return "" if self.data is None else str(self.data)


class Form(FlaskForm):  # type: ignore[misc]
    """Every form: sent once (`key`), for the version its reader saw (`version`)."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """Kept text comes back by itself; messages are ours."""

        def wrap_formdata(self, form: "Form", formdata: Anything) -> Anything:
            """What was posted; where it was not this form, what was kept while its author signed in or typed."""
            sent = form.is_submitted()
            found = (_posted(form) if sent else None) if formdata is JustNow else formdata
            if found is None and not sent:
                found = form.kept() or form.recalled()
                form.brought_back = found is not None
                form.began_with = found.get(form.before_name) if found is not None else None
            form.filled_in = found is not None
            form.as_sent = None if form.brought_back else found
            return found

        def get_translations(self, _form: object) -> "_Catalogue":
            """The words of WTForms itself stand in our catalogues."""
            return _Catalogue()

    drafted: ClassVar[bool] = False
    """Whether its long texts are kept on the server while they are written."""
    written_together: ClassVar[bool] = False
    """Whether colleagues share what its author saves by the button, and not what is kept meanwhile."""
    leading: ClassVar[int] = 0
    """How many parts of an address name the page it stands on, where it is sent to one below; 0: all of them."""
    named: ClassVar[tuple[str, ...]] = ("id",)
    """What of an address's query says which thing it is about; the back office names its rows so."""
    restored: datetime | None = None
    """Of when its draft is that came back."""
    kept_refused = ""
    """At what time of day it was kept as it was sent, since it comes back."""
    brought_back = False
    """Whether text came back that its author had typed before."""
    filled_in = False
    """Whether something stands in it that somebody typed: just now, before, or when it was sent to be approved."""
    as_sent: Anything = None
    """What was sent: just now, or to be approved."""
    outrun = False
    """Whether somebody else was first."""
    began_with: str | None = None
    """What the text that came back says of the time when its author began."""
    key = HiddenField(default=new_key)
    version = Version()

    @property
    def place(self) -> str:
        """Where its draft is kept; empty when it keeps none."""
        name, page = f"{self._prefix}{type(self).__name__}", drafting.here(self.leading, self.named)
        return drafting.place_of(name, page) if self.drafted else ""

    @property
    def subject(self) -> drafting.Subject | None:
        """What it is about, where colleagues may go on with its draft."""
        return None

    @property
    def place_signed(self) -> str:
        """Where its draft is kept, as the page carries it."""
        return drafting.signed(self.place, self.subject, drafting.here(named=self.named))

    @property
    def begun_by_others(self) -> list[Row[Any]]:
        """Drafts of colleagues of this form."""
        if not self.place or not self.subject:
            return []
        return drafting.of_others(self.place.partition("#")[0], self.place)

    @property
    def turn(self) -> str:
        """Which draft of its place its page has seen, or wrote."""
        if not self.is_submitted():
            return drafting.turn(self.place)
        return drafting.turn(self.place, request.form.get(f"{self._prefix}key"), request.form.get(self.turn_name, ""))

    @property
    def turn_name(self) -> str:
        """Under which name the page says so."""
        return f"{self._prefix}turn"

    @property
    def status_code(self) -> int:
        """What a page answers that shows it: 422 where it comes back because something in it is wrong."""
        return 422 if self.is_submitted() else 200

    def is_submitted(self) -> bool:
        """Whether it is this form that was sent, and not another one of its page, which has another prefix."""
        mine = self._prefix
        if not super().is_submitted():
            return False
        return not mine or any(name.startswith(mine) for name in (*request.form, *request.files))

    @property
    def untouched(self) -> bool:
        """Whether nobody has written in it yet: what its page knows may stand there to begin with."""
        return not self.is_submitted() and not self.filled_in

    @property
    def crossed(self) -> list[crossing.Difference]:
        """Where somebody else was first: the fields that are not as they stand now."""
        return crossing.differences(self, self._held, request.form.get(self.before_name)) if self.outrun else []

    @property
    def before_name(self) -> str:
        """Under which name the page says what stood in the fields before."""
        return f"{self._prefix}before"

    @property
    def before(self) -> str:
        """What stood in the fields when its author began; after a conflict, what stands there now."""
        told = self.began_with
        if self.is_submitted() and not self.outrun:
            told = request.form.get(self.before_name)
        return crossing.before(self, self._held) if told is None else told

    def process(self, formdata: Anything = None, obj: Anything = None, data: Anything = None, **rest: Anything) -> None:
        """Take what was sent, or what its thing holds; of two versions the one that was chosen."""
        super().process(formdata, obj, data=data, **rest)
        if self.is_submitted():
            self.key.data = Key.of(self.key.data or "", _came())
        self._held = {*(data or ()), *rest} - {"extra_filters"}
        self._choose(self._held)

    def holds(self, **values: Anything) -> None:
        """Say what its thing holds now: shown where nothing was typed, compared where somebody else was first."""
        for name, value in values.items():
            self[name].object_data = value
            if self.untouched:
                self[name].data = value
        self._held |= set(values)
        self._choose(set(values))

    def _choose(self, names: set[str]) -> None:
        if self.as_sent is not None:
            for name in names & set(self._fields):
                crossing.take_theirs(self[name], self.as_sent)

    def recalled(self) -> MultiDict[str, str] | None:
        """The draft of this form on this page, if there is one."""
        fields, self.restored = drafting.recall(self.place) if self.place else ([], None)
        return MultiDict(fields) if fields else None

    def kept(self) -> MultiDict[str, str] | None:
        """The kept text of this page, when all of it belongs to this form."""
        fields = drafting.kept()
        names = {name for name in fields if drafting.written(name)}
        if not names or not names <= {field.name for field in self}:
            return None
        g.kept = {}
        return MultiDict((name, value) for name, values in fields.items() for value in values)

    def validate_on_submit(self, extra_validators: Anything = None) -> bool:
        """Whether it was sent and is right; after a refusal the page is asked again, and this says why not."""
        if not self.is_submitted():
            return False
        g.checked_form, g.checked_place = self, self.place  # known before a verb is at work
        right = bool(self.validate(extra_validators=extra_validators))
        refused: Refused | None = g.get("refused")
        if refused is None:
            self._first_time()
        if refused is not None:
            self._tell(refused)
        if not right or refused is not None:
            self._set_aside()
            if self._typed:
                self._keep()
        return right and refused is None

    def _set_aside(self) -> None:
        """Let files that came with it and are right wait for it: no browser puts them into their inputs again."""
        for field in self:
            if isinstance(field, MultipleFileField) and field.data:
                field.comes_back(self.key.data or "")

    def _keep(self) -> None:
        """Keep what was sent and refused: its page may be left before its script saves anything."""
        place = drafting.placed(self.place_signed) if self.place else None
        if place is not None:
            turn = request.form.get(self.turn_name, "")
            self.kept_refused = drafting.keep_refused(place, key=self.key.data or "", turn=turn)

    def _first_time(self) -> None:
        """An upload that is not there any more may have been taken by this very sending, whose answer was lost.

        Where other files came with it this time, somebody may have added them: that is asked, and nothing is swallowed.
        """
        files = [field for field in self if isinstance(field, MultipleFileField)]
        away = [field for field in files if field.away]
        if not away:
            return
        with transaction() as at:
            before = already(at, self.key.data or "")
        if before is None:
            return
        if not any(field.data for field in files):
            raise before
        for field in away:
            field.errors = [
                _("This was sent before, and it arrived, with the file that is missing here. Send only what is new.")
            ]
        self.key.data = new_key()

    @property
    def _typed(self) -> bool:
        """Whether somebody wrote something into it that does not stand there anyway; ticks and choices are no text."""
        texts = (field for field in self if not isinstance(field, NO_TEXT))
        return any(field.data != field.object_data and str(field.data or "").strip() for field in texts)

    def _tell(self, refused: Refused) -> None:
        said = refused.told(typed=self._typed) if isinstance(refused, Changed) else str(refused)
        if isinstance(refused, Changed):
            self.outrun = True
            for field in self:
                if isinstance(field, Version):
                    field.data = field.object_data
                field.errors = []  # what was offered has changed as well: whoever was first is the answer
        if isinstance(refused, SentBefore):
            self.key.data = new_key()
        if isinstance(refused, BadInput) and refused.field in self:
            field = self[refused.field]
            field.errors = [*field.errors, said]
        else:
            self.form_errors.append(said)

    @property
    def problems(self) -> list[tuple[str, str]]:
        """All errors as (id of the field, message), for the error summary."""
        where = f"crossing-{self.key.data}" if self.crossed else ""
        found = [(where, str(message)) for message in self.form_errors]
        for field in self:
            said = [str(message) for message in field.errors if isinstance(message, str | LazyString)]
            if isinstance(field, Whole | Amount):  # of several numbers, what is wrong with one does not say which
                said = [_("%(label)s: %(message)s", label=str(field.label.text), message=each) for each in said]
            found += [(field.id, each) for each in said]
        return found


def _posted(form: Form) -> Anything:
    """As pages send it, and nothing else: a file goes to a field of files alone, and no JSON is taken for a form."""
    taken = {field.name for field in form if isinstance(field, MultipleFileField)}
    files = MultiDict((name, file) for name, file in request.files.items(multi=True) if name in taken)
    return CombinedMultiDict((files, request.form)) if files else request.form or None


def _came() -> str:
    """All that was sent, but what a form says of itself; blanks do not count: pages that give it back change them."""
    values = [(name, " ".join(value.split())) for name, value in request.form.items(multi=True)]
    files = [(name, file.filename or "") for name, file in request.files.items(multi=True)]
    return json.dumps(sorted(each for each in (*values, *files) if each[0].rpartition("-")[2] not in OWN))


class _Catalogue:
    def gettext(self, text: str) -> str:
        return str(_(text))

    def ngettext(self, one: str, many: str, count: int) -> str:
        return str(_(one if count == 1 else many))


__all__ = [
    "IN_A_WEEK",
    "OWN",
    "Amount",
    "ComingDate",
    "Day",
    "Filled",
    "Form",
    "LongText",
    "Mail",
    "ManyOf",
    "Mobile",
    "Moment",
    "OneOf",
    "Password",
    "PastDate",
    "PastMoment",
    "Phone",
    "Text",
    "Tick",
    "Version",
    "Whole",
    "new_key",
]
