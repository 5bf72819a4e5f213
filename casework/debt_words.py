"""What in a text may show a debt: sums of money, and words of owing, being overdue and repaying.

Whoever is not the debtor must learn nothing of the debt (V-I01). This marks places for the people who read a text
before it goes out; whether a place shows a debt they judge, so nothing is refused for it.
"""

import re
from typing import NamedTuple

_NUMBER = r"[0-9０-９](?:[0-9０-９,，.．]{0,30}[0-9０-９])?"
_WHOLE = rf"(?<![0-9０-９]){_NUMBER}"
"""Found from its first digit only, and with a limit: from every digit of a long row it would take seconds."""
_SUM = (
    rf"[¥￥$]\s?{_NUMBER}(?:\s?[万千]?元|[万千])?",
    rf"(?:\b(?:RMB|CNY)|人民币)\s?{_NUMBER}(?:\s?[万千]?元|[万千])?",
    rf"{_WHOLE}\s?(?:[万千百]?(?:余|多)?(?:元|圆|块)|万(?![人名次户条年]))",
    rf"{_WHOLE}\s?(?:yuan|RMB|CNY)\b",
    r"[〇零一二三四五六七八九十百千万亿两壹贰叁肆伍陆柒捌玖拾佰仟]{1,40}(?:余|多)?(?:元|圆|块钱)",
)
_ZH = (
    "逾期|[尚还拖]?欠(?![妥佳缺])[款费债钱息缴]?|债[务权]|[贷借]款(?!有限|公司|股份|机构)|网贷|借钱|本金|本息|利[息率]|罚息|违约金|滞纳金|"
    "还[款清]|偿还|未还|结清|代偿|分期|账单|授信|额度|余额|减免|征信"
)
_EN = (
    r"\b(?:over-?due|ow(?:e[ds]?|ing)|indebted|debts?|loans?|arrears|default(?:ed|s)?|instal?lments?|"
    r"re-?pa(?:y|ys|id|ying|yments?)|principal amount|interest rate|accrued|late fees?|balance|outstanding|"
    r"credit (?:limit|record|line))\b"
)
_SHOWS = re.compile("|".join((*_SUM, _ZH, _EN)), re.IGNORECASE)


class Stretch(NamedTuple):
    """A part of a text, and whether it may show a debt."""

    text: str
    shows: bool


def stretches(text: str) -> list[Stretch]:
    """The whole text in order, parted where something may show a debt; nothing is lost between the parts."""
    parts: list[Stretch] = []
    here = 0
    for found in _SHOWS.finditer(text):
        parts += [Stretch(text[here : found.start()], shows=False), Stretch(found[0], shows=True)]
        here = found.end()
    return [each for each in (*parts, Stretch(text[here:], shows=False)) if each.text]
