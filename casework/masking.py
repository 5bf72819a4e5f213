"""The masked copy of a text: what a respondent may read of a complaint without learning who complains."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from functools import cache, lru_cache
from itertools import accumulate, count
from typing import NamedTuple

from casework.names_apart import (
    DOUBLE,
    FAMILIES,
    LABEL,
    NO_NAME,
    TITLES,
    called,
    is_everyday,
    not_after,
    people,
    syllables,
)
from casework.personal_shapes import PATTERNS, Hide
from core.characters import bare, levelled, unmarked

_IDEOGRAPHS = r"〇\u3400-\u9fff\U00020000-\U000323af"
_DOTS = "·•‧・∙⋅"
_HAN = re.compile(rf"[{_IDEOGRAPHS}]+(?:[{_DOTS}][{_IDEOGRAPHS}]+)*")
_IN_WORD = rf"(?-i:[^\W_{_IDEOGRAPHS}])"
"""Letters and digits except Han, which Python counts as parts of words: a name is next to them without a space.

Without regard to case each of these 80,000 signs would be tried while a pattern is made; none of them has a case.
"""
_WORD = re.compile(r"[^\W_]+")
_BETWEEN = re.compile(r"[\W_]+")
_STEMS = "甲乙丙丁戊己庚辛壬癸"
CALLED = 50
"""The names of so many people are kept prepared: a page masks dozens of texts by the same ones."""
_ENGLISH_ME = r"(?i:\bmy name is|\bi am|\bi['’]m)"
_PARTS = "投诉人|申请人|反映人|举报人|债务人|被催收人|当事人|委托人|代理人|联系人|担保人|借款人|欠款人"
"""What people are called in a letter, in front of their names."""
_SELF = r"(?:(?<![\u4e00-\u9fff])|(?<=[系是为即叫人]))本人"
"""Within a clause it is whom something was done to: 对本人施压, 未经本人许可."""
_INTRODUCED = re.compile(
    r"(?:(?:我叫|名叫|姓名)[ \u3000]?[:：是为]?|(?:联系人|担保人|借款人)(?:姓名)?[ \u3000]?[:：是为叫]"
    rf"|(?:{_PARTS}|{_SELF}(?:名?叫)?)(?:姓名)?[ \u3000]?+(?:[:：]|[(（]?+(?!{NO_NAME}))"
    rf"|(?:此致|敬礼)[\s，,：:！!。]*+(?!{NO_NAME})"
    rf"|{_ENGLISH_ME}|(?i:\b(?:named?|names? (?:is|are)|called|contact(?: person)?|guarantor|borrower|debtor)\b:?"
    r"|\b(?:mrs?|ms|miss)\b\.?))[ \u3000]?"
    rf"(?P<name>(?:{'|'.join(DOUBLE)}|[{FAMILIES}])[\u4e00-\u9fff]{{1,2}})"
    rf"(?:(?![\u4e00-\u9fffA-Za-z0-9])|(?={LABEL}))",
)
"""A name directly after words that introduce it, in either language; any other name in a text is hidden by hand."""
_ME = re.compile(rf"我叫|投诉人|申请人|反映人|举报人|本人|此致|敬礼|{_ENGLISH_ME}")
_LEAST = 2
"""Shorter than this a name is not looked for: it would hide half of the text."""
_AT_HOME = re.compile(r"^\s*(?:\+|00)86(?=[\s-]*1)")
"""What is left out before a mobile number, for it may be typed without."""
_NUMBER = re.compile(r"[+\d\s()-]{7,}")
"""A telephone number given instead of a name."""
_FOR_THE_MAINLAND = re.compile(r"^[\s(]*(?:(?:\+|00)[\s(]*86|86(?=[\s)-]*1[3-9](?:[\s-]*\d){9}\s*$))")
"""Only in front: 0086 within a number is a part of it."""
_FROM_ONE = "①⑴⒈⓵❶➀➊㈠㊀"
"""The first of each row of figures in circles or brackets; the next ones follow it."""
_SPOKEN = {
    figure: said + signs + "".join(chr(ord(first) + figure - 1) for first in _FROM_ONE if figure)
    for figure, (said, signs) in enumerate(
        zip(
            ["零〇○⓪⓿🄀🄋🄌", "一壹幺", "二贰两", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖"],
            ["⁰₀🄁", "¹₁🄂", "²₂🄃", "³₃🄄", "⁴₄🄅", "⁵₅🄆", "⁶₆🄇", "⁷₇🄈", "⁸₈🄉", "⁹₉🄊"],
            strict=True,
        )
    )
}
_AS_FIGURES = str.maketrans({sign: str(figure) for figure, signs in _SPOKEN.items() for sign in signs})
"""Figures as they are read out, circled, in brackets, raised: sign by sign, so that each keeps its place."""
_APART = r"(?:[^\w?!;:。？！；：.]|_|(?<![^\W_]{3})\.|(?<=\bmrs)\.|\.(?!\s)){0,3}"
"""Between the words of a name, where no sentence ends: in “How long? Grace …” nobody is called Long Grace."""
_HAN_APART = r"(?:[^\w，。；：？！、,;:?!()（）《》“”\"]|_){0,3}"
"""Between the characters of one: in “我姓张，三月借款” nobody is called 张三."""
_BETWEEN_FIGURES = r"[\W_]{0,4}"
_LEAD = r"(?:[(（](?=\+?\d{2,4}[)）]))?(?:(?:\+|00)(?:86[-()（） ]{0,2})?|86[-()（）]?|%s)?(?:0|[(（]0[)）])?"
"""What may stand before a number of the mainland, and a bracket that closes within it; no amount of another clause."""
_APART_FROM_IT = r"(?:(?<![^\W_])|(?<=[话机码号系信打拨]))86[ \u00a0\u3000]{1,2}"
"""The 86 of a whole number, apart from it: after a sign, or a word of telephones, but not the sum of 还86 138…"""
_NEVER = r"(?!)"
_WHOLE = 10
"""Figures of a number with its area, or of a mobile."""

_LEAST_DIALLED = 5
"""What has fewer figures is no telephone number: as a pattern, signs without any would be found everywhere."""
_LEAST_SPOKEN = 7
"""A number of so many figures is also known where it is written in words: 一三八…"""
_LEAST_BEFORE = 4
"""What stands before the @ is looked for by itself from five characters on and with a figure: no word is hidden."""
_WITH_AREA = re.compile(
    r"(?:(?:(?:\+|00)86[ -]?)?[(（]?0(?:10|2\d|\d{3})[)）]?[ -]?|(?:\+|00)(?!86)\d{1,3}[ -]+)"
    r"(?P<number>[1-9]\d{2,3}[ -]?\d{4})"
)
"""A number with its area or country, as people leave them out."""
_LAST_FOUR = r"(?P<said>(?:尾号|尾数|[后末][四4]位(?:数字?|号码)?)[是为：:]?\s?){}(?![0-9])"


class Found(NamedTuple):
    """Something personal in a text, and where."""

    kind: str
    text: str
    start: int


_WIDE = re.compile(
    r"[^\D0-9]|[\uff05\uff0b\uff0d\uff0e\uff20-\uff3a\uff3f\uff41-\uff5a]"
    r"|[\u2e80-\u2fdf\uf900-\ufaff\U0001d400-\U0001d7cd\U0002f800-\U0002fa1f]"
    r"|[\u00c0-\u024f\u1e00-\u1eff]"
)


def masked(text: str, names: Iterable[str] = ()) -> str:
    """The text with names, numbers, mail addresses and streets hidden; what this misses, intake hides by hand."""
    text, plain = _without_numbers(text)
    for name, short in _shortened(tuple(names)).items():
        if _may_hold(plain, name):
            text, plain = _hidden(text, plain, _looked_for(name), _always(short))
    return text


def _may_hold(plain: str, name: str) -> bool:
    """Whether the text can hold a name at all: the pattern that looks for one takes up to a hundred times as long.

    Every character of a Chinese name stands somewhere in it; any other name stands in a row, separators aside.
    """
    if _HAN.fullmatch(name):
        return all(each in plain for each in name if each not in _DOTS)
    if _is_number(name):
        return _figures_of(name) in re.sub(r"\D", "", plain.translate(_AS_FIGURES))
    return _in_a_row(name) in _in_a_row(plain)


def _in_a_row(text: str) -> str:
    """Only the letters and digits, alike where a pattern takes them for the same."""
    return _BETWEEN.sub("", text.casefold().replace("ı", "i"))


def _level(text: str) -> str:
    """The text with wide and accented letters made plain, character by character, so that each keeps its place."""
    return _WIDE.sub(_levelled, text)


def _levelled(match: re.Match[str]) -> str:
    return str(unicodedata.decimal(match[0])) if match[0].isdecimal() else unmarked(match[0])


def _without_numbers(text: str) -> tuple[str, str]:
    """The text as typed and as levelled, both without numbers and addresses that identify a person by themselves."""
    plain = _level(text)
    for sign, patterns in PATTERNS:
        if sign.search(plain):
            for _kind, pattern, hidden in patterns:
                text, plain = _hidden(text, plain, pattern, hidden)
    return text, plain


def _hidden(text: str, plain: str, pattern: re.Pattern[str], hidden: Hide) -> tuple[str, str]:
    """Hide in both texts what is found in the levelled one; everything else stays as it was typed."""
    if text == plain:
        text = pattern.sub(hidden, text)
        return text, text
    typed, levelled, at = [], [], 0
    for match in pattern.finditer(plain):
        typed += [text[at : match.start()], hidden(match)]
        levelled += [plain[at : match.start()], hidden(match)]
        at = match.end()
    return "".join([*typed, text[at:]]), "".join([*levelled, plain[at:]])


def _always(instead: str) -> Hide:
    return lambda _match: instead


def masker(names: Iterable[str] = ()) -> Callable[[str], str]:
    """`masked` for many texts of one page: the names, however many, are prepared once."""
    ready = _shortened(tuple(names))
    shown = {bare(name): short for name, short in ready.items()}
    every = "|".join(_looked_for(name).pattern for name in ready)
    known = re.compile(every, re.IGNORECASE) if every else None

    def short(match: re.Match[str]) -> str:
        return shown.get(bare(match[0]), f"{match[0][:1]}***")  # a looked-for name may be spelt otherwise here

    def hide(text: str) -> str:
        text, plain = _without_numbers(text)
        return _hidden(text, plain, known, short)[0] if known else text

    return cache(hide)  # what is told of the same things stands on a page many times over


def introduced(text: str) -> list[str]:
    """Chinese names that a text introduces as names, whoever's: 我叫…, 联系人：…, my name is …, Ms …."""
    return list(dict.fromkeys(match["name"] for match in _INTRODUCED.finditer(text)))


def introduced_as_me(text: str) -> list[str]:
    """Names that a text introduces as its author's: 我叫…, my name is …."""
    return list(dict.fromkeys(match["name"] for match in _INTRODUCED.finditer(text) if _ME.match(match[0])))


def without(text: str, names: Iterable[str], instead: str) -> str:
    """The text without these names: not even the family name stays."""
    every = dict.fromkeys(name.strip() for each in names if each for name in (*people(each), *called(each)))
    for name in sorted((name for name in every if len(name) >= _LEAST), key=len, reverse=True):
        text, _plain = _hidden(text, _level(text), _looked_for(name), _always(instead))
    return text


def without_parts(text: str, own: Iterable[str], instead: str) -> str:
    """The text without the part of somebody's own number or mail address by which whoever has it knows it.

    Such are a number without its area, what stands before the @ (often the number of another service), and the last
    four figures where the text says that they are these.
    """
    own = [_level(each).strip() for each in own]
    text = without(text, [part for each in own for part in _parts_of(each)], instead)
    for digits in (re.sub(r"[^0-9Xx]", "", each) for each in own if "@" not in each):
        if len(digits) > len("0000"):
            last = re.compile(_LAST_FOUR.format("".join(map(_however, digits[-4:]))), re.IGNORECASE)
            text, _plain = _hidden(text, _level(text), last, lambda match: match["said"] + instead)
    return text


def _parts_of(own: str) -> Iterable[str]:
    before, at, _place = own.partition("@")
    if at:
        return [before] if len(before) > _LEAST_BEFORE and re.search(r"\d", before) else []
    at_home = _WITH_AREA.fullmatch(own)
    return [at_home["number"]] if at_home else []


def tells(text: str, own: Iterable[str | None]) -> bool:
    """Whether a text holds one of these strings that somebody gave about themselves, however it is typed."""
    looked_in = _looked_in(text)
    return any(_place_in(*looked_in, each) >= 0 for each in own if each)


def paragraph_of(text: str, own: str | None) -> int | None:
    """In which paragraph of a text such a string begins, which may go over its end; the empty ones are not counted."""
    if not own or (place := _place_in(*_looked_in(text), own)) < 0:
        return None
    ends = accumulate(len(bare(each)) for each in text.splitlines() if each.strip())
    return next((number for number, end in enumerate(ends, start=1) if end > place), 1)


def _looked_in(text: str) -> tuple[str, str]:
    """A text as it is looked through, and its letters and figures alone: made once, however many are looked for."""
    said = _level(levelled(text))
    return said, bare(said)


def _place_in(text: str, plain: str, own: str) -> int:
    """After how many letters and figures of a text such a string first stands in it; less than nothing if nowhere."""
    places = [_place_of(text, plain, _AT_HOME.sub("", _level(name))) for name in people(own)]
    return min((each for each in places if each >= 0), default=-1)


def _place_of(text: str, plain: str, name: str) -> int:
    mine = bare(name)
    if len(mine) < _LEAST or (mine not in plain and not mine.isdecimal()):
        return -1
    if mine.isascii() and mine.isalpha():  # "Na Li" does not stand in "national identity"
        is_word = is_everyday(name.strip())
        pattern = _looked_for(name) if is_word else rf"(?<!{_IN_WORD}){_APART.join(mine)}(?!{_IN_WORD})"
        said = text if is_word else text.casefold()
        begun = re.search(pattern, said)
        return len(bare(said[: begun.start()])) if begun else -1
    if _HAN.search(mine):
        begun = _looked_for(name).search(text)
        return len(bare(text[: begun.start()])) if begun else -1
    place = plain.find(mine)
    if place < 0 and mine.isdecimal() and len(mine) >= _LEAST_SPOKEN:
        place = plain.translate(_AS_FIGURES).find(mine)
    return place


def is_named(text: str, names: Iterable[str]) -> bool:
    """Whether a text still holds one of these names, looked for in the same way as when they are hidden."""
    plain = _level(text)
    return any(_looked_for(name).search(plain) for name in _shortened(tuple(names)) if _may_hold(plain, name))


def found(text: str, names: Iterable[str] = ()) -> list[Found]:
    """Everything that would be hidden, in the order of the text, for a check before something is passed on."""
    places: dict[int, Found] = {}
    rest = plain = _level(text)
    for kind, pattern in (each[:2] for sign, patterns in PATTERNS if sign.search(plain) for each in patterns):
        part = "paper" if "paper" in pattern.groupindex else 0  # without the word that tells what it is
        for start, end in (match.span(part) for match in pattern.finditer(rest)):
            places.setdefault(start, Found(kind, text[start:end], start))
        rest = pattern.sub(lambda match: "\0" * len(match[0]), rest)
    for name in _shortened(tuple(names)):
        for match in _looked_for(name).finditer(plain):
            places.setdefault(match.start(), Found("NAME", text[match.start() : match.end()], match.start()))
    return [places[start] for start in sorted(places)]


def masked_name(name: str) -> str:
    """One name as it may be shown: 张某, J***."""
    short = _shortened((name,))
    every = [each for each in people(_level(name.strip())) if each in short and each[0].isalpha()]
    return "、".join(short[each] for each in every if _HAN.fullmatch(each)) or (short[every[0]] if every else "")


def masked_contact(contact: str) -> str:
    """A telephone number or mail address with its middle hidden."""
    hidden = masked(contact)
    return hidden if hidden != contact else contact[:1] + "***" if contact else ""


def _looked_for(name: str) -> re.Pattern[str]:
    """The pattern of a name in a levelled text, however it is spaced, dotted or joined, in any case."""
    name = _level(name)
    if _HAN.fullmatch(name):
        begins = f"(?<![{within}])" if (within := not_after(name)) else ""
        return re.compile(begins + _HAN_APART.join(each for each in name if each not in _DOTS))
    if _is_number(name):
        figures = map(_however, _figures_of(name))
        lead = _LEAD % (_APART_FROM_IT if len(_figures_of(name)) >= _WHOLE else _NEVER)
        return re.compile(rf"(?<!\d){lead}{_BETWEEN_FIGURES.join(figures)}(?!\d)")  # after letters too: wx138…
    words = _WORD.findall(name)
    if sum(map(len, words)) < _LEAST:
        words = [name]
    if len(words) == 1 and is_everyday(words[0]):
        meant = rf"(?-i:{_with_capital(words[0])})|(?<=\bname is ){words[0]}"
        return re.compile(rf"(?<!{_IN_WORD})(?:{meant})(?!{_IN_WORD})", re.IGNORECASE)
    begins = rf"(?<!{_IN_WORD})" if re.match(_IN_WORD, words[0]) else ""
    ends = rf"(?!{_IN_WORD})" if re.search(rf"{_IN_WORD}$", words[-1]) else ""
    pieces = [each for word in words for each in syllables(word, alone=len(words) == 1)]
    return re.compile(begins + _APART.join(map(re.escape, pieces)) + ends, re.IGNORECASE)


def _with_capital(word: str) -> str:
    """“They will stop” names nobody called Will, unlike “my name is will”."""
    return f"{word.capitalize()}|{word.upper()}"


def _however(sign: str) -> str:
    """The pattern of one figure, however it is written; of the X that ends an identity number, that letter."""
    return f"[{sign}{_SPOKEN[int(sign)]}]" if sign.isdecimal() else sign


def _is_number(name: str) -> bool:
    return _NUMBER.fullmatch(name) is not None and len(_figures_of(name)) >= _LEAST_DIALLED


def _figures_of(number: str) -> str:
    """The figures of a telephone number, without those for the mainland and for a long distance."""
    return re.sub(r"\D", "", _FOR_THE_MAINLAND.sub("", number)).removeprefix("0")


@lru_cache(maxsize=CALLED)
def _shortened(names: tuple[str, ...]) -> Mapping[str, str]:
    """Each name and what replaces it: two with the same family name become 张某甲 and 张某乙."""
    fields = [_level(name.strip()) for name in names if name and len(name.strip()) >= _LEAST]
    whole = [name for each in fields for name in people(each) if len(name) >= _LEAST]
    whole = sorted(dict.fromkeys(whole), key=lambda name: -len(name))
    others = dict.fromkeys(name for each in fields for name in called(each))
    families = [_family(name) for name in whole if _HAN.fullmatch(name)]
    stems = {family: count() for family in families}
    shortened = {}
    for name in whole:
        if not _HAN.fullmatch(name):
            shortened[name] = f"{name[0]}***"
            continue
        family = _family(name)
        several = families.count(family) > 1
        shortened[name] = f"{family}某" + (_STEMS[next(stems[family]) % len(_STEMS)] if several else "")
    for name in others:
        if _HAN.fullmatch(name):
            shortened.setdefault(name, f"{_family(name)}某")
            continue
        title, _space, rest = name.partition(" ")
        shortened.setdefault(name, f"{(rest if title in TITLES and rest else name)[0]}***")
    return shortened


def _family(name: str) -> str:
    return name[:2] if name[:2] in DOUBLE and len(name) > len(name[:2]) else name[0]
