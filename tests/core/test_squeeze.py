"""Pages travel compressed, and their size tells nothing."""

import gzip

from flask import Flask, make_response

from core import squeeze

SAME = "同样的内容。" * 400


def _site() -> Flask:
    app = Flask(__name__)
    squeeze.init_app(app)

    @app.get("/long")
    def long() -> object:
        answer = make_response(SAME)
        answer.set_etag("one")
        return answer

    @app.get("/short")
    def short() -> str:
        return "短"

    @app.get("/file")
    def file() -> object:
        return app.response_class(b"%PDF" * 1000, mimetype="application/pdf")

    return app


def test_a_page_is_compressed_for_a_browser_that_takes_it() -> None:
    client = _site().test_client()
    answer = client.get("/long", headers={"Accept-Encoding": "gzip, br"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.data).decode() == SAME
    assert answer.headers["ETag"].startswith("W/")
    assert "Accept-Encoding" in answer.headers["Vary"]


def test_others_get_it_as_it_is() -> None:
    client = _site().test_client()
    assert "Content-Encoding" not in client.get("/long").headers
    assert "Content-Encoding" not in client.get("/short", headers={"Accept-Encoding": "gzip"}).headers
    assert "Content-Encoding" not in client.get("/file", headers={"Accept-Encoding": "gzip"}).headers


def test_the_same_page_has_another_size_each_time() -> None:
    client = _site().test_client()
    sizes = {len(client.get("/long", headers={"Accept-Encoding": "gzip"}).data) for _each in range(30)}
    assert len(sizes) > 5
