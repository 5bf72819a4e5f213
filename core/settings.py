"""What the machine tells the application: addresses, keys and limits from the environment."""

import json
import os
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import click
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

NEEDED = ("DATABASE_URL", "REDIS_URL", "ZILU_DATA", "ZILU_SECRET_KEY", "ZILU_HASH_KEY")
KEY_SIZES = (16, 24, 32)
"""Bytes of a key that AES takes; new ones have 32."""
ADDRESSES = {
    "DATABASE_URL": ("postgresql+psycopg", "postgresql"),
    "REDIS_URL": ("redis", "rediss", "unix"),
    "ZILU_BASE_URL": ("http", "https"),
    "SMTP_URL": ("smtp", "smtps"),
    "ZILU_SCANNER": ("tcp", "unix"),
}
"""How addresses of the environment begin."""
WITH_HOST = ("ZILU_BASE_URL", "SMTP_URL")
"""Those that are good for nothing without the name of a host."""
ROOT = Path(__file__).resolve().parent.parent


class Misconfigured(click.ClickException):
    """The environment lacks something that the application cannot run without: a command ends with that sentence."""


@dataclass(frozen=True)
class Settings:
    """The environment, read once at start-up."""

    database_url: str
    redis_url: str
    data: Path
    mode: str
    secret_key: str
    field_keys: Mapping[str, bytes] = field(repr=False, default_factory=dict)
    hash_key: bytes = field(repr=False, default=b"")
    base_url: str = ""
    """The public address; none: this machine's own, `here`."""
    here: str = "http://127.0.0.1:8000"
    smtp_url: str = ""
    mail_from: str = "noreply@zilu.invalid"
    texts_file: Path | None = None
    """Names the gateway for text messages (core.texts_gateway); none: they are not sent."""
    scanner: str = ""
    """Where clamd listens; none: what comes from outside is not looked through."""
    s3_bucket: str = ""
    s3_endpoint: str = ""
    secure_cookies: bool = True
    trusted_proxies: int = 0
    seal_file: Path = Path("seal.json")
    """Names the keys of the electronic seal (printing.signing.keys_in)."""

    @property
    def demonstration(self) -> bool:
        """Whether every page and document says 演示."""
        return self.mode == "demonstration"


def _field_keys(environ: Mapping[str, str]) -> dict[str, bytes]:
    """Keys for encrypted fields by id; the highest id encrypts, all decrypt."""
    file = environ.get("ZILU_KEY_FILE")
    if not file:
        return {}
    try:
        said = json.loads(Path(file).read_text("utf-8"))
        found = {name: b64decode(key) for name, key in said.items()}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        message = f"ZILU_KEY_FILE {file} can't be read as keys by their numbers: {type(error).__name__}."
        raise Misconfigured(message) from None  # what could not be read may be a key
    if wrong := [name for name, key in found.items() if not name.isdecimal() or len(key) not in KEY_SIZES]:
        message = f"ZILU_KEY_FILE {file}: {', '.join(wrong)} is no number with the base64 of 32 bytes."
        raise Misconfigured(message)
    return found


def _is_address(name: str, said: str, schemes: tuple[str, ...]) -> bool:
    try:
        if name == "DATABASE_URL":
            return make_url(said).drivername in schemes
        at = urlsplit(said)
        return at.scheme in schemes and at.port != 0 and bool(at.hostname or name not in WITH_HOST)
    except (ValueError, ArgumentError):
        return False


def _check_addresses(environ: Mapping[str, str]) -> None:
    """Refuse an address that cannot be one, by its name alone: it may hold a password."""
    for name, schemes in ADDRESSES.items():
        if not (said := environ.get(name)):
            continue
        if not _is_address(name, said, schemes):
            message = f"{name} is no address that begins with {' or '.join(f'{each}://' for each in schemes)}."
            raise Misconfigured(message)


def _proxies(environ: Mapping[str, str]) -> int:
    said = environ.get("ZILU_TRUSTED_PROXIES") or "0"
    if not (said.isascii() and said.isdecimal()):
        message = "ZILU_TRUSTED_PROXIES says how many proxies stand in front, as a number."
        raise Misconfigured(message)
    return int(said)


def from_environ(environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings; raises Misconfigured with the name of what is missing."""
    missing = [name for name in NEEDED if not environ.get(name)]
    if missing:
        message = f"Set {', '.join(missing)}, or start the application through ./zilu, which sets them."
        raise Misconfigured(message)
    mode = environ.get("ZILU_MODE", "production")
    if mode not in {"production", "demonstration"}:
        message = f"ZILU_MODE is production or demonstration, not {mode!r}."
        raise Misconfigured(message)
    _check_addresses(environ)
    keys = _field_keys(environ)
    if not keys:
        message = "ZILU_KEY_FILE must name the file with the keys of encrypted fields."
        raise Misconfigured(message)
    return Settings(
        database_url=environ["DATABASE_URL"],
        redis_url=environ["REDIS_URL"],
        data=Path(environ["ZILU_DATA"]),
        mode=mode,
        secret_key=environ["ZILU_SECRET_KEY"],
        field_keys=keys,
        hash_key=environ["ZILU_HASH_KEY"].encode(),
        base_url=environ.get("ZILU_BASE_URL", ""),
        here=f"http://127.0.0.1:{environ.get('PORT', '8000')}",
        smtp_url=environ.get("SMTP_URL", ""),
        mail_from=environ.get("ZILU_MAIL_FROM") or "noreply@zilu.invalid",
        texts_file=Path(environ["ZILU_TEXTS_FILE"]) if environ.get("ZILU_TEXTS_FILE") else None,
        scanner=environ.get("ZILU_SCANNER", ""),
        s3_bucket=environ.get("ZILU_S3_BUCKET", ""),
        s3_endpoint=environ.get("ZILU_S3_ENDPOINT", ""),
        secure_cookies=environ.get("ZILU_SECURE_COOKIES") != "0",
        trusted_proxies=_proxies(environ),
        seal_file=Path(environ.get("ZILU_SEAL_FILE") or Path(environ["ZILU_DATA"], "seal", "seal.json")),
    )
