"""Files are taken where a door says so, and only so large; elsewhere they pass by."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import JsonResponse
from django.urls import path

from netvalue import views
from netvalue.uploads import MOST_HEARD, takes_a_file
from netvalue.urls import urlpatterns as real

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from django.test import Client

MOST = 100_000


@takes_a_file(MOST)
def taking(request: HttpRequest) -> HttpResponse:
    return seen(request)


def seen(request: HttpRequest) -> HttpResponse:
    read = {name: [file.name, file.size, len(file.read())] for name, [file] in request.FILES.lists()}
    return JsonResponse({"files": read, "words": request.POST.dict()})


handler400 = views.unreadable
urlpatterns = [*real, path("taking/", taking), path("other/", seen)]
pytestmark = pytest.mark.urls(__name__)


def file(size: int, name: str = "a.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"x" * size, "image/jpeg")


@pytest.mark.parametrize(("size", "read"), [(0, 0), (1, 1), (MOST, MOST), (MOST + 1, 0), (3_000_000, 0)])
def test_of_a_file_that_is_too_large_only_the_size_is_kept(signed_in: Client, size: int, read: int) -> None:
    response = signed_in.post("/taking/", {"before": "1", "file": file(size), "after": "2"})
    assert response.json() == {
        "files": {"file": ["a.jpg", size, read]},
        "words": {"before": "1", "after": "2"},
    }


def test_one_file_is_kept_and_its_name_leads_nowhere(signed_in: Client) -> None:
    two = {"one": file(5, "../../etc/passwd\x00.jpg"), "two": file(7)}
    [(name, (called, *sizes))] = signed_in.post("/taking/", two).json()["files"].items()
    assert name == "one"
    assert "/" not in called
    assert sizes == [5, 5]


def test_elsewhere_a_file_passes_by(signed_in: Client) -> None:
    response = signed_in.post("/other/", {"file": file(2_000), "word": "kept"})
    assert response.json() == {"files": {}, "words": {"word": "kept"}}


@pytest.mark.parametrize(
    ("door", "size", "words"),
    [("/other/", 2_700_000, "So long a text"), ("/taking/", MOST_HEARD + 1, "choose a smaller one")],
)
def test_what_no_door_listens_to_is_answered_with_a_sentence(
    signed_in: Client, door: str, size: int, words: str
) -> None:
    response = signed_in.post(door, {"file": file(10)}, CONTENT_LENGTH=str(size))
    assert response.status_code == 400
    assert words in response.text


def test_words_have_the_limit_they_had(signed_in: Client) -> None:
    response = signed_in.post("/taking/", {"word": "x" * 2_700_000, "file": file(10)})
    assert response.status_code == 400
    assert "So long a text" in response.text
