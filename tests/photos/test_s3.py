"""The photo store on S3, through django-storages, against a real S3 server of the test's own (moto's)."""

import contextlib
import importlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import storages
from django.core.management import call_command
from django.utils import timezone

from tests.backups.places import WORDS, Place
from tests.cast import JSONClient
from tests.photos import pictures
from tests.photos.deeds import attach, settled
from tracker.actions.photo_upkeep import drop_unused_keys, rotate_photo_key, sweep_store, throw_away_deleted
from tracker.actions.photos import open_photo
from tracker.models import Entry, Photo, User
from tracker.pictures import vault
from tracker.settings import _bucket

BUCKET = "lump-diary-photos"


@pytest.fixture(scope="module")
def server() -> Iterator[Any]:
    """The server and a client of its own, to look behind the storage's back. Skipped where moto is not installed."""
    try:
        moto = importlib.import_module("moto.server")
    except ImportError:
        pytest.skip("moto is not installed: S3 is not tried")
    found = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    found.start()
    yield found
    found.stop()


@pytest.fixture
def bucket(server: Any, settings: Any, folder: Any) -> Iterator[Any]:
    boto3 = importlib.import_module("boto3")

    host, port = server.get_host_and_port()
    client = boto3.client(
        "s3", endpoint_url=f"http://{host}:{port}", aws_access_key_id="key", aws_secret_access_key="s@cret",
        region_name="eu-west-1",
    )  # fmt: skip
    client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    url = f"s3+http://key:s%40cret@{host}:{port}/{BUCKET}?region=eu-west-1"
    settings.STORAGES = {**settings.STORAGES, "photos": _bucket(url)}
    vars(storages)["_storages"].clear()
    yield client
    for name in names_in(client):
        client.delete_object(Bucket=BUCKET, Key=name)
    client.delete_bucket(Bucket=BUCKET)


def names_in(client: Any) -> list[str]:
    return [found["Key"] for found in client.list_objects_v2(Bucket=BUCKET).get("Contents", [])]


@pytest.mark.django_db
def test_a_photos_whole_life_in_a_bucket(alice: User, entry: Entry, bucket: Any) -> None:
    data = pictures.planted_jpeg()
    photo = attach(alice, entry, data)
    (name,) = names_in(bucket)
    lying = bucket.get_object(Bucket=BUCKET, Key=name)["Body"].read()
    assert pictures.SECRET not in lying and b"\xff\xd8\xff" not in lying[:40]
    photo = settled(alice, entry, pk=photo.pk, data=data)
    assert photo.state == Photo.READY and len(names_in(bucket)) == 3
    assert open_photo(photo=photo, size="thumb").startswith(b"\xff\xd8")
    assert not rotate_photo_key().unreadable
    assert drop_unused_keys(grace=0) == [1] and len(names_in(bucket)) == 3
    assert open_photo(photo=photo, size="full").startswith(b"\xff\xd8")
    orphan = vault.put(b"left behind")
    assert sweep_store(at=timezone.now() + timedelta(hours=2)).deleted == 1
    assert len(names_in(bucket)) == 3 and vault.written_at(orphan) is None
    Photo.objects.filter(pk=photo.pk).update(deleted_at=timezone.now() - timedelta(days=31))
    assert throw_away_deleted(at=timezone.now()) == 1 and names_in(bucket) == []


@pytest.mark.django_db
def test_a_file_gone_from_the_bucket_is_404_and_a_bucket_gone_is_503(alice: User, entry: Entry, bucket: Any) -> None:
    from tracker.actions.people import create_token

    client = JSONClient(token=create_token(user=alice, name="tests")[1])
    photo = settled(alice, entry)
    path = f"/api/photos/{photo.pk}/file/"
    assert client.read(path).status_code == 200
    bucket.delete_object(Bucket=BUCKET, Key=f"{photo.screen[:2]}/{photo.screen}")
    assert client.read(path).status_code == 404
    client.raise_request_exception = False
    store: Any = storages["photos"]
    store.connection.meta.client.meta.events.register("before-send.s3", _refuse)
    assert client.read(path, size="thumb").status_code == 503
    sent = client.ask(
        "PUT", f"/api/photos/{photo.pk.hex[:8]}-0000-7000-8000-000000000000/?entry={entry.pk}", pictures.jpeg(),
        content_type="image/jpeg",
    )  # fmt: skip
    assert sent.status_code == 503 and Photo.objects.count() == 1


def _refuse(**_kwargs: Any) -> None:
    from botocore.exceptions import EndpointConnectionError

    raise EndpointConnectionError(endpoint_url="http://away")


@pytest.mark.django_db
def test_a_backup_brings_photos_from_one_bucket_into_another(
    alice: User, entry: Entry, bucket: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settled(alice, entry)
    before = {name: bucket.get_object(Bucket=BUCKET, Key=name)["Body"].read() for name in names_in(bucket)}
    monkeypatch.setenv("BACKUP_PASSPHRASE", WORDS)
    # a second connection would not see this test's rows; tests/backups tries it
    monkeypatch.setattr("tracker.backups.rows.snapshot", lambda: contextlib.nullcontext("default"))
    call_command("backup", str(tmp_path / "one.age"))
    other, there = f"{BUCKET}-again", Place(tmp_path / "again")
    bucket.create_bucket(Bucket=other, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    address = bucket.meta.endpoint_url.removeprefix("http://")
    url = f"s3+http://key:s%40cret@{address}/{other}?region=eu-west-1"
    done = there.manage("restore", str(tmp_path / "one.age"), STORAGE_URL=url)
    assert done.returncode == 0, done.stderr
    after = bucket.list_objects_v2(Bucket=other)["Contents"]
    assert {found["Key"]: bucket.get_object(Bucket=other, Key=found["Key"])["Body"].read() for found in after} == before
    assert len(before) == 3 and there.photos() == {}  # all of it in the bucket, nothing on the disk
    named = next(iter(there.tables()["tracker_photo"].values()))
    assert {named[column] for column in ("master", "screen", "thumb")} == {name.rpartition("/")[2] for name in before}
    keys = {path.name: path.read_bytes() for path in settings.SECRETS_DIR.glob("photo_key*")}
    assert keys.items() <= there.secrets().items() and keys


@pytest.mark.parametrize(
    "url", ["https://host/bucket", "s3://key:secret@/bucket", "s3://key:secret@host/", "s3:bucket"]
)
def test_an_address_that_is_none_is_refused_at_start(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="STORAGE_URL"):
        _bucket(url)


def test_tls_is_the_rule() -> None:
    options: Any = _bucket("s3://key:secret@s3.example.org/photos?region=eu-west-1")["OPTIONS"]
    assert options["endpoint_url"] == "https://s3.example.org" and options["bucket_name"] == "photos"
