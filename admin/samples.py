"""A sample of every official document in every language it has, as it would be issued, with a picture of each page."""

import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Final

from core.clock import ZONE
from core.errors import Unavailable
from core.words import _l
from notices import rendering, samples
from notices.kinds import KINDS
from printing import signing, signing_authority

DRAWER: Final = "pdftoppm"
RESOLUTION: Final = 96
KEY: Final = "sample"


def write(folder: Path) -> Iterator[tuple[str, int]]:
    """Write ``D20.zh.pdf`` and ``D20.zh-1.png`` …, kind by kind; gives each name and its number of pages.

    What leaves the house is numbered, sealed and signed with a key that lives as long as this takes.
    """
    if shutil.which(DRAWER) is None:
        raise Unavailable(_l("Pictures of pages are drawn by pdftoppm: install Debian's package poppler-utils."))
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="zilu-samples-") as away:
        seal = _Seal(Path(away))
        for kind, about in KINDS.items():
            for lang in samples.languages(kind):
                made = rendering.pdf_of(*samples.paper_for(kind, lang))
                name = f"{kind}.{lang}"
                target = folder / f"{name}.pdf"
                target.write_bytes(seal.signed(made) if about.outward else made)
                draw(target, folder / name)
                yield target.name, rendering.pages_of(made)


def draw(pdf: Path, beside: Path) -> None:
    """Draw each page of a PDF as a PNG."""
    subprocess.run([DRAWER, "-r", str(RESOLUTION), "-png", str(pdf), str(beside)], check=True)  # noqa: S603 - our own


class _Seal:
    """A key of the demonstration's authority, for these samples alone."""

    def __init__(self, folder: Path) -> None:
        self.organisation = samples.head_for("D20").association_zh
        password = secrets.token_urlsafe()
        self.at = datetime.combine(samples.ISSUED, time(10), ZONE).astimezone(UTC)
        made = signing_authority.make(self.organisation, password.encode(), self.at)
        self.file, self.chain = folder / "keys.json", made.chain
        signing.keep_file_key(self.file, KEY, made.pkcs12, password)

    def signed(self, pdf: bytes) -> bytes:
        order = signing.Order(self.file, KEY, self.chain, self.at, name=self.organisation)
        return signing.signed(pdf, order).content
