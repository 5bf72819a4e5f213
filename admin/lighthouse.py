"""Lighthouse looks at five pages of a running demonstration, as a phone on a slow network has them, signed in."""

import importlib
import json
import os
import statistics
import subprocess
import tempfile
from pathlib import Path
from typing import NamedTuple

from admin import pictures
from core.db import transaction
from core.errors import Unavailable
from core.words import _l

AIMS = {"performance": 95, "accessibility": 100, "best-practices": 100}


class Judged(NamedTuple):
    """What Lighthouse says of one page: points of a hundred, what is not passed, and how fast the machine was."""

    name: str
    points: dict[str, int]
    wanting: list[str]
    machine: int
    """Lighthouse's own measure of the processor while it looked: below 1,000 the performance is that of the machine."""

    @property
    def passed(self):
        """Whether every aim is met."""
        return all(self.points[what] >= aim for what, aim in AIMS.items())


def judge(address, program, runs):
    """Every page, as whoever reads it; of several runs the middle one counts for performance."""
    try:
        playwright = importlib.import_module("playwright.sync_api")
    except ImportError:
        raise Unavailable(_l("Lighthouse needs Playwright to sign in: run ./zilu setup test first.")) from None
    pictures.must_answer(address)
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=pictures.chromium(), args=_flags())
        for name, who, path in _places():
            page = browser.new_context(locale="zh-CN").new_page()
            if who:
                pictures.sign_in(page, address, who)
            if name == "complaint form":
                _begin(page, address)
            cookies = "; ".join(f"{each['name']}={each['value']}" for each in page.context.cookies())
            reports = [_report(f"{address}{path}", cookies, program) for _run in range(runs)]
            yield _judged(name, reports)
        browser.close()


def _places():
    with transaction() as at:
        case, slug = pictures.case_and_bulletin(at)
    return [
        ("queue", "intake@lanwan.example", "/staff?view=open"),
        ("case", "officer@lanwan.example", f"/staff/cases/{case}"),
        ("portal inbox", "lead@lanqiao.example", "/portal/notices/"),
        ("complaint form", "", "/complain/conduct"),
        ("bulletin", "", f"/bulletins/{slug}"),
    ]


def _begin(page, address):
    """As far as the longest page of the form."""
    page.goto(f"{address}/complain/who")
    page.check("[name=role][value=DEBTOR]")
    page.click("main form button[type=submit]")
    page.check("[name=how][value=UNKNOWN]")
    page.click("main form button[type=submit]")
    page.wait_for_url("**/complain/conduct")


def _flags():
    return ["--headless=new", "--disable-gpu", *(["--no-sandbox"] if os.geteuid() == 0 else [])]


def _report(url, cookies, program):
    with tempfile.TemporaryDirectory(prefix="zilu-lighthouse-") as folder:
        headers, out = Path(folder, "headers.json"), Path(folder, "report.json")
        headers.write_text(json.dumps({"Cookie": cookies} if cookies else {}))
        options = [
            "--quiet",
            "--no-enable-error-reporting",
            "--output=json",
            f"--output-path={out}",
            f"--extra-headers={headers}",
            f"--only-categories={','.join(AIMS)}",
            f"--chrome-flags={' '.join(_flags())}",
        ]
        surroundings = os.environ | ({"CHROME_PATH": found} if (found := pictures.chromium()) else {})
        subprocess.run([*program, url, *options], check=True, env=surroundings)  # noqa: S603 - installed by launch
        report = json.loads(out.read_text("utf-8"))
    if "/sign-in" in report["finalDisplayedUrl"]:
        raise Unavailable(_l("Lighthouse was sent to the sign-in page."))
    return report


def _judged(name, reports):
    points = {what: [each["categories"][what]["score"] or 0 for each in reports] for what in AIMS}
    last = reports[-1]
    wanting = [
        f"{audit['title']} {audit.get('displayValue', '')}".strip()
        for what in AIMS
        for place in last["categories"][what]["auditRefs"]
        if place["weight"] and (audit := last["audits"][place["id"]])["score"] not in (None, 1)
    ]
    machine = round(statistics.median(each["environment"]["benchmarkIndex"] for each in reports))
    return Judged(name, {what: round(100 * statistics.median(each)) for what, each in points.items()}, wanting, machine)
