"""Seeds of the rulebook: instruments, clause-level provisions in our own words (all unverified), violation codes."""

from datetime import date
from typing import NamedTuple


class InstrumentSeed(NamedTuple):
    """An instrument as it is known; no article number that nobody has checked."""

    key: str
    zh: str
    en: str
    issuer: str
    issued_on: date | None
    in_force_on: date
    replaced_on: date | None = None
    note: str = ""


class ProvisionSeed(NamedTuple):
    """A clause and what it asks, in our words."""

    instrument: str
    clause: str
    zh: str
    en: str
    says_zh: str
    says_en: str


class ViolationSeed(NamedTuple):
    """A code, its names, its severity from 1 to 5, and what it cites as (instrument, clause)."""

    code: str
    zh: str
    en: str
    severity: int
    cites: tuple[tuple[str, str], ...]


# fmt: off
INSTRUMENTS = (
    InstrumentSeed("CONV2018", "互联网金融逾期债务催收自律公约（试行）",
                   "Self-discipline Convention on the Collection of Overdue Internet-finance Debts (trial)",
                   "NIFA", date(2018, 3, 28), date(2018, 3, 28),
                   note="Full text and article numbers not checked: cited as a whole."),
    InstrumentSeed("TC260-2019", "网络安全实践指南—移动互联网应用基本业务功能必要信息规范",
                   "Cybersecurity practice guide: information necessary for basic functions of mobile apps",
                   "TC260", date(2019, 6, 1), date(2019, 6, 1)),
    InstrumentSeed("CBIRC2020-3", "银行业保险业消费投诉处理管理办法",
                   "Measures for Handling Consumer Complaints in Banking and Insurance",
                   "CBIRC", date(2020, 1, 14), date(2020, 3, 1)),
    InstrumentSeed("CAC2021", "常见类型移动互联网应用程序必要个人信息范围规定",
                   "Provisions on the Scope of Necessary Personal Information for Common Types of Mobile Apps",
                   "CAC and three departments", date(2021, 3, 12), date(2021, 5, 1)),
    InstrumentSeed("PIPL", "中华人民共和国个人信息保护法", "Personal Information Protection Law",
                   "NPC Standing Committee", date(2021, 8, 20), date(2021, 11, 1)),
    InstrumentSeed("CIVIL-CODE", "中华人民共和国民法典", "Civil Code",
                   "National People's Congress", date(2020, 5, 28), date(2021, 1, 1)),
    InstrumentSeed("NIFA2024", "互联网金融贷后催收业务指引", "Guide to Post-loan Collection in Internet Finance",
                   "NIFA", date(2024, 5, 15), date(2024, 5, 15), date(2025, 2, 28),
                   note="Says itself that the national standard replaces it once in force."),
    InstrumentSeed("GBT45251", "GB/T 45251-2025 互联网金融 个人网络消费信贷 贷后催收风控指引",
                   "GB/T 45251-2025 Internet finance: guide to risk control of post-loan collection",
                   "TC180", date(2025, 2, 28), date(2025, 2, 28), note="Recommended standard; cited at clause level."),
    InstrumentSeed("CBA2026", "金融机构个人消费类贷款催收工作指引（试行）",
                   "Guide to the Collection of Personal Consumer Loans by Financial Institutions (trial)",
                   "China Banking Association", date(2026, 1, 30), date(2026, 1, 30)),
    InstrumentSeed("CARD-RULE", "商业银行信用卡业务监督管理办法",
                   "Measures for the Supervision of Credit-card Business of Commercial Banks",
                   "CBRC", None, date(2011, 1, 13)),
    InstrumentSeed("ASSOCIATION", "协会自律规则", "Rules of the association", "", None, date(2018, 3, 28),
                   note="The association's own rules; to be replaced by their titles."),
)

PROVISIONS = (
    ProvisionSeed("CONV2018", "", "催收行为规范", "Conduct of collection",
                  "不骚扰无关人员，不向债务人以外的人披露债务信息；约定的联系人仅在债务人失联时方可联系；上门催收全程录音录像，催收记录至少保存五年。",
                  "No harassing of unrelated people, no disclosure of debts to others; agreed contacts only when the "
                  "debtor cannot be reached; visits recorded throughout, records kept five years."),
    ProvisionSeed("TC260-2019", "", "金融借贷必要信息", "Information necessary for lending",
                  "紧急联系人由用户手动填写，不得强制读取通讯录。",
                  "Emergency contacts are entered by hand; the address book is not read by force."),
    ProvisionSeed("CAC2021", "", "必要个人信息", "Necessary personal information",
                  "不得因用户不提供非必要个人信息而拒绝其使用基本功能。",
                  "Basic functions are not refused for declining information that is not necessary."),
    ProvisionSeed("PIPL", "", "个人信息处理", "Processing of personal information",
                  "处理个人信息应当遵循合法、正当、必要原则。",
                  "Personal information is processed lawfully, fairly and only as necessary."),
    ProvisionSeed("PIPL", "6", "最小必要", "Data minimisation",
                  "收集个人信息限于实现处理目的的最小范围。",
                  "Collection is limited to the smallest scope that the purpose needs."),
    ProvisionSeed("PIPL", "25", "不得公开", "No publication",
                  "未经单独同意不得公开所处理的个人信息。",
                  "Processed personal information is not made public without separate consent."),
    ProvisionSeed("CIVIL-CODE", "", "格式条款", "Standard terms",
                  "不合理地免除自身责任的格式条款无效。",
                  "Standard terms that unreasonably exclude one's own liability are void."),
    ProvisionSeed("GBT45251", "5.2", "组织和人员管理", "Organisation and staff",
                  "人员准入、岗前及年度培训考核；不得收取额外费用。",
                  "Fitness of staff, training before work and every year; no extra fees."),
    ProvisionSeed("GBT45251", "5.3", "业务管理", "Conduct of business",
                  "未经约定22时至次日8时不得催收；交互式与告知式语音每日均不超过三次；不得向联系人催收。",
                  "No collection from 22:00 to 08:00 without agreement; at most three interactive and three notice "
                  "calls a day; no collecting from contacts."),
    ProvisionSeed("GBT45251", "5.4", "对第三方催收机构的管理", "Management of collection firms",
                  "对受托催收机构每年至少评估一次，并对其行为负管理责任。",
                  "Collection firms are evaluated at least once a year; their principal answers for managing them."),
    ProvisionSeed("GBT45251", "5.5", "个人信息安全保护", "Protection of personal information",
                  "债务信息不得向第三人泄露，不得群发或批量拨打通讯录。",
                  "Debts are not disclosed to others; the address book is not contacted in bulk."),
    ProvisionSeed("GBT45251", "5.6", "投诉处理", "Handling of complaints",
                  "建立投诉渠道并及时答复。", "A complaint channel exists and answers in time."),
    ProvisionSeed("CBA2026", "", "催收工作要求", "Requirements on collection",
                  "未经债务人同意，22时至次日8时不得催收；同一号码每日拨打不宜超过六次；不得冒充司法、公安机关，不得公开张贴；公示合作催收机构名单。",
                  "No collection from 22:00 to 08:00 without the debtor's consent; not more than six attempts a day "
                  "to one number; no impersonation, no posting in public; the list of collection firms is published."),
    ProvisionSeed("CARD-RULE", "68", "催收记录", "Records of collection",
                  "催收记录至少保存两年。", "Records of collection are kept at least two years."),
    ProvisionSeed("ASSOCIATION", "", "配合自律管理", "Duties under self-discipline",
                  "按期答复投诉、配合调查、落实整改，不得打击报复投诉人。",
                  "Complaints are answered in time, investigations supported, orders carried out; nobody retaliates."),
)

_C18, _CBA, _PIPL, _TC, _CAC = ("CONV2018", ""), ("CBA2026", ""), ("PIPL", ""), ("TC260-2019", ""), ("CAC2021", "")
_52, _53, _54, _55 = ("GBT45251", "5.2"), ("GBT45251", "5.3"), ("GBT45251", "5.4"), ("GBT45251", "5.5")
_PIPL6, _PIPL25, _RULES = ("PIPL", "6"), ("PIPL", "25"), ("ASSOCIATION", "")

VIOLATIONS = (
    ViolationSeed("V-T01", "禁止时段催收", "collecting 22:00-08:00 without agreement", 2, (_53, _CBA)),
    ViolationSeed("V-F01", "交互式语音催收超频", "interactive calls too often", 2, (_53,)),
    ViolationSeed("V-F02", "告知式语音催收超频", "notice calls too often", 2, (_53,)),
    ViolationSeed("V-F03", "同一号码拨打超频", "calling one number too often", 1, (_CBA,)),
    ViolationSeed("V-F04", "频繁致电骚扰", "frequent harassing calls, no fixed number", 2, (_C18,)),
    ViolationSeed("V-C01", "向联系人催收", "collecting from a contact", 3, (_53,)),
    ViolationSeed("V-C02", "未满足失联条件联系联系人", "contacting a contact though debtor reachable", 2,
                  (_C18, _53, _CBA)),
    ViolationSeed("V-C03", "联系人拒绝后再次联系", "contacting a contact again after refusal", 3, (_53,)),
    ViolationSeed("V-C04", "骚扰无关第三人", "harassing an unrelated person", 3, (_C18, _CBA)),
    ViolationSeed("V-C05", "群发/爆通讯录", "mass contact of the address book", 4, (_C18, _55)),
    ViolationSeed("V-I01", "向第三人泄露债务信息", "disclosing debt to others", 4, (_C18, _55, _PIPL)),
    ViolationSeed("V-I02", "公开曝光债务人信息", "public exposure of a debtor", 5, (_CBA, _PIPL25)),
    ViolationSeed("V-I03", "强制读取通讯录", "forced reading of the address book", 3, (_TC, _CAC, _PIPL6)),
    ViolationSeed("V-I04", "因拒绝授权而拒绝服务", "refusing service for declining non-necessary data", 3, (_TC, _CAC)),
    ViolationSeed("V-I05", "非法获取或买卖个人信息", "illegally obtaining or trading personal data", 5, (_PIPL,)),
    ViolationSeed("V-I06", "授权条款不当",
                  "unfair authorisation clause (consent to contact others, bundled or forced)", 2, (_PIPL, _TC)),
    ViolationSeed("V-I07", "免责格式条款", "standard clause that excludes the platform's liability", 2,
                  (("CIVIL-CODE", ""),)),
    ViolationSeed("V-I08", "超范围收集", "collecting beyond what the function needs", 3, (_TC, _CAC, _PIPL6)),
    ViolationSeed("V-I09", "紧急联系人非手动填写或超过两人",
                  "emergency contacts not entered by hand, or more than two", 2, (_TC,)),
    ViolationSeed("V-B01", "辱骂、恐吓、威胁", "insults, intimidation, threats", 4, (_C18, _CBA)),
    ViolationSeed("V-B02", "暴力或限制人身自由", "violence or restraint", 5, (_CBA,)),
    ViolationSeed("V-B03", "冒充司法、公安等机关", "impersonating court, police or authority", 4, (_CBA,)),
    ViolationSeed("V-B04", "虚假陈述或伪造文书", "false statements, forged papers", 4, (_CBA,)),
    ViolationSeed("V-B05", "公共场所张贴", "posting notices in public places", 4, (_CBA,)),
    ViolationSeed("V-B06", "未表明身份", "not stating identity and principal", 1, (_CBA,)),
    ViolationSeed("V-B07", "上门催收未全程录音录像", "visit not fully recorded", 2, (_C18,)),
    ViolationSeed("V-B08", "收取额外费用", "charging extra fees", 3, (_52, _CBA)),
    ViolationSeed("V-B09", "诱导或逼迫以贷养贷", "inducing or forcing new borrowing", 4, (_CBA,)),
    ViolationSeed("V-O01", "未评估受托机构", "collection firm not evaluated", 2, (_54,)),
    ViolationSeed("V-O02", "未公示合作机构名单", "firm list not published", 1, (_CBA,)),
    ViolationSeed("V-O03", "违规转委托", "unauthorised sub-contracting", 3, (_54,)),
    ViolationSeed("V-O04", "放任受托机构违规", "tolerating a firm's violations", 3, (_C18, _54)),
    ViolationSeed("V-M01", "催收记录保存不足", "collection records not kept long enough", 2,
                  (_C18, ("CARD-RULE", "68"))),
    ViolationSeed("V-M02", "未指定高级管理人员", "no named senior executive", 1, (_C18,)),
    ViolationSeed("V-M03", "人员准入或培训缺失", "unfit hires, no yearly training", 2, (_52,)),
    ViolationSeed("V-M04", "未披露催收方式", "collection methods not disclosed", 1, (_C18,)),
    ViolationSeed("V-P01", "未按期答复投诉", "complaint not answered in time", 2, (_RULES,)),
    ViolationSeed("V-P02", "不配合调查", "not cooperating with investigation", 3, (_RULES,)),
    ViolationSeed("V-P03", "拒不整改或虚假整改", "refused or sham rectification", 4, (_RULES,)),
    ViolationSeed("V-P04", "打击报复投诉人", "retaliation against a complainant", 5, (_RULES,)),
)
# fmt: on
