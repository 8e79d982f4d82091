"""The child that opens strangers' photos, in a room of its own.

Run by path (``python -I decode.py '<order as JSON>' < photo``), so that it starts without the
application: it imports the standard library and Pillow, reads the photo from its input, writes
``<width>.webp`` into its working directory and one line of JSON to its output. Before it looks at a
byte it gives up the right to much memory, time, open files and large files.
"""

import json
import resource
import sys
from io import BytesIO
from typing import Any

MEGABYTE = 1024 * 1024
ROOM = {
    resource.RLIMIT_AS: 1_024 * MEGABYTE,
    resource.RLIMIT_CPU: 20,  # seconds
    resource.RLIMIT_FSIZE: 24 * MEGABYTE,
    resource.RLIMIT_NOFILE: 32,
    resource.RLIMIT_CORE: 0,
}
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
LONGEST_SIDE_RATIO = 20
WEBP_LIMIT = 16_000  # the format ends at 16,383 pixels a side
QUALITY, METHOD = 80, 4
ORIENTATION = 0x0112  # EXIF tag
WHITE = (255, 255, 255)


class RefusedError(Exception):
    """The photo breaks a rule; the argument is the rule's name."""


def lock_in() -> None:
    """Give up what an honest photo does not need."""
    for kind, amount in ROOM.items():
        hard = resource.getrlimit(kind)[1]
        limit = amount if hard == resource.RLIM_INFINITY else min(amount, hard)
        resource.setrlimit(kind, (limit, limit))


def develop(source: bytes, order: dict[str, Any]) -> dict[str, Any]:
    """Write the renditions of a photo; return its size, average colour and their widths.

    Args:
        source: the file as it came.
        order: ``widths`` (ascending), ``max_pixels``, ``crop`` ([x, y, size] or null).

    Raises:
        RefusedError: too many pixels, too long a strip, or a crop outside the picture.
    """
    image, size = _open(source, order["max_pixels"])
    orientation = _orientation(image)
    if orientation >= 5:  # noqa: PLR2004 - 5 to 8 lie on their side
        size = size[::-1]
    crop = order["crop"]
    if crop is not None:
        _check_crop(crop, size)
    widths: list[int] = order["widths"]
    region = (crop[2], crop[2]) if crop is not None else size
    factor = min(1.0, widths[-1] / region[0], WEBP_LIMIT / region[1])
    image = _upright(_scaled(_load(image, factor), factor, size, orientation), orientation)
    if crop is not None:
        image = _cut(image, crop, image.width / size[0])
    image = _in_srgb(image)
    made = [w for w in widths if w < region[0]] + [w for w in widths if w >= region[0]][:1]
    return {
        "width": region[0],
        "height": region[1],
        "color": _average(image),
        "widths": made,
        "bytes": sum(_write(image, width) for width in made),
    }


def _open(source: bytes, max_pixels: int) -> tuple[Any, tuple[int, int]]:
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = max_pixels
    try:
        image = Image.open(BytesIO(source), formats=FORMATS)
    except Image.DecompressionBombError as bomb:
        raise RefusedError("too_large") from bomb
    width, height = image.size
    if width * height > max_pixels:
        raise RefusedError("too_large")
    if max(width, height) > LONGEST_SIDE_RATIO * min(width, height):
        raise RefusedError("too_long")
    return image, (width, height)


def _orientation(image: Any) -> int:
    """Return how the camera was held, 1 to 8; a damaged note about it is no reason to refuse."""
    try:
        value = image.getexif().get(ORIENTATION, 1)
    except Exception:  # noqa: BLE001 - whatever a broken EXIF block raises
        return 1
    return value if value in range(1, 9) else 1


def _check_crop(crop: list[int], size: tuple[int, int]) -> None:
    x, y, side = crop
    if x < 0 or y < 0 or side < 1 or x + side > size[0] or y + side > size[1]:
        raise RefusedError("crop")


def _load(image: Any, factor: float) -> Any:
    """Decode the first frame, a JPEG already smaller, into RGB, RGBA, L or CMYK."""
    if image.format in {"JPEG", "MPO"} and factor < 1:
        image.draft(None, (int(image.width * factor) + 1, int(image.height * factor) + 1))
    image.load()
    if image.mode.startswith("I;16") or image.mode == "I":
        return image.convert("I").point(lambda value: value / 257).convert("L")
    if image.mode in {"P", "PA", "LA"} or "transparency" in image.info:
        return image.convert("RGBA")
    return image if image.mode in {"RGB", "RGBA", "L", "CMYK"} else image.convert("RGB")


def _scaled(image: Any, factor: float, size: tuple[int, int], orientation: int) -> Any:
    from PIL import Image

    lying = size[::-1] if orientation >= 5 else size  # noqa: PLR2004 - as in develop()
    target = tuple(max(1, round(side * factor)) for side in lying)
    if image.size == target:
        return image
    return image.resize(target, Image.Resampling.LANCZOS, reducing_gap=3.0)


def _upright(image: Any, orientation: int) -> Any:
    from PIL.Image import Transpose

    turn = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }.get(orientation)
    if turn is None:
        return image
    profile = image.info.get("icc_profile")
    image = image.transpose(turn)
    image.info["icc_profile"] = profile
    return image


def _cut(image: Any, crop: list[int], scale: float) -> Any:
    x, y = round(crop[0] * scale), round(crop[1] * scale)
    side = max(1, min(round(crop[2] * scale), image.width - x, image.height - y))
    return image.crop((x, y, x + side, y + side))


def _in_srgb(image: Any) -> Any:
    """Return plain RGB, colours converted from the embedded profile, on white, without notes."""
    from PIL import Image

    alpha = image.getchannel("A") if image.mode == "RGBA" else None
    rgb = _through_profile(image.convert("RGB") if alpha is not None else image)
    clean = Image.new("RGB", rgb.size, WHITE)
    clean.paste(rgb, None if alpha is None else (0, 0), alpha)
    return clean


def _through_profile(image: Any) -> Any:
    profile = image.info.get("icc_profile")
    if not profile:
        return image.convert("RGB")
    from PIL import ImageCms

    try:
        return ImageCms.profileToProfile(
            image,
            ImageCms.ImageCmsProfile(BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            renderingIntent=ImageCms.Intent.PERCEPTUAL,
            outputMode="RGB",
        )
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):  # a broken or foreign profile
        return image.convert("RGB")


def _average(image: Any) -> str:
    from PIL import Image

    red, green, blue = image.resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
    return f"#{red:02x}{green:02x}{blue:02x}"


def _write(image: Any, width: int) -> int:
    """Write one rendition, never wider than the picture itself; return its bytes."""
    from PIL import Image

    if width < image.width:
        height = max(1, round(image.height * width / image.width))
        image = image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)
    buffer = BytesIO()
    image.save(buffer, "WEBP", quality=QUALITY, method=METHOD, icc_profile=None, exif=b"", xmp=b"")
    with open(f"{width}.webp", "wb") as file:  # noqa: PTH123 - pathlib is not worth its import here
        return file.write(buffer.getvalue())


def main() -> None:
    """Serve one photo."""
    lock_in()
    try:
        answer = develop(sys.stdin.buffer.read(), json.loads(sys.argv[1]))
    except RefusedError as refused:
        answer = {"error": str(refused)}
    except MemoryError:
        answer = {"error": "too_heavy"}
    except Exception as problem:  # noqa: BLE001 - whatever a decoder raises on hostile bytes
        answer = {"error": "broken", "kind": type(problem).__name__}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
