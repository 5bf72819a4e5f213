"""The electronic seal: which certificate is in use, how one follows another, and how a document is signed."""

import hashlib
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from core import clock, journal
from core.actors import SYSTEM, Actor
from core.clock import day_of
from core.errors import NotNow, Refused, Unavailable
from core.machine import Ask, Row
from core.plainly import in_words
from core.settings import Settings
from core.words import _l
from notices import queries_seals
from notices.models import Document
from notices.models_seals import DocumentSeal, SealCertificate
from printing import signing, signing_authority
from printing.signing import Order
from registry import golive, settings

REASON: Final = {"zh": "签发并加盖电子印章", "en": "Issued under the electronic seal"}
SOON: Final = timedelta(days=60)
"""Before its end the go-live check says so: a successor takes weeks to be had."""

ONE_AT_A_TIME: Final = text("SELECT pg_advisory_xact_lock(726015)")


@dataclass
class _Place:
    file: Path = Path("seal.json")


_place = _Place()


def use(found: Settings) -> None:
    """Say where the file of keys is."""
    _place.file = found.seal_file


def is_signed(document: Document) -> bool:
    """Whether a document is signed: what leaves the house and is not stamped; no drafts, no internal documents."""
    return document.outward and document.seal_mode == "electronic"


def active(session: Session) -> SealCertificate | None:
    """The certificate in use."""
    return session.scalar(select(SealCertificate).where(SealCertificate.active_to.is_(None)))


def all_of(session: Session) -> Sequence[SealCertificate]:
    """All certificates, the newest first."""
    return session.scalars(select(SealCertificate).order_by(SealCertificate.id.desc())).all()


def missing(session: Session, now: datetime) -> Iterator[Refused]:
    """Why nothing can be signed now; a demonstration makes a seal when it needs one."""
    if settings.is_demonstration(session):
        return
    certificate = active(session)
    if certificate is None or certificate.kind != "production":
        yield Unavailable(_l("No seal certificate is in use, so that no document can be signed."))
        return
    if not signing.has_key(_place.file, certificate.key):
        yield Unavailable(
            _l("The key “%(key)s” of the seal certificate is not configured on this machine.", key=certificate.key)
        )
    yield from _out_of_date(certificate, now)


def _out_of_date(certificate: SealCertificate, now: datetime) -> Iterator[Refused]:
    if now >= certificate.not_after:
        day = day_of(certificate.not_after)
        yield Unavailable(_l("The seal certificate expired on %(day)s. Its successor must be put in use.", day=day))
    elif now < certificate.not_before:
        day = day_of(certificate.not_before)
        yield Unavailable(_l("The seal certificate is valid from %(day)s only.", day=day))


def gate(ask: Ask, row: Row) -> Iterator[Refused]:
    """In production nobody issues a document that could not be signed; what follows by itself waits in its job.

    So does the paper of what somebody from outside sends, once there has been a seal: that ours ran out is not theirs.
    """
    if ask.fired_by is not None or ask.actor.has("system") or not row.documents:
        return
    if any(queries_seals.mode_of(ask.session, kind) == "electronic" for kind in row.documents):
        refused = list(missing(ask.session, ask.now))
        if refused and ask.from_outside:
            refused = [] if active(ask.session) is not None else [Unavailable(golive.NOT_YET)]
        yield from refused


def to_go_live(session: Session) -> Iterator[golive.Item]:
    """The seal's lines of the go-live check: what blocks every document, or that the certificate ends soon."""
    now = clock.now()
    refusals = list(missing(session, now))
    for refusal in refusals:
        by_hand = settings.value(session, "SEAL_MODE") == "physical"
        yield golive.Item("seal", str(refusal), None, () if by_hand else (golive.DOCUMENTS,))
    certificate = active(session)
    soon = certificate is not None and certificate.not_after - now < SOON
    if certificate is not None and soon and not refusals and not settings.is_demonstration(session):
        day = day_of(certificate.not_after)
        yield golive.Item("seal", str(_l("The seal certificate expires on %(day)s.", day=in_words(day))), None, ())


def ask_for(session: Session, document: Document, unsigned: str, size: int, now: datetime) -> Order:
    """Note that a document will be signed, and how; asked again, everything stays as noted (I-18)."""
    certificate = for_demonstration(session, now) if settings.is_demonstration(session) else active(session)
    for refusal in missing(session, now):
        raise refusal
    assert certificate is not None  # noqa: S101 - missing() has said so
    for refusal in _out_of_date(certificate, now):
        raise refusal
    seal = session.get(DocumentSeal, document.id, with_for_update=True)
    if seal is None:
        seal = DocumentSeal(document_id=document.id, asked_at=now.replace(microsecond=0))
        session.add(seal)
    if seal.certificate_id != certificate.id or seal.unsigned_sha256 != unsigned:
        seal.certificate_id, seal.asked_at = certificate.id, now.replace(microsecond=0)
    seal.unsigned_sha256, seal.unsigned_size = unsigned, size
    session.flush()
    return order_of(certificate, seal.asked_at, document.lang, settings.association(session))


def order_of(certificate: SealCertificate, at: datetime, lang: str, association: dict[str, str]) -> Order:
    """What a signature with this certificate says."""
    name = association["name_en"] if lang == "en" else association["name_zh"]
    ders = tuple(each.public_bytes(Encoding.DER) for each in certificates_of(certificate.chain))
    return Order(_place.file, certificate.key, ders, at.astimezone(UTC), name, REASON["en" if lang == "en" else "zh"])


def note(session: Session, document: Document, made: signing.Signed, now: datetime) -> None:
    """Keep the signature; a document has only one."""
    seal = session.get_one(DocumentSeal, document.id, with_for_update=True, populate_existing=True)
    if seal.signed_sha256 is None:
        seal.signed_sha256, seal.level, seal.done_at = made.sha256, made.level, now


def sealed(session: Session, document: Document, pdf: bytes, now: datetime) -> bytes:
    """Do all of it in one transaction, for callers that have one open; returns the file as it leaves the house."""
    if not is_signed(document):
        return pdf
    made = signing.signed(pdf, ask_for(session, document, hashlib.sha256(pdf).hexdigest(), len(pdf), now))
    note(session, document, made, now)
    return made.content


def activate(session: Session, chain: str, key: str, *, kind: str, actor: Actor, now: datetime) -> SealCertificate:
    """Put a certificate in use; the one before ends, and what was signed with it stays valid."""
    session.execute(ONE_AT_A_TIME)
    found = certificates_of(chain)
    _require_chain(found, now)
    mine = found[0]
    fingerprint = mine.fingerprint(SHA256()).hex()
    if session.scalar(select(SealCertificate.id).where(SealCertificate.fingerprint == fingerprint)):
        raise NotNow(_l("This certificate is, or was, in use already. A new period needs a new certificate."))
    if kind == "production" and signing_authority.MARK in _told(mine.subject):
        raise NotNow(_l("A certificate of the demonstration is worth nothing in production."))
    made = SealCertificate(
        kind=kind,
        key=key,
        fingerprint=fingerprint,
        subject=_told(mine.subject),
        issuer=_told(mine.issuer),
        serial=f"{mine.serial_number:x}",
        not_before=mine.not_valid_before_utc,
        not_after=mine.not_valid_after_utc,
        chain=chain,
        active_from=now,
    )
    signing.try_key(order_of(made, now, "zh", settings.association(session)))
    _end(session, actor, now)
    session.add(made)
    session.flush()
    _note(session, made, ("NEW", "ACTIVE"), actor, now)
    return made


def _end(session: Session, actor: Actor, now: datetime) -> None:
    before = active(session)
    if before is not None:
        before.active_to = max(now, before.active_from + timedelta(microseconds=1))
        session.flush()
        _note(session, before, ("ACTIVE", "ENDED"), actor, now)


def _note(session: Session, it: SealCertificate, states: tuple[str, str], actor: Actor, now: datetime) -> None:
    changes = {"fingerprint": it.fingerprint, "key": it.key, "kind": it.kind}
    subject = ("seal_certificate", it.id)
    row = "seal.activate" if states[1] == "ACTIVE" else "seal.end"
    journal.write(session, subject=subject, row=row, ref=it.ref, actor=actor, now=now, states=states, changes=changes)


def certificates_of(chain: str) -> list[x509.Certificate]:
    """The certificates of a PEM text."""
    try:
        return x509.load_pem_x509_certificates(chain.encode())
    except ValueError as error:
        raise NotNow(_l("This holds no certificates in PEM form.")) from error


def _told(name: x509.Name) -> str:
    """A name in a certificate as people read it, the most specific part first."""
    parts = [(each.rfc4514_attribute_name, each.value) for each in reversed(list(name))]
    return "; ".join(f"{kind}={said if isinstance(said, str) else said.hex()}" for kind, said in parts)


def _require_chain(chain: Sequence[x509.Certificate], now: datetime) -> None:
    """Each certificate is issued by the next, all are valid today, and the first one may sign."""
    for each, issuer in zip(chain, [*chain[1:], chain[-1]], strict=True):
        try:
            each.verify_directly_issued_by(issuer)
        except (ValueError, TypeError, InvalidSignature) as error:
            raise NotNow(
                _l("The certificates must follow one another: the seal's own first, then its issuers, the root last.")
            ) from error
        if not each.not_valid_before_utc <= now < each.not_valid_after_utc:
            raise NotNow(_l("The certificate “%(name)s” is not valid today.", name=_told(each.subject)))
    try:
        usage = chain[0].extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return
    if not (usage.digital_signature or usage.content_commitment):
        raise NotNow(_l("This certificate is not made for signing."))


def for_demonstration(session: Session, now: datetime) -> SealCertificate:
    """The demonstration's certificate, made with its own authority if none is valid or its key is missing here."""
    certificate = active(session)
    in_date = certificate is not None and not any(_out_of_date(certificate, now))
    if certificate is not None and in_date and signing.has_key(_place.file, certificate.key):
        return certificate
    session.execute(ONE_AT_A_TIME)
    password = secrets.token_urlsafe(32)
    made = signing_authority.make(settings.association(session)["name_zh"] or "演示", password.encode(), now)
    name = f"demonstration-{hashlib.sha256(made.chain[0]).hexdigest()[:8]}"
    signing.keep_file_key(_place.file, name, made.pkcs12, password)
    chain = "".join(
        x509.load_der_x509_certificate(each).public_bytes(Encoding.PEM).decode("ascii") for each in made.chain
    )
    return activate(session, chain, name, kind="demonstration", actor=SYSTEM, now=now)
