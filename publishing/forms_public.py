"""Forms of the public: mails about bulletins."""

from core.forms import Form, Mail, OneOf
from core.words import _l


class SubscribeForm(Form):
    """Where the mails shall go."""

    mail = Mail(_l("Email address"))


class SureForm(Form):
    """One button."""


class MailLanguageForm(Form):
    """In which language the mails come."""

    language = OneOf(_l("Language of these emails"), [("zh", "中文"), ("en", "English")])
