"""The people whom the field of a name names: often two, with a title, turned round, or with who writes for whom."""

import re
from collections.abc import Iterator
from typing import Final

_HAN: Final = r"〇\u3400-\u9fff\U00020000-\U000323af·•‧・∙⋅"
_LIST: Final = r"[、；;/／|｜&＆+＋()（）\[\]【】《》<>“”\"：:\n\r\t]+"
_ENGLISH_LIST: Final = re.compile(rf"{_LIST}|\s+(?:and|or|for|c/o)\s+", re.IGNORECASE)
_RUN: Final = re.compile(rf"[{_HAN}\s]*[{_HAN}][{_HAN}\s]*|[^{_HAN}]+")
"""What is written in Chinese, and what is not."""
_AND: Final = "和及与跟同暨"
_BEFORE: Final = (
    "投诉人|代理人|借款人|担保人|联系人|委托人|受托人|法定代表人|负责人|本人|姓名|我叫|我是|母亲|父亲|妈妈|爸爸|妻子|丈夫"
    "|老公|老婆|儿子|女儿|配偶|哥哥|姐姐|弟弟|妹妹|亲属|家属|朋友|同事"
)
_AFTER: Final = (
    "先生|女士|小姐|夫人|太太|老师|同志|阿姨|叔叔|师傅|医生|律师|副?总经理|董事长|副?总裁|总监|主任|经理|本人|夫妇|夫妻|等人|一家"
    "|代为投诉|代投诉|代办|代填|代写|代理|代|等"
)
_ABOUT: Final = re.compile(rf"^(?:{_BEFORE})|(?:{_AFTER})$")
_TITLE: Final = re.compile(r"(?:mrs?|ms|mx|miss|mister|madam|sir|dr|prof(?:essor)?)\.?", re.IGNORECASE)
TITLES: Final = ("Mr", "Mrs", "Ms", "Miss", "Dr")
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_LEAST: Final = 2
_LONG: Final = 3
_COMMON: Final = """
    and any are art bank bill black brown call can case chance day dean del der don even faith for grace grant gray
    green grey hall han has her hill him his hope how hunt joy june king lane law long love man mark may new not note
    one our out page park pat price rich rob rose sad say see she shy sky son song sue sun the they today too two von
    van wan was way west white who why will win wise with wood yes you young
"""
"""Words that are names as well: alone, they are hidden after a title only."""


def people(field: str) -> list[str]:
    """The whole names in what was typed as a name, each as texts may have it; a number or address is none."""
    if not _is_name(field):
        return [field]
    found = list(dict.fromkeys(name for run in _runs(field) for name in _of_run(run)))
    return found or [field]


def called(field: str) -> list[str]:
    """By what else texts may call these people: parts of names in letters, also after a title."""
    alone, after = words(field)
    titled = [*after, *people(field)] if after else []
    return [*(f"{title} {name}" for title in TITLES for name in titled), *alone]


def words(field: str) -> tuple[list[str], list[str]]:
    """Parts of names in letters by which somebody is called, and those that are names after a title only."""
    if not _is_name(field):
        return [], []
    every = [each for run in _runs(field) if not _is_han(run) for each in _said(run)]
    alone = [each for each in dict.fromkeys(every) if len(each) >= _LONG and each.casefold() not in _COMMON.split()]
    return alone, [each for each in dict.fromkeys(every) if len(each) >= _LEAST and each not in alone]


def _is_name(field: str) -> bool:
    return "@" not in field and not any(each.isdecimal() for each in field)


def _is_han(run: str) -> bool:
    return bool(re.search(rf"[{_HAN}]", run))


def _runs(field: str) -> Iterator[str]:
    for run in _RUN.findall(field):
        if run.strip():
            yield run.strip()


def _of_run(run: str) -> Iterator[str]:
    if _is_han(run):
        yield from _chinese(run)
        return
    for each in _ENGLISH_LIST.split(run):
        parts = [_said(part) for part in re.split("[,，]", each)]
        if len(parts) > 1 and all(len(part) > 1 for part in parts):
            for part in parts:
                yield from _both_ways(part, -1)
        else:
            yield from _both_ways([word for part in parts for word in part], len(parts[0]) if len(parts) > 1 else -1)


def _both_ways(said: list[str], place: int) -> Iterator[str]:
    """A name as it was given, and with what stands from that place on put first."""
    if sum(map(len, said)) >= _LEAST:
        yield " ".join(said)
        yield " ".join([*said[place:], *said[:place]])


def _said(part: str) -> list[str]:
    """The words of a name, without titles and without what stands between names."""
    between = " ".join(each for each in _ENGLISH_LIST.split(part) if each)
    return [each for each in _WORD.findall(between) if not _TITLE.fullmatch(each)]


def _chinese(run: str) -> Iterator[str]:
    pieces = run.split()
    if len(pieces) > 1 and all(len(each) >= _LEAST for each in pieces):
        for each in pieces:
            yield from _chinese(each)
        return
    whole = "".join(pieces)
    for place, sign in enumerate(whole):
        if sign in _AND and place >= _LEAST and len(whole) - place > _LEAST:
            yield from _chinese(whole[:place])
            yield from _chinese(whole[place + 1 :])
            return
    name, before = whole, ""
    while name != before:
        before = name
        shorter = _ABOUT.sub("", name, count=1)
        name = shorter if len(shorter) >= _LEAST or not shorter else name
    if name:
        yield name
