"""The register of the demonstration: fictional institutions and firms, who works for them, staff and administrators."""

from datetime import date, timedelta
from typing import NamedTuple

from registry import accounts, parties, renaming, service_addresses
from registry.models import AliasKind, BasisKind, BasisStatus, PartyKind
from registry.models_accounts import Account, Audience
from registry.names import check_character
from registry.service_addresses import NewAddress
from sanctions import pools


class Company(NamedTuple):
    """One institution or firm."""

    key: str
    zh: str
    en: str
    bound: tuple[BasisKind, date] | None
    executive: str
    lead: str
    names: tuple[tuple[AliasKind, str], ...] = ()
    member: str = ""
    address: str = "online"
    """online, paper, or none where nobody has confirmed one."""


MEMBER, SIGNED, PROMISED = BasisKind.MEMBERSHIP, BasisKind.SIGNATORY, BasisKind.UNDERTAKING
APP, SMS, NUMBER, SHORT, WEB = AliasKind.APP, AliasKind.SMS_SIGNATURE, AliasKind.NUMBER, AliasKind.SHORT, AliasKind.WEB

INSTITUTIONS = (
    Company("lanqiao", "澜桥消费金融有限公司", "Lanqiao Consumer Finance Co., Ltd.", (MEMBER, date(2018, 5, 1)),
            "褚维桢", "殷若琳",
            ((APP, "澜桥分期"), (SMS, "【澜桥金融】"), (NUMBER, "0100-5551001"), (SHORT, "澜桥")), "卞小舟"),
    Company("haiwang", "海望网络小额贷款有限公司", "Haiwang Online Microloan Co., Ltd.", (MEMBER, date(2018, 9, 1)),
            "管承远", "戚可心", ((APP, "望潮贷"), (SMS, "【望潮】"), (NUMBER, "0100-5551002")), "左江"),
    Company("qingyu", "青屿消费金融有限公司", "Qingyu Consumer Finance Co., Ltd.", (MEMBER, date(2019, 3, 1)),
            "樊知白", "辛夷", ((APP, "青屿借"), (SMS, "【青屿消金】"), (WEB, "qingyu.example"))),
    Company("beiting", "北汀互联网小额贷款有限公司", "Beiting Internet Microloan Co., Ltd.",
            (MEMBER, date(2019, 11, 1)), "章台柳", "骆青云", ((APP, "北汀钱包"), (SMS, "【北汀】"))),
    Company("zhouxing", "舟行数字科技有限公司", "Zhouxing Digital Technology Co., Ltd.", (SIGNED, date(2020, 6, 1)),
            "费扬", "喻清", ((APP, "舟行借钱"), (SMS, "【舟行】"), (NUMBER, "0100-5551005")), "祝融"),
    Company("yunan", "云岸融资担保有限公司", "Yun'an Financing Guarantee Co., Ltd.", (MEMBER, date(2021, 1, 1)),
            "池渊", "关雎", ((SHORT, "云岸担保"),), address="none"),
    Company("xingcha", "星槎消费金融有限公司", "Xingcha Consumer Finance Co., Ltd.", (MEMBER, date(2018, 12, 1)),
            "华亭", "应采薇", ((APP, "星槎优享"), (SMS, "【星槎】"), (NUMBER, "0100-5551007"))),
    Company("wanxi", "万汐网络小额贷款有限公司", "Wanxi Online Microloan Co., Ltd.", (SIGNED, date(2022, 4, 1)),
            "闻人语", "霍然", ((APP, "万汐秒借"), (SMS, "【万汐小贷】"))),
    Company("luzhou", "鹭汀城市商业银行股份有限公司", "Luting Commercial Bank Co., Ltd.", (MEMBER, date(2018, 5, 1)),
            "司南", "甄文", ((SHORT, "鹭汀银行"), (NUMBER, "0100-5551009"))),
    Company("yuanfan", "远帆商业银行股份有限公司", "Yuanfan Commercial Bank Co., Ltd.", (MEMBER, date(2018, 5, 1)),
            "解清川", "娄敏", ((SHORT, "远帆银行"),), address="none"),
    Company("zhichao", "知潮信息服务有限公司", "Zhichao Information Service Co., Ltd.", (SIGNED, date(2023, 2, 1)),
            "边城", "冷溪", ((APP, "知潮好借"), (SMS, "【知潮】")), address="paper"),
    Company("shibei", "拾贝科技有限公司", "Shibei Technology Co., Ltd.", (MEMBER, date(2023, 8, 1)),
            "晏几何", "鲍参", ((APP, "拾贝先享"), (SMS, "【拾贝】"))),
)  # fmt: skip

FIRMS = (
    Company("haishi", "海石资产管理服务有限公司", "Haishi Recovery Services Co., Ltd.", (PROMISED, date(2021, 3, 1)),
            "石砚", "米澜", ((SMS, "【海石服务】"), (NUMBER, "0100-5559001")), "车前"),
    Company("tingan", "汀岸信用管理有限公司", "Ting'an Credit Management Co., Ltd.", (PROMISED, date(2022, 1, 1)),
            "岑参商", "金穗", ((SMS, "【汀岸】"), (NUMBER, "0100-5559002"))),
    Company("mingli", "明砺商务咨询有限公司", "Mingli Business Consulting Co., Ltd.", (PROMISED, date(2022, 7, 1)),
            "厉行", "巫山", ((NUMBER, "0100-5559003"),), address="none"),
    Company("changxi", "长汐数据服务有限公司", "Changxi Data Service Co., Ltd.", (MEMBER, date(2023, 1, 1)),
            "滕王", "柏舟", ((SMS, "【长汐】"), (NUMBER, "0100-5559004"))),
    Company("yuanshan", "远山信息咨询有限公司", "Yuanshan Information Consulting Co., Ltd.", None, "", "",
            ((NUMBER, "0100-5559005"),), address="none"),
    Company("duosheng", "铎声企业管理有限公司", "Duosheng Enterprise Management Co., Ltd.", None, "", "",
            ((NUMBER, "0100-5559006"),), address="none"),
)  # fmt: skip

ENGAGED = (
    ("lanqiao", "haishi", date(2022, 1, 1), None, 3),
    ("haiwang", "tingan", date(2022, 6, 1), None, 7),
    ("qingyu", "mingli", date(2022, 9, 1), None, None),
    ("beiting", "changxi", date(2023, 3, 1), None, 5),
    ("zhouxing", "yuanshan", date(2023, 5, 1), None, None),
    ("xingcha", "haishi", date(2022, 11, 1), None, 2),
    ("wanxi", "tingan", date(2023, 1, 1), None, 9),
    ("luzhou", "changxi", date(2023, 6, 1), None, 4),
    ("zhichao", "mingli", date(2023, 9, 1), None, 8),
    ("shibei", "duosheng", date(2024, 1, 1), None, None),
    ("yuanfan", "changxi", date(2021, 1, 1), date(2023, 12, 31), None),
)
"""Institution, firm, first and last day, and how many months ago the firm was last evaluated."""

STAFF = (
    ("intake", "林晓", ("intake",)),
    ("intake2", "周禾", ("intake",)),
    ("officer", "陈若安", ("officer",)),
    ("officer2", "高远舟", ("officer", "intake")),
    ("investigator", "沈岩", ("investigator",)),
    ("investigator2", "罗青", ("investigator", "officer")),
    ("head", "顾明川", ("head",)),
    ("deputy", "方静", ("head",)),
    ("reviewer", "韩叙", ("reviewer",)),
    ("secretary", "温黎", ("secretary",)),
    ("panel1", "欧阳衡", ("panel",)),
    ("panel2", "诸葛宁", ("panel",)),
    ("panel3", "上官平", ("panel",)),
    ("panel4", "司徒正", ("panel",)),
    ("panel5", "令狐容", ("panel",)),
    ("panel6", "东方明", ("panel",)),
    ("panel7", "夏侯敏", ("panel",)),
    ("review", "尉迟公", ("review body",)),
    ("review2", "公孙允", ("review body",)),
    ("review3", "宇文澄", ("review body",)),
    ("review4", "皇甫安", ("review body",)),
    ("review5", "澹台静", ("review body",)),
    ("review6", "百里和", ("review body",)),
    ("council", "长孙信", ("council",)),
    ("publisher", "江屿", ("publisher",)),
    ("publisher2", "季然", ("publisher",)),
    ("seal", "印章保管员", ("seal keeper",)),
)
ADMINS = (
    ("system", "系统管理员", ("system_admin",)),
    ("security", "安全管理员", ("security_admin",)),
    ("audit", "审计管理员", ("audit_admin",)),
)
BACKGROUNDS = {
    "panel1": "蓝湾大学法学院", "panel2": "蓝湾消费者权益保护中心", "panel3": "海望律师事务所",
    "panel4": "yunan", "panel5": "yuanfan", "panel6": "shibei", "panel7": "蓝湾仲裁研究所",
    "review": "蓝湾大学法学院", "review2": "海望律师事务所", "review3": "蓝湾消费者权益保护中心",
    "review4": "蓝湾仲裁研究所", "review5": "蓝湾大学金融学院", "review6": "望海公证处",
}  # fmt: skip
"""Where members of the pool for panels and reviews work: somewhere outside, or at a member institution (its key)."""


def set_up(stage):
    """Enter everybody who is there before the first complaint."""
    at, now = stage.at, stage.begin
    for key, name, roles in (*ADMINS, *STAFF):
        audience = Audience.ADMIN if (key, name, roles) in ADMINS else Audience.STAFF
        _account(stage, key, f"{key}@lanwan.example", name, audience, roles)
    keeper = stage.people["system"]
    for serial, company in enumerate((*INSTITUTIONS, *FIRMS), 1):
        party = _party(stage, company, serial, keeper)
        if company.lead:
            _account(stage, company.key, f"lead@{company.key}.example", company.lead, Audience.PARTY, ("lead",), party)
        if company.member:
            mail = f"member@{company.key}.example"
            _account(stage, f"{company.key}.member", mail, company.member, Audience.PARTY, ("member",), party)
    for lender, firm, first, last, months in ENGAGED:
        parties.engage(
            at, actor=keeper, institution=stage.parties[lender], firm=stage.parties[firm], from_on=first, to_on=last,
            products="个人消费贷款", white_list_url=f"https://{lender}.example/partners",
            contract=f"LW-{first:%Y%m}-{firm.upper()}",
            last_evaluated_on=now.date() - timedelta(days=30 * months) if months else None, now=now,
        )  # fmt: skip
    for company in (*INSTITUTIONS, *FIRMS):
        if company.address != "none":
            _address(stage, company)
    for key, place in BACKGROUNDS.items():
        party, person = stage.parties.get(place), at.get_one(Account, stage.people[key].id)
        pools.place(at, person, party=party, organisation="" if party else place, actor=keeper, now=now)


def _party(stage, company, serial, keeper):
    at, now = stage.at, stage.begin
    lends = company in INSTITUTIONS
    first = f"91999900MA{4000000 + serial * 137:07d}"
    party = parties.create(
        at, actor=keeper, kind=PartyKind.INSTITUTION if lends else PartyKind.FIRM, name_zh=company.zh,
        name_en=company.en, uscc=first + check_character(first), named_executive=company.executive,
        member_no=f"LW{serial:04d}" if company.bound and company.bound[0] is MEMBER else None, now=now,
    )  # fmt: skip
    stage.parties[company.key] = party
    if company.bound:
        kind, since = company.bound
        papers = {MEMBER: "入会证书", SIGNED: "自律公约签署页", PROMISED: "接受自律规则承诺书"}
        document = f"{papers[kind]}（{since:%Y}）"
        parties.add_basis(at, party, actor=keeper, kind=kind, from_on=since, document=document, now=now)
        if kind is MEMBER and lends:
            parties.add_basis(at, party, actor=keeper, kind=SIGNED, from_on=since, document="自律公约签署页", now=now)
    for kind, value in company.names:
        parties.add_alias(at, party, actor=keeper, kind=kind, value=value, from_on=date(2022, 1, 1), now=now)
    return party


def _account(stage, key, mail, name, audience, roles, party=None):
    account = accounts.enter_demonstration(
        stage.at, mail=mail, name=name, audience=audience, roles=roles, party=party, now=stage.begin
    )
    stage.enter(key, account)


def _address(stage, company):
    street = f"蓝湾市海望区{company.zh[:2]}路{len(company.en)}号"
    address = NewAddress(
        electronic=company.address == "online", postal_address=street, contact_name=company.lead,
        contact_phone=f"0100-555{2000 + len(company.zh) * 7}", signed_name=company.lead,
    )  # fmt: skip
    when = stage.begin + timedelta(days=1, minutes=len(company.en))
    service_addresses.confirm(stage.at, actor=stage.people[company.key], address=address, now=when)


def change_over_time(stage):
    """What happened to the register since: a new name, rights suspended and given back, a party suspended."""
    keeper = stage.people["system"]
    party = stage.parties["luzhou"]
    renaming.rename(stage.at, party, actor=keeper, name_zh="鹭汀商业银行股份有限公司", version=None, now=stage.now)
    yield stage.later(40, 10)
    left = parties.add_basis(
        stage.at, stage.parties["yunan"], actor=keeper, kind=PROMISED, from_on=date(2020, 1, 1),
        to_on=date(2020, 12, 31), document="入会前承诺书", now=stage.now,
    )  # fmt: skip
    yield stage.later(60, 10)
    left_on = {"status": BasisStatus.WITHDRAWN, "to_on": date(2020, 12, 31)}
    parties.end_basis(stage.at, left, actor=keeper, **left_on, version=None, now=stage.now)
    lanqiao = stage.parties["lanqiao"]
    since = date(2024, 1, 1)
    parties.add_alias(stage.at, lanqiao, actor=keeper, kind=APP, value="桥下借", from_on=since, now=stage.now)
