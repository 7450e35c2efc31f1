"""What no template, stylesheet or script of ours may do, and what is not ours is what it says it is."""

from __future__ import annotations

import hashlib
import math
import re
import tomllib
from typing import TYPE_CHECKING

import pytest
from django.conf import settings

if TYPE_CHECKING:
    from pathlib import Path

ROOT = settings.BASE_DIR
STATIC = ROOT / "static"
# Mail clients know no stylesheets: what a mail looks like is written into it.
PAGES = sorted(path for path in (ROOT / "templates").rglob("*.html") if "mail" not in path.parts)
SPRITE = (STATIC / "img" / "icons.svg").read_text("utf-8")
STYLES = sorted((STATIC / "css").glob("*.css"))

# Nothing else: hx-boost breaks going back, hx-on and hx-vals need eval.
HOUSE_GRAMMAR = re.compile(
    r"hx-(get|post|target|select|swap|trigger|push-url|replace-url|sync|indicator|disable|swap-oob|preserve"
    r"|ignore|headers:inherited|status:\w+)"
)

FORBIDDEN = {
    r"\sstyle=": "styles belong in static/css",
    r"<style": "styles belong in static/css",
    r"<script(?![^>]*\ssrc=)": "scripts belong in static/js",
    r"\son[a-z]+=": "events belong in static/js",
    r"\|\s*safe\b|autoescape off": "nothing is safe by decree",
    r"hx-trigger=\"[^\"]*\[": "filters in triggers need eval",
    r"https?://(?!www\.w3\.org/)": "nothing is loaded from elsewhere",
}


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", PAGES, ids=relative)
def test_a_template_keeps_to_the_house_grammar(path: Path) -> None:
    text = path.read_text("utf-8")
    faults = [why for pattern, why in FORBIDDEN.items() if re.search(pattern, text)]
    faults += [
        f"{name} is not in the house grammar"
        for name in re.findall(r"\s(hx-[\w:-]+)", text)
        if not HOUSE_GRAMMAR.fullmatch(name)
    ]
    faults += [
        "a form leaves checking to the server: novalidate"
        for tag in re.findall(r"<form[^>]*>", text)
        if "novalidate" not in tag and 'method="get"' not in tag and 'method="dialog"' not in tag
    ]
    faults += [
        f"without scripts nothing happens: {tag[:80]}"
        for tag in re.findall(r"<(?!form)\w[^>]*\shx-get=[^>]*>", text)
        if "href=" not in tag and "hx-trigger=" not in tag
    ]
    faults += [
        f"no icon {name}"
        for name in re.findall(r"{% icon \"([\w-]+)\"", text)
        if f'<symbol id="{name}"' not in SPRITE
    ]
    assert faults == []


def test_forms_that_post_carry_the_token() -> None:
    bare = [
        relative(path)
        for path in PAGES
        for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", path.read_text("utf-8"), re.DOTALL)
        if "{% csrf_token %}" not in form
    ]
    assert bare == []


@pytest.mark.parametrize("path", [path for path in STYLES if path.name != "tokens.css"], ids=relative)
def test_colours_and_depths_have_names(path: Path) -> None:
    raw = re.findall(r"#[0-9a-fA-F]{3,8}\b|\b(?:oklch|rgba?|hsla?)\([^)]*\)", path.read_text("utf-8"))
    assert raw == []


def test_styles_and_scripts_stay_small() -> None:
    assert sum(path.stat().st_size for path in STYLES) <= 84_000
    assert sum(path.stat().st_size for path in (STATIC / "js").glob("*.js")) <= 12_000


def test_every_style_is_for_something() -> None:
    """A class that no template and no code names is weight on everybody's first visit."""
    folders = ["templates", "netvalue", "contacts", "assessments", "static/js"]
    files = [path for folder in folders for path in (ROOT / folder).rglob("*.*")]
    text = "".join(path.read_text("utf-8") for path in files if path.suffix in {".html", ".py", ".js"})
    words = set(re.findall(r"[\w-]+", text)) | {"htmx-request"}
    made_up = tuple(re.findall(r"([a-z]+-){{", text))  # class="notice-{{ kind }}"
    styles = "".join(re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.DOTALL) for path in STYLES)
    classes = set(re.findall(r"\.([a-z][\w-]*)", styles))
    assert {name for name in classes - words if not name.startswith(made_up)} == set()


def test_what_is_not_ours_is_what_it_says() -> None:
    vendored = tomllib.loads((STATIC / "vendor" / "vendor.toml").read_text("utf-8"))
    for name, entry in vendored.items():
        assert hashlib.sha256((ROOT / name).read_bytes()).hexdigest() == entry["sha256"], name
        assert (ROOT / entry["licence_file"]).is_file()
    files = [*(STATIC / "vendor").glob("*.js"), *(STATIC / "fonts").iterdir()]
    assert {relative(path) for path in files} <= set(vendored)


def luminance(lightness: float, chroma: float, hue: float) -> float:
    """How bright an OKLCH colour is on a screen (WCAG's relative luminance)."""
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short
    red, green, blue = (min(1, max(0, part)) for part in (red, green, blue))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def tokens() -> dict[str, list[float]]:
    """The luminance of each colour token, in light and in dark."""
    pairs = re.findall(
        r"--([\w-]+):\s*light-dark\(oklch\(([\d. ]+)\), oklch\(([\d. ]+)\)\)",
        (STATIC / "css" / "tokens.css").read_text("utf-8"),
    )
    return {
        name: [luminance(*map(float, colour.split())) for colour in (light, dark)]
        for name, light, dark in pairs
    }


TEXT, CONTROL = 4.5, 3.0
CONTRASTS = [
    *[(ink, ground, TEXT) for ink in ("ink", "ink-2", "ink-3") for ground in ("bg", "surface", "surface-2")],
    *[("brand-text", ground, TEXT) for ground in ("bg", "surface", "brand-soft")],
    *[("on-brand", ground, TEXT) for ground in ("brand", "brand-hover")],
    *[(line, ground, CONTROL) for line in ("line-strong", "focus") for ground in ("bg", "surface")],
    *[(f"{name}-text", f"{name}-soft", TEXT) for name in ("ok", "warn", "bad", "info")],
    *[(f"d{number}", "surface", CONTROL) for number in (1, 2, 3)],
    *[(f"d{number}-text", "surface", TEXT) for number in (1, 2, 3)],
    *[(f"h{number}-ink", f"h{number}", TEXT) for number in range(6)],
    ("bad-text", "surface", TEXT),
    ("on-bad", "bad", TEXT),
    ("on-float", "float", TEXT),
    ("float-action", "float", TEXT),
]


@pytest.mark.parametrize(("ink", "ground", "least"), CONTRASTS)
def test_colours_stand_out_from_their_ground_in_both_themes(ink: str, ground: str, least: float) -> None:
    values = tokens()
    for one, other in zip(values[ink], values[ground], strict=True):
        dark, light = sorted((one, other))
        assert (light + 0.05) / (dark + 0.05) >= least
