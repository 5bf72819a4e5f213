"""Gateways for text messages: one method each. This one is any service that takes a message as JSON over HTTPS."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Final, Protocol
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import OpenerDirector

from core.asking import opener, post
from core.settings import Misconfigured

NEVER: Final = (HTTPStatus.GONE, HTTPStatus.UNPROCESSABLE_ENTITY)
"""Answers that say: not to this number, now or later."""
LATER: Final = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS)
LOCAL: Final = {"127.0.0.1", "::1", "localhost"}


@dataclass(frozen=True)
class Text:
    """One message as a gateway gets it; the same `id` is the same message, however often it comes."""

    id: str
    to: str
    kind: str
    """news or code."""
    words: str
    language: str


class Gateway(Protocol):
    """Whoever takes text messages."""

    def take(self, text: Text) -> bool:
        """Take one; False where its number never gets it; trouble is raised, `final` where waiting mends nothing."""
        ...


class NotLetIn(Exception):  # noqa: N818
    """The gateway does not take messages from us as we are set up."""

    final = True


@dataclass(frozen=True)
class JsonGateway:
    """One POST for each message, with key, signature and template of the association."""

    url: str
    key: str
    sign: Mapping[str, str]
    """By language, as it was registered; it stands before the words in 【 】."""
    templates: Mapping[str, str]
    """By kind, as they were registered."""
    opener: OpenerDirector

    @classmethod
    def read(cls, path: Path) -> "JsonGateway":
        """From a JSON file: `url`, `secret` (a file beside it), `sign`, `templates`, and `ca` where it has its own."""
        try:
            said = json.loads(path.read_text("utf-8"))
            url, folder = str(said["url"]), path.parent
            key = (folder / said["secret"]).read_text("utf-8").strip()
            ca = folder / said["ca"] if said.get("ca") else None
            found = cls(url, key, dict(said["sign"]), dict(said["templates"]), opener(ca))
        except (OSError, KeyError, ValueError, TypeError, AttributeError) as error:
            message = f"{path.name} does not describe a gateway for text messages: {type(error).__name__} {error}"
            raise Misconfigured(message) from error
        at = urlsplit(url)
        if at.scheme != "https" and not (at.scheme == "http" and at.hostname in LOCAL):
            message = f"{path.name}: a gateway for text messages has an address that begins with https://"
            raise Misconfigured(message)
        return found

    def take(self, text: Text) -> bool:
        """Post it; the Idempotency-Key lets the gateway know it again."""
        sign = self.sign.get(text.language) or self.sign.get("zh", "")
        body = {
            "id": text.id,
            "to": text.to,
            "sign": sign,
            "template": self.templates.get(text.kind, ""),
            "language": text.language,
            "params": {"words": text.words},
            "text": f"【{sign}】{text.words}" if sign else text.words,
        }
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Authorization": f"Bearer {self.key}",
            "Idempotency-Key": text.id,
        }
        try:
            post(self.opener, self.url, json.dumps(body, ensure_ascii=False).encode(), headers)
        except HTTPError as answer:
            answer.close()
            if answer.code in NEVER:
                return False
            if answer.code >= HTTPStatus.INTERNAL_SERVER_ERROR or answer.code in LATER:
                raise
            raise NotLetIn(str(answer.code)) from None  # its text might repeat what was sent
        return True
