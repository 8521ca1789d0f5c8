"""Whom to turn to, by region: one small pack each. Numbers are strings, for they are dialled."""

from dataclasses import dataclass

from tracker.rules.language import gettext_noop as N_


@dataclass(frozen=True, slots=True)
class Region:
    """The sentences that say what to do, by urgency, and the number to call (None: no single number)."""

    emergency: str
    now: str  # same day, worded "now"
    same_day: str
    soon: str
    soon_child: str
    routine: str
    emergency_call: str | None
    same_day_call: str | None


UK = Region(
    emergency=N_("Call 999 now, or go to A&E. Do not wait to see if it gets better."),
    now=N_("Call your GP or 111 now. If no one can see you today, go to A&E."),
    same_day=N_("Call your GP or 111 today, and tell them what you saw."),
    soon=N_("Ask your GP to see you within a week."),
    soon_child=N_("Ask the GP to see your child within 48 hours."),
    routine=N_("Ask your GP to look at it when they next have time."),
    emergency_call="999",
    same_day_call="111",
)
US = Region(
    emergency=N_("Call 911 now, or go to the ER. Do not wait to see if it gets better."),
    now=N_("Call your doctor now, or go to urgent care now. If no one can see you today, go to the ER."),
    same_day=N_("Call your doctor or go to urgent care today, and tell them what you saw."),
    soon=N_("Ask your doctor to see you within a week."),
    soon_child=N_("Ask the doctor to see your child within 48 hours."),
    routine=N_("Ask your doctor to look at it when they next have time."),
    emergency_call="911",
    same_day_call=None,
)
EU = Region(
    emergency=N_("Call 112 now, or go to a hospital. Do not wait to see if it gets better."),
    now=N_("Call a doctor now. If no one can see you today, go to a hospital."),
    same_day=N_("Call a doctor today, and tell them what you saw."),
    soon=N_("Ask your doctor to see you within a week."),
    soon_child=N_("Ask the doctor to see your child within 48 hours."),
    routine=N_("Ask your doctor to look at it when they next have time."),
    emergency_call="112",
    same_day_call=None,
)
GENERIC = Region(
    emergency=N_("Call for an ambulance now. 112 works on most mobile phones. Do not wait to see if it gets better."),
    now=N_("Call a doctor now. If no one can see you today, go to a hospital."),
    same_day=N_("Call a doctor today, and tell them what you saw."),
    soon=N_("Ask a doctor to see you within a week."),
    soon_child=N_("Ask a doctor to see your child within 48 hours."),
    routine=N_("Ask a doctor to look at it when they next have time."),
    emergency_call="112",
    same_day_call=None,
)
PACKS = {"uk": UK, "us": US, "eu": EU, "generic": GENERIC}
