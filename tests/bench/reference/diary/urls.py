"""The bare diary's one address: POST makes an entry, GET lists the newest."""

from django.urls import path
from rest_framework.generics import ListCreateAPIView
from rest_framework.serializers import ModelSerializer

from tests.bench.reference.diary.models import Entry


class EntrySerializer(ModelSerializer):
    class Meta:
        model = Entry
        fields = "__all__"


class Entries(ListCreateAPIView):
    queryset = Entry._default_manager.order_by("-measured_at")
    serializer_class = EntrySerializer


urlpatterns = [path("entries/", Entries.as_view())]
