"""The receipts that a page of the portal offers, as their company reads them."""

import hashlib
import re
from io import BytesIO

import pdfplumber
from flask.testing import FlaskClient
from werkzeug.http import parse_options_header


def receipt(client: FlaskClient, page: str, word: str) -> str:
    """All that stands on the receipt that the page offers, without spaces and line breaks."""
    url = next(part for part in page.split('"') if f"/receipts/{word}" in part)
    answer = client.get(url)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert re.search("回执|Receipt", parse_options_header(answer.headers["Content-Disposition"])[1]["filename"])
    with pdfplumber.open(BytesIO(answer.data)) as made:
        return re.sub(r"\s", "", "".join(each.extract_text() for each in made.pages))


def digest(text: str) -> str:
    """The SHA-256 of a text, as somebody else computes it."""
    return hashlib.sha256(text.encode()).hexdigest()
