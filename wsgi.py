"""The application: every room is set up in its order, lowest first."""
# ruff: noqa: E402

import gc

gc.disable()  # until it is made: what is read stays, and to look through it again and again is a fifth of a start

from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

import admin.wiring
import casework.wiring
import complainants.wiring
import core.wiring
import desk.wiring
import figures.wiring
import filestore.wiring
import imports.wiring
import notices.wiring
import portal.wiring
import proceedings.wiring
import publishing.wiring
import registry.wiring
import sanctions.wiring
import search.wiring
from core import machine
from core.settings import ROOT, from_environ
from core.turns import TakingTurns

ROOMS = (
    core.wiring,
    filestore.wiring,
    registry.wiring,
    notices.wiring,
    casework.wiring,
    complainants.wiring,
    portal.wiring,
    desk.wiring,
    search.wiring,
    imports.wiring,
    sanctions.wiring,
    proceedings.wiring,
    publishing.wiring,
    figures.wiring,
    admin.wiring,
)


def create_app(**config: Any) -> Flask:  # noqa: ANN401 - Flask's own configuration values
    """Build the application; raises Misconfigured, or LookupError where rooms do not fit together."""
    settings = from_environ()
    app = Flask("zilu", root_path=str(ROOT), template_folder="templates", static_folder=None)
    app.config.update(config)
    app.extensions["zilu"] = settings
    for room in ROOMS:
        room.init_app(app)
    machine.check_wiring()
    app.wsgi_app = TakingTurns(app.wsgi_app)  # type: ignore[method-assign]
    if settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.trusted_proxies, x_proto=1, x_host=1)  # type: ignore[method-assign]
    gc.enable()
    return app
