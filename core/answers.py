"""Answers that whoever has them already need not fetch again."""

from flask import make_response, request
from flask.wrappers import Response


def conditional(content: str | bytes, media_type: str = "text/html; charset=utf-8") -> Response:
    """The content, or 304 where the browser has it."""
    answer = make_response(content)
    answer.content_type = media_type
    answer.add_etag()
    answer.make_conditional(request)
    return answer
