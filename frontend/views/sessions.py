"""Ending one log-in of one's own; allauth has the list, and a button for all of the others."""

from allauth.usersessions.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST


@require_POST
@login_required
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Log out in one other place. 404 for somebody else's, one that has ended, and the one that asks (it logs out)."""
    others = UserSession.objects.filter(user_id=request.user.pk).exclude(session_key=request.session.session_key)
    get_adapter().end_sessions([get_object_or_404(others, pk=pk)])
    messages.success(request, _("Logged out there."))
    return redirect("usersessions_list")
