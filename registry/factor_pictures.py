"""How the secret of a second factor is shown to whoever sets it up: as a picture to scan, and in letters."""

from datetime import datetime
from typing import NamedTuple

import pyotp
import segno
from sqlalchemy.orm import Session

from registry import credentials, settings
from registry.models_accounts import Account


class Shown(NamedTuple):
    """What stands on the page."""

    picture: str
    address: str
    """The same as a link, which opens the app on the telephone that shows the page: it can't scan itself."""
    secret: str
    code: str
    """What an app would show now; for demonstration accounts only, so that nobody needs a telephone to try."""


def shown(session: Session, account: Account, secret: str, now: datetime) -> Shown:
    """The picture that an authenticator app scans, and the same to type."""
    address = credentials.address_of(account, secret)
    return Shown(
        segno.make(address, error="m").svg_data_uri(scale=5, border=4, light="white"),
        address,
        " ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
        pyotp.TOTP(secret).at(now) if _tried(session, account) else "",
    )


def next_code(session: Session, account: Account, now: datetime) -> str:
    """What the app of a demonstration account would show next, so that what was tried can be taken back."""
    return credentials.next_code(credentials.secret_of(session, account.id), now) if _tried(session, account) else ""


def _tried(session: Session, account: Account) -> bool:
    return account.demonstration and settings.is_demonstration(session)
