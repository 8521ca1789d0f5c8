"""What is kept about what was done, and the way out: erasing an account, and taking that back."""

from typing import cast

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tracker.actions import audit, erasing
from tracker.models import AuditLine, User

A_PAGE = 50


@require_safe
@login_required
def history(request: HttpRequest) -> HttpResponse:
    """What was done in one's account and one's own diaries in the past year, newest first."""
    pages = Paginator(AuditLine.objects.visible_to(request.user).order_by("-at", "-pk"), A_PAGE)
    page = pages.get_page(request.GET.get("page", "")[:6])
    lines = audit.in_words(list(page.object_list), user=request.user)
    return render(request, "pages/history.html", {"page": page, "lines": lines})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@reauthentication_required
def erase(request: HttpRequest) -> HttpResponse:
    """Ask for everything to be erased; only somebody who has just shown again who they are."""
    user = cast("User", request.user)
    if request.method == "POST":
        erasing.ask_to_erase(user=user, at=timezone.now())
        return redirect("erase")
    return render(request, "pages/erase.html", {"days": erasing.DAYS})


@require_POST
@login_required
def keep(request: HttpRequest) -> HttpResponse:
    """Take it back, while it is time."""
    user = cast("User", request.user)
    if erasing.keep_account(user=user):
        messages.success(request, _("Your account stays. Nothing was erased."))
    elif user.erase_after is not None:
        messages.error(request, _("The seven days are over. Your account is being erased and cannot be kept."))
    return redirect("account")
