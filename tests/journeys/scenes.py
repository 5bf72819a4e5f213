"""Short scenes that several journeys begin with: a complaint by telephone, accepted and forwarded.

They are brought about by their verbs; how a complaint is typed in and accepted on pages, journeys of their own show.
"""

import re
import secrets
from datetime import date
from typing import Any

from casework import intake as coming_in
from casework import triage
from casework.intake import Company
from casework.models import Complaint
from tests import builders
from tests.builders_cases import actor
from tests.filestore import making_files as made
from tests.journeys import backstage, cast
from tests.journeys.person import Person

FACTS = "11月10日对方催收人员三次打电话到我单位，向同事打听我的情况。我的电话是13912345678。"
MASKED = FACTS.replace("13912345678", "139****5678")
PHONED = {
    "channel": "PHONE",
    "lang": "zh",
    "role": "DEBTOR",
    "how": "NAME",
    "codes": ["V-C04"],
    "conduct_from": "2026-11-08",
    "conduct_to": "2026-11-10",
    "facts": FACTS,
    "name": "沈若禾",
    "consent": True,
}


def picture(size: tuple[int, int] = (300, 200)) -> bytes:
    """A picture; a small one where nothing is said."""
    return made.picture(size=size)


def pdf() -> bytes:
    """A small PDF."""
    return made.pdf()


def typed_in(intake: Person) -> tuple[str, str]:
    """Intake enters a complaint on its page; its number, and the receipt code that is read out once."""
    said = {**PHONED, "value": cast.LENDER, "contact": f"{secrets.token_hex(5)}@example.invalid"}
    intake.go("/staff/complaints/new").send(**said)
    code = intake.page.locator("[data-receipt-code]").inner_text()
    return re.findall(r"TS2026-\w{6}", intake.reads())[0], code


def by_telephone(somebody: Person, company: str = cast.LENDER, **changed: Any) -> tuple[str, str]:
    """A complaint that came in by telephone, whose letters nobody reads; its number, and its receipt code."""
    with backstage.of(somebody.site).at(somebody.site.now) as people:
        it, code = _entered(people, company, **changed)
        return it.ref, code


def forwarded(somebody: Person, company: str = cast.LENDER, *, drawn: bool = False, **changed: Any) -> tuple[str, str]:
    """The same, accepted and put before the company and nobody else; its letters are drawn where they are read."""
    with backstage.of(somebody.site).at(somebody.site.now) as people:
        it, code = _entered(people, company, **changed)
        said: dict[str, Any] = {"respondents": [people.party(company).id], "masked_facts": MASKED}
        triage.accept(people.session, it, **said, actor=actor(people.who(cast.mail("intake"))), now=people.now)
        if not drawn:
            people.leave_undrawn()
        return it.ref, code


def _entered(people: backstage.People, company: str, **changed: Any) -> tuple[Complaint, str]:
    key = secrets.token_hex(8)
    said = {
        "channel": "PHONE",
        "name": PHONED["name"],
        "contact": f"{key}@example.invalid",
        "companies": [Company("INSTITUTION", "NAME", company)],
        "codes": PHONED["codes"],
        "facts": FACTS,
        "conduct_from": date(2026, 11, 8),
        "conduct_to": date(2026, 11, 10),
    }
    by = actor(people.who(cast.mail("intake")))
    whole = builders.submission(**{**said, **changed})
    it, code = coming_in.submit(people.session, whole, key=key, actor=by, now=people.now)
    people.leave_undrawn()
    return it, code


def confirmed(lead: Person) -> Person:
    """The lead of a company confirms its service address, unless somebody did before."""
    lead.go("/portal/address")
    if lead.page.locator("#confirmed").count():
        return lead
    return lead.send(
        electronic=True,
        postal_address="蓝湾市海望区潮汐路1号",
        contact_name="陈立",
        contact_phone="0592-5550100",
        understood=True,
    )
