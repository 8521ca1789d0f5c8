"""What an operator sees of the clock and the outbox: numbers and times, nobody's words, names or pictures."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.db.models import Count, Min, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from tracker.models import ChannelState, ClockRun, Delivery


class OperatorsSite(admin.AdminSite):
    """A site of its own: what other applications register (addresses, sessions) does not stand here."""

    site_header = site_title = _("The diary's clock and outbox")
    index_title = _("What runs, and what waits")
    site_url = None


class LookOnly(admin.ModelAdmin):
    """Nothing is added, changed or deleted here, and a row has no page of its own."""

    list_display_links = None

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    has_change_permission = has_delete_permission = has_add_permission

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_active and getattr(request.user, "is_superuser", False))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)


class ClockRuns(LookOnly):
    """Each kind of work: when it last ran, how long it took, what it counted."""

    list_display = ("name", "started_at", "finished_at", "took", "counts")

    @admin.display(description=_("seconds"))
    def took(self, row: ClockRun) -> str:
        return "" if row.seconds is None else f"{row.seconds:.3f}"


class ChannelStates(LookOnly):
    """Each way out: up or down since when, and when a sender was last seen."""

    list_display = ("channel", "sender_seen_at", "down_since", "probe_at", "reason")


class Deliveries(LookOnly):
    """How many deliveries stand where, by channel; not the deliveries themselves."""

    change_list_template = "operator/deliveries.html"

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {**(extra_context or {}), "rows": list(counted())})

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delivery]:
        return Delivery.objects.none()


def counted() -> Any:
    """`{channel, state, count, oldest}` of the outbox."""
    rows = Delivery.objects.order_by("channel", "state").values("channel", "state")
    return rows.annotate(count=Count("pk"), oldest=Min("due_at"))


site = OperatorsSite(name="operator")
site.login = secure_admin_login(site.login)  # type: ignore[method-assign]  # by our own door, and its limits
site.register(ClockRun, ClockRuns)
site.register(ChannelState, ChannelStates)
site.register(Delivery, Deliveries)
