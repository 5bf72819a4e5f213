"""Addresses that name what cannot be: an answer, never a fault."""

from flask.testing import FlaskClient


def test_a_number_that_no_row_can_have_leads_nowhere(client: FlaskClient) -> None:
    assert client.get("/track/letters/99999999999999999999999.pdf").status_code == 404
