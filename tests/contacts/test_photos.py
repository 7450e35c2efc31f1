"""The photo of somebody: put up, shown wherever they are, replaced, removed, brought back; nobody else's."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from contacts import photos
from contacts.bin import way_back
from contacts.developing import developed
from contacts.models import Contact, Photo
from netvalue.undo import UNDO_FOR
from tests import pictures
from tests.contacts.test_at_the_same_time import in_a_thread
from tests.contacts.test_models import run_at_once
from tests.factories import ContactFactory, UserFactory

if TYPE_CHECKING:
    from netvalue.accounts.models import User

A_PHOTO = pictures.photo()
ANOTHER = pictures.photo(900, 1200)
A_PICTURE, ANOTHER_PICTURE = developed(A_PHOTO), developed(ANOTHER)


@pytest.fixture
def ada(user: User) -> Contact:
    return ContactFactory.create(owner=user, given="Ada", family="Lovelace")


def page(contact: Contact) -> str:
    return reverse("contacts:photo", args=[contact.uid])


def sent(data: bytes = A_PHOTO, name: str = "photo.jpg", **fields: Any) -> dict[str, Any]:
    return {"token": str(uuid.uuid4()), "file": SimpleUploadedFile(name, data), **fields}


def shown_of(contact: Contact) -> Photo | None:
    """The rule that the contact's column follows."""
    shown = Photo.objects.showing(contact).first()
    contact.refresh_from_db()
    assert contact.photo_uid == (shown.uid if shown else None)
    return shown


def test_a_photo_is_put_up_and_shown_wherever_they_are(signed_in: Client, ada: Contact) -> None:
    assert "Add a photo" in signed_in.get(ada.get_absolute_url()).text
    response: Any = signed_in.post(page(ada), sent(), follow=True)
    assert response.redirect_chain == [(ada.get_absolute_url(), 303)]
    assert "The photo is saved." in response.text
    shown = shown_of(ada)
    assert shown
    assert f'src="{photos.large(shown.uid)}" width="80"' in response.text
    assert f'src="{photos.small(shown.uid)}" width="40"' in signed_in.get(reverse("contacts:list")).text
    assert f'src="{photos.large(shown.uid)}" width="512" height="384"' in signed_in.get(page(ada)).text
    ada.hide()
    assert f'src="{photos.small(shown.uid)}" width="32"' in signed_in.get(reverse("contacts:hidden")).text
    assert signed_in.get(photos.small(shown.uid)).status_code == 200


@time_machine.travel(datetime(2026, 11, 22, 12, tzinfo=UTC))
def test_today_shows_them_beside_their_birthday(signed_in: Client, ada: Contact) -> None:
    ada.birth_month, ada.birth_day = 11, 24
    ada.keep()
    shown = Photo.objects.put_up(ada, A_PICTURE, uuid.uuid4())
    assert f'src="{photos.small(shown.uid)}" width="32"' in signed_in.get(reverse("today")).text


@pytest.mark.parametrize("size", ["large", "small"])
def test_a_picture_is_sent_as_nothing_but_a_picture(signed_in: Client, ada: Contact, size: str) -> None:
    shown = Photo.objects.put_up(ada, A_PICTURE, uuid.uuid4())
    address = getattr(photos, size)(shown.uid)
    response = signed_in.get(address)
    assert response.content == getattr(A_PICTURE, size)
    assert response["Content-Type"] == "image/webp"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Cache-Control"] == "private, max-age=604800, immutable"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    head = signed_in.head(address)
    assert (head.content, head["ETag"]) == (b"", response["ETag"])
    again = signed_in.get(address, headers={"If-None-Match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["Content-Security-Policy"] == response["Content-Security-Policy"]


def test_no_two_sizes_have_one_etag(signed_in: Client, ada: Contact) -> None:
    shown = Photo.objects.put_up(ada, A_PICTURE, uuid.uuid4())
    large = signed_in.get(photos.large(shown.uid))["ETag"]
    assert signed_in.get(photos.small(shown.uid), headers={"If-None-Match": large}).status_code == 200


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "This file is empty."),
        (b"<html><script>alert(1)</script>", "This is not a picture that can be read here."),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "in HEIC"),
        (pictures.png(13_000, 13_000, depth=1, colour=0, rows=0), "more than 25 million pixels"),
        (A_PHOTO[:2000], "ends too soon or is damaged"),
        (A_PHOTO + b"\0" * (5 << 20), "larger than 5 MB"),
    ],
    ids=["empty", "page", "heic", "pixels", "half", "large"],
)
def test_what_cannot_be_a_photo_is_said_and_changes_nothing(
    signed_in: Client, ada: Contact, data: bytes, says: str
) -> None:
    before = Photo.objects.put_up(ada, A_PICTURE, uuid.uuid4())
    response = signed_in.post(page(ada), sent(data))
    assert response.status_code == 422
    assert says in response.text
    assert photos.large(before.uid) in response.text
    assert shown_of(ada) == before


def test_without_a_file_one_is_asked_for(signed_in: Client, ada: Contact) -> None:
    response = signed_in.post(page(ada), {"token": str(uuid.uuid4())})
    assert response.status_code == 422
    assert "Please choose a picture first." in response.text


def test_a_file_is_judged_by_what_is_in_it(signed_in: Client, ada: Contact) -> None:
    assert signed_in.post(page(ada), sent(A_PHOTO, "notes.txt")).status_code == 303
    assert signed_in.post(page(ada), sent(b"GIF89a", "photo.jpg")).status_code == 422


def test_nothing_of_where_a_photo_was_taken_is_kept(signed_in: Client, ada: Contact) -> None:
    signed_in.post(page(ada), sent(pictures.from_a_camera()))
    kept = Photo.objects.values_list("large", "small").get()
    for picture in map(bytes, kept):
        assert pictures.kinds_of_chunks(picture) == [b"VP8 "]
        for trace in (b"Exif", b"EXIF", b"XMP", b"ICCP", b"Canary7f3a"):
            assert trace not in picture


def test_a_new_photo_takes_the_place_of_the_old_one_and_can_give_it_back(
    signed_in: Client, ada: Contact
) -> None:
    old = Photo.objects.put_up(ada, A_PICTURE, uuid.uuid4())
    response = signed_in.post(page(ada), sent(ANOTHER), follow=True)
    new = shown_of(ada)
    assert new
    assert new != old
    undo = way_back(old, ada.get_absolute_url())
    assert undo.replace("&", "&amp;") in response.text
    assert signed_in.get(photos.small(old.uid)).status_code == 404
    signed_in.post(undo)
    assert shown_of(ada) == old
    assert [photo.uid for photo in Photo.objects.all().removed()] == [new.uid]


def test_a_removed_photo_is_gone_and_can_be_brought_back_for_thirty_days(
    signed_in: Client, ada: Contact
) -> None:
    shown = Photo.objects.put_up(ada, A_PICTURE, uuid.uuid4())
    remove = reverse("contacts:remove_photo", args=[ada.uid])
    response = signed_in.post(remove, follow=True)
    assert "The photo is removed." in response.text
    assert shown_of(ada) is None
    assert signed_in.get(photos.large(shown.uid)).status_code == 404
    assert signed_in.post(remove).status_code == 303
    signed_in.post(way_back(shown, "/"))
    assert shown_of(ada) == shown
    shown.refresh_from_db()
    shown.remove()
    gone = shown.removed_at
    assert gone
    assert Photo.objects.all().forget_removed(gone + UNDO_FOR) == 0
    assert Photo.objects.all().forget_removed(gone + UNDO_FOR + timedelta(seconds=1)) == 1


def test_the_same_form_sent_twice_puts_up_one_photo_and_another_file_another(
    signed_in: Client, ada: Contact
) -> None:
    token = str(uuid.uuid4())
    for data in (A_PHOTO, A_PHOTO, ANOTHER, ANOTHER, A_PHOTO):
        assert signed_in.post(page(ada), sent(data, token=token)).status_code == 303
    assert Photo.objects.count() == 2
    shown = shown_of(ada)
    assert shown
    assert (shown.width, shown.height) == (512, 384)


@pytest.mark.django_db(transaction=True)
def test_many_photos_at_once_leave_one() -> None:
    ada, token = ContactFactory.create(owner=UserFactory.create()), uuid.uuid4()
    tokens = [token] * 8 + [uuid.uuid4() for _ in range(4)]
    with ThreadPoolExecutor(6) as pool:
        puts = [partial(Photo.objects.put_up, ada, A_PICTURE, one) for one in tokens]
        for work in [in_a_thread(pool, put) for put in puts]:
            work.result()
    assert Photo.objects.count() == 5
    assert shown_of(ada)


def test_deleting_somebody_deletes_their_pictures(user: User, ada: Contact) -> None:
    Photo.objects.put_up(ada, A_PICTURE, uuid.uuid4())
    Photo.objects.put_up(ada, ANOTHER_PICTURE, uuid.uuid4())
    ada.forget()
    assert Photo.objects.count() == 0
    again = ContactFactory.create(owner=user)
    Photo.objects.put_up(again, A_PICTURE, uuid.uuid4())
    user.delete()
    assert Photo.objects.count() == 0


def test_a_strangers_photo_is_not_found(signed_in: Client, stranger: User) -> None:
    theirs = ContactFactory.create(owner=stranger)
    shown = Photo.objects.put_up(theirs, A_PICTURE, uuid.uuid4())
    answers = [
        signed_in.get(photos.large(shown.uid)),
        signed_in.get(photos.small(shown.uid), headers={"If-None-Match": f'"{shown.uid}-small"'}),
        signed_in.get(page(theirs)),
        signed_in.post(page(theirs), sent()),
        signed_in.post(reverse("contacts:remove_photo", args=[theirs.uid])),
        signed_in.post(way_back(shown, "/")),
    ]
    assert [answer.status_code for answer in answers] == [404] * 6
    assert Client().get(photos.large(shown.uid)).status_code == 302
    assert shown_of(theirs) == shown


def test_the_database_keeps_one_photo_of_ones_own_contact(user: User, stranger: User, ada: Contact) -> None:
    shown = Photo.objects.put_up(ada, A_PICTURE, uuid.uuid4())
    theirs = ContactFactory.create(owner=stranger)
    for change in (
        f"contact_id = {theirs.pk}",
        "width = 513",
        "height = 0",
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            run_at_once(f"UPDATE contacts_photo SET {change} WHERE id = {shown.pk}")
    with pytest.raises(IntegrityError), transaction.atomic():
        Photo.objects.create(owner=user, contact=ada, large=b"x", small=b"x", width=1, height=1)


def asked(client: Client, path: str) -> list[str]:
    with CaptureQueriesContext(connection) as caught:
        assert client.get(path).status_code == 200
    return [query["sql"] for query in caught]


def test_pages_load_no_picture_and_cost_the_same_with_photos(
    signed_in: Client, user: User, ada: Contact
) -> None:
    people = [ada, *(ContactFactory.create(owner=user) for _ in range(3))]
    paths = [reverse("contacts:list"), reverse("today"), ada.get_absolute_url()]
    asked(signed_in, paths[0])
    before = [len(asked(signed_in, path)) for path in paths]
    for contact in people:
        Photo.objects.put_up(contact, A_PICTURE, uuid.uuid4())
    after = [asked(signed_in, path) for path in paths]
    assert [len(queries) for queries in after] == before
    assert not [sql for queries in after for sql in queries if '"contacts_photo"' in sql]
    its_page = asked(signed_in, page(ada))
    assert not [sql for sql in its_page if '"large"' in sql]
    assert len(its_page) <= 8


def test_an_overwritten_contact_keeps_its_photo(ada: Contact) -> None:
    """A save of every column that read the contact before does not bring back what was shown then."""
    shown = Photo.objects.put_up(ada, A_PICTURE, uuid.uuid4())
    assert ada.photo_uid is None
    ada.notes = "changed"
    ada.save()
    assert shown_of(ada) == shown
