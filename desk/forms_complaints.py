"""Forms of staff for complaints and forwardings: triage, notes for a person, what becomes of an answer."""

from datetime import date, timedelta
from typing import ClassVar

from casework import labels
from casework.form_checks import after_the_first, can_be_printed, mail_or_telephone, not_long_ago, own_number, telephone
from casework.forms_names import Drawn, identity
from casework.forms_outward import Outward
from casework.forms_staff import StaffForm
from casework.policies import NO_AUTHORITY, NO_DEBT
from casework.policies_complaints import AFTER_RECEIPT, CHECK_COPY, SAY_MISSING, SAY_PART
from core import clock
from core.fields import Anything
from core.forms import LongText, ManyOf, OneOf, PastDate, Phone, Text, Tick, Whole
from core.words import _l
from filestore.fields_files import Files
from registry.company_fields import Company

YES_NO = (("no", _l("No")), ("yes", _l("Yes")))


class AcceptForm(Outward, StaffForm):
    """The complaint is accepted and put before those that are ticked."""

    drafted, outward, own_refused = True, ("masked_facts",), True
    masked_facts = LongText(
        _l("Copy for the respondents"),
        most=12000,
        rows=8,
        hint=_l(
            "Hidden by itself: telephones but the caller's, identity and card numbers, mail addresses, streets, the "
            "complainant's own name and names given as names (as after 联系人). All other names are hidden by hand: "
            "read it to the end.",
        ),
        missing=CHECK_COPY,
    )
    respondents = ManyOf(
        _l("Put it before"),
        (),
        missing=_l("Choose at least one respondent that the rules reach on that day."),
    )
    other = Company(_l("Another respondent"), required=False)


class AskInfoForm(Outward, StaffForm):
    """What the person is asked to add."""

    drafted, outward, to_person = True, ("missing",), True
    missing = LongText(
        _l("What is missing"),
        most=2000,
        rows=4,
        hint=_l("One point a line; the person reads it in a letter and can be asked once."),
        missing=SAY_MISSING,
    )


class RejectForm(Outward, StaffForm):
    """Why the complaint is not accepted, and what the person can still do."""

    drafted, outward, to_person = True, ("why",), True
    reason = OneOf(_l("Reason"), (), look="select", missing=_l("Choose a reason."))
    why = LongText(_l("In words, for this person"), most=2000, rows=3, required=False)
    ways = ManyOf(
        _l("What the person can still do"),
        (),
        missing=_l("Tell the person what can still be done."),
    )


class Referral(Outward, StaffForm):
    """Which authority is competent, and for which part, unless for all."""

    drafted = True
    scope = Text(_l("Which part"), most=300, missing=SAY_PART)
    authority = Text(_l("Authority"), most=120, missing=NO_AUTHORITY)


class ReferPartForm(Referral):
    """Another authority is competent for a part."""

    outward: ClassVar[tuple[str, ...]] = ("scope", "why", "facts", "suspected")
    person_reads: ClassVar[tuple[str, ...]] = ("scope", "why")
    authority_contact = Text(_l("How it is reached"), most=200, required=False)
    why = LongText(_l("Why it is competent"), most=2000, rows=3, missing=_l("Give the reason."))
    facts = LongText(_l("Facts that are passed on"), most=5000, rows=5, required=False)
    suspected = Text(_l("What is suspected"), most=200, required=False)
    identity = Tick(
        _l("Pass on name and contact"),
        hint=_l("Only where the person agreed to this very authority; agreeing to the companies is not enough."),
    )
    agreed_how = OneOf(_l("How the person agreed to it"), labels.choices(labels.AGREED), look="select", required=False)
    agreed_on = PastDate(_l("On which day the person agreed to it"), required=False)


class ReferForm(ReferPartForm):
    """Another authority is competent for all of it."""

    outward, person_reads = ("why", "suspected"), ("why",)
    scope = facts = None  # type: ignore[assignment] # what is nothing is no field


class AddRespondentForm(StaffForm):
    """Another company is found to be concerned."""

    respondents, other = AcceptForm.respondents, AcceptForm.other


class InfoNoteForm(StaffForm):
    """What the person added by telephone, letter or at the counter."""

    drafted = True
    text = LongText(_l("What the person added"), most=10000, rows=6, required=False)
    files = Files(_l("Files"))


class DisputeNoteForm(StaffForm):
    """The person does not accept a reply."""

    drafted = True
    release = OneOf(_l("Which answer?"), (), missing=_l("Choose the answer that the person does not accept."))
    why = LongText(_l("What is not right, or not answered?"), most=5000)


class WithdrawNoteForm(StaffForm):
    """The person withdraws, and was asked about pressure."""

    drafted = True
    pressure = OneOf(_l("Did anybody press the person to withdraw?"), YES_NO)
    why = LongText(_l("What the person said"), most=2000, rows=3, required=False)


class WhyForm(StaffForm):
    """A reason in words."""

    drafted = True
    why = LongText(_l("Reason"), most=5000, missing=_l("Give the reason."))


class WhyToCompanyForm(Outward, WhyForm):
    """A reason that the company reads."""

    outward = ("why",)


class WhyToPersonForm(Outward, WhyForm):
    """A reason that the complainant reads."""

    outward, to_person = ("why",), True


class EscalateForm(StaffForm):
    """Signs of a breach become a lead on the respondents."""

    drafted = True
    why = LongText(
        _l("Which signs of a breach are there?"), most=5000, missing=_l("Say which signs of a breach there are.")
    )
    parties = ManyOf(_l("Against whom"), (), required=False)


class MergeForm(StaffForm):
    """Two complaints about the same matter: this one follows the other."""

    lead = Text(_l("Number of the complaint that leads"), most=20)
    same_facts = Tick(
        _l("I have compared them: same person, same companies, same facts"),
        required=True,
        missing=_l("Confirm that both tell the same facts."),
    )


class UnmergeForm(StaffForm):
    """They part again."""

    drafted = True
    why = LongText(_l("Reason"), most=2000, rows=3, missing=_l("Give the reason."))
    messages = ManyOf(_l("Which messages of the leading complaint belong to this one?"), (), required=False)
    replies = ManyOf(_l("Which answers to the leading complaint hold for this one too?"), (), required=False)
    files = ManyOf(_l("Which files of the leading complaint belong to this one?"), (), required=False)


class RecheckForm(StaffForm):
    """Somebody new looks once more."""

    drafted = True
    why = LongText(_l("Reason"), most=5000, rows=4, missing=_l("Give the reason."))
    asked_on = PastDate(_l("Day on which it was asked for"), required=False, hint=_l("Empty: today"))
    own_error = Tick(_l("An error of our own: the period does not matter"))


class TakeUpForm(StaffForm):
    """A complaint of an earlier register becomes a new one."""

    drafted = True
    role = OneOf(_l("Who complained"), labels.choices(labels.ROLE), look="select")
    institution = Company(_l("Which institution of the register is it?"), required=False)
    firm = Company(_l("Which collection firm?"), required=False)
    codes = ManyOf(_l("What is alleged"), (), required=False)
    facts = LongText(_l("What happened"), most=12000, rows=10)
    conduct_from = PastDate(_l("Conduct from"))
    conduct_to = PastDate(_l("Conduct until"), checks=[after_the_first])
    lang = OneOf(_l("Language in which the person is written to"), (("zh", "中文"), ("en", "English")))


class IdentifyForm(StaffForm):
    """Which party of the register a named company is."""

    party = Company(_l("Party of the register"), required=False)


class CodesForm(StaffForm):
    """Which kinds of conduct are alleged."""

    codes = ManyOf(_l("What is alleged"), (), required=False)


class NoteForm(StaffForm):
    """An internal note."""

    drafted = True
    text = LongText(_l("Internal note"), most=5000, rows=3, missing=_l("Write the note."))


class MessageForm(Outward, StaffForm):
    """A message to the complainant."""

    drafted, outward, to_person = True, ("body",), True
    body = LongText(_l("Message to the complainant"), most=5000, rows=3, missing=_l("Write a message."))


class EvidenceForm(StaffForm):
    """Files that came by another way."""

    files = Files(_l("Files"), required=True, missing=_l("Choose at least one file."))
    shared = Tick(_l("The person agreed that every company complained about may see these files"))


class AssignForm(StaffForm):
    """Who handles it."""

    officer = OneOf(_l("Officer"), (), look="select", required=False)


SELDOM = 30
"""What came longer ago than so many days is seldom entered only now: more often the year was mistyped."""
LONG_AGO = _l("It came more than %(days)s days ago: check the year, or confirm the day.", days=SELDOM)


def is_seldom(day: date | None) -> bool:
    """Whether a day of receipt has to be confirmed."""
    return day is not None and day < clock.today() - timedelta(days=SELDOM)


def long_ago() -> Tick:
    """That a day of long ago is the right one."""
    return Tick(_l("The day is right: it came that long ago"))


class IntakeForm(StaffForm):
    """A complaint that came by telephone, letter or at the counter: all topics on one page."""

    drafted = True
    channel = OneOf(
        _l("How did it come?"), labels.choices(labels.CHANNEL, "PHONE", "LETTER", "COUNTER"), default="PHONE"
    )
    came_on = PastDate(
        _l("When did it come?"),
        required=False,
        hint=_l(
            "Empty: today. The time for acceptance counts from the day on which a letter arrived, and the "
            "acknowledgement says it at once. It can be put right until another letter goes out."
        ),
    )
    long_ago = long_ago()
    lang = OneOf(
        _l("Language in which the person is written to"),
        (("zh", "中文"), ("en", "English")),
        default="zh",
    )
    role = OneOf(_l("What has the person to do with the debt?"), labels.choices(labels.ROLE), look="select")
    how = OneOf(
        _l("How is the institution known?"),
        labels.choices(labels.HOW, "NAME", "APP", "SMS_SIGNATURE", "NUMBER", "UNKNOWN"),
        look="select",
        default="NAME",
    )
    value = Text(
        _l("As the person says it"),
        most=100,
        required=False,
        hint=_l("Name, app, signature or number"),
        checks=[can_be_printed],
    )
    more = Text(_l("Another institution"), most=100, required=False, checks=[can_be_printed])
    firm = Text(_l("Collection firm"), most=100, required=False, checks=[can_be_printed])
    number = Text(
        _l("Number that called or wrote"),
        most=30,
        required=False,
        hint=_l("For example 0592 5550 0123"),
        checks=[telephone],
    )
    product = Text(_l("Loan or product"), most=100, required=False, checks=[can_be_printed])
    codes = ManyOf(_l("What is alleged"), (), required=False)
    conduct_from = PastDate(_l("Conduct from"), checks=[not_long_ago])
    conduct_to = PastDate(_l("Conduct until"), checks=[not_long_ago, after_the_first])
    facts = LongText(_l("What happened"), most=10000, least=10, rows=10, missing=_l("Tell what happened."))
    request = LongText(_l("What the person asks for"), most=2000, rows=2, required=False)
    files = Files(_l("Files"))
    shared = Tick(_l("The person agreed that every company complained about may see these files"))
    name = Text(_l("Name"), most=120, required=False, private=True, checks=[can_be_printed])
    drawn = Drawn()
    together = Text(
        _l("Others who complain together"),
        most=60,
        required=False,
        private=True,
        hint=_l(
            "Their names, with “、” between them: hidden as the first is, and in letters beside it. What is agreed to "
            "below, each of them must agree to. Their telephone numbers go into the text, where they are hidden too."
        ),
        checks=[can_be_printed],
    )
    contact = Text(
        _l("Email address or telephone number"),
        most=120,
        required=False,
        hint=_l("For example name@example.com, 13800138000 or 010-12345678"),
        checks=[mail_or_telephone],
    )
    id_no = identity(_l("Identity number, only if it was given"))
    share_identity = Tick(_l("The person agreed that every company complained about may know name and contact"))
    agent_authorised = Tick(_l("A written authorisation was shown"))
    stop_number = Phone(_l("Number that shall not be contacted any more"), required=False, checks=[own_number])
    stop_own = Tick(_l("The holder of the number confirmed that it is theirs"))
    consent = Tick(
        _l("The person was told how the data is used, and agreed"),
        required=True,
        missing=_l("Tell the person how the data is used, and note the answer."),
    )

    def __init__(self, *given: Anything, **data: Anything) -> None:
        super().__init__(*given, **data)
        self.value.flags.required = True  # unless nothing is known of it

    def validate(self, extra_validators: Anything = None) -> bool:
        """Something to go by, unless the person knows nothing: as in the form of the public."""
        right = bool(super().validate(extra_validators))
        if self.how.data != "UNKNOWN" and not self.value.data and not self.value.errors:
            self.value.errors = [_l("Write what the person knows the institution by, or choose “Not known”.")]
            right = False
        if self.came_on.data and self.conduct_to.data and self.conduct_to.data > self.came_on.data:
            self.came_on.errors = [AFTER_RECEIPT]
            right = False
        if is_seldom(self.came_on.data) and not self.long_ago.data and not self.came_on.errors:
            self.long_ago.errors = [LONG_AGO]
            right = False
        return right


class ExtendForm(StaffForm):
    """More time for the answer."""

    drafted = True
    why = LongText(_l("Reason"), most=2000, rows=3, missing=_l("Give the reason."))
    to = Whole(_l("Total length in days"), least=1, most=120, required=False, hint=_l("Empty: the longest next step"))


class SendBackForm(Outward, StaffForm):
    """The gaps of an answer."""

    drafted, outward = True, ("gaps",)
    gaps = LongText(
        _l("Gaps of the answer"),
        most=3000,
        rows=5,
        hint=_l("One point a line; the respondent answers each. An answer can be sent back once."),
        missing=_l("Name the gaps of the answer."),
    )


class ReissueForm(Outward, StaffForm):
    """The copy of a letter that was made void before anybody read it."""

    drafted, outward, own_refused = True, ("masked_facts",), True
    masked_facts = LongText(_l("Copy for the respondents"), most=12000, rows=8, missing=CHECK_COPY)


class ReissuePointsForm(Outward, StaffForm):
    """The points of such a letter, which asks for more."""

    drafted, outward = True, ("gaps",)
    gaps = LongText(_l("Gaps of the answer"), most=3000, rows=5, missing=_l("Name the gaps of the answer."))


class ReleaseForm(StaffForm):
    """The complainant may read the text."""

    read = Tick(
        _l("I have read the text for the complainant"),
        missing=_l("Confirm that you have read the text for the complainant."),
        required=True,
    )


class WarnedReleaseForm(ReleaseForm):
    """The complainant, who is not the debtor, may read the text."""

    warned = Tick(
        _l("The text shows nothing of the debt: not whose it is, how much, nor whether it is overdue"),
        missing=NO_DEBT,
        required=True,
    )
