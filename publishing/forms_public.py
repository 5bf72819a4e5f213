"""Forms of the public: mails about bulletins."""

from core.forms import Form, Mail
from core.words import _l


class SubscribeForm(Form):
    """Where the mails shall go."""

    mail = Mail(_l("Email address"))


class SureForm(Form):
    """One button."""
