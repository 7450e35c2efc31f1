"""The ring as a picture: what stands on it, what never does, and who gets it."""

from __future__ import annotations

import re
import struct
import zlib
from dataclasses import replace
from datetime import UTC, datetime
from itertools import combinations
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.asserts import assertContains, assertNotContains

from assessments import lettering, picture
from assessments.lettering import Style, Typeface
from assessments.models import Answer, Assessment
from assessments.scoring import State
from tests.assessments.taking import SEVEN_TWO_ONE, Taker
from tests.netvalue.test_templates import luminance

if TYPE_CHECKING:
    from django.test import Client

    from netvalue.accounts.models import User

UI = Typeface.UI
SVG = "{http://www.w3.org/2000/svg}"
DRAWN = {f"{SVG}{name}" for name in ("svg", "title", "rect", "circle", "path", "g")}
WORDS = picture.Words(
    title="How much is my network really worth?",
    subtitle="Ten questions · 22 November 2026",
    aspects=["Authenticity", "Balance of support", "Respect"],
    counts={State.YES: "2 yes", State.PARTLY: "1 partly", State.NO: "0 no"},
    described="Ring & <three> petals",
)


def pixels(png: bytes) -> tuple[int, int, bytes]:
    """Width, height and raw rows of a PNG of eight bits a channel, its filters undone by nobody."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height, depth = struct.unpack(">IIB", png[16:25])
    assert depth == 8
    at, data = 8, b""
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        body = png[at + 8 : at + 8 + length]
        assert zlib.crc32(kind + body) == struct.unpack(">I", png[at + 8 + length : at + 12 + length])[0]
        data += body if kind == b"IDAT" else b""
        at += 12 + length
    return width, height, zlib.decompress(data)


def taken(user: User, perspective: str = "person", note: str = "a secret note") -> Assessment:
    then = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
    check = Assessment.objects.create(owner=user, perspective=perspective, language="en", begun_at=then)
    for question, value in zip(check.questions, [Answer.YES, Answer.NO, Answer.PARTLY], strict=False):
        check.record(question, value, note, at=then)
    check.finish(at=then)
    return check


def said(response_content: bytes) -> str:
    title = ElementTree.fromstring(response_content).find(f"{SVG}title")
    assert title is not None
    return title.text or ""


# --- Lettering ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Friederike Überall-Hohenstein", "Friederike Überall-Hohenstein"),
        ("Łukasz Żółć, Ştefan Őry", "Łukasz Żółć, Ştefan Őry"),
        ("Zoe\u0308", "Zoë"),
        ("<b>Ann & Bo</b>", "<b>Ann & Bo</b>"),
        ("Anna 🌻\ufe0f Berg", "Anna Berg"),
        ("\u202eAnna\u200b\x00\n Berg", "Anna Berg"),
        ("שרה", ""),
        ("Анна Berg", ""),
        ("山田", ""),
        ("🌻", ""),
        ("", ""),
    ],
)
def test_a_name_is_written_whole_or_not_at_all(name: str, written: str) -> None:
    assert lettering.legible(name, UI) == written


@given(st.text(max_size=200))
def test_any_name_can_be_drawn(name: str) -> None:
    drawn = picture.svg([State.YES] * 3, replace(WORDS, name=name))
    assert {element.tag for element in ElementTree.fromstring(drawn).iter()} <= DRAWN
    assert re.search(r"nan|inf", drawn) is None


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyzäöüßÉŁ -", max_size=40))
def test_letters_stand_one_after_the_other(text: str) -> None:
    style = Style(UI, 20, 600)
    line = lettering.outline(text, style)
    assert line.width >= lettering.outline(text[:-2], style).width - style.size
    assert bool(line.path) == bool(text.strip())


def test_letters_are_kerned_and_have_a_weight() -> None:
    pair, apart = (lettering.outline(it, Style(UI, 100, 500)).width for it in ("AV", "VA"))
    alone = sum(lettering.outline(it, Style(UI, 100, 500)).width for it in "AV")
    assert pair < alone
    assert apart < alone
    assert lettering.outline("AV", Style(UI, 100, 900)).width > pair


@pytest.mark.parametrize("name", ["W" * 200, "a " * 100, "i" * 200])
def test_a_long_name_is_cut_where_the_room_ends(name: str) -> None:
    line = lettering.fitted(name, picture.NAME, picture.ROOM)
    assert picture.ROOM * 0.9 < line.width <= picture.ROOM


# --- The drawing -------------------------------------------------------------------------------------------


def test_the_colours_are_those_of_the_pages() -> None:
    css = (settings.BASE_DIR / "static/css/tokens.css").read_text()
    for name, colour in picture.COLOURS.items():
        light = re.search(rf"--{name}: light-dark\(oklch\(([\d. ]+)\)", css)
        assert light, name
        red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (red, green, blue)]
        bright = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
        assert bright == pytest.approx(luminance(*map(float, light[1].split())), abs=0.004), name


@given(st.lists(st.sampled_from(State), min_size=3, max_size=3))
def test_a_drawing_needs_nothing_from_anywhere(states: list[State]) -> None:
    drawn = picture.svg(states, WORDS)
    assert drawn == picture.svg(states, WORDS)
    root = ElementTree.fromstring(drawn)
    assert {element.tag for element in root.iter()} <= DRAWN
    assert not re.search(r"href|style|font|url\(|script|\bon\w+=", drawn)
    assert re.search(r'="-?\d+,\d', drawn) is None
    assert said(drawn.encode()) == "Ring & <three> petals"


def test_each_state_looks_different_in_pixels() -> None:
    painted = {state: picture.png(picture.svg([state] * 3, WORDS)) for state in State}
    assert painted[State.YES] == picture.png(picture.svg([State.YES] * 3, WORDS))
    for one, other in combinations(State, 2):
        (width, height, first), (_width, _height, second) = pixels(painted[one]), pixels(painted[other])
        assert (width, height) == (picture.SIZE, picture.SIZE)
        assert sum(a != b for a, b in zip(first[::97], second[::97], strict=True)) > 300


# --- The doors ---------------------------------------------------------------------------------------------


def test_the_owner_gets_the_ring_as_a_drawing_and_as_an_image(signed_in: Client, user: User) -> None:
    check = taken(user)
    drawn = signed_in.get(f"/check/{check.uid}/ring.svg")
    assert drawn["Content-Type"] == "image/svg+xml"
    assert drawn["Content-Disposition"] == 'attachment; filename="netvalue-2026-11-22.svg"'
    assert drawn["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"
    assert "1\N{NO-BREAK SPACE}yes: Authenticity" in said(drawn.content)
    painted = signed_in.get(f"/check/{check.uid}/ring.png")
    assert painted["Content-Type"] == "image/png"
    assert painted["Content-Disposition"] == 'attachment; filename="netvalue-2026-11-22.png"'
    assert pixels(painted.content)[:2] == (1200, 1200)
    for response in (drawn, painted):
        assert "no-store" in response["Cache-Control"]
        assert response["X-Content-Type-Options"] == "nosniff"


def test_the_picture_speaks_the_readers_language(signed_in: Client, user: User) -> None:
    check = taken(user)
    english = signed_in.get(f"/check/{check.uid}/ring.svg").content
    user.language = "de"
    user.save()
    german = signed_in.get(f"/check/{check.uid}/ring.svg").content
    assert "1\N{NO-BREAK SPACE}Ja: Echtheit" in said(german)
    assert german.count(b"<path") == english.count(b"<path") + 1  # “Gute Gesellschaft”, too, has two lines


def test_an_organisation_asks_about_its_own_network(signed_in: Client, user: User) -> None:
    mine, ours = taken(user), taken(user, "organisation")
    urls = [f"/check/{check.uid}/ring.svg" for check in (mine, ours)]
    first, second = (signed_in.get(url).content for url in urls)
    assert first != second


def test_the_name_is_there_only_if_asked_for_and_the_notes_never(signed_in: Client, user: User) -> None:
    check = taken(user)
    url = f"/check/{check.uid}/ring.svg"
    without, named = signed_in.get(url).content, signed_in.get(url + "?name=1").content
    assert named.count(b"<path") == without.count(b"<path") + 1
    for odd in ("?name=0", "?name=", "?name=1&name=x", "?name=%00"):
        assert signed_in.get(url + odd).content == without
    user.name = "Somebody Else"
    user.save()
    assert signed_in.get(url).content == without
    assert signed_in.get(url + "?name=1").content not in {named, without}
    quiet = taken(user, note="")
    assert signed_in.get(f"/check/{quiet.uid}/ring.svg").content == without


@pytest.mark.parametrize("name", ["", "שרה", "\u202e\u2066", "🌻"])
def test_without_a_name_that_can_be_written_the_picture_has_none(
    signed_in: Client, user: User, name: str
) -> None:
    check = taken(user)
    user.name = name
    user.save()
    url = f"/check/{check.uid}/ring.svg"
    assert signed_in.get(url + "?name=1").content == signed_in.get(url).content
    page = signed_in.get(f"/check/{check.uid}/")
    assertNotContains(page, 'name="name"')
    assert ("typeface lacks" in page.content.decode()) == bool(name)


def test_markup_in_a_name_is_letters(signed_in: Client, user: User) -> None:
    check = taken(user)
    user.name = '"><script>alert(1)</script>&amp;'
    user.save()
    drawn = signed_in.get(f"/check/{check.uid}/ring.svg?name=1").content
    assert {element.tag for element in ElementTree.fromstring(drawn).iter()} <= DRAWN
    assert pixels(signed_in.get(f"/check/{check.uid}/ring.png?name=1").content)[0] == 1200


@pytest.mark.django_db
def test_a_visitor_may_share_the_ring_and_has_no_name(client: Client, stranger: User) -> None:
    taker = Taker(client)
    taker.answer_all(SEVEN_TWO_ONE)
    for ending in ("svg", "png"):
        assert client.get(f"/check/{taker.uid}/ring.{ending}").status_code == 404, "it is not finished"
    taker.finish()
    assertContains(client.get(taker.result), "Share your ring")
    assertNotContains(client.get(taker.result), 'name="name"')
    for ending in ("svg", "png"):
        url = f"/check/{taker.uid}/ring.{ending}"
        assert client.get(url + "?name=1").content == client.get(url).content
        assert client.head(url).status_code == 200
        assert client.post(url).status_code == 405
    client.force_login(stranger)
    assert client.get(f"/check/{taker.uid}/ring.png").status_code == 404


def test_the_result_page_offers_both_and_a_box_for_the_name(signed_in: Client, user: User) -> None:
    check = taken(user)
    page = signed_in.get(f"/check/{check.uid}/")
    assertContains(page, f'action="/check/{check.uid}/ring.png"')
    assertContains(page, f'formaction="/check/{check.uid}/ring.svg"')
    assertContains(page, f"With my name: {user.name}")
