"""Where the key of the seal lies: in a file, in hardware (PKCS#11), or with a signer on the network."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.request import OpenerDirector

import pkcs11
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key, pkcs12
from pkcs11.util.ec import encode_ecdsa_signature

from core.asking import is_https, is_this_machine, opener, post
from printing.pdf_failures import Reason, RenderFailed

DIGEST: Final = utils.Prehashed(SHA256())
SHA256_INFO: Final = bytes.fromhex("3031300d060960864801650304020105000420")
"""What stands before a SHA-256 digest in an RSA signature (PKCS#1 v1.5)."""


class KeyHolder(Protocol):
    """Signs digests; nobody sees the key."""

    def sign(self, digest: bytes) -> bytes:
        """The signature of a SHA-256 digest: DER with an elliptic curve, PKCS#1 v1.5 with RSA."""
        ...


@dataclass(frozen=True)
class FileKey:
    """A private key from an encrypted file, PKCS#12 or PEM."""

    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

    @classmethod
    def read(cls, path: Path, secret: bytes) -> "FileKey":
        """Open it with its password."""
        content = path.read_bytes()
        if b"-----BEGIN" in content:
            key = load_pem_private_key(content, secret or None)
        else:
            key = pkcs12.load_key_and_certificates(content, secret or None)[0]  # type: ignore[assignment]
        if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
            raise RenderFailed(Reason.KEY_AWAY, f"not a key that signs: {type(key).__name__}")
        return cls(key)

    def sign(self, digest: bytes) -> bytes:
        """Without chance (RFC 6979): the same digest gives the same signature."""
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(digest, padding.PKCS1v15(), DIGEST)
        return self.key.sign(digest, ec.ECDSA(DIGEST, deterministic_signing=True))


@dataclass(frozen=True)
class Pkcs11Key:
    """A private key that never leaves its token."""

    key: Any

    @classmethod
    def find(cls, module: str, token: str, label: str, pin: str) -> "Pkcs11Key":
        """Sign in to the token; the session lasts as long as the process."""
        session = pkcs11.lib(module).get_token(token_label=token).open(user_pin=pin)
        return cls(session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, label=label))

    def sign(self, digest: bytes) -> bytes:
        """Ask the token."""
        if self.key.key_type is pkcs11.KeyType.RSA:
            return bytes(self.key.sign(SHA256_INFO + digest, mechanism=pkcs11.Mechanism.RSA_PKCS))
        return bytes(encode_ecdsa_signature(self.key.sign(digest, mechanism=pkcs11.Mechanism.ECDSA)))


@dataclass(frozen=True)
class RemoteKey:
    """A signer on the network: gets ``{"key", "algorithm", "digest"}``, answers ``{"signature"}``, both in base64."""

    url: str
    name: str
    token: str
    opener: OpenerDirector

    @classmethod
    def at(cls, url: str, name: str, token: str, ca: Path | None) -> "RemoteKey":
        """Whom to ask, and by whose certificate it is known; over https, but where it is this machine itself."""
        if not is_https(url) and not (url.startswith("http://") and is_this_machine(url)):
            raise RenderFailed(Reason.KEY_PLAIN)
        return cls(url, name, token, opener(ca, direct=is_this_machine(url)))

    def sign(self, digest: bytes) -> bytes:
        """Ask for it; the digest itself tells a second asking from a new one."""
        asked = {"key": self.name, "algorithm": "sha256", "digest": base64.b64encode(digest).decode()}
        answer = post(
            self.opener,
            self.url,
            json.dumps(asked).encode(),
            {"Content-Type": "application/json", **({"Authorization": f"Bearer {self.token}"} if self.token else {})},
        )
        return base64.b64decode(json.loads(answer)["signature"], validate=True)


def holder(folder: Path, said: Mapping[str, Any]) -> KeyHolder:
    """Whoever holds the key that is described so; asked for once in a process, and again when its file changed."""
    try:
        written = (folder / said["path"]).stat().st_mtime_ns if said["kind"] == "file" else 0
        return _holder(folder, json.dumps(said, sort_keys=True), written)
    except RenderFailed:
        raise
    except Exception as error:  # noqa: BLE001 - drivers of tokens raise what they like
        raise RenderFailed(Reason.KEY_AWAY, type(error).__name__) from None  # its text might hold a secret


def forget() -> None:
    """Look again at what was read before."""
    _holder.cache_clear()


@cache
def _holder(folder: Path, described: str, _written: int) -> KeyHolder:
    said = json.loads(described)
    secret = (folder / said["secret"]).read_text("utf-8").strip() if said.get("secret") else ""
    match said["kind"]:
        case "file":
            return FileKey.read(folder / said["path"], secret.encode())
        case "pkcs11":
            return Pkcs11Key.find(said["module"], said["token"], said["label"], secret)
        case "remote":
            ca = folder / said["ca"] if said.get("ca") else None
            return RemoteKey.at(said["url"], said.get("name", ""), secret, ca)
        case other:
            raise RenderFailed(Reason.KEY_AWAY, f"no such kind of key: {other}")
