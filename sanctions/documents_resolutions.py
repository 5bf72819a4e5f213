"""What the record of deliberation (D31) says if a panel resolved something other than a decision."""

from typing import Any

from casework import clauses
from core.machine import Ask
from sanctions.levels import LEVELS
from sanctions.models_resolutions import Resolution

HARSHER = "依据告知书未载明的新事实、新证据，重新告知拟采取的自律措施"
RETURN = "将案件退回调查人员补充调查"


def said(ask: Ask) -> dict[str, Any]:
    """The question that was put, how the votes went, and what follows; never who voted how."""
    made: Resolution = ask.facts["resolution"]
    harsher = made.kind == "HARSHER"
    stated = ask.facts["stated"]
    body = [each for each in made.body.splitlines() if each.strip()]
    return {
        "points": [
            *clauses.allegations(ask.session, ask.it.allegations),
            f"当事单位提交的{stated}份陈述、申辩意见" if stated else "当事单位未提交陈述、申辩意见",
            *(f"新查明的事实：{each}" if harsher else f"需要查明的问题：{each}" for each in body),
        ],
        "votes": [(HARSHER if harsher else RETURN, str(made.yes), str(made.no), str(made.abstained))],
        "ladder": [],
        "departure": "",
        "similar": [],
        "reasons": made.reasons,
        "result": _result(ask) if harsher else f"决定{RETURN}。",
    }


def _result(ask: Ask) -> str:
    named = "、".join(LEVELS[level].zh for level in ask.facts["measures"])
    basis = "该决定仅以新事实、新证据为依据，不因当事单位陈述、申辩或者申请听证而作出。"
    return f"决定重新告知拟采取的自律措施：{named}。{basis}"
