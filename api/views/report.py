"""What one hands a doctor as a file."""

import re
from uuid import UUID

import orjson
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.request import Request

from api.errors import Bad
from api.views.base import Door, account
from api.views.export import LUMPS, lumps_asked_for
from tracker.actions.errors import NotThere
from tracker.actions.seeing import saw
from tracker.actions.showing import picture_for, pictures_of
from tracker.models import Lump, Membership, Person
from tracker.reports.build import report_for
from tracker.reports.fhir.bundle import bundle_for
from tracker.reports.pdf import PAPERS, Contents, enclosed_pdf, pdf_of
from tracker.reports.shapes import Scope

YES_NO = re.compile("[01]")
WITH = {"type": "string", "pattern": "^[01]$", "default": "0"}
PHOTOS = OpenApiParameter("photos", WITH, description="1: with photos, but for those kept back.")
PAPER = OpenApiParameter("paper", {"type": "string", "enum": list(PAPERS), "default": "a4"})
PLOTS = OpenApiParameter("plots", WITH, description="1: each lump's own plot, too, where there are several lumps.")
NUMBERS = OpenApiParameter("numbers", WITH, description="1: with the tables of the plots.")
LOG = OpenApiParameter("log", WITH, description="1: with the whole log; notes in it where they are asked for.")
NOTES = OpenApiParameter("notes", WITH, description="1: with notes.")


class ReportDoor(Door):
    """A file about some lumps of one person, for whoever may see them."""

    def chosen(self, request: Request, pk: UUID) -> tuple[Person, list[Lump], Scope]:
        """The person, the lumps asked for, and what may be in the file. Raises NotThere and Bad."""
        person = self.found(Person.objects.visible_to(request.user).kept().filter(pk=pk).first())
        lumps = list(lumps_asked_for(request, person).select_related("person").order_by("created_at", "id"))
        if not lumps:
            raise NotThere("lumps")
        saw("report", user=request.user, people=[person.pk])
        sees = Membership.objects.live().for_user(request.user, photos=True).filter(person=person).exists()
        photos = self._wants(request, "photos") and sees
        region = account(request).region_for(person.timezone)
        scope = Scope(at=timezone.now(), photos=photos, notes=self._wants(request, "notes"), region=region)
        return person, lumps, scope

    def _wants(self, request: Request, name: str) -> bool:
        text = request.query_params.get(name, "0")
        if not YES_NO.fullmatch(text):
            raise Bad({name: [_("This must be 0 or 1.")]})
        return text == "1"


@extend_schema_view(
    get=extend_schema(
        responses={(200, "application/fhir+json"): OpenApiTypes.OBJECT}, parameters=[LUMPS, PHOTOS, NOTES]
    )
)
class FHIR(ReportDoor):
    """A person's lumps as an HL7 FHIR R4 Bundle, with the doctor's report in it."""

    def get(self, request: Request, pk: UUID) -> HttpResponse:
        _person, lumps, scope = self.chosen(request, pk)
        bundle = bundle_for(lumps, scope, picture=picture_for, report=enclosed_pdf(lumps, scope))
        answer = HttpResponse(orjson.dumps(bundle), content_type="application/fhir+json")
        answer["Content-Disposition"] = 'attachment; filename="lump-diary-fhir.json"'
        return answer


@extend_schema_view(
    get=extend_schema(
        responses={(200, "application/pdf"): OpenApiTypes.BINARY},
        parameters=[LUMPS, PHOTOS, NOTES, PAPER, PLOTS, NUMBERS, LOG],
    )
)
class ReportPDF(ReportDoor):
    """The doctor's report on paper: PDF/UA, two pages for one lump, and photos after them where they are asked for."""

    def get(self, request: Request, pk: UUID) -> HttpResponse:
        _person, lumps, scope = self.chosen(request, pk)
        paper = request.query_params.get("paper", "a4")
        if paper not in PAPERS:
            raise Bad({"paper": [_("This must be a4 or letter.")]})
        parts = Contents(**{name: self._wants(request, name) for name in ("plots", "numbers", "log")})
        report = report_for(lumps, scope, log=parts.log)
        data = pdf_of(report, picture=pictures_of(lumps, scope), paper=paper, contents=parts)
        answer = HttpResponse(data, content_type="application/pdf")
        answer["Content-Disposition"] = 'attachment; filename="lump-diary.pdf"'
        return answer
