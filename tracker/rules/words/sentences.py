"""What the diary saw and what is advised, one pair of sentences a rule.

Skin words are for all skins. No cause is named, and nothing is promised. ``%(because)s`` is the finding's own line.
"""

from tracker.rules.language import gettext_noop as N_

YOU_LOGGED = N_("You logged: %(because)s.")

SAW: dict[str, str] = {
    "growth.rapid": N_(
        "Your last %(count)d measurements suggest this lump is growing (about %(rate).0f %% a month; it could be "
        "%(low).0f to %(high).0f)."
    ),
    "growth.slow": N_(
        "Your last %(count)d measurements hint that this lump is growing (about %(rate).0f %% a month; it could be "
        "%(low).0f to %(high).0f)."
    ),
    "size.golf_ball": N_("This lump is about %(mm).0f mm long. That is the size of a golf ball or more."),
    "size.jump": N_("This size is %(now).0f mm. It was about %(before).0f mm before."),
    "typo": N_("This size looks far from the ones before. It may be a slip: %(because)s."),
    "returned": N_("You logged a size %(days)d days after the lump was taken out."),
    "persistent": N_("This lump has been there for %(days)d days."),
    "infection.not_better": N_("You logged: %(because)s."),
}

ADVISED: dict[str, str] = {
    "sepsis.signs": N_("These can be signs of sepsis. %(nhs)s is to get help at once."),
    "necrotising.signs": N_("These can be signs of a bad infection that moves fast. %(nhs)s is to get help at once."),
    "airway.swelling": N_("A lump must not get in the way of your breath. This needs help at once."),
    "testicle.pain": N_("%(nhs)s is to get help at once for this kind of pain."),
    "hernia.trapped": N_("UK advice is to get help at once for this kind of pain."),
    "nerve.spine": N_("%(nhs)s is that new weak legs, or loss of feeling or control down there, must be seen fast."),
    "infection.spreading": N_(
        "These can be signs of an infection that spreads. %(nhs)s is to be seen the same day. Skin may be red, or darker or "
        "purple than the skin around it."
    ),
    "infection.signs": N_(
        "These can be signs of an infection. %(nhs)s is to be seen the same day. Skin may be red, or darker or purple than "
        "the skin around it."
    ),
    "infection.higher_risk": N_("An infection can move faster in you than in most people. %(nhs)s is not to wait."),
    "infection.not_better": N_("%(nhs)s is to ask again when a skin infection is no better after two days of pills."),
    "infection.one_sign": N_(
        "This can be an early sign of an infection. %(nhs)s is to show a lump that is red, hot or hurts to someone. Skin may "
        "be red, or darker or purple than the skin around it. Look again tomorrow, and log what you see."
    ),
    "bleeding.into_lump": N_("With blood thinners, a lump that gets bigger after a knock should be seen the same day."),
    "growth.rapid": N_(
        "UK guidance is to show a growing lump to a doctor. Growth has many causes, most of them harmless."
    ),
    "size.golf_ball": N_("UK guidance is to show a lump this big to a doctor. Big lumps have many causes."),
    "feel.hard_fixed": N_("%(nhs)s is to show a lump like this to a doctor. There are many causes."),
    "returned": N_("%(nhs)s is to show a lump that comes back to a doctor."),
    "site.breast_testicle": N_("UK guidance is to show any lump here to a doctor. Most turn out to be harmless."),
    "node": N_("UK guidance is to show a lump like this to a doctor. There are many causes."),
    "injury.not_settling": N_("UK advice is to show a lump that has not shrunk six weeks after a knock to a doctor."),
    "persistent": N_("%(nhs)s is to show a lump that lasts more than two weeks to a doctor. There are many causes."),
    "pain.rising": N_("The pain is up, and it was up before. A doctor can find out why."),
    "size.jump": N_("One size on its own does not tell much, as each one is a bit off."),
    "typo": N_("It will not count until you say it is right, or a second one is like it."),
    "growth.slow": N_("Most lumps that grow do so slowly. It is too early to say more."),
}

DO: dict[str, str] = {
    "size.jump": N_("Measure again the same way within two days. Do not wait if it is red, hot or sore: get it seen."),
    "typo": N_("Please check the size, and measure once more."),
    "infection.not_better": N_("Please log how it is today."),
    "growth.slow": N_("Keep on measuring the same way, about once a week."),
}
NOT_CHECKED = N_("Two to three days in is the time to see if the pills help.")
