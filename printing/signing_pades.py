"""PAdES with pyHanko: an invisible signature after the bytes of a finished file; loaded by the signing press alone."""

import asyncio
import hashlib
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.request import OpenerDirector

from asn1crypto import pem, tsp, x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509 import load_der_x509_certificate
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes, Signer
from pyhanko.sign.signers.pdf_signer import (
    DSSContentSettings,
    PdfSignatureMetadata,
    PdfSigner,
    SigDSSPlacementPreference,
)
from pyhanko.sign.timestamps.api import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathBuildingError, PathValidationError
from pyhanko_certvalidator.registry import SimpleCertificateStore

from core.asking import opener, post
from printing import signing_ocsp
from printing.pdf_failures import Reason, RenderFailed
from printing.signing import Order, keys_in
from printing.signing_keys import DIGEST, KeyHolder, forget, holder

FIELD: Final = "Seal"
ROOM: Final = 2048
"""Bytes kept free for a signature, beside its certificates, where no time stamp is in it."""

USES: Final = {"digital_signature", "non_repudiation"}
DIFFERENT: Final = "the signature is not that of the certificate"


class _Update(IncrementalPdfFileWriter):
    """Its identifier follows from the file, so that signing it again changes nothing."""

    @classmethod
    def _handle_id(cls, prev: Any) -> generic.ArrayObject:  # noqa: ANN401 - pyHanko's reader
        first, _second = IncrementalPdfFileWriter._handle_id(prev)  # type: ignore[no-untyped-call]  # noqa: SLF001 - overridden here
        prev.stream.seek(0)
        second = hashlib.sha256(prev.stream.read()).digest()[:16]
        return generic.ArrayObject([first, generic.ByteStringObject(second)])

    def _update_meta(self) -> None:
        """The document's own metadata, and its date, stay as they are."""


class _Pen(Signer):
    """Signs with whoever holds the key, and looks at what came back before it is used."""

    def __init__(self, keys: KeyHolder, certificates: tuple[bytes, ...]) -> None:
        mine, *issuers = (x509.Certificate.load(each) for each in certificates)
        store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        store.register_multiple(issuers)
        super().__init__(signing_cert=mine, cert_registry=store)
        self._keys = keys
        self._public = load_der_x509_certificate(certificates[0]).public_key()

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """Pass the digest on; raises RenderFailed where another key answered."""
        del digest_algorithm
        return bytes(512) if dry_run else self.sign(hashlib.sha256(data).digest())

    def sign(self, digest: bytes) -> bytes:
        """The signature of a digest, proven with the certificate's own key."""
        try:
            made = self._keys.sign(digest)
        except Exception as error:  # noqa: BLE001 - drivers of tokens raise what they like
            forget()
            _pen.cache_clear()
            raise RenderFailed(Reason.KEY_AWAY, type(error).__name__) from None  # its text might hold a secret
        try:
            self._prove(made, digest)
        except InvalidSignature:
            forget()
            _pen.cache_clear()
            raise RenderFailed(Reason.KEY_WRONG, DIFFERENT) from None
        return made

    def _prove(self, made: bytes, digest: bytes) -> None:
        if isinstance(self._public, ec.EllipticCurvePublicKey):
            self._public.verify(made, digest, ec.ECDSA(DIGEST))
        elif isinstance(self._public, rsa.RSAPublicKey):
            self._public.verify(made, digest, padding.PKCS1v15(), DIGEST)
        else:
            raise InvalidSignature  # of a kind that nobody can prove here


class _Clock(TimeStamper):
    """Asks a time-stamp authority (RFC 3161)."""

    def __init__(self, url: str, token: str, ca: Path | None) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._url, self._token, self._opener = url, token, opener(ca)

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """One request; nothing else runs meanwhile."""
        headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        try:
            return tsp.TimeStampResp.load(post(self._opener, self._url, req.dump(), headers))
        except (OSError, ValueError, TypeError) as error:
            raise RenderFailed(Reason.STAMP_AWAY, type(error).__name__) from None


@dataclass(frozen=True)
class _Proofs:
    """What a lasting signature carries beside itself."""

    clock: _Clock | None
    trust: tuple[x509.Certificate, ...]
    """Roots of the time-stamp authority."""
    revocation: Path | None
    ocsp: tuple[str, OpenerDirector] | None = None
    """Whom to ask about the seal's own chain."""

    @property
    def level(self) -> str:
        """Which PAdES level comes out."""
        if self.clock is None:
            return "B-B"
        return "B-LT" if self.revocation or self.ocsp else "B-T"


def sign(pdf: bytes, order: Order) -> bytes:
    """The level, a line's end, and the signed file."""
    try:
        return _sign(pdf, order)
    except RenderFailed:
        raise
    except (PathBuildingError, PathValidationError, SigningError) as error:
        raise RenderFailed(Reason.NOT_TRUSTED, f"{type(error).__name__}: {error}"[:300]) from None
    except TimestampRequestError as error:
        raise RenderFailed(Reason.STAMP_AWAY, type(error).__name__) from None


def try_key(order: Order) -> bytes:
    """Let the key sign something that is no document."""
    _pen_of(order).sign(hashlib.sha256(b"zilu tries the key of the seal").digest())
    return b"ok"


def _sign(pdf: bytes, order: Order) -> bytes:
    proofs = _proofs(order.file.parent, json.dumps(dict(keys_in(order.file)), sort_keys=True))
    writer = _Update(io.BytesIO(pdf))
    signer = PdfSigner(_metadata(order, proofs), signer=_pen_of(order), timestamper=proofs.clock)
    return proofs.level.encode() + b"\n" + _loop().run_until_complete(_signed(signer, writer, order, proofs))


def _pen_of(order: Order) -> _Pen:
    said = keys_in(order.file)["keys"][order.key]
    return _pen(order.file.parent, json.dumps(said, sort_keys=True), order.certificates)


@cache
def _pen(folder: Path, described: str, certificates: tuple[bytes, ...]) -> _Pen:
    return _Pen(holder(folder, json.loads(described)), certificates)


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """One for the life of the press: a new one each time would cost a millisecond."""
    return asyncio.new_event_loop()


async def _signed(signer: PdfSigner, writer: _Update, order: Order, proofs: _Proofs) -> bytes:
    output = io.BytesIO()
    session = signer.init_signing_session(writer)
    session.system_time = order.at
    status = None
    if proofs.level == "B-LT":
        status = await session.perform_presign_validation(writer)  # both chains, and what proves them
    room = 2 * (ROOM + sum(map(len, order.certificates)))  # it is written in hexadecimal
    if proofs.clock is not None:
        room = await session.estimate_signature_container_size(status)
    document = session.prepare_tbs_document(status, room)
    prepared, _stream = document.digest_tbs_document(output=output)
    said = PdfCMSSignedAttributes(signing_time=order.at)
    finished = await document.perform_signature(prepared.document_digest, said)
    await finished.post_signature_processing(output)
    return output.getvalue()


def _metadata(order: Order, proofs: _Proofs) -> PdfSignatureMetadata:
    lasting = proofs.level == "B-LT"
    return PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        name=order.name or None,
        reason=order.reason or None,
        location=order.location or None,
        embed_validation_info=lasting,
        validation_context=_context(order, proofs) if lasting else None,
        signer_key_usage=USES,
        dss_settings=DSSContentSettings(include_vri=False, placement=SigDSSPlacementPreference.TOGETHER_WITH_SIGNATURE),
    )


def _context(order: Order, proofs: _Proofs) -> ValidationContext:
    """The root of the seal's chain and those of the time stamp; every certificate below them needs its proof."""
    chain = [x509.Certificate.load(each) for each in order.certificates]
    return ValidationContext(
        trust_roots=[chain[-1], *proofs.trust],
        other_certs=chain[:-1],
        crls=list(_ders(proofs.revocation)) if proofs.revocation else [],
        ocsps=signing_ocsp.answers(order.certificates, *proofs.ocsp) if proofs.ocsp else [],
        moment=order.at,
        retroactive_revinfo=True,
        revocation_mode="require",
    )


def _ders(folder: Path) -> Iterator[bytes]:
    """Every revocation list of a folder, as it is now."""
    for each in sorted(folder.glob("*.crl")):
        content = each.read_bytes()
        yield pem.unarmor(content)[2] if pem.detect(content) else content


@cache
def _proofs(folder: Path, described: str) -> _Proofs:
    said: Mapping[str, Any] = json.loads(described)
    stamps = said.get("timestamps")
    if not stamps:
        return _Proofs(None, (), None)
    secret = (folder / stamps["secret"]).read_text("utf-8").strip() if stamps.get("secret") else ""
    trust = (folder / stamps["trust"]).read_bytes() if stamps.get("trust") else b""
    roots = [x509.Certificate.load(der) for _, _, der in pem.unarmor(trust, multiple=True)] if trust else []
    clock = _Clock(stamps["url"], secret, folder / stamps["ca"] if stamps.get("ca") else None)
    asked = said.get("ocsp")
    ocsp = (asked["url"], opener(folder / asked["ca"] if asked.get("ca") else None)) if asked else None
    return _Proofs(clock, tuple(roots), folder / said["revocation"] if said.get("revocation") else None, ocsp)
