"""What the adjudication unit does without a measure: returns a report, reminds, writes to a firm's principal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from casework import tasks
from casework.holds import same
from casework.models_cases import CaseTrack
from casework.states import TRACK
from core.actors import Actor
from core.machine import Ask
from core.words import _l
from notices import dossiers
from registry.models import Party
from registry.models_accounts import Account
from sanctions import ladder
from sanctions.ladder_scores import Judged

RETURNED = "report_returned"
tasks.KINDS[RETURNED] = _l("The report of an investigation came back: read what is asked and file it anew, %(ref)s.")


@dataclass(frozen=True)
class ToPrincipal:
    """What is written to the institution for which a firm outside the rules collected."""

    principal: Party | None
    duties: Sequence[str]
    reports: Sequence[str]
    report_by: date | None = None


DUTIES = (
    "对受托机构的催收行为进行管理和监督，发现违规的，督促其立即停止并予以纠正",
    "核查委托合同中有关合规、个人信息保护和投诉处理的约定，并据以处理",
    "评估受托机构的合规能力，据以调整委托范围或者终止委托",
)
REPORTS = ("对上述情况的核查结果", "已经采取和拟采取的措施及完成时间")
"""What a letter to a principal usually asks for; the adjudication unit changes it as needed."""


def return_report(
    session: Session,
    track: CaseTrack,
    *,
    gaps: Sequence[str],
    actor: Actor,
    version: int | None,
    now: datetime,
) -> None:
    """Send the report back to the investigator, once, with what is missing (row S13)."""
    same(track, version)
    facts = {"gaps": _written(gaps), "again": True, "journal": {"gaps": len(_written(gaps))}}
    dossiers.move(Ask(session, track, actor, facts, now), TRACK, "return_report")


def remind(  # noqa: PLR0913 - each value is named
    session: Session,
    track: CaseTrack,
    *,
    attention: Sequence[str],
    reasons: str,
    approved_by: Account | None,
    actor: Actor,
    version: int | None,
    now: datetime,
    lessons: str = "",
    judged: Mapping[str, Judged] | None = None,
) -> None:
    """Close the track with a reminder, which is no finding and no measure (row S47)."""
    same(track, version)
    found = ladder.suggest(session, track, judged)
    facts = {
        **_closing(reasons, approved_by, lessons),
        "attention": _written(attention),
        "suggestion": found,
        "judged": dict(judged or {}),
        "journal": {"score": found.to_json(), "approved_by": approved_by.id if approved_by else None},
    }
    dossiers.move(Ask(session, track, actor, facts, now), TRACK, "propose_reminder")


def write_to_principal(  # noqa: PLR0913
    session: Session,
    track: CaseTrack,
    letter: ToPrincipal,
    *,
    reasons: str,
    approved_by: Account | None,
    actor: Actor,
    version: int | None,
    now: datetime,
    lessons: str = "",
) -> None:
    """Close the track of a firm outside the rules: tell its principal, and invite the firm to sign (row S48)."""
    same(track, version)
    facts = {
        **_closing(reasons, approved_by, lessons),
        "principal": letter.principal,
        "duties": _written(letter.duties),
        "reports": _written(letter.reports),
        "report_by": letter.report_by,
        "journal": {
            "principal": letter.principal.id if letter.principal else None,
            "approved_by": approved_by.id if approved_by else None,
        },
    }
    dossiers.move(Ask(session, track, actor, facts, now), TRACK, "write_to_principal")


def _closing(reasons: str, approved_by: Account | None, lessons: str) -> dict[str, Any]:
    return {"reasons": reasons, "approved_by": approved_by, "lessons": lessons.strip()}


def _written(points: Sequence[str]) -> list[str]:
    return [each.strip() for each in points if each.strip()]


@TRACK.effect("S13")
def note_return(ask: Ask) -> None:
    """Keep what is missing; the next report is checked like the first."""
    ask.it.returned_on, ask.it.gaps = ask.on, "\n".join(ask.facts["gaps"])


@TRACK.effect("S13", "S58")
def tell_of_return(ask: Ask) -> None:
    """Tell the investigator, who waits for nothing after the report."""
    key = f"{RETURNED}:{ask.it.id}:{ask.now.isoformat()}"
    tasks.put(ask.session, RETURNED, tasks.about(ask), role="investigator", now=ask.now, key=key)


@TRACK.effect("S12", *(row.id for row in TRACK.rows.values() if row.target in TRACK.ends))
def told_no_more(ask: Ask) -> None:
    """Close that task: there is another report, or the matter ended without one."""
    tasks.settle(ask.session, ("track", ask.it.id), (RETURNED,), actor=ask.actor, now=ask.now)


@TRACK.effect("S47", "S48", last=True)
def note_end(ask: Ask) -> None:
    """Keep who checked, why no measure was taken, and that it ended today."""
    ask.it.reviewer_id, ask.it.reasons, ask.it.ended_on = ask.actor.id, ask.facts["reasons"].strip(), ask.on
