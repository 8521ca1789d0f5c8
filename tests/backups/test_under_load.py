"""Row H9, short: a backup while a process writes, restored, compared. `make backups`: longer, and on PostgreSQL too."""

from pathlib import Path

from tests.backups import compare
from tests.backups.ground import written_to
from tests.backups.places import Place


def test_a_backup_under_write_load_differs_in_nothing(tmp_path: Path) -> None:
    live, restored = Place(tmp_path / "live"), Place(tmp_path / "restored")
    with written_to(live, people=2, before=10, pause=0.02):
        made = live.manage("backup", str(tmp_path / "one.age"))
    assert made.returncode == 0, made.stderr
    done = restored.manage("restore", str(tmp_path / "one.age"))
    assert done.returncode == 0, done.stderr
    found = compare.under_load(live, restored)
    assert found.rows >= 12 and found.photos >= 6
    assert (found.rows_different, found.photos_different, found.secrets_different) == (0, 0, 0)
    assert len(live.tables()["tracker_entry"]) > len(restored.tables()["tracker_entry"])  # there was a load
