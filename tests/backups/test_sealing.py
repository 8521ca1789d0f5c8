"""The sealed stream: age's own format, and nothing of a file that was cut or changed is taken for whole."""

import gc
import io
from pathlib import Path
from typing import Any

import pyrage
import pytest

from tracker.backups import archive
from tracker.backups.sealing import CHUNK, Broken, Opener, Sealer, WrongPassphrase

WORDS = "a quiet lake at dusk"
QUICK = 10


def sealed(data: bytes) -> bytes:
    into = io.BytesIO()
    sealer = Sealer(into, WORDS, log_n=QUICK)
    for at in range(0, len(data), 50_000):
        sealer.write(data[at : at + 50_000])
    sealer.close()
    return into.getvalue()


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_age_opens_ours_and_we_open_ages(size: int) -> None:
    data = bytes(i * 7 % 251 for i in range(size))
    ours = sealed(data)
    assert pyrage.passphrase.decrypt(ours, WORDS) == data
    assert Opener(io.BytesIO(ours), WORDS).read() == data
    reads = Opener(io.BytesIO(ours), WORDS)
    assert b"".join(iter(lambda: reads.read(10_007), b"")) == data


def test_we_open_what_age_sealed() -> None:
    data = b"a diary" * 20_000
    assert Opener(io.BytesIO(pyrage.passphrase.encrypt(data, WORDS)), WORDS).read() == data


def test_a_wrong_passphrase_a_cut_and_any_changed_byte_are_refused() -> None:
    whole = sealed(b"x" * (CHUNK + 100))
    with pytest.raises(WrongPassphrase):
        Opener(io.BytesIO(whole), WORDS + "!")
    for damaged in (whole[:-1], whole[: -(100 + 16)], whole[:300], whole + b"x", b"", whole[1:]):
        with pytest.raises(Broken):
            Opener(io.BytesIO(damaged), WORDS).read()
    for at in (3, 60, 140, 190, 250, CHUNK, len(whole) - 1):
        changed = bytearray(whole)
        changed[at] ^= 1
        with pytest.raises((Broken, WrongPassphrase)):
            Opener(io.BytesIO(bytes(changed)), WORDS).read()


def test_an_archive_holds_every_member_against_its_manifest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "one.age"
    with archive.Writer(path, WORDS) as made:
        made.add("rows/a/0", b"one")
        made.facts["rows"] = {"a": 1}
    assert archive.verified(path, WORDS)["rows"] == {"a": 1}
    assert path.stat().st_mode & 0o777 == 0o600
    with archive.Writer(path, WORDS) as made:
        made.add("rows/a/0", b"one")
        made._hashes["rows/a/0"] = "0" * 64
    with pytest.raises(Broken, match="manifest"):
        archive.verified(path, WORDS)


def test_a_backup_that_failed_half_way_leaves_nothing_and_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "one.age"
    path.write_bytes(b"the old one")
    with pytest.raises(OSError, match="full"), archive.Writer(path, WORDS) as made:  # noqa: PT012
        made.add("rows/a/0", b"one")
        raise OSError("full")
    assert path.read_bytes() == b"the old one" and list(tmp_path.iterdir()) == [path]


@pytest.mark.filterwarnings("error")
def test_a_disk_that_fills_half_way_is_told_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(io.BytesIO):
        def write(self, data: Any) -> int:
            raise OSError("full")

    with pytest.raises(OSError, match="full"), archive.Writer(tmp_path / "one.age", WORDS) as made:  # noqa: PT012
        made._sealer._into = Full()
        for number in range(9):
            made.add(f"rows/a/{number}", bytes(CHUNK))
    del made
    gc.collect()  # what is collected with a complaint fails a test of ours (PytestUnraisableExceptionWarning)
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_is_full_at_the_first_byte_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: object) -> None:
        raise OSError("full")

    monkeypatch.setattr(archive, "Sealer", full)
    with pytest.raises(OSError, match="full"), archive.Writer(tmp_path / "one.age", WORDS):
        pass
    assert list(tmp_path.iterdir()) == []
