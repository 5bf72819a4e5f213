"""An answer is written allegation by allegation and reaches the association under the heading of each."""

from flask import Flask
from sqlalchemy import select

from casework.models import Answer, Forwarding
from core.db import transaction
from portal import answer_points
from tests.portal.house import (  # noqa: F401 - fixtures
    ANSWER,
    Enter,
    Sent,
    address,
    enter,
    opened,
    sent,
    today,
)


def test_each_allegation_has_a_text_of_its_own(app: Flask, enter: Enter, sent: Sent) -> None:  # noqa: F811
    lead = opened(enter, sent)
    with app.app_context(), transaction() as at:
        names = [answer_points.name_of(code) for code in at.get_one(Forwarding, sent.number).codes]
    assert names
    url = address(sent, "answer")
    page = lead.get(url)
    assert all(f'name="{name}"' in page for name in names)
    bare = {name: text for name, text in ANSWER.items() if name != "to_association"}
    assert "Answer each point" in lead.post(url, 422, **bare, seen="0", act="look")
    points = {name: f"针对{number}：未发现。" for number, name in enumerate(names)}
    lead.post(url, **bare, **points, seen="0", act="look")
    assert "针对0：未发现。" in lead.get(f"{url}/check")
    lead.post(url, **ANSWER, **points, seen="1", act="look")
    assert f"【In general】\n{ANSWER['to_association']}" in lead.get(f"{url}/check")
    lead.post(f"{url}/check", seen="2", warned="y")
    with app.app_context(), transaction() as at:
        said = at.scalars(select(Answer.to_association)).one()
    assert said.startswith("【")
    assert all(text in said for text in points.values())
