"""What a link's viewer may take along: the report on paper, and the same for their own system."""

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frontend.views.share import gone, lumps_of, scope_of, visit_in
from tracker.actions.sharing import may_take_file, record_view
from tracker.actions.showing import picture_for, pictures_of
from tracker.models import Visit
from tracker.reports.build import report_for
from tracker.reports.fhir.bundle import bundle_for
from tracker.reports.pdf import PAPERS, Contents, enclosed_pdf, pdf_of


@require_safe
def report(request: HttpRequest) -> HttpResponse:
    """The report as PDF; `?paper=letter`, `?log=1` for the log and the tables of the plots too."""
    visit = visit_in(request)
    if visit is None:
        return gone(request)
    if not may_take_file(visit=visit):
        return _later()
    lumps, scope = lumps_of(visit.link), scope_of(visit.link)
    if not lumps:
        return gone(request)
    paper = request.GET.get("paper", "a4")
    whole = request.GET.get("log") == "1"
    data = pdf_of(
        report_for(lumps, scope, log=whole), picture=pictures_of(lumps, scope), paper=paper if paper in PAPERS else "a4",
        contents=Contents(plots=whole, numbers=whole, log=whole),
    )  # fmt: skip
    return _taken(request, visit, data, "application/pdf", "lump-diary.pdf")


@require_safe
def fhir(request: HttpRequest) -> HttpResponse:
    """An HL7 FHIR R4 Bundle, with the report in it."""
    visit = visit_in(request)
    if visit is None:
        return gone(request)
    if not may_take_file(visit=visit):
        return _later()
    lumps, scope = lumps_of(visit.link), scope_of(visit.link)
    if not lumps:
        return gone(request)
    bundle = bundle_for(lumps, scope, picture=picture_for, report=enclosed_pdf(lumps, scope))
    return _taken(request, visit, orjson.dumps(bundle), "application/fhir+json", "lump-diary-fhir.json")


def _later() -> HttpResponse:
    sentence = _("Many files were taken just now. Wait a minute and try again.")
    return HttpResponse(sentence, status=429, content_type="text/plain; charset=utf-8", headers={"Retry-After": "60"})


def _taken(request: HttpRequest, visit: Visit, data: bytes, kind: str, name: str) -> HttpResponse:
    """As a download, with a line in the owner's log."""
    if request.method == "GET":
        record_view(visit=visit, what=Visit.FILE, detail=name)
    answer = HttpResponse(data, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
