"""A browser that keeps its store on the disk, as a phone does, and that can be killed."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
from playwright.sync_api import BrowserContext, Page, Playwright

from ops.place import PWA, VENV
from ops.steps import node_environment
from tests.browser.phone import PHONE, SECONDS, Phone
from tests.support.stack import Stack

# The app waits 20 s for an answer; here 20 times less, so that late answers cost little.
HURRY = """(() => {
  const wait = AbortSignal.timeout.bind(AbortSignal)
  AbortSignal.timeout = (ms) => wait(ms / 20)
  const later = window.setTimeout.bind(window)
  window.setTimeout = (work, ms, ...more) => later(work, ms === 20000 ? 1000 : ms, ...more)
})()"""


def build_hook(folder: Path) -> str:
    """The script of frontend/pwa/tests/hook.ts, to be evaluated in the app's page."""
    target = folder / "hook.js"
    words = [str(VENV / "node" / "node"), "tools/hook.mjs", str(target)]
    subprocess.run(words, cwd=PWA, env=node_environment(VENV), check=True, capture_output=True)
    return target.read_text(encoding="utf-8")


class Pocket:
    """One phone: a folder, opened by one browser after another."""

    def __init__(
        self, playwright: Playwright, launch: dict[str, Any], folder: Path, house: Stack, address: str
    ) -> None:
        self.playwright, self.launch, self.folder, self.house, self.address = playwright, launch, folder, house, address
        self.kills = 0

    @contextlib.contextmanager
    def opened(self, *, hurry: bool = False) -> Iterator["Opened"]:
        """A browser on this phone's store; it may be dead at the end of the block."""
        options: dict[str, Any] = {**self.launch, **PHONE, "base_url": self.address}
        context = self.playwright.chromium.launch_persistent_context(self.folder, **options)
        context.set_default_timeout(SECONDS * 1000)
        if hurry:
            context.add_init_script(HURRY)
        try:
            yield Opened(self, context, self._main())
        finally:
            with contextlib.suppress(Exception):  # it may have been killed
                context.close()

    def _main(self) -> psutil.Process:
        mine = f"--user-data-dir={self.folder}"
        found = [
            each
            for each in psutil.Process().children(recursive=True)
            if mine in _words(each) and "--type=" not in _words(each)
        ]
        assert len(found) == 1, found
        return found[0]


class Opened:
    """A running browser of a pocket."""

    def __init__(self, pocket: Pocket, context: BrowserContext, process: psutil.Process) -> None:
        self.pocket, self.context, self.process = pocket, context, process
        self.page: Page = context.pages[0]
        self.phone = Phone(self.page, pocket.house)

    def kill(self) -> None:
        """SIGKILL to the browser and all its processes at once, as when the system takes its memory back."""
        family = [self.process, *self.process.children(recursive=True)]
        if os.getpgid(self.process.pid) == self.process.pid:  # its own group, never ours
            os.killpg(self.process.pid, signal.SIGKILL)
        for member in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                member.send_signal(signal.SIGKILL)
        psutil.wait_procs(family, timeout=SECONDS)
        self.pocket.kills += 1

    def open_app(self, hook: str = "", path: str = "/app/") -> None:
        """The app as the phone has it, with the app's own saving within reach as `diary`."""
        self.page.goto(path)
        self.page.wait_for_function("() => localStorage.getItem('lump-diary-account') !== null")
        if hook:
            self.page.evaluate(hook)


def _words(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""
