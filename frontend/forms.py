"""Forms of the pages that work without a script."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tracker.models import Lump
from tracker.models.plans import MOST_DAYS
from tracker.rules.plan import FEVER, PAIN, PUS, SPREADING

SIGNS = (
    (FEVER, _("Fever (38 °C or more) or shivering")),
    (SPREADING, _("Redness that spreads, or streaks")),
    (PUS, _("Pus")),
    (PAIN, _("Pain of 7 or more")),
)
VISITS = (
    ("", _("Nothing booked")),
    ("examined", _("Appointment")),
    ("ultrasound", _("Ultrasound")),
    ("mri", _("MRI")),
    ("ct", _("CT")),
    ("biopsy", _("Biopsy")),
    ("needle_aspiration", _("Needle test")),
)
SOON = (("same_day", _("The same day")), ("soon", _("Within a week")))

DAYS = dict.fromkeys(("invalid", "min_value", "max_value"), _("Give a whole number of days from 1 to 90."))
MILLIMETRES = dict.fromkeys(("invalid", "min_value", "max_value"), _("Give a size from 1 to 500 mm."))


class PlanForm(forms.Form):
    """A doctor's answer for one of the lumps of a link."""

    template_name = "share/plan_form.html"

    lump = forms.ChoiceField(label=_("For"))
    words = forms.CharField(
        label=_("What the patient should do"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    every = forms.IntegerField(
        label=_("Measure every (days)"), min_value=1, max_value=MOST_DAYS, required=False, error_messages=DAYS
    )
    above_mm = forms.FloatField(
        label=_("Longest side over (mm)"), min_value=1, max_value=500, required=False, error_messages=MILLIMETRES
    )
    signs = forms.MultipleChoiceField(
        label=_("Ask to be called about"), choices=SIGNS, required=False, widget=forms.CheckboxSelectMultiple
    )
    urgency = forms.ChoiceField(label=_("Call us"), choices=SOON, initial="same_day", required=False)
    visit = forms.ChoiceField(label=_("What"), choices=VISITS, required=False)
    visit_on = forms.DateField(label=_("Day"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    by = forms.CharField(
        label=_("Your name and practice"),
        max_length=100,
        error_messages={"required": _("Sign with your name, so that the patient knows who answered.")},
    )

    def __init__(self, data: Any = None, *, lumps: Sequence[Lump], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        lump = self.fields["lump"]
        assert isinstance(lump, forms.ChoiceField)
        lump.choices = [(str(each.pk), each.name) for each in lumps]
        if len(lumps) == 1:
            lump.widget, lump.initial = forms.HiddenInput(), str(lumps[0].pk)

    def focus_first_error(self) -> None:
        """The browser goes to the first field that lacks something: the form stands at the end of a long page."""
        wrong = next((name for name in self.fields if name in self.errors), "words")
        self.fields[wrong].widget.attrs["autofocus"] = True
