"""What is logged and reported holds no words of anybody: an error's text may quote what somebody wrote."""

import json
import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ops.place import PYTHON, ROOT
from tracker import tasks
from tracker.watching import faults
from tracker.watching.logs import JSONLines, Lines

WORDS = "a red lump since May"


def record() -> logging.LogRecord:
    try:
        try:
            raise ValueError(WORDS)
        except ValueError as error:
            raise KeyError(WORDS) from error
    except KeyError:
        return logging.LogRecord("tracker", logging.ERROR, __file__, 1, "%s failed", ("scan",), sys.exc_info())


@pytest.mark.parametrize("form", [Lines("{levelname} {message}", style="{"), JSONLines()])
def test_an_error_is_told_by_kind_and_place(form: logging.Formatter) -> None:
    line = form.format(record())
    assert WORDS not in line
    assert "KeyError from ValueError" in line and "test_logs.py" in line and "scan failed" in line


def test_a_json_line_is_one_line_with_its_keys() -> None:
    line = JSONLines().format(record())
    assert "\n" not in line
    told = json.loads(line)
    assert (told["level"], told["logger"], told["message"]) == ("ERROR", "tracker", "scan failed")
    assert told["at"].endswith("+00:00")


def test_a_fault_report_holds_frames_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    import sentry_sdk
    from sentry_sdk.transport import Transport

    sent: list[Any] = []

    class Kept(Transport):
        def capture_envelope(self, envelope: Any) -> None:
            sent.append(envelope)

    faults.report_to("https://key@faults.example.org/1", transport=Kept(), default_integrations=False)
    try:
        sentry_sdk.set_user({"email": "@".join(("alice", "example.org"))})
        sentry_sdk.set_tag("lump", WORDS)
        try:
            words_here = WORDS
            raise ValueError(words_here)
        except ValueError:
            sentry_sdk.capture_exception()
    finally:
        sentry_sdk.get_client().close()
        sentry_sdk.init()
    text = b"".join(envelope.serialize() for envelope in sent).decode()
    assert "ValueError" in text and "test_a_fault_report" in text
    for word in ("alice@example.org", 'words_here":', '"vars"'):
        assert word not in text


@pytest.mark.django_db
def test_a_task_that_fails_ends_without_its_words(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Celery would write the text of an error into the log. A test that calls the task itself is told."""

    def work() -> None:
        raise ValueError(WORDS)

    monkeypatch.setattr(tasks, "scan", work)
    assert tasks.scan_task.apply().successful()  # as a worker does it
    (record,) = (record for record in caplog.records if record.levelno >= logging.ERROR)
    line = JSONLines().format(record)
    assert "ValueError" in line and "test_logs.py" in line and WORDS not in line
    with pytest.raises(ValueError):
        tasks.scan_task()


GUNICORN_THEN_DJANGO = """
import logging
from gunicorn.config import Config
from gunicorn.glogging import Logger
log = Logger(Config())
import django
django.setup()
log.error("worker %s was sent SIGKILL", 7)
logging.getLogger("tracker").error("ours")
"""


BEAT_WHOSE_BROKER_IS_AWAY = """
import logging, runpy, sys
from celery.beat import Service
def start(self, **_more):
    try:
        raise ConnectionError("a red lump since May")
    except ConnectionError:
        logging.getLogger("celery.beat").error("worker %s was sent SIGKILL", 7, exc_info=True)
    logging.getLogger("tracker").error("ours")
Service.start = start
sys.argv = ["beat", "schedule"]
runpy.run_module("ops.beat", run_name="__main__")
"""


@pytest.mark.parametrize("program", [GUNICORN_THEN_DJANGO, BEAT_WHOSE_BROKER_IS_AWAY])
def test_lines_of_those_we_run_in_are_json_too(tmp_path: Path, program: str) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"VAR_DIR": str(tmp_path), "LOG_JSON": "1", "ENV_FILE": ""}
    done = subprocess.run([str(PYTHON), "-c", program], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    told = [json.loads(line)["message"] for line in done.stderr.splitlines()]
    assert told == ["worker 7 was sent SIGKILL", "ours"] and WORDS not in done.stderr


@pytest.mark.parametrize(("source", "kept"), [("route", True), ("url", False)])
def test_a_fault_report_names_a_pattern_and_never_an_address(source: str, kept: bool) -> None:
    event = {"transaction": "/calendar/a-secret/", "transaction_info": {"source": source}, "request": {"url": WORDS}}
    assert ("transaction" in faults.scrubbed(event, None)) is kept
    assert WORDS not in str(faults.scrubbed(event, None))
