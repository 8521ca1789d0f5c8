"""The doctor's page on paper and the PDF, each sheet as a picture: docs/screens/doctor-print-N.png, doctor-pdf-N.png."""

from collections.abc import Iterator
from typing import Any

import pypdfium2
from PIL import Image
from playwright.sync_api import Page

from tests.screens.steps import doctor, doctor_one

SCALE = 1.6  # of 72 dpi: small print stays readable, and the file small


def sheets(page: Page, demo: dict[str, Any]) -> Iterator[tuple[str, Image.Image]]:
    """Every sheet of four lumps on paper and of the PDFs of four and of one, by name."""
    doctor(page, demo)
    page.wait_for_load_state("networkidle")
    yield from _pages("doctor-print", page.pdf(format="A4"))
    yield from _pages("doctor-pdf", page.request.get("/s/report.pdf").body())
    doctor_one(page, demo)
    yield from _pages("doctor-one-pdf", page.request.get("/s/report.pdf").body())


def _pages(name: str, data: bytes) -> Iterator[tuple[str, Image.Image]]:
    document = pypdfium2.PdfDocument(data)
    for number, page in enumerate(document, 1):
        yield f"{name}-{number}", page.render(scale=SCALE).to_pil()
    document.close()
