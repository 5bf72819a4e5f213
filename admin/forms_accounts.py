"""Forms of accounts: invitations, roles, locks."""

from core.forms import Form, Mail, OneOf, Text
from core.words import _l
from registry.company_fields import Company
from registry.models_accounts import Audience

AUDIENCES = [
    (Audience.STAFF, _l("Association")),
    (Audience.PARTY, _l("Institution or firm")),
    (Audience.ADMIN, _l("Administrator")),
]


class InviteForm(Form):
    """Somebody who gets an account."""

    mail = Mail(_l("Email address"), hint=_l("The invitation goes there; it holds a link to set a password."))
    name = Text(_l("Name of the person"), most=80)
    audience = OneOf(_l("Where does this person work?"), AUDIENCES)
    party = Company(
        _l("Which institution or firm?"),
        required=False,
        hint=_l(
            "Only for people of the portal. Their invitation waits at “Accounts to confirm” until the security "
            "administrator, or an authorised person of the company, has confirmed it; never whoever sends it."
        ),
    )
    language = OneOf(_l("Language of mails"), [("zh", "中文"), ("en", "English")], default="zh")


class NewMailForm(Form):
    """Another mail address."""

    mail = Mail(_l("New mail address"))


class NameForm(Form):
    """How somebody is called."""

    name = Text(_l("Name of the person"), most=80)


class RoleForm(Form):
    """One role."""

    role = OneOf(_l("Role"), look="select")
