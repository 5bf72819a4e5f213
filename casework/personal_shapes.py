"""Numbers, mail addresses and streets that lead to a person: how they look in a text, and what is shown of them."""

import re
from collections.abc import Callable
from typing import Final

Hide = Callable[[re.Match[str]], str]
_ENDS = r"(?![0-9A-Za-z])"
_BEGINS = r"(?<![0-9A-Za-z])"
"""Not after a letter, where longer numbers are those of contracts; a mobile number is often written so (wx138…)."""
_GAP = r"[ \t\u00a0\u200b\u3000\u2010-\u2015-]{0,2}"
_DOTTED = r"[ \t\u00a0\u200b\u3000\u2010-\u2015·.-]{0,2}"
"""The same with dots, where the groups are those of the number: between any two digits they are those of amounts."""
_UNIT = r"[0-9０-９A-Za-z一二三四五六七八九十百]"
_GOES_ON = "路街道巷弄里苑园村镇乡县区坊庄桥"
"""After one of these signs that are words as well it is within a name: 永和路, 冬至路, 太和镇."""
_BEFORE_A_STREET = (
    rf"(?!(?<!自)在|住(?![宅建])|给(?!水)|[到往的了与及跟是去](?![{_GOES_ON}])"
    rf"|和(?![{_GOES_ON}平谐顺义兴美田静龙泰安信佳家花小新大公东西南北中一二三四五六七八九十])"
    rf"|向(?![{_GOES_ON}阳前荣上日群东南西北])|至(?![{_GOES_ON}善诚德灵圣正])"
    rf"|于(?![{_GOES_ON}洪家都田])|从(?![{_GOES_ON}化江台善新]))[\u4e00-\u9fffA-Za-z0-9]"
)
"""A character that a district or street may begin with: what was done there, and to whom, is no part of its name.

In doubt it is one: a name of which half stays leads to where somebody lives.
"""
_TRAVEL = r"护照|通行证|居留证|回乡证|台胞证|(?i:passport)"
"""Words before the number of a paper that is no identity card; without one it looks like that of a contract."""


def _ending(shown: int) -> Callable[[re.Match[str]], str]:
    def hidden(match: re.Match[str]) -> str:
        digits = re.sub(r"[^0-9Xx]", "", match[0])
        return "*" * (len(digits) - shown) + digits[-shown:]

    return hidden


def _mobile(match: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", match[0])[-11:]
    return f"{digits[:3]}****{digits[-4:]}"


def _landline(match: re.Match[str]) -> str:
    return f"{match['area']}-****{re.sub(r'[^0-9]', '', match['number'])[-2:]}"


def _travel(match: re.Match[str]) -> str:
    number = match["paper"]
    return f"{match['word']}{'*' * (len(number) - 2)}{number[-2:]}"


def _mail(match: re.Match[str]) -> str:
    mine, _, place = match[0].rpartition("@")
    return f"{mine[0] if len(mine) > 1 else ''}***@{place}"


def _to_city(match: re.Match[str]) -> str:
    return f"{match['city'] or ''}（住址略）"


def _street(_match: re.Match[str]) -> str:
    return "[address]"


PATTERNS: tuple[tuple[re.Pattern[str], tuple[tuple[str, re.Pattern[str], Hide], ...]], ...] = (
    (re.compile("@"), (
        ("MAIL", re.compile(r"[A-Za-z0-9][A-Za-z0-9._%+-]{0,250}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"), _mail),
    )),
    (re.compile(_TRAVEL), (
        (
            "TRAVEL",
            re.compile(
                rf"(?P<word>(?:{_TRAVEL})(?:[ ]?[(（])?(?:号码?|证号|(?i:[ ]?(?:number|no\.?)))?"
                r"(?:[ ]?(?:[:：是为]|(?i:is\b)))?[ \u3000]?[(（]?)"
                rf"(?P<paper>[A-Za-z]{{0,3}}\d{{6,9}}[A-Za-z]?){_ENDS}"
            ),
            _travel,
        ),
    )),
    (re.compile(rf"\d(?:[)）]?{_DOTTED}\d){{9}}"), (
        (
            "ID",
            re.compile(rf"(?<!\d)[1-9]\d{{5}}{_DOTTED}(?:19|20)\d{{2}}{_DOTTED}\d{{4}}{_DOTTED}\d{{3}}[0-9Xx]{_ENDS}"),
            _ending(2),
        ),
        ("ID", re.compile(rf"{_BEGINS}\d(?:{_GAP}\d){{16}}{_GAP}[Xx]{_ENDS}"), _ending(2)),
        ("CARD", re.compile(rf"{_BEGINS}\d(?:{_GAP}\d){{15,18}}{_ENDS}"), _ending(4)),
        ("ID", re.compile(rf"{_BEGINS}[1-9]\d{{14}}{_ENDS}"), _ending(2)),
        (
            "MOBILE",
            re.compile(
                rf"(?<![0-9*])(?:(?:\+|00)?86{_GAP})?"
                rf"1[3-9]\d(?:(?:{_GAP}\d){{8}}|{_DOTTED}\d{{4}}{_DOTTED}\d{{4}}){_ENDS}",
            ),
            _mobile,
        ),
        (
            "LANDLINE",
            re.compile(
                rf"{_BEGINS}(?:(?P<country>(?:\+|00)86){_GAP})?[(（]?(?:0[)）]{_GAP})?"
                rf"(?P<area>(?(country)0?[1-9]\d{{1,2}}|0(?:10|2\d|\d{{2,3}})))[)）]?{_GAP}"
                rf"(?P<number>\d{{3,4}}{_GAP}\d{{4}}){_ENDS}",
            ),
            _landline,
        ),
    )),
    (re.compile(rf"[区县镇乡道路街巷弄同村园寓厦][\u4e00-\u9fff]{{0,8}}?{_UNIT}{{1,6}}[号栋幢座单楼层室房组]"), (
        (
            "ADDRESS",
            re.compile(
                r"(?P<city>(?:[\u4e00-\u9fff]{2,7}?(?:省|自治区))?[\u4e00-\u9fff]{2,6}?(?:市|自治州))?"
                rf"(?:{_BEFORE_A_STREET}){{0,12}}?"
                r"(?:区|县|镇|乡|街道|路|街|道|巷|弄|胡同|新村|小区|花园|公寓|大厦|村)"
                rf"[\u4e00-\u9fff]{{0,8}}?{_UNIT}{{1,6}}(?:号院|号楼|号|栋|幢|座|单元|楼|层|室|房|组)"
                rf"(?:{_UNIT}{{1,5}}(?:号楼|号|栋|幢|座|单元|楼|层|室|房)?)*",
            ),
            _to_city,
        ),
    )),
    (re.compile(r"\d[A-Za-z]?,? [A-Z]"), (
        (
            "ADDRESS",
            re.compile(
                r"\b\d{1,5}[A-Za-z]?,? (?:[A-Z][\w'.-]+ ){1,4}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|"
                r"Court|Ct|Boulevard|Blvd|Way|Place|Pl)\b\.?(?:,? (?:Apt|Unit|Suite|#)\.? ?\w+)?",
            ),
            _street,
        ),
    )),
)  # fmt: skip
"""In order of application, each with a character without which it cannot match, since most texts have none."""

PERSONAL: Final = ("ID", "CARD", "MOBILE")
"""Kinds of numbers that lead to one person; telephones and mail addresses of offices do not."""


def shapes() -> tuple[str, ...]:
    """Patterns of personal numbers, for searching a file."""
    return tuple(pattern.pattern for _s, patterns in PATTERNS for kind, pattern, _h in patterns if kind in PERSONAL)
