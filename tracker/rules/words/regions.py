"""Whom to turn to, by region: one small pack each. Numbers are strings, for they are dialled."""

from dataclasses import dataclass

from tracker.rules.language import gettext_noop


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
    emergency=gettext_noop("Call 999 now, or go to A&E. Do not wait to see if it gets better."),
    now=gettext_noop("Call your GP or 111 now. If no one can see you today, go to A&E."),
    same_day=gettext_noop("Call your GP or 111 today, and tell them what you saw."),
    soon=gettext_noop("Ask your GP to see you within a week."),
    soon_child=gettext_noop("Ask the GP to see your child within 48 hours."),
    routine=gettext_noop("Ask your GP to look at it when they next have time."),
    emergency_call="999",
    same_day_call="111",
)
US = Region(
    emergency=gettext_noop("Call 911 now, or go to the ER. Do not wait to see if it gets better."),
    now=gettext_noop("Call your doctor now, or go to urgent care now. If no one can see you today, go to the ER."),
    same_day=gettext_noop("Call your doctor or go to urgent care today, and tell them what you saw."),
    soon=gettext_noop("Ask your doctor to see you within a week."),
    soon_child=gettext_noop("Ask the doctor to see your child within 48 hours."),
    routine=gettext_noop("Ask your doctor to look at it when they next have time."),
    emergency_call="911",
    same_day_call=None,
)
EU = Region(
    emergency=gettext_noop("Call 112 now, or go to a hospital. Do not wait to see if it gets better."),
    now=gettext_noop("Call a doctor now. If no one can see you today, go to a hospital."),
    same_day=gettext_noop("Call a doctor today, and tell them what you saw."),
    soon=gettext_noop("Ask your doctor to see you within a week."),
    soon_child=gettext_noop("Ask the doctor to see your child within 48 hours."),
    routine=gettext_noop("Ask your doctor to look at it when they next have time."),
    emergency_call="112",
    same_day_call=None,
)
GENERIC = Region(
    emergency=gettext_noop(
        "Call for an ambulance now. 112 works on most mobile phones. Do not wait to see if it gets better."
    ),
    now=gettext_noop("Call a doctor now. If no one can see you today, go to a hospital."),
    same_day=gettext_noop("Call a doctor today, and tell them what you saw."),
    soon=gettext_noop("Ask a doctor to see you within a week."),
    soon_child=gettext_noop("Ask a doctor to see your child within 48 hours."),
    routine=gettext_noop("Ask a doctor to look at it when they next have time."),
    emergency_call="112",
    same_day_call=None,
)
PACKS = {"uk": UK, "us": US, "eu": EU, "generic": GENERIC}
