"""Why an alert is there, from the whole of its lump's history. Slow on a long one: for when somebody reads it."""

from typing import Any

from django.utils import timezone

from tracker.history import history_of
from tracker.models import Alert
from tracker.rules.assess import assess
from tracker.rules.catalogue import GRADES, RULES
from tracker.rules.explain import firings
from tracker.rules.plan import plan_rule


def why(alert: Alert) -> dict[str, Any]:
    """The rule, what it saw, and when it spoke (aware times). ``entries`` is empty where it does not hold now.

    Needs ``alert.lump.person``; two queries.
    """
    history = history_of(alert.lump)
    at = max((entry.at for entry in history.entries), default=timezone.now())
    readings = [finding.entries for finding in assess(history, at) if finding.rule == alert.rule]
    rule = RULES.get(alert.rule) or plan_rule(alert.rule, alert.source)
    return {
        "rule": alert.rule, "version": alert.version, "urgency": alert.urgency, "when": rule.when,
        "threshold": rule.threshold, "because": alert.because, "source": alert.source, "grade": GRADES[rule.grade],
        "holds": alert.state != Alert.CLOSED, "entries": list(readings[0]) if readings else [],
        "fired": list(firings(history, at).get(alert.rule, ())),
    }  # fmt: skip
