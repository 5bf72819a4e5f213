"""A recording's way: sent from a phone over a network that breaks, heard and noted by staff, in a real browser."""

import io
import re
import wave
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Route

from tests.journeys import cast, scenes
from tests.journeys.person import Person
from tests.journeys.test_public import PHONE

People = Callable[..., Person]
UPLOADS = re.compile("/uploads(/|$)")
SENT = ".file-sent small:text-is('已上传')"


def sound(seconds: int, rate: int = 8_000) -> bytes:
    """Silence, as a browser plays it."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(bytes(2 * rate * seconds))
    return out.getvalue()


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """Nearly six megabytes: two pieces."""
    path = tmp_path / "通话.wav"
    path.write_bytes(sound(180, 16_000))
    return path


def test_a_recording_goes_on_after_the_network_broke_and_after_a_reload(
    person: People, recording: Path, ask: Callable[..., list[object]]
) -> None:
    somebody = person("zh", **PHONE)
    page, broken = somebody.page, []

    def breaks(route: Route) -> None:
        if route.request.method != "PUT":
            route.continue_()
        elif len(broken) == 1:
            broken.append("broke")
            route.abort()
        else:
            broken.append("PUT")
            route.continue_()

    page.route("**/uploads/*", breaks)
    somebody.go("/complain/evidence")
    page.set_input_files("input[type=file][name=files] >> nth=0", recording)
    page.locator(SENT).wait_for()
    assert broken == ["PUT", "broke", "PUT"]
    page.unroute("**/uploads/*")
    page.reload()  # the form was not sent: the browser knows its upload, and the same file is there at once
    page.set_input_files("input[type=file][name=files] >> nth=0", recording)
    page.locator(SENT).wait_for()
    somebody.no_barrier()
    somebody.picture("upload.zh")
    page.click("main form button[type=submit]")
    somebody.go("/complain/evidence").says("通话.wav")
    assert ask("SELECT size FROM stored_file WHERE media_type = 'audio/wav' ORDER BY kept_at DESC LIMIT 1")
    page.set_input_files("input[type=file][name=files] >> nth=0", recording)
    page.click("main form button[type=submit]")  # before it is whole: the form waits, then goes by itself
    page.wait_for_url("**/complain/contact")
    somebody.complaints = [each for each in somebody.complaints if "uploads" not in each and "ERR_FAILED" not in each]
    assert not somebody.complaints


def test_after_a_long_break_the_same_file_goes_on_where_it_stopped(person: People, recording: Path) -> None:
    somebody = person("zh", **PHONE)
    page = somebody.page
    asked: list[str] = []
    chosen = "input[type=file][name=files] >> nth=0"

    def breaks(route: Route) -> None:
        asked.append(route.request.method)
        if len(asked) > 2:  # begun, and one piece: then the tunnel
            route.abort()
        else:
            route.continue_()

    page.clock.install()
    page.route(UPLOADS, breaks)
    somebody.go("/complain/evidence")
    page.set_input_files(chosen, recording)
    page.locator("small", has_text="网络中断").wait_for()
    many = len(asked)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    while len(asked) == many:
        page.wait_for_timeout(10)
    gave_up = page.locator("small", has_text="将从中断处继续上传")
    while not gave_up.count():
        page.clock.run_for(130_000)
    assert asked[:2] == ["POST", "PUT"]
    assert set(asked[3:]) == {"GET"}
    page.unroute(UPLOADS)
    with page.expect_request(UPLOADS) as first, page.expect_request(lambda it: it.method == "PUT") as on:
        page.set_input_files(chosen, recording)
    assert first.value.method == "GET"
    assert on.value.headers["upload-offset"] == str(4 * 1024 * 1024)
    page.locator(SENT).wait_for()
    assert page.locator(".file-sent").count() == 1, "the row of the first try is gone"


def test_a_recording_is_added_later_on_the_tracking_page(person: People, recording: Path) -> None:
    _ref, code = scenes.by_telephone(person().sign_in(cast.mail("intake")))
    caller = person("zh", **PHONE)
    caller.go("/track/").send(code=code.lower())
    page = caller.page
    page.click("#evidence summary")
    page.set_input_files("#evidence input[type=file] >> nth=0", recording)
    page.locator(f"#evidence {SENT}").wait_for()
    page.click("#evidence form button[type=submit]")
    caller.says("通话.wav")
    assert not caller.complaints


def test_staff_hear_skip_and_note_and_a_note_leads_to_its_moment(person: People) -> None:
    intake = person().sign_in(cast.mail("intake"))
    ref, code = scenes.by_telephone(intake)
    caller = person()
    caller.go("/track/").send(code=code.lower())
    for name, kind, content in (("通话.wav", "audio/wav", sound(60)), ("截图.png", "image/png", scenes.picture())):
        caller.send("/track/files", **{"f-files": {"name": name, "mimeType": kind, "buffer": content}})
    page = intake.page
    intake.go(f"/staff/complaints/{ref}").picture("complaint-masked.zh")
    intake.follow("通话.wav")
    intake.no_barrier()
    intake.picture("evidence-closed.zh")
    intake.send("/open", **{"open-why": "核对来电"})
    player = page.locator("audio")
    page.wait_for_function("document.querySelector('audio').readyState > 0")
    page.click("[data-skip='10']")
    page.click("[data-skip='10']")
    page.click("[data-skip='-10']")
    page.click("[data-speed='1.5']")
    assert player.evaluate("it => [Math.round(it.currentTime), it.playbackRate]") == [10, 1.5]
    player.evaluate("it => { it.currentTime = 42 }")
    page.click("[data-now]")
    intake.send("/notes", **{"note-text": "提到投诉人单位"})
    assert page.locator("[data-jump='42']").inner_text() == "0:42"
    page.wait_for_function("document.querySelector('audio').readyState > 0")
    assert player.evaluate("it => [it.currentTime, it.playbackRate]") == [42, 1.5], "where it was before the note"
    assert page.locator("[data-speed='1.5']").get_attribute("aria-pressed") == "true"
    player.evaluate("it => { it.currentTime = 7 }")
    page.click("[data-jump='42']")
    page.wait_for_function("Math.abs(document.querySelector('audio').currentTime - 42) < 3")
    intake.no_barrier()
    intake.picture("evidence-sound.zh")
    intake.follow("下一份文件").send("/open")
    page.click("[data-zoom='1']")
    page.focus(".picture-frame")
    page.keyboard.press("+")
    page.keyboard.press("r")
    assert page.locator(".picture-frame").get_attribute("class") == "picture-frame zoom-2 turn-1"
    intake.send("/notes", **{"note-text": "截图中有单位名称"})
    assert page.locator(".picture-frame").get_attribute("class") == "picture-frame zoom-2 turn-1"
    page.focus(".picture-frame")
    page.keyboard.press("0")
    assert page.locator(".picture-frame").get_attribute("class") == "picture-frame zoom-0 turn-0"
    page.evaluate("scrollTo(0, 0)")  # the bar of the page may lie half over the buttons above the picture
    intake.no_barrier()
    intake.picture("evidence-picture.zh")
    assert not intake.complaints
    other = person("en", **PHONE, color_scheme="dark").sign_in(cast.mail("officer"))
    other.go(f"/staff/complaints/{ref}").follow("通话.wav").send("/open")
    other.no_barrier()
    other.picture("evidence-sound.en.phone")
    assert other.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


WITHIN = """frame => {
  frame.scrollLeft = frame.scrollTop = 0;
  const [at, img] = [frame.getBoundingClientRect(), frame.querySelector("img").getBoundingClientRect()];
  const [left, top] = [img.left - at.left - frame.clientLeft, img.top - at.top - frame.clientTop];
  const over = [frame.scrollWidth - Math.max(img.width, frame.clientWidth), frame.scrollHeight - img.height];
  return left > -1 && Math.abs(top) < 1 && over.every((each) => Math.abs(each) < 1.5);
}"""
"""Whether the picture begins with its frame, and scrolling ends with it."""


def test_a_picture_that_is_turned_is_within_its_frame_to_the_last_edge(person: People) -> None:
    intake = person().sign_in(cast.mail("intake"))
    ref, code = scenes.by_telephone(intake)
    caller = person()
    caller.go("/track/").send(code=code.lower())
    shapes = {"长截图.png": (1080, 2340), "横照片.png": (2000, 1500)}
    for name, size in shapes.items():
        file = {"name": name, "mimeType": "image/png", "buffer": scenes.picture(size)}
        caller.send("/track/files", **{"f-files": file})
    page = intake.page
    for place, name in enumerate(shapes):
        intake.go(f"/staff/complaints/{ref}").follow(name).send("/open")
        frame = page.locator(".picture-frame")
        page.wait_for_function("document.querySelector('.picture-frame > img').naturalWidth > 0")
        for press in ("turn='1'", "turn='1'", "turn='1'", "zoom='1'", "turn='-1'", "turn='-1'"):
            page.click(f"[data-{press}]")
            assert frame.evaluate(WITHIN), (name, frame.get_attribute("class"))
            if press == "zoom='1'":
                intake.picture(f"evidence-turned-{place}.zh")
        assert frame.get_attribute("class") == "picture-frame zoom-1 turn-1"
        page.set_viewport_size({"width": 800, "height": 900})
        page.evaluate("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
        assert frame.evaluate(WITHIN), name
        page.set_viewport_size({"width": 1440, "height": 900})
    assert not intake.complaints
