"""What a line of the journal says, as a sentence that people read in the timeline of a case."""

from core.words import LazyString, _l

ROWS: dict[str, LazyString] = {
    "S01": _l("A lead was entered"),
    "S02": _l("The case was filed; the company was told"),
    "S04": _l("A firm outside the rules was asked; it owes no answer"),
    "S08": _l("The investigation was given more time"),
    "S09": _l("The investigation was suspended; the company was told"),
    "S10": _l("The investigation goes on; the company was told"),
    "S11": _l("The whole matter was referred to an authority: the track ended"),
    "S13": _l("The report was returned to the investigator"),
    "S45": _l("Somebody was questioned"),
    "S46": _l("A part of the matter was referred to an authority; the case goes on"),
    "S47": _l("A reminder was sent, and the track closed without a measure"),
    "S48": _l("The firm's principal was written to and the firm invited to sign; the track closed"),
    "S03": _l("The case was not filed; the complainants were told"),
    "S05": _l("The filing notice was served: the investigation began"),
    "S06": _l("The company explained"),
    "S07": _l("The time to explain ended without an answer"),
    "S12": _l("The investigator reported"),
    "S14": _l("The track ended: nothing was established"),
    "S15": _l("Minor measures were announced to the company"),
    "S16": _l("Major measures were announced to the company"),
    "S17": _l("The advance notice was served"),
    "S19": _l("The company made a statement"),
    "S69": _l("The company waived further statements"),
    "S50": _l("The company admitted the facts"),
    "S51": _l("The company took its admission back"),
    "S52": _l("The time to take the admission back ended"),
    "S53": _l("The head found that the facts need a panel"),
    "S54": _l("The admitted case was decided upon three signatures"),
    "S20": _l("The company asked for a hearing"),
    "S55": _l("The hearing was set; the company was told"),
    "S74": _l("The hearing was set anew: its notice had not arrived in time"),
    "S56": _l("The company gave up the hearing"),
    "S24": _l("The panel adjourned the hearing"),
    "S22": _l("The hearing was held: deliberation began"),
    "S23": _l("Nobody came to the hearing: deliberation began"),
    "S21": _l("The time for statements ended: deliberation began"),
    "S25": _l("The panel decided minor measures"),
    "S26": _l("The panel decided major measures"),
    "S27": _l("The panel decided to take no measure"),
    "S29": _l("The decision was served and took effect"),
    "S30": _l("The decision was served; the time for a review runs"),
    "S32": _l("The time for a review ended: the decision took effect"),
    "S59": _l("The company waived a review: the decision took effect"),
    "S37": _l("The measures were ordered"),
    "S61": _l("The company reported its corrections"),
    "S62": _l("The warning interview was held"),
    "S63": _l("The training was confirmed"),
    "S64": _l("The decision was published"),
    "S39": _l("The time for the correction ended without a report"),
    "S44": _l("The time for the training ended"),
    "S43": _l("Nobody came to the interview; a new summons was sent"),
    "S79": _l("Nobody came to the interview again: the measure failed"),
    "S38": _l("All measures are reported: verification began"),
    "S40": _l("All measures passed; the track was closed"),
    "S41": _l("The verification failed; a second try was ordered"),
    "S42": _l("The verification failed again; the track was closed"),
    "A01": _l("A recusal was asked for"),
    "A02": _l("A conflict of interest was declared or found: the person is recused"),
    "A03": _l("The recusal was granted"),
    "A04": _l("The recusal was refused"),
    "case.open": _l("The case was opened"),
    "case.attach": _l("A complaint was added to the case"),
    "case.allege": _l("A violation was named"),
    "case.revise": _l("An allegation was put more exactly"),
    "case.find": _l("A finding was made"),
    "case.note": _l("An internal note was written"),
    "case.assign": _l("The case got another officer"),
    "case.reassign": _l("The track got another investigator"),
    "case.rename": _l("The case got another title"),
    "case.evidence": _l("Evidence was added"),
    "case.describe": _l("A piece of evidence was described"),
    "case.draw": _l("The panel was drawn"),
    "case.recuse": _l("A member of the panel was recused"),
    "case.vote": _l("A member of the panel voted"),
    "case.sign_minutes": _l("The company signed the minutes of the hearing"),
    "case.sign_admission": _l("The admitted case was signed"),
    "case.verify": _l("A correction was verified"),
    "case.enrol": _l("People were enrolled in the training"),
    "case.confirm_attendance": _l("The company confirmed that it comes to the interview"),
}
"""By row of the table, or by what a verb notes; higher rooms add theirs."""
REFUSED = _l("Something that followed was not possible and was left out")
UNKNOWN = _l("Something was noted")


def sentence(row: str) -> LazyString:
    """What happened, in the reader's language."""
    if row.startswith("-"):
        return REFUSED
    clock, _, what = row.partition(".")
    if row not in ROWS and clock.startswith("K"):
        return ROWS.get(f"clock.{what}", UNKNOWN)
    return ROWS.get(row, UNKNOWN)


ROWS.update(
    {
        "clock.expired": _l("A time limit ended"),
        "clock.counted": _l("A time limit was counted again"),
    },
)
