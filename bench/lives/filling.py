"""Fills a form as somebody at random would: whatever it offers, most of what it asks, sometimes nothing."""

import io
import random
from collections.abc import Callable, Collection
from datetime import timedelta
from typing import Any

from flask import g
from PIL import Image
from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from core import clock
from core.db import session
from core.forms import OWN, Amount, ComingDate, Day, Mail, ManyOf, Moment, OneOf, PastDate, Phone, Text, Tick, Whole
from filestore.fields_files import Files
from registry.company_fields import Company
from registry.models import Party

KEEPS = 0.75
"""How often what the page offers is left as it stands."""
SENTENCES = (
    "经核对通话记录和往来短信，情况属实，有关材料已经附上。",
    "请于规定时间内补充说明当日的致电次数、致电对象和对话内容。",
    "对方称已经停止联系有关号码，并对经办人员作出了提醒。",
    "The call records of that week do not bear this out; please check them once more.",
)
NUMBERS = ("13900001111", "13900002222", "13900003333", "13900004444")
POSTED = (0, 0, 1, 4, 9, 21)
"""How many days ago."""


def picture() -> FileStorage:
    """A small picture, as a person would add one."""
    held = io.BytesIO()
    Image.new("RGB", (12, 12), (30, 90, 140)).save(held, "PNG")
    held.seek(0)
    return FileStorage(held, filename="截图.png", content_type="image/png")


def _choice(field: Any, dice: random.Random) -> Any:
    offered = [each.value for each in field.iter_choices() if each.value and each.value != str(g.me.id)]
    return dice.choice(offered) if offered else field.data


def _several(field: Any, dice: random.Random) -> Any:
    offered = [each.value for each in field.iter_choices()]
    return dice.sample(offered, dice.randint(min(2, len(offered)), len(offered))) if offered else []


def _company(field: Any, dice: random.Random) -> list[str]:
    """Companies of the matter, else any that the register has."""
    near = [each.said for each in field.near]
    every = near or _all_but(field.known.values())
    return [dice.choice(every)] if every else []


def _all_but(known: Collection[int]) -> list[str]:
    asked = select(Party.uscc).where(Party.merged_into_id.is_(None), Party.id.not_in(known))
    return list(session().scalars(asked.order_by(Party.sort_zh, Party.id)))


def _text(field: Any, dice: random.Random) -> str:
    return dice.choice(SENTENCES)[: field.most]


def _ago(field: Any, dice: random.Random) -> int:
    """So many days; what came on paper may have been posted before the sweep acted on its end."""
    return dice.choice(POSTED) if field.short_name == "received_on" else dice.randint(0, 3)


def _whole(field: Any, dice: random.Random) -> int:
    return dice.randint(field.lowest, min(field.highest, field.lowest + 6))


def _required(field: Any) -> bool:
    return bool(field.flags.required)


VALUES: tuple[tuple[type, Callable[[Any, random.Random], Any]], ...] = (
    (Tick, lambda _field, dice: dice.random() < 0.9),
    (ManyOf, _several),
    (OneOf, _choice),
    (Company, _company),
    (Files, lambda field, dice: [picture()] if _required(field) or dice.random() < 0.1 else []),
    (Phone, lambda _field, dice: dice.choice(NUMBERS)),
    (Mail, lambda _field, _dice: "shen@example.invalid"),
    (Text, _text),
    (Whole, _whole),
    (Amount, lambda _field, _dice: 1200),
    (PastDate, lambda field, dice: clock.today() - timedelta(days=_ago(field, dice))),
    (ComingDate, lambda _field, dice: clock.today() + timedelta(days=dice.randint(0, 30))),
    (Day, lambda _field, dice: clock.today() - timedelta(days=dice.randint(0, 3))),
    (Moment, lambda _field, dice: clock.now() - timedelta(hours=dice.randint(1, 40))),
)


def _answer(field: Any, dice: random.Random) -> Any:
    """What somebody who knows the work would say; by the name of the field where its kind does not tell."""
    named = NAMED.get(field.short_name.rpartition("-")[2])
    if named is not None:
        return named(field, dice)
    return next((value(field, dice) for kind, value in VALUES if isinstance(field, kind)), field.data)


def _late(_field: Any, _dice: random.Random) -> Any:
    return clock.now() - timedelta(minutes=1)


def _respondents(field: Any, dice: random.Random) -> Any:
    return field.data or (_company if isinstance(field, Company) else _several)(field, dice)


NAMED: dict[str, Callable[[Any, random.Random], Any]] = {
    "ended_at": _late,
    "good_reason": lambda _field, _dice: False,
    "recusal": lambda _field, _dice: "NONE",
    "signed_by": lambda _field, _dice: "周岚",
    "refused_because": lambda _field, _dice: "当事人拒绝签名",
    "measures": lambda field, _dice: field.data or ["1"],
    "respondents": _respondents,
    "interviewers": lambda field, _dice: [each.value for each in field.iter_choices()][:2],
    "identity": lambda _field, _dice: False,
    "asked_on": lambda _field, _dice: clock.today(),
    "yes": lambda _field, dice: dice.choice((3, 5)),
    "no": lambda _field, _dice: 0,
    "abstained": lambda _field, _dice: 0,
    "version": lambda field, _dice: field.data,
}
"""By the name of the field: what an expert fills in."""
EXPECTED = frozenset({"nothing_left", "ended", "rights_told", "no_successor", "own_error", "departure", "new_facts"})
"""Not required by the form, but seldom left out by who knows the work."""
LIGHTENED = {"M1": "yes", "M1_reason": SENTENCES[0], "M4": "yes", "M4_reason": SENTENCES[2]}
"""What a reminder is written for: the company reported itself, and cooperated early."""
UNSAID = frozenset({"corrections", "shorter_notice", "other", "to", "recheck_days", "asked_on"})
"""Left as they stand: whatever was said there would have to be true."""


def fill(form: Any, dice: random.Random, *, well: bool = False, **said: Any) -> None:
    """Write into every field, leaving most of what it began with; well: as somebody does who knows the work."""
    for field in form:
        name = field.short_name.rpartition("-")[2]
        if field.short_name in OWN or field.name.removeprefix(getattr(form, "_prefix", "")) in OWN:
            continue
        if name in said:
            field.data = said[name]
        elif well:
            _well(form, field, name, dice)
        elif field.data not in (None, "", [], False) and dice.random() < KEEPS:
            continue
        elif _required(field) or dice.random() > 0.3:
            field.data = next((value(field, dice) for kind, value in VALUES if isinstance(field, kind)), field.data)
    if well:
        _rows(form, dice)


def _well(form: Any, field: Any, name: str, dice: random.Random) -> None:
    if name == "interviewers":
        field.data = _answer(field, dice)
    if "attention" in form and name in LIGHTENED:
        field.data = LIGHTENED[name]
    if field.data not in (None, "", [], False) or (name in UNSAID and not _required(field)):
        return
    expected = name in EXPECTED or name.startswith("points")
    if not _required(field) and not expected and not (name == "signed_by" and "refused_because" in form):
        return
    if name == "no_successor" or name in EXPECTED & {"nothing_left", "ended", "rights_told", "own_error"}:
        field.data = True
    elif name not in {"refused_because", "second", "witness"} or _required(field):
        field.data = _answer(field, dice)


def _rows(form: Any, dice: random.Random) -> None:
    """The first row of each group is written, and rows that were begun are made whole."""
    for rows in getattr(form, "ROWS", ()):
        for place, row in enumerate(form.rows(rows.name)):
            begun = any(field.data not in (None, "") for field in row.values())
            for name in rows.needs if begun or not place else ():
                if row[name].data in (None, ""):
                    row[name].data = _answer(row[name], dice)
