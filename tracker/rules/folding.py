"""Folding a history: each entry judged in order of time, and what is remembered between two looks at one diary."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime, timedelta

from analytics.memory import Memory
from tracker.rules.facts import Entry, Event, History
from tracker.rules.frames import (
    EMERGENCY_PAIN,
    PAIN_SIGN,
    PAIN_STRONG,
    SIZE,
    Fold,
    Frame,
    Hold,
    counted_at,
    lasts,
)
from tracker.rules.past import GRADED, Past, level
from tracker.rules.sizes import (
    Counting,
    Jump,
    Reading,
    agree_on_axes,
    is_up,
    jump_after,
    level_of,
    looks_like_a_slip,
    reading_of,
)
from tracker.rules.vocabulary import EXAMINATIONS, SEGMENT_CUTS

WOUND = timedelta(hours=48)  # pain and tenderness this soon after a drainage are not infection signs
COLIC_SITES = ("testicle", "groin", "abdomen")

_stood: Memory["_Folder"] = Memory(32)  # folders as they stood after all entries of a history


def fold(history: History) -> Fold:
    """Judge every entry of a history whose entries and events are in order of time.

    Most folds are of a diary that grew by one entry since the last; then only that entry is judged.
    """
    for entries in (history.entries, history.entries[:-1]):
        stood = _stood.get(_before(history, entries)) if entries else None
        if stood is not None:
            folder = stood.with_history(history)
            break
    else:
        folder = _Folder(history)
    folded = folder.run()
    if history.entries:
        _stood.put(_before(history, history.entries), folder)
    return folded


def events_of(history: History, kinds: Sequence[str]) -> list[Event]:
    return [event for event in history.events if event.kind in kinds]


def _before(history: History, entries: tuple[Entry, ...]) -> tuple[object, ...]:
    """All that judging these first entries of a history can depend on."""
    events = tuple(event for event in history.events if event.at <= entries[-1].at)
    return history.site, history.conditions, entries, events


class _Folder:
    """Walks the entries once; every attribute is what is remembered from one entry to the next."""

    def __init__(self, history: History) -> None:
        self.history = history
        self.past = Past(history.entries)
        self.exams = tuple(event.at for event in events_of(history, EXAMINATIONS))
        self.cuts = [event.at for event in events_of(history, SEGMENT_CUTS)]
        self.injuries = [event.at for event in events_of(history, ("injury",))]
        self.holds: dict[str, tuple[Hold, ...]] = {}
        self.readings: list[Reading] = []
        self.counts_from: list[int | None] = []
        self.accepted = Counting()  # of this segment
        self.pending: list[int] = []  # places in `readings` of those doubted since the last that counted
        self.segment = 0
        self.jump: Jump | None = None
        self.size_up = False
        self.slip = ("", "")
        self.sign_since_reading = False
        self.frames: list[Frame] = []

    def with_history(self, history: History) -> "_Folder":
        """A folder that has judged the same entries, of a history that begins with them."""
        twin = _Folder(history)
        for name in ("segment", "jump", "size_up", "slip", "sign_since_reading"):
            setattr(twin, name, getattr(self, name))
        twin.holds = dict(self.holds)
        twin.accepted = Counting(self.accepted.readings)
        for name in ("readings", "counts_from", "pending", "frames"):
            setattr(twin, name, list(getattr(self, name)))
        return twin

    def run(self) -> Fold:
        for place in range(len(self.frames), len(self.history.entries)):
            self.frames.append(self._frame(place, self.history.entries[place]))
        return Fold(
            self.history, self.past, tuple(self.frames), tuple(self.readings), tuple(self.counts_from), self.exams,
            tuple(self.cuts),
        )  # fmt: skip

    def _frame(self, place: int, entry: Entry) -> Frame:
        self._cut(bisect_right(self.cuts, entry.at))
        own = self._own_signs(place, entry)
        self._let_go(entry)
        self._hold(entry, own)
        signs = self._without_size(place, entry, own)
        self.sign_since_reading |= bool(signs)
        own_size_up = self._measure(place, entry)
        reading = self.accepted.readings[-1] if self.accepted.readings else None
        if own_size_up and signs and reading is not None and reading.longest is not None:
            own = own | {SIZE}
            self._remember(SIZE, reading.longest, entry.at)
        far = self._far_pain(place, entry)
        if self.history.site in COLIC_SITES and (far or self._colic(entry)):
            self._remember(EMERGENCY_PAIN, float(entry.pain or 0), entry.at)
        return Frame(
            place, entry, self.segment, own, dict(self.holds), far, own_size_up, self.size_up, reading,
            level_of(self.accepted), self.jump, *self.slip,
        )  # fmt: skip

    def _cut(self, segment: int) -> None:
        if segment != self.segment:
            self.segment = segment
            self.accepted, self.pending = Counting(), []
            self.jump, self.size_up, self.slip = None, False, ("", "")
            self.holds.pop(SIZE, None)

    def _own_signs(self, place: int, entry: Entry) -> frozenset[str]:
        there = [(sign, now) for sign in GRADED if (now := level(entry, sign))]
        if not there:
            return frozenset()
        own = set()
        wound = any(cut <= entry.at < cut + WOUND for cut in self.cuts)
        for sign, now in there:
            if wound and sign in ("pain", "tenderness"):
                continue
            over = now - self.past.usual(place, sign) >= 1
            counts = (over and now >= PAIN_SIGN) if sign == "pain" else (over or self.past.is_new(place, sign))
            if counts:
                own.add(sign)
        return frozenset(own)

    def _far_pain(self, place: int, entry: Entry) -> bool:
        return (entry.pain or 0) >= PAIN_STRONG and (entry.pain or 0) - self.past.usual(place, "pain") >= 3

    @staticmethod
    def _colic(entry: Entry) -> bool:
        return (entry.pain or 0) >= PAIN_SIGN and "vomiting" in (entry.unwell or ())

    def _let_go(self, entry: Entry) -> None:
        """Forget what is lower now, or has lasted its time."""
        for sign, holds in list(self.holds.items()):
            if not holds:
                continue
            now = None if sign == SIZE else level(entry, "pain" if sign == EMERGENCY_PAIN else sign)
            kept = (hold for hold in holds if now is None or now >= hold.level)
            self.holds[sign] = tuple(hold for hold in kept if lasts(hold, entry.at, self.exams))

    def _hold(self, entry: Entry, own: frozenset[str]) -> None:
        for sign in own:
            now = level(entry, sign)
            assert now is not None
            self._remember(sign, now, entry.at)

    def _remember(self, sign: str, now: float, at: datetime) -> None:
        """A later hold at the same level or lower outlasts an earlier one."""
        kept = (hold for hold in self.holds.get(sign, ()) if hold.level < now)
        self.holds[sign] = (*kept, Hold(now, at))

    def _without_size(self, place: int, entry: Entry, own: frozenset[str]) -> dict[str, float]:
        holds = {sign: held for sign, held in self.holds.items() if held and sign != SIZE}
        if not own and not holds:
            return {}  # as at most entries of most diaries
        bare = Frame(place, entry, self.segment, own, holds, False, False, False, None, None, None, "", "")
        return counted_at(bare, entry.at, self.exams)

    def _measure(self, place: int, entry: Entry) -> bool:
        """Take in the entry's size; whether it is up beyond noise."""
        if not entry.has_size:
            return False
        reading = reading_of(entry, place, self.segment)
        self.readings.append(reading)
        self.counts_from.append(None)
        slip = self._slip(entry, reading)
        agreeing = [i for i in self.pending if agree_on_axes(reading, self.readings[i])]
        if slip and not agreeing:
            self.pending.append(len(self.readings) - 1)
            self.slip = (slip, entry.id)
            return False
        for index in agreeing:
            self._accept(index, place)
        up = self._accept(len(self.readings) - 1, place)
        self.pending, self.slip, self.sign_since_reading = [], ("", ""), False
        return up

    def _slip(self, entry: Entry, reading: Reading) -> str:
        if not self.accepted.readings or entry.size_confirmed or self.sign_since_reading:
            return ""
        if self.history.conditions is not None and "blood_thinners" in self.history.conditions:
            return ""
        before = self.accepted.readings[-1].at
        if any(before < injury <= entry.at for injury in self.injuries):
            return ""
        return looks_like_a_slip(reading, self.accepted)

    def _accept(self, index: int, place: int) -> bool:
        reading = self.readings[index]
        self.counts_from[index] = place
        up = is_up(reading, self.accepted)
        self.jump = jump_after(reading, self.accepted, self.jump)
        if reading.longest is not None:
            self.size_up = up
            self.holds[SIZE] = tuple(h for h in self.holds.get(SIZE, ()) if h.level <= reading.longest)
        self.accepted.add(reading)
        return up
