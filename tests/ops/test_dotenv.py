"""`.env`: every line of the example can be read, and mistakes are named."""

import os
import re
from pathlib import Path

import pytest

from ops.place import ROOT
from tracker import dotenv


def test_every_line_of_the_example_can_be_switched_on() -> None:
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    settings = [line[1:] for line in lines if re.match(r"#[A-Z_]+=", line)]
    assert len(settings) > 20
    found = dotenv.parse("\n".join(settings))
    assert found["PORT"] == "8000"
    assert found["EMAIL_FROM"] == "Your diary <diary@localhost>"
    assert "SECRET_KEY" not in found  # no value stands there, so none is set
    assert not [value for value in found.values() if "#" in value]


def test_every_setting_the_code_reads_is_in_the_example() -> None:
    files = [
        *ROOT.glob("ops/*.py"),
        *ROOT.glob("tracker/**/*.py"),
        *ROOT.glob("api/**/*.py"),
        *ROOT.glob("frontend/*.py"),
    ]
    text = "\n".join(path.read_text(encoding="utf-8") for path in files)
    read = set(re.findall(r"""(?:environ\.get\(|environ\[|_flag\(|_list\()"([A-Z_]+)""", text))
    system = {"PATH", "PROMETHEUS_MULTIPROC_DIR", "DJANGO_SETTINGS_MODULE", "TEST_WORKERS", "CI"}
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert {"PORT", "VAR_DIR", "DATABASE_URL"} <= read
    assert {name for name in read - system if f"#{name}=" not in example} == set()


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("A=b", "b"),
        ("export A = b c # why", "b c"),
        ('A="b # c"', "b # c"),
        ("A='b' # why", "b"),
        ("A=b#c", "b#c"),
    ],
)
def test_values(line: str, value: str) -> None:
    assert dotenv.parse(line) == {"A": value}


def test_a_line_that_is_no_setting_is_named() -> None:
    with pytest.raises(ValueError, match="line 2"):
        dotenv.parse("A=b\nnonsense\n")


def test_the_environment_wins_and_empty_env_file_means_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("ONE_SETTING=from file\nOTHER_SETTING=from file\n")
    monkeypatch.setenv("ONE_SETTING", "from environment")
    monkeypatch.delenv("OTHER_SETTING", raising=False)
    dotenv.load(tmp_path)  # the tests run with ENV_FILE= set
    assert "OTHER_SETTING" not in os.environ
    monkeypatch.delenv("ENV_FILE")
    dotenv.load(tmp_path)
    assert (os.environ["ONE_SETTING"], os.environ.pop("OTHER_SETTING")) == ("from environment", "from file")
