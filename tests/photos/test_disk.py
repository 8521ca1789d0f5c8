"""A photo is on the disk, and so is its name, before anybody is told that it was kept."""

import os
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from tracker.pictures import vault
from tracker.pictures.disk import DurableStorage


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """Inode and size of each thing that was waited for, in order."""
    found: list[tuple[int, int]] = []
    wait = os.fsync

    def noted(handle: int) -> None:
        wait(handle)
        found.append((os.fstat(handle).st_ino, os.fstat(handle).st_size))

    monkeypatch.setattr(os, "fsync", noted)
    return found


def test_the_whole_file_then_its_folder_then_the_store_are_waited_for(
    folder: Path, settled: list[tuple[int, int]]
) -> None:
    first = vault.put(b"p" * 3_000_000)
    path = folder / first[:2] / first
    assert settled[-3] == (path.stat().st_ino, path.stat().st_size)
    assert [inode for inode, _size in settled[-2:]] == [path.parent.stat().st_ino, folder.stat().st_ino]
    assert path.stat().st_mode & 0o777 == 0o600
    assert vault.get(first) == b"p" * 3_000_000
    settled.clear()
    storages["photos"].save(f"{first[:2]}/another", ContentFile(b"in a folder that is there"))
    assert [inode for inode, _size in settled] == [(path.parent / "another").stat().st_ino, path.parent.stat().st_ino]


def test_what_could_not_be_made_sure_of_is_not_kept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vault.put(b"the first, which makes the key too")

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    before = sorted(path for path in folder.rglob("*") if path.is_file())
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(vault.Away):
        vault.put(b"the second")
    assert sorted(path for path in folder.rglob("*") if path.is_file()) == before


def test_no_file_is_written_over(folder: Path) -> None:
    store = DurableStorage(location=folder)
    name = store.save("ab/abc", ContentFile(b"one"))
    with pytest.raises(FileExistsError):
        store._save(name, ContentFile(b"two"))
    assert (folder / name).read_bytes() == b"one"
