"""What the people of the demonstration say: fictional complaints and answers, in Chinese and English."""
# ruff: noqa: E501, ISC004 - what somebody says stands whole, on as few lines as it takes

from collections.abc import Iterable
from typing import NamedTuple


class Matter(NamedTuple):
    """What happened to somebody; {company}, {app}, {name} and {phone} are filled in."""

    role: str
    codes: tuple[str, ...]
    product: str
    facts: str
    request: str
    lang: str = "zh"
    files: tuple[str, ...] = ()
    """Kinds of evidence: calls, chat, sound, paper, photo, screen."""


TICKED = {"V-F01": "V-F04", "V-F02": "V-F04", "V-F03": "V-F04", "V-B05": "V-I02", "V-C02": "V-C01"}
"""What people tick on the form where the rulebook has finer kinds than it."""
NOT_ON_THE_FORM = {"V-B06", "V-B07", "V-I06", "V-I09"}
"""For these they tick “something else”."""
LOAN, CARD, POINT = "个人消费贷款", "信用卡", "先享后付"

ZH = (
    Matter("DEBTOR", ("V-C01", "V-F04"), LOAN,
           "我在“{app}”借款逾期十一天。从上周一开始，自称{company}委外人员的人每天给我单位前台打电话，四天共打了九次，"
           "当着同事的面说我欠钱不还。我叫{name}，电话{phone}一直开机，他们完全可以直接找我。",
           "停止给我单位打电话，并书面说明单位号码从何而来。", files=("calls",)),
    Matter("DEBTOR", ("V-T01", "V-F01"), LOAN,
           "逾期第五天起，催收电话常在夜里十点半以后打来，最晚一次是零点十二分；白天也一样，最多一天接通七次。"
           "我已经在电话里说明会在发薪日还款，对方答“系统自动拨的，停不了”。",
           "夜间不再来电，每天不超过规定次数。", files=("calls", "sound")),
    Matter("UNRELATED", ("V-C04", "V-I01"), LOAN,
           "我和借款人只是三年前的租客与房东关系，从未为他担保。{company}的人连续两周给我打电话、发短信，"
           "短信里写明了他的姓名、欠款金额和逾期天数。我要求删除我的号码，对方说“你劝他还了就不打”。",
           "立即停止联系我，删除我的号码，告知号码来源。", files=("calls", "chat")),
    Matter("OTHER_CONTACT", ("V-C05", "V-I01"), LOAN,
           "我是借款人的表姐。昨天一天之内，家族群里十几个人都收到同一条短信，说我表弟“恶意逃废债，亲友代为转告”，"
           "附有他的身份证头像。老人吓得住院观察。我们没有任何人是担保人。",
           "停止群发，公开更正并道歉。", files=("chat",)),
    Matter("DEBTOR", ("V-B01",), LOAN,
           "七月二十日下午的通话里，催收员骂了我将近六分钟，说“你这种人不配有孩子”，还说知道我女儿在哪个幼儿园。"
           "我有完整录音。",
           "处理当事催收员，书面道歉。", files=("sound",)),
    Matter("DEBTOR", ("V-B03", "V-B04"), LOAN,
           "对方发来一份盖有“某区联合调解中心”字样的《立案前告知书》，要求两小时内还清，否则“移送公安网上追逃”。"
           "我查询后得知并无此机构，落款电话打过去还是催收公司。",
           "停止冒用机关名义，撤回假文书。", files=("paper", "chat")),
    Matter("WRONG_NUMBER", ("V-F04", "V-B06"), LOAN,
           "我半年前换了这个号码，之后一直收到找“王先生”的催收电话，每天四五次，对方从不说自己是哪家公司。"
           "我说过不下二十遍打错了，还是照打。",
           "核对号码，停止拨打。", files=("calls",)),
    Matter("DEBTOR", ("V-I03", "V-I04"), LOAN,
           "“{app}”提额时要求读取通讯录，不同意就不能继续；我点了拒绝，页面一直停在同一步。逾期后他们联系的人，"
           "正是我通讯录里备注为“大学导师”的老师。",
           "关闭强制读取，删除已读取的通讯录。", files=("screen",)),
    Matter("AGREED_CONTACT", ("V-C02", "V-C03"), LOAN,
           "我是借款合同里留的紧急联系人。借款人手机一直畅通，他们还是先打给我；我在九月三日明确拒绝再被联系，"
           "之后又接到六次电话，最近一次就在今天上午。",
           "不要再联系我。", files=("calls",)),
    Matter("DEBTOR", ("V-B08",), CARD,
           "协商分期时，对方要求先付八百元“减免服务费”到个人账户，说付了才能上报。我付了以后分期没有办下来，"
           "费用也不退。",
           "退还八百元。", files=("chat", "paper")),
    Matter("EMPLOYER", ("V-C04", "V-F04"), LOAN,
           "我是一家小店的店主。店员在“{app}”的借款逾期，催收人员两天内给店里的订餐电话打了三十多次，"
           "影响营业。我们没有义务替他还款，也不愿意知道他的私事。",
           "停止拨打店里电话。", files=("calls",)),
    Matter("DEBTOR", ("V-B05", "V-I02"), LOAN,
           "昨天下班回家，单元门上贴着一张印有我照片和欠款金额的“友情提示”，电梯里也有一张。邻居都看见了。"
           "物业说是两个陌生人贴的，留的电话是{company}的催收电话。",
           "撤下张贴，赔礼道歉，追究责任。", files=("photo",)),
    Matter("GUARANTOR", ("V-F01",), LOAN,
           "我为弟弟的借款提供了保证。逾期后对方只找我不找他，三天接通了十四次，每次话术一样。"
           "我愿意协商，但要求通过短信联系，对方不理会。",
           "每天不超过三次，尊重我选择的联系方式。", files=("calls",)),
    Matter("DEBTOR", ("V-B09",), POINT,
           "客服建议我“再下一个平台借出来先还上，拆东补西大家都这么做”，还直接发来另一家的下载链接。"
           "我照做后欠得更多了。",
           "停止诱导借新还旧，协商还款方案。", files=("chat",)),
    Matter("DEBTOR", ("V-I06", "V-I09"), LOAN,
           "注册“{app}”时，紧急联系人是从通讯录自动填好的三个人，我没有手动输入过。授权书是一整页小字，"
           "只有“全部同意”一个按钮。",
           "允许我自己填写联系人，且不超过两人。", files=("screen",)),
    Matter("DEBTOR", ("V-F03", "V-F02"), CARD,
           "信用卡账单日后第三天开始，同一个号码一天呼我十一次，接起来是录音，说完就挂。我打回去是空号。",
           "控制呼叫次数，提供能打通的客服电话。", files=("calls",)),
    Matter("UNRELATED", ("V-C04",), LOAN,
           "我的号码与某位客户只差一位，我已发过三次短信说明。{company}的人回复“请转告本人”，之后照打不误。",
           "从系统中删除我的号码。", files=("calls",)),
    Matter("DEBTOR", ("V-B07", "V-B06"), LOAN,
           "两名没有出示证件的男子晚上八点上门，自称“贷后管理”，问他们代表哪家公司，只说“你欠谁的钱心里清楚”。"
           "我要求他们录像，他们说没带设备。",
           "说明上门人员身份，提供录音录像。", files=("sound",)),
)  # fmt: skip

EN = (
    Matter("DEBTOR", ("V-F01", "V-T01"), LOAN,
           "I am a foreign resident and fell behind on one instalment with “{app}”. The collectors call up to eight "
           "times a day, twice after eleven at night. I asked in writing for e-mail only. The calls went on that evening.",
           "Please make them stop calling at night and use e-mail.", "en", ("calls",)),
    Matter("UNRELATED", ("V-C04", "V-I01"), LOAN,
           "A colleague of mine borrowed from {company}, and since last Monday I have received eleven text messages "
           "naming him and the sum he owes. I was never his guarantor and never gave anybody my number.",
           "Delete my number and tell me where you got it.", "en", ("chat",)),
    Matter("DEBTOR", ("V-B01", "V-C01"), LOAN,
           "On the telephone a man shouted that he would “visit the school gate” where I teach. An hour later he rang "
           "the school office and told the secretary that I owe money. I have a recording of the first call.",
           "An apology, and no more calls to my school.", "en", ("sound",)),
    Matter("WRONG_NUMBER", ("V-F04",), LOAN,
           "I bought this SIM card in spring. Every day somebody asks for a Mr Zhao and his loan. I have explained it "
           "in two languages. They answer “we will update the system” and ring again the next morning.",
           "Correct your records.", "en", ("calls",)),
    Matter("DEBTOR", ("V-B04", "V-B03"), CARD,
           "I was sent a paper that looks like a court summons, with a case number and a red stamp. The court it names "
           "told me there is no such case. The number on the paper is that of the collection firm.",
           "Withdraw the false paper and confirm in writing that no case exists.", "en", ("paper",)),
    Matter("OTHER_CONTACT", ("V-C01", "V-C03"), LOAN,
           "My former flatmate seems to have an overdue loan with “{app}”. I told the caller on the first day that I do "
           "not wish to be contacted. Since then there have been nine calls and a message to my mother.",
           "Stop contacting my family and me.", "en", ("calls", "chat")),
    Matter("DEBTOR", ("V-B08",), LOAN,
           "To agree on a plan I was asked for a “file fee” of 500 yuan, to be paid to a private account. There is "
           "nothing about such a fee in my contract.",
           "A refund, and a plan without fees.", "en", ("chat",)),
)  # fmt: skip

NAMES_ZH = [
    "沈若禾",
    "许知夏",
    "梁一舟",
    "唐可",
    "邵明远",
    "叶青岚",
    "秦望舒",
    "程念",
    "陆星河",
    "阮小满",
    "余墨",
    "贺兰亭",
    "施语",
    "康宁",
    "钱朵",
    "方舟",
    "尹棠",
    "白砚",
    "鲁安",
    "纪南",
    "冯清",
    "岳云",
    "蒋之遥",
    "宋晚",
    "谢庭",
    "潘橙",
    "姜禾",
    "卢川",
    "袁朗",
    "孟夏",
    "谭溪",
    "苗苗",
    "温然",
    "游方",
    "庄禾",
    "艾可",
    "柯然",
    "包宜",
    "段青",
    "史远",
]
NAMES_EN = ["Daniel Okafor", "Mira Lindqvist", "Tomás Arce", "Hana Novak", "Peter Aldous", "Leila Haddad", "Sven Riis"]

THEMES = {
    "often": ("V-F01", "V-F02", "V-F03", "V-T01"),
    "fee": ("V-B08",),
    "paper": ("V-B03", "V-B04"),
    "people": ("V-B01", "V-B05", "V-B07", "V-B09"),
    "app": ("V-I03", "V-I04", "V-I06", "V-I09"),
}
"""What a complaint is about, by its codes; what is about none of these is about calls to the wrong people."""
OTHERS = "others"
ANSWERS = {
    "zh": {
        OTHERS: (
            "EXPLAINED",
            "经调取通话记录和系统日志，受托机构确有联系投诉人所述号码的情况，系统标签未及时更新所致。已停止相关联系，"
            "对经办人员停岗培训三日，并对同批号码复核。",
            "您好，您反映的情况我们已核实。我们已停止联系您提到的号码，并对相关人员作出处理。给您带来的困扰，我们诚恳致歉。"),
        "often": (
            "REMEDY_NONMONEY",
            "经核查，受托机构个别坐席在约定时段之外拨打，且当日次数超过限度，违反我司外包管理规定。已扣减该机构当月服务费，"
            "将投诉人列入免打扰名单。",
            "您好，我们已将您的号码列入免打扰名单，今后仅在每日9时至19时之间与您联系，并优先使用短信。对此前的打扰深表歉意。"),
        "fee": (
            "REMEDY_MONEY",
            "经核查，所述费用并非我司收取，系受托机构人员私自收取。已责令退还，并终止该人员的服务资格。",
            "您好，您支付的费用已原路退还，请注意查收。该人员已不再从事相关工作。感谢您的监督。"),
        "paper": (
            "REMEDY_NONMONEY",
            "经核查，所述文书系受托机构人员自行制作，未经我司审核。已责令停止使用并撤回，对制作和发送人员停岗处理。",
            "您好，您收到的文书不是任何机关出具的，我们已要求撤回并停止使用。对您造成的惊扰，我们诚恳致歉。"),
        "people": (
            "REMEDY_NONMONEY",
            "经核查，当事人员确有不当言行，违反我司外包管理规定。已停止其服务，并要求受托机构对全体人员开展培训。",
            "您好，您反映的情况我们已核实。当事人员已停止从事相关工作。我们为其言行向您道歉，今后将由专人与您联系。"),
        "app": (
            "REMEDY_NONMONEY",
            "经核查，相关页面的授权设置确有不妥，新版本已改为由用户自行填写联系人，拒绝授权不影响其他功能。"
            "已读取的通讯录信息已删除。",
            "您好，我们已调整授权页面，并删除了此前读取的通讯录信息。您可以更新版本后重新填写联系人，且不超过两人。"),
    },
    "en": {
        OTHERS: (
            "EXPLAINED",
            "经核查，受托机构名单中的联系人信息未及时更新，确有联系投诉人的情况。已停止联系并删除该号码。",
            "We have checked our records. Your number stood in a list that had not been brought up to date. It has been "
            "deleted, and you will not be contacted again. We apologise for the disturbance."),
        "often": (
            "EXPLAINED",
            "通话记录显示确有夜间来电两次，系外包系统时区设置有误。已更正，并通知该客户仅以电子邮件联系。",
            "We have checked our records. The two late calls came from a wrong setting, which has been corrected. From now "
            "on we contact you by e-mail only. We apologise for the disturbance."),
        "fee": (
            "REMEDY_NONMONEY",
            "经核查，合同中并无所述费用，系受托机构人员擅自要求。已停止该人员的服务，并重新提供分期方案。",
            "There is no such fee in your contract, and you need not pay it. The person who asked for it no longer works "
            "on our behalf. A plan without any fee has been sent to you."),
        "paper": (
            "REMEDY_NONMONEY",
            "经核查，所述文书系受托机构人员自行制作。已责令撤回，对相关人员停岗处理。",
            "The paper was not issued by any court, and no case exists. It has been withdrawn. We apologise for the alarm "
            "that it caused."),
        "people": (
            "REMEDY_NONMONEY",
            "经调听录音，当事人员言辞不当，并曾致电投诉人的单位。已停止其服务。",
            "We have listened to the call. What was said was wrong, and your workplace should not have been called. The "
            "person no longer works on our behalf. We apologise."),
    },
}  # fmt: skip
"""How it ended, what the association reads, what the complainant reads."""
DENIED = {
    "zh": (
        "REJECTED_BY_INST",
        "经核查我司及受托机构当期的联系记录和系统日志，未发现投诉所述情形。记录清单备查。",
        "您好，经核查我们的记录，未发现您所述的情况。如您能提供具体日期和来电号码，我们愿意再次核实。"),
    "en": (
        "REJECTED_BY_INST",
        "未在系统中找到与投诉人的联系记录，可能为他人冒用。",
        "We found no contact with you in our records. If you can send us the date and the number that was used, we will "
        "look again."),
}  # fmt: skip
"""Every fourth company sees nothing wrong."""


def answer(lang: str, codes: Iterable[str], no: int) -> tuple[str, str, str]:
    """What a company says to a complaint about this."""
    if no % 4 == 3:  # noqa: PLR2004 - every fourth
        return DENIED[lang]
    of = {code: theme for theme, codes in THEMES.items() for code in codes}
    theme = next((of[code] for code in sorted(codes) if code in of), OTHERS)
    return ANSWERS[lang].get(theme, ANSWERS[lang][OTHERS])


NAMES_A_DEBT = {
    "zh": (
        "EXPLAINED",
        "经核查，投诉人并非借款人，其号码因录入错误留存于借款人资料中，已删除。",
        "您好，借款人尚欠本金8,600元，已逾期23天，我们联系您是希望您代为转告。您的号码已从资料中删除，今后不再联系。"),
    "en": (
        "EXPLAINED",
        "经核查，投诉人并非借款人，其号码因录入错误留存于借款人资料中，已删除。",
        "Your acquaintance still owes us 8,600 yuan and is 23 days overdue; we called so that you would tell him. Your "
        "number has been deleted, and you will not be contacted again."),
}  # fmt: skip
"""What must not be released as it stands: whoever complains is not the debtor."""

DISPUTES = {
    "zh": "答复与我经历的不符，也没有逐项回应我提出的要求。我已经提交了手上的材料，请协会核查。",
    "en": "This is not what happened, and the reply does not deal with what I asked for. You have what I could collect: "
          "please look into it.",
}  # fmt: skip
LACKS = {
    "zh": {
        "calls": ("来电号码及大致时间", "来电号码和时间见附图"),
        "chat": ("能够看到发送号码和时间的完整截图", "完整截图见附件，发送号码在最上面一行"),
        "sound": ("录音的完整文件", "完整的录音见附件"),
        "paper": ("所收文书的完整扫描件", "文书的扫描件见附件"),
        "screen": ("能够看到授权选项的完整页面截图", "完整的页面截图见附件"),
    },
    "en": {
        "calls": ("the calling number and about when", "the numbers and times are in the picture"),
        "chat": (
            "the whole messages, with the number that sent them",
            "the messages are attached, the number stands on top",
        ),
        "sound": ("the whole recording", "the recording is attached"),
        "paper": ("a complete copy of the paper", "the copy is attached"),
    },
}
"""By kind of evidence: what is asked for, and what comes."""
CONTRACT = {
    "zh": ("借款合同编号", "补充：{more}；借款合同编号为YS-2026-0417。"),
    "en": (
        "the number of the loan contract",
        "Here is what you asked for: {more}. The number of the contract is YS-2026-0417.",
    ),
}


def given(lang: str, kind: str) -> str:
    """What comes where something was lacking."""
    return CONTRACT[lang][1].format(more=LACKS[lang][kind][1])


QUESTIONS = {
    "zh": ("请问大概什么时候会有结果？需要我再提供什么吗？", "您好，已转请被投诉单位答复，答复期届满后我们会审核并告知您。目前无需补充。"),
    "en": ("When can I expect a result? Do you need anything else from me?",
           "Thank you for asking. The company has been asked to answer; once its time has ended we review the answer and "
           "write to you. Nothing more is needed now."),
}  # fmt: skip

NOTES = (
    "已电话核实投诉人，情绪平稳，愿意等待书面答复。",
    "同一受托机构本月第三件同类投诉，建议关注。",
    "投诉人要求不透露单位名称，转办文本已相应处理。",
)
HEARD = "已听取录音全文，内容与投诉所述相符，已转存证据并标注时间点。"


def note(matter: Matter, no: int) -> str:
    """What a colleague notes on it; whoever sent a recording is listened to."""
    return HEARD if "sound" in matter.files else NOTES[no % len(NOTES)]


HISTORIC = (
    ("2023-03-14", "Debt collection", "Frequent or repeated calls",
     "They ring the shop where I work up to nine times a day although I have asked them to write to my address instead.",
     "Blue Heron Instalments", "D-2023-0114"),
    ("2023-06-02", "Debt collection", "Contacted your employer",
     "A collector told the front desk that I was under investigation. There was never any case, only one late instalment.",
     "澜桥消费金融有限公司", "D-2023-0187"),
    ("2023-09-21", "Debt collection", "Talked to a third party about your debt",
     "My aunt received messages with my name and the sum. She has nothing to do with my loan and is afraid of the calls.",
     "海望网络小额贷款有限公司", "D-2023-0240"),
    ("2024-01-30", "Debt collection", "Debt is not yours",
     "The debt belongs to somebody who had this number before me. I have sent the bill of my own contract twice.",
     "Copperfield Pay Later", "D-2024-0009"),
)  # fmt: skip
"""Rows of an old register, as an import brings them: received, product, issue, narrative, company, number."""

FACTS = {
    "V-C04": "其催收人员在投诉期间多次致电投诉人和潮汐花园2号楼物业服务处等与债务无关的个人和单位，要求代为催促还款",
    "V-C01": "其催收人员多次致电投诉人所在的海望区第三小学，要求单位转告欠款事宜",
    "V-C05": "其催收人员在一日之内向投诉人通讯录中的多人群发短信，称投诉人“恶意逃废债”",
    "V-C02": "其催收人员在投诉人电话畅通的情况下，先行致电合同约定的紧急联系人",
    "V-C03": "紧急联系人明确拒绝后，其催收人员又多次致电",
    "V-F04": "其催收人员在十日内以多个号码反复致电，明知对方无还款义务仍未停止",
    "V-F01": "其外呼系统对同一投诉人单日接通交互式语音超过每日三次的限度",
    "V-T01": "其催收人员在22时至次日8时之间拨打电话，最晚一次为零时十二分",
    "V-I01": "其发送的短信载明债务人姓名、欠款金额和逾期天数，并发送给与债务无关的人员",
    "V-I02": "其在潮汐花园2号楼单元门和电梯内张贴载有投诉人照片和欠款金额的纸张，供不特定人员观看",
    "V-I03": "其App在提额环节要求读取通讯录，投诉人拒绝后流程无法继续",
    "V-I04": "投诉人拒绝授权读取通讯录后，其App停止提供已开通的基本功能",
    "V-B01": "其催收人员在通话中辱骂投诉人近六分钟，并提及投诉人的子女和其就读的学校",
    "V-B03": "其催收人员以“联合调解中心”名义联系投诉人，并称将移送公安机关",
    "V-B04": "其催收人员向投诉人发送名为《立案前告知书》的文书，经核实并无此机构和此案号",
    "V-B06": "其催收人员来电和上门时均不说明所代表的单位，也不出示身份证件",
    "V-B07": "两名自称“贷后管理”的人员晚上八时上门催收，未按规定全程录音录像",
    "V-B05": "其催收人员在潮汐花园2号楼张贴催收纸张，由物业人员发现并拍照",
}


class Proof(NamedTuple):
    """What shows a breach: each piece its kind, its name and what it shows."""

    codes: tuple[str, ...]
    first: tuple[str, str, str]
    """What the association has when the case is opened."""
    obtained: tuple[str, str, str]
    """What the investigator gets from the company or others."""
    reason: str
    looked_at: str


CALLED = Proof(
    (),
    ("calls", "监测系统外呼记录.png", "涉案号码在投诉期间的呼叫时间和次数"),
    ("sound", "调取的通话录音.wav", "催收人员通话内容"),
    "监测系统的外呼记录与调取的通话录音相互印证。",
    "外呼系统日志和通话录音",
)
"""Of whatever is about calls."""
IN_THE_APP = ("V-I03", "V-I04", "V-I06", "V-I09")
"""What a company's own application does: no firm that it hired had a part in it."""
PROOFS = (
    Proof(("V-C05", "V-I01"),
          ("chat", "短信监测截图.png", "涉案短信签名在投诉期间发出的短信"),
          ("chat", "调取的短信发送记录.png", "短信的内容、收件号码和发送时间"),
          "短信监测截图与调取的短信发送记录相互印证。", "短信平台发送记录"),
    Proof(("V-B03", "V-B04"),
          ("paper", "涉案文书.pdf", "以机关名义发出的文书及其落款"),
          ("chat", "调取的发送记录.png", "文书由催收人员发送给投诉人"),
          "涉案文书与发送记录相互印证，落款所称机构经核实并不存在。", "涉案文书及其发送记录"),
    Proof(("V-B05", "V-I02"),
          ("photo", "物业拍摄的现场照片.png", "张贴的位置和内容"),
          ("paper", "物业情况说明.pdf", "发现张贴和报送照片的经过"),
          "现场照片与物业服务处的情况说明相互印证。", "现场照片和物业服务处的情况说明"),
    Proof(IN_THE_APP,
          ("screen", "应用测试截图.png", "拒绝授权后页面停留的步骤"),
          ("screen", "调取的授权页面.png", "投诉期间所用版本的授权页面"),
          "应用测试截图与投诉期间所用版本的授权页面相互印证。", "应用授权页面及版本记录"),
)  # fmt: skip


def proof(code: str) -> Proof:
    """What shows a breach of this kind."""
    return next((each for each in PROOFS if code in each.codes), CALLED)


LENDER = "；该单位作为委托方，未对受托机构的外呼名单和话术进行检查，收到投诉后仍未及时制止。"
OF_THE_APP = "OF_THE_APP"
STATED = {
    OF_THE_APP: "我司对认定的事实无异议。涉案版本的授权步骤已下线整改，并开展专项检查，恳请从轻处理。",
    "PRINCIPAL": "我司对认定的事实无异议。受托机构的行为并非我司授意，事发后已扣减服务费并开展专项检查，恳请从轻处理。",
    "COLLECTOR": "我司已辞退涉事人员并完成全员培训，相关做法系个别人员所为，恳请减轻处理。",
}
DEALT = {
    OF_THE_APP: "已听取当事单位的陈述申辩：其关于授权步骤已下线整改、已开展专项检查的意见予以考虑。",
    "PRINCIPAL": "已听取当事单位的陈述申辩：其关于已开展专项检查的意见予以考虑，关于受托机构的行为并非其授意的意见不予采纳。",
    "COLLECTOR": "已听取当事单位的陈述申辩：其关于已完成全员培训的意见予以考虑，关于行为系个别人员所为的意见不予采纳。",
}


def stands_for(track):
    """As what a company defends itself: for what its application did, for its firm, or as the firm."""
    return OF_THE_APP if all(each.code in IN_THE_APP for each in track.allegations) else track.role


DECIDED = {
    False: "审议小组认为，事实清楚、证据充分，拟作措施与违规情节相当。",
    True: "审议小组认为，情节轻微且已主动纠正，可不采取措施。",
}
VOTED = {
    "PROPOSED": "事实清楚，同意拟作措施。",
    "LIGHTER": "已主动整改，可以从轻。",
    "NONE": "情节轻微，已主动纠正并取得谅解，不必采取措施。",
    "ABSTAIN": "对证据三的完整性有保留。",
}
