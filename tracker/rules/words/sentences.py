"""What the diary saw and what is advised, one pair of sentences a rule.

Skin words are for all skins. No cause is named, and nothing is promised. ``%(because)s`` is the finding's own line.
"""

from tracker.rules.language import gettext_noop

SHOWS = gettext_noop("Your diary shows: %(because)s.")

SAW: dict[str, str] = {
    "growth.rapid": gettext_noop(
        "Your last %(count)d measurements suggest this lump is growing (about %(rate).0f %% a month; it could be "
        "%(low).0f to %(high).0f)."
    ),
    "growth.slow": gettext_noop(
        "Your last %(count)d measurements hint that this lump is growing (about %(rate).0f %% a month; it could be "
        "%(low).0f to %(high).0f)."
    ),
    "size.golf_ball": gettext_noop("This lump is about %(mm).0f mm long. That is the size of a golf ball or more."),
    "size.jump": gettext_noop("This size is %(now).0f mm. It was about %(before).0f mm before."),
    "typo": gettext_noop("This size looks far from the ones before. It may be a slip: %(because)s."),
    "returned": gettext_noop("You logged a size %(days)d days after the lump was taken out."),
    "persistent": gettext_noop("This lump has been there for %(days)d days."),
}

ADVISED: dict[str, str] = {
    "sepsis.signs": gettext_noop("These can be signs of sepsis. %(nhs)s is to get help at once."),
    "necrotising.signs": gettext_noop(
        "These can be signs of a bad infection that moves fast. %(nhs)s is to get help at once."
    ),
    "airway.swelling": gettext_noop("A lump must not get in the way of your breath. This needs help at once."),
    "testicle.pain": gettext_noop("%(nhs)s is to get help at once for this kind of pain."),
    "hernia.trapped": gettext_noop("UK advice is to get help at once for this kind of pain."),
    "nerve.spine": gettext_noop(
        "%(nhs)s is that new weak legs, or loss of feeling or control down there, must be seen fast."
    ),
    "infection.spreading": gettext_noop(
        "These can be signs of an infection that spreads. %(nhs)s is to be seen the same day. Skin may be red, or darker or "
        "purple than the skin around it."
    ),
    "infection.signs": gettext_noop(
        "These can be signs of an infection. %(nhs)s is to be seen the same day. Skin may be red, or darker or purple than "
        "the skin around it."
    ),
    "infection.higher_risk": gettext_noop(
        "An infection can move faster in you than in most people. %(nhs)s is not to wait."
    ),
    "infection.not_better": gettext_noop("%(nhs)s is to ask again if two days of pills have not helped."),
    "infection.one_sign": gettext_noop(
        "This can be an early sign of an infection. %(nhs)s is to show a lump that is red, hot or hurts to someone. Skin may "
        "be red, or darker or purple than the skin around it. Look again tomorrow, and log what you see."
    ),
    "bleeding.into_lump": gettext_noop(
        "With blood thinners, a lump that grows after a knock should be seen the same day."
    ),
    "growth.rapid": gettext_noop(
        "UK guidance is to show a growing lump to %(doctor)s. Growth has many causes, most of them harmless."
    ),
    "size.golf_ball": gettext_noop("UK guidance is to show a lump this big to %(doctor)s. Big lumps have many causes."),
    "feel.hard_fixed": gettext_noop("%(nhs)s is to show a lump like this to %(doctor)s. There are many causes."),
    "returned": gettext_noop("%(nhs)s is to show a lump that comes back to %(doctor)s."),
    "site.breast_testicle": gettext_noop(
        "UK guidance is to show any lump here to %(doctor)s. Most turn out to be harmless."
    ),
    "node": gettext_noop("UK guidance is to show a lump like this to %(doctor)s. There are many causes."),
    "injury.not_settling": gettext_noop(
        "UK advice is to show a lump that has not shrunk six weeks after a knock to %(doctor)s."
    ),
    "persistent": gettext_noop(
        "%(nhs)s is to show a lump that lasts more than two weeks to %(doctor)s. There are many causes."
    ),
    "pain.rising": gettext_noop("The pain is up, and it was up before. A doctor can find out why."),
    "size.jump": gettext_noop("One size on its own does not tell much, as each one is a bit off."),
    "typo": gettext_noop("It will not count until you say it is right, or a second one is like it."),
    "growth.slow": gettext_noop("Most lumps that grow do so slowly. It is too early to say more."),
}

DO: dict[str, str] = {
    "size.jump": gettext_noop(
        "Measure again the same way within two days. Do not wait if it is red, hot or sore: get it seen."
    ),
    "typo": gettext_noop("Please check the size, and measure once more."),
    "infection.not_better": gettext_noop("Please log how it is today."),
    "growth.slow": gettext_noop("Keep on measuring the same way, about once a week."),
}
NOT_CHECKED = gettext_noop("Two to three days in is the time to see if the pills help.")
