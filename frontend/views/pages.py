"""Pages that hold nobody's data, and the index of one's account."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from frontend.looks import elements
from tracker.actions.proving import offers_second_step


@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    """What this is, in ten seconds; somebody signed in goes on to the diary."""
    if request.user.is_authenticated:
        return redirect("/app/")
    return render(request, "pages/landing.html")


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/about.html")


@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    """How to measure, and when to get help."""
    return render(request, "pages/help.html")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/privacy.html")


@require_safe
def card(request: HttpRequest) -> HttpResponse:
    """The calibration card to print. `paper`: a4 (also when absent) or letter; 404 for any other."""
    from tracker.card.page import PAPERS, card_pdf  # Typst is loaded when the first card is asked for, not at start-up

    paper = request.GET.get("paper", "a4")
    if paper not in PAPERS:
        raise Http404
    response = HttpResponse(card_pdf(paper), content_type="application/pdf")
    response["Cache-Control"] = "public, max-age=86400"
    response["Vary"] = "Accept-Language"
    response["Content-Disposition"] = f'inline; filename="measuring-card-{paper}.pdf"'
    return response


@require_safe
@login_required
def account(request: HttpRequest) -> HttpResponse:
    """The way to every page about one's account."""
    return render(request, "pages/account.html", {"offer_second_step": offers_second_step(request.user)})


@require_safe
def look(request: HttpRequest) -> HttpResponse:
    """Every element in every state, for those who build: only with DEBUG."""
    if not settings.DEBUG:
        raise Http404
    return render(request, "pages/look.html", elements())
