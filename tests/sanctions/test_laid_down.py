"""Pages say the lengths and numbers that the association laid down, in both languages, never those they came with."""

from typing import Any

import pytest
from flask import Flask, g, render_template
from sqlalchemy import update

from core.actors import NOBODY
from core.db import transaction
from desk.deeds_forwardings import DEEDS
from desk.deeds_triage import TRIAGE
from registry.models_settings import Setting
from tests.kept_states import brought_once
from tests.proceedings.test_pages import House

LAID_DOWN = {
    "K01": 7,
    "K02": 12,
    "K03": 21,
    "K30": 9,
    "K33": 45,
    "K22.least": 4,
    "K22.most": 66,
    "PANEL_MAJOR": 7,
    "MAJORITY_MAJOR": "3/4",
}


@pytest.fixture
@brought_once
def house(app: Flask) -> House:
    """A site whose association decided otherwise than our proposals."""
    with app.app_context(), transaction() as at:
        for key, value in LAID_DOWN.items():
            at.execute(update(Setting).where(Setting.key == key).values(value=value))
    return House(app)


def receipt() -> str:
    said = {"ref": "TS1", "code": "7K3M", "picture": "", "renewed": False, "confirms": False}
    return render_template("complainants/receipt.html", **said)


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        (
            "en",
            {
                "home": "Within 7 working days you learn whether the complaint is taken. The company then has 21 days",
                "receipt": ("Within 7 working days we check", "has 21 days to answer"),
                "withdrawals": "Each notice stays for 45 days",
                "asked": "the person has 12 working days.",
                "sent back": "answers in 9 working days.",
                "propose": ("at least three quarters of the members present (panel of 7)", "4 to 66 days from service"),
            },
        ),
        (
            "zh",
            {
                "home": "7个工作日内告知是否受理。受理后，公司应当在21日内答复",
                "receipt": ("7个工作日内审查是否受理", "在21日内答复"),
                "withdrawals": "撤回公告展示45日",
                "asked": "投诉人有12个工作日。",
                "sent back": "须在9个工作日内补充答复",
                "propose": ("须经到会委员四分之三以上赞成（审议小组7人）", "4日至66日"),
            },
        ),
    ],
)
def test_pages_say_what_is_laid_down(house: House, lang: str, said: dict[str, Any]) -> None:
    house.fill(lambda chain: chain.reported("V-I02"))
    anybody = house.enter("", lang)
    assert said["home"] in anybody.get("/")
    assert said["withdrawals"] in anybody.get("/bulletins/withdrawals")
    page = house.enter("reviewer", lang).get(f"/staff/tracks/{house.track}/do/propose_minor")
    assert all(each in page for each in said["propose"])
    with house.app.test_request_context(f"/?lang={lang}"), transaction():
        g.me = NOBODY
        assert all(each in receipt() for each in said["receipt"])
        assert said["asked"] in str(TRIAGE["ask_info"].note)
        assert said["sent back"] in str(DEEDS["send_back"].note)
