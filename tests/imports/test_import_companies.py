"""A list of companies is tried without a trace, confirmed by whoever keeps the register, and changes nothing there."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from io import BytesIO

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.http import parse_options_header

from core import clock
from core.db import transaction
from core.errors import NotAllowed
from core.journal import JournalEntry
from imports import companies as import_companies
from imports import uploads
from imports.models import ImportFile
from registry import batches, parties, queries
from registry.models import AliasKind, Basis, BasisKind, Engagement, Party, PartyAlias, PartyKind
from registry.models_accounts import Account, Audience
from registry.names import check_character
from tests import vnu
from tests.builders import account, actor_of
from tests.conftest import NOW
from tests.imports.house import HOME, House, as_csv, as_xlsx, house  # noqa: F401 - house is a fixture

OFFICE = "/admin/company_lists"


def code(first: str) -> str:
    """A true code of which the first letters are these."""
    start = first.ljust(17, "0")
    return start + check_character(start)


LENDER, FIRM, OTHER = code("91310000MA1"), code("91310000MB2"), code("91310000MC3")
HEAD = [
    "单位名称",
    "统一社会信用代码",
    "类型",
    "约束依据",
    "入会日期",
    "简称",
    "客服电话",
    "委托机构代码",
    "委托起始日期",
    "备注",
]
LIST = [
    HEAD,
    ["甲岸消费金融有限公司", LENDER, "机构", "会员", "2024-03-01", "甲岸；甲岸贷", "400-123-4567", "", "", "x"],
    ["乙河催收服务有限公司", FIRM, "催收公司", "承诺书", "2025-01-01", "", "", LENDER, "2025-02-01", "x"],
    ["乙河催收服务有限公司", FIRM, "催收公司", "", "", "乙河", "", "", "", "x"],
    ["丙山科技有限公司", OTHER, "银行", "", "", "", "", "", "", "x"],
    ["丁海有限公司", "91310000MA1000000X", "机构", "", "", "", "", "", "", "x"],
    ["戊江有限公司", OTHER, "机构", "会员", "03/01/2024", "", "", "", "", "x"],
    ["己湖有限公司", OTHER, "催收公司", "", "", "", "", code("91310000MD4"), "2025-01-01", "x"],
]
SAID = {
    "date_form": "%Y-%m-%d", "column_0": "name_zh", "column_1": "uscc", "column_2": "kind", "column_3": "basis",
    "column_4": "basis_from", "column_5": "short", "column_6": "phone", "column_7": "principal",
    "column_8": "engaged_from", "column_9": "leave",
}  # fmt: skip


def tried(house: House, content: bytes, name: str = "members.csv", **said: str) -> int:  # noqa: F811
    """Brought in as a list of companies, told and tried."""
    number = int(house.post(HOME, what="companies", files=_file(content, name)).split("/")[3])
    house.post(f"{HOME}/{number}/columns", **{**SAID, **said})
    house.run()
    return number


def _file(content: bytes, name: str) -> tuple[object, str]:
    return BytesIO(content), name


def administrator(at: Session, *roles: str) -> Account:
    made = account(at, "沈维", *(roles or ("system_admin",)))
    made.audience = Audience.ADMIN
    at.flush()
    return made


def keeper(house: House, *roles: str) -> int:  # noqa: F811
    with house.app.app_context(), transaction() as at:
        return administrator(at, *roles).id


def confirm(house: House, number: int) -> None:  # noqa: F811
    read = {"key": f"c{number}", "seen": house.file(number).batch_id}
    answer = house.browser(keeper(house)).post(f"{OFFICE}/{number}/confirm/", data=read)
    assert answer.status_code == 303, answer.text
    house.run()


def register(house: House) -> tuple[int, int, int, int]:  # noqa: F811
    with house.app.app_context(), transaction() as at:
        models = (Party, PartyAlias, Basis, Engagement)
        one, two, three, four = (at.scalar(select(func.count()).select_from(model)) or 0 for model in models)
        return one, two, three, four


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_dry_run_enters_nothing_and_says_of_each_row_what_it_would_add_or_why_not(
    house: House,  # noqa: F811
    ending: str,
) -> None:
    before = register(house)
    with house.app.app_context(), transaction() as at:
        entries = at.scalar(select(func.count()).select_from(JournalEntry).where(JournalEntry.subject_kind == "party"))
    content = as_csv(LIST) if ending == "csv" else as_xlsx(LIST)  # type: ignore[arg-type]
    with ThreadPoolExecutor(1) as beside, house.app.app_context(), transaction() as at:
        parties.one_name_at_a_time(at)  # somebody enters a company meanwhile: neither waits for the other
        number = beside.submit(tried, house, content, f"members.{ending}").result(60)
    assert register(house) == before
    with house.app.app_context(), transaction() as at:
        now = at.scalar(select(func.count()).select_from(JournalEntry).where(JournalEntry.subject_kind == "party"))
    assert now == entries
    it = house.file(number)
    assert it.found is not None
    assert (it.found["new"], it.found["there"], it.found["rejected"]) == (3, 0, 4)
    assert it.found["entered"] == {"companies": 2, "names": 4, "bases": 2, "engagements": 1}
    why = {(each["line"], each["column"]) for each in it.found["reasons"]}
    assert why == {(5, "类型"), (6, "统一社会信用代码"), (7, "入会日期"), (8, "委托机构代码")}
    english = house.read(f"{HOME}/{number}?lang=en")
    for words in ("New companies", "kept until", "It waits 14 days", "institution or collection firm"):
        assert words in english
    assert "Historic complaints" not in english
    rejects = house.mine.get(f"{HOME}/{number}/rejects")
    assert parse_options_header(rejects.headers["Content-Disposition"])[1]["filename"].startswith("members ")


def test_a_code_of_digits_alone_that_a_spreadsheet_rounded_is_told_as_such(house: House) -> None:  # noqa: F811
    spoilt = [["庚岭有限公司", each, "机构", *[""] * 7] for each in ("9.1310E+17", "913100001234567000")]
    true = ["辛川有限公司", "913100001000387000", "机构", *[""] * 7]  # both of its checks are right
    number = tried(house, as_csv([*LIST[:2], *spoilt, true]))
    found = house.file(number).found or {}
    assert (found["new"], found["rejected"]) == (2, 2)
    english = house.read(f"{HOME}/{number}?lang=en")
    assert "lost its digits in a spreadsheet" in english
    assert "no unified social credit code" not in english


def test_a_code_that_is_too_short_is_told_its_length(house: House) -> None:  # noqa: F811
    short = [["庚岭有限公司", "123", "机构", *[""] * 7], ["辛川有限公司", "91310000MA1FL0AAAA", "机构", *[""] * 7]]
    page = f"{HOME}/{tried(house, as_csv([*LIST[:2], *short]))}?lang=en"
    english = house.read(page)
    assert "it has 3 characters instead of 18" in english
    assert english.count("its last character doesn") == 1, "of the whole one alone"


def test_who_keeps_the_register_confirms_and_each_row_is_entered_under_that_name(house: House) -> None:  # noqa: F811
    number = tried(house, as_csv(LIST))
    work = house.file(number).batch_id or 0
    assert house.mine.post(f"/staff/jobs/{work}/start", data={"key": "s"}).status_code == 409
    assert "who keeps the register" in house.read(f"/staff/jobs/{work}?lang=en")
    confirm(house, number)
    assert house.state(work) == "DONE"
    with house.app.app_context(), transaction() as at:
        lender, firm = queries.party_by_uscc(at, LENDER), queries.party_by_uscc(at, FIRM)
        assert lender is not None
        assert firm is not None
        assert (lender.kind, firm.kind) == (PartyKind.INSTITUTION, PartyKind.FIRM)
        assert {(one.kind, one.value) for one in lender.aliases} == {
            (AliasKind.SHORT, "甲岸"),
            (AliasKind.SHORT, "甲岸贷"),
            (AliasKind.NUMBER, "400-123-4567"),
        }
        (bound,) = at.scalars(select(Basis).where(Basis.party_id == firm.id))
        assert (bound.kind, bound.from_on) == (BasisKind.UNDERTAKING, date(2025, 1, 1))
        (engaged,) = at.scalars(select(Engagement).where(Engagement.firm_id == firm.id))
        assert (engaged.institution_id, engaged.from_on) == (lender.id, date(2025, 2, 1))
        said = select(JournalEntry.actor).where(
            JournalEntry.subject_kind == "party", JournalEntry.subject_id == firm.id, JournalEntry.row == "party.create"
        )
        (actor,) = at.scalars(said)
        keepers = at.scalars(select(Account.id).where(Account.name == "沈维")).all()
        assert actor in {f"account:{each}" for each in keepers}
        lender_page = f"/staff/parties/{lender.id}"
    assert lender_page in house.read(f"/staff/jobs/{work}")
    (entry,) = house.noted("import")
    assert entry.changes is not None
    assert (entry.changes["imported"], entry.changes["rejected"]) == (3, 4)


def test_a_list_is_safe_to_repeat_and_never_changes_what_the_register_says(house: House) -> None:  # noqa: F811
    first = tried(house, as_csv([*LIST[:4], [LIST[1][0], OTHER, *LIST[1][2:]]]))
    [doubled] = house.file(first).found["reasons"]
    assert doubled["why"]["en"] == "Line 2 of the list has a company of this name under another code."
    confirm(house, first)
    before = register(house)
    again = house.file(tried(house, as_csv(LIST[:4]), "again.csv")).found
    assert again is not None
    assert (again["new"], again["there"], again["rejected"]) == (0, 3, 0)
    row = LIST[1]
    differing = [
        HEAD,
        ["甲岸消费金融股份有限公司", *row[1:]],
        [row[0], row[1], "催收公司", *row[3:]],
        ["甲岸消费金融有限公司", OTHER, *row[2:]],
        [*row[:4], "2024-06-01", *row[5:]],
        [*row[:5], "新简称", *row[6:]],
    ]
    number = tried(house, as_csv(differing), "differing.csv")
    found = house.file(number).found
    assert found is not None
    assert (found["new"], found["rejected"]) == (1, 4)
    assert {each["column"] for each in found["reasons"]} == {"单位名称", "类型", "入会日期"}
    confirm(house, number)
    assert register(house) == (before[0], before[1] + 1, *before[2:])


def test_the_run_judges_anew_what_changed_since_the_dry_run(house: House) -> None:  # noqa: F811
    number = tried(house, as_csv(LIST[:4]))
    with house.app.app_context(), transaction() as at:
        person = actor_of(administrator(at))
        parties.create(at, actor=person, kind=PartyKind.FIRM, name_zh="甲岸消费金融有限公司", uscc=LENDER, now=NOW)
    confirm(house, number)
    states = house.items(house.file(number).batch_id or 0)
    assert [state for state, _why in states] == ["SKIPPED", "SKIPPED", "DONE"]
    assert "other kind" in states[0][1]


def test_nobody_else_confirms_and_what_is_sent_back_says_why(house: House) -> None:  # noqa: F811
    number = tried(house, as_csv(LIST))
    for roles in (("security_admin",), ("audit_admin",)):
        other = house.browser(keeper(house, *roles))
        assert other.get(f"{OFFICE}/{number}/").status_code in {302, 403, 404}
        assert other.post(f"{OFFICE}/{number}/confirm/", data={"key": "x"}).status_code in {302, 403, 404}
    with house.app.app_context(), transaction() as at:
        head = actor_of(at.get_one(Account, house.head))
        with pytest.raises(NotAllowed):
            uploads.confirm(at, at.get_one(ImportFile, number), seen=None, actor=head, now=NOW)
    mine = house.browser(keeper(house))
    assert mine.post(f"{OFFICE}/{number}/send-back/", data={"key": "w"}).status_code == 422
    mine.post(f"{OFFICE}/{number}/send-back/", data={"key": "v", "why": "名单须先经秘书处核对。"})
    assert "名单须先经秘书处核对。" in house.read(f"{HOME}/{number}")
    assert mine.post(f"{OFFICE}/{number}/confirm/", data={"key": "y"}).status_code == 409
    house.post(f"{HOME}/{number}/again")
    house.run()
    assert "名单须先经秘书处核对。" not in house.read(f"{HOME}/{number}")
    assert register(house)[0] == 0


def test_what_was_tried_anew_since_it_was_read_is_not_confirmed_unread(house: House) -> None:  # noqa: F811
    number = tried(house, as_csv(LIST))
    read = {"key": "r", "seen": house.file(number).batch_id}
    house.post(f"{HOME}/{number}/columns", **{**SAID, "column_6": "leave"})
    house.run()
    assert house.file(number).batch_id not in {None, read["seen"]}
    assert house.browser(keeper(house)).post(f"{OFFICE}/{number}/confirm/", data=read).status_code == 409
    assert register(house)[0] == 0


def test_whoever_confirms_reads_each_row_as_the_list_has_it(house: House) -> None:  # noqa: F811
    page = house.browser(keeper(house)).get(f"{OFFICE}/{tried(house, as_csv(LIST))}/").text
    for words in (
        "乙河催收服务有限公司",
        "催收公司 · 承诺书 · 2025-01-01",
        f"{LENDER} · 2025-02-01",
        "甲岸；甲岸贷",
        "校验位不符",
    ):
        assert words in page


def test_whoever_confirms_reads_what_each_column_is_and_what_is_taken_where_none_says_it(house: House) -> None:  # noqa: F811
    plain = [[row[0], row[1], row[4], row[5]] for row in LIST[:2]]
    said = {"column_2": "basis_from", "column_3": "app", "party_kind": "FIRM", "basis_kind": "SIGNATORY"}
    number = tried(house, as_csv(plain), **said)
    page = house.browser(keeper(house)).get(f"{OFFICE}/{number}/?lang=en").text
    told = dict(re.findall(r"<dt[^>]*>(.*?)</dt>\s*<dd[^>]*>(.*?)</dd>", page))
    assert told["App"] == "简称"
    assert told["First day it is bound"] == "入会日期"
    assert told["What they are, where no column says so"] == "Collection firm"
    assert told["What binds them, where no column says so"] == "Signed the convention"
    assert told["How days are written"] == "2026-11-25"


def test_a_list_of_which_no_row_would_come_in_waits_for_nobody(house: House) -> None:  # noqa: F811
    number = tried(house, as_csv([HEAD, LIST[4]]))
    page = house.read(f"{HOME}/{number}?lang=en")
    assert "no row would come in" in page
    assert "It waits 14 days" not in page
    lists = house.browser(keeper(house)).get(f"{OFFICE}/?lang=en").text
    assert ("Nothing to enter" in lists, "Waits for you" in lists) == (True, False)


def test_a_list_may_call_lenders_as_the_pages_do(house: House) -> None:  # noqa: F811
    row = [*LIST[1][:2], "放贷机构", *LIST[1][3:]]
    assert (house.file(tried(house, as_csv([HEAD, row]))).found or {})["new"] == 1


def test_a_list_waits_two_weeks_for_its_second_person(house: House) -> None:  # noqa: F811
    number = tried(house, as_csv(LIST))
    with house.app.app_context(), transaction() as at:
        made = clock.now()
        batches.forget_unstarted(at, made + timedelta(days=13))
        assert at.get_one(ImportFile, number).batch_id is not None
        batches.forget_unstarted(at, made + timedelta(days=15))
    assert "nobody confirmed it in time" in house.read(f"{HOME}/{number}?lang=en")


def test_a_mapping_of_complaints_is_not_offered_for_companies(house: House) -> None:  # noqa: F811
    tried(house, as_csv(LIST), save_as="会员名单")
    companies = int(house.post(HOME, what="companies", files=_file(as_csv(LIST), "b.csv")).split("/")[3])
    assert "会员名单" in house.read(f"{HOME}/{companies}/columns")
    complaints = int(house.post(HOME, files=_file(as_csv(LIST), "c.csv")).split("/")[3])
    assert "会员名单" not in house.read(f"{HOME}/{complaints}/columns")


def test_a_list_too_long_for_one_job_is_refused_as_a_whole(
    house: House,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(import_companies, "MOST", 2)
    number = tried(house, as_csv(LIST))
    assert house.file(number).found is None
    assert "More than 2 rows. Split the file." in house.read(f"{HOME}/{number}?lang=en")


def test_the_columns_are_guessed_and_name_and_code_are_needed(house: House) -> None:  # noqa: F811
    number = int(house.post(HOME, what="companies", files=_file(as_csv(LIST), "b.csv")).split("/")[3])
    page = house.read(f"{HOME}/{number}/columns?lang=en")
    for field in ("name_zh", "uscc", "kind", "basis_from", "principal", "engaged_from", "phone"):
        assert f'<option value="{field}" selected>' in page or f'<option selected value="{field}">' in page, field
    answer = house.mine.post(f"{HOME}/{number}/columns?lang=en", data={"key": "k", **SAID, "column_1": "leave"})
    assert answer.status_code == 422
    assert "Say which column is “Unified social credit code”." in answer.text


def test_its_pages_are_valid_html_at_every_stage(house: House) -> None:  # noqa: F811
    number = tried(house, as_csv(LIST))
    untold = int(house.post(HOME, what="companies", files=_file(as_csv(LIST[:3]), "b.csv")).split("/")[3])
    office = house.browser(keeper(house))
    pages = {"file": house.read(f"{HOME}/{number}"), "columns": house.read(f"{HOME}/{untold}/columns")}
    pages["lists"], pages["list"] = office.get(f"{OFFICE}/").text, office.get(f"{OFFICE}/{number}/").text
    confirm(house, number)
    pages["entered"] = office.get(f"{OFFICE}/{number}/?lang=en").text
    assert "Entered" in pages["entered"]
    assert vnu.errors(pages) == []


def test_where_the_account_of_whoever_confirmed_was_locked_nothing_more_is_entered(house: House) -> None:  # noqa: F811
    number = tried(house, as_csv(LIST[:3]))
    with house.app.app_context(), transaction() as at:
        person = administrator(at)
        it = at.get_one(ImportFile, number)
        uploads.confirm(at, it, seen=it.batch_id, actor=actor_of(person), now=clock.now())
        person.locked_at = clock.now()
    house.run()
    assert {why for _state, why in house.items(house.file(number).batch_id or 0)} == {
        "Whoever confirmed the list doesn't keep the register any more."
    }
    assert register(house)[0] == 0


def test_a_list_of_members_that_was_brought_as_complaints_is_turned_into_one_where_its_columns_are_asked(
    house: House,  # noqa: F811
) -> None:
    number = house.bring(as_csv(LIST[:2]), "members.csv")
    page = f"{HOME}/{number}/columns"
    assert "不对，是要录入名录的单位" in house.read(page)
    for _twice in range(2):
        house.post(f"{HOME}/{number}/holds/companies")
    assert (house.file(number).holds, house.file(number).columns[0]["values"]) == ("companies", [LIST[1][0]])
    house.post(page, **SAID)
    house.run()
    assert (house.file(number).found or {})["entered"]["companies"] == 1
    house.post(f"{HOME}/{number}/holds/complaints")
    it = house.file(number)
    assert (it.holds, it.told, it.found, it.batch_id) == ("complaints", None, None, None)
