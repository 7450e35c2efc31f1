"""A real browser: opens pages as people see them and says what is wrong with them."""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page
    from pytest_django.live_server_helper import LiveServer

    from netvalue.accounts.models import User

HERE = Path(__file__).parent
AXE = HERE.parent / "vendor" / "axe.min.js"
AXE_RUN = """() => axe.run(document, {preload: false, resultTypes: ["violations"]})"""
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
COMMA = re.compile(r'\b(?:[xy][12]?|c[xy]|r[xy]?|width|height|value|min|max|viewBox)="-?\d+,\d[^"]*"')
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


# Four instead of eight: every pair of size, theme and language occurs.
VIEWS = [
    View(1280, "light", "en"),
    View(1280, "dark", "de"),
    View(390, "light", "de"),
    View(390, "dark", "en"),
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
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=QUIET)
        yield chromium
        chromium.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


class Visitor:
    """Somebody with a browser: opens pages, notes every complaint that the browser makes."""

    def __init__(self, browser: Browser, origin: str) -> None:
        self.browser = browser
        self.origin = origin
        self.complaints: list[str] = []
        self.contexts: list[BrowserContext] = []
        self.windows: dict[tuple[View, int | None], tuple[Page, Page]] = {}

    def page(self, view: View, user: User | None = None, **options: Any) -> Page:
        """A new window with cookies of its own, signed in as `user`."""
        context = self.browser.new_context(
            base_url=self.origin,
            viewport={"width": view.width, "height": 900},
            color_scheme="dark" if view.theme == "dark" else "light",
            locale=view.language,
            **options,
        )
        self.contexts.append(context)
        cookies = {settings.LANGUAGE_COOKIE_NAME: view.language}
        if user:
            user.language = view.language
            user.save(update_fields=["language"])
            client = Client()
            client.force_login(user)
            cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies(
            [{"name": name, "value": value, "url": self.origin} for name, value in cookies.items()]
        )
        page = context.new_page()
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

    def faults(self, path: str, view: View, user: User | None = None, *, status: int = 200) -> list[str]:
        """What is wrong with a page: the console, a width that must be scrolled, and what axe finds."""
        page, copy = self._windows(view, user)
        response = page.goto(path)
        if response is None or response.status != status:
            self.complaints.append(f"{path}: answered {response and response.status}")
        for width in (view.width, 1024, 768) if view.width > 1000 else (view.width, 320):
            page.set_viewport_size({"width": width, "height": 900})
            if (over := page.evaluate(OVERFLOW)) > 0:
                self.complaints.append(f"{path}: {over} px wider than a window of {width} px")
        # A German comma splits an SVG's number in two, and no browser says a word.
        self.complaints += [f"{path}: {attribute}" for attribute in COMMA.findall(page.content())]
        copy.goto(path)
        copy.add_script_tag(path=AXE)
        for violation in copy.evaluate(AXE_RUN)["violations"]:
            for node in violation["nodes"]:
                self.complaints.append(f"{path}: axe {violation['id']}: {node['html'][:160]}")
        return self.complaints

    def _windows(self, view: View, user: User | None) -> tuple[Page, Page]:
        """One with our policy, one without: axe writes inline styles, which the policy forbids."""
        key = (view, user.pk if user else None)
        if key not in self.windows:
            self.windows[key] = (self.page(view, user), self.page(view, user, bypass_csp=True))
        page, copy = self.windows[key]
        page.set_viewport_size({"width": view.width, "height": 900})
        return page, copy


@pytest.fixture
def visitor(browser: Browser, live_server: LiveServer) -> Iterator[Visitor]:
    visitor = Visitor(browser, live_server.url)
    yield visitor
    for context in visitor.contexts:
        context.close()
