"""Runs the application's own commands in its environment."""

import os
import shlex
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import urlsplit

from launch import debian, embedded, keys
from launch.dying import Mortal, TerminatedError
from launch.places import PYTHON, ROOT, base
from launch.postgres import MIGRATED
from launch.setup import set_up
from launch.telling import give_up, refuse_use, step, tell

DRAWS_PAGES = "sample-documents"
COMMANDS = (
    "backup",
    "clock",
    "clock-is-right",
    "collect-assets",
    "db",
    "deadline",
    "demo",
    "first-admin",
    "import-complaints",
    "index-search",
    "restored",
    "rotate-keys",
    "routes",
    "run",
    "sample-documents",
    "scan-files",
    "seal-activate",
    "seal-certificates",
    "seed",
    "shell",
    "try-again",
    "verify-document",
    "verify-journal",
    "worker",
)
"""What the application itself answers to: known here, so that any other word is refused before anything is started."""
OF_AN_OPERATOR = {"backup", "clock-is-right", "first-admin", "restored", "rotate-keys", "scan-files"}
OF_AN_OPERATOR |= {"seal-activate", "try-again"}
"""Commands that are meant for one database: on another they would do, and report, what nobody wanted."""
ABOUT_ONE = {"db", "import-complaints", "index-search", "seed", "verify-document", "verify-journal"}
"""Commands that do good on the demonstration as well: but what they answer is said of one database, and which."""
SERVERS, KEPT = ("DATABASE_URL", "REDIS_URL"), ("ZILU_DATA", "ZILU_HASH_KEY", "ZILU_KEY_FILE")
"""What names the site: with one left out, the demonstration's own would stand in for it."""
WANTS = {"backup": "FOLDER", "first-admin": "MAIL", "seal-activate": "CHAIN"}
"""What an operator's command cannot do without."""
EMBEDDED = "--embedded"
ALIKE = 0.8
"""An option that is as like it as this is taken for a slip of it."""
HELP = "What the application itself does. ./zilu COMMAND --help tells how; ./zilu help tells of the launcher's own."
ENTER = f"from flask.cli import cli; cli.help = {HELP!r}; cli.main(prog_name='./zilu')"
FLASK = [str(PYTHON), "-c", ENTER, "--app", str(ROOT / "wsgi.py")]


def profile() -> str:
    """What has to be installed: with both servers given, none of the demonstration's wheels."""
    return "run" if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL") else "demo"


def as_application(environment: dict[str, str]) -> dict[str, str]:
    """What the application sees of the environment.

    The embedded database is for the demonstration (and tests); with one of your own the mode is yours to say.
    """
    fixed = {"FLASK_SKIP_DOTENV": "1", "PYTHONUNBUFFERED": "1"}
    if not os.environ.get("DATABASE_URL"):
        fixed["ZILU_MODE"] = environment.get("ZILU_MODE", "demonstration")
    return environment | fixed


def spawn(words: list[str], environment: dict[str, str], *, stdout: int | None = None) -> Mortal:
    """Start one command of the application; it does not outlive the launcher."""
    return Mortal([*FLASK, *words], env=as_application(environment), stdout=stdout)


@contextmanager
def ending_with_us(child: Mortal) -> Iterator[Mortal]:
    """A child that ends where the launcher is told to end: SIGTERM reaches the launcher alone."""
    with child:
        try:
            yield child
        except KeyboardInterrupt:
            child.terminate()
            child.wait()
            raise


def run(words: list[str], environment: dict[str, str], *, stdout: int | None = None) -> int:
    """Run one command of the application to its end; gives its exit code."""
    with ending_with_us(spawn(words, environment, stdout=stdout)) as child:
        code = _wait(child)
    return code if code >= 0 else 128 - code


def _wait(child: Mortal) -> int:
    """Wait for the end; Ctrl-C in a terminal reaches the command by itself, and a shell goes on after it."""
    while True:
        try:
            return child.wait()
        except TerminatedError:
            raise
        except KeyboardInterrupt:
            if not sys.stdin.isatty():
                raise


def migrate(environment: dict[str, str]) -> None:
    """Bring the database's tables to the newest form."""
    with step("bringing the database up to date"):
        if run(["db", "upgrade"], environment, stdout=sys.stderr.fileno()):
            give_up("The database could not be brought up to date; the reason stands above.")
    if not os.environ.get("DATABASE_URL"):
        (base("start") / MIGRATED).touch()


def run_command(words: list[str]) -> int:
    """Set up what is missing, start the servers needed, run the command, stop what was started."""
    words = meant(words)
    set_up(profile())
    require_application()
    if "--help" in words:
        return tell_how(words)
    if words[0] == DRAWS_PAGES:
        debian.install(list(debian.FOR_PICTURES))
    with embedded.servers("start") as environment:
        own_database = not os.environ.get("DATABASE_URL")
        if own_database and not (base("start") / MIGRATED).exists() and words[0] != "db":
            migrate(environment)
        return run(words, environment)


def tell_how(words: list[str]) -> int:
    """What a command takes: the application says it, and needs no server for it."""
    with tempfile.TemporaryDirectory() as nowhere:
        unused = dict(zip(SERVERS, ("postgresql+psycopg://", "redis://"), strict=True)) | {"ZILU_DATA": nowhere}
        return run(words, os.environ | keys.for_application(Path(nowhere), may_make=True) | unused)


def meant(words: list[str]) -> list[str]:
    """The command without the word that means the embedded servers; of which database it speaks is told."""
    if words[0] not in OF_AN_OPERATOR | ABOUT_ONE or "--help" in words:
        return words
    if words[0] in OF_AN_OPERATOR:
        words = _for_a_site(words)
    server = urlsplit(f"//{os.environ.get('DATABASE_URL', '').rpartition('@')[2]}")  # a password may hold any sign
    place = (
        f"on the database {server.path.lstrip('/')} at {server.hostname or 'this machine'}"
        if server.path
        else f"on the embedded database, in {base('start')}"
    )
    tell(place)
    return words


def _for_a_site(words: list[str]) -> list[str]:
    """An operator's command is for the site that the environment names, or for the embedded one that is asked for."""
    given = [name for name in (*SERVERS, *KEPT) if os.environ.get(name)]
    lacking = [name for name in (*SERVERS, *KEPT) if not os.environ.get(name)]
    options = [word for word in words if word.startswith("--") and word != EMBEDDED]
    for word in get_close_matches(EMBEDDED, options, cutoff=ALIKE):
        refuse_use(f"there is no option {word}; is {EMBEDDED} meant?")
    if EMBEDDED in words:
        if given:
            named = " and ".join(given)
            give_up(f"{EMBEDDED} means both servers of this checkout; the environment names {named}: take that out.")
    elif lacking:
        whole = shlex.join(words) if words[1:] else " ".join([words[0], *filter(None, [WANTS.get(words[0])])])
        give_up(
            f"{' and '.join(lacking)} must be set: {words[0]} is for the site that they name. "
            f"For the demonstration of this checkout, say ./zilu {whole} {EMBEDDED}."
        )
    return [word for word in words if word != EMBEDDED]


def require_application() -> None:
    """Say so when there is nothing to run."""
    if not (ROOT / "wsgi.py").exists():
        give_up(f"{ROOT} holds no wsgi.py; this checkout is not complete.")
