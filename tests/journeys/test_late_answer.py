"""An answer after its time, on a site of its own: whoever comes after this would find themselves weeks later."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.conftest import NOW
from tests.journeys import scenes
from tests.journeys.conftest import DATABASE, running
from tests.journeys.person import Person
from tests.journeys.test_portal import TO_PERSON, TO_US, Ask, forwarding, intake, lead, opened
from tests.site import Site

__all__ = ["intake", "lead"]


@pytest.fixture(scope="module")
def site(template: str) -> Iterator[Site]:
    with running(template, database=f"{DATABASE}_late") as made:
        yield made


def test_a_late_answer_is_taken_and_marked(intake: Person, lead: Person, ask: Ask, site: Site) -> None:
    ref, _code = scenes.forwarded(intake)
    number = forwarding(ask, ref)
    opened(lead, number)
    site.be_at(NOW + timedelta(days=16))
    lead.sign_in()
    lead.until("text=已逾期", f"/portal/forwardings/{number}")
    lead.go(f"/portal/forwardings/{number}/answer").says("期限已过")
    lead.send(press="look", outcome="EXPLAINED", to_association=TO_US, to_complainant=TO_PERSON)
    lead.send(holding="seen")
    intake.sign_in()
    intake.go(f"/staff/forwardings/{number}").says("逾期")
