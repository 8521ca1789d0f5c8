"""Pages: landing, accounts, the phone app's shell, the doctor's door."""

from django.urls import URLPattern, URLResolver, include, path

from frontend.views import app

urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/", include("allauth.urls")),
    path("app/", app.shell, name="app"),
    path("app/<path:path>", app.shell, name="app-path"),
    path("sw.js", app.worker, name="app-worker"),
    path("manifest.webmanifest", app.manifest, name="app-manifest"),
    path("s/", include("frontend.share_urls")),
]
