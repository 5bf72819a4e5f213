"""Pictures of the demonstration's pages for the README, taken by a headless Chromium through Playwright."""

import importlib
import io
import os
import shutil
import socket
from typing import NamedTuple
from urllib.parse import urlsplit

import pyotp
from PIL import Image
from sqlalchemy import select

from casework.models_cases import CaseTrack
from core import clock
from core.db import transaction
from core.errors import Unavailable
from core.words import _l
from notices.models import Document
from registry import accounts, credentials
from sanctions.models_publications import Publication

MOST = 200 * 1024
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chromium-headless-shell")
"""One with a screen first: the one without draws fields for dates empty."""


class Picture(NamedTuple):
    """One picture: whose page, in which language, how wide."""

    name: str
    path: str
    lang: str
    who: str = ""
    size: dict[str, int] = WIDE


def take(address, folder):
    """Take every picture; gives name and size in bytes."""
    try:
        playwright = importlib.import_module("playwright.sync_api")
    except ImportError:
        raise Unavailable(_l("Pictures need Playwright: run ./zilu setup test first.")) from None
    must_answer(address)
    folder.mkdir(parents=True, exist_ok=True)
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium(), args=["--no-sandbox"] if os.geteuid() == 0 else [])
        for picture in _pictures():
            page = browser.new_context(viewport=picture.size, color_scheme="light", locale="zh-CN").new_page()
            if picture.who:
                sign_in(page, address, picture.who)
            joined = "&" if "?" in picture.path else "?"
            page.goto(f"{address}{picture.path}{joined}lang={picture.lang}")
            page.wait_for_load_state("networkidle")
            content = _small(page.screenshot())
            (folder / picture.name).write_bytes(content)
            yield picture.name, len(content)
        browser.close()


def chromium():
    """The Chromium of this machine, else the one that Playwright brought."""
    named = os.environ.get("ZILU_CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    return named or None


def track(at):
    """A track with something to see: a firm's, whose measures are carried out."""
    told = at.scalar(select(CaseTrack).where(CaseTrack.state == "EXECUTING", CaseTrack.role == "COLLECTOR"))
    return told or at.scalars(select(CaseTrack).order_by(CaseTrack.id)).first()


def bulletin(at):
    """The permanent name of the newest bulletin."""
    shown = Publication.state == "PUBLISHED", Publication.scope == "PUBLIC"
    return at.scalar(select(Publication.slug).where(*shown).order_by(Publication.id.desc()).limit(1))


def case_and_bulletin(at):
    """The number of a case and the permanent name of a bulletin to look at; Unavailable where nothing is told yet."""
    shown, slug = track(at), bulletin(at)
    if shown is None or slug is None:
        raise Unavailable(
            _l("This folder's database holds no demonstration: say this in the folder whose ./zilu start is running.")
        )
    return shown.case_id, slug


def _pictures():
    with transaction() as at:
        case, slug = case_and_bulletin(at)
        notice = at.scalar(select(Document.id).where(Document.kind == "D20").order_by(Document.id.desc()).limit(1))
    return [
        Picture("queue.zh.png", "/staff", "zh", "intake@lanwan.example"),
        Picture("case.en.png", f"/staff/cases/{case}", "en", "officer@lanwan.example"),
        Picture("complain.zh.phone.png", "/complain", "zh", size=PHONE),
        Picture("bulletin.zh.png", f"/bulletins/{slug}", "zh"),
        Picture("notice.zh.png", f"/staff/notices/{notice}", "zh", "officer@lanwan.example"),
        Picture("admin.zh.png", "/admin/parties/details/?id=1", "zh", "system@lanwan.example"),
    ]


def sign_in(page, address, mail):
    """By password and, where it is asked for, the second factor; a step that was used is waited out."""
    page.goto(f"{address}/sign-in")
    page.fill("[name=mail]", mail)
    page.fill("[name=password]", accounts.DEMONSTRATION_PASSWORD)
    page.click("main form button[type=submit]")
    page.wait_for_load_state()
    if not page.locator("[name=code]").count():
        return
    with transaction() as at:
        account = accounts.by_mail(at, mail)
        secret = credentials.secret_of(at, account.id)
        step = secret.totp_last_step
        totp = pyotp.TOTP(secret.totp_secret)
    while totp.timecode(clock.now()) <= step:
        page.wait_for_timeout(1000)
    page.fill("[name=code]", totp.now())
    page.click("main form button[type=submit]")
    page.wait_for_load_state()


def _small(content):
    """The same picture in few enough bytes for a README."""
    for colours in (256, 128, 64, 32):
        with Image.open(io.BytesIO(content)) as picture:
            buffer = io.BytesIO()
            picture.convert("RGB").quantize(colours, dither=Image.Dither.NONE).save(buffer, "PNG", optimize=True)
        if len(buffer.getvalue()) <= MOST:
            break
    return buffer.getvalue()


def must_answer(address):
    """Refused where nothing runs at that address: a browser would only say that its connection was."""
    place = urlsplit(address)
    try:
        socket.create_connection((place.hostname, place.port or 80), timeout=10).close()
    except OSError:
        raise Unavailable(_l("Nothing answers at %(address)s: let ./zilu start run there.", address=address)) from None
