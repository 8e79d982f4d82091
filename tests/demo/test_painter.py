from pathlib import Path

import pytest
from PIL import Image, ImageStat

from app.demo.painter import LarderError, find_emoji, paint_pictures, paint_portraits, photos_in
from app.demo.painter import packs as pack_module
from app.demo.painter.atelier import painted
from app.demo.painter.clay import clay, disc, ramp, soft
from app.demo.painter.easel import RATIOS
from app.demo.painter.larder import Larder
from app.demo.painter.menu import Painting, menu

MENU = menu("沸禾", "Simmer")
ONE_OF_EACH_SCENE = list({painting.scene: painting for painting in MENU}.values())


@pytest.fixture(scope="session")
def larder(emoji: Path) -> Larder:
    return Larder(emoji)


def test_the_menu_is_long_and_every_picture_has_its_own_name() -> None:
    assert len(MENU) >= 80
    assert len({painting.key for painting in MENU}) == len(MENU)
    assert all(painting.themes and painting.zh and painting.en for painting in MENU)


def test_the_menu_has_all_four_shapes_and_no_shape_rules() -> None:
    shares = {ratio: sum(p.ratio == ratio for p in MENU) / len(MENU) for ratio in RATIOS}
    assert all(share > 0.08 for share in shares.values())
    assert max(shares.values()) < 0.45


@pytest.mark.parametrize("painting", ONE_OF_EACH_SCENE[::4], ids=lambda p: p.key)
def test_a_picture_has_its_shape_and_something_to_see(painting: Painting, larder: Larder) -> None:
    picture = painted(painting, larder, 7)
    assert picture.size == RATIOS[painting.ratio]
    assert picture.mode == "RGB"
    assert max(ImageStat.Stat(picture).stddev) > 12  # not one flat colour


@pytest.mark.long
@pytest.mark.timeout(300)
@pytest.mark.parametrize("painting", MENU, ids=lambda p: p.key)
def test_every_picture_of_the_menu_can_be_painted(painting: Painting, larder: Larder) -> None:
    assert painted(painting, larder, 7).size == RATIOS[painting.ratio]


def test_a_seed_paints_the_same_picture_again_and_another_seed_another(larder: Larder) -> None:
    painting = next(p for p in MENU if p.key == "curry-bowl")
    first = painted(painting, larder, 7).tobytes()
    assert painted(painting, larder, 7).tobytes() == first
    assert painted(painting, larder, 8).tobytes() != first


def test_what_is_painted_already_stays_as_it_is(
    emoji: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = tuple(p for p in MENU if p.key in {"cake", "bento"})
    monkeypatch.setattr("app.demo.painter.atelier.menu", lambda *_: few)
    (tmp_path / "cake.jpg").write_bytes(b"mine")
    seen: list[tuple[int, int]] = []
    pictures = paint_pictures(
        tmp_path, emoji, hands=1, progress=lambda done, all_: seen.append((done, all_))
    )
    assert [picture.key for picture in pictures] == [p.key for p in few]
    assert (tmp_path / "cake.jpg").read_bytes() == b"mine"
    with Image.open(tmp_path / "bento.jpg") as bento:
        assert bento.format == "JPEG"
        assert bento.width == 1080
    assert seen == [(2, 2)]
    assert not list(tmp_path.glob("*.part"))


def test_portraits_are_square_and_at_least_two_dozen(emoji: Path, tmp_path: Path) -> None:
    portraits = paint_portraits(tmp_path, emoji)
    assert len(portraits) >= 24
    for portrait in portraits:
        with Image.open(portrait.path) as picture:
            assert picture.size == (320, 320)


def test_emoji_are_found_in_the_prefix_the_package_and_the_folder_itself(emoji: Path) -> None:
    assets = emoji / "node_modules/@lobehub/fluent-emoji-3d/assets"
    assert find_emoji(emoji) == find_emoji(assets.parent) == find_emoji(assets) == assets


def test_missing_emoji_are_an_error_that_says_how_to_get_them(tmp_path: Path) -> None:
    with pytest.raises(LarderError, match="npm install") as caught:
        find_emoji(tmp_path)
    assert "--photos" in str(caught.value)


def test_an_unknown_ingredient_is_named(larder: Larder) -> None:
    with pytest.raises(LarderError, match="unobtainium"):
        larder.sprite("unobtainium", 50)


def test_packs_are_labelled_in_latin_where_no_han_font_is(
    larder: Larder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pack_module, "HAN_FONTS", ("/nowhere/at-all.ttc",))
    pack_module._han_font_path.cache_clear()
    try:
        painting = next(p for p in MENU if p.key == "pack-tomato")
        assert painted(painting, larder, 7).size == (1080, 1440)
    finally:
        pack_module._han_font_path.cache_clear()


def test_photos_of_a_folder_are_taken_by_name_and_other_files_left(tmp_path: Path) -> None:
    for name in ("b.jpg", "a.PNG", "notes.txt"):
        (tmp_path / name).write_bytes(b"x")
    assert [photo.path.name for photo in photos_in(tmp_path)] == ["a.PNG", "b.jpg"]
    assert photos_in(tmp_path)[0].themes == ("any",)


def test_a_folder_without_photos_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="No photos"):
        photos_in(tmp_path)
    with pytest.raises(FileNotFoundError, match="No photos"):
        photos_in(tmp_path / "missing")


def test_clay_is_bright_up_left_and_dark_down_right() -> None:
    ball = clay(disc((100, 100)), (180, 90, 60), 16).convert("RGB").convert("L")
    assert ball.getpixel((26, 26)) > ball.getpixel((50, 50)) > ball.getpixel((76, 76))  # type: ignore[operator]


def test_a_hollow_is_lit_the_other_way_round() -> None:
    dent = clay(disc((100, 100)), (180, 90, 60), 16, -0.7).convert("RGB").convert("L")
    assert dent.getpixel((22, 22)) < dent.getpixel((78, 78))  # type: ignore[operator]


def test_a_ramp_gives_its_stops_at_the_ends() -> None:
    grey = Image.new("L", (2, 1))
    grey.putpixel((1, 0), 255)
    coloured = ramp(grey, ((0, (1, 2, 3)), (1, (250, 240, 230))))
    assert [coloured.getpixel((x, 0)) for x in (0, 1)] == [(1, 2, 3), (250, 240, 230)]


def test_a_soft_mask_is_never_cut_at_its_edges() -> None:
    shadow = soft(disc((80, 80)), 12)
    assert shadow.size == (140, 140)
    edge = [shadow.getpixel((x, 0)) for x in range(shadow.width)]
    assert max(edge) <= 3  # type: ignore[type-var, operator]
