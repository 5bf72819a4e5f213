"""The navigation of each area says on which of its pages one is."""

import pytest
from flask import Flask, g

from core import furniture
from core.actors import Actor


@pytest.mark.parametrize(
    ("path", "here"),
    [
        ("/staff", "Complaints"),
        ("/staff/complaints/TS1", "Complaints"),
        ("/staff/forwardings/1", "Complaints"),
        ("/staff/cases/1", "Cases"),
        ("/staff/search", None),
        ("/staff/evidence/1", None),
        ("/portal/", "To do"),
        ("/portal/search", None),
        ("/portal/cases/1", "Cases"),
        ("/", "Home"),
        ("/bulletins/2026-1", "Bulletins"),
        ("/verify", "Verify a document"),
    ],
)
def test_the_navigation_says_where_one_is_and_nothing_where_none_of_it_leads(
    app: Flask, path: str, here: str | None
) -> None:
    area = next((each for each in ("staff", "portal") if path.startswith(f"/{each}")), "public")
    with app.test_request_context(path, headers={"Accept-Language": "en"}):
        g.me = Actor(1, frozenset({"officer", "lead"}), audience="staff", name="经办乙")
        found = furniture.current(area)
        assert (str(found.label) if found else None) == here
