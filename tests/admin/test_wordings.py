"""Wordings are written, looked at, compared, put in force and withdrawn in the back office; nothing else gets in."""

import base64
import io
import re

import pdfplumber
import pytest
from flask import Flask
from PIL import Image

from notices import wordings
from notices.models_wording import WordingVersion
from notices.wording import load
from tests.admin.office import Office

D02 = wordings.supplied("D02", "zh")
NEW = D02.replace("title: ", "title: 再次", 1)
BASIS = "秘书长办公会2026-11-02"


@pytest.fixture
def office(app: Flask) -> Office:
    office = Office(app, "system_admin")
    office.client.set_cookie("lang", "en")
    return office


@pytest.fixture
def other(app: Flask) -> Office:
    """The second person."""
    other = Office(app, "security_admin")
    other.client.set_cookie("lang", "en")
    return other


def kept(office: Office) -> WordingVersion:
    found: WordingVersion = office.one(WordingVersion, WordingVersion.number == 1)
    return found


def act(office: Office, name: str, status: int = 303, version: int | None = None, **fields: str) -> str:
    row = kept(office)
    sent = {"key": f"{name}{version}{len(fields)}", "version": version or row.version, **fields}
    answer = office.client.post(
        f"/admin/wordings/D02.zh/1/{name}/", data={f"{name}-{each}": said for each, said in sent.items()}
    )
    assert answer.status_code == status, answer.text
    return str(answer.text)


def printed(office: Office, path: str) -> str:
    answer = office.client.get(f"/admin/wordings/{path}")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf"), answer.text[:2000]
    with pdfplumber.open(io.BytesIO(answer.data)) as made:
        return "\n".join(page.extract_text() for page in made.pages)


def test_a_version_is_drafted_compared_proposed_and_put_in_force_by_another(office: Office, other: Office) -> None:
    office.post("wordings/D02.zh/new/", text=NEW, basis="")
    page = office.get("wordings/D02.zh/1/")
    assert "±" in page
    assert "<ins>再次</ins>" in page
    assert "样稿" in printed(office, "D02.zh/1/sample.pdf")
    assert "(optional)" not in page.split('id="propose"')[1].split("</form>")[0], (
        "what is refused empty is not called so"
    )
    assert "Say what this wording rests on" in act(office, "propose", 422)
    act(office, "put", 409)
    assert "Waits for you" not in other.get("")
    act(office, "propose", basis=BASIS)
    assert "a second administrator puts it in force" in (listed := office.get("wordings/")), "it says what was done"
    assert "Waits for a second person" in listed
    assert "Waits for you" not in office.get("")
    assert 'href="/admin/wordings/D02.zh/1/"' in other.get("").split("Waits for you as the second person")[1]
    page = office.get("wordings/D02.zh/1/")
    assert "does not put it in force" in page
    assert "The association decided this wording" not in page
    act(office, "put", 403)
    page = other.get("wordings/D02.zh/1/")
    assert "<ins>再次</ins>" in page
    shown, *_others = re.findall(r'<img src="data:image/png;base64,([^"]+)"', page)
    with Image.open(io.BytesIO(base64.b64decode(shown))) as drawn:
        assert drawn.height > drawn.width == 900
        assert drawn.convert("L").getextrema()[0] < 60, "something is written on it"
    assert "Change this draft" not in page
    act(other, "put")
    assert "Waits for you" not in other.get("")
    assert (kept(office).basis, kept(office).confirmed_by) == (BASIS, other.id)
    assert "Version no. 1" in office.get("wordings/")
    assert "Say why." in act(office, "withdraw", 422)
    act(other, "withdraw", because="有误")
    assert "Version no. 1" not in office.get("wordings/")
    assert load("D02", "zh").version in office.get("wordings/D02.zh/0/")


def test_the_security_administrator_decides_on_proposals_and_writes_none(office: Office, other: Office) -> None:
    other.get("wordings/D02.zh/new/", 403)
    assert "Write a new version" not in other.get("wordings/D02.zh/")
    office.post("wordings/D02.zh/new/", text=NEW, basis=BASIS)
    act(other, "propose", 403, basis=BASIS)
    other.get("wordings/D02.zh/1/edit/", 403)


@pytest.mark.parametrize("name", ["D02.zh", "D20.zh", "D10.zh", "D19.zh", "D23f.zh", "D15.zh", "D20.en"])
def test_each_layout_can_be_seen_as_a_marked_sample_without_number_and_seal(office: Office, name: str) -> None:
    said = printed(office, f"{name}/0/sample.pdf?bare=1")
    assert ("样稿" if name.endswith("zh") else "SAMPLE") in said
    assert not re.search(r"〔2026〕7号\s*$", said, re.MULTILINE) or name in {"D19.zh", "D23f.zh"}


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("{complaint_no}", "{{complaint_no}}", "a brace that belongs to no placeholder"),
        ("{complaint_no}", "{complaint_no}{0.__class__}", "a brace that belongs to no placeholder"),
        ("{complaint_no}", "{complaint_no}{self}", "{self} is no placeholder"),
        ("{complaint_no}", "{*complaint_no}", "{*complaint_no} is written {complaint_no}"),
        ("{complaint_no}", "某号", "{complaint_no} is missing"),
        ("{complaint_no}", "{complaint_no}{telephone?}", "only on lines that are left out"),
        ("{complaint_no}", "{complaint_no | a | b}", "is no table"),
        ("{complaint_no}", "{complaint_no}\U000f0000", "U+F0000"),
        ("{complaint_no}", "{complaint_no}" + "长" * 1501, "longer than 1,500 characters"),
        ("{complaint_no}", "{complaint_no}" * 9, "more than 8 times"),
        ("title: ", "titel: ", "no header line called"),
        ("title: ", "# ", "The header line “title” is missing"),
        ("\n\n", "\n\n#无空格\n", "a space and then text"),
        ("\n\n", "\n\n|| a | b\n", "a mark that wordings do not have"),
        ("\n\n", "\n\n" * 301, "to 300 lines"),
    ],
)
def test_what_is_no_wording_is_refused_with_its_line_and_nothing_typed_is_lost(
    office: Office, before: str, after: str, told: str
) -> None:
    page = office.post("wordings/D02.zh/new/", 422, text=D02.replace(before, after, 1))
    assert told in page
    assert after.rsplit("\n", maxsplit=1)[-1][:40] in page


def test_invisible_marks_never_get_in(office: Office) -> None:
    office.post("wordings/D02.zh/new/", text=NEW.replace("title: ", "title: \u202e\u2066", 1))
    assert kept(office).text == NEW


def test_markup_is_printed_as_it_stands_and_reaches_nothing(office: Office) -> None:
    attack = '<link rel="attachment" href="file:///etc/passwd"><script>x</script><svg onload="x">'
    office.post("wordings/D02.zh/new/", text=f"{NEW}\n\n{attack}")
    assert "<script>x" not in office.get("wordings/D02.zh/1/")
    said = printed(office, "D02.zh/1/sample.pdf").replace("\n", "")
    assert "<script>x</script>" in said
    assert 'href="file:///etc/passwd"' in said
    assert "root:" not in said


def test_of_two_editors_the_second_is_told_and_overwrites_nothing(office: Office) -> None:
    office.post("wordings/D02.zh/new/", text=NEW)
    seen = kept(office).version
    office.post("wordings/D02.zh/1/edit/", text=NEW + "一")
    late = office.client.post(
        "/admin/wordings/D02.zh/1/edit/", data={"text": NEW + "二", "version": seen, "key": "late"}
    )
    assert late.status_code == 409
    assert NEW.splitlines()[-1] + "二" in late.text
    act(office, "propose", 409, version=seen, basis=BASIS)
    assert (kept(office).text, kept(office).proposed_at) == (NEW + "一", None)
    assert "There is a draft of this wording already" in office.post("wordings/D02.zh/new/", 409, text=NEW + "三")


def test_the_editor_tells_every_placeholder_and_what_it_means(office: Office) -> None:
    page = office.get("wordings/D23a.zh/new/")
    assert "{#problems | " in page
    assert "problems: correction, time, proof" in page
    office.client.set_cookie("lang", "zh")
    assert "整改要求、期限、证明材料" in office.get("wordings/D23a.zh/new/")


@pytest.mark.parametrize("path", ["D99.zh/", "D02.fr/", "D10.en/", "D02.zh/7/", "D02.zh/7/edit/", "D02.zh/new/?of=9"])
def test_what_is_no_wording_is_not_found(office: Office, path: str) -> None:
    office.get(f"wordings/{path}", 404)


def test_nobody_but_a_system_administrator_sees_them(app: Flask) -> None:
    Office(app, "audit_admin").get("wordings/D02.zh/new/", 403)
