"""/healthz: is the house working? Numbers only, nobody's data."""

from django.http import HttpRequest, JsonResponse

from api.views.plain import only_read
from tracker.notifications.health import health


@only_read
def healthz(request: HttpRequest) -> JsonResponse:
    """200, or 503 when the database is away or nobody has sent for two minutes."""
    found = health()
    return JsonResponse(found, status=200 if found["ok"] else 503)
