"""Addresses of the interface that do not lie under /api/."""

from django.urls import path

from api.views.health import healthz

urlpatterns = [path("healthz", healthz)]
