"""Picture files for uploads, honest ones and others."""

import io
import struct
import zlib
from collections.abc import Mapping
from typing import Any

from PIL import Image, ImageDraw
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

RED, BLUE = (200, 40, 30), (30, 60, 200)
GPS_SIGN = b"22.5431N114.0579E"


def a_picture(width: int = 640, height: int = 480, mode: str = "RGB") -> Image.Image:
    """Return a picture whose left third is red and the rest blue: one sees how it was turned."""
    image = Image.new("RGB", (width, height), BLUE)
    ImageDraw.Draw(image).rectangle((0, 0, width // 3, height), fill=RED)
    return image.convert(mode)


def a_file(image: Image.Image | None = None, kind: str = "JPEG", **options: Any) -> io.BytesIO:
    """Return a picture as an upload."""
    buffer = io.BytesIO()
    (image or a_picture()).save(buffer, kind, **options)
    return io.BytesIO(buffer.getvalue())


def an_exif(orientation: int = 1) -> Image.Exif:
    """Return what a phone notes about a picture: how it was held, its make, and where."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Spyphone"
    exif[0x010E] = GPS_SIGN.decode()
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2] = "N", (22.0, 32.0, 35.16)
    gps[3], gps[4] = "E", (114.0, 3.0, 28.44)
    return exif


def a_png_that_claims(width: int, height: int) -> io.BytesIO:
    """Return a few bytes of PNG that say they are enormous: a decompression bomb."""

    def chunk(name: bytes, data: bytes) -> bytes:
        body = name + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return io.BytesIO(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 4096))
        + chunk(b"IEND", b"")
    )


def as_form(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return keywords for a test client's ``post``: a multipart form, whole in memory.

    (werkzeug's own way spools large forms to a temporary file and leaves it open.)
    """
    values = {
        name: [FileStorage(v[0], v[1], name) if isinstance(v, tuple) else v for v in value]
        if isinstance(value, list)
        else value
        for name, value in fields.items()
    }
    boundary, body = encode_multipart(MultiDict(values))
    return {"data": body, "content_type": f"multipart/form-data; boundary={boundary}"}


def an_animation() -> io.BytesIO:
    """Return a GIF of three frames: red, blue, black."""
    frames = [Image.new("RGB", (120, 90), color) for color in (RED, BLUE, (0, 0, 0))]
    return a_file(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=100)
