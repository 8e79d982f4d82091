"""Strangers' photos become upright, clean, small WebP files, or a sentence that says why not."""

import io
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from app.kernel.media import darkroom, decode
from app.kernel.media.types import (
    MAX_BYTES,
    Crop,
    CropError,
    NotAPhotoError,
    PhotoBrokenError,
    PhotoError,
    PhotoMissingError,
    PhotoTooBigError,
    PhotoTooHeavyError,
    PhotoTooLargeError,
    PhotoTooLongError,
)
from tests.factories.photos import (
    BLUE,
    GPS_SIGN,
    RED,
    a_file,
    a_picture,
    a_png_that_claims,
    an_animation,
    an_exif,
)


def opened(made: darkroom.Print, width: int) -> Image.Image:
    image = Image.open(io.BytesIO(made.files[width]))
    image.load()
    return image


def is_near(color: object, wanted: tuple[int, int, int], by: int = 14) -> bool:
    assert isinstance(color, tuple)
    return all(abs(a - b) <= by for a, b in zip(color[:3], wanted, strict=True))


# --- renditions ----------------------------------------------------------------------------------


def test_a_large_photo_gets_every_rendition() -> None:
    made = darkroom.develop(a_file(a_picture(3000, 2000)))
    assert (made.width, made.height) == (3000, 2000)
    assert {w: opened(made, w).size for w in made.files} == {
        240: (240, 160), 480: (480, 320), 960: (960, 640), 1600: (1600, 1067),
    }  # fmt: skip
    assert all(Image.open(io.BytesIO(data)).format == "WEBP" for data in made.files.values())


@pytest.mark.parametrize(
    ("width", "sizes"),
    [
        (100, {240: 100}),
        (240, {240: 240}),
        (700, {240: 240, 480: 480, 960: 700}),
        (1600, {240: 240, 480: 480, 960: 960, 1600: 1600}),
    ],
)
def test_nothing_is_scaled_up(width: int, sizes: dict[int, int]) -> None:
    made = darkroom.develop(a_file(a_picture(width, width)))
    assert {w: opened(made, w).width for w in made.files} == sizes


def test_the_average_colour_is_that_of_the_picture() -> None:
    plain = Image.new("RGB", (300, 300), (120, 200, 40))
    assert darkroom.develop(a_file(plain, "PNG")).color == "#78c828"


def test_equal_pictures_have_equal_names_and_different_ones_do_not() -> None:
    first, again = (darkroom.develop(a_file(exif=an_exif(o))) for o in (1, 1))
    other = darkroom.develop(a_file(a_picture(641, 480)))
    assert first.sha256 == again.sha256 != other.sha256


# --- upright, and silent about where it was taken ------------------------------------------------


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_stands_upright_whichever_way_the_phone_was_held(orientation: int) -> None:
    upright = a_picture(600, 400)
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }  # fmt: skip
    stored = upright.transpose(undo[orientation]) if orientation > 1 else upright
    made = darkroom.develop(a_file(stored, exif=an_exif(orientation), quality=95))
    assert (made.width, made.height) == (600, 400)
    shown = opened(made, 480)
    assert shown.size == (480, 320)
    assert is_near(shown.getpixel((40, 160)), RED)
    assert is_near(shown.getpixel((440, 160)), BLUE)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_place_and_camera_are_gone(kind: str) -> None:
    source = a_file(kind=kind, exif=an_exif(6))
    assert GPS_SIGN in source.getvalue()
    for data in darkroom.develop(source).files.values():
        assert GPS_SIGN not in data
        assert b"Spyphone" not in data
        assert b"EXIF" not in data
        assert dict(Image.open(io.BytesIO(data)).getexif()) == {}


def test_broken_camera_notes_do_not_cost_the_photo() -> None:
    data = a_file(exif=an_exif(6)).getvalue()
    broken = data.replace(b"Exif\0\0MM", b"Exif\0\0XX").replace(b"Exif\0\0II", b"Exif\0\0XX")
    assert broken != data
    assert darkroom.develop(io.BytesIO(broken)).width == 640


def test_comments_and_colour_profiles_stay_behind() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    made = darkroom.develop(a_file(icc_profile=profile, comment=b"shot at home"))
    for data in made.files.values():
        assert b"ICCP" not in data
        assert b"shot at home" not in data


# --- kinds of pictures ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        ("RGB", "JPEG"), ("L", "JPEG"), ("CMYK", "JPEG"), ("RGB", "PNG"), ("RGBA", "PNG"),
        ("LA", "PNG"), ("P", "PNG"), ("1", "PNG"), ("P", "GIF"), ("RGB", "WEBP"), ("RGBA", "WEBP"),
    ],
)  # fmt: skip
def test_every_usual_kind_is_taken(mode: str, kind: str) -> None:
    made = darkroom.develop(a_file(a_picture(mode=mode), kind))
    shown = opened(made, 480)
    assert shown.mode == "RGB"
    if mode in {"RGB", "RGBA", "P"}:
        assert is_near(shown.getpixel((30, 100)), RED, by=30)
        assert is_near(shown.getpixel((400, 100)), BLUE, by=30)


def test_cmyk_from_a_print_shop_keeps_its_colours() -> None:
    made = darkroom.develop(a_file(a_picture(mode="CMYK"), "JPEG", quality=95))
    assert is_near(opened(made, 480).getpixel((400, 100)), BLUE, by=30)


def test_sixteen_bits_a_pixel_are_not_washed_out() -> None:
    image = Image.new("I;16", (400, 300), 128 * 257)
    made = darkroom.develop(a_file(image, "PNG"))
    assert made.color == "#808080"


def test_what_shines_through_is_laid_on_white() -> None:
    made = darkroom.develop(a_file(Image.new("RGBA", (300, 300), (255, 0, 0, 0)), "PNG"))
    assert made.color == "#ffffff"


def test_of_an_animation_the_first_frame_counts() -> None:
    made = darkroom.develop(an_animation())
    assert is_near(opened(made, 240).getpixel((60, 45)), RED)
    assert getattr(opened(made, 240), "n_frames", 1) == 1


# --- a square for an avatar ----------------------------------------------------------------------


def test_a_crop_is_cut_from_the_upright_picture() -> None:
    lying = a_picture(600, 400).transpose(Image.Transpose.ROTATE_90)
    made = darkroom.develop(a_file(lying, exif=an_exif(6), quality=95), Crop(0, 0, 180))
    assert (made.width, made.height) == (180, 180)
    assert is_near(opened(made, 240).getpixel((90, 90)), RED)


def test_a_crop_of_a_very_large_photo_is_as_exact() -> None:
    made = darkroom.develop(a_file(a_picture(6000, 4000), quality=95), Crop(2100, 0, 3600))
    assert (made.width, made.height) == (3600, 3600)
    assert is_near(opened(made, 1600).getpixel((20, 800)), BLUE)
    left = darkroom.develop(a_file(a_picture(6000, 4000), quality=95), Crop(1000, 0, 2000))
    assert is_near(opened(left, 1600).getpixel((700, 800)), RED)
    assert is_near(opened(left, 1600).getpixel((900, 800)), BLUE)


@pytest.mark.parametrize(
    "crop", [Crop(-1, 0, 10), Crop(0, 0, 0), Crop(0, 0, 481), Crop(600, 0, 100)]
)
def test_a_crop_outside_the_picture_is_refused(crop: Crop) -> None:
    with pytest.raises(CropError):
        darkroom.develop(a_file(), crop)


# --- what is refused, and in which words ---------------------------------------------------------


def refused(data: io.BytesIO) -> PhotoError:
    with pytest.raises(PhotoError) as caught:
        darkroom.develop(data)
    return caught.value


def test_an_empty_file() -> None:
    assert isinstance(refused(io.BytesIO()), PhotoMissingError)


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<html><script>alert(1)</script>",
        b"%PDF-1.7", b"MZ\x90\0", b"PK\x03\x04", b"BM" + b"\0" * 60, b"II*\0" + b"\0" * 60,
        b"\0\0\0\x18ftypheic" + b"\0" * 60, b"RIFF\0\0\0\0AVI LIST", b"GIF88a", b"just text",
        b"\0\0\0\x0cJXL \r\n\x87\n", b"8BPS\0\x01", b"%!PS-Adobe-3.0 EPSF-3.0",
    ],
)  # fmt: skip
def test_a_file_that_only_claims_to_be_a_photo(content: bytes) -> None:
    assert isinstance(refused(io.BytesIO(content)), NotAPhotoError)


@pytest.mark.parametrize(
    "head", [b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF\x20\0\0\0WEBPVP8 "]
)
def test_a_true_head_on_a_false_body(head: bytes) -> None:
    script = b"<script>alert(1)</script>" * 40
    assert isinstance(refused(io.BytesIO(head + script)), PhotoBrokenError)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_file_cut_off_on_its_way(kind: str, share: float) -> None:
    noise = Image.effect_noise((400, 300), 80).convert("RGB")
    whole = a_file(noise, kind).getvalue()
    assert isinstance(refused(io.BytesIO(whole[: int(len(whole) * share)])), PhotoBrokenError)


def test_a_file_over_the_limit() -> None:
    source = io.BytesIO(b"\xff\xd8\xff" + b"\0" * MAX_BYTES)
    error = refused(source)
    assert isinstance(error, PhotoTooBigError)
    assert error.http_status == 413


def test_a_picture_of_too_many_pixels() -> None:
    assert isinstance(refused(a_file(Image.new("1", (8001, 5000)), "PNG")), PhotoTooLargeError)


@pytest.mark.parametrize("side", [50_000, 1_000_000])
def test_a_bomb_is_refused_before_it_is_unpacked(side: int) -> None:
    assert isinstance(refused(a_png_that_claims(side, side)), PhotoTooLargeError)


def test_a_bomb_just_under_the_limit_is_only_a_broken_photo() -> None:
    assert isinstance(refused(a_png_that_claims(8000, 5000)), PhotoBrokenError)


def test_an_endless_strip() -> None:
    assert isinstance(refused(a_file(Image.new("RGB", (10_000, 400)), "PNG")), PhotoTooLongError)


def test_a_long_screenshot_is_taken() -> None:
    made = darkroom.develop(a_file(Image.new("RGB", (1000, 19_000), RED), "PNG"))
    assert (made.width, made.height) == (1000, 19_000)
    assert opened(made, max(made.files)).height <= 16_383


def test_a_child_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(darkroom, "TIME_LIMIT", 0.01)
    assert isinstance(refused(a_file()), PhotoTooHeavyError)


def test_every_refusal_says_what_to_do() -> None:
    kinds = PhotoError.__subclasses__()
    assert len({str(kind.default_message) for kind in kinds}) == len(kinds)
    assert all(kind.http_status in {413, 422} for kind in kinds)


# --- the room of the child -----------------------------------------------------------------------


def in_the_room(code: str) -> subprocess.CompletedProcess[str]:
    enter = f"import runpy; runpy.run_path({decode.__file__!r})['lock_in']()"
    return subprocess.run(
        [sys.executable, "-I", "-c", f"{enter}\n{code}"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_child_has_little_memory_time_and_few_files() -> None:
    names = ["RLIMIT_AS", "RLIMIT_CPU", "RLIMIT_FSIZE", "RLIMIT_NOFILE", "RLIMIT_CORE"]
    code = f"import resource as r\nfor n in {names}: print(r.getrlimit(getattr(r, n))[1])"
    limits = [int(line) for line in in_the_room(code).stdout.split()]
    assert limits == [decode.ROOM[getattr(resource, name)] for name in names]
    assert "MemoryError" in in_the_room("b = bytearray(2 * 1024 ** 3)").stderr


def test_the_child_knows_nothing_of_the_application() -> None:
    source = Path(decode.__file__).read_text(encoding="utf-8")
    assert "from app" not in source
    assert "import app" not in source
