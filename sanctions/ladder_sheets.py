"""The ladder as documents show it: the sheet with each factor, its points and source, and what others got."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

from notices.papers import Lang, day_text
from notices.sentences import Pair, joined_up, listed, say
from registry.models import VIA_PRINCIPAL
from sanctions.ladder import Suggestion
from sanctions.ladder_departures import departure
from sanctions.ladder_factors import BEFORE_FILING, BEFORE_NOTICE, ENGLISH, FACTORS
from sanctions.ladder_history import Earlier, Similar
from sanctions.ladder_scores import Part
from sanctions.levels import LEVELS, label
from sanctions.models_decisions import Proposal

WHEN = {BEFORE_FILING: "（立案前）", BEFORE_NOTICE: "（事先告知前）"}
WHEN_EN = {BEFORE_FILING: " (before the case was opened)", BEFORE_NOTICE: " (before the advance notice)"}
OF_PREDECESSOR: Pair = ("{name}（承继前单位）", "{name} (the predecessor): ")
BEFORE: Pair = (
    "{whose}{ref}号案件决定，{day}生效，采取{measures}",
    "{whose}decision in case {ref}, in effect since {day}: {measures}",
)
AS_VARIED: Pair = (
    "{whose}{ref}号案件决定，{day}生效，经复核变更后采取{measures}",
    "{whose}decision in case {ref}, in effect since {day}, and since a review: {measures}",
)
OWN_ENTRY = "审理人员认定"
OUTSIDE: Pair = ("行为发生之日没有约束依据", "on nothing that bound it on the day of the conduct")
NO_MEASURE = "不采取措施"
DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
SEVERITY: Final = re.compile(r"\bS([1-5])\b")


def kept(proposal: Proposal | None) -> Suggestion | None:
    """The sheet as it was when the measures were proposed."""
    return Suggestion.from_json(proposal.score) if proposal is not None and proposal.score else None


def labels(measures: Iterable[int]) -> str:
    """The measures as the ladder calls them, such as L1+L2."""
    return "+".join(label(level) for level in sorted(measures)) or NO_MEASURE


def in_words(measures: Iterable[int]) -> str:
    """The measures by their names, as documents use them."""
    return "、".join(LEVELS[level].zh for level in sorted(measures)) or NO_MEASURE


def said(text: str, lang: Lang = "zh") -> str:
    """What a part was read from, with days, degrees and brackets as an official text writes them."""
    if text == VIA_PRINCIPAL:
        return OUTSIDE[lang == "en"]
    if lang == "en":
        text = DAY.sub(lambda found: day_text(date.fromisoformat(found[0]), "en"), text)
        return SEVERITY.sub(r"severity \1", text).replace(" – ", " to ").replace("、", ", ")
    text = DAY.sub(lambda found: day_text(date.fromisoformat(found[0]), "zh"), text)
    text = SEVERITY.sub(r"严重程度\1级", text).replace(" – ", "至").replace(" → ", "，按")
    return text.replace(" (", "（").replace(")", "）").replace(": ", "：")


def named(part: Part) -> str:
    """The name of a factor in documents."""
    return f"{FACTORS[part.name].zh}{WHEN.get(part.answer, '')}"


def source(part: Part) -> str:
    """Where a part was read, with what was said about it."""
    read = said(part.source) or (OWN_ENTRY if part.judged else "—")
    return f"{read}；{part.reason}" if part.reason else read


def rows(found: Suggestion) -> list[tuple[str, str, str]]:
    """The sheet as a table: factor, source, points; the sum and the band at the end."""
    if not found.parts:
        return []
    lines = [(named(part), source(part), f"{part.points:+d}" if part.points else "—") for part in found.parts]
    return [*lines, ("合计", f"建议：{in_words(found.band)}", str(found.score))]


def lines(found: Suggestion) -> list[str]:
    """The sheet as a list, for the investigation report."""
    return [
        f"{name}：{points}，{read}" if "（" in read else f"{name}：{points}（{read}）"
        for name, read, points in rows(found)
    ]


def similar_rows(found: Iterable[Similar], measures: Iterable[int]) -> list[tuple[str, str, str, str, str]]:
    """Similar decisions as a table: number, codes, score, measures, and how far these measures depart from them."""
    return [
        (each.ref, "、".join(each.codes), str(each.score), in_words(each.measures), _apart(each, list(measures)))
        for each in found
    ]


def _apart(each: Similar, measures: list[int]) -> str:
    more, less = each.apart(measures)
    differs = [f"{word}{in_words(levels)}" for word, levels in (("另采取", more), ("未采取", less)) if levels]
    return "，".join(differs) or "一致"


def values(proposal: Proposal | None, decided: Iterable[int]) -> dict[str, Any]:
    """What the record of deliberation shows of the ladder; empty if nothing was scored."""
    found, measures = kept(proposal), list(decided)
    if found is None or proposal is None:
        return {"ladder": [], "departure": "", "similar": []}
    apart = departure(found.band, measures)
    proposed = departure(found.band, proposal.measures)
    notes = []
    if proposed and found.departure:
        both = f"拟采取的措施（{in_words(proposal.measures)}）与阶梯建议（{in_words(found.band)}）"
        notes.append(f"{both}不一致的理由：{found.departure}")
    if apart and sorted(measures) != sorted(proposal.measures):
        notes.append(f"审议结果（{in_words(measures)}）与阶梯建议不一致的理由见“理由”部分。")
    return {
        "ladder": rows(found),
        "departure": "\n".join(notes),
        "similar": similar_rows(found.similar, measures),
    }


def weighed(
    found: Suggestion | None, *, mitigating: bool, lang: Lang = "zh", now: Sequence[Earlier] | None = None
) -> list[str]:
    """The circumstances that aggravate, or those that mitigate, as a respondent reads them: without points.

    `now` are the earlier decisions that still stand: a circumstance that rests on others alone is none any more.
    """
    parts = found.parts if found is not None else []
    every = found.history if found is not None else []
    before = every if now is None else now
    mine = [part for part in parts if _is_circumstance(part) and (part.points < 0) is mitigating]
    mine = [part for part in mine if _cites(part, before) or not _cites(part, every)]
    tell = _circumstance if lang == "zh" else _circumstance_en
    return [tell(part, before) for part in mine]


def _cites(part: Part, counted: Iterable[Earlier]) -> bool:
    return any(f"{each.ref} (" in part.source for each in counted)


def history(counted: Iterable[Earlier], lang: Lang = "zh") -> str:
    """Earlier measures as a party's counsel names them: the decision, when it took effect, what it ordered."""
    return joined_up((_before(each, lang) for each in counted), lang)


def told_before(counted: Iterable[Earlier]) -> list[tuple[str, str]]:
    """What a decision says of each earlier measure: the whole, and the part after the number of its case."""
    every = [(each.ref, _before(each, "zh")) for each in counted]
    return [(told, told.partition(ref)[2]) for ref, told in every]


def _before(each: Earlier, lang: Lang) -> str:
    ordered = listed((LEVELS[level].name(lang) for level in each.measures), lang)
    whose = say(OF_PREDECESSOR, lang, name=each.of) if each.of else ""
    return say(
        AS_VARIED if each.varied else BEFORE,
        lang,
        whose=whose,
        ref=each.ref,
        day=day_text(each.since, lang),
        measures=ordered,
    )


def _circumstance_en(part: Part, counted: Iterable[Earlier]) -> str:
    name = ENGLISH[part.name]
    before = history((each for each in counted if f"{each.ref} (" in part.source), "en") or said(part.source, "en")
    text = {
        "A1": f"{name}: {part.answer}",
        "A2": f"{name} ({said(part.source, 'en')})",
        "A3": f"{name} ({before})",
        "A10": f"{name}: {part.answer}",
        "repeat": f"{name} ({before})",
    }.get(part.name, f"{name}{WHEN_EN.get(part.answer, '')}")
    reason = part.reason.rstrip("。．.；; ")
    return f"{text} ({reason})" if reason else text


def _circumstance(part: Part, counted: Iterable[Earlier]) -> str:
    name = FACTORS[part.name].zh
    before = history(each for each in counted if f"{each.ref} (" in part.source) or part.source
    text = {
        "A1": f"{name}为{part.answer}人",
        "A2": f"{name}（{said(part.source)}）",
        "A3": f"{name}（{before}）",
        "A10": f"{name}为{part.answer}次",
        "repeat": f"{name}（{before}）",
    }.get(part.name, f"{name}{WHEN.get(part.answer, '')}")
    reason = part.reason.rstrip("。．.；; ")
    return f"{text}（{reason}）" if reason else text


def _is_circumstance(part: Part) -> bool:
    """Whether a part aggravates or mitigates; the breach itself and limits of the ladder do not."""
    return (part.name[0] in "AM" and bool(part.points)) or part.name in {"raised", "repeat"}
