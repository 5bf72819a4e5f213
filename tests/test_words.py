"""Every sentence that people read stands in both languages."""

import ast
import re
from functools import cache
from io import BytesIO

from babel.messages import Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po

from core.settings import ROOT
from tests.rooms import ROOMS

ONE, MANY = None, (1, 2)
KEYWORDS = {"_": ONE, "_l": ONE, "gettext": ONE, "lazy_gettext": ONE, "_n": MANY, "_ln": MANY, "ngettext": MANY}
PATHS = sorted((ROOT / "translations" / "zh_Hans_CN" / "LC_MESSAGES").glob("*.po"))


@cache
def _python() -> tuple[dict[str, str], set[str]]:
    """Every msgid in the modules, with the file that has it, and whatever else is written there."""
    asked_for: dict[str, str] = {}
    written: set[str] = set()
    for path in sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                written.add(node.value)
            elif isinstance(node, ast.Call) and (text := _said(node)):
                asked_for[text] = str(path.relative_to(ROOT))
    return asked_for, written


def _said(call: ast.Call) -> str:
    """The first words of a call that asks for a sentence, also inside an f-string."""
    if not (isinstance(call.func, ast.Name | ast.Attribute) and call.args):
        return ""
    name = call.func.id if isinstance(call.func, ast.Name) else call.func.attr
    first = call.args[0]
    is_said = name in KEYWORDS and isinstance(first, ast.Constant) and isinstance(first.value, str)
    return str(first.value) if is_said else ""


@cache
def asked() -> dict[str, str]:
    """Every msgid in the sources, with the file that has it."""
    found, options = dict(_python()[0]), {"silent": "false", "trimmed": "false"}
    for path in sorted((ROOT / "templates").rglob("*.*")):
        if "documents" in path.parts:
            continue
        for _line, message, _comments, _context in extract(
            "jinja2.ext:babel_extract", BytesIO(path.read_bytes()), KEYWORDS, (), options
        ):
            text = next(filter(None, message if isinstance(message, tuple) else (message,)), None)
            if text:
                found.setdefault(text, str(path.relative_to(ROOT)))
    return found


@cache
def _messages() -> list[Message]:
    """What stands in the catalogues of all rooms."""
    return [
        message for path in PATHS for message in read_po(BytesIO(path.read_bytes()), locale="zh_Hans_CN") if message.id
    ]


@cache
def catalogues() -> dict[str, str]:
    """Every msgid that has Chinese words."""
    found: dict[str, str] = {}
    for message in _messages():
        if message.string and not message.fuzzy:
            key = message.id[0] if isinstance(message.id, tuple | list) else message.id
            text = message.string[0] if isinstance(message.string, tuple | list) else message.string
            if text:
                found[str(key)] = str(text)
    return found


def test_no_sentence_lacks_its_chinese() -> None:
    known = catalogues()
    missing = [f"{where}: {text!r}" for text, where in asked().items() if text not in known]
    assert not missing, "\n".join(missing)


def test_every_word_of_a_catalogue_is_said_somewhere() -> None:
    assert not catalogues().keys() - asked().keys() - _python()[1]


def test_a_sentence_says_the_same_wherever_it_stands() -> None:
    """All catalogues are merged: of two translations of one sentence nobody knows which one a page gets."""
    said: dict[str, set[str]] = {}
    for message in _messages():
        said.setdefault(str(message.id), set()).add(str(message.string))
    assert not {text: chinese for text, chinese in said.items() if len(chinese) > 1}


def test_placeholders_are_the_same_in_both_languages() -> None:
    def names(text: object) -> set[str]:
        return set(re.findall(r"%\((\w+)\)[sd]", str(text)))

    wrong = {text for text, chinese in catalogues().items() if names(text) - {"num"} != names(chinese) - {"num"}}
    assert not wrong


def test_a_catalogue_holds_no_word_twice() -> None:
    for path in PATHS:
        seen: list[str] = re.findall(r'^msgid (".*(?:\n".*)*)', path.read_text("utf-8"), re.MULTILINE)
        assert len(seen) == len(set(seen)), path.name


UNFINISHED = {"尚未", "未", "暂未", "还未", "还没有", "not yet"}
"""Words after which one asks: what has not?"""


def test_no_word_of_a_page_leaves_open_what_has_not_happened() -> None:
    assert not [pair for pair in catalogues().items() if {each.strip(" 。.…").lower() for each in pair} & UNFINISHED]


SAID_ONCE = {
    "贵机构": "贵单位",
    "贵司": "贵单位",
    "贵公司": "贵单位",
    "你单位": "贵单位",
    "隐名文本": "脱敏文本",
    "被投诉机构": "被投诉单位",
    "被投诉主体": "被投诉单位",
    "被投诉公司": "被投诉单位",
    "催收公司": "催收机构",
    "审议组": "审议小组",
    "合议": "审议",
    "交寄": "交邮",
    "出勤": "签到",
    "出席情况": "签到情况",
    "办理进程": "个案程序",
    "后台作业": "后台任务",
    "印章保管人": "印章保管员",
    "本机构": "本单位",
}


def test_pages_have_one_word_for_one_thing() -> None:
    """Official letters address a company as 你单位; pages, which are no letters, as 贵单位."""
    words = {path.name: path.read_text("utf-8") for path in PATHS}
    assert not [(name, word) for name, text in words.items() for word in SAID_ONCE if word in text]
