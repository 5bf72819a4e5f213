"""A certificate authority of the tests: keys, certificates, revocation lists, a time-stamp server, a remote signer."""

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from asn1crypto import keys, tsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa, utils
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps import DummyTimeStamper

from printing.signing import Order, write_private

PASSWORD = b"correct horse"


def name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


@dataclass
class Authority:
    """Issues what a test needs, all of it valid around one instant."""

    at: datetime
    folder: Path
    keys: dict[str, Any] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Make the root."""
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.root = self.issue("Test root", self.key.public_key(), issuing=True)

    def issue(self, common: str, public: Any, *, issuing: bool = False, days: int = 365, eku: Any = None) -> Any:
        """A certificate of this authority."""
        made = (
            x509.CertificateBuilder()
            .subject_name(name(common))
            .issuer_name(name("Test root"))
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(self.at - timedelta(days=400))
            .not_valid_after(self.at + timedelta(days=days))
            .add_extension(x509.BasicConstraints(issuing, None), critical=True)
            .add_extension(
                x509.KeyUsage(not issuing, not issuing, False, False, False, issuing, issuing, False, False),
                critical=True,
            )
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
        )
        if eku is not None:
            made = made.add_extension(x509.ExtendedKeyUsage([eku]), critical=True)
        return made.sign(self.key, SHA256())

    def write(self) -> Path:
        """The file of keys, as it stands."""
        file = self.folder / "seal.json"
        write_private(file, json.dumps({"keys": self.keys, **self.more}).encode())
        return file

    def seal(self, named: str = "seal", *, days: int = 365, key: Any = None) -> Order:
        """A seal whose key lies in an encrypted PEM file."""
        key = key or ec.generate_private_key(ec.SECP256R1())
        write_private(
            self.folder / f"{named}.pem",
            key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(PASSWORD)),
        )
        write_private(self.folder / "secret", PASSWORD)
        self.keys[named] = {"kind": "file", "path": f"{named}.pem", "secret": "secret"}
        return self.order(named, key.public_key(), days=days)

    def order(self, named: str, public: Any, *, days: int = 365) -> Order:
        """What is asked of the signing press for this key."""
        ders = [each.public_bytes(Encoding.DER) for each in (self.issue(named, public, days=days), self.root)]
        return Order(self.write(), named, tuple(ders), self.at, "蓝湾互联网金融自律协会", "签发")

    def revocations(self, *gone: Any) -> None:
        """A revocation list that names these certificates."""
        made = x509.CertificateRevocationListBuilder().issuer_name(name("Test root"))
        made = made.last_update(self.at - timedelta(days=1)).next_update(self.at + timedelta(days=30))
        for each in gone:
            dead = x509.RevokedCertificateBuilder().serial_number(each.serial_number)
            made = made.add_revoked_certificate(dead.revocation_date(self.at - timedelta(hours=1)).build())
        made = made.add_extension(x509.CRLNumber(1), critical=False).add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False
        )
        write_private(self.folder / "crls" / "root.crl", made.sign(self.key, SHA256()).public_bytes(Encoding.DER))
        self.more["revocation"] = "crls"

    @contextmanager
    def responding(self, *gone: Any) -> Iterator[list[bytes]]:
        """A responder (OCSP) that knows every certificate, these ones as revoked; what it was asked."""
        dead = {each.serial_number for each in gone}

        def answer(asked: bytes, _headers: Any) -> bytes:
            request = ocsp.load_der_ocsp_request(asked)
            revoked = request.serial_number in dead
            made = ocsp.OCSPResponseBuilder().add_response_by_hash(
                request.issuer_name_hash,
                request.issuer_key_hash,
                request.serial_number,
                request.hash_algorithm,
                ocsp.OCSPCertStatus.REVOKED if revoked else ocsp.OCSPCertStatus.GOOD,
                self.at - timedelta(minutes=5),
                self.at + timedelta(days=1),
                self.at - timedelta(hours=1) if revoked else None,
                None,
            )
            said = made.responder_id(ocsp.OCSPResponderEncoding.HASH, self.root).sign(self.key, SHA256())
            return said.public_bytes(Encoding.DER)

        with answering(answer) as (url, asked):
            self.more["ocsp"] = {"url": url}
            self.write()
            yield asked

    @contextmanager
    def stamping(self) -> Iterator[None]:
        """A time-stamp authority that answers on this machine (pyHanko's, which wants RSA)."""
        key = rsa.generate_private_key(65537, 2048)
        mine = self.issue("Test stamp", key.public_key(), eku=ExtendedKeyUsageOID.TIME_STAMPING)
        stamper = DummyTimeStamper(
            asn1.Certificate.load(mine.public_bytes(Encoding.DER)),
            keys.PrivateKeyInfo.load(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())),
            fixed_dt=self.at,
        )

        def answer(asked: bytes, _headers: Any) -> bytes:
            return bytes(stamper.request_tsa_response(tsp.TimeStampReq.load(asked)).dump())

        write_private(self.folder / "tsa.pem", self.root.public_bytes(Encoding.PEM))
        with answering(answer) as (url, _asked):
            self.more["timestamps"] = {"url": url, "trust": "tsa.pem"}
            self.write()
            yield


@contextmanager
def answering(answer: Any) -> Iterator[tuple[str, list[bytes]]]:
    """A small server: its address, and what it was asked."""
    asked: list[bytes] = []

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            asked.append(body)
            said = answer(body, self.headers)
            self.send_response(200 if said is not None else 403)
            self.end_headers()
            self.wfile.write(said or b"")

        def log_message(self, *_given: object) -> None:
            """Nothing."""

    server = HTTPServer(("127.0.0.1", 0), Answering)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/sign", asked
    finally:
        server.shutdown()
        server.server_close()


def remote_signer(key: ec.EllipticCurvePrivateKey, token: str) -> Any:
    """What a remote signer answers to whoever knows its token."""

    def answer(asked: bytes, headers: Any) -> bytes | None:
        if headers.get("Authorization") != f"Bearer {token}":
            return None
        digest = base64.b64decode(json.loads(asked)["digest"])
        made = key.sign(digest, ec.ECDSA(utils.Prehashed(SHA256())))
        return json.dumps({"signature": base64.b64encode(made).decode()}).encode()

    return answer
