"""Sentences that documents and mails are filled with, in the recipient's language: data only, Chinese and English."""

from typing import Final

PHRASES: Final[dict[str, tuple[str, str]]] = {
    "person": ("投诉人", "the complainant"),
    "other": ("其他投诉人", "another complainant"),
    "company.number": ("号码{number}", "the number {number}"),
    "facts.added": ("【{day}补充】", "[Added on {day}]"),
    "copy.request": ("诉求：", "What is asked for: "),
    "copy.number": ("来电或者来信号码：", "Number that called or wrote: "),
    "channel.WEB": ("网上投诉平台", "the online complaint page"),
    "channel.PHONE": ("电话", "telephone"),
    "channel.LETTER": ("来信", "letter"),
    "channel.COUNTER": ("来访", "visit to the association"),
    "channel.IMPORT": ("由历史登记转入", "taken up from an earlier register"),
    # Why a complaint is not accepted (row C05)
    "reason.DUPLICATE": (
        "同一投诉人就同一事实已提出过投诉，该投诉正在办理或者已经办结。",
        "You have already complained about the same facts, and that complaint is being handled or was closed.",
    ),
    "reason.NO_FACTS": (
        "没有具体的事实，经审查无法核查。",
        "There are no concrete facts that could be examined.",
    ),
    "reason.COURT_OR_AUTHORITY": (
        "有关事项已由人民法院、仲裁机构或者有关行政机关受理或者处理。",
        "A court, an arbitration body or an authority has already taken up or decided the matter.",
    ),
    "reason.OUT_OF_SCOPE": (
        "所反映的事项不属于本协会自律管理的范围。",
        "The matter is not within what the Association may deal with.",
    ),
    "reason.ABUSIVE": (
        "投诉内容明显属于滥用投诉权利。",
        "The complaint is an evident abuse of the right to complain.",
    ),
    "reason.CANNOT_IDENTIFY": (
        "无法确定被投诉的机构。",
        "The company complained about cannot be identified.",
    ),
    "reason.UNAUTHORISED_AGENT": (
        "代理他人投诉，但未提供书面授权。",
        "You complained for somebody else without a written authorisation.",
    ),
    "reason.K02": (
        "在补正期限内未补充所要求的内容或者材料，也未说明原因。",
        "What was asked for was not added in time, and no reason was given.",
    ),
    # What the person can do besides
    "way.new": (
        "取得新的事实或者材料的，可以再次向本协会提出投诉。",
        "You may complain to the Association again if you have new facts or material.",
    ),
    "way.institution": (
        "可以直接向有关金融机构的投诉处理部门反映。",
        "You may turn to the complaints department of the institution itself.",
    ),
    "way.authority": (
        "可以向金融监管部门反映；涉及个人信息的，可以向网信部门反映。",
        "You may turn to the financial regulator, or, where personal data is concerned, to the cyberspace authority.",
    ),
    "way.police": (
        "遇有暴力、威胁或者人身危险的，请立即报警。",
        "In case of violence, threats or danger, call the police at once.",
    ),
    "way.court": (
        "可以依法申请仲裁或者向人民法院提起诉讼。",
        "You may turn to an arbitration body or a court.",
    ),
    # How the days of a time limit are counted, by its unit (D02)
    "counted.WD": (
        "上述期限以工作日计，非工作日不计入。",
        "The period is counted in working days and leaves out all other days.",
    ),
    "counted.CD": (
        "上述期限的最后一日为非工作日的，顺延至其后第一个工作日。",
        "A period that would end on a non-working day ends on the next working day.",
    ),
    "counted.MONTH": (
        "上述期限的最后一日为非工作日的，顺延至其后第一个工作日。",
        "A period that would end on a non-working day ends on the next working day.",
    ),
    # Whom the association cannot reach (D05a)
    "unreachable.unknown": (
        "“{name}”：本协会登记信息中未能查明该主体，您可以向金融监管部门反映",
        "“{name}”: not found in the Association's register; you may turn to the financial regulator",
    ),
    "unreachable.outside": (
        "{name}：在行为发生之日不受本协会自律规则约束，您可以向委托其催收的机构或者金融监管部门反映",
        (
            "{name}: not bound by the Association's rules on the day of the conduct; you may turn to the "
            "institution that "
            "engaged it or to the financial regulator"
        ),
    ),
    "unreachable.suspended": (
        "{name}：目前无法接收转办，您可以向金融监管部门反映",
        "{name}: cannot be sent a complaint at present; you may turn to the financial regulator",
    ),
    "unreachable.succeeded": (
        "{name}：已由{successor}承继，您的投诉已转办该承继单位",
        "{name}: it went on as {successor}, to which your complaint is forwarded",
    ),
    # Identity
    "identity.shared": (
        "{who}（经投诉人单独同意提供，仅限用于办理本投诉）",
        "{who} (passed on with the complainant's separate consent, for the handling of this complaint only)",
    ),
    "identity.kept": (
        "投诉人未同意提供其身份信息",
        "The complainant has not consented to being named",
    ),
    "identity.told.shared": (
        "经您同意，您的姓名和联系方式已随函提供",
        "Your name and contact were passed on with your consent",
    ),
    "identity.told.kept": (
        "未提供您的姓名和联系方式",
        "Your name and contact were not passed on",
    ),
    "own.ends": (
        "移送后，本协会不再另行处理该投诉。",
        "The Association itself does not go on with the complaint.",
    ),
    "own.goes_on": (
        "对属于本协会自律管理范围的其余事项，本协会继续办理。",
        "The Association goes on with what is within its own rules.",
    ),
    "files.own": (
        "投诉人提供的材料{n}件，如需调取请与本协会联系",
        "Files given by the complainant: {n}, available on request",
    ),
    "files.none": ("投诉人未提供材料", "The complainant gave no files"),
    # Forwarding
    "alleged": ("投诉人指称的行为类型：{codes}", "Kinds of conduct alleged: {codes}"),
    "succeeded": (
        "投诉人反映的行为由{name}实施，你单位承继其权利和义务",
        "The conduct complained about is that of {name}, to whose rights and duties you have succeeded",
    ),
    "insist": (
        "你单位前次退回的理由，经审查不予采纳：{why}。请按本函要求核查答复。",
        "The reason for which you returned the complaint is not accepted: {why}. Please examine and answer it.",
    ),
    "may_return": (
        "认为投诉事项与你单位无关的，请在上述期限内说明理由退回。",
        "If the complaint does not concern you, please return it with reasons within the period.",
    ),
    "conduct.from_to": ("{first}至{last}", "{first} to {last}"),
    "conduct.unknown": ("投诉人未说明", "not stated"),
    "matter.answer": ("{no}号投诉的核查答复", "the answer to complaint {no}"),
    "reminded.letter": ("转办函", "by which the complaint was forwarded"),
    "reminded.answer": ("答复", "answer"),
    "reminded.further_letter": ("要求补充答复函", "by which more was asked"),
    "reminded.further": ("补充答复", "further answer"),
    "reminded.from_end": ("上述期限届满之日", "the end of that period"),
    "reminded.from_answer": (
        "本协会答复你单位延期申请之日（{day}）",
        "{day}, the day on which the Association answered your request for more time",
    ),
    "reminded.from_check": (
        "本协会核对该期限之日（{day}）",
        "{day}, the day on which the Association checked that period",
    ),
    "reminded.from_service": (
        "本协会获知该函送达之日（{day}）",
        "{day}, the day on which the Association learnt that the letter had been served",
    ),
    "send_back.reason": (
        "经审核，该答复尚不足以说明有关情况。",
        "On examination the answer does not yet explain the matter sufficiently.",
    ),
    "ask_again.reason": (
        "投诉人对该答复提出异议，经复核，有关问题确需补充说明。",
        "The complainant disputes the answer, and on examination some points need to be answered.",
    ),
    "pending": (
        "另有{n}家被投诉单位尚未答复，待收到并审核后另行告知；全部答复告知您之后，您可以按照下列方式一并回应。",
        (
            "{n} other respondents have not answered yet; you will be told when they have, and once you have every "
            "answer you can respond to them together, as follows."
        ),
    ),
    "pending.one": (
        "另有1家被投诉单位尚未答复，待收到并审核后另行告知；全部答复告知您之后，您可以按照下列方式一并回应。",
        (
            "Another respondent has not answered yet; you will be told when it has, and once you have every answer you "
            "can respond to them together, as follows."
        ),
    ),
    "answered": ("{name}：{text}", "{name}: {text}"),
    "unanswered": ("{name}：至今未作答复", "{name}: has not answered so far"),
    # What the association did and how it ended (D08)
    "did.forwarded": (
        "本协会受理后，将投诉转交{names}核查答复，并对答复进行了审核。",
        "The Association accepted the complaint, forwarded it to {names} and examined what was answered.",
    ),
    "did.sent": (
        "本协会受理后，将投诉转交{names}核查答复。",
        "The Association accepted the complaint and forwarded it to {names}.",
    ),
    "did.received": ("本协会收到并登记了您的投诉。", "The Association received and registered your complaint."),
    "did.checked": (
        "您提出异议后，本协会进行了复核。{why}",
        "After your objection the Association examined the matter again. {why}",
    ),
    "did.rechecked": (
        "本协会对该投诉再次进行了核查。{why}",
        "The Association looked at the complaint once more. {why}",
    ),
    "outcome.ACCEPTED": ("您已认可答复，投诉办结。", "You accepted the answer; the complaint is closed."),
    "outcome.NO_FEEDBACK": (
        "您在反馈期限内未提出异议，投诉按未反馈办结。",
        "No objection came within the feedback period; the complaint is closed without feedback.",
    ),
    "outcome.CHECKED": (
        "经复核，未发现违规迹象，投诉办结。",
        "On examination there is no sign of a breach; the complaint is closed.",
    ),
    "outcome.SETTLED": (
        (
            "您与{names}已达成和解，投诉办结。和解方案：{terms}。对方未按该方案履行的，您可以另行提出投诉，并注明本投诉编号。"
        ),
        (
            "You and {names} have settled the matter; the complaint is closed. What you agreed on: {terms}. If it is "
            "not kept, you may make a new complaint and quote this complaint number."
        ),
    ),
    "outcome.WITHDRAWN": ("您已撤回投诉，投诉终止办理。", "You withdrew the complaint; its handling ends."),
    "outcome.ESCALATED": (
        "投诉反映的线索已由本协会按照自律程序核查完毕，投诉办结。",
        "The Association has completed its self-discipline procedure on what you reported; the complaint is closed.",
    ),
    "outcome.DUPLICATE": (
        "本投诉与您就同一事实提出的另一件投诉（{lead}）合并办理，该投诉已办结，本投诉一并办结。",
        "This complaint was handled together with your other complaint about the same facts ({lead}), which has ended.",
    ),
    "case.runs": (
        "对有关机构是否违反自律规则，本协会正在按照自律程序另行处理；本投诉的办结不影响该程序。",
        (
            "Whether a company broke the rules is being examined in a procedure of its own, which the end of "
            "this complaint "
            "does not affect."
        ),
    ),
    "progress": (
        "您反映的有关情况，本协会正在按照自律程序核查处理，目前尚未办结。",
        "The Association is examining what you reported under its rules; the matter has not ended yet.",
    ),
    # Mails: where to look, never what is there
    "mail.message.subject": ("您的投诉有新的留言", "There is a message about your complaint"),
    "mail.message.body": (
        (
            "您好：\n\n您的投诉有一条新的留言。请凭查询码在下列页面查看和回复：\n{url}\n\n"
            "本邮件由系统自动发出，请勿直接回复。"
        ),
        (
            "Hello,\n\nthere is a new message about your complaint. Please read and answer it with your receipt "
            "code at\n"
            "{url}\n\nThis email was sent automatically; please do not answer it."
        ),
    ),
    "mail.terms.subject": ("有和解方案等待您确认", "Terms of a settlement wait for you"),
    "mail.terms.body": (
        (
            "您好：\n\n一件投诉有新的协商和解方案，请在下列页面查看；如同意，请在页面上确认：\n{url}\n\n"
            "本邮件由系统自动发出，请勿直接回复。"
        ),
        (
            "Hello,\n\nterms of a settlement were proposed. Please read them, and agree there if you do, at\n"
            "{url}\n\nThis email was sent automatically; please do not answer it."
        ),
    ),
    "mail.certain.subject": ("一项办理期限的届满日期已经确定", "A time limit is certain now"),
    "mail.certain.body": (
        (
            "您好：\n\n节假日和调休安排已公布，一项与您有关的期限的届满日期此前为暂定，现已确定，日期未变，请登录下列页面查看：\n{url}\n\n"
            "本邮件由系统自动发出，请勿直接回复。"
        ),
        (
            "Hello,\n\nthe official list of holidays and working days is out. The last day of a time limit that "
            "concerns you was an estimate; it is certain now and has not changed. Please look at\n{url}\n\n"
            "This email was sent automatically; please do not answer it."
        ),
    ),
    # What the head decided where a person asks to be forgotten
    "recheck.granted": (
        ("本协会对您的投诉重新审查，由未参与原处理的人员办理。此前文书告知的处理结果不再适用，新的结果将另行告知您。"),
        (
            "We look at your complaint once more, and somebody decides who did not decide before. What the letter "
            "about its end says no longer holds; you will hear from us how it ends now."
        ),
    ),
    "recheck.refused": (
        (
            "您申请重新审查，本协会决定不重新审查，原处理结果不变。理由：{why}\n\n重新审查只能申请一次；有新的事实的，"
            "可以提出新的投诉。您向主管部门反映、向法院起诉不受影响。"
        ),
        (
            "You asked us to look at your complaint once more. We do not, and what was decided stands. Reason: {why}"
            "\n\nThis can be asked for only once; if there is something new, you can send another complaint. You can "
            "still turn to an authority or to a court."
        ),
    ),
    "erasing.granted": (
        (
            "您要求删除个人信息，本协会同意。理由：{why}\n\n自{day}起，查询码不再能打开该投诉；"
            "届时仍有事项未办完的（例如您有新的留言），待办完后删除。改变主意的，在此之前可以在本页撤回该要求。"
        ),
        (
            "You asked us to delete your data, and we do so. Reason: {why}\n\nFrom {day} the receipt code opens "
            "nothing any more; if something is still to be done then, such as a new message of yours, we delete them "
            "after that. If you change your mind, you can take the request back on this page before that day."
        ),
    ),
    "erasing.given_up": (
        "您的投诉已重新办理，此前同意的个人信息删除不再进行。办结后仍要求删除的，请再次提出。",
        (
            "Your complaint is being looked at again, so your data are not deleted now, though we had agreed to that. "
            "If you still want it once the complaint has ended, please ask again."
        ),
    ),
    "erasing.held": (
        "此前同意的个人信息删除现须暂缓。理由：{why}\n\n原因消除后即予删除，届时另行告知您。",
        (
            "We had agreed to delete your data, but have to keep them for now. Reason: {why}\n\nThey are deleted once "
            "that is over, and we tell you then."
        ),
    ),
    "erasing.held_why": (
        "本协会依法需要暂时保存这些信息。",
        "the law requires us to keep them for the time being.",
    ),
    "erasing.let_go": (
        "您的个人信息暂缓删除的原因已经消除，自{day}起删除，查询码不再能打开该投诉。",
        (
            "The reason for which we had to keep your data is over: they are deleted, and from {day} the receipt code "
            "opens nothing any more."
        ),
    ),
    "erasing.taken_back": (
        "您撤回了删除个人信息的要求，我们已经记录，您的个人信息按规定的年限保存。并未撤回的，请给我们留言；以后仍可再次提出。",
        (
            "We have noted that you take back your request to delete your data, so they are kept for the years laid "
            "down. If you did not, write to us; you can also ask again later."
        ),
    ),
    "erasing.refused": (
        "您要求删除个人信息，本协会现不予删除。理由：{why}\n\n个人信息按规定年限保存，期满后删除。您可以再次提出要求。",
        (
            "You asked us to delete your data; for now we do not. Reason: {why}\n\nThey are kept for the years laid "
            "down and then deleted. You may ask again."
        ),
    ),
    "day.corrected": (
        "您的投诉的收到日期登记有误，现由{was}更正为{day}，受理审查期限自该日起计算；已经告知您的届满日期不会提前。",
        (
            "The day on which your complaint came was noted wrongly: it is put right from {was} to {day}, and the time "
            "for our acceptance check counts from there. A last day that you were told does not move earlier."
        ),
    ),
    "day.corrected.only": (
        "您的投诉的收到日期登记有误，现由{was}更正为{day}。",
        "The day on which your complaint came was noted wrongly: it is put right from {was} to {day}.",
    ),
    "mail.moved.subject": ("一项办理期限的届满日期有变动", "A time limit has moved"),
    "mail.moved.body": (
        (
            "您好：\n\n因节假日和调休安排公布或者更正，一项与您有关的期限的届满日期有变动，请登录下列页面查看：\n{url}\n\n"
            "本邮件由系统自动发出，请勿直接回复。"
        ),
        (
            "Hello,\n\nthe official list of holidays and working days is out or was corrected, and the last day of "
            "a time limit that concerns you has moved. Please look at\n{url}\n\n"
            "This email was sent automatically; please do not answer it."
        ),
    ),
    "text.news": (
        "您有新的进展，请凭查询码查看：{url}",
        "There is news for you. Please look with your receipt code: {url}",
    ),
    "text.renew": (
        "两小时内打开此链接可重新取得查询码；如非本人申请，请忽略：{url}",
        "Open this link within two hours for a new code; ignore it if you did not ask: {url}",
    ),
    "mail.renew.subject": ("重新取得查询码", "A new receipt code"),
    "mail.renew.body": (
        (
            "您好：\n\n有人申请重新取得{day}提交的一件投诉的查询码。如系您本人申请，请在两小时内打开下列链接；"
            "如非本人申请，请忽略本邮件，原查询码继续有效。\n{url}"
        ),
        (
            "Hello,\n\nsomebody asked for a new receipt code of a complaint that came in on {day}. If it was you, "
            "open this link within two hours; "
            "otherwise ignore this email, and the old code stays valid.\n{url}"
        ),
    ),
}


def phrase(key: str, lang: str = "zh", **values: object) -> str:
    """One sentence in a language, with its values in place."""
    zh, en = PHRASES[key]
    return (en if lang.startswith("en") else zh).format(**values)
