"""Plain words: what the public reads is short in both languages, and says nothing in the words of an office."""

import re
from html.parser import HTMLParser

import pytest
from flask import Flask
from flask.testing import FlaskClient

from complainants.complaining import STEPS
from core.web import audience_of

LONGEST = {"zh": 40, "en": 24}
"""Characters of a Chinese sentence, words of an English one."""
MEAN = {"zh": 22, "en": 14}
"""What the sentences of a page may have on average."""
SEVERAL = 5
"""Of fewer sentences no average is taken."""
OFFICIALESE = {
    "zh": (
        *("兹", "予以", "特此", "贵方", "贵单位", "该等", "籍此", "之规定", "应予", "不得不", "如若", "即日起"),
        *("上述", "前述", "相关部门", "有关部门", "进行了", "进行处理", "进行核实", "给予答复", "敬请", "知悉", "烦请"),
        *("该债务", "致函", "致电", "期满", "一并", "连同", "即时", "依规", "受其", "稍后续", "均无"),
    ),
    "en": (
        *("hereby", "herein", "hereto", "thereof", "thereto", "aforementioned", "aforesaid", "pursuant"),
        *("notwithstanding", "shall be deemed"),
        *(
            "notwithstanding",
            "in accordance with",
            "in respect of",
            "prior to",
            "subsequent to",
            "in the event that",
            "shall be deemed",
        ),
        *("utilise", "utilize", "commence", "terminate", "endeavour to", "in order to", "with regard to", "forthwith"),
        *("said complaint", "duly", "whereby", "inter alia", "e.g.", "i.e."),
    ),
}
BLOCKS = {"p", "li", "h1", "h2", "h3", "dt", "dd", "label", "legend", "summary", "button", "div", "a", "time"} - {"a"}
ENDS = {"zh": re.compile(r"[。！？；]"), "en": re.compile(r"(?<=[.!?;])\s+")}


class Texts(HTMLParser):
    """The passages of the part of a page that is its own."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = [""]
        self.inside = 0
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside += tag == "main"
        self.silent += tag in {"script", "style", "select", "svg", "td", "th"} or dict(attrs).get("class") == "hidden"
        if tag in BLOCKS:
            self.found.append("")

    def handle_endtag(self, tag: str) -> None:
        self.inside -= tag == "main"
        self.silent -= tag in {"script", "style", "select", "svg", "td", "th"}
        if tag in BLOCKS:
            self.found.append("")

    def handle_data(self, data: str) -> None:
        if self.inside and not self.silent:
            self.found[-1] += data


def passages(page: str) -> list[str]:
    """What stands in the page itself, passage by passage."""
    reader = Texts()
    reader.feed(page)
    return [said for said in (" ".join(each.split()) for each in reader.found) if said]


def sentences(page: str, lang: str) -> list[str]:
    """Its sentences: of passages that are one, not of names, numbers and buttons."""
    told = [each for said in passages(page) for each in ENDS[lang].split(said)]
    return [each for each in told if length(each, lang) > (8 if lang == "zh" else 4)]


def length(said: str, lang: str) -> int:
    return len(re.findall(r"[\u4e00-\u9fff]|[A-Za-z0-9]+", said)) if lang == "zh" else len(said.split())


def addresses(app: Flask) -> list[str]:
    """Every page that anybody may read and that needs no number or code."""
    found = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if not rule.arguments
        and "GET" in (rule.methods or ())
        and audience_of(rule.endpoint.rpartition(".")[0]) is None
        and "." not in rule.rule
        and not rule.rule.startswith(("/sign-in", "/static", "/health"))
    ]
    return sorted({*found, *(f"/complain/{step}" for step in STEPS)})


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_the_public_reads_is_short_and_plain(app: Flask, client: FlaskClient, lang: str) -> None:
    client.set_cookie("lang", lang)
    read, wrong = 0, []
    for path in addresses(app):
        answer = client.get(path, follow_redirects=True)
        if answer.status_code != 200 or answer.mimetype != "text/html":
            continue
        read += 1
        told = sentences(answer.text, lang)
        wrong += [(path, length(each, lang), each) for each in told if length(each, lang) > LONGEST[lang]]
        words = " ".join(passages(answer.text)).lower()
        wrong += [(path, 0, word) for word in OFFICIALESE[lang] if stands(word, words, lang)]
        mean = sum(length(each, lang) for each in told) / max(len(told), 1)
        if len(told) >= SEVERAL and mean > MEAN[lang]:
            wrong.append((path, round(mean), "on average"))
    assert read >= 14
    assert not wrong, "\n".join(map(str, wrong))


def stands(word: str, words: str, lang: str) -> bool:
    return word in words if lang == "zh" else re.search(rf"\b{re.escape(word)}\b", words) is not None
