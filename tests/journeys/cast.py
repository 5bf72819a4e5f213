"""The people and parties of the journeys: fictional, each with an account of the demonstration."""

from datetime import UTC, date, datetime

from sqlalchemy.orm import Session

from core.actors import Actor
from registry import accounts, parties
from registry.models import AliasKind, BasisKind, Party, PartyKind
from registry.models_accounts import Account, Audience
from registry.names import check_character
from sanctions import pools

PASSWORD = accounts.DEMONSTRATION_PASSWORD
LONG_AGO = datetime(2025, 1, 2, 2, 0, tzinfo=UTC)
FIRST = date(2020, 1, 1)
LENDER, FIRM, APP = "云栖消费金融有限公司", "衡泰商务咨询有限公司", "云栖借"
ON_PAPER, SUSPENDED = "北辰小额贷款有限公司", "远帆网络小额贷款有限公司"
"""A member that never confirms its service address, and one whose business is suspended."""
LEAD_ON_PAPER = "lead@beichen.example"
KEEPER = Actor(None, frozenset({"system_admin", "system"}), name="system", audience="admin")
STAFF = {
    "intake": ("林晚", ["intake"]),
    "officer": ("周砚", ["officer"]),
    "officer2": ("许宁", ["officer", "intake"]),
    "investigator": ("程未央", ["investigator"]),
    "head": ("方秉正", ["head"]),
    "reviewer": ("赵敏之", ["reviewer"]),
    "secretary": ("沈听澜", ["secretary"]),
    "publisher": ("顾行", ["publisher"]),
    "publisher2": ("罗予", ["publisher"]),
    "panel1": ("韩静安", ["panel"]),
    "panel2": ("叶知秋", ["panel"]),
    "panel3": ("陆子衿", ["panel"]),
    "panel4": ("宋怀瑾", ["panel"]),
    "panel5": ("白若溪", ["panel"]),
}
ADMINS = {"system": "system_admin", "security": "security_admin", "audit": "audit_admin"}


def knows(who: str) -> bool:
    """Whether that is somebody of the association, with an account."""
    return who in STAFF or who in ADMINS


def mail(who: str) -> str:
    """The sign-in address of somebody of the association."""
    return f"{who}@lanwan.example"


def enter(at: Session) -> None:
    """The parties, the engagement of two, and everybody's account."""
    lender = _party(at, PartyKind.INSTITUTION, LENDER, "Yunqi Consumer Finance Co., Ltd.", "91350200MA2XYR123")
    firm = _party(at, PartyKind.FIRM, FIRM, "Hengtai Business Consulting Co., Ltd.", "91350200MA3ABC567")
    paper = _party(at, PartyKind.INSTITUTION, ON_PAPER, "Beichen Microloan Co., Ltd.", "91350200MA4BCD111")
    suspended = _party(at, PartyKind.INSTITUTION, SUSPENDED, "Yuanfan Online Microloan Co., Ltd.", "91350200MA5CDE222")
    for party in (paper, suspended):
        parties.add_basis(at, party, kind=BasisKind.MEMBERSHIP, from_on=FIRST, actor=KEEPER, now=LONG_AGO)
    parties.suspend(at, suspended, why="暂停业务", version=None, actor=KEEPER, now=LONG_AGO)
    for who, (name, roles) in STAFF.items():
        made = _account(at, mail(who), name, Audience.STAFF, roles)
        if roles == ["panel"]:
            pools.place(at, made, organisation="滨海大学", actor=KEEPER, now=LONG_AGO)
    _account(at, "lead@yunqi.example", "陈立", Audience.PARTY, ["lead"], lender)
    _account(at, "member@yunqi.example", "吴桐", Audience.PARTY, ["member"], lender)
    _account(at, "lead@hengtai.example", "孙屿", Audience.PARTY, ["lead"], firm)
    _account(at, LEAD_ON_PAPER, "钟维", Audience.PARTY, ["lead"], paper)
    for who, role in ADMINS.items():
        _account(at, mail(who), f"{who} 管理员", Audience.ADMIN, [role])
    parties.add_alias(at, lender, kind=AliasKind.APP, value=APP, actor=KEEPER, now=LONG_AGO)
    parties.add_basis(at, lender, kind=BasisKind.MEMBERSHIP, from_on=FIRST, actor=KEEPER, now=LONG_AGO)
    parties.add_basis(at, firm, kind=BasisKind.UNDERTAKING, from_on=FIRST, actor=KEEPER, now=LONG_AGO)
    parties.engage(at, institution=lender, firm=firm, from_on=FIRST, actor=KEEPER, now=LONG_AGO)


def _party(at: Session, kind: PartyKind, zh: str, en: str, uscc: str) -> Party:
    code = uscc + check_character(uscc)
    return parties.create(
        at, kind=kind, name_zh=zh, name_en=en, uscc=code, named_executive="郑安", actor=KEEPER, now=LONG_AGO
    )


def _account(
    at: Session, address: str, name: str, audience: Audience, roles: list[str], of: Party | None = None
) -> Account:
    return accounts.enter_demonstration(
        at, mail=address, name=name, audience=audience, roles=roles, party=of, now=LONG_AGO
    )
