"""A place of its own for a diary (folder and database), the commands run in it, and two places compared."""

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from ops.place import PYTHON, ROOT
from tests.support.environment import FORGOTTEN

WORDS = "a quiet lake at dusk"
Rows = dict[str, dict[str, Any]]  # the primary key as text → the row


@dataclass
class Place:
    """`server`: the address of a PostgreSQL server, in which a database is made; empty: SQLite."""

    var: Path
    server: str = ""
    name: str = ""

    def __post_init__(self) -> None:
        self.var.mkdir(parents=True, mode=0o700)
        if self.server:
            self.name = f"backups_{self.var.name}"
            with psycopg.connect(self.server, autocommit=True) as server:
                server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(self.name)))
                server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(self.name)))

    @property
    def url(self) -> str:
        return f"{self.server.rpartition('/')[0]}/{self.name}" if self.server else ""

    @property
    def environment(self) -> dict[str, str]:
        clean = {name: value for name, value in os.environ.items() if name not in FORGOTTEN}
        return {
            **clean, "VAR_DIR": str(self.var), "ENV_FILE": "", "DATABASE_URL": self.url, "BACKUP_PASSPHRASE": WORDS,
            "DJANGO_SETTINGS_MODULE": "tracker.settings", "LOG_LEVEL": "WARNING",
        }  # fmt: skip

    def manage(self, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """`manage.py WORDS` here; `settings` of the environment come on top."""
        return subprocess.run(
            [str(PYTHON), "manage.py", *words],
            cwd=ROOT,
            env=self.environment | settings,
            capture_output=True,
            text=True,
        )

    def tables(self) -> dict[str, Rows]:
        """Every row of every table, by its primary key."""
        return {
            name: {str(row["id" if "id" in row else next(iter(row))]): row for row in rows}
            for name, rows in self._read()
        }

    def _read(self) -> Iterator[tuple[str, list[dict[str, Any]]]]:
        if not self.server:
            lite = sqlite3.connect(self.var / "diary.sqlite3")
            lite.row_factory = sqlite3.Row
            names = lite.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
            for (name,) in names.fetchall():
                yield name, [dict(row) for row in lite.execute(f'SELECT * FROM "{name}"')]
            lite.close()
            return
        with psycopg.connect(self.url, row_factory=psycopg.rows.dict_row) as server:
            found = server.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
            for row in found:
                name = row["tablename"]
                yield name, server.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(name))).fetchall()

    def photos(self) -> dict[str, bytes]:
        folder = self.var / "photos"
        return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    def secrets(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in (self.var / "secrets").iterdir()}

    def drop(self) -> None:
        if self.server:
            with psycopg.connect(self.server, autocommit=True) as server:
                server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(self.name)))
