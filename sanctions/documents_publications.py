"""What circulars, bulletins, corrections and notices of withdrawal say, and whom they reach."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import partial
from typing import Any, Final

from sqlalchemy.orm import Session

from casework import clauses, documents_cases
from core.clock import day_of
from core.machine import Ask
from core.tongues import strange
from notices.documents import urgency_from
from notices.making import Draft, makes
from notices.papers import Lang, day_text
from notices.sentences import Pair, say
from registry import lineage
from registry.models import Party
from sanctions import policies_publications as policies
from sanctions import policies_reviews, served, terms, versions
from sanctions.levels import BY_NAME, LEVELS
from sanctions.models_decisions import Decision
from sanctions.models_publications import Publication, PublicationText

TO: dict[str, Pair] = {"MEMBERS": ("各会员单位", "All members"), "PUBLIC": ("社会公众", "The public")}
DISTRIBUTION: dict[str, Pair] = {
    "MEMBERS": ("此件仅供会员单位内部使用", "For members only"),
    "PUBLIC": ("此件公开发布", "For publication"),
}
CHANGED: Pair = (
    "据以公布的决定已被撤销或者变更",
    "the decision on which it rested has been quashed or varied",
)
RESTORED: Pair = (
    "当事单位恢复复核申请期限，决定暂不生效",
    "the time for asking for a review of the decision runs again, and the decision is not in effect yet",
)
OURS: Final = {each[0]: each for each in (CHANGED, RESTORED)}
"""Why something is withdrawn where nobody gave a reason of his own."""
IN_CHINESE = "(in Chinese)"
"""After a reason that the English edition gives as it was written."""
REVIEWED: dict[str, Pair] = {
    "upheld": (
        "上述决定经复核维持，复核决定为{number}（{day}）。决定书关于生效和复核的表述系作出决定时所写，其效力以复核决定为准。",
        (
            "The decision was upheld on review by {number} of {day}. What its text says of its effect and of a review "
            "was written when it was made; the review decision settles it."
        ),
    ),
    "varied": (
        "上述决定系经复核变更的决定，复核决定为{number}（{day}）。",
        "The decision stands as varied on review by {number} of {day}.",
    ),
}
"""By which review the published decision stands."""
NOT_AGAIN: Pair = ("（不宜公布的内容，不再重复）", "(what may not be published is not repeated here)")
"""A notice that something is left out does not say it once more."""


@urgency_from("publication")
def is_urgent(session: Session, number: int) -> bool:
    """Whether the case whose measure is made public is urgent."""
    return documents_cases.is_urgent(session, session.get_one(Publication, number).track_id)


def _paper(ask: Ask, values: Callable[[Lang], Mapping[str, Any]]) -> Draft:
    """A document of a publication with its English edition; one that is for members goes to every member.

    The text of the decision is not translated: nobody redacted a translation, and only the Chinese text was served.
    """
    scope = ask.it.scope
    english = Draft(values=values("en"), to=say(TO[scope], "en"))
    then = partial(versions.stands, ask)
    return Draft(values=values("zh"), to=say(TO[scope], "zh"), members=scope == "MEMBERS", then=then, english=english)


def _called(ask: Ask, publication: Publication, said: str, lang: Lang) -> str:
    """The company as the Chinese text names it; in English by its English name of that time, if it had one."""
    if lang == "zh":
        return said
    party = ask.session.get_one(Party, publication.party_id)
    day = day_of(publication.published_at) if publication.published_at else ask.on
    return lineage.english_on(ask.session, party, said, day)


def _values(ask: Ask, publication: Publication, text: PublicationText, lang: Lang) -> dict[str, Any]:
    said, level = text.summary, publication.level
    decision = ask.session.get_one(Decision, publication.decision_id)
    return {
        "decision_number": said["decision_number"],
        "decision_date": day_text(date.fromisoformat(said["decision_date"]), lang),
        "respondent": _called(ask, publication, said["respondent"], lang),
        "uscc": said["uscc"],
        "violations": clauses.violation_names(ask.session, publication.codes, lang),
        "provisions": served.provisions(ask.session, publication.track, lang),
        "measures": [
            LEVELS[BY_NAME[each]].name(lang) if each in BY_NAME else each for each in said["measures"].split("、")
        ],
        "effective_on": day_text(decision.effective_on, lang) if decision.effective_on else "",
        "decision_text": text.body,
        "shown_period": terms.shown_for(ask.session, level, terms.of_level(decision.terms, level), lang),
        "review_note": _reviewed(policies_reviews.told_of(ask.session, decision), lang),
    }


@makes("publication", "D23e", "D23f")
def made_known(ask: Ask) -> Iterator[Draft]:
    """To members or the public: who was criticised for what, and the decision without what may not be published."""
    publication: Publication = ask.it
    text = policies.text_now(publication)
    if text is not None:
        yield _paper(ask, partial(_values, ask, publication, text))


def _reviewed(told: Mapping[str, str], lang: Lang) -> str:
    return (" " if lang == "en" else "").join(
        say(words, lang, number=told[f"{how}_number"], day=day_text(date.fromisoformat(told[f"{how}_on"]), lang))
        for how, words in REVIEWED.items()
        if told.get(f"{how}_number")
    )


def _about(ask: Ask, lang: Lang) -> dict[str, str]:
    publication: Publication = ask.it
    first = next((each for each in publication.texts if "number" in each.summary), None)
    published, title = publication.published_at, first.title if first else publication.slug
    if lang == "en":
        papers = (each.frozen for each in versions.papers(ask, publication))
        title = next((each.translation.title for each in papers if each.translation is not None), title)
    return {
        "distribution": say(DISTRIBUTION[publication.scope], lang),
        "publication_number": first.summary["number"] if first else publication.slug,
        "published_on": day_text(day_of(published), lang) if published else "",
        "publication_title": title,
        "uscc": first.summary.get("uscc", "") if first else "",
    }


@makes("publication", "D36a")
def correction(ask: Ask) -> Iterator[Draft]:
    """What was wrong, what is right, and why; then the whole text as it stands now, verified like the first."""
    publication: Publication = ask.it
    said, reason = ask.facts["correction"]
    text = policies.text_now(publication)
    since = ask.session.get_one(Decision, publication.decision_id).effective_on
    values = {"right_text": said["right"], "corrected_text": text.body if text else said["right"]}

    def wrong(lang: Lang) -> str:
        return say(NOT_AGAIN, lang) if "left_out_for" in said else said["wrong"]

    yield _paper(
        ask,
        lambda lang: {
            **_about(ask, lang),
            **values,
            "reason": _marked(reason, lang),
            "wrong_text": wrong(lang),
            "effective_on": day_text(since, lang) if since else "",
        },
    )


def why_withdrawn(because: str, lang: Lang) -> str:
    """Why it is withdrawn: our own reasons in either language, somebody's words as they were written."""
    return say(OURS[because], lang) if because in OURS else _marked(because, lang)


def _marked(reason: str, lang: Lang) -> str:
    return f"{reason} {IN_CHINESE}" if lang == "en" and strange(reason, "en") else reason


@makes("publication", "D36b")
def withdrawal(ask: Ask) -> Iterator[Draft]:
    """That it is withdrawn, and why."""
    because = ask.it.withdrawn_because or ""
    yield _paper(
        ask,
        lambda lang: {
            **_about(ask, lang),
            "reason": why_withdrawn(because, lang),
            "shown_period": clauses.length(ask.session, "K33", lang),
        },
    )
