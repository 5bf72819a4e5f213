"""Reads ./zilu's words and hands over: start, test, bench, setup, lock, or a command of the application."""

import os
import signal
import sys
import textwrap
from collections.abc import Callable
from difflib import get_close_matches

from launch import benches, drilling, looking, processes, simulating, testing
from launch.application import COMMANDS, run_command
from launch.dying import TerminatedError
from launch.lock import lock
from launch.setup import PROFILES, set_up
from launch.telling import CannotGoOnError, tell

NAMED = textwrap.indent(textwrap.fill(" ".join(COMMANDS), 94, break_on_hyphens=False), " " * 26)
DONE, REFUSED, WRONG_USE = 0, 1, 2
PORT_IS_SET = "it takes no words, and the port is set before it: PORT=8010 ./zilu start"
USAGE = f"""\
./zilu start              set up what is missing and run everything with demonstration data
./zilu test [--full] [WHAT FOR PYTEST]
                          all checks and tests; with words for pytest only those tests
./zilu bench NAME         measure speed; the last line is one JSON object
./zilu simulate [--years 3] [--cases 100] [--seed 1]
                          years of an association's life, without rendering, checked at the end
./zilu drill [--kills 200] [--seed 1]
                          kill every process of a site of its own while documents are issued and opened, then check
./zilu pictures [--all DIR]
                          the README's pictures of a running demonstration; with --all one of every page, in both
                          languages, on a desk and a phone; both need ./zilu setup test
./zilu lighthouse [--at http://127.0.0.1:8000] [--runs 1]
                          judge five pages of a running demonstration by Lighthouse
./zilu setup [run|demo|test]
                          only the set-up: for production, the demonstration, or the tests
./zilu lock [--upgrade]   write the lock files again from pyproject.toml
./zilu COMMAND ...        a command of the application; ./zilu COMMAND --help tells how, ./zilu commands what each does:
{NAMED}

PORT sets the port of start (8000). DATABASE_URL with DATABASE_OWNER_URL, and REDIS_URL, name servers to use
instead of the embedded ones; backup, clock-is-right, first-admin, restored, rotate-keys, scan-files, seal-activate and
try-again want them named, with ZILU_DATA, ZILU_HASH_KEY and ZILU_KEY_FILE, or --embedded. Exit codes: 0 done, 1
refused, 2 wrong use, 3 a backup that lacks files, or of which nobody could tell.
"""


def start(words: list[str]) -> int:
    """Run the whole application until Ctrl-C."""
    return _wrong("start", words, PORT_IS_SET) if words else processes.start()


def setup(words: list[str]) -> int:
    """Only the set-up."""
    if len(words) > 1 or (words and words[0] not in PROFILES):
        return _wrong("setup", words if words[0] not in PROFILES else words[1:], f"say one of {', '.join(PROFILES)}")
    set_up(words[0] if words else "demo")
    tell("everything is set up")
    return DONE


def relock(words: list[str]) -> int:
    """Write the lock files again."""
    if words not in ([], ["--upgrade"]):
        return _wrong("lock", [word for word in words if word != "--upgrade"] or words[1:], "say --upgrade or nothing")
    lock(upgrade=bool(words))
    return DONE


def show_usage(words: list[str]) -> int:
    """What can be said to ./zilu."""
    del words
    sys.stdout.write(USAGE)
    return DONE


def commands(words: list[str]) -> int:
    """The application's own commands."""
    return run_command(["--help", *words])


def unknown(word: str) -> int:
    """Said at once: nothing was set up or started for it."""
    near = get_close_matches(word, [*WORDS, *COMMANDS], n=1)
    tell(f"there is no command {word}; {f'is {near[0]} meant? ' if near else ''}./zilu help names all of them")
    return WRONG_USE


def _wrong(word: str, more: list[str], instead: str) -> int:
    tell(f"{word} knows no {more[0]}; {instead}; ./zilu help tells all there is")
    return WRONG_USE


WORDS: dict[str, Callable[[list[str]], int]] = {
    "start": start,
    "test": testing.test,
    "bench": benches.bench,
    "simulate": simulating.simulate,
    "drill": drilling.drill,
    "pictures": looking.pictures,
    "lighthouse": looking.lighthouse,
    "setup": setup,
    "lock": relock,
    "commands": commands,
    "help": show_usage,
    "--help": show_usage,
    "-h": show_usage,
}


def _end_like_an_interrupt(sign: int, frame: object) -> None:
    """SIGTERM and a closed terminal unwind as Ctrl-C does, so that what was started is stopped."""
    del sign, frame
    raise TerminatedError


def main(words: list[str]) -> int:
    """Carry out one command line; the exit code says how it went."""
    for sign in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, _end_like_an_interrupt)
    if not words:
        sys.stderr.write(USAGE)
        return WRONG_USE
    try:
        if words[0] in {"start", "setup", "lock"} and words[1:] in (["--help"], ["-h"]):
            words = ["help"]  # which tells all that there is to say of them
        if words[0] in WORDS:
            return WORDS[words[0]](words[1:])
        return run_command(words) if words[0] in COMMANDS else unknown(words[0])
    except CannotGoOnError as why:
        tell(str(why))
        return why.code
    except KeyboardInterrupt:
        tell("stopped")
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return REFUSED
