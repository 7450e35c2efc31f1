"""The ring in a real browser: seen on the page, saved as two kinds of file, with the name or without."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from assessments.models import Assessment
from tests.factories import UserFactory

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from netvalue.accounts.models import User
    from tests.e2e.conftest import Visitor

WIDTH = "image => image.decode().then(() => image.naturalWidth)"


@pytest.fixture
def user(db: None) -> User:
    return UserFactory.create(name="Zoë <Überall> & Söhne")


@pytest.fixture
def check(user: User) -> Assessment:
    check = Assessment.objects.create(owner=user, language="en")
    check.record(check.questions[0], "yes", "a note")
    check.finish()
    return check


# A phone's share sheet: it shows what it was given, and is sometimes refused.
SHEET = """
navigator.canShare = data => data.files.every(file => file.type === "image/png")
window.shared = new Promise(done => {
  navigator.share = async ({ files: [file] }) => {
    if (window.refused) throw new DOMException("no", window.refused)
    done([file.name, file.type, [...new Uint8Array(await file.arrayBuffer())]])
  }
})
"""


def saved(page: Page, button: str) -> tuple[str, bytes]:
    with page.expect_download() as caught:
        page.get_by_role("button", name=button).click()
    return caught.value.suggested_filename, Path(caught.value.path()).read_bytes()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_the_ring_is_saved_from_the_result(
    visitor: Visitor, user: User, check: Assessment, *, scripts: bool
) -> None:
    page = visitor.page(user=user, java_script_enabled=scripts)
    page.goto(f"/check/{check.uid}/")
    named = page.get_by_label("With my name: Zoë <Überall> & Söhne")
    expect(named).not_to_be_checked()
    name, image = saved(page, "Save as an image (PNG)")
    assert name.endswith(".png")
    assert image.startswith(b"\x89PNG")
    name, plain = saved(page, "Save as a drawing (SVG)")
    assert name.endswith(".svg")
    named.check()
    assert saved(page, "Save as a drawing (SVG)")[1] != plain
    assert saved(page, "Save as an image (PNG)")[1] != image


def test_a_saved_drawing_opens_by_itself(
    visitor: Visitor, user: User, check: Assessment, tmp_path: Path
) -> None:
    page = visitor.page(user=user)
    page.goto(f"/check/{check.uid}/")
    preview = page.get_by_role("img", name="Preview of the picture")
    preview.scroll_into_view_if_needed()
    assert preview.evaluate(WIDTH) == 1200
    page.get_by_label("With my name").check()
    name, drawing = saved(page, "Save as a drawing (SVG)")
    (tmp_path / name).write_bytes(drawing)
    alone = visitor.page()
    alone.goto((tmp_path / name).as_uri())
    assert alone.evaluate("document.documentElement.getBBox().width") == 1200


def test_a_device_that_can_send_files_is_given_the_image(
    visitor: Visitor, user: User, check: Assessment
) -> None:
    page = visitor.page(user=user)
    page.goto(f"/check/{check.uid}/")
    send = page.get_by_role("button", name="Share the image")
    expect(send).to_be_hidden()
    page.add_init_script(SHEET)
    page.reload()
    page.get_by_label("With my name").check()
    send.click()
    name, kind, image = page.evaluate("window.shared")
    assert name.startswith("netvalue-")
    assert kind == "image/png"
    assert bytes(image) == saved(page, "Save as an image (PNG)")[1]
    page.evaluate("window.refused = 'NotAllowedError'")
    assert saved(page, "Share the image")[1] == bytes(image), "what cannot be sent is saved"
