"""What papers say of the daily counts that are attached to a finding: one sentence, and the table as a file."""

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.contact_counts import Table
from casework.models_contacts import ContactTable
from core.at_hand import at_hand
from filestore.sheets_made import csv_line
from notices.papers import Lang, day_text
from registry.models import Party

CALLS: dict[str, dict[Lang, str]] = {
    "INTERACTIVE": {"zh": "有效交互式语音催收", "en": "effective interactive calls"},
    "NOTICE": {"zh": "已接通告知式语音催收", "en": "connected notice calls"},
    "ATTEMPT": {"zh": "未接通拨打", "en": "unanswered calls"},
}
TO: dict[str, dict[Lang, str]] = {
    "INTERACTIVE": {"zh": "债务人", "en": "debtor"},
    "NOTICE": {"zh": "债务人", "en": "debtor"},
    "ATTEMPT": {"zh": "号码", "en": "number"},
}
"""What each counter counts by."""
SHOWN = 5
"""How many days are told one by one."""


def current(session: Session, allegation_id: int) -> ContactTable | None:
    """The table that stands with a finding now."""
    if (known := at_hand(session, ContactTable, "allegation_id", allegation_id)) is not None:
        return next((each for each in known if each.replaced_at is None), None)
    mine = select(ContactTable).where(ContactTable.allegation_id == allegation_id, ContactTable.replaced_at.is_(None))
    return session.scalar(mine)


def over(it: ContactTable) -> list[dict[str, Any]]:
    """The days on which more were made than allowed."""
    return [day for day in it.content["days"] if sum(day["counts"]) > it.most]


def sentence(session: Session, it: ContactTable, lang: Lang = "zh") -> str:
    """What the table shows, as papers tell it; whole, so that it can follow a full stop."""
    found = over(it)
    calls, to = CALLS[it.counter][lang], TO[it.counter][lang]
    period, one = (day_text(it.first_on, lang), day_text(it.last_on, lang)), it.first_on == it.last_on
    name = session.get_one(Party, it.institution_id).name(lang)
    if lang == "en":
        whose = "by the company itself" if it.party_id else f"by {name} and its collection firms together"
        on = f"{len(found)} day{'' if len(found) == 1 else 's'}"
        counted = f"Counted on {period[0]}" if one else f"Counted from {period[0]} to {period[1]}"
        begin = f"{counted}, there were on {on} more than {it.most} {calls} "
        return f"{begin}a day to one {to} {whose}{_days(it, found, lang)}; the counts day by day are in the evidence."
    whose = "该单位自行拨打" if it.party_id else f"{name}及其委托的催收机构合并计算"
    begin = f"按日统计{period[0] if one else '至'.join(period)}的联系记录，{whose}，"
    if not found:
        return f"{begin}未发现每日对同一{to}的{calls}超过{it.most}次。"
    return (
        f"{begin}共有{len(found)}日对同一{to}的{calls}超过每日{it.most}次{_days(it, found, lang)}；"
        "按日统计表列入证据清单。"
    )


def _days(it: ContactTable, found: list[dict[str, Any]], lang: Lang) -> str:
    if not found:
        return ""
    told = [_day(it, day, lang) for day in found[:SHOWN]]
    if lang == "en":
        return f" ({'; '.join(told)}{'; and others' if len(found) > SHOWN else ''})"
    return f"（{'；'.join(told)}{'等' if len(found) > SHOWN else ''}）"


def _day(it: ContactTable, day: dict[str, Any], lang: Lang) -> str:
    total, on = sum(day["counts"]), day_text(date.fromisoformat(day["day"]), lang)
    names = [each[lang] or each["zh"] for each in it.content["parties"]]
    parts = [(name, count) for name, count in zip(names, day["counts"], strict=True) if count]
    if lang == "en":
        split = "" if len(parts) == 1 else f" ({', '.join(f'{name} {count}' for name, count in parts)})"
        return f"{on}: {total}{split}"
    split = "" if len(parts) == 1 else f"（{'、'.join(f'{name}{count}次' for name, count in parts)}）"
    return f"{on}{total}次{split}"


def file_of(content: dict[str, Any], table: Table) -> bytes:
    """The table as a file that spreadsheets read right, and run nothing of."""
    names, to = [each["zh"] for each in content["parties"]], TO[table.counter]["zh"]
    lines: list[list[str | int]] = [
        [f"每日{CALLS[table.counter]['zh']}次数（北京时间自然日，上限每日{table.most}次）"],
        ["日期", to, *names, "合计", "是否超过上限"],
    ]
    for day in content["days"]:
        total = sum(day["counts"])
        told = "超过" if total > table.most else ""
        lines.append([day["day"], f"{to}{day['debtor']}", *day["counts"], total, told])
    return "".join(map(csv_line, lines)).encode("utf-8-sig")
