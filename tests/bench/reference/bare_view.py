"""A Django view that stores the body it is sent, one that answers with a file, and nothing more. `STORE`: the folder.

What it stores is on the disk before it answers, as the product's photos are: a 201 lets the sender forget its own.

Run it as the product is run: gunicorn tests.bench.reference.bare_view:application
"""

import os
import uuid
from pathlib import Path

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

settings.configure(
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    SECRET_KEY=uuid.uuid4().hex,
    DATA_UPLOAD_MAX_MEMORY_SIZE=None,
    MIDDLEWARE=[],
)


def store(request: HttpRequest) -> HttpResponse:
    """Write the body into a new file and say so."""
    folder = Path(os.environ["STORE"])
    with (folder / uuid.uuid4().hex).open("wb", buffering=0) as file:
        file.write(request.body)
        os.fsync(file.fileno())
    handle = os.open(folder, os.O_RDONLY)  # the file's name is durable only with its folder
    os.fsync(handle)
    os.close(handle)
    return HttpResponse(status=201)


def page(_request: HttpRequest) -> HttpResponse:
    """The bytes of page.html in that folder."""
    return HttpResponse((Path(os.environ["STORE"]) / "page.html").read_bytes())


urlpatterns = [path("store/", store), path("page/", page)]
application: WSGIHandler = get_wsgi_application()
