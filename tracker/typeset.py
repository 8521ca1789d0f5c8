"""Typesetting with Typst: text and pictures in, an accessible PDF out; the same bytes for the same input, on every machine.

Typst is loaded by the first call, never with the web process. It draws with the two fonts in tracker/fonts (Atkinson
Hyperlegible Next, latin and latin-ext of frontend/static/fonts in one file each, SIL Open Font License) and, for signs they
lack, with those inside Typst itself; the machine's own fonts are looked at only for signs that none of these has. It reads
nothing but what it is given.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

FONTS = Path(__file__).parent / "fonts"
FONT = "Atkinson Hyperlegible Next"
NEVER = datetime(2026, 1, 1, tzinfo=UTC)  # the date of a document that has none of its own
_NO_GLYPH = "could not be displayed with"  # PDF/UA forbids a box in a letter's place
_NO_PACKAGES = "no-packages"  # a folder that is not there: a document that asks for one from the net is refused


def compile(  # noqa: A001 - what it does, and how it reads: typeset.compile
    source: str,
    *,
    files: Mapping[str, bytes] | None = None,
    inputs: Mapping[str, str] | None = None,
    at: datetime = NEVER,
) -> bytes:
    """The PDF (PDF/UA-1: tagged, text selectable) of a Typst source.

    `files`: what the source may read, by plain file name. `inputs`: what it finds in `sys.inputs`. `at`: the date the
    document carries. Raises TypstError when the source is wrong, an image without a text for readers included.

    A sign that none of these fonts has (a name in Chinese, an emoji in a note) is no reason for no document: it is drawn
    with the machine's own fonts, or as an empty box, in a tagged PDF that does not claim to be PDF/UA.
    """
    from typst import TypstError

    how: dict[str, object] = {"format": "pdf", "timestamp": at.replace(microsecond=0)}
    try:
        return _run(source, files, inputs, pdf_standards=["ua-1"], **how)
    except TypstError as error:
        if _NO_GLYPH not in str(error):
            raise
        return _run(source, files, inputs, ignore_system_fonts=False, **how)


def picture(
    source: str, *, ppi: float, files: Mapping[str, bytes] | None = None, inputs: Mapping[str, str] | None = None
) -> bytes:
    """The source's only page as a PNG of `ppi` pixels an inch (the PNG does not say so itself). Raises as `compile`."""
    return _run(source, files, inputs, format="png", ppi=ppi)


def _run(source: str, files: Mapping[str, bytes] | None, inputs: Mapping[str, str] | None, **how: Any) -> bytes:
    import typst

    with TemporaryDirectory(prefix="typeset-") as folder:
        root = Path(folder)
        for name, data in (files or {}).items():
            if Path(name).name != name:
                raise ValueError(f"not a plain file name: {name!r}")
            (root / name).write_bytes(data)
        main = root / "main.typ"
        main.write_text(source, encoding="utf-8")
        made = typst.compile(
            str(main), root=folder, font_paths=[str(FONTS)], sys_inputs=dict(inputs or {}),
            package_path=str(root / _NO_PACKAGES), package_cache_path=str(root / _NO_PACKAGES),
            **{"ignore_system_fonts": True, **how},
        )  # fmt: skip
    if not isinstance(made, bytes):
        raise ValueError("more than one page where one was asked for")
    return made
