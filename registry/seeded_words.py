"""What values and rules are seeded with, in the reader's words: what they rest on, who issued them, and notes."""

from core.words import _, _l

BASES = {
    "first-run page": _l("entered when the system was first started"),
    "[D]": _l("our proposal, to be decided by the association"),
    "[D] (platform seen: 15 WD)": _l("our proposal; a comparable platform takes 15 working days"),
    "SAC model": _l("modelled on the Securities Association of China"),
    "SAC": _l("Securities Association of China"),
    "SAC 12 months": _l("Securities Association of China: 12 months"),
    "SAC 3 years": _l("Securities Association of China: 3 years"),
    "NFA 3-17 model": _l("modelled on rule 3-17 of the National Futures Association (United States)"),
    "NFA 3-7 model": _l("modelled on rule 3-7 of the National Futures Association (United States)"),
    "NFA 30 CD": _l("National Futures Association (United States): 30 natural days"),
    "CFA 7 days": _l("China Futures Association: 7 days"),
    "CFA 15 WD": _l("China Futures Association: 15 working days"),
    "FINRA AWC model": _l("modelled on the settlement letters of FINRA (United States)"),
    "records of collection 5 years": _l("records of collection are kept for 5 years"),
    "CBIRC2020-3": _l("Order No. 3 of 2020 of the Banking and Insurance Regulatory Commission"),
    "CBA 2026": _l("China Banking Association, 2026"),
    "GB/T 45251-2025 5.3": _l("GB/T 45251-2025, 5.3"),
    "Civil Procedure Law Art. 90 model": _l("modelled on Article 90 of the Civil Procedure Law"),
    "Civil Procedure Law Art. 86 model": _l("modelled on Article 86 of the Civil Procedure Law"),
    "Civil Procedure Law Art. 90": _l("Article 90 of the Civil Procedure Law"),
    "NIFA says 自律惩戒": _l("the National Internet Finance Association says “self-disciplinary penalty”"),
    "69lv.com": _l("the platform 69lv.com"),
    "association": _l("the association itself"),
    "the platform seen asks for it": _l("a comparable platform asks for it"),
    "an order may set 5 to 90": _l("an order may set 5 to 90"),
}


def basis_words(basis: str | None) -> str:
    """Say what a value rests on; marks of our own and seeded phrases in the reader's words, sources as they stand."""
    parts = [part.replace("[V]", "").replace("[M]", "").strip() for part in (basis or "").split("; ")]
    return _("; ").join(str(BASES.get(part, part.replace("[D]", str(BASES["[D]"])))) for part in parts if part)


ISSUERS = {
    "NIFA": _l("National Internet Finance Association of China"),
    "China Banking Association": _l("China Banking Association"),
    "CBIRC": _l("China Banking and Insurance Regulatory Commission"),
    "CBRC": _l("China Banking Regulatory Commission"),
    "CAC and three departments": _l("Cyberspace Administration of China and three other departments"),
    "NPC Standing Committee": _l("Standing Committee of the National People's Congress"),
    "National People's Congress": _l("National People's Congress"),
    "TC180": _l("National Technical Committee 180 on Finance"),
    "TC260": _l("National Technical Committee 260 on Cybersecurity"),
}


NOTES = {
    "Full text and article numbers not checked: cited as a whole.": _l(
        "Full text and article numbers not checked: cited as a whole."
    ),
    "Says itself that the national standard replaces it once in force.": _l(
        "Says itself that the national standard replaces it once in force."
    ),
    "Recommended standard; cited at clause level.": _l("Recommended standard; cited at clause level."),
    "The association's own rules; to be replaced by their titles.": _l(
        "The association's own rules; to be replaced by their titles."
    ),
}


def note_words(note: str | None) -> str:
    """Say what was noted of an instrument; a note that was typed in as it stands."""
    return str(NOTES.get(note or "", note or "—"))


def issuer_words(issuer: str | None) -> str:
    """Say who issued an instrument; a name that was typed in as it stands."""
    return str(ISSUERS.get(issuer or "", issuer or "—"))
