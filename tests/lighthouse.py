"""`make lighthouse`: Lighthouse (mobile) on four pages of the demo, the median of three; prints a table.

Lighthouse comes from npm into build/lighthouse and is no part of `make test`. `python -m tests.lighthouse [RUNS]`.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from ops import node
from ops.place import ROOT, VENV
from ops.steps import node_environment
from tests.screens.steps import doctor, sign_in
from tests.support.chromium import MISSING, Chromium, find_chromium
from tests.support.ports import free_port
from tests.support.stack import Stack, running_stack

VERSION = "13.5.0"
PLACE = ROOT / "build" / "lighthouse"
KINDS = ("performance", "accessibility", "best-practices")
TIMES = {"first-contentful-paint": "FCP", "largest-contentful-paint": "LCP", "total-blocking-time": "TBT"}


def install() -> None:
    """Fetch Lighthouse once."""
    if (PLACE / "node_modules" / "lighthouse" / "package.json").is_file():
        return
    PLACE.mkdir(parents=True, exist_ok=True)
    (PLACE / "package.json").write_text('{"private": true}')
    words = ["install", "--no-audit", "--no-fund", "--ignore-scripts", f"lighthouse@{VERSION}"]
    subprocess.run(node.npm(words), cwd=PLACE, env=node_environment(VENV), check=True)


def look(address: str, port: int) -> dict[str, Any]:
    """One run at a page, in the browser that listens on `port`, with the cookies that browser has."""
    words = [
        str(VENV / "node" / "node"), str(PLACE / "node_modules" / "lighthouse" / "cli" / "index.js"), address,
        f"--port={port}", "--quiet", "--output=json", f"--only-categories={','.join(KINDS)}", "--form-factor=mobile",
        "--disable-storage-reset", "--max-wait-for-load=90000",
    ]  # fmt: skip
    for _attempt in range(3):  # on a busy machine the trace's start is missed now and then
        done = subprocess.run(words, capture_output=True, text=True, env=node_environment(VENV), cwd=PLACE)
        if done.returncode == 0:
            break
    else:
        raise RuntimeError(done.stderr[-2000:])
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def measure(house: Stack, page: Page, port: int, runs: int) -> bool:
    """Print a line a page; True if every page has 100 for what does not depend on the machine's speed."""
    demo = json.loads((house.var / "demo.json").read_text(encoding="utf-8"))
    good = True
    print(
        f"{'page':<10}{'perf.':>7}{'access.':>9}{'practice':>10}  {'  '.join(TIMES.values())}   falls short in",
        flush=True,
    )
    for name, path in {"landing": "/", "log-in": "/accounts/login/", "home": "/app/", "doctor": "/s/view/"}.items():
        if name == "home":
            sign_in(page, demo)
        if name == "doctor":
            doctor(page, demo)
        found = [look(house.url + path, port) for _run in range(runs)]
        good &= tell(name, found)
    return good


def tell(name: str, found: list[dict[str, Any]]) -> bool:
    """One line: the medians of the scores and times, and what lost points."""
    scores = [round(statistics.median(run["categories"][kind]["score"] for run in found) * 100) for kind in KINDS]
    times = [statistics.median(run["audits"][key]["numericValue"] for run in found) / 1000 for key in TIMES]
    last = found[-1]
    short = [
        audit["id"]
        for kind in KINDS
        for audit in last["categories"][kind]["auditRefs"]
        if audit["weight"] and (last["audits"][audit["id"]]["score"] or 0) < (1 if kind != "performance" else 0.9)
        and last["audits"][audit["id"]]["scoreDisplayMode"] not in {"notApplicable", "manual", "informative"}
    ]  # fmt: skip
    numbers = f"{scores[0]:>7}{scores[1]:>9}{scores[2]:>10}"
    print(
        f"{name:<10}{numbers}  {'  '.join(f'{seconds:.1f}' for seconds in times)}   {', '.join(short) or '-'}",
        flush=True,
    )
    return scores[1:] == [100, 100]


def run(chromium: Chromium, runs: int) -> bool:
    os.environ.update(chromium.environment)
    port = free_port()
    with (
        tempfile.TemporaryDirectory(prefix="lighthouse-") as folder,
        running_stack(Path(folder) / "var", DEMO="1") as house,
        sync_playwright() as playwright,
    ):
        context = playwright.chromium.launch_persistent_context(
            Path(folder) / "browser",
            executable_path=str(chromium.path),
            args=[*chromium.arguments, f"--remote-debugging-port={port}"],
            base_url=house.url,
        )
        try:
            return measure(house, context.pages[0], port, runs)
        finally:
            context.close()


def main(words: list[str]) -> int:
    chromium = find_chromium()
    if chromium is None:
        print(MISSING, file=sys.stderr)
        return 2
    install()
    return 0 if run(chromium, int(words[0]) if words else 3) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
