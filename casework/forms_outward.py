"""Forms whose text leaves the house: what looks like personal data in it is taken out, or sent for a reason."""

from typing import Any, ClassVar

from wtforms import HiddenField

from casework import passing_on
from casework.documents import lang_of
from casework.policies import personal_in
from casework.scan import WORDS, Found
from core.fields import Anything
from core.forms import Form, Text, Tick
from core.words import _, _l

ASKED = ("pass_on", "pass_on_why", "pass_on_seen")


class Outward(Form):
    """Asks before it passes on a number, an address or a name; if the text holds nothing personal it asks nothing."""

    outward: ClassVar[tuple[str, ...]] = ()
    """The fields that are read outside; of several like them the beginning of their name."""
    to_person: ClassVar[bool] = False
    """Whether the complainant reads it, and no company."""
    person_reads: ClassVar[tuple[str, ...]] = ()
    """Those fields that go to the complainant, if others read the text as well."""
    own_refused: ClassVar[bool] = False
    """Whether the verb takes no text at all that holds what the complainant told of himself."""
    of_body: ClassVar[bool] = False
    """Whether members of a body write it, who may not know who complains: then only numbers and addresses are found."""
    about: Any = None

    pass_on = Tick(_l("This must be sent as it stands"))
    pass_on_why = Text(_l("Why it must be sent"), most=200, required=False)
    pass_on_seen = HiddenField()

    def __init__(self, *given: Anything, **data: Anything) -> None:
        super().__init__(*given, **data)
        for name, field in self._fields.items():
            if name.startswith(self.outward) and isinstance(field, Text):
                field.written_in = self._language_of(name)
        self.personal = self._personal()
        for name in ASKED:
            if self.personal:
                self._fields[name] = self._fields.pop(name)  # asked below the text
            else:
                del self[name]
        if self.personal:
            self.pass_on_why.flags.required = True

    def is_read(self, name: str) -> bool:
        """Whether the text of a field goes out at all: what belongs to a choice that was not made does not."""
        return bool(name)

    def _language_of(self, name: str) -> str:
        """The language in which the reader of a field is written to; empty if there are several readers."""
        complaint = passing_on.complaint_of(self.about)
        if self.to_person or name in self.person_reads:
            return lang_of(complaint) if complaint is not None else ""
        party = passing_on.party_of(self.about)
        return party.lang if party is not None else ""

    def _personal(self) -> list[Found]:
        outward = [(name, field) for name, field in self._fields.items() if name.startswith(self.outward)]
        told = [field.data for name, field in outward if self.is_read(name)]
        texts = [each for each in told if isinstance(each, str)]  # other values are days and numbers of people
        text, complaint = "\n".join(texts), passing_on.complaint_of(self.about)
        if self.to_person:
            return passing_on.to_person(text)
        if self.own_refused and complaint is not None and personal_in(complaint, text):
            return []
        people = () if self.of_body else passing_on.people_in(self.about)
        return passing_on.to_company(text, people, passing_on.shown_in(self.about))

    @property
    def passed_on(self) -> tuple[list[str], str] | None:
        """What is sent all the same, by kind, and why."""
        if not self.personal or not self.pass_on.data:
            return None
        return [each.kind for each in self.personal], (self.pass_on_why.data or "").strip()

    def validate(self, extra_validators: Anything = None) -> bool:
        """Valid only if what looks personal was shown before, ticked, and given a reason."""
        right = bool(super().validate(extra_validators))
        if not self.personal:
            return right
        there = list(dict.fromkeys(each.text for each in self.personal))
        seen = set((self.pass_on_seen.data or "").split("|"))
        self.pass_on_seen.data = "|".join(there)
        if not self.pass_on.data or not seen.issuperset(there):
            self.pass_on.data = False
            self.pass_on.errors = [self._warning()]
            return False
        if not (self.pass_on_why.data or "").strip():
            self.pass_on_why.errors = [_("Say why it must be sent.")]
            return False
        return right

    def _warning(self) -> str:
        named = dict.fromkeys(_("%(it)s (%(what)s)", it=each.text, what=WORDS[each.kind]) for each in self.personal)
        return _(
            "This looks like personal data: %(found)s. Take it out of the text, or tick that it must be sent "
            "and say why.",
            found=_("; ").join(named),
        )
