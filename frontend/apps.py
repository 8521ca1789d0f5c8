"""Django application of the frontend room."""

from django.apps import AppConfig


class FrontendConfig(AppConfig):
    name = "frontend"
