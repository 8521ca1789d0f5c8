"""The doctor's door: unlock, look, leave. Reading only; every byte passes `visit_in`. Headers: frontend/middleware.py."""

import re
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from frontend.forms import PlanForm
from frontend.views.share_kept import Made, remembered
from tracker.actions.errors import NotThere
from tracker.actions.photos import open_photo
from tracker.actions.plans import plan_line
from tracker.actions.sharing import LinkGone, WrongPasscode, end_visit, open_share_link, record_view, visit_of
from tracker.models import Lump, ShareLink, Visit
from tracker.reports.build import chart_for, report_for
from tracker.reports.log import shared_photos
from tracker.reports.shapes import Scope


@csrf_exempt  # the token in the body is the authority; there is no session of ours to ride on
@require_http_methods(["GET", "HEAD", "POST"])
def unlock(request: HttpRequest) -> HttpResponse:
    """GET: the page that reads the fragment; it says nothing about any link. POST: token, passcode, viewer."""
    if request.method != "POST":
        return render(request, "share/unlock.html")
    token = code_of(request.POST.get("token", ""))
    passcode = "".join(request.POST.get("passcode", "").split())
    viewer = "".join(sign for sign in request.POST.get("viewer", "") if sign.isprintable())
    try:
        _link, secret = open_share_link(token=token, passcode=passcode, viewer=viewer)
    except WrongPasscode:
        sentence = _("That passcode does not fit. After five wrong tries the link is locked for good.")
        told = {"error": sentence, "token": token, "viewer": viewer}
        return render(request, "share/unlock.html", told, status=403)
    except LinkGone:
        return gone(request)
    response = HttpResponseRedirect("/s/view/")
    response.status_code = 303
    response.set_cookie(
        settings.SHARE_COOKIE_NAME, secret, httponly=True, secure=settings.HTTPS, samesite="Lax",
        path="/" if settings.HTTPS else "/s/",
    )  # fmt: skip
    return response


def code_of(text: str) -> str:
    """The secret in what was pasted or typed: the whole link, or the code alone, in groups as it stands on the slip."""
    return re.sub(r"[^A-Za-z0-9_-]", "", text.rpartition("#")[2])


def gone(request: HttpRequest) -> HttpResponse:
    """One answer for unknown, expired, revoked, locked and never opened."""
    return render(request, "share/gone.html", status=404)


def visit_in(request: HttpRequest) -> Visit | None:
    """The opening this request belongs to, or None: every byte behind the door asks here."""
    return visit_of(request.COOKIES.get(settings.SHARE_COOKIE_NAME, ""))


def lumps_of(link: ShareLink) -> list[Lump]:
    """The lumps it shows, oldest first."""
    return list(link.lumps.kept().select_related("person").order_by("created_at", "id"))


def scope_of(link: ShareLink) -> Scope:
    """What of them it shows, now."""
    return Scope(
        at=timezone.now(), since=link.since, photos=link.photos, notes=link.notes,
        region=link.created_by.region_for(link.person.timezone) if link.created_by else "generic",
    )  # fmt: skip


@require_safe
def view(request: HttpRequest) -> HttpResponse:
    """The page itself."""
    visit = visit_in(request)
    if visit is None:
        return gone(request)
    answer = page(request, visit)
    if request.method == "GET" and answer.status_code == 200:
        record_view(visit=visit, what=Visit.PAGE)
    return answer


def page(request: HttpRequest, visit: Visit, *, form: PlanForm | None = None, status: int = 200) -> HttpResponse:
    """The report; where the link takes an answer, with the form for it and what came through this link so far."""
    link = visit.link
    if not link.answers:
        return remembered(request, link, lambda request: _made(request, link))
    form = form or PlanForm(lumps=lumps_of(link), initial={"by": visit.viewer})
    sent = [(plan, plan_line(plan)) for plan in link.plans.order_by("-written_at")]
    return _zipped(request, link, {"form": form, "sent": sent}, status)


@gzip_page  # no secret stands in the page, and nothing of the request is echoed into it
def _zipped(request: HttpRequest, link: ShareLink, answers: dict[str, Any], status: int) -> HttpResponse:
    return _made(request, link, answers, status).response


def _made(request: HttpRequest, link: ShareLink, answers: dict[str, Any] | None = None, status: int = 200) -> Made:
    """The page made anew; the answer for a link that is gone where none of its lumps is there any more."""
    lumps, scope = lumps_of(link), scope_of(link)
    if not lumps:
        return Made(gone(request), scope.at, None)
    report = report_for(lumps, scope)
    page = render(request, "share/view.html", {"report": report, "answers": answers}, status=status)
    return Made(page, scope.at, report.holds_until)


@gzip_page
@require_safe
def chart(request: HttpRequest, key: str, form: str, lump: UUID | None = None) -> HttpResponse:
    """A chart of the report (of one lump, or the overview), as SVG or PNG; `?narrow=1` as a phone shows it."""
    visit = visit_in(request)
    if visit is None:
        return gone(request)
    found = chart_for(lumps_of(visit.link), scope_of(visit.link), key, str(lump) if lump else None)
    if found is None:
        return gone(request)
    if found.narrow and request.GET.get("narrow") == "1":
        found = found.narrow
    if form == "svg":
        return HttpResponse(found.svg(), content_type="image/svg+xml")
    return HttpResponse(found.png(), content_type="image/png")


@require_safe
def photo(request: HttpRequest, pk: UUID, size: str) -> HttpResponse:
    """A photo of a shared lump, where the link shares photos and this one is not kept back."""
    visit = visit_in(request)
    if visit is None or not visit.link.photos:
        return gone(request)
    found = shared_photos(lumps_of(visit.link), scope_of(visit.link)).filter(pk=pk).first()
    if found is None:
        return gone(request)
    try:
        data = open_photo(photo=found, size=size)
    except NotThere:
        return gone(request)
    if request.method == "GET" and size != "thumb":
        record_view(visit=visit, what=Visit.PHOTO, detail=str(pk))
    return picture(data)


@csrf_exempt  # ends only the visit whose cookie comes with it
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """The viewer is done; on a shared computer nothing stays open."""
    end_visit(secret=request.COOKIES.get(settings.SHARE_COOKIE_NAME, ""))
    response = HttpResponseRedirect("/s/")
    response.status_code = 303
    response.delete_cookie(settings.SHARE_COOKIE_NAME, path="/" if settings.HTTPS else "/s/")
    return response


def picture(data: bytes) -> HttpResponse:
    """A JPEG of ours, to be shown and nothing else."""
    response = HttpResponse(data, content_type="image/jpeg")
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Content-Disposition"] = "inline"
    return response
