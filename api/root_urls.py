"""Addresses of the interface that do not lie under /api/."""

from django.urls import path

from api.views.health import healthz
from api.views.metrics import metrics

urlpatterns = [path("healthz", healthz), path("metrics", metrics)]
