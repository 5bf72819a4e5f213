"""Whether a file is a document of ours, unchanged and in force: its digest decides, the register has the facts."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from core.words import LazyString, _l
from filestore.inspection import Found, look_into
from notices import queries
from notices.models_seals import SealCertificate
from notices.queries import Verified
from notices.seals import certificates_of

MEGABYTES: Final = 20
"""The largest file that is checked; no document of ours comes near it."""

END: Final = re.compile(rb"%%EOF(?:\r\n|\r|\n)?")
MOST_ENDS: Final = 8
"""Places at which a file may have ended before: ours has two."""


class Verdict(StrEnum):
    """What can be said about a file."""

    GENUINE = "genuine"
    """Ours, unchanged and in force."""
    OUT_OF_FORCE = "out_of_force"
    """Ours and unchanged, but void, withdrawn, superseded, not in effect yet, or kept from it by a review."""
    ALTERED = "altered"
    """Made of a document of ours, or names one, and is not the file that was issued."""
    NO_TELLING = "no_telling"
    """A scan, a photograph, or no PDF at all: it may show a document of ours, and only the check code tells."""
    NOT_OURS = "not_ours"


ADDED: Final = _l("Something was added after the end of the file that was issued.")
UNSTAMPED: Final = _l("This is the file as it was printed to be stamped. What was issued is the scan with the stamp.")
CUT: Final = _l("The electronic signature was taken out of the file.")
RESIGNED: Final = _l(
    "The text is the one that was issued, but what stands after it is not the association's signature."
)
NAMED: Final = _l("It names this document, but its content is not that of the file that was issued.")
UNKNOWN: Final = _l("It bears a signature of the association's seal, but the register holds no such file.")
SIGNATURES: Final[dict[str, LazyString]] = {
    "none": _l("It has no electronic signature."),
    "broken": _l("Its electronic signature does not fit its content."),
    "partial": _l("Its electronic signature covers only a part of the file."),
    "good": _l("Its electronic signature fits, but the register holds another file under this number."),
    "foreign": _l("Its electronic signature is not the association's."),
}


@dataclass(frozen=True)
class Answer:
    """The verdict about a file, why, and what the register says about the document it is or claims to be."""

    verdict: Verdict
    sha256: str
    reasons: tuple[LazyString, ...] = ()
    found: Verified | None = None
    code: str = ""
    certificate: SealCertificate | None = field(default=None, compare=False)


def verify(session: Session, content: bytes) -> Answer:
    """The answer for a file; it is read once, inspected in isolation if its digest is unknown, and not kept."""
    whole = hashlib.sha256(content).hexdigest()
    earlier = list(_earlier(content))
    known = _known(session, [whole, *earlier])
    for code, digest, final in known:
        if final and digest == whole:
            return _ours(session, whole, code)
    for code, digest, final in known:
        return _altered(session, whole, code, _why(session, code, final=final, whole=digest == whole))
    return _stranger(session, whole, content)


def _why(session: Session, code: str, *, final: bool, whole: bool) -> LazyString:
    """Why a file that contains what we made is not the one we issued."""
    found = queries.verified(session, code)
    if not final and found is not None and found.seal_mode == "physical":
        return UNSTAMPED
    return ADDED if final else CUT if whole else RESIGNED


def _earlier(content: bytes) -> Iterator[str]:
    """Digests of the beginnings of a file that could be complete files."""
    ends = {found.end() for _place, found in zip(range(MOST_ENDS), END.finditer(content), strict=False)}
    read, at = hashlib.sha256(), 0
    for end in sorted(ends - {len(content)}):
        read.update(memoryview(content)[at:end])
        at = end
        yield read.copy().hexdigest()


def _known(session: Session, digests: Sequence[str]) -> list[tuple[str, str, bool]]:
    asked = text("SELECT check_code, digest, final FROM zilu_verify_file(:digests)")
    return [(row.check_code, row.digest, row.final) for row in session.execute(asked, {"digests": list(digests)})]


def _ours(session: Session, sha256: str, code: str) -> Answer:
    found = queries.verified(session, code)
    verdict = Verdict.GENUINE if found is not None and found.in_force else Verdict.OUT_OF_FORCE
    return Answer(verdict, sha256, (), found, code, certificate(session, found))


def _altered(session: Session, sha256: str, code: str, *reasons: LazyString) -> Answer:
    found = queries.verified(session, code) if code else None
    return Answer(Verdict.ALTERED, sha256, reasons, found, code, certificate(session, found))


def _stranger(session: Session, sha256: str, content: bytes) -> Answer:
    """A file with an unknown digest: what it names is looked up, and never believed."""
    if b"%PDF-" not in content[:1024]:
        return Answer(Verdict.NO_TELLING, sha256)
    look: Found = look_into(content, _seals(session))
    for code in look.codes:
        if queries.verified(session, code) is not None:
            return _altered(session, sha256, code, NAMED, SIGNATURES[look.signature])
    if look.signature in {"broken", "partial"}:
        return _altered(session, sha256, "", SIGNATURES[look.signature])
    if look.signature == "good":
        return _altered(session, sha256, "", UNKNOWN)
    return Answer(Verdict.NO_TELLING if look.picture else Verdict.NOT_OURS, sha256)


def _seals(session: Session) -> list[bytes]:
    """The seal's certificates, past ones included."""
    chains = session.scalars(select(SealCertificate.chain).order_by(SealCertificate.id.desc()))
    return [certificates_of(chain)[0].public_bytes(Encoding.DER) for chain in chains]


def certificate(session: Session, found: Verified | None) -> SealCertificate | None:
    """The certificate with which a document was signed."""
    if found is None or found.certificate_id is None:
        return None
    return session.get(SealCertificate, found.certificate_id)
