"""Half sentences and lists that documents about a case share: standing, conduct, allegations, provisions, people."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import contact_papers, masking, personal_strings
from casework import policies_tracks as policies
from casework.models import Forwarding
from casework.models_cases import Allegation, CaseFile, CaseTrack, Evidence
from notices.papers import Lang, day_text, period_text
from notices.sentences import Pair, say
from registry import lineage
from registry.clock_hooks import HOOKS
from registry.models import BasisKind, Party
from registry.models_accounts import Account
from registry.models_rulebook import Violation

SYSTEM_NAME = "系统"
SOURCES = {
    "COMPLAINT": "投诉",
    "INSPECTION": "自律检查和日常监测",
    "REGULATOR": "监管部门移交",
    "MEDIA": "媒体报道",
    "PEER": "同业举报",
}
SOURCES_EN = {
    "COMPLAINT": "complaints received",
    "INSPECTION": "inspection and monitoring",
    "REGULATOR": "a referral by the regulator",
    "MEDIA": "media reports",
    "PEER": "a report by a peer",
}
STANDING: dict[str, Pair] = {
    BasisKind.MEMBERSHIP: ("于行为发生时为本协会会员", "were a member of the Association at the time of the conduct"),
    BasisKind.SIGNATORY: (
        "于行为发生时为本协会自律公约的签署单位",
        "had signed the Association's self-discipline convention at the time of the conduct",
    ),
    BasisKind.UNDERTAKING: (
        "于行为发生时已书面承诺接受本协会自律规则约束",
        "had undertaken in writing to be bound by the Association's self-discipline rules at the time of the conduct",
    ),
}
OUTSIDE: Pair = (
    "于行为发生时未加入本协会，亦未签署公约或者作出承诺",
    "had neither joined the Association nor signed its convention or an undertaking at the time of the conduct",
)
UNTIL: Pair = ("（限于{day}及以前的行为）", " (as far as it lies on or before {day})")
SUCCEEDED: Pair = (
    "承继{name}的权利和义务，本案所涉行为由{name}实施，该单位{bound}",
    "have succeeded to the rights and duties of {name}, whose conduct this case is about and which {bound}",
)
BEFORE_IT: Pair = (
    "你单位承继{name}的权利和义务；本文书所述承继之前的事项，系就该单位而言。",
    (
        "You have succeeded to the rights and duties of {name}; what this document says of the time before that "
        "concerns that company."
    ),
)
FINDINGS = {"ESTABLISHED": "成立", "NOT_ESTABLISHED": "不成立", "UNPROVEN": "未能查实"}
GIVERS = {"COMPLAINANT": "投诉人提供", "STAFF": "本协会收集", "RESPONDENT": "当事单位提供"}
GIVEN_BY = {
    "COMPLAINANT": "given by the complainant",
    "STAFF": "collected by the Association",
    "RESPONDENT": "given by the company",
}
FORMS: dict[str, Pair] = {
    "image": ("图片", "picture"),
    "audio": ("录音", "recording"),
    "video": ("录像", "video recording"),
}
FILE: Pair = ("电子文件", "electronic file")


def conduct_period(case: CaseFile, lang: Lang = "zh") -> str:
    """From when to when the conduct took place."""
    first, last = case.conduct_from or case.conduct_to, case.conduct_to or case.conduct_from
    if first is None or last is None:
        return "具体时间待查明" if lang == "zh" else "dates to be established"
    if first == last:
        return day_text(first, lang)
    return f"{day_text(first, lang)}{'至' if lang == 'zh' else ' to '}{day_text(last, lang)}"


def standing(session: Session, track: CaseTrack, lang: Lang = "zh") -> str:
    """Why the rules bound the company, or the one whose conduct it answers for as a successor, as half a sentence."""
    bound = say(STANDING.get(track.basis, OUTSIDE), lang)
    if track.basis in STANDING and (until := policies.bound_until(session, track)) is not None:
        bound += say(UNTIL, lang, day=day_text(until, lang))
    name = _acted(session, track, lang)
    return say(SUCCEEDED, lang, name=name, bound=bound.replace("were a member", "was a member")) if name else bound


def _acted(session: Session, track: CaseTrack, lang: Lang) -> str:
    """Whose conduct a successor answers for, by the name it had then; empty if the conduct is the company's own."""
    acted = policies.acted(session, track)
    if acted is None:
        return ""
    day = policies.conduct_day(track.case)
    return lineage.name_on(session, session.get_one(Party, acted), day, lang)


def succession(session: Session, track: CaseTrack, lang: Lang) -> str:
    """For a successor: that what was decided and done before concerns the company it succeeds; otherwise empty."""
    name = _acted(session, track, lang)
    return say(BEFORE_IT, lang, name=name) if name else ""


def forwarded_before(session: Session, forwarding: Forwarding, lang: Lang) -> str:
    """For a forwarding that was passed on: whom the successor answers for, as it was called when the complaint came."""
    had = lineage.acted(session, lineage.FORWARDED, forwarding.id)
    if had is None:
        return ""
    day = forwarding.complaint.received_on
    return say(BEFORE_IT, lang, name=lineage.name_on(session, session.get_one(Party, had), day, lang))


def occasion(case: CaseFile, lang: Lang) -> str:
    """What kind of source the lead came from; a company is not told which complaints."""
    return (SOURCES if lang == "zh" else SOURCES_EN)[case.source]


def source(case: CaseFile) -> str:
    """Where the lead came from, for internal documents; complaints by their numbers."""
    if case.complaints:
        return f"投诉（{'、'.join(each.ref for each in case.complaints)}）"
    return occasion(case, "zh")


def violation_names(session: Session, codes: Iterable[str], lang: Lang = "zh") -> list[str]:
    """The names of kinds of violations, without their codes, which are internal and stand in nothing that leaves."""
    wanted = list(codes)
    known = {each.code: each for each in session.scalars(select(Violation).where(Violation.code.in_(wanted)))}
    return [known[code].name(lang) for code in wanted]


def coded_names(session: Session, codes: Iterable[str], lang: Lang = "zh") -> list[str]:
    """The names of kinds of violations with their codes, for internal forms and pages."""
    wanted = list(codes)
    beside = "{}（{}）" if lang == "zh" else "{} ({})"
    return [
        beside.format(name, code) for name, code in zip(violation_names(session, wanted, lang), wanted, strict=True)
    ]


def allegations(session: Session, found: Iterable[Allegation], lang: Lang = "zh") -> list[str]:
    """One sentence for each allegation: kind and facts."""
    several = list(found)
    names = violation_names(session, [each.code for each in several], lang)
    colon = "：" if lang == "zh" else ": "
    return [f"{name}{colon}{told(session, each, lang)}" for name, each in zip(names, several, strict=True)]


def lines(sentences: Iterable[str], lang: Lang) -> str:
    """Sentences without a full stop, one a line; the full stop of the last one is in the wording."""
    return ("。\n" if lang == "zh" else ".\n").join(map(bare, sentences))


def told(session: Session, allegation: Allegation, lang: Lang = "zh") -> str:
    """The facts of an allegation, and what the daily counts show if a table of them is attached to the finding."""
    facts, table = bare(allegation.facts), contact_papers.current(session, allegation.id)
    if table is None:
        return facts
    return f"{facts}{'。' if lang == 'zh' else '. '}{bare(contact_papers.sentence(session, table, lang))}"


def bare(text: str) -> str:
    """A sentence without its full stop."""
    return text.strip().rstrip("。；;. ")


def quoted(text: str, lang: Lang) -> str:
    """What somebody wrote, as a sentence of a document; in English it brings its own full stop."""
    return text.strip() if lang == "zh" else bare(text)


def provisions(session: Session, track: CaseTrack, lang: Lang = "zh") -> list[str]:
    """The provisions breached, as they are cited."""
    return [each.cited(lang) for each in policies.provisions(session, track)]


def listed_evidence(session: Session, track: CaseTrack, found: Sequence[Evidence], lang: Lang = "zh") -> list[str]:
    """Evidence as a letter lists it: without the names of people in what staff noted, and without file names."""
    hide = masking.masker(personal_strings.of_case(session, track.case_id))
    return [_listed(place, each, hide(each.shows or ""), lang) for place, each in enumerate(found, 1)]


def _listed(place: int, evidence: Evidence, shows: str, lang: Lang) -> str:
    if lang == "en":
        shown = f", showing: {bare(shows)}" if shows else ""
        return f"Exhibit {place}: {form(evidence, lang)} {GIVEN_BY[evidence.given_by]}{shown}"
    shown = f"，证明{bare(shows)}" if shows else ""
    return f"证据{place}：{GIVERS[evidence.given_by]}的{form(evidence)}{shown}"


def form(evidence: Evidence, lang: Lang = "zh") -> str:
    """What kind of evidence it is."""
    return say(FORMS.get(evidence.media_type.partition("/")[0], FILE), lang)


def cited(track: CaseTrack) -> list[Evidence]:
    """The evidence cited by findings of this track, each piece once."""
    found = {each.id: each for allegation in track.allegations for each in allegation.evidence}
    return [found[number] for number in sorted(found)]


def evidence_lines(session: Session, track: CaseTrack, lang: Lang = "zh") -> list[str]:
    """The evidence that findings of this track cite, as a letter lists it."""
    return listed_evidence(session, track, cited(track), lang)


def name(session: Session, account_id: int | None) -> str:
    """Who somebody is; without an account it is the system."""
    account = session.get(Account, account_id) if account_id else None
    return account.name if account else SYSTEM_NAME


def names(session: Session, account_ids: Iterable[int]) -> list[str]:
    """Who several people are, in that order."""
    return [name(session, each) for each in account_ids]


def length(session: Session, key: str, lang: Lang = "zh") -> str:
    """How long a clock of this kind runs, by the settings of today."""
    terms = HOOKS.terms(session, key)
    return period_text(terms.length, terms.unit, lang)


def again(session: Session, key: str) -> int:
    """How long a clock of this kind runs when it starts anew after a failure, by the settings of today."""
    terms = HOOKS.terms(session, key)
    return terms.again or terms.length


def established(track: CaseTrack) -> list[Allegation]:
    """The allegations that were found established."""
    return [each for each in track.allegations if each.finding == "ESTABLISHED"]


UNSIGNED = "被询问人拒绝签名，理由："


def checked(*, corrected: bool, refused: bool = False) -> str:
    """What a signer says of a record: right, or right but for the corrections; empty if the signature was refused."""
    if refused:
        return ""
    return "以上记录经本人核对，除所列更正意见外，其余无误。" if corrected else "以上记录经本人核对无误。"
