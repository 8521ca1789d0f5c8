"""ROC-like plots: growth found against false alarms a year, as each rule's threshold moves."""

from pathlib import Path

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

Curve = list[dict[str, float]]
PANELS = (
    ("after_56", "after a stable time, within 56 days"),
    ("after_90", "after a stable time, within 90 days"),
    ("start_56", "from the start, within 56 days"),
    ("start_90", "from the start, within 90 days"),
)


def draw(curves: dict[str, Curve], goals: dict[str, float], path: Path) -> None:
    """Write a PNG of four panels, one a figure; the dotted lines are the goals."""
    with mpl.rc_context({"font.size": 9}):
        figure = Figure(figsize=(11, 8))
        FigureCanvasAgg(figure)
        for place, (key, title) in enumerate(PANELS, start=1):
            axes = figure.add_subplot(2, 2, place)
            for name, points in curves.items():
                ordered = sorted(points, key=lambda point: point["false_per_year"])
                style = {"linewidth": 2.5, "color": "black"} if name == "engine" else {"linewidth": 1.2}
                axes.plot([p["false_per_year"] for p in ordered], [p[key] for p in ordered], label=name, **style)
            axes.axvline(0.25, linestyle=":", color="grey")
            axes.axhline(goals[key], linestyle=":", color="grey")
            axes.set(
                xlim=(0, 1.5), ylim=(0, 1), title=title, xlabel="false alarms a patient-year", ylabel="share found"
            )
        figure.axes[0].legend(loc="lower right", fontsize=7)
        figure.tight_layout()
        figure.savefig(path, dpi=110, metadata={"Software": None})
