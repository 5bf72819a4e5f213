"""Simulate: years of an association's life by the verbs, on servers and a database of its own."""

import subprocess
import sys

from launch import embedded
from launch.application import as_application, require_application, run
from launch.dying import Mortal
from launch.places import PYTHON, ROOT
from launch.setup import set_up
from launch.telling import give_up, step


def simulate(words: list[str]) -> int:
    """Live, check and print the figures; 1 where something that must hold does not."""
    read = subprocess.run([sys.executable, "-m", "bench.simulation.asked", *words], cwd=ROOT, check=False).returncode
    if read or not {"-h", "--help"}.isdisjoint(words):
        return read
    set_up("demo")
    require_application()
    with embedded.servers("simulate") as given:
        environment = as_application(given) | {"ZILU_MODE": "demonstration"}
        with step("making the simulation's database"):
            if run(["db", "upgrade"], environment, stdout=sys.stderr.fileno()):
                give_up("The simulation's database could not be made; the reason stands above.")
        with Mortal([str(PYTHON), "-m", "bench.simulation", *words], cwd=ROOT, env=environment) as living:
            code = living.wait()
    return code if code >= 0 else 128 - code
