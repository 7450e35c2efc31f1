"""A photo in a real browser: chosen, seen, replaced, removed and brought back, with scripts and without."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from contacts import photos
from contacts.models import Photo
from tests import pictures
from tests.e2e.conftest import View
from tests.factories import ContactFactory

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from netvalue.accounts.models import User
    from tests.e2e.conftest import Visitor

SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
PAINTED = "image => image.complete && image.naturalWidth"


def painted(image: Locator) -> int:
    """How many pixels wide the picture is that the browser shows."""
    expect(image).to_be_visible()
    image.scroll_into_view_if_needed()
    image.evaluate("image => image.decode()")
    width: int = image.evaluate(PAINTED)
    return width


def choose(page: Page, data: bytes, name: str = "photo.jpg") -> None:
    page.get_by_label("A picture from your device").set_input_files(
        {"name": name, "mimeType": "image/jpeg", "buffer": data}
    )


@SCRIPTS
def test_a_photo_is_chosen_seen_replaced_removed_and_brought_back(
    visitor: Visitor, user: User, *, scripts: bool
) -> None:
    ada = ContactFactory.create(owner=user, given="Ada", family="Lovelace")
    page = visitor.page(View(), user, java_script_enabled=scripts)
    page.goto(ada.get_absolute_url())
    page.get_by_role("link", name="Add a photo").first.click()
    choose(page, pictures.photo())
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Ada Lovelace", level=1)).to_be_visible()
    assert painted(page.locator(".portrait img")) == 512
    page.goto(reverse("contacts:list"))
    assert painted(page.locator("table.contacts img")) == 96
    page.goto(reverse("contacts:photo", args=[ada.uid]))
    assert painted(page.get_by_role("img", name="Photo of Ada Lovelace")) == 512
    choose(page, pictures.photo(900, 1200))
    page.get_by_role("button", name="Replace").click()
    assert painted(page.locator(".portrait img")) == 384
    page.get_by_role("link", name="Photo: look at it, change it").click()
    page.get_by_role("button", name="Remove the photo").click()
    expect(page.locator(".portrait .avatar")).to_have_text("AL")
    page.get_by_role("button", name="Undo").click()
    assert painted(page.locator(".portrait img")) == 384


def test_what_is_no_picture_is_said_at_the_field(visitor: Visitor, user: User) -> None:
    ada = ContactFactory.create(owner=user)
    page = visitor.page(View(390), user)
    page.goto(reverse("contacts:photo", args=[ada.uid]))
    choose(page, b"<script>alert(1)</script>")
    page.get_by_role("button", name="Save").click()
    field = page.get_by_label("A picture from your device")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#id_file_error")).to_contain_text("This is not a picture that can be read here.")
    choose(page, pictures.photo() + b"\0" * (6 << 20))
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#id_file_error")).to_contain_text("larger than 5 MB")
    visitor.complaints.clear()  # the browser notes each answer of 422
    assert not Photo.objects.exists()


def test_a_picture_opened_by_itself_is_a_picture(visitor: Visitor, user: User) -> None:
    ada = ContactFactory.create(owner=user)
    page = visitor.page(View(), user)
    page.goto(reverse("contacts:photo", args=[ada.uid]))
    choose(page, pictures.photo())
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    ada.refresh_from_db()
    answer = page.goto(photos.large(ada.photo_uid))
    assert answer
    assert answer.headers["content-type"] == "image/webp"
    assert painted(page.locator("img")) == 512
    visitor.complaints.clear()  # the frame that a browser draws round a picture would like a style of its own
