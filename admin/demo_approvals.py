"""A chain of approval at work in the demonstration: one kind whose letters wait, come back, are signed, are dropped."""

from sqlalchemy import select

from casework import triage
from casework.models import Complaint
from core.actors import Actor
from notices import approval_steps, approvals
from notices.doers import Sent
from notices.models import Dossier
from registry import settings

KIND, DEED = "D02", "casework.complaint/ask_info"
CHAIN = ["check:reviewer", "sign:head"]
BASIS = "秘书长办公会纪要〔2026〕3号（演示）"
KEEPER = Actor(None, frozenset({"system_admin"}), name="演示", audience="admin")
MISSING = (
    "请写明每次联系的日期、时间和所用号码；有录音或者截图的，请一并提供。",
    "请补充借款合同编号；没有的，请提供能够看到放款机构名称的页面截图。",
    "请补充相关材料。",
    "请说明对方是否表明其所属机构、以何种方式表明；不记得的，请予注明。",
)
VAGUE = "“相关材料”过于笼统，请逐项写明需要补充什么，并说明从哪里可以取得。"


def tell(stage):
    """Lay the chain down, and bring a letter to each of its stages: drafted, checked, sent back, signed."""
    laid = settings.lay_down(
        stage.at,
        f"APPROVAL_CHAIN.{KIND}",
        CHAIN,
        like="APPROVAL_CHAIN",
        meaning=("steps of approval of D02 request to complete", "补正通知书的审批步骤"),
        basis=BASIS,
        actor=KEEPER,
        now=stage.now,
    )
    settings.confirm(stage.at, laid, actor=KEEPER, version=None, now=stage.now)
    received = select(Complaint).where(Complaint.state == "RECEIVED", Complaint.asked_info.is_(False))
    chosen = stage.at.scalars(received.order_by(Complaint.id).limit(len(MISSING))).all()
    drafts = [_drafted(stage, it, missing) for it, missing in zip(chosen, MISSING, strict=True)]
    waiting, checked, returned, signed = drafts
    assert waiting.state == "IN_APPROVAL"  # noqa: S101 - the reviewer finds it there
    for dossier in (checked, signed):
        _step(stage, approval_steps.approve, dossier, "reviewer", said="事项清楚，同意。")
    _step(stage, approval_steps.send_back, returned, "reviewer", why=VAGUE)
    _step(stage, approval_steps.sign, signed, "head", said="同意印发。")


def _drafted(stage, it, missing):
    """An intake clerk asks for more; the letter waits."""
    now, clerk = stage.now, stage.people["intake"]

    def ask():
        triage.ask_info(stage.at, it, missing=[missing], actor=clerk, now=now)

    sent = Sent((("ask_info-missing", missing),))
    return approvals.carry_out(stage.at, DEED, it.id, sent, ask, actor=clerk, now=now)


def _step(stage, verb, dossier, key, **said):
    stage.at.refresh(dossier)
    verb(stage.at, stage.at.get_one(Dossier, dossier.id), version=None, **said, **stage.by(key))
