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
    looks_like_a_slip,
    reading_of,
)
from tracker.rules.vocabulary import EXAMINATIONS, SEGMENT_CUTS

WOUND = timedelta(hours=48)  # pain and tenderness this soon after a drainage are not infection signs
COLIC_SITES = ("testicle", "groin", "abdomen")
NONE: frozenset[str] = frozenset()

_stood: Memory["_Folder"] = Memory(32)  # folders as they stood after all entries of a history, by the last of these


def fold(history: History) -> Fold:
    """Judge every entry of a history whose entries and events are in order of time.

    Most folds are of a diary that grew by one entry since the last; then only that entry is judged.
    """
    entries = history.entries
    folder = _Folder(history)
    for last in entries[:-3:-1]:
        stood = _stood.get((last.id, last.at))
        if stood is not None and stood.judged_the_same(history):
            folder.go_on_from(stood)
            break
    folded = folder.run()
    if entries:
        _stood.put((entries[-1].id, entries[-1].at), folder)
    return folded


def events_of(history: History, kinds: Sequence[str]) -> list[Event]:
    return [event for event in history.events if event.kind in kinds]


def _before(history: History, count: int) -> tuple[object, ...]:
    """All that judging so many first entries of a history can depend on."""
    entries = history.entries[:count]
    events = [event for event in history.events if event.at <= entries[-1].at] if entries else []
    return history.site, history.conditions, entries, events


class _Folder:
    """Walks the entries once; every attribute is what is remembered from one entry to the next."""

    def __init__(self, history: History) -> None:
        self.history = history
        self.past = Past(history.entries)
        self.exams = tuple(event.at for event in events_of(history, EXAMINATIONS))
        self.cuts = [event.at for event in events_of(history, SEGMENT_CUTS)]
        self.injuries = [event.at for event in events_of(history, ("injury",))]
        self.holds: dict[str, tuple[Hold, ...]] = {}  # never changed in place: frames keep it
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

    def judged_the_same(self, history: History) -> bool:
        """Whether what was judged here is how ``history`` begins."""
        count = len(self.frames)
        return _before(self.history, count) == _before(history, count)

    def go_on_from(self, stood: "_Folder") -> None:
        """Take over what another has judged: the first entries of this history."""
        for name in ("segment", "jump", "size_up", "slip", "sign_since_reading", "holds"):
            setattr(self, name, getattr(stood, name))
        self.accepted = stood.accepted.copy()
        for name in ("readings", "counts_from", "pending", "frames"):
            setattr(self, name, list(getattr(stood, name)))

    def run(self) -> Fold:
        for place in range(len(self.frames), len(self.history.entries)):
            self.frames.append(self._frame(place, self.history.entries[place]))
        return Fold(
            self.history, self.past, tuple(self.frames), tuple(self.readings), tuple(self.counts_from), self.exams,
            tuple(self.cuts),
        )  # fmt: skip

    def _frame(self, place: int, entry: Entry) -> Frame:
        if self.cuts:
            self._cut(bisect_right(self.cuts, entry.at))
        own = self._own_signs(place, entry)
        signs = bool(own or self.holds) and self._goes_on(place, entry, own)
        self.sign_since_reading |= signs
        own_size_up = self._measure(place, entry)
        reading = self.accepted.readings[-1] if self.accepted.readings else None
        if own_size_up and signs and reading is not None and reading.longest is not None:
            own = own | {SIZE}
            self._remember(SIZE, reading.longest, entry.at)
        far = bool(entry.pain) and self._far_pain(place, entry)
        if entry.pain and self.history.site in COLIC_SITES and (far or self._colic(entry)):
            self._remember(EMERGENCY_PAIN, float(entry.pain or 0), entry.at)
        return Frame(
            place, entry, self.segment, own, self.holds, far, own_size_up, self.size_up, reading,
            self.accepted.level, self.jump, *self.slip,
        )  # fmt: skip

    def _cut(self, segment: int) -> None:
        if segment != self.segment:
            self.segment = segment
            self.accepted, self.pending = Counting(), []
            self.jump, self.size_up, self.slip = None, False, ("", "")
            self.holds = {sign: holds for sign, holds in self.holds.items() if sign != SIZE}

    def _own_signs(self, place: int, entry: Entry) -> frozenset[str]:
        if not (entry.redness or entry.warmth or entry.tenderness or entry.pain):
            return NONE  # as at most entries of most diaries
        there = [(sign, now) for sign in GRADED if (now := level(entry, sign))]
        own = set()
        wound = any(cut <= entry.at < cut + WOUND for cut in self.cuts)
        for sign, now in there:
            if wound and sign in ("pain", "tenderness"):
                continue
            if sign == "pain" and now < PAIN_SIGN:
                continue
            if now - self.past.usual(place, sign) >= 1 or (sign != "pain" and self.past.is_new(place, sign)):
                own.add(sign)
        return frozenset(own)

    def _far_pain(self, place: int, entry: Entry) -> bool:
        return (entry.pain or 0) >= PAIN_STRONG and (entry.pain or 0) - self.past.usual(place, "pain") >= 3

    @staticmethod
    def _colic(entry: Entry) -> bool:
        return (entry.pain or 0) >= PAIN_SIGN and "vomiting" in (entry.unwell or ())

    def _let_go(self, entry: Entry) -> None:
        """Forget what is lower now, or has lasted its time."""
        left = {}
        for sign, holds in self.holds.items():
            now = None if sign == SIZE else level(entry, "pain" if sign == EMERGENCY_PAIN else sign)
            kept = (hold for hold in holds if now is None or now >= hold.level)
            left[sign] = tuple(hold for hold in kept if lasts(hold, entry.at, self.exams))
        self.holds = {sign: holds for sign, holds in left.items() if holds}

    def _hold(self, entry: Entry, own: frozenset[str]) -> None:
        for sign in own:
            now = level(entry, sign)
            assert now is not None
            self._remember(sign, now, entry.at)

    def _remember(self, sign: str, now: float, at: datetime) -> None:
        """A later hold at the same level or lower outlasts an earlier one."""
        kept = (hold for hold in self.holds.get(sign, ()) if hold.level < now)
        self.holds = {**self.holds, sign: (*kept, Hold(now, at))}

    def _goes_on(self, place: int, entry: Entry, own: frozenset[str]) -> bool:
        """Remember and forget; whether an infection sign counts at this entry, its size left out."""
        self._let_go(entry)
        self._hold(entry, own)
        holds = {sign: held for sign, held in self.holds.items() if sign != SIZE}
        if not own and not holds:
            return False
        bare = Frame(place, entry, self.segment, own, holds, False, False, False, None, None, None, "", "")
        return bool(counted_at(bare, entry.at, self.exams))

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
            if self.holds:
                self._let_go_of_size(reading.longest)
        self.accepted.add(reading)
        return up

    def _let_go_of_size(self, longest: float) -> None:
        if SIZE in self.holds:
            kept = tuple(hold for hold in self.holds[SIZE] if hold.level <= longest)
            others = {sign: holds for sign, holds in self.holds.items() if sign != SIZE}
            self.holds = {**others, SIZE: kept} if kept else others
