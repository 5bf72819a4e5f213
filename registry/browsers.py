"""What browser and system a person signed in with, in plain words; only to tell one's own sessions apart."""

import re

from core.words import _

BROWSERS = (
    (r"MicroMessenger/", "WeChat"),
    (r"HuaweiBrowser/", "HUAWEI Browser"),
    (r"QQBrowser/", "QQ Browser"),
    (r"Edg(e|A|iOS)?/", "Microsoft Edge"),
    (r"OPR/", "Opera"),
    (r"Firefox/|FxiOS/", "Firefox"),
    (r"(Headless)?Chrom(e|ium)/|CriOS/", "Chrome"),
    (r"Version/\S+ .*Safari/", "Safari"),
)
"""The first that fits: all of them also call themselves by the names below theirs."""
SYSTEMS = (
    (r"HarmonyOS", "HarmonyOS"),
    (r"iPhone", "iPhone"),
    (r"iPad", "iPad"),
    (r"Android", "Android"),
    (r"Windows", "Windows"),
    (r"Macintosh", "macOS"),
    (r"Linux", "Linux"),
)


def words(client: str) -> str:
    """Browser and system; one that is not known is not named."""
    browser, system = (
        next((name for pattern, name in known if re.search(pattern, client)), "") for known in (BROWSERS, SYSTEMS)
    )
    if browser and system:
        return f"{browser} · {system}"
    return browser or system or str(_("Unknown browser"))
