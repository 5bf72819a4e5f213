"""Numbers of the demonstration that shall not be contacted any more: one request for each state it can be in."""

from datetime import timedelta

from casework import receipts, stop_contacts

STOPS = (
    (4, 0, "REQUESTED"),
    (15, 2, "RELAYED"),
    (42, 19, "CONFIRMED"),
    (23, 14, "UNCONFIRMED"),
    (44, 34, "DECLINED"),
    (11, 56, "BREACHED"),
)
"""Of which life, how many days ago it was asked, and how far it has come."""
SAID = "对方称我是借款人的联系人，要求我转告还款，并说不还款就会一直打。"
DECLINED = "该号码系担保人本人号码，就其本人所担保的债务可以依法联系，故不予转告。遇有违规催收的，请继续向本协会反映。"


def plan(stage, lives):
    """Let each request begin on its day, once its complaint has come in."""
    known = {life.no: (days, life) for days, life in lives}
    for number, ago, how in STOPS:
        days, life = known[number]
        when = stage.end - timedelta(minutes=35) if ago == 0 else stage.ago(ago, 9)
        stage.plan(max(when, stage.ago(days, 23)) if ago else when, _told(stage, life, how))


def _told(stage, life, how):
    complaint = receipts.sent_before(stage.at, receipts.code(life.key))
    said = {"number": f"1390200{4000 + life.no:04d}", "own": True}
    every = stop_contacts.request(stage.at, complaint, **said, **stage.speaking(complaint))
    it = every[0]
    if how == "REQUESTED":
        return
    yield stage.now + timedelta(hours=3) if how == "RELAYED" else stage.working(1, 10)
    if how == "DECLINED":
        for each in every:
            stop_contacts.decline(stage.at, each, holder="GUARANTOR", why=DECLINED, **stage.by("intake"))
        return
    stop_contacts.relay(stage.at, it, **stage.by("intake"))
    yield stage.now + timedelta(hours=4)
    stage.receive("stop_contact", it, "D33")
    if how in {"RELAYED", "UNCONFIRMED"}:
        return
    yield stage.working(1)
    stop_contacts.confirm(stage.at, it, **stage.leading(it))
    if how == "BREACHED":
        yield stage.ago(4, 15)
        at = stage.now - timedelta(hours=3)
        call = {"kind": "CALL_INTERACTIVE", "from_number": "0592 5550 0171", "said": SAID}
        stop_contacts.breach(stage.at, it, at=at, **call, **stage.speaking(complaint))
