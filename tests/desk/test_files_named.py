"""Beside a field for files stands which kinds it takes, also where it takes one alone."""

from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask, g, render_template_string

from admin.forms_rules import YearForm
from desk import forms_contacts, forms_evidence, forms_inquiry
from filestore.file_kinds import ALLOWED
from imports.forms import BringForm
from notices.forms import StepForm, VerifyFileForm
from notices.forms_seals import StampedForm
from proceedings import forms_hearings, forms_staff

MACRO = '{% import "parts/forms.html" as forms with context %}{{ forms.files(field) }}'
HEARD = "MP3, WAV, M4A, AMR, 3GP, MP4"


@pytest.mark.parametrize(
    ("form", "field", "kinds"),
    [
        (forms_contacts.BringForm, "files", "CSV, XLSX"),
        (BringForm, "files", "CSV, XLSX"),
        (YearForm, "file", "CSV"),
        (VerifyFileForm, "file", "PDF"),
        (StampedForm, "scan", "PDF, JPG, PNG, WEBP"),
        (StepForm, "file", ALLOWED),
        (forms_evidence.CoverForm, "copy", "JPG, PNG, GIF, WEBP, PDF, TXT, CSV"),
        (forms_inquiry.QuestionForm, "recording", HEARD),
        (forms_hearings.MinutesForm, "recording", HEARD),
        (forms_staff.RecordForm, "recording", HEARD),
    ],
)
def test_a_field_of_files_names_the_kinds_it_takes(app: Flask, form: Any, field: str, kinds: str) -> None:
    with app.test_request_context("/staff"):
        g.me = SimpleNamespace(audience="staff", id=None)
        shown = render_template_string(MACRO, field=form()[field])
    assert f"{kinds.replace(', ', '、')}。" in shown
