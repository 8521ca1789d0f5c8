"""A run in words: Markdown for docs/evidence/load.md, JSON for var/soak.json."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests.soak.figures import Endpoint
from tests.soak.memory import Course
from tests.soak.truth import Truth

BEGIN, END = "<!-- the run: make soak writes between these two lines -->", "<!-- the end of the run -->"


@dataclass
class Accident:
    """What was done to the house, when (seconds of the run), and when it was whole again."""

    what: str
    at: float
    whole: float = 0.0
    errors: dict[str, int] = field(default_factory=dict)  # first tries that failed meanwhile, by kind


@dataclass
class Run:
    """Everything that is told of one run."""

    about: dict[str, str]
    endpoints: list[Endpoint]
    accidents: list[Accident]
    truth: Truth
    complaints: dict[str, int]
    courses: list[Course]
    over_time: list[tuple[float, float]]

    @property
    def kept_its_word(self) -> bool:
        """0 lost, 0 doubled, and no phone was told something that was not so."""
        return self.truth.held and not any(self.complaints.values())

    @property
    def flat(self) -> bool:
        """No process that lived long enough to tell grew."""
        return all(course.flat is not False for course in self.courses)


def markdown(run: Run) -> str:
    """The whole of it."""
    about = "\n".join(f"- {key}: {value}" for key, value in run.about.items())
    said = [f"{count} × {what}" for what, count in run.complaints.items() if count] or ["none"]
    parts = [
        about,
        "## By endpoint",
        _table("endpoint|requests|p50 ms|p95 ms|p99 ms|slowest ms|first tries that failed|tried again|given up",
               (_endpoint(line) for line in run.endpoints)),
        "## Accidents",
        _table("what|at|whole again after|first tries that failed meanwhile",
               ((one.what, _clock(one.at), f"{one.whole - one.at:.0f} s", _kinds(one.errors)) for one in run.accidents)),
        "## What was acknowledged, and what was there at the end",
        _table("what|acknowledged|lost|doubled",
               ((one.what, f"{one.acknowledged:,}", str(one.lost), str(one.doubled)) for one in run.truth.counts)),
        "\n".join(f"- {what}: {count}" for what, count in run.truth.rest.items()),
        f"Complaints (wrong receipts, second versions, writes not found, processes ended): {'; '.join(said)}.",
        "## Memory, and what each process worked",
        _table("process|minutes|of a core|MB early|MB late|MB an hour at the end|flat", (_course(one) for one in run.courses)),
    ]  # fmt: skip
    return "\n\n".join(parts) + "\n"


def _endpoint(line: Endpoint) -> tuple[str, ...]:
    times = (f"{value:,.0f}" for value in (line.p50, line.p95, line.p99, line.slowest))
    return (line.name, f"{line.requests:,}", *times, _kinds(line.errors), str(line.retries), str(line.given_up))


def _course(one: Course) -> tuple[str, ...]:
    flat = {None: "too short to tell", True: "yes", False: "**no**"}[one.flat]
    return (
        one.name,
        f"{one.minutes:.1f}",
        f"{one.core:.2f}",
        f"{one.early:.0f}",
        f"{one.late:.0f}",
        f"{one.an_hour:+.0f}",
        flat,
    )


def _kinds(errors: dict[str, int]) -> str:
    return ", ".join(f"{count} {kind}" for kind, count in sorted(errors.items())) or "0"


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


def _table(heads: str, rows: Iterable[Iterable[str]]) -> str:
    names = heads.split("|")
    lines = [f"| {' | '.join(names)} |", "|" + "---|" * len(names)]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def write(run: Run, place: Path) -> None:
    """All figures as one JSON object."""
    body: dict[str, Any] = asdict(run) | {"kept_its_word": run.kept_its_word, "memory_flat": run.flat}
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(json.dumps(body, indent=1) + "\n", encoding="utf-8")


def put_into(page: Path, text: str) -> None:
    """In the place of the run that stood there before. ValueError where the page has no such place."""
    head, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _old, found, tail = rest.partition(END)
    if not found:
        raise ValueError(f"{page} has no place for a run")
    page.write_text(f"{head}{BEGIN}\n\n{text}\n{END}{tail}", encoding="utf-8")


def draw(run: Run, samples: Iterable[Any], place: Path) -> None:
    """Memory over time, a line a process, above p95 over time; accidents are marked in both."""
    from matplotlib import colormaps
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 6.5), layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True)
    lives: dict[tuple[str, int], list[tuple[float, float]]] = {}
    for one in samples:
        lives.setdefault((one.name, one.pid), []).append((one.at / 60, one.megabytes))
    colours = {
        name: colormaps["tab20"](place % 20) for place, name in enumerate(sorted({name for name, _pid in lives}))
    }
    for (name, _pid), points in lives.items():
        above.plot(*zip(*points, strict=True), color=colours[name], lw=1.2)
    for name, colour in colours.items():
        above.plot([], [], color=colour, label=name)
    above.set_ylabel("memory, MB")
    above.set_ylim(0)
    above.legend(fontsize=7, ncols=2, loc="upper left", bbox_to_anchor=(1, 1))
    below.plot([at / 60 for at, _ in run.over_time], [p95 for _, p95 in run.over_time], color="0.2")
    below.set_ylabel("p95 of all requests, ms")
    below.set_xlabel("minutes")
    below.set_ylim(0)
    for axes in (above, below):
        for one in run.accidents:
            axes.axvspan(one.at / 60, max(one.whole, one.at + 1) / 60, color="tab:red", alpha=0.15)
    for one in run.accidents:
        below.annotate(
            one.what, (one.at / 60, 1), xycoords=("data", "axes fraction"), fontsize=7, rotation=90, va="top"
        )
    figure.savefig(place, dpi=110)
