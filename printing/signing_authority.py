"""A certificate authority for demonstrations: two certificates and a key that are worth nothing, and say so."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

MARK: Final = "演示，不具效力 / Demonstration, not valid"
"""Stands in the subject of every certificate made here."""

LASTS: Final = timedelta(days=3 * 366)
EARLIER: Final = timedelta(days=4 * 366)
"""The demonstration's documents were issued before it was set up."""


@dataclass(frozen=True)
class Made:
    """An encrypted PKCS#12 file with the seal's key, and the chain: the seal's certificate, then the root (DER)."""

    pkcs12: bytes
    chain: tuple[bytes, ...]


def make(organisation: str, password: bytes, now: datetime) -> Made:
    """A root and under it one certificate for the seal; the root's key is thrown away."""
    root_key, seal_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root_name = _name(organisation, "演示根证书 Demonstration root")
    root = (
        _certificate(root_name, root_name, root_key.public_key(), now)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(issuing=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(root_key.public_key()), critical=False)
        .sign(root_key, SHA256())
    )
    seal = (
        _certificate(_name(organisation, "演示电子印章 Demonstration seal"), root_name, seal_key.public_key(), now)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(issuing=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(seal_key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False)
        .sign(root_key, SHA256())
    )
    kept = pkcs12.serialize_key_and_certificates(b"seal", seal_key, seal, [root], BestAvailableEncryption(password))
    return Made(kept, (seal.public_bytes(Encoding.DER), root.public_bytes(Encoding.DER)))


def _name(organisation: str, common: str) -> x509.Name:
    parts = [
        (NameOID.COUNTRY_NAME, "CN"),
        (NameOID.ORGANIZATION_NAME, organisation[:64]),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, MARK),
        (NameOID.COMMON_NAME, common),
    ]
    return x509.Name([x509.NameAttribute(kind, text) for kind, text in parts])


def _certificate(
    subject: x509.Name, issuer: x509.Name, public: ec.EllipticCurvePublicKey, now: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - EARLIER)
        .not_valid_after(now + LASTS)
    )


def _usage(*, issuing: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not issuing,
        content_commitment=not issuing,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=issuing,
        crl_sign=issuing,
        encipher_only=False,
        decipher_only=False,
    )
