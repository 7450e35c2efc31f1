"""A real browser: opens pages as people see them and says what is wrong with them."""

from __future__ import annotations

import os
import re
import shutil
import time
from dataclasses import dataclass
from gettext import GNUTranslations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.conf import settings
from django.test import Client
from playwright.sync_api import expect, sync_playwright

from tests.netvalue.outbox.sink import Sink, SinkController

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page
    from pytest_django import Settings
    from pytest_django.live_server_helper import LiveServer

    from netvalue.accounts.models import User

HERE = Path(__file__).parent
PATIENCE = 10_000
AXE = (HERE.parent / "vendor" / "axe.min.js").read_text()
AXE_RUN = "() => axe.run(document, {preload: false, resultTypes: ['violations']})"
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Fonts arrive, and colours and sizes glide to their new values, children after their parents.
STILL = """async () => {
  await document.fonts.ready
  for (let frames = 0; frames < 30; frames++) {
    await new Promise(requestAnimationFrame)
    if (!document.getAnimations().length) return
  }
}"""
# What can be read or heard, but for places and for parts that say they are in another language.
WORDS = """() => {
  const said = []
  const foreign = element => element.closest("script, style, template, [lang]:not(html), [name=time_zone]")
  const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT)
  for (let node; node = walker.nextNode();) if (!foreign(node.parentElement)) said.push(node.data)
  for (const name of ["aria-label", "placeholder", "title", "alt"])
    for (const element of document.querySelectorAll(`[${name}]`))
      if (!foreign(element)) said.push(element.getAttribute(name))
  return said.map(text => text.trim().replace(/\\s+/g, " ")).filter(Boolean)
}"""
# A German comma splits an SVG's number in two, and no browser says a word.
COMMA = re.compile(r'\b(?:[xy][12]?|c[xy]|r[xy]?|width|height|value|min|max|viewBox)="-?\d+,\d[^"]*"')
ENGLISH = re.compile(r"\b(the|and|your|you|with|this|of|are|for|from|not|have)\b", re.IGNORECASE)
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(frozen=True)
class View:
    """How somebody looks at a page."""

    width: int = 1280
    theme: str = "light"
    language: str = "en"

    def __str__(self) -> str:
        return f"{self.width}-{self.theme}-{self.language}"


WIDTHS = [1280, 1024, 768, 390, 320]
# Four instead of eight: every pair of size, theme and language occurs.
VIEWS = [
    View(1280, "light", "en"),
    View(390, "dark", "en"),
    View(1280, "dark", "de"),
    View(390, "light", "de"),
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("browser")


# For this folder alone: Playwright keeps an event loop running, and Django refuses its database beside one.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    program = shutil.which(os.environ.get("CHROMIUM", "chromium"))
    if not program:
        why = "Chromium is not installed (name it in CHROMIUM), so nobody looked at the pages"
        pytest.fail(why) if os.environ.get("REQUIRE_BROWSER") == "1" else pytest.skip(why)
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=QUIET)
        yield chromium
        chromium.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def translated() -> set[str]:
    """Every English text of ours that reads differently in German."""
    found: set[str] = set()
    for catalogue in settings.BASE_DIR.glob("**/locale/de/LC_MESSAGES/django.mo"):
        if ".venv" in catalogue.parts:
            continue
        with catalogue.open("rb") as file:
            german = GNUTranslations(file)._catalog  # type: ignore[attr-defined]  # the only way to list them
        keys = {key[0] if isinstance(key, tuple) else key: text for key, text in german.items()}
        found |= {key.split("\x04")[-1] for key, text in keys.items() if key and text != key}
    return found


TRANSLATED = translated()


class Visitor:
    """Somebody with a browser: opens pages, notes every complaint that the browser makes."""

    def __init__(self, browser: Browser, origin: str) -> None:
        self.browser = browser
        self.origin = origin
        self.complaints: list[str] = []
        self.contexts: list[BrowserContext] = []
        self.windows: dict[int | None, Page] = {}

    def page(self, view: View | None = None, user: User | None = None, **options: Any) -> Page:
        """A new window with cookies of its own, signed in as `user` a moment ago."""
        view = view or View()
        context = self.browser.new_context(
            base_url=self.origin,
            viewport={"width": view.width, "height": 900},
            color_scheme="dark" if view.theme == "dark" else "light",
            reduced_motion="reduce",
            locale=view.language,
            **options,
        )
        context.set_default_timeout(PATIENCE)
        self.contexts.append(context)
        if user:
            key = {"name": settings.SESSION_COOKIE_NAME, "value": session_of(user), "url": self.origin}
            context.add_cookies([key])  # type: ignore[list-item]  # its dictionary type is not exported
        page = context.new_page()
        self.speak(page, view.language, user)
        page.on("console", self._heard)
        page.on("pageerror", self._failed)
        return page

    def _failed(self, error: Error) -> None:
        # A page that comes late skips the transition from the one before it, and Chromium says so.
        if not error.message.startswith("Transition was "):
            self.complaints.append(f"script error: {error}")

    def _heard(self, message: ConsoleMessage) -> None:
        refused = "the server responded with a status of 4" in message.text
        if message.type in {"error", "warning"} and not refused:
            self.complaints.append(f"{message.location.get('url')}: {message.text}")

    def faults(self, path: str, user: User | None = None, *, status: int = 200) -> list[str]:
        """What is wrong with a page in either language, size and light."""
        key = user.pk if user else None
        page, found = self.windows.get(key) or self.windows.setdefault(key, self.page(user=user)), []
        for language in ("en", "de"):
            self.speak(page, language, user)
            response = page.goto(path)
            if response is None or response.status != status:
                found.append(f"answered {response and response.status}")
            found += faults_of(page, [view for view in VIEWS if view.language == language])
        return [f"{path}: {fault}" for fault in found]

    def speak(self, page: Page, language: str, user: User | None = None) -> None:
        """From the next page on it is in this language."""
        cookie = {"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": self.origin}
        page.context.add_cookies([cookie])  # type: ignore[list-item]  # its dictionary type is not exported
        if user:
            user.language = language
            user.save(update_fields=["language"])


def session_of(user: User) -> str:
    client = Client()
    client.force_login(user)
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "password", "at": time.time()}]
    session.save()
    return session.session_key or ""


def faults_of(page: Page, views: list[View]) -> list[str]:
    """What is wrong with an open page: names, words, a width that must be scrolled, and what axe finds."""
    found = [f"split in two: {number}" for number in COMMA.findall(page.content())]
    if not page.title().removeprefix("NetValue").strip(" –"):
        found.append("no title")
    if (headings := page.locator("h1").count()) != 1:
        found.append(f"{headings} main headings")
    if page.locator("html").get_attribute("lang") == "de":
        found += [f"not German: {text}" for text in page.evaluate(WORDS) if sounds_english(text)]
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate(STILL)
        if (over := page.evaluate(OVERFLOW)) > 0:
            found.append(f"{over} px wider than a window of {width} px")
    page.evaluate(AXE)
    return found + [fault for view in views for fault in barriers(page, view)]


def barriers(page: Page, view: View) -> list[str]:
    """What axe finds."""
    page.set_viewport_size({"width": view.width, "height": 900})
    page.emulate_media(color_scheme="dark" if view.theme == "dark" else "light")
    page.evaluate(STILL)
    violations = page.evaluate(AXE_RUN)["violations"]
    return [f"{view}: {it['id']}: {node['html'][:200]}" for it in violations for node in it["nodes"]]


def sounds_english(text: str) -> bool:
    return text in TRANSLATED or bool(ENGLISH.search(text))


@pytest.fixture
def postbox(live_server: LiveServer, settings: Settings) -> Iterator[Sink]:
    """A mail server takes what we send, and the links in it lead here."""
    sink = Sink()
    controller = SinkController(sink)
    controller.start()
    settings.EMAIL_RELAY = sink.relay
    settings.NETVALUE_URL = live_server.url
    yield sink
    controller.stop()


@pytest.fixture
def visitor(browser: Browser, live_server: LiveServer) -> Iterator[Visitor]:
    """Whatever a test does, the browser has nothing to complain about."""
    visitor = Visitor(browser, live_server.url)
    yield visitor
    for context in visitor.contexts:
        context.close()
    assert not visitor.complaints
