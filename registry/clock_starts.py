"""From which event each kind of clock counts, in words, for whoever asks how a date was computed."""

from typing import Final

from core.words import LazyString, _l

STARTS: Final[dict[str, LazyString]] = {
    "K01": _l(
        "Receipt of the complaint or of what was added to it, its return by the companies, or its being taken up anew"
    ),
    "K02": _l("Service of the request to complete"),
    "K03": _l("Service of the forwarding, or its passing on to a successor"),
    "K04": _l("End of the period to answer"),
    "K05": _l("Service of the answer"),
    "K06": _l("The complainant disputed the answer"),
    "K07": _l("The complaint was passed on for investigation, or its last progress notice"),
    "K08": _l("The request to stop contact came in"),
    "K09": _l("Service of the request to stop contact"),
    "K10": _l("The lead was opened"),
    "K11": _l("The case was filed, or came back for further investigation"),
    "K12": _l("Service of the filing notice or of the question"),
    "K13": _l("The report of the investigation was filed"),
    "K14": _l("Service of the advance notice, or the end of an admission"),
    "K15": _l("Service of the advance notice"),
    "K16": _l("Service of the advance notice"),
    "K17": _l("The hearing was requested or adjourned"),
    "K18": _l("The statement or the hearing ended, or the admission became final"),
    "K19": _l("The document was issued"),
    "K20": _l("Service of the decision"),
    "K21": _l("The review was requested"),
    "K22": _l("Service of the rectification order"),
    "K23": _l("Service of the interview summons"),
    "K24": _l("Service of the training order"),
    "K25": _l("Execution began"),
    "K26": _l("All measures were reported as done"),
    "K27": _l("End of the matter"),
    "K28": _l("The alert was sent"),
    "K29": _l("The notice was posted"),
    "K30": _l("Service of the request for a further answer, or its passing on to a successor"),
    "K31": _l("The admission"),
    "K32": _l("Publication"),
    "K33": _l("The withdrawal"),
    "K34": _l("The recusal was asked for"),
    "K35": _l("The answer or the return came in"),
    "K36": _l("Publication"),
}
"""By key, where one of several events may start it all of them."""
BY_ROW: Final[dict[str, dict[str, LazyString]]] = {
    "K01": {
        "C01": _l("The complaint came in"),
        "C03": _l("What was asked for came in"),
        "C08": _l("The companies returned the complaint"),
        "C24": _l("The complaint is handled on its own again"),
        "C29": _l("The complaint was taken up anew"),
    }
}
"""Each of those by the row that started the clock, for whoever may read which it was."""
