"""A seal for tests in which production issues documents that nobody renders."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from notices import seals
from notices.models_seals import SealCertificate
from printing import signing


def seal_in_use(session: Session, now: datetime) -> None:
    """A certificate of production with a key that is configured; nothing can be signed with it."""
    signing.keep_file_key(seals._place.file, "production", b"", "")
    certificate = SealCertificate(
        kind="production",
        key="production",
        fingerprint="0" * 64,
        subject="CN=seal",
        issuer="CN=root",
        serial="1",
        not_before=now - timedelta(days=400),
        not_after=now + timedelta(days=400),
        chain="",
        active_from=now,
    )
    session.add(certificate)
    session.flush()
