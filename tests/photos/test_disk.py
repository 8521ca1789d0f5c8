"""A photo is on the disk, and so is its name, before anybody is told that it was kept."""

import os
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from tracker.pictures import disk, keys, vault
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


def test_the_whole_file_and_its_folder_then_the_store_are_waited_for(
    folder: Path, settled: list[tuple[int, int]]
) -> None:
    first = vault.put(b"p" * 3_000_000)
    path = folder / first[:2] / first
    both = (path.stat().st_ino, path.stat().st_size), (path.parent.stat().st_ino, path.parent.stat().st_size)
    assert set(settled[-4:-2]) == set(both), "the file once it was whole; its folder may be waited for beside it"
    assert [inode for inode, _size in settled[-2:]] == [place.stat().st_ino for place in (folder, folder.parent)]
    assert path.stat().st_mode & 0o777 == 0o600
    assert vault.get(first) == b"p" * 3_000_000
    settled.clear()
    storages["photos"].save(f"{first[:2]}/another", ContentFile(b"in a folder that is there"))
    assert {inode for inode, _size in settled} == {
        place.stat().st_ino for place in (path.parent / "another", path.parent)
    }


def test_a_folder_that_somebody_else_just_made_is_waited_for_too(
    folder: Path, settled: list[tuple[int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """They may wait for it still, or have gone before they did."""
    store = DurableStorage(location=folder)
    (folder / "ab").mkdir(parents=True)
    store.save("ab/one", ContentFile(b"one"))
    assert {place.stat().st_ino for place in (folder, folder.parent)} < {inode for inode, _size in settled}

    def failing(place: Path) -> None:
        if place == folder:
            raise OSError(5, "Input/output error")

    with monkeypatch.context() as away:
        away.setattr(disk, "settle", failing)
        with pytest.raises(OSError, match="Input/output"):
            store.save("cd/one", ContentFile(b"one"))
    settled.clear()
    store.save("cd/two", ContentFile(b"two"))
    assert folder.stat().st_ino in [inode for inode, _size in settled]


def test_a_new_key_and_its_name_are_waited_for(settings: Any, settled: list[tuple[int, int]]) -> None:
    assert keys.add(1)
    secrets: Path = settings.SECRETS_DIR
    places = [secrets / "photo_key", secrets, secrets.parent]
    assert [inode for inode, _size in settled] == [place.stat().st_ino for place in places]


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
