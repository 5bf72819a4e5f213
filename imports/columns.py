"""Columns of a file that somebody imports: their names and first values, what each probably is, how its days look."""

from collections.abc import Mapping as Table
from collections.abc import Sequence
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, Final

from casework import masking
from core import characters
from core.errors import BadInput
from core.words import LOCALES, _l, in_both
from filestore.sheets import COLUMNS
from imports.lines import BOOK, look
from imports.mapping import COMPLAINTS, folded, of_told
from imports.models import ImportFile
from imports.report import WHERE
from imports.rows import FIELD, is_day
from imports.sheets import LEAST, records

LOOKED_AT: Final = 50
"""So many rows are looked at for first values."""
EXAMPLES: Final = 3
SHOWN: Final = 80
LONG: Final = 500
"""So much of a cell is masked before it is cut: a number that the cut goes through is no number any more."""
DATE_FORMS: Final = (
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%Y年%m月%d日",
    "%Y%m%d",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d.%m.%Y",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M:%S.%f",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
)
"""How sources write days; which one a file has is told by its first values."""
RUNNING: Final = {"序号", "行号", "row", "serial", "serial number", "s/n", "#"}
"""Names of columns that count the rows of a file: the same complaint has another one in the next file."""
NAMES: Final[Table[str, tuple[str, ...]]] = {
    "received_on": ("date received", "received", "date", "收到日期", "受理日期", "投诉日期", "投诉时间", "日期"),
    "product": ("product", "business", "业务", "业务类型", "产品", "产品类型"),
    "issue": ("issue", "matter", "subject", "问题", "投诉事由", "事由", "主题"),
    "facts": (
        "consumer complaint narrative", "narrative", "facts", "what happened", "陈述", "投诉内容", "事实", "内容",
    ),
    "company": ("company", "institution", "respondent", "机构", "被投诉机构", "被投诉单位", "被投诉公司", "公司"),
    "number": ("complaint id", "number", "id", "no.", "编号", "投诉编号", "工单号"),
}  # fmt: skip
"""Names of columns by which their meaning is guessed; whoever imports sees the guess and decides."""
COMPANY_NAMES: Final[Table[str, tuple[str, ...]]] = {
    "name_zh": ("name", "full name", "company", "单位名称", "机构名称", "公司名称", "企业名称", "名称", "全称"),
    "uscc": (
        "unified social credit code",
        "uscc",
        "credit code",
        "code",
        "统一社会信用代码",
        "信用代码",
        "社会信用代码",
    ),
    "kind": ("kind", "type", "单位类型", "机构类型", "类型", "类别"),
    "name_en": ("name in english", "english name", "英文名称", "英文名"),
    "member_no": ("member number", "member no.", "会员编号", "会员号"),
    "named_executive": ("executive", "催收业务负责人", "高级管理人员", "负责人"),
    "short": ("short name", "简称"),
    "app": ("app", "apps", "应用名称", "app名称"),
    "sms_signature": ("message signature", "sms signature", "短信签名"),
    "phone": ("telephone", "phone", "客服电话", "电话"),
    "web": ("website", "web", "网址", "网站"),
    "basis": ("basis", "约束依据", "约束方式", "身份"),
    "basis_from": ("member since", "bound from", "from", "入会日期", "签署日期", "起始日期", "起始日", "生效日期"),
    "basis_to": ("member until", "bound to", "to", "退会日期", "终止日期", "终止日"),
    "basis_paper": ("paper", "certificate", "依据文件", "证书编号"),
    "principal": ("institution's code", "principal", "委托机构代码", "委托方统一社会信用代码"),
    "engaged_from": ("engaged from", "委托起始日期", "委托开始日期", "委托起始日", "委托起"),
    "engaged_to": ("engaged to", "委托终止日期", "委托结束日期", "委托终止日", "委托止"),
    "contract": ("contract", "合同编号"),
    "products": ("products", "委托业务", "催收产品"),
}


def columns_of(path: Path, holds: str = COMPLAINTS) -> list[dict[str, Any]]:
    """Name and first values of each column, of complaints masked; a first row that is no header is refused."""
    seen = look(path, ("utf-8", "gb18030"))
    found = records(path, seen, "", lambda _cell: False, DATE_FORMS[0])
    first = next(found, None)
    names = [characters.tidy(cell) for cell in first.cells] if first is not None and not first.trouble else []
    _header(names, book=seen.encoding == BOOK)
    seen_rows = [each.cells for each in islice(found, LOOKED_AT)]
    rows = [cells for cells in seen_rows if len(cells) == len(names)]
    most = max(map(len, seen_rows), default=0)
    if not rows and most > len(names):
        more = _l(
            "The rows have %(found)s cells, but only %(named)s columns have a name. The first row must name them all.",
            found=most,
            named=len(names),
        )
        raise BadInput(FIELD, more)
    if not rows:
        raise BadInput(FIELD, _l("Below the names of the columns the file has no rows."))
    return [{"name": name, "values": _values([row[place] for row in rows], holds)} for place, name in enumerate(names)]


def _header(names: Sequence[str], *, book: bool) -> None:
    if len(names) < LEAST and book:
        raise BadInput(FIELD, _l("Only one column was found. Their names stand in one row, each in a cell of its own."))
    if len(names) < LEAST:
        raise BadInput(
            FIELD, _l("Only one column was found. Save the file as XLSX, or as CSV with commas between its cells.")
        )
    if len(names) > COLUMNS:
        raise BadInput(FIELD, _l("The file has more than %(most)s columns.", most=COLUMNS))
    if any(characters.wrong(each) for each in names):
        raise BadInput(FIELD, _l("The name of a column holds a character that can't be read: write it anew."))
    if not all(names):
        raise BadInput(FIELD, _l("A column has no name: the first row must name them all."))
    if len(set(names)) != len(names):
        doubled = next(each for each in names if names.count(each) > 1)
        raise BadInput(FIELD, _l("Two columns are called “%(name)s”.", name=doubled[:60]))


def _values(cells: Sequence[str], holds: str) -> list[str]:
    found = dict.fromkeys(" ".join(cell.split())[:LONG] for cell in cells)
    told = (each for each in found if each and characters.wrong(each) is None)
    shown = (_masked(each) if holds == COMPLAINTS else each for each in told)
    return list(islice((each if len(each) <= SHOWN else f"{each[:SHOWN]}…" for each in shown), EXAMPLES))


def _masked(cell: str) -> str:
    """What stands in a complaint names people; a day is still read to guess how days are written."""
    return cell if any(is_day(cell, form) for form in DATE_FORMS) else masking.masked(cell, masking.introduced(cell))


def before_rejects(names: Sequence[str]) -> list[str]:
    """The columns that say where and why, if these are those of a file of rejected rows that somebody put right."""
    first = [*names[: len(WHERE)]]
    return first if first in _where() else []


@cache
def _where() -> list[list[str]]:
    said = [in_both(each) for each in WHERE]
    return [[each[lang] for each in said] for lang in LOCALES]


def guess(columns: Sequence[Table[str, Any]], holds: str = COMPLAINTS) -> dict[str, str]:
    """By field the column that probably holds it, each column once."""
    found: dict[str, str] = {}
    for field, names in (NAMES if holds == COMPLAINTS else COMPANY_NAMES).items():
        here = {folded(each["name"]): each["name"] for each in columns if each["name"] not in found.values()}
        if (name := next((here[each] for each in names if each in here), "")) != "":
            found[field] = name
    return found


def guess_date_form(values: Sequence[str]) -> str:
    """The form that all these values have; where none fits, or the days could be of two, none."""
    fitting = [form for form in DATE_FORMS if values and all(is_day(value, form) for value in values)]
    return fitting[0] if len(fitting) == 1 else ""


def fits(told: dict[str, Any], it: ImportFile) -> bool:
    """Whether a mapping is one for the columns of this file, and for what it holds."""
    found = of_told(told, it.name)
    return found.holds == it.holds and sorted(found.all_columns) == sorted(each["name"] for each in it.columns)
