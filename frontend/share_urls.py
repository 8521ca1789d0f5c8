"""Everything a link's viewer can reach, under /s/. Nothing here can write to a diary."""

from django.urls import path, re_path

from frontend.views import health_link, share, share_files, share_plan

_UUID = r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"

urlpatterns = [
    path("", share.unlock, name="share-unlock"),
    path("view/", share.view, name="share-view"),
    path("plan/", share_plan.plan, name="share-plan"),
    path("report.pdf", share_files.report, name="share-report"),
    path("fhir.json", share_files.fhir, name="share-fhir"),
    path("shl/<str:secret>/", health_link.manifest, name="shl-manifest"),
    path("shl/file/<str:mark>", health_link.file, name="shl-file"),
    path("leave/", share.leave, name="share-leave"),
    re_path(rf"^chart/(?P<lump>{_UUID})/(?P<key>[a-z_]+)\.(?P<form>svg|png)$", share.chart, name="share-chart"),
    re_path(r"^chart/(?P<key>[a-z_]+)\.(?P<form>svg|png)$", share.chart, name="share-overview"),
    re_path(rf"^photo/(?P<pk>{_UUID})/(?P<size>thumb|screen|full)\.jpg$", share.photo, name="share-photo"),
]
