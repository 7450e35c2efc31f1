"""What becomes of a file somebody sends as a photo: two small WebP pictures, and nothing else that was in it.

The size is read from the header and judged before a pixel is decoded. What comes out is painted anew: turned
upright, in sRGB, on white where the file was transparent, without place, camera, colour profile or words.
The large one keeps its shape, so that nothing of it is lost; the small one is for round avatars, a square cut
from the middle, and from an upright picture a little above it, where faces are.

`contacts.darkroom` runs this as a program: it reads the file from standard input, under limits of its own.
"""

from __future__ import annotations

import json
import resource
import struct
import sys
import zlib
from contextlib import suppress
from io import BytesIO

from PIL import Image, ImageCms, ImageFile, ImageOps

from contacts.pictures import LARGE, SMALL, Picture, Refused, Why

FORMATS = ("JPEG", "PNG", "WEBP")
# Cameras of 24 megapixels have some more: 5712 × 4284.
MOST_PIXELS = 25_000_000
QUALITY = 80
HIGHER_THAN_THE_MIDDLE = 0.35
LARGEST_PROFILE = 3 << 20
MEMORY, SECONDS = 640 << 20, 8
ORIENTATION = 0x0112
BEGINNINGS = (b"\xff\xd8", b"\x89PNG", b"RIFF")
HEIC = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
# What a table of words about a picture may raise if it was damaged; the picture itself may be whole.
DAMAGED_WORDS = (OSError, SyntaxError, ValueError, TypeError, LookupError, struct.error, zlib.error)


def developed(data: bytes) -> Picture:
    """The pictures that a file becomes, or Refused."""
    if not data:
        raise Refused(Why.EMPTY)
    if data[4:8] == b"ftyp" and data[8:12] in HEIC:
        raise Refused(Why.HEIC)
    # Decoders say of hostile bytes whatever they like; it all means that there is no picture in them.
    try:
        image = Image.open(BytesIO(data), formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise Refused(Why.TOO_MANY_PIXELS) from error
    except Exception as error:
        raise Refused(Why.DAMAGED if data.startswith(BEGINNINGS) else Why.NO_PICTURE) from error
    if image.width * image.height > MOST_PIXELS:
        raise Refused(Why.TOO_MANY_PIXELS)
    try:
        return printed(image)
    except MemoryError as error:
        raise Refused(Why.TOO_MUCH) from error
    except Exception as error:
        raise Refused(Why.DAMAGED) from error


def printed(image: Image.Image) -> Picture:
    turn, profile = how_to_turn(image), profile_of(image)
    image = in_plain_colours(image)
    image.thumbnail((LARGE, LARGE), reducing_gap=2)
    image = in_srgb(on_white(image), profile)
    if turn is not None:
        image = image.transpose(turn)
    centering = (0.5, 0.5 if image.width >= image.height else HIGHER_THAN_THE_MIDDLE)
    small = ImageOps.fit(image, (SMALL, SMALL), method=Image.Resampling.LANCZOS, centering=centering)
    return Picture(large=webp(image), small=webp(small), width=image.width, height=image.height)


def how_to_turn(image: Image.Image) -> Image.Transpose | None:
    """Cameras write down how they were held."""
    turns = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_270,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_90,
    }
    with suppress(*DAMAGED_WORDS):
        return turns.get(int(image.getexif().get(ORIENTATION, 1)))
    return None


def profile_of(image: Image.Image) -> ImageCms.ImageCmsProfile | None:
    found = image.info.get("icc_profile")
    if not isinstance(found, bytes) or not 0 < len(found) <= LARGEST_PROFILE:
        return None
    with suppress(*DAMAGED_WORDS):
        return ImageCms.ImageCmsProfile(BytesIO(found))
    return None


def in_plain_colours(image: Image.Image) -> Image.Image:
    """In a mode that can be made smaller without losing its colours."""
    if image.mode.startswith("I"):
        # Sixteen bits of grey: the upper eight are what a screen shows.
        return image.point(lambda grey: grey / 256).convert("L")
    if image.mode in {"L", "LA", "RGB", "RGBA", "CMYK"} and "transparency" not in image.info:
        return image
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def on_white(image: Image.Image) -> Image.Image:
    if not image.has_transparency_data:
        return image
    see_through = image.convert("RGBA")
    paper = Image.new("RGB", image.size, "white")
    paper.paste(see_through, mask=see_through)
    return paper


def in_srgb(image: Image.Image, profile: ImageCms.ImageCmsProfile | None) -> Image.Image:
    if profile:
        with suppress(ImageCms.PyCMSError, ValueError):
            srgb = ImageCms.createProfile("sRGB")
            changed = ImageCms.profileToProfile(image, profile, srgb, outputMode="RGB")
            if changed is not None:
                return changed
    return image.convert("RGB")


def webp(image: Image.Image) -> bytes:
    """Its pixels alone."""
    bare = Image.new("RGB", image.size)
    bare.paste(image)
    out = BytesIO()
    bare.save(out, "WEBP", quality=QUALITY, method=4)
    return out.getvalue()


def limit_ourselves() -> None:
    """No file takes more than this; where a system knows no such limit, the caller's clock ends us."""
    limits = {resource.RLIMIT_AS: MEMORY, resource.RLIMIT_CPU: SECONDS, resource.RLIMIT_CORE: 0}
    for kind, most in limits.items():
        with suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most))


def main() -> None:
    """One line about what follows, then the large and the small picture."""
    limit_ourselves()
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        picture = developed(sys.stdin.buffer.read())
    except Refused as refused:
        sys.stdout.buffer.write(json.dumps({"why": refused.why}).encode() + b"\n")
        return
    head = {"large": len(picture.large), "width": picture.width, "height": picture.height}
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + picture.large + picture.small)


if __name__ == "__main__":
    main()
