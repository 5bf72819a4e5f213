"""Forms of the public: complaining step by step, and what one can do with a receipt code."""

from collections.abc import Collection

from wtforms import HiddenField
from wtforms.validators import ValidationError

from casework import messages
from casework.form_checks import (
    after_the_first,
    can_be_printed,
    mail_or_mobile,
    mobile_for_texts,
    not_long_ago,
    own_number,
    telephone,
)
from casework.forms_names import Drawn, identity
from casework.policies_complaints import NO_NAME
from core.fields import Anything
from core.fields_typed import Near
from core.forms import Form, LongText, ManyOf, OneOf, PastDate, Phone, Text, Tick, Version
from core.words import LazyString, _, _l
from filestore.fields_files import Files
from registry.names import fold

ROLES = (
    ("DEBTOR", _l("I am the borrower")),
    ("AGREED_CONTACT", _l("The borrower named me as an emergency contact")),
    ("GUARANTOR", _l("I am a guarantor of the debt")),
    ("OTHER_CONTACT", _l("I know the borrower, but I am not a contact of the loan")),
    ("UNRELATED", _l("I have nothing to do with the borrower or the debt")),
    ("WRONG_NUMBER", _l("They call the wrong number: I do not know the borrower")),
    ("EMPLOYER", _l("They call my company about somebody who works here")),
    ("AGENT", _l("I complain for somebody else, with a written authorisation")),
)
UNKNOWN = "UNKNOWN"
NO_NAMES = frozenset(
    fold(words)
    for words in (
        "不知道", "我不知道", "不清楚", "我不清楚", "不详", "未知", "无", "没有",
        "I don't know", "I do not know", "don't know", "not known", "unknown", "none",
    )
)  # fmt: skip
"""What people write into a field for a name when they know none."""
KNOWN_BY = (
    ("NAME", _l("The company's name")),
    ("APP", _l("The name of the app")),
    ("SMS_SIGNATURE", _l("The signature in the text message, the words in 【 】")),
    ("NUMBER", _l("The telephone number that called or wrote")),
    (UNKNOWN, _l("I don't know it")),
)
ANOTHER = _l("There is another one, but I don't know which")
OTHER = "OTHER"
CONDUCT = (
    ("V-C04", _l("They call or write to people who have nothing to do with the debt")),
    ("V-C01", _l("They demand the money from a contact of the borrower")),
    ("V-C03", _l("They go on after a contact asked them to stop")),
    ("V-C05", _l("They write to many people from an address book")),
    ("V-I01", _l("They tell others about the debt")),
    ("V-I02", _l("They expose the borrower in public or on the internet")),
    ("V-B01", _l("They insult, intimidate or threaten")),
    ("V-B02", _l("They used violence or kept somebody from leaving")),
    ("V-B03", _l("They pretend to be a court, the police or an authority")),
    ("V-B04", _l("They send false documents or say false things")),
    ("V-F04", _l("They call again and again")),
    ("V-T01", _l("They call between 22:00 and 8:00")),
    ("V-I03", _l("The app forces access to the address book")),
    ("V-I04", _l("The app refuses service because I did not give data it does not need")),
    ("V-B08", _l("They ask for extra fees")),
    ("V-B09", _l("They press the borrower to take a new loan")),
    (OTHER, _l("Something else")),
)


def conduct_choices(retired: Collection[str], chosen: Collection[str]) -> list[tuple[str, LazyString]]:
    """What can be ticked: a kind that the association retired only where it is ticked already."""
    return [(code, words) for code, words in CONDUCT if code not in retired or code in chosen]


def conduct_words(codes: Collection[str]) -> list[str]:
    """What was ticked, in the words and the order of the form."""
    return [str(words) for code, words in CONDUCT if code in codes]


class RoleForm(Form):
    """Who complains."""

    role = OneOf(
        _l("How are you connected with the debt?"),
        ROLES,
        hint=_l(
            "For a child under 14 a parent or guardian complains: choose the last answer. What shows the guardianship "
            "takes the place of the authorisation."
        ),
    )


class CompanyForm(Form):
    """About whom: the institution, and the collection firm if known."""

    how = OneOf(
        _l("How do you know the institution that gave the loan?"),
        KNOWN_BY,
        missing=_l("Say how you know the institution: whether by its name or otherwise."),
    )
    value = Text(
        _l("Write it as you see it"),
        most=100,
        required=False,
        hint=_l("If you don't know it, choose “I don't know it” above."),
        checks=[can_be_printed],
    )
    more = Text(_l("Another institution, if there is one"), most=100, required=False, checks=[can_be_printed])
    more_unknown = Tick(ANOTHER)
    firm = Text(
        _l("The collection firm, if you know it"),
        most=100,
        required=False,
        hint=_l("Leave empty if you do not know: we look it up"),
        checks=[can_be_printed],
    )
    number = Text(
        _l("Number that called or wrote, if you have it"),
        most=30,
        required=False,
        hint=_l("For example 0592 5550 0123"),
        checks=[telephone],
    )

    def __init__(self, *given: Anything, **data: Anything) -> None:
        super().__init__(*given, **data)
        self.value.flags.required = True  # unless the first answer says otherwise, as its hint says

    def validate(self, extra_validators: Anything = None) -> bool:
        """Something to go by, unless the person says that it knows nothing."""
        right = bool(super().validate(extra_validators))
        if right and self.how.data == "NUMBER" and self.value.data:
            try:
                telephone(self, self.value)
            except ValidationError as wrong:
                self.value.errors = [str(wrong)]
                return False
        if right and self.how.data != UNKNOWN and not self.value.data:
            self.value.errors = [_l("Write what you know the institution by, or choose “I don't know it”.")]
            return False
        return right


ABOUT = _l("For example %(day)s; if you don't know the day, take the first of the month.", day=Near(0))


class ConductForm(Form):
    """What happened."""

    product = Text(_l("Which loan or product is it about?"), most=100, required=False, checks=[can_be_printed])
    codes = ManyOf(_l("What did they do? Choose all that fits."), CONDUCT)
    conduct_from = PastDate(
        _l("When did it begin?"),
        hint=ABOUT,
        unreadable=_l("When it began: write year, month and day, for example %(day)s.", day=Near(0)),
        checks=[not_long_ago],
        missing=_l("Say on which day it began, about if you don't know exactly."),
    )
    conduct_to = PastDate(
        _l("When was the last time?"),
        hint=ABOUT,
        unreadable=_l("When it last happened: write year, month and day, for example %(day)s.", day=Near(0)),
        checks=[not_long_ago, after_the_first],
        missing=_l("Say on which day it last happened; it may be the same day."),
    )
    facts = LongText(
        _l("Tell what happened, in your own words"),
        most=10000,
        least=10,
        rows=10,
        hint=_l("Who, when, how often, what was said. You need not name other people."),
        missing=_l("Tell what happened: a few sentences are enough."),
    )
    request = LongText(_l("What do you ask for?"), most=2000, required=False, rows=3)

    def __init__(self, *given: Anything, **data: Anything) -> None:
        super().__init__(*given, **data)
        self.conduct_from.rule = self.conduct_to.rule = ""  # one example, which their hint gives


COVER = _l(
    "What can be seen or heard in a file is not hidden for you. Cover your name and number before you choose it, "
    "if the companies shall not see them."
)


class EvidenceForm(Form):
    """Files, and for each whether the institution may see it."""

    files = Files(_l("Screenshots, recordings, documents"), required=False, singly=True)
    shared = ManyOf(_l("Which of these files may the companies you complain about see?"), (), required=False)
    gone = ManyOf(_l("Which of these files should be removed?"), (), required=False)
    fresh = Tick(
        _l("Every company I complain about may see these files, without the file names and hidden data"), hint=COVER
    )
    seen: dict[str, bool]
    """The files that the page showed, and whether they were ticked."""


class ContactForm(Form):
    """How to reach the person, and whether the institution may know who complains."""

    name = Text(_l("Your name"), most=60, required=False, private=True, checks=[can_be_printed])
    drawn = Drawn()
    contact = Text(
        _l("Email address or mobile number"),
        most=120,
        required=False,
        hint=_l(
            "A whole email address, or the 11 digits of a mobile. We write to an email address when there is news."
        ),
        checks=[mail_or_mobile, mobile_for_texts],
    )
    texts = Tick(
        _l("Tell me by text message when there is news"),
        hint=_l(
            "Only to a mobile number, which you confirm by a code on the tracking page. "
            "Without this tick it gets no news."
        ),
    )
    id_no = identity(_l("Identity number"))
    share_identity = Tick(_l("Every company I complain about, collection firms included, may know my name and contact"))
    stop_number = Phone(
        _l("Telephone number that shall not be contacted any more"),
        required=False,
        hint=_l("Only if you want it. Check each digit: once sent, it cannot be changed here."),
        checks=[own_number],
    )
    stop_own = Tick(_l("This is my own number"), hint=_l("Needed where you give a number"))
    consent = Tick(
        _l("I have read how my data is used, and agree that the association keeps it to handle this complaint"),
        required=True,
        missing=_l("Without your agreement the association can't keep your data, and so can't handle the complaint."),
    )
    homepage = Text(_l("Leave this field empty"), most=200, required=False)

    def needs_name(self) -> None:
        """The association takes no anonymous complaints."""
        self.name.flags.required = True

    def validate(self, extra_validators: Anything = None) -> bool:
        """A name where one is needed, and something to pass on where it may be."""
        right = bool(super().validate(extra_validators))
        if self.name.flags.required and not self.name.data:
            self.name.errors = [*self.name.errors, _l("The association takes complaints only with a name.")]
            return False
        if self.share_identity.data and not (self.name.data or self.contact.data):
            said = NO_NAME
            self.share_identity.errors = [*self.share_identity.errors, said]
            return False
        return right


class SendForm(Form):
    """A button that needs no answer."""


class LastLookForm(SendForm):
    """The last look before sending."""

    shown = HiddenField()
    """A mark of the answers that the page showed."""


class CodeForm(Form):
    """The receipt code."""

    code = Text(
        _l("Receipt code"),
        most=60,
        hint=_l("24 letters and digits in six groups; capital or small, with or without dashes"),
        missing=_l("Type in your receipt code."),
    )


class ResumeForm(Form):
    """The resume code of a complaint that is not sent yet."""

    code = Text(
        _l("Resume code"),
        most=60,
        hint=_l("16 letters and digits in four groups; capital or small, with or without dashes"),
        missing=_l("Type in your resume code."),
    )


class LostForm(Form):
    """A lost receipt code."""

    ref = Text(
        _l("Number of the complaint"),
        most=30,
        required=False,
        hint=_l("For example TS2026-7K3M9Q. Without it we send a link for each of your latest 3 complaints."),
    )
    contact = Text(
        _l("Email address that you gave, or mobile number that you confirmed"),
        most=120,
        missing=_l("Type in the email address or the mobile number that you gave."),
        hint=_l("For example name@example.com or 13800138000"),
        checks=[mail_or_mobile],
    )


class MessageForm(Form):
    """A message to the association."""

    body = LongText(_l("Your message"), most=messages.LONGEST, missing=_l("Write your message."))


class AddFilesForm(Form):
    """Evidence added later."""

    files = Files(_l("Screenshots, recordings, documents"), singly=True)
    shared = Tick(
        _l("Every company I complain about may see these files, without the file names and hidden data"), hint=COVER
    )


class InfoForm(Form):
    """What was asked for."""

    facts = LongText(
        _l("What was asked for"),
        most=10000,
        least=5,
        required=False,
        hint=_l("In words here, as files below, or both. If you can't add it, say why."),
    )
    files = Files(_l("Screenshots, recordings, documents"), singly=True)
    shared = Tick(
        _l("Every company I complain about may see these files, without the file names and hidden data"), hint=COVER
    )


class DisputeForm(Form):
    """Why a reply does not settle the matter."""

    releases = ManyOf(_l("Which answer?"), ())
    why = LongText(
        _l("What is not right, or not answered?"),
        most=5000,
        least=5,
        missing=_l("Say what is not right, or what was not answered."),
    )


class AcceptForm(Form):
    """The answer is accepted: one press ends nothing."""

    seen = Version()
    """The newest answer that the page shows."""
    confirmed = Tick(
        _l("I accept the answer, and know that the complaint ends with it"),
        required=True,
        missing=_l("Tick the box to accept the answer."),
    )


class DeleteFileForm(Form):
    """A wrong file is deleted."""

    confirmed = Tick(
        _l("Delete it, though it cannot be brought back"),
        required=True,
        missing=_l("Tick the box to delete the file."),
    )


class WithdrawForm(Form):
    """Withdrawal, with the question about pressure."""

    pressure = OneOf(
        _l("Did anybody press you to withdraw?"),
        (("no", _l("No, nobody did")), ("yes", _l("Yes, somebody pressed me"))),
    )


class SettleForm(Form):
    """Terms agreed between both sides."""

    read = Version()
    terms = LongText(
        _l("What did you agree on?"),
        most=3000,
        least=5,
        missing=_l("Write what you agreed on."),
        hint=_l("The company reads this as you write it: leave out what it need not know of you."),
    )
    pressure = OneOf(
        _l("Did anybody press you to agree?"),
        (("no", _l("No, nobody did")), ("yes", _l("Yes, somebody pressed me"))),
    )

    def instead(self) -> None:
        """Other terms than those that stand there are the person's own: nobody has agreed to them yet."""
        self.terms.label.text = _("What do you propose instead?")

    def read_by(self, companies: list[str]) -> None:
        """What is agreed on with one of several companies is read by all of them."""
        if len(companies) > 1:
            self.terms.description = _l(
                "All the companies named above read this as you write it: leave out what they need not know of you."
            )


class AgreeForm(Form):
    """Agreement to the terms that stand on the page."""

    terms = HiddenField()
    pressure = OneOf(
        _l("Did anybody press you to agree?"),
        (("no", _l("No, nobody did")), ("yes", _l("Yes, somebody pressed me"))),
    )


class RefuseForm(Form):
    """No to the terms that stand on the page."""

    terms = HiddenField()


class WorseForm(Form):
    """It has become worse since the complaint."""

    said = LongText(_l("What has happened since?"), most=5000, rows=3, required=False)


class RecheckAskForm(Form):
    """Somebody new shall look at it once more."""

    why = LongText(
        _l("What was overlooked or decided wrongly?"),
        most=5000,
        missing=_l("Say what was overlooked or decided wrongly."),
    )
