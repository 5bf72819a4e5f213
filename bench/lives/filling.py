"""Fills a form as somebody at random would: whatever it offers, most of what it asks, sometimes nothing."""

import io
import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from PIL import Image
from werkzeug.datastructures import FileStorage

from core import clock
from core.forms import (
    OWN,
    Amount,
    ComingDate,
    Day,
    Files,
    Mail,
    ManyOf,
    Moment,
    OneOf,
    PastDate,
    Phone,
    Text,
    Tick,
    Whole,
)

KEEPS = 0.75
"""How often what the page offers is left as it stands."""
SENTENCES = (
    "经核对通话记录和往来短信，情况属实，有关材料已经附上。",
    "请于规定时间内补充说明当日的致电次数、致电对象和对话内容。",
    "对方称已经停止联系有关号码，并对经办人员作出了提醒。",
    "The call records of that week do not bear this out; please check them once more.",
)
NUMBERS = ("13900001111", "13900002222", "13900003333", "13900004444")


def picture() -> FileStorage:
    """A small picture, as a person would add one."""
    held = io.BytesIO()
    Image.new("RGB", (12, 12), (30, 90, 140)).save(held, "PNG")
    held.seek(0)
    return FileStorage(held, filename="截图.png", content_type="image/png")


def _choice(field: Any, dice: random.Random) -> Any:  # noqa: ANN401 - a field
    offered = [each.value for each in field.iter_choices() if each.value]
    return dice.choice(offered) if offered else field.data


def _several(field: Any, dice: random.Random) -> Any:  # noqa: ANN401
    offered = [each.value for each in field.iter_choices()]
    return dice.sample(offered, dice.randint(min(2, len(offered)), len(offered))) if offered else []


def _text(field: Any, dice: random.Random) -> str:  # noqa: ANN401
    return dice.choice(SENTENCES)[: field.most]


def _whole(field: Any, dice: random.Random) -> int:  # noqa: ANN401
    return dice.randint(field.lowest, min(field.highest, field.lowest + 6))


def _required(field: Any) -> bool:  # noqa: ANN401
    return bool(field.flags.required)


VALUES: tuple[tuple[type, Callable[[Any, random.Random], Any]], ...] = (
    (Tick, lambda _field, dice: dice.random() < 0.9),  # noqa: PLR2004 - most people agree
    (ManyOf, _several),
    (OneOf, _choice),
    (Files, lambda field, dice: [picture()] if _required(field) or dice.random() < 0.1 else []),  # noqa: PLR2004
    (Phone, lambda _field, dice: dice.choice(NUMBERS)),
    (Mail, lambda _field, _dice: "shen@example.invalid"),
    (Text, _text),
    (Whole, _whole),
    (Amount, lambda _field, _dice: 1200),
    (PastDate, lambda _field, dice: clock.today() - timedelta(days=dice.randint(0, 3))),
    (ComingDate, lambda _field, dice: clock.today() + timedelta(days=dice.randint(0, 30))),
    (Day, lambda _field, dice: clock.today() - timedelta(days=dice.randint(0, 3))),
    (Moment, lambda _field, dice: clock.now() - timedelta(hours=dice.randint(1, 40))),
)


def fill(form: Any, dice: random.Random) -> None:  # noqa: ANN401 - any form of the house
    """Write into every field, leaving most of what it began with."""
    for field in form:
        if field.short_name in OWN or field.name.removeprefix(getattr(form, "_prefix", "")) in OWN:
            continue
        if field.data not in (None, "", [], False) and dice.random() < KEEPS:
            continue
        if not _required(field) and dice.random() < 0.3:  # noqa: PLR2004 - what need not be said often is not
            continue
        for kind, value in VALUES:
            if isinstance(field, kind):
                field.data = value(field, dice)
                break
