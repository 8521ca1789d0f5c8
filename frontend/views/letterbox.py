"""What is reached without a log-in by an address that is signed or secret: unsubscribing, and a calendar."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from tracker.actions import calendar, channels
from tracker.notifications import unsubscribing
from tracker.notifications.calendar import calendar_of


# exempt: a mail program's one-click (RFC 8058) sends no cookie and no token of the page; the signed address is the proof
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows what would be switched off and changes nothing; POST switches it off."""
    found = unsubscribing.read(token)
    if found is None:
        raise Http404
    user, which = found
    done = request.method == "POST"
    if done:
        channels.unsubscribe(user=user, which=which)
    response = render(request, "pages/unsubscribe.html", {"which": which, "done": done})
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The reminders of whoever made this address; 404 for any other."""
    user = calendar.reader_of(token)
    if user is None:
        raise Http404
    response = HttpResponse(calendar_of(user, timezone.now()), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="diary.ics"'
    response["X-Robots-Tag"] = "noindex"
    return response
