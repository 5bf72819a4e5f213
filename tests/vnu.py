"""The Nu HTML checker for tests: one Java machine reads every page of a run."""

import json
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import unquote

from core.settings import ROOT

JAR = ROOT / "node_modules/vnu-jar/build/dist/vnu.jar"
QUICK = ("-Xss2m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")


def errors(pages: dict[str, str]) -> list[str]:
    """What is not valid HTML in these pages, by the name of each; the checker's failure is the test's."""
    with tempfile.TemporaryDirectory(prefix="zilu-html-") as folder:
        for name, page in pages.items():
            Path(folder, f"{name}.html").write_text(page, "utf-8")
        command = ["java", *QUICK, "-jar", str(JAR), "--errors-only", "--exit-zero-always", "--format", "json", folder]
        told = subprocess.run(command, check=True, capture_output=True, text=True).stderr
    said = json.loads(told)["messages"]
    return [f"{Path(unquote(each['url'])).stem}: line {each.get('lastLine')}: {each['message']}" for each in said]
