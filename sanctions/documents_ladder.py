"""What the investigation report says of the ladder: the score by what was found, before anything is judged."""

from collections.abc import Iterable

from casework import circumstances
from casework.models_cases import CaseTrack
from core.machine import Ask
from sanctions import ladder_sheets
from sanctions.ladder import suggest

BEFORE = "下列评分仅依据已认定事实计算，供审理参考；须作判断的情节由审理人员认定。"


@circumstances.told_by
def sheet_of_report(ask: Ask) -> Iterable[str]:
    """Each factor with its points and its source."""
    track: CaseTrack = ask.it
    found = suggest(ask.session, track)
    return [BEFORE, *ladder_sheets.lines(found)] if found.parts else []
