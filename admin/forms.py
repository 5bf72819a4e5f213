"""Forms of the register of parties: names, what binds a party, who collects for whom."""

from core.forms import Day, Form, LongText, OneOf, Text, Tick
from core.words import _l
from registry.company_fields import Company
from registry.models import AliasKind, BasisKind, BasisStatus, PartyKind

KINDS = [(PartyKind.INSTITUTION, _l("Institution")), (PartyKind.FIRM, _l("Collection firm"))]
ALIASES = [
    (AliasKind.SHORT, _l("Short name")),
    (AliasKind.FORMER, _l("Former name")),
    (AliasKind.APP, _l("App")),
    (AliasKind.SMS_SIGNATURE, _l("Message signature")),
    (AliasKind.NUMBER, _l("Telephone number")),
    (AliasKind.WEB, _l("Website")),
]
BASES = [
    (BasisKind.MEMBERSHIP, _l("Membership")),
    (BasisKind.SIGNATORY, _l("Signed the convention")),
    (BasisKind.UNDERTAKING, _l("Signed undertaking")),
]
STATUSES = [
    (BasisStatus.ACTIVE, _l("In force")),
    (BasisStatus.RIGHTS_SUSPENDED, _l("Rights suspended")),
    (BasisStatus.WITHDRAWN, _l("Left")),
    (BasisStatus.EXPELLED, _l("Expelled")),
]


class PartyForm(Form):
    """A new institution or firm."""

    kind = OneOf(_l("What is it?"), KINDS)
    name_zh = Text(_l("Full name in Chinese"), hint=_l("As in the business licence."))
    name_en = Text(_l("Name in English"), required=False)
    uscc = Text(_l("Unified social credit code"), most=30, hint=_l("18 characters; the last one checks the others."))
    member_no = Text(_l("Member number"), most=40, required=False)
    named_executive = Text(
        _l("Executive named for collection"),
        most=80,
        required=False,
        hint=_l("The senior executive who answers for collection and signs reports."),
    )


class PartyChangeForm(Form):
    """What changes about a party without being a name."""

    member_no = Text(_l("Member number"), most=40, required=False)
    named_executive = Text(_l("Executive named for collection"), most=80, required=False)
    language = OneOf(_l("Language of the documents to it"), [("zh", "中文"), ("en", "English")])


class RenameForm(Form):
    """A party's new name."""

    name_zh = Text(_l("New full name in Chinese"))
    name_en = Text(_l("New name in English"), required=False)
    from_on = Day(
        _l("First day of the new name"),
        required=False,
        hint=_l("Today, where you leave it empty; until a later day comes, documents bear the old name."),
    )


class KindForm(Form):
    """What a company is, and how somebody knows."""

    drafted = True
    kind = OneOf(_l("What is it?"), KINDS)
    why = LongText(_l("Why?"), most=1000, rows=3)


class WhyForm(Form):
    """A reason."""

    drafted = True
    why = LongText(_l("Why?"), most=1000, rows=3)


class SendBackForm(WhyForm):
    """The reason, on the page of what is sent back."""

    leading = 4


class AliasForm(Form):
    """Another name by which people know a party."""

    party = Company(_l("Party"))
    kind = OneOf(_l("What kind of name is it?"), ALIASES)
    value = Text(_l("Name, signature or number"))
    from_on = Day(_l("First day, if known"), required=False)
    to_on = Day(_l("Last day, if it is no longer used"), required=False)


class BasisForm(Form):
    """What binds a party to the rules."""

    party = Company(_l("Party"))
    kind = OneOf(_l("What binds it to the rules?"), BASES)
    from_on = Day(_l("First day"))
    to_on = Day(_l("Last day, if it has ended"), required=False)
    document = Text(
        _l("The paper it rests on"), required=False, hint=_l("Certificate, signed page or minutes, with its number.")
    )


class BasisEndForm(Form):
    """How the basis stands now."""

    status = OneOf(_l("How does it stand?"), STATUSES)
    to_on = Day(
        _l("Last day"),
        required=False,
        hint=_l("Needed where the party left or was expelled; what it did until then stays within the rules."),
    )


class EngagementForm(Form):
    """A firm collects for an institution."""

    institution = Company(_l("Institution"))
    firm = Company(_l("Collection firm"))
    from_on = Day(_l("First day"))
    to_on = Day(_l("Last day, if it has ended"), required=False)
    contract = Text(_l("Number of the contract"), required=False)
    products = Text(_l("Products it collects for"), required=False)
    white_list_url = Text(_l("Address of the institution's published list of firms"), most=300, required=False)
    subcontracting_allowed = Tick(_l("The firm may pass work on to others"))
    last_evaluated_on = Day(_l("Last evaluation of the firm"), required=False)


class EngagementChangeForm(Form):
    """The end of an engagement, or the yearly evaluation."""

    to_on = Day(_l("Last day, if it has ended"), required=False)
    last_evaluated_on = Day(_l("Last evaluation of the firm"), required=False)
