"""Forms of signing in, accounts, the first run and the service address."""

from wtforms import HiddenField

from core.forms import Form, LongText, Mail, OneOf, Password, Phone, Text, Tick
from core.words import _l
from registry.models_accounts import LinkPurpose


class SignInForm(Form):
    """Mail and password."""

    mail = Mail(_l("Email address"))
    password = Password(_l("Password"))


class CodeForm(Form):
    """The code of the second factor."""

    code = Text(
        _l("Six-digit code"),
        most=20,
        hint=_l("It stands in the authenticator app on your telephone and changes every 30 seconds."),
    )


class NewPasswordForm(Form):
    """A password for an account that has none, or whose password was forgotten."""

    password = Password(
        _l("New password"),
        hint=_l("At least 12 characters. Several words in a row are easy to remember and hard to guess."),
    )
    again = Password(_l("The same password again"))


class OwnPasswordForm(Form):
    """The password that is known already."""

    password = Password(_l("Password"), hint=_l("Your present password. Afterwards you set up a new second factor."))


class SetUpForm(Form):
    """A second factor by choice: the password, and a code that proves it."""

    password = Password(_l("Password"), hint=_l("So that nobody who finds your browser open can do this."))
    code = Text(_l("Six-digit code"), most=20)


class SwitchOffForm(Form):
    """The end of a second factor: both of what it takes to sign in."""

    password = Password(_l("Password"))
    code = Text(
        _l("Six-digit code"),
        most=20,
        hint=_l("It stands in the authenticator app on your telephone and changes every 30 seconds."),
    )


class ForgottenForm(Form):
    """What was forgotten, and by whom."""

    mail = Mail(_l("Email address of your account"))
    what = OneOf(
        _l("What do you need?"),
        [
            (LinkPurpose.PASSWORD.value, _l("A new password")),
            (LinkPurpose.SECOND_FACTOR.value, _l("To set up my second factor again: the telephone is lost or new")),
        ],
    )


class ChangePasswordForm(Form):
    """A new password by somebody who is signed in."""

    old_password = Password(_l("Present password"))
    password = Password(_l("New password"), hint=_l("At least 12 characters."))
    again = Password(_l("The new password again"))


class LanguageForm(Form):
    """The language of mails and pages."""

    language = OneOf(
        _l("Language of your pages and emails"),
        [("zh", "中文"), ("en", "English")],
        hint=_l("What is chosen at the top of a page holds in that browser only, and not for emails."),
    )


class AssociationForm(Form):
    """What stands on every document."""

    name_zh = Text(_l("Name of the association in Chinese"), most=100)
    name_en = Text(_l("Name of the association in English"), most=150)
    address = Text(_l("Postal address"), most=200)
    address_en = Text(_l("Postal address in English"), most=200)
    telephone = Phone(_l("Telephone for complaints"))
    seal_text = Text(
        _l("Text of the seal"),
        most=40,
        hint=_l("As it runs around the seal, usually the full Chinese name."),
    )
    prefix = Text(
        _l("First word of document numbers"),
        most=20,
        hint=_l("For example 蓝互金协 in 蓝互金协转〔2026〕1号."),
    )
    signatory = Text(
        _l("Signature of documents"),
        most=60,
        hint=_l("At the foot of documents in English, if it is another name; those in Chinese bear the full name."),
    )


class AddressForm(Form):
    """Where a party wants to be served (D28)."""

    drafted = True
    rule = HiddenField()
    electronic = Tick(_l("We agree to receive notices electronically, in this portal"))
    postal_address = LongText(_l("Postal address for paper notices"), most=300, rows=2)
    contact_name = Text(_l("Person to contact"), most=60)
    contact_phone = Phone(_l("Telephone of this person"))
    signed_name = Text(_l("Your name, as signature"), most=60)
    understood = Tick(
        _l("We will report a change at once; until then, what is sent to this address counts as sent to us"),
        required=True,
        missing=_l("Confirm that you know what happens when a change is not reported."),
    )


class LettersForm(Form):
    """The language of what is issued to a party."""

    language = OneOf(_l("Language of the association's documents to you"), [("zh", "中文"), ("en", "English")])


class InviteForm(Form):
    """A colleague for the portal."""

    name = Text(_l("Name of the person"), most=60)
    mail = Mail(_l("Email address"))
    role = OneOf(
        _l("What may this person do?"),
        [
            ("member", _l("Member: reads notices and prepares answers")),
            ("lead", _l("Authorised person: also sends answers, asks for time, signs, and manages people")),
        ],
    )
