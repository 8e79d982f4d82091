"""How tall a card stands: from the stored picture and its title, before anything is loaded."""

import pytest

from app.kernel.layout import HIGHEST, LOWEST, span_for
from app.kernel.types import Photo


def a_photo(width: int, height: int) -> Photo:
    return Photo(1, width, height, "#aa5533", "", lambda _width: "")


@pytest.mark.parametrize(
    ("width", "height", "rows"),
    [
        (900, 1_200, 83),  # 3:4 and two lines: ceil((179 × 4/3 + 84 + 8) / 4)
        (1_200, 900, 57),  # 4:3
        (1_000, 1_000, 68),
    ],
)
def test_a_card_is_as_tall_as_its_picture_and_two_lines(width: int, height: int, rows: int) -> None:
    assert span_for(a_photo(width, height), "一包底料搞定烤鱼，花生一定最后放", "zh") == rows


def test_a_title_of_one_line_saves_its_line() -> None:
    square = a_photo(800, 800)

    assert (
        span_for(square, "二十字以内", "zh")
        == span_for(square, "这是一个要占两行的标题哦哦", "zh") - 5
    )


def test_a_panorama_and_a_scroll_are_cut_to_what_a_cover_may_be() -> None:
    assert span_for(a_photo(4_000, 500), "锅", "zh") == span_for(a_photo(400, 300), "锅", "zh")
    assert span_for(a_photo(500, 9_000), "锅", "zh") == span_for(a_photo(300, 400), "锅", "zh")


def test_latin_letters_are_narrower_than_han_characters() -> None:
    square = a_photo(800, 800)

    assert span_for(square, "A pot for one", "en") < span_for(
        square, "一二三四五六七八九十甲乙丙", "zh"
    )


def test_a_card_of_words_grows_with_its_excerpt() -> None:
    short = span_for(None, "牛油锅底怎么煮才不糊？", "zh")
    longer = span_for(None, "牛油锅底怎么煮才不糊？", "zh", excerpt="每次煮到第二轮就发黑。" * 4)

    assert short < longer


@pytest.mark.parametrize("photo", [None, a_photo(1, 9_999), a_photo(9_999, 1)])
@pytest.mark.parametrize("title", ["", "锅", "很长" * 200])
def test_every_span_has_a_class_in_the_style_sheet(photo: Photo | None, title: str) -> None:
    assert LOWEST <= span_for(photo, title, "zh", excerpt=title) <= HIGHEST
