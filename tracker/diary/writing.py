"""Writes the diary file: the same bytes for the same facts, and never a file that the reader would refuse."""

import json
import zipfile
from collections.abc import Iterable
from typing import IO, Any

from tracker.diary.checking import BadDiary, problems_in

FORMAT = "lump-diary/1"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the zip format's first day: the same archive for the same facts


def diary_bytes(people: list[dict[str, Any]]) -> bytes:
    """`diary.json` of these people (bodies of docs/format.md, with their lists). Raises BadDiary with the wrong path."""
    body = {"format": FORMAT, "people": people}
    found = problems_in(body)
    if found:
        raise BadDiary(found)
    return (json.dumps(body, ensure_ascii=False, allow_nan=False, indent=1) + "\n").encode()


def write_archive(target: IO[bytes], people: list[dict[str, Any]], files: Iterable[tuple[str, bytes]] = ()) -> None:
    """A zip of `diary.json` and of files such as ("photos/<id>.jpg", bytes), taken one at a time."""
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(member("diary.json", zipfile.ZIP_DEFLATED), diary_bytes(people))
        for name, content in files:
            archive.writestr(member(name, zipfile.ZIP_STORED), content)


def member(name: str, how: int) -> zipfile.ZipInfo:
    """A file of an archive, without the day it was made: the same archive for the same facts."""
    info = zipfile.ZipInfo(name, _EPOCH)
    info.compress_type = how
    info.external_attr = 0o600 << 16
    return info
