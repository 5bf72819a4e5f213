"""How names, numbers and codes are compared and checked, so that what people type finds what the register holds."""

import re

from core.characters import levelled

_USCC_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
USCC_LENGTH = 18
_WEIGHT = 3
"""The weight of each place is a power of it, modulo 31."""


def fold(text: str) -> str:
    """Level full-width letters, case, spaces and the brackets around a message signature."""
    plain = levelled(text).casefold()
    return re.sub(r"[\s【】\[\]()《》“”\"'.,·,。]+", "", plain)


def in_language(zh: str, en: str, lang: str) -> str:
    """Of two names the one in the reader's language; the Chinese one is the legal one and always there."""
    return en if lang.startswith("en") and en else zh


_LEGAL_FORMS = "股份有限公司|有限责任公司|有限公司|公司|集团|companylimited|company|limited|corp|inc|llc|ltd|co"
_LEGAL_ENDING = re.compile(rf"(?:{_LEGAL_FORMS})+$")


def without_legal_form(text: str) -> str:
    """Level a name and leave its ending out, as people say it: 澜桥消费金融 of 澜桥消费金融有限公司."""
    return _LEGAL_ENDING.sub("", fold(text))


def fold_number(text: str) -> str:
    """Keep the digits of a telephone number alone, without the country's prefix."""
    digits = re.sub(r"\D", "", levelled(text))
    return re.sub(r"^(?:00)?86(?=1\d{10}$|0\d{9,}$|[48]00\d{7}$)", "", digits)


def check_character(first: str) -> str:
    """Compute the 18th character of a unified social credit code from the first 17 (GB 32100-2015)."""
    base = len(_USCC_LETTERS)
    total = sum(_USCC_LETTERS.index(letter) * pow(_WEIGHT, place, base) for place, letter in enumerate(first))
    return _USCC_LETTERS[-total % base]


def true_uscc(code: str) -> bool:
    """Whether a code has the form of GB 32100 and its check character is right."""
    if len(code) != USCC_LENGTH or any(letter not in _USCC_LETTERS for letter in code):
        return False
    return check_character(code[:-1]) == code[-1]
