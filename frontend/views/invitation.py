"""The page behind the link of a letter of invitation."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from frontend.accounts import INVITATION
from tracker.actions.inviting import opened


@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """GET says what the letter is about and changes nothing, for a mail program may look first; POST goes on with it.

    Unknown, too old, answered and taken back look all the same: 404.
    """
    found = opened(token)
    if found is None:
        return render(request, "pages/invitation_gone.html", status=404)
    if request.method == "POST":
        request.session[INVITATION] = token
        if request.user.is_authenticated:
            return redirect("/app/people")
        return redirect(f"{reverse('account_signup')}?{urlencode({'email': found.email, 'next': '/app/people'})}")
    may_start = found.waits and settings.SIGNUP != "closed"
    response = render(request, "pages/invitation.html", {"invited": found, "may_start": may_start})
    response["Referrer-Policy"] = "no-referrer"
    return response
