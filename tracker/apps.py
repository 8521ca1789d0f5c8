"""The diary's Django application."""

from django.apps import AppConfig


class TrackerConfig(AppConfig):
    name = "tracker"
    verbose_name = "Lump Diary"

    def ready(self) -> None:
        # shared tasks find their broker through the app, so it must exist in the web process too
        from tracker import celery  # noqa: F401
