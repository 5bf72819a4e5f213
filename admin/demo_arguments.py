"""What companies of the demonstration argue, and what answers them, by what their case is about."""
# ruff: noqa: E501 - what somebody says stands whole

from dataclasses import dataclass, replace

from admin.demo_texts import PROOFS, proof


@dataclass(frozen=True)
class Argued:
    """What is said for and against a respondent while its case is investigated, decided, reviewed and carried out."""

    explained: dict[str, str]
    """What a lender or a firm explains during the investigation."""
    wishes: str
    """Why it wants to be heard."""
    asked: tuple[tuple[str, str], ...]
    """What was asked at the hearing, and answered."""
    disputed: str
    """What a review is asked for: what is wrong with what was found."""
    upheld: str
    """Why somebody votes to uphold it."""
    new_evidence: str
    """What came to light after the decision."""
    taken_off: str
    """What a review body leaves out for that."""
    withdrawn: str
    """Why a bulletin is withdrawn."""
    talked: tuple[tuple[str, str], ...]
    """What was asked at the interview, and answered."""
    done: str
    """What it reports as corrected."""


AMENDS = ("对被打扰的人有何安排？", "已逐一致歉，并删除其号码。")
NONE_DISPUTED = ("对人数的认定有无异议？", "没有异议。")

CALLS = Argued(
    explained={
        "PRINCIPAL": "我司收到立案通知后即行自查：受托机构外呼名单未及时剔除非约定联系人，系双方数据同步存在延迟。"
        "已暂停该批次外呼，并对全部在催名单进行核对。",
        "COLLECTOR": "我司承认坐席未按规范核对联系人身份。涉事两名坐席已停岗，外呼系统已增加时段限制。"
        "恳请考虑我司积极配合的情节。",
    },
    wishes="希望当面说明外呼名单的同步机制，并就证据目录第二项的次数统计提出不同意见。",
    asked=(
        ("当事单位对外呼次数的统计有何意见？", "其中五次为同一通话中断后的自动重拨，不应重复计算。"),
        ("自动重拨由谁设置？", "由我司统一设置，投诉发生后已改为人工确认后再拨。"),
        NONE_DISPUTED,
    ),
    disputed="对来电次数的认定未扣除系统自动重拨，依据不足",
    upheld="原决定事实清楚、措施适当，自动重拨已从次数中剔除，应予维持。",
    new_evidence="线路运营商记录显示，计入违规次数的部分来电系他人冒用其号码拨出",
    taken_off="他人冒用号码拨出的来电",
    withdrawn="部分来电由他人冒用其号码拨出",
    talked=(
        ("贵单位何时知悉受托坐席联系无关人员？", "收到投诉转办函之后。此前的质检抽查没有覆盖这一批次。"),
        ("采取了哪些措施防止再次发生？", "外呼前增加联系人身份核验，未核验的号码不能拨出。"),
        AMENDS,
    ),
    done="已停止对无关人员的联系，清理外呼名单两万余条，修订《联系人管理办法》，并对全体坐席完成培训。",
)
"""Of whatever is about calls."""

TEXTS = Argued(
    explained={
        "PRINCIPAL": "我司收到立案通知后即行自查：受托机构使用的短信名单来自早期授权的通讯录，未按约定清理。"
        "已停用该短信签名下的群发功能，并对全部短信模板重新审核。",
        "COLLECTOR": "我司承认群发短信未经审核，收件人未与约定联系人核对。经办人员已停岗，短信平台的群发权限已收回。"
        "恳请考虑我司积极配合的情节。",
    },
    wishes="希望当面说明短信平台的补发机制，并就证据目录第二项的条数统计提出不同意见。",
    asked=(
        ("当事单位对短信条数的统计有何意见？", "其中五条为发送失败后的自动补发，不应重复计算。"),
        ("自动补发由谁设置？", "由我司统一设置，投诉发生后已改为人工确认后再发。"),
        NONE_DISPUTED,
    ),
    disputed="对短信条数的认定未扣除发送失败后的自动补发，依据不足",
    upheld="原决定事实清楚、措施适当，自动补发的短信已从条数中剔除，应予维持。",
    new_evidence="短信通道记录显示，计入违规条数的部分短信系他人冒用其签名发出",
    taken_off="他人冒用签名发出的短信",
    withdrawn="部分短信由他人冒用其签名发出",
    talked=(
        ("贵单位何时知悉受托机构向无关人员群发短信？", "收到投诉转办函之后。此前的抽查只看模板，没有核对收件人。"),
        ("采取了哪些措施防止再次发生？", "群发一律停用；单条发送前核对收件人，未核对的号码不能发出。"),
        AMENDS,
    ),
    done="已停用短信群发，删除收件名单中无关人员的号码两千余个，修订《短信模板和收件人审核办法》，并对全体坐席完成培训。",
)

PAPERS = Argued(
    explained={
        "PRINCIPAL": "我司收到立案通知后即行自查：涉案文书系受托机构人员自行制作，未报我司审核。"
        "已要求撤回全部同类文书，并暂停该机构的文书发送权限。",
        "COLLECTOR": "我司承认文书未经审核即行发送。制作和发送人员已停岗，文书模板已全部收回。恳请考虑我司积极配合的情节。",
    },
    wishes="希望当面说明文书的审核流程，并就证据目录第二项的发送记录提出不同意见。",
    asked=(
        ("当事单位对文书的份数有何意见？", "其中五份只制作、未发出，不应计入。"),
        ("文书由谁制作？", "由一名组长自行制作，投诉发生后已停岗。"),
        NONE_DISPUTED,
    ),
    disputed="对文书份数的认定包含只制作、未发出的文书，依据不足",
    upheld="原决定事实清楚、措施适当，未发出的文书已从份数中剔除，应予维持。",
    new_evidence="公安机关的回执显示，计入违规情节的部分文书系他人冒用受托机构名义发出",
    taken_off="他人冒名发出的文书",
    withdrawn="部分文书由他人冒用其名义发出",
    talked=(
        ("贵单位何时知悉受托机构自制文书？", "收到投诉转办函之后。此前没有检查过文书的发送记录。"),
        ("采取了哪些措施防止再次发生？", "文书一律使用备案模板，发送前由法务逐份审核。"),
        ("对收到文书的人有何安排？", "已逐一说明文书不实，并致歉。"),
    ),
    done="已撤回涉案文书，收回自制模板十一份，修订《催收文书审核办法》，并对全体坐席完成培训。",
)

POSTED = Argued(
    explained={
        "PRINCIPAL": "我司收到立案通知后即行自查：上门人员系受托机构临时聘用，张贴未报我司同意。"
        "已停止该机构在本市的上门催收，并要求撤下全部张贴。",
        "COLLECTOR": "我司承认对上门人员管理不严。张贴人员已解除劳务关系，全部张贴已撤下。恳请考虑我司积极配合的情节。",
    },
    wishes="希望当面说明上门人员的管理方式，并就证据目录第二项的现场情况提出不同意见。",
    asked=(
        ("当事单位对张贴的处数有何意见？", "电梯内的一张系他人另行张贴，不应计入。"),
        ("张贴由谁决定？", "由两名上门人员自行决定，投诉发生后已停止上门。"),
        NONE_DISPUTED,
    ),
    disputed="对张贴处数的认定包含他人另行张贴的一张，依据不足",
    upheld="原决定事实清楚、措施适当，各处张贴所留均为其催收电话，应予维持。",
    new_evidence="小区的监控录像显示，计入违规情节的部分纸张系他人张贴",
    taken_off="他人张贴的纸张",
    withdrawn="部分纸张由他人张贴",
    talked=(
        ("贵单位何时知悉上门人员张贴纸张？", "收到投诉转办函之后。此前上门没有全程录像。"),
        ("采取了哪些措施防止再次发生？", "上门一律两人同行、全程录像，不得携带任何张贴物。"),
        ("对投诉人有何安排？", "已撤下张贴，当面致歉，并请物业向住户说明。"),
    ),
    done="已撤下全部张贴，停用临时上门人员，修订《上门催收管理办法》，并对全体上门人员完成培训。",
)

APP = replace(
    CALLS,
    explained={
        "PRINCIPAL": "我司收到立案通知后即行自查：旧版本的授权页面未提供跳过选项。新版本已改为拒绝授权不影响其他功能，"
        "已读取的通讯录信息正在删除。",
        "COLLECTOR": "我司承认使用了委托机构从通讯录读取的号码，未核对是否为约定联系人。有关号码已停用并删除。"
        "恳请考虑我司积极配合的情节。",
    },
    wishes="希望当面说明各版本的授权页面，并就证据目录第二项的页面截图提出不同意见。",
    asked=(
        ("当事单位对授权页面有何意见？", "截图为旧版本，新版本已提供跳过选项。"),
        ("旧版本使用到何时？", "投诉发生后一周内已全部停用。"),
        NONE_DISPUTED,
    ),
    disputed="对授权页面的认定未区分新旧版本，依据不足",
    upheld="原决定事实清楚、措施适当，投诉期间所用的确为旧版本，应予维持。",
    done="已停用旧版本的授权页面，删除已读取的通讯录信息，修订《个人信息授权管理办法》，并对产品和催收人员完成培训。",
)

ABUSE = replace(
    CALLS,
    explained={
        "PRINCIPAL": "我司收到立案通知后即行自查：受托机构的通话质检抽样不足，未能及时发现坐席言语失当。"
        "已停止涉事坐席的服务，并调听该坐席近三个月的全部录音。",
        "COLLECTOR": "我司承认坐席言语失当，超出话术范围。涉事坐席已停岗，全体坐席已重新签署行为规范。"
        "恳请考虑我司积极配合的情节。",
    },
    done="已停止涉事坐席的服务，调听录音三百余通，修订《催收话术和质检办法》，并对全体坐席完成培训。",
)

VISITS = replace(
    POSTED,
    explained={
        "PRINCIPAL": "我司收到立案通知后即行自查：上门人员系受托机构临时聘用，未随身携带证件和录像设备。"
        "已停止该机构在本市的上门催收。",
        "COLLECTOR": "我司承认上门人员未出示证件、未全程录像。两名人员已停岗。恳请考虑我司积极配合的情节。",
    },
)

BY_PROOF = dict(zip(PROOFS, (TEXTS, PAPERS, POSTED, APP), strict=True))
BY_CODE = {"V-B01": ABUSE, "V-B06": VISITS, "V-B07": VISITS}


def about(track):
    """What is argued about what a track is accused of first."""
    code = min(((each.id, each.code) for each in track.allegations), default=(0, ""))[1]
    return BY_CODE.get(code) or BY_PROOF.get(proof(code), CALLS)
