"""The field of files: chosen in the form, or sent in pieces before."""

from typing import Any

from flask_wtf.file import MultipleFileField
from werkzeug.datastructures import FileStorage
from wtforms.validators import StopValidation

from core.fields import Anything, chain
from core.words import Words, _, _l
from filestore.file_kinds import ALLOWED
from filestore.uploading import Uploaded, is_token, set_aside, taken


class Files(MultipleFileField):  # type: ignore[misc]
    """Files, each from its own plain input of the same name, or sent in pieces before; `data` lists FileStorage."""

    data: list[FileStorage]
    away = False
    """Whether the form means an upload that is not there any more."""

    def __init__(
        self,
        label: Words | None = None,
        *,
        required: bool = False,
        missing: Words | None = None,
        most: int = 20,
        megabytes: int = 50,
        singly: bool = False,
        kinds: str = ALLOWED,
        hint: Words = "",
        **rest: Anything,
    ) -> None:
        super().__init__(label, chain(required, missing or _l("Choose a file."), ()), description=hint, **rest)
        self.most, self.megabytes, self.singly, self.kinds = most, megabytes, singly, kinds

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Inputs left empty are no files; what came in pieces stands in the form by its token."""
        sent = [taken(item) for item in dict.fromkeys(item for item in valuelist if is_token(item))]
        whole = [item for item in valuelist if isinstance(item, FileStorage) and item.filename]
        self.away = None in sent
        self.data = [*(item for item in sent if item is not None), *whole]

    @property
    def uploaded(self) -> list[Uploaded]:
        """Those that are here already, also when the form comes back with something to put right."""
        return [item for item in self.data if isinstance(item, Uploaded)]

    @property
    def lost(self) -> list[str]:
        """Names of good ones that went with a form that comes back: no browser puts them into their inputs again."""
        names = [item.filename or "" for item in self.data if not isinstance(item, Uploaded)]
        return [name for name in names if not any(name in str(each) for each in self.errors)]

    def comes_back(self, key: str) -> None:
        """The good ones of a form that comes back need not be chosen again by whoever has an account."""
        told = [str(each) for each in self.errors]
        for place, item in enumerate(self.data):
            if not any((item.filename or "") in each for each in told):
                self.data[place] = set_aside(item, key)

    def process_data(self, value: Anything) -> None:
        """Files never come from an object."""
        self.data = list(value or [])

    def pre_validate(self, _form: object) -> None:
        """Not too many, none too large, none empty; said of each where it is kept if the others stay without it."""
        if self.away:
            raise StopValidation(_("A file that was sent before is not kept any longer. Choose it again."))
        if len(self.data) > self.most:
            raise StopValidation(_("Send at most %(most)s files at once.", most=self.most))
        for file in () if self.singly else self.data:
            length = file.stream.seek(0, 2)
            file.stream.seek(0)
            if length == 0:
                raise StopValidation(_("The file “%(name)s” is empty.", name=file.filename))
            if length > self.megabytes * 1024 * 1024:
                raise StopValidation(
                    _("The file “%(name)s” is larger than %(most)s MB.", name=file.filename, most=self.megabytes)
                )
