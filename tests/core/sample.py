"""A small application that uses every layout and part: what the tests of the web furniture look at."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from jinja2 import ChoiceLoader, FileSystemLoader
from sqlalchemy.exc import OperationalError

from core import clock, forms, web
from core.actors import Actor
from core.db import PUBLIC, Reader, db
from core.errors import BadInput, Changed, NotNow
from core.labels import label
from core.words import _l
from filestore.fields_files import Files

ROOT = Path(__file__).parents[2]
CLOSED = _l("This complaint is already closed.")
SUSPENDED = _l("This institution is suspended.")
FIELD = "company"
STATEMENT = "SELECT 1"
PEOPLE = {
    "li": Actor(7, frozenset({"officer"}), name="李婧", audience="staff"),
    "zhou": Actor(9, frozenset({"officer"}), name="周砚", audience="staff"),
    "bank": Actor(8, frozenset({"lead"}), party_id=3, name="陈思远", audience="portal"),
}


class Complaint(forms.Form):
    """One field of each kind."""

    who = forms.OneOf(
        _l("Who are you?"),
        [
            ("debtor", _l("The borrower")),
            ("other", _l("Somebody unrelated to the loan"), {"hint": _l("A relative, friend or colleague")}),
        ],
    )
    day = forms.PastDate(_l("Date of the most recent contact"), hint=_l("For example 2026-11-03"))
    story = forms.LongText(_l("What happened"), most=200, private=False)
    company = forms.Text(_l("Company"), required=False, most=40)
    region = forms.OneOf(_l("Region"), [("a", "A"), ("b", "B")], look="select", required=False)
    means = forms.ManyOf(_l("Means"), [("call", _l("Calls")), ("text", _l("Messages"))], required=False)
    amount = forms.Amount(_l("Amount"), required=False)
    times = forms.Whole(_l("Number of calls"), most=1000, required=False)
    meeting = forms.Moment(_l("Time"), required=False)
    mail = forms.Mail(_l("E-mail"), required=False)
    phone = forms.Phone(_l("Telephone"), required=False)
    agree = forms.Tick(_l("The institution may see my name"))
    files = Files(_l("Recordings and screenshots"))


def _door() -> tuple[Actor | None, Reader]:
    person = PEOPLE.get(request.cookies.get("person", ""))
    if person is None or person.audience != "staff":
        return person, PUBLIC
    return person, Reader("zilu_staff", (("zilu.account", str(person.id)),))


def _rows() -> list[dict[str, Any]]:
    today, rows = clock.today(), []
    subjects = [
        "单日 37 次致电借款人父母并告知欠款",
        "言语侮辱并威胁上门",
        "向单位前台及同事群发催收短信",
        "以“律师函”名义发送伪造文书",
    ]
    for number in range(24):
        day = today + timedelta(days=number - 7)
        rows.append(
            {
                "ref": f"AJ-2026-{4217 - number:05}",
                "day": day,
                "subject": subjects[number % 4],
                "party": ["云杉消费金融有限公司", "北辰金融科技有限公司", "鹭岛数科信息服务有限公司"][number % 3],
                "state": ["RECEIVED", "INVESTIGATING", "REVIEWING"][number % 3],
            },
        )
    return rows


_public = web.blueprint("sample_public", __name__, audience=None)
_staff = web.blueprint("sample_staff", __name__, audience="staff", prefix="/staff")
_portal = web.blueprint("sample_portal", __name__, audience="portal", prefix="/portal")


@_public.get("/")
def home() -> str:
    """The doors of the house."""
    return render_template("home.html")


@_public.route("/complain", methods=["GET", "POST"])
def complain() -> ResponseReturnValue:
    """A form with everything; `fail` says what the verb would refuse."""
    form = Complaint()
    form.story.written_in = request.args.get("reader", "")
    if not form.validate_on_submit():
        return render_template("complain.html", form=form), (422 if form.is_submitted() else 200)
    fail = request.args.get("fail")
    if fail == "field":
        raise BadInput(FIELD, SUSPENDED)
    if fail == "changed":
        raise Changed
    if fail == "state":
        raise NotNow(CLOSED)
    flash("ok")
    return redirect(url_for(".receipt"), 303)


@_public.get("/companies")
def companies() -> str:
    """Names that begin like what was typed."""
    return "".join(f'<option value="{name}"></option>' for name in ("云杉消费金融", "云帆小贷"))


@_public.get("/receipt")
def receipt() -> str:
    """What is shown once."""
    return render_template("receipt.html", code="7K3M 92QF AAHT 4XKW 8PDC N6RJ")


@_public.get("/bulletin")
def bulletin() -> str:
    """A bulletin."""
    return render_template("bulletin.html")


@_public.get("/sign-in")
def sign_in() -> str:
    """A plain page."""
    return render_template("sign_in.html")


@_public.post("/nothing")
def refused_without_form() -> str:
    """A button whose move is refused."""
    raise NotNow(CLOSED)


@_public.post("/complain/sent")
def sent() -> str:
    """Only takes what is sent."""
    return ""


@_public.route("/away", methods=["GET", "POST"])
def away() -> str:
    """The database is away."""
    raise OperationalError(STATEMENT, {}, OSError())


@_public.route("/broken", methods=["GET", "POST"])
def broken() -> str:
    """A fault of ours."""
    raise ZeroDivisionError


@_staff.route("/", methods=["GET", "POST"])
def queue() -> str:
    """A queue, as full as it gets."""
    return render_template("queue.html", rows=_rows())


@_staff.get("/case")
def case() -> str:
    """A case."""
    at = datetime(2026, 11, 24, 8, 40, tzinfo=UTC)
    refused = [NotNow(CLOSED)]
    return render_template("case.html", at=at, refused=refused, day=date(2026, 11, 13))


@_portal.get("/")
def notices() -> str:
    """The portal."""
    return render_template("portal.html", rows=_rows()[:6], who=g.me.name)


def build(*, database: bool = False, **config: Any) -> Flask:
    """The sample application: the real furniture, with a database only where a test wants one."""
    app = Flask("sample", root_path=str(ROOT), template_folder="templates", static_folder=None)
    app.config.update({"SECRET_KEY": "sample", "TESTING": True, "PROPAGATE_EXCEPTIONS": False, **config})
    loader = FileSystemLoader(str(Path(__file__).parent / "pages"))
    app.jinja_loader = ChoiceLoader([loader, FileSystemLoader(str(ROOT / "templates"))])
    if database:
        db.init_app(app)
    web.init_app(app)
    web.door(_door)
    for bp in (_public, _staff, _portal):
        app.register_blueprint(bp)
    web.nav("public", _l("Home"), "sample_public.home", order=0)
    web.nav("public", _l("File a complaint"), "sample_public.complain", order=10)
    web.nav("public", _l("Bulletins"), "sample_public.bulletin", order=30)
    web.nav("staff", _l("Cases"), "sample_staff.queue", order=10, count=lambda: 3)
    web.nav("staff", _l("Case"), "sample_staff.case", order=20)
    web.nav("staff", _l("Secret"), "sample_public.receipt", roles=("head",), order=30)
    web.nav("portal", _l("Notices"), "sample_portal.notices", order=10)
    web.place("sign_in", "sample_public.sign_in")
    web.place("search.staff", "sample_staff.queue")
    label(
        "sample",
        {
            "RECEIVED": (_l("Under acceptance check"), "blue"),
            "INVESTIGATING": (_l("Investigating"), "turquoise"),
            "REVIEWING": (_l("In review"), "yellow"),
        },
    )
    association = {"name": "蓝湾互联网金融自律协会", "address": "蓝湾市望海路 18 号", "telephone": "0592-5550 1234"}
    app.context_processor(lambda: {"association": association, "demonstration": True})
    return app
