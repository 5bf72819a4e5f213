"""In which of the two languages a text is written: told by its share of Han characters, sentence by sentence."""

import re
from itertools import groupby
from typing import Final

HAN: Final = re.compile(r"[\u3400-\u9fff]")
WORD: Final = re.compile(r"[A-Za-z][A-Za-z'’-]+")
LEAST_HAN, LEAST_WORDS = 4, 3
"""What is shorter is a name, and says nothing of the language that it stands in."""
IN_HAN: Final = 2
WIDE: Final = "。！？；：，、…）》”’"
"""After these Chinese leaves no blank."""
"""So many characters a word of English is worth: Chinese says it in two."""
SENTENCE: Final = re.compile(r"(?:[^。；！？：\n;!?:.]|\.(?!\s|$))*(?:[。；！？：\n;!?:.]|$)")
ALIKE: Final = re.compile(
    r"[!-~]{0,80}[0-9@/][!-~]*"  # addresses and codes
    r"|《[^》]{0,200}》"  # what a paper is called
    r"|[\u3400-\u9fff]{0,40}〔\d{4}〕\d+号"  # numbers of papers
    r"|[\u3400-\u9fff（）]{2,40}?(?:有限(?:责任)?公司|股份公司)"  # companies that have no name in English
)
"""What reads the same in either language; each run has an end, or a long text takes seconds.

`static/js/forms.js` knows the same rule.
"""


def strange(text: str, lang: str) -> list[str]:
    """The passages of a text that are not in this language, each from its first such sentence to its last."""
    signs, least = (HAN, LEAST_HAN) if lang == "en" else (WORD, LEAST_WORDS)
    if len(signs.findall(text)) < least:
        return []
    found = []
    for is_strange, sentences in groupby(SENTENCE.findall(text), lambda each: _is_strange(each, lang)):
        if is_strange and (passage := "".join(sentences).strip()):
            found.append(passage)
    return found


def tongue(text: str) -> str:
    """The language that most of a text is in, as `lang` says it: browsers choose letters and marks by it."""
    return "en" if IN_HAN * len(WORD.findall(text)) > len(HAN.findall(text)) else "zh-CN"


def _is_strange(sentence: str, lang: str) -> bool:
    plain = ALIKE.sub(" ", sentence)
    han, words = len(HAN.findall(plain)), len(WORD.findall(plain))
    if lang == "en":
        return han >= LEAST_HAN and han > IN_HAN * words
    return words >= LEAST_WORDS and IN_HAN * words > han


def in_one_line(text: str) -> str:
    """The lines of a text as one sentence after the other: Chinese stands close, and a line without an end gets one."""
    found = ""
    for line in (" ".join(each.split()) for each in text.splitlines()):
        if not found or not line:
            between = ""
        elif HAN.match(found[-1]) and HAN.match(line[0]):
            between = "；"
        else:
            between = "" if found[-1] in WIDE else " "
        found += between + line
    return found
