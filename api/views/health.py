"""/healthz: is the house working? Numbers only, nobody's data."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from tracker.notifications.health import health


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200, or 503 when the database is away or nobody has sent for two minutes."""
    found = health()
    return JsonResponse(found, status=200 if found["ok"] else 503)
