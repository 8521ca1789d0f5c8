"""Every address the server answers; tests/gates walks this list."""

from django.urls import include, path

from tracker.admin import site

urlpatterns = [
    path("", include("api.root_urls")),
    path("api/", include("api.urls")),
    path("", include("frontend.urls")),
    path("operator/", site.urls),
]

handler400 = "frontend.views.errors.bad_request"
handler403 = "frontend.views.errors.forbidden"
handler429 = "frontend.views.errors.too_many"
handler404 = "frontend.views.errors.not_found"
handler500 = "frontend.views.errors.server_error"
