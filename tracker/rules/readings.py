"""Where the clinical text can be read in more than one way: the reading this code takes. Printed in docs/rules.md."""

READINGS: tuple[tuple[str, str], ...] = (
    (
        "the state at a look",
        (
            "Signs are those of the latest entry, judged against the days before that entry; a look that time alone "
            "brings judges it in the same way, but infection signs of an entry count for 14 days after it at most. "
            "Only firmness and mobility are taken as last recorded. At equal times "
            "events come first, and entries go by their id, so that the order of arrival does not matter."
        ),
    ),
    (
        "not recorded",
        (
            "A value that was not recorded is skipped: it is no zero in “usual”, no absence in “new”, never lower and "
            "never higher. A sign that has counted and is not recorded now is not lower, so it goes on counting."
        ),
    ),
    (
        "usual and new",
        (
            "Windows count from the entry's own time and include both ends; entries that did not record the sign are "
            "not among them. “The latest earlier entry” is the latest that recorded the sign. Warmth is 0 or 1."
        ),
    ),
    (
        "goes on counting",
        (
            "For 14 days (included) from the last entry at which the sign counted in its own right, while every level "
            "recorded since is at least what it was then; an examination ends it. The pain that made an emergency goes "
            "on being far over usual, but still has to be 7 or more, or 4 or more beside vomiting."
        ),
    ),
    (
        "worth",
        (
            "Size counts only beside another sign that counts, pain included. The discount for two slight signs asks "
            "that no warmth is recorded and no pain of 4 or more, and does not touch a size that counts beside them. "
            "Pain of 4 to 6 by itself makes no finding, but beside a fever it is an infection sign."
        ),
    ),
    (
        "the first 48 hours",
        "After a drainage and the like: from the event to just before 48 hours are over.",
    ),
    (
        "infection.not_better",
        (
            "Compared with the very last entry before the start, sign by sign where both recorded it; with no entry "
            "before it, none is lower. The recheck holds from 72 hours to 14 days after the start while no entry lies "
            "48 hours or more after it."
        ),
    ),
    (
        "on antibiotics and improving",
        (
            "Until they are stopped, or 14 days; against the last entry before the start; a fever that was not there "
            "then is a sign higher."
        ),
    ),
    (
        "an injury in the last 28 days",
        "An injury event, or a lump noticed after an injury within those days.",
    ),
    (
        "size up beyond its noise",
        "No reading in the 28 days before: not up. The error is that of the new reading.",
    ),
    (
        "returned",
        "Any size of the lump 28 days or more after the latest removal, from then on.",
    ),
    (
        "node",
        "Above the collarbone it holds whether a size was recorded or not. Days are the person's calendar days.",
    ),
    (
        "injury.not_settling",
        (
            "Days count from the day the lump was noticed after an injury, or from each injury event. The latest size "
            "is held against the first since then, in the same segment; one size alone tells nothing unless it is of "
            "day 42 or later."
        ),
    ),
    (
        "pain.rising",
        (
            "At the latest entry that recorded pain and at another within the 7 days before it, each against its own "
            "usual. An infection finding that is quiet does not hide pain that is not."
        ),
    ),
    (
        "size.jump",
        (
            "Two sizes agree when they differ by no more than 1.645·√2·σ. A reading that ends a jump starts none; one "
            "that agrees with neither level is a level too, so that the reading after it may settle the matter."
        ),
    ),
    (
        "typo",
        (
            "The usual size of an axis is the median of its last three readings in the segment, of what there is; the "
            "error is that of the usual size by the new reading's method. One factor is undone, on the axes that need "
            "it; a swap is of two sizes that were both measured. Any infection sign shuts it out, pain alone as well. "
            "The doubted size is not among the trend's readings either."
        ),
    ),
    (
        "quiet",
        (
            "An examination covers what held at the last entry before it; an acknowledgement, which names its rule, also "
            "what time alone had brought since. Quiet lasts to just before 48 hours or 28 days are over. What has "
            "opened stays open until the next "
            "examination or acknowledgement. A finding that becomes more urgent is open and new."
        ),
    ),
    (
        "quiet until growing",
        (
            "Growth that was there at the examination already is no news: then the 28 days hold. Growth between two "
            "looks is asked for once a week, at the week's last entry, and at the look itself."
        ),
    ),
    (
        "new",
        (
            "Also when an examination since the look before made it quiet and it has opened again by now, and when it "
            "is more urgent than at the look before."
        ),
    ),
    (
        "daily looks",
        (
            "At 12:00 of each day in the person's zone, but none before the first entry; `--until` bounds these looks "
            "alone."
        ),
    ),
)
