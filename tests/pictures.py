"""Pictures for tests, made here: friendly ones and hostile ones."""

from __future__ import annotations

import struct
import zipfile
import zlib
from io import BytesIO
from typing import Any

from PIL import Image, ImageCms, ImageDraw


def like_a_photo(width: int = 1200, height: int = 900) -> Image.Image:
    """Soft light, a head and shoulders."""
    across = Image.linear_gradient("L").rotate(90).resize((width, height))
    down = Image.linear_gradient("L").resize((width, height))
    glow = Image.radial_gradient("L").resize((width, height)).point(lambda light: 235 - light // 2)
    image = Image.merge(
        "RGB", (glow, across.point(lambda x: 90 + x // 3), down.point(lambda y: 200 - y // 2))
    )
    draw, x, y, unit = ImageDraw.Draw(image), width / 2, height * 0.35, min(width, height) / 10
    draw.ellipse(around(x, y + 5.5 * unit, 3.4 * unit, 3.5 * unit), fill=(52, 84, 92))
    draw.ellipse(around(x, y + 0.15 * unit, 1.7 * unit, 2.15 * unit), fill=(226, 178, 146))
    draw.chord(around(x, y - 0.6 * unit, 1.8 * unit, 1.8 * unit), 180, 360, fill=(74, 48, 38))
    return image


def around(x: float, y: float, wide: float, high: float) -> tuple[float, float, float, float]:
    return (x - wide, y - high, x + wide, y + high)


def encoded(image: Image.Image, as_: str = "JPEG", **options: Any) -> bytes:
    out = BytesIO()
    image.save(out, as_, **options)
    return out.getvalue()


def photo(width: int = 1200, height: int = 900) -> bytes:
    return encoded(like_a_photo(width, height), quality=85)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(
    width: int, height: int, *, depth: int = 8, colour: int = 2, before: bytes = b"", rows: int | None = None
) -> bytes:
    """One made by hand: of any size, any depth, with any chunks before its pixels."""
    samples = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
    row = b"\0" + b"\x80" * ((width * samples * depth + 7) // 8)
    packer = zlib.compressobj(1)
    pixels = b"".join(packer.compress(row) for _ in range(height if rows is None else rows)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + before + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def bomb(size: int) -> bytes:
    """So many zeros, packed."""
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(b"\0" * (1 << 20)) for _ in range(size >> 20)) + packer.flush()


def segment(marker: int, data: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


def in_jpeg(extra: bytes, data: bytes | None = None) -> bytes:
    """A JPEG with more segments at its beginning."""
    whole = photo(120, 90) if data is None else data
    return whole[:2] + extra + whole[2:]


def huge_jpeg() -> bytes:
    """A head that promises four thousand million pixels."""
    return b"\xff\xd8" + segment(0xC0, struct.pack(">BHHB", 8, 65500, 65500, 3) + b"\1\x11\0\2\x11\0\3\x11\0")


def huge_webp() -> bytes:
    body = b"WEBP" + b"VP8X" + struct.pack("<I", 10) + b"\0\0\0\0" + b"\xfe\x3f\0" * 2
    return b"RIFF" + struct.pack("<I", len(body)) + body


def zipped() -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("canary7f3a.txt", "Canary7f3a")
    return out.getvalue()


def from_a_camera(image: Image.Image | None = None, as_: str = "JPEG", **options: Any) -> bytes:
    """With a place, a maker, words and a colour profile, as cameras write them."""
    exif = Image.Exif()
    exif[0x010F], exif[0x010E] = "Canary7f3a Works", "<script>Canary7f3a</script>"
    exif[0x8825] = {1: "N", 2: (52.0, 30.0, 0.0), 3: "E", 4: (13.0, 24.0, 0.0)}
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    words = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>Canary7f3a</x:xmpmeta>"
    return encoded(image or like_a_photo(400, 300), as_, exif=exif, icc_profile=profile, xmp=words, **options)


def turned(image: Image.Image, orientation: int) -> bytes:
    """As a camera writes it that was held otherwise."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    return encoded(image, exif=exif, quality=95)


def of_many_scans(scans: int, side: int = 5000) -> bytes:
    """A progressive JPEG whose last scan comes again and again: few bytes, much work."""
    whole = encoded(Image.new("RGB", (side, side), "teal"), progressive=True)
    last = whole.rindex(b"\xff\xda")
    return whole[:last] + whole[last:-2] * scans + whole[-2:]


def animated(as_: str) -> bytes:
    """Red first, blue then."""
    first, then = (Image.new("RGB", (80, 60), colour) for colour in ("red", "blue"))
    return encoded(first, as_, save_all=True, append_images=[then], duration=100)


def kinds_of_chunks(webp: bytes) -> list[bytes]:
    """What a WebP file is made of."""
    assert webp[:4] == b"RIFF"
    assert webp[8:12] == b"WEBP"
    assert len(webp) == struct.unpack("<I", webp[4:8])[0] + 8
    found, at = [], 12
    while at < len(webp):
        found.append(webp[at : at + 4])
        size = struct.unpack("<I", webp[at + 4 : at + 8])[0]
        at += 8 + size + size % 2
    return found
