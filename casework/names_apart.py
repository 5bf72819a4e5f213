"""The people whom the field of a name names: often two, with a title, turned round, or with who writes for whom."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

_HAN: Final = r"〇\u3400-\u9fff\U00020000-\U000323af·•‧・∙⋅"
_LIST: Final = r"[、；;/／|｜&＆+＋()（）\[\]【】《》<>“”\"：:\n\r\t]+"
_ENGLISH_KIN: Final = (
    "mother|father|parents?|mum|mom|dad|wife|husband|spouse|partner|sons?|daughters?|child|children|brothers?|sisters?"
    "|family|relatives?|friends?|colleagues?|agent|representative|guardian|lawyer|tenants?"
)
_ENGLISH_LIST: Final = re.compile(
    rf"{_LIST}|(?:^|\s+)(?:(?:the |his |her |my )?(?:{_ENGLISH_KIN})\s+of|and|or|for|c/o|on behalf of)(?=\s|$)"
    rf"|['’]s\s+(?:{_ENGLISH_KIN})\b|\s+(?:family|parents|children)\b|\s+et al\b\.?",
    re.IGNORECASE,
)
_ENGLISH_NOBODY: Final = re.compile(
    rf"(?:(?:{_ENGLISH_KIN}|others?|people|persons?|deceased|late|anonymous|unknown|undisclosed|confidential|withheld"
    r"|nobody|none|not|no|name|given|provided|known|the|my|his|her|their|self)(?:\s+|$))+",
    re.IGNORECASE,
)
"""What is written beside a name, or instead of one."""
_RUN: Final = re.compile(rf"[{_HAN}\s]*[{_HAN}][{_HAN}\s]*|[^{_HAN}]+")
"""What is written in Chinese, and what is not."""
DOUBLE: Final = "欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 司徒 令狐 夏侯 长孙 宇文 南宫 独孤".split()  # noqa: SIM905
FAMILIES: Final = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪"
    "范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔汤康施牛樊葛邢安齐易乔伍庞颜倪庄聂"
    "翟詹阮骆翁涂佟裴祁晏俞闵褚缪岑阎娄靳芮冉邬卞蔺戚冼鲍耿凌柯卜喻柴殷牟鲁柳尤霍蒲屠"
)
_RARER: Final = "季纪盛焦左童舒芦温申简车苗毕甘岳冷寇桂谷解符管单房古文路项华景费仇劳党商闻祝兰蓝池关欧辛游包巩麦桑艾卓"
"""Families that begin everyday words: believed in the field of a name, and not after words of a text."""
_FAMILY: Final = rf"(?:{'|'.join(DOUBLE)}|[{FAMILIES}{_RARER}])"
_WORDS: Final = (
    "万[一分般事能全幸元]|严[正格厉肃守惩谨加查密重]|任[务职教命性用期何意由凭]|"
    "何[必须以处况等为苦尝曾罪时故种]|余[款额下]|付[款清出给完过不了费]|周[转围期边日末一二三四五六]|"
    "夏[天季]|安[全心慰静置装抚稳定好康乐宁抵徽庆阳顺排]|庄严|张[贴口罗扬]|徐州|"
    "方[便才能可式法案针知形略向位言面]|施[工行压暴加用展救]|易[于怒]|林业|武[汉力装警断]|段落|毛病|"
    "江[苏西湖南北门]|沈阳|白[天领色]|石[家油]|程[序度]|罗[湖列]|肖像|胡[说乱扯]|苏州|范围|莫[名非大]|董事|"
    "许[可诺多久愿]|谢[谢绝罪]|邓州|邢台|郑[州重]|金[额融钱]|钟[头情点]|钱[款财包币已未都没被还]|陆续|"
    "陈[述旧列]|陶瓷|雷同|韩国|顾[及虑客问念]|马[上路]|高[速度校考中龄烧兴压低温等额利]|黄[金昏河]|齐[全整]|"
    "龙[华岗]|康[复健]|杜绝|孙[子女辈]|曾[经多]|于[是]|高血[压脂糖]|高利贷|白血病|顾不[上得]|钱不[够多]|陈情|"
    "凌[晨乱驾]|鲁莽|柳州|尤[其为]|殷[切勤]|牟[利取]|柴[油米]|耿[直耿]|涂[改抹]|骆驼|霍[然乱]"
)
LABEL: Final = r"电话|手机|身份证|性别|住址|地址|于\d"
"""What may follow a name without a sign between them."""
NO_NAME: Final = (
    rf"[于曾]|何[时故种]|任[何意由]|(?:{_WORDS})"
    r"(?:(?![\u4e00-\u9fff])|[后前时的了地中里内外起来去已就都也被把将在说想要无没不和或而则但因会能与及对向给从至到仍还才再又很更过着期间等款钱人费"
    rf"市县区省州镇乡村路]|{LABEL})"
)
"""What follows such a word without a colon and begins like a name."""
_AND: Final = "和及与跟同暨"
_ALSO: Final = re.compile("以及|还有")
_KIN: Final = (
    "母亲|父亲|父母|妈妈|爸爸|妻子|丈夫|老公|老婆|儿子|女儿|孩子|子女|配偶|爱人|哥哥|姐姐|弟弟|妹妹|亲属|家属|家人"
    "|朋友|同事"
)
_PARTS: Final = (
    "投诉人|申请人|代理人|借款人|欠款人|债务人|担保人|联系人|委托人|受托人|当事人|法定代表人|负责人|本人|姓名|我叫|我是"
)
_BETWEEN: Final = re.compile(
    rf"(?:[的之])?(?:{_KIN}|{_PARTS})|[的之其](?:女(?!士)|[父母妻夫子兄弟姐妹])|妻|[{_AND}][父母妻夫子女]$"
    rf"|(?:委托|代表|代为|代|替)(?={'|'.join(DOUBLE)}|[{FAMILIES}])"
)
"""What stands between the names of two people, or at either end, and is a part of neither."""
_FOR: Final = "代"
"""A family name as well."""
_AFTER: Final = (
    "先生|女士|小姐|夫人|太太|老师|同志|阿姨|叔叔|师傅|医生|律师|副?总经理|董事长|副?总裁|总监|主任|经理|夫妇|夫妻|等人|一家"
    "|代为投诉|代投诉|代办|代填|代写|代理|代|等[一二两三四五六七八九十百余多数几]*(?:[个位名户].{0,6}|人)?"
)
_TITLED: Final = re.compile(rf"(?:{_AFTER})$")
_NOBODY: Final = re.compile(
    rf"(?:{_KIN}|{_PARTS}|{_AFTER}|男士|男性|女性|他人|别人|某某|佚名|无名|已故|去世|匿名|实名|保密|化名|未知|不详|没有|不愿透露|不便透露"
    "|身份证|身份证号|证件号|手机|手机号|电话|号码|微信|微信号|邮箱|地址|委托|受托|成年|未成年"
    "|热心|市民|群众|网友|用户|业主|住户|联系|不想说|不方便|不愿意|[我其][父母爸妈妻夫子女兄弟姐妹哥]?|[的之男女无])+"
)
"""What is typed beside a name, or instead of one: hidden, it would take everyday words out of every text."""
_FIGURES: Final = re.compile(rf"(?:(?![{_HAN}])\w)*\d(?:(?![{_HAN}])\w)*")
_NUMBER: Final = re.compile(r"\+?\d[\d\s()-]{5,}\d")
_SURELY: Final = re.compile(rf"({_FAMILY})[{_HAN}]{{1,3}}")
_REACHED: Final = """
    wechat weixin qq id tel ext phone mobile cell number no mail email whatsapp telegram line call calls caller from
    unknown hotline service customer passport code
"""
"""What stands beside a number and is no name."""
_TITLE: Final = re.compile(r"(?:mrs?|ms|mx|miss|mister|madam|sir|dr|prof(?:essor)?)\.?", re.IGNORECASE)
TITLES: Final = ("Mr", "Mrs", "Ms", "Miss", "Dr")
_AFTER_A_FAMILY: Final = ("先生", "女士", "小姐", "太太", "夫人")
_ENDS_OF_WORDS: Final = {"任": "主责", "管": "主监", "何": "任如", "关": "有相", "余": "其", "方": "双", "马": "司"}
"""By family: after which signs it ends a word, as in 主任女士 or 任何先生."""
_SYLLABLE: Final = re.compile(
    "(?:[zcs]h?|[bpmfdtnlgkhjqxryw])?(?:i(?:a(?:ng?|o)?|ong|ng?|e|u)?|u(?:a(?:ng?|i)?|e|i|n|o)?|a(?:ng?|i|o)?"
    "|o(?:ng|u)?|e(?:ng?|i|r)?)",
    re.IGNORECASE,
)
"""One character of a Chinese name in letters."""
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_LEAST: Final = 2
_LONG: Final = 3
_COMMON: Final = frozenset(
    """
    and any are april art august ban bang bank banks bell best bill bin black brown buddy call can case cash chance
    charity chase church cook day dale dan dean debt del den der die ding dong don dos due duke even fan fang faith
    field for frank friend gang gene good grace grant gray green grey guy hall han hang has hen her hill him his home
    hope how hunt ibn ill joy june king lane las law let lie little loan long los love man mark max may melody men
    miles min money name nan new nick not note one our out page pan pang park pat patience pay pen penny phone pin ping
    power pray price prince ran rang ray read rich rob rose run sad sang say see shan she short shun shy sky small son
    song stone sue summer sun tan tang ten ter the they tie today ton too two van von wan was way west white who why
    wife will win wise with won wood work yes yin you young
    """.split()  # noqa: SIM905
)
"""Words that are names as well: alone, they are hidden after a title only."""


def people(field: str) -> list[str]:
    """The whole names in what was typed as a name, each as texts may have it; a number or address is none."""
    every = dict.fromkeys(_every(field))
    return [name for name in every or [field] if not _is_nobody(name.strip())]


def _every(field: str) -> Iterator[str]:
    plain = _without_figures(field)
    runs = list(_runs(plain))
    names = [name for run in runs for name in _of_run(run) if plain == field or _is_surely_one(name)]
    yield from names
    if plain != field and any(map(str.isalpha, plain)):
        yield from _NUMBER.findall(field)
    if runs and runs[0].startswith(_FOR):
        yield "".join(runs[0].split())
    said = [run for run in runs if any(map(str.isalpha, run)) and not _is_nobody(run)]
    if len(said) > 1 and any(len(run) < _LEAST for run in said):
        yield " ".join(said)
        yield " ".join(reversed(said))


def called(field: str) -> list[str]:
    """By what else texts may call these people: parts of names in letters, and a family, each with its title."""
    alone, after = words(field)
    every = people(field)
    titled = [*after, *every] if after else []
    families = dict.fromkeys(found[1] for each in every if (found := _SURELY.fullmatch(each)))
    han = (f"{family}{title}" for family in families for title in _AFTER_A_FAMILY)
    return [*(f"{title} {name}" for title in TITLES for name in titled), *alone, *han]


def words(field: str) -> tuple[list[str], list[str]]:
    """Parts of names in letters by which somebody is called, and those that are names after a title only."""
    names = [each for each in people(field) if not _is_han(each) and not re.search(r"[\d@]", each)]
    every = [word for name in names for word in _said(name)]
    alone = [each for each in dict.fromkeys(every) if len(each) >= _LONG and not is_everyday(each)]
    return alone, [each for each in dict.fromkeys(every) if len(each) >= _LEAST and each not in alone]


def not_after(name: str) -> str:
    """The signs after which a family with its title is none."""
    return _ENDS_OF_WORDS.get(name[:1], "") if name[1:] in _AFTER_A_FAMILY else ""


def is_everyday(word: str) -> bool:
    """Whether a name is an everyday word as well, which means somebody only where it is written with a capital."""
    return word.casefold() in _COMMON


def syllables(word: str, *, alone: bool) -> list[str]:
    """A word of a name, parted where each side is one Chinese character: Xiaoming is written Xiao Ming as well.

    `alone`, everyday words are not what is meant: “he ran” is no Heran.
    """
    cuts = [cut for cut in range(_LEAST, len(word) - 1) if _is_two(word[:cut], word[cut:], alone=alone)]
    return [word[begin:end] for begin, end in pairwise((0, *cuts, len(word)))]


def _is_two(one: str, other: str, *, alone: bool) -> bool:
    everyday = all(len(each) <= _LEAST or is_everyday(each) for each in (one, other))
    return all(map(_SYLLABLE.fullmatch, (one, other))) and not (alone and everyday)


def _without_figures(field: str) -> str:
    """What of it can be names: nothing of an address, and no number that stands beside them."""
    return "" if "@" in field else _FIGURES.sub(" ", field)


def _is_surely_one(name: str) -> bool:
    """Whether it is a name although figures stand beside it, as they do beside the words of an account or a call."""
    if _is_han(name):
        return _SURELY.fullmatch(name) is not None
    return " " in name and set(_REACHED.split()).isdisjoint(name.casefold().split())


def _is_nobody(name: str) -> bool:
    return bool(_NOBODY.fullmatch(name) or _ENGLISH_NOBODY.fullmatch(name))


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
        parts = [_said(part) for part in re.split("[,，]", each) if not _ENGLISH_NOBODY.fullmatch(part.strip())]
        if not parts:
            continue
        if len(parts) > 1 and all(len(part) > 1 for part in parts):
            for part in parts:
                yield from _both_ways(part, -1)
        else:
            yield from _both_ways([word for part in parts for word in part], len(parts[0]) if len(parts) > 1 else -1)


def _both_ways(said: list[str], place: int) -> Iterator[str]:
    """A name as it was given, and with what stands from that place, or its first word, on put first."""
    if sum(map(len, said)) >= _LEAST:
        for first in (0, place, 1):
            yield " ".join([*said[first:], *said[:first]])


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
    yield from (name for part in _ALSO.split("".join(pieces)) if part for name in _joined(part))


def _joined(part: str) -> Iterator[str]:
    """Names with a word for "and" between them."""
    for place, sign in enumerate(part):
        if sign in _AND and place >= _LEAST and len(part) - place > _LEAST:
            yield from _joined(part[:place])
            yield from _joined(part[place + 1 :])
            return
    found = [each for each in map(_untitled, _BETWEEN.split(part)) if len(each) >= _LEAST]
    yield from found or [part]


def _untitled(name: str) -> str:
    before = ""
    while name != before:
        before = name
        shorter = _TITLED.sub("", name, count=1)
        name = shorter if len(shorter) >= _LEAST or not shorter else name
    return name
