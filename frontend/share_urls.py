"""Everything a link's viewer can reach, under /s/. Nothing here can write to a diary."""

from django.urls import path, re_path

from frontend.views import share

_UUID = r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"

urlpatterns = [
    path("", share.unlock, name="share-unlock"),
    path("view/", share.view, name="share-view"),
    path("leave/", share.leave, name="share-leave"),
    re_path(rf"^chart/(?P<lump>{_UUID})/(?P<key>[a-z_]+)\.(?P<form>svg|png)$", share.chart, name="share-chart"),
    re_path(r"^chart/(?P<key>[a-z_]+)\.(?P<form>svg|png)$", share.chart, name="share-overview"),
    re_path(rf"^photo/(?P<pk>{_UUID})/(?P<size>thumb|screen|full)\.jpg$", share.photo, name="share-photo"),
]
