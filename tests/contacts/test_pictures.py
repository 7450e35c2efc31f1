"""What becomes of a file that is sent as a photo, friendly or not."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from contacts import darkroom
from contacts.developing import developed
from contacts.pictures import LARGE, SMALL, Picture, Refused, Why
from tests import pictures

# The site lets pictures be opened elsewhere, where such warnings go unheard.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning", "ignore::RuntimeWarning")

RED, BLUE, WHITE = (255, 0, 0), (0, 0, 255), (255, 255, 255)


def opened(webp: bytes) -> Image.Image:
    image = Image.open(BytesIO(webp), formats=["WEBP"])
    image.load()
    return image


def is_near(colour: object, wanted: tuple[int, int, int]) -> bool:
    assert isinstance(colour, tuple)
    return all(abs(one - other) < 24 for one, other in zip(colour, wanted, strict=True))


def holds_pixels_alone(picture: Picture) -> None:
    for webp in (picture.large, picture.small):
        assert pictures.kinds_of_chunks(webp) == [b"VP8 "]
        assert b"Canary7f3a" not in webp
        assert opened(webp).mode == "RGB"
    assert opened(picture.large).size == (picture.width, picture.height)
    assert max(picture.width, picture.height) <= LARGE
    assert opened(picture.small).size == (SMALL, SMALL)
    assert len(picture.large) < 300_000
    assert len(picture.small) < 10_000


GREY16 = pictures.encoded(Image.new("I;16", (60, 40), 0x8000), "PNG")
PALETTE = Image.new("RGB", (60, 40), "red").convert("P")
TWO_IN_ONE = pictures.encoded(
    pictures.like_a_photo(), "MPO", save_all=True, append_images=[PALETTE.convert("RGB")]
)
DAMAGED_EXIF = pictures.segment(0xE1, b"Exif\0\0MM\0*\0\0\xff\xff" * 9)
DAMAGED_PROFILE = pictures.segment(0xE2, b"ICC_PROFILE\0\1\1" + b"x" * 500)

FRIENDLY = {
    "a photo": (pictures.photo(), (512, 384)),
    "upright": (pictures.photo(900, 1200), (384, 512)),
    "from a camera": (pictures.from_a_camera(), (400, 300)),
    "a PNG with everything": (pictures.from_a_camera(as_="PNG"), (400, 300)),
    "a WebP with everything": (pictures.from_a_camera(as_="WEBP"), (400, 300)),
    "progressive": (pictures.encoded(pictures.like_a_photo(), progressive=True), (512, 384)),
    "for a printer": (pictures.encoded(pictures.like_a_photo().convert("CMYK")), (512, 384)),
    "grey": (pictures.encoded(pictures.like_a_photo().convert("L")), (512, 384)),
    "black and white": (pictures.encoded(pictures.like_a_photo().convert("1"), "PNG"), (512, 384)),
    "sixteen bits of grey": (GREY16, (60, 40)),
    "sixteen bits of colour and glass": (pictures.png(60, 40, depth=16, colour=6), (60, 40)),
    "grey and glass": (pictures.encoded(Image.new("LA", (60, 40), (128, 90)), "PNG"), (60, 40)),
    "a palette": (pictures.encoded(PALETTE, "PNG"), (60, 40)),
    "a palette with glass": (pictures.encoded(PALETTE, "PNG", transparency=0), (60, 40)),
    "several pictures in one": (TWO_IN_ONE, (512, 384)),
    "moving WebP": (pictures.animated("WEBP"), (80, 60)),
    "moving PNG": (pictures.animated("PNG"), (80, 60)),
    "one pixel": (pictures.png(1, 1), (1, 1)),
    "a thread": (pictures.png(1, 20_000), (1, 512)),
    "a line": (pictures.png(20_000, 1), (512, 1)),
    "the most that is read": (pictures.png(5000, 5000, depth=1, colour=0), (512, 512)),
    "with an archive behind it": (pictures.photo(400, 300) + pictures.zipped(), (400, 300)),
    "with a page behind it": (pictures.photo(400, 300) + b"<script>Canary7f3a</script>", (400, 300)),
    "with words in it": (pictures.in_jpeg(pictures.segment(0xFE, b"*/=Canary7f3a;/*" * 999)), (120, 90)),
    "with damaged words of a camera": (pictures.in_jpeg(DAMAGED_EXIF), (120, 90)),
    "with a damaged profile": (pictures.in_jpeg(DAMAGED_PROFILE), (120, 90)),
    "with pixels without end": (pictures.png(100, 100, rows=2_000_000), (100, 100)),
}  # fmt: skip


@pytest.mark.parametrize("name", FRIENDLY)
def test_a_picture_comes_out_small_and_bare(name: str) -> None:
    data, size = FRIENDLY[name]
    picture = developed(data)
    holds_pixels_alone(picture)
    assert (picture.width, picture.height) == size


TEXT_BOMB = pictures.png(10, 10, before=pictures.chunk(b"zTXt", b"Comment\0\0" + pictures.bomb(200 << 20)))
PROFILE_BOMB = pictures.png(10, 10, before=pictures.chunk(b"iCCP", b"x\0\0" + pictures.bomb(200 << 20)))
A_PNG, A_JPEG = pictures.encoded(pictures.like_a_photo(), "PNG"), pictures.photo()
A_WEBP = pictures.encoded(pictures.like_a_photo(), "WEBP")
OF_ALL_NUMBERS = pictures.png(2**31 - 1, 2**31 - 1, depth=1, colour=0, rows=0)[:70]

HOSTILE = {
    "nothing": (b"", Why.EMPTY),
    "a page": (b"<!doctype html><html><script>alert(1)</script>", Why.NO_PICTURE),
    "a drawing": (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", Why.NO_PICTURE),
    "a GIF": (pictures.encoded(PALETTE, "GIF"), Why.NO_PICTURE),
    "a GIF that is a script": (b"GIF89a/*" + b"\0" * 40 + b"*/=1;alert(1)", Why.NO_PICTURE),
    "a BMP": (pictures.encoded(PALETTE, "BMP"), Why.NO_PICTURE),
    "a TIFF": (pictures.encoded(PALETTE, "TIFF"), Why.NO_PICTURE),
    "a PDF": (b"%PDF-1.7\n%\xff\xff\xff\xff", Why.NO_PICTURE),
    "PostScript": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", Why.NO_PICTURE),
    "an archive": (pictures.zipped(), Why.NO_PICTURE),
    "HEIC of a phone": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 99, Why.HEIC),
    "AVIF": (b"\0\0\0\x18ftypavif\0\0\0\0mif1avif" + b"\0" * 99, Why.NO_PICTURE),
    "400 million pixels": (pictures.png(20_000, 20_000, depth=1, colour=0), Why.TOO_MANY_PIXELS),
    "169 million pixels": (pictures.png(13_000, 13_000, depth=1, colour=0, rows=0), Why.TOO_MANY_PIXELS),
    "a row too many": (pictures.png(5000, 5001, depth=1, colour=0, rows=0), Why.TOO_MANY_PIXELS),
    "a PNG of all numbers": (OF_ALL_NUMBERS, Why.TOO_MANY_PIXELS),
    "a JPEG of all numbers": (pictures.huge_jpeg(), Why.TOO_MANY_PIXELS),
    "a WebP of all numbers": (pictures.huge_webp(), Why.TOO_MANY_PIXELS),
    "words without end": (TEXT_BOMB, Why.DAMAGED),
    "a profile without end": (PROFILE_BOMB, Why.DAMAGED),
    "half a JPEG": (A_JPEG[: len(A_JPEG) // 2], Why.DAMAGED),
    "half a PNG": (A_PNG[: len(A_PNG) // 2], Why.DAMAGED),
    "half a WebP": (A_WEBP[: len(A_WEBP) // 2], Why.DAMAGED),
    "the beginning of a JPEG": (b"\xff\xd8\xff", Why.DAMAGED),
    "the beginning of a PNG": (b"\x89PNG\r\n\x1a\n", Why.DAMAGED),
    "the beginning of a WebP": (b"RIFF\x10\0\0\0WEBP", Why.DAMAGED),
    "a PNG of nothing": (pictures.png(0, 0), Why.DAMAGED),
    "a flipped bit": (A_PNG.replace(b"IDAT", b"ID\xc1T"), Why.DAMAGED),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_picture_is_refused_with_a_reason(name: str) -> None:
    data, why = HOSTILE[name]
    assert len(data) < 5 << 20
    with pytest.raises(Refused) as refused:
        developed(data)
    assert refused.value.why == why


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_stands_upright_however_the_camera_was_held(orientation: int) -> None:
    """Red above, blue below; each way of holding the camera is undone."""
    upright = Image.new("RGB", (200, 300), "blue")
    upright.paste("red", (0, 0, 200, 150))
    held = {
        2: [Image.Transpose.FLIP_LEFT_RIGHT],
        3: [Image.Transpose.ROTATE_180],
        4: [Image.Transpose.FLIP_TOP_BOTTOM],
        5: [Image.Transpose.TRANSPOSE],
        6: [Image.Transpose.ROTATE_90],
        7: [Image.Transpose.TRANSVERSE],
        8: [Image.Transpose.ROTATE_270],
    }
    as_held = upright
    for turn in held.get(orientation, []):
        as_held = as_held.transpose(turn)
    picture = developed(pictures.turned(as_held, orientation))
    large = opened(picture.large)
    assert large.size == (200, 300)
    assert is_near(large.getpixel((100, 20)), RED)
    assert is_near(large.getpixel((100, 280)), BLUE)


def test_what_is_transparent_becomes_white() -> None:
    glass = Image.new("RGBA", (100, 100), (0, 0, 0, 0))
    glass.paste((255, 0, 0, 255), (25, 25, 75, 75))
    large = opened(developed(pictures.encoded(glass, "PNG")).large)
    assert is_near(large.getpixel((5, 5)), WHITE)
    assert is_near(large.getpixel((50, 50)), RED)


def test_the_first_of_moving_pictures_is_kept() -> None:
    for kind in ("WEBP", "PNG"):
        assert is_near(opened(developed(pictures.animated(kind)).large).getpixel((40, 30)), RED)


def test_the_round_one_is_cut_where_faces_are() -> None:
    """From the middle; of an upright picture a little above it."""
    stripes = Image.new("RGB", (100, 300), "blue")
    stripes.paste("red", (0, 75, 100, 165))
    assert is_near(opened(developed(pictures.encoded(stripes, "PNG")).small).getpixel((48, 20)), RED)
    lying = Image.new("RGB", (300, 100), "blue")
    lying.paste("red", (105, 0, 195, 100))
    assert is_near(opened(developed(pictures.encoded(lying, "PNG")).small).getpixel((48, 48)), RED)


def test_sixteen_bits_of_grey_stay_grey() -> None:
    assert is_near(opened(developed(GREY16).large).getpixel((30, 20)), (128, 128, 128))


SEEDS = [
    pictures.from_a_camera(pictures.like_a_photo(64, 48)),
    pictures.from_a_camera(pictures.like_a_photo(64, 48), "PNG"),
    pictures.from_a_camera(pictures.like_a_photo(64, 48), "WEBP"),
    pictures.animated("WEBP"),
    pictures.animated("PNG"),
    pictures.encoded(pictures.like_a_photo(64, 48), progressive=True),
    pictures.encoded(pictures.like_a_photo(64, 48).convert("CMYK")),
    pictures.encoded(PALETTE, "PNG", transparency=0),
]


@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    seed=st.sampled_from(SEEDS),
    changes=st.lists(st.tuples(st.integers(0, 1 << 30), st.integers(0, 255)), max_size=12),
    end=st.integers(0, 1 << 30),
    cut=st.booleans(),
)
def test_damaged_bytes_become_a_bare_picture_or_a_reason(
    seed: bytes, changes: list[tuple[int, int]], end: int, *, cut: bool
) -> None:
    data = bytearray(seed)
    for at, byte in changes:
        data[at % len(data)] = byte
    if cut:
        del data[end % len(data) :]
    try:
        picture = developed(bytes(data))
    except Refused:
        return
    holds_pixels_alone(picture)


def test_the_program_answers_as_the_rule_does() -> None:
    for data, _size in (FRIENDLY["from a camera"], FRIENDLY["for a printer"]):
        assert darkroom.developed(data) == developed(data)
    for data, why in (HOSTILE["a drawing"], HOSTILE["169 million pixels"], HOSTILE["words without end"]):
        with pytest.raises(Refused) as refused:
            darkroom.developed(data)
        assert refused.value.why == why


def test_the_log_says_when_the_program_cannot_run(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("sys.executable", "/bin/false")
    with pytest.raises(Refused):
        darkroom.developed(FRIENDLY["from a camera"][0])
    assert "no picture was made of a file" in caplog.text
    assert "/bin/false" in caplog.text


@pytest.mark.slow
def test_a_file_that_takes_for_ever_is_given_up() -> None:
    data = pictures.of_many_scans(20_000)
    assert len(data) < 5 << 20
    with pytest.raises(Refused) as refused:
        darkroom.developed(data)
    assert refused.value.why == Why.TOO_MUCH
