"""Texts: most words in common, in Chinese and English, however they were changed a little."""

import random

import pytest

from app.originality.policy import texts
from app.originality.types import TextPrint
from tests.factories.originality import OTHER, POT, SOUP

CHANGES = {
    "the same in other letters": (SOUP, SOUP.upper()),
    "some Chinese words changed": (
        POT, POT.replace("昨天", "今天").replace("半斤", "一斤").replace("家里人", "爸妈"),
    ),
    "some English words changed": (
        SOUP, SOUP.replace("Sunday", "Saturday").replace("twice", "often"),
    ),
    "a sentence added": (POT, POT + "真的很推荐大家试一试，冬天吃最舒服了。"),
    "a beginning added": (SOUP, "Dear all, here is what we had. " + SOUP),
    "other punctuation": (POT, POT.replace("，", " ").replace("。", "！\n")),
}  # fmt: skip


def _alike(one: str, other: str, names: tuple[str, ...] = ()) -> int:
    return texts.alike_permille(texts.shingles_of(one, names), texts.shingles_of(other, names))


@pytest.mark.parametrize("change", CHANGES)
def test_a_text_that_was_changed_a_little_is_alike_and_shares_a_band(change: str) -> None:
    one, other = CHANGES[change]
    assert _alike(one, other) >= texts.ALIKE_PERMILLE
    assert set(enumerate(texts.print_of(one).bands)) & set(enumerate(texts.print_of(other).bands))


@pytest.mark.parametrize(("one", "other"), [(POT, OTHER), (POT, SOUP), (SOUP, SOUP[::-1])])
def test_other_texts_are_not_alike(one: str, other: str) -> None:
    assert _alike(one, other) < texts.ALIKE_PERMILLE // 3


@pytest.mark.parametrize("text", ["", "好吃！", "今晚这一锅好吃。", "Nice pot " * 30, POT[:38]])
def test_a_short_or_empty_text_is_nobodys(text: str) -> None:
    assert texts.print_of(text) == TextPrint(frozenset(), ())


def test_what_is_quoted_does_not_count() -> None:
    quoting = f"我很喜欢下面这段：\n> {POT}\n\n" + OTHER
    assert _alike(quoting, OTHER) >= texts.ALIKE_PERMILLE
    assert _alike(quoting, POT) < texts.ALIKE_PERMILLE
    assert texts.shingles_of(f"“{POT}”") == frozenset()
    assert texts.shingles_of(f"> {SOUP}") == frozenset()


def test_names_of_products_addresses_and_topics_do_not_count() -> None:
    names = ("番茄牛油火锅底料家庭装四百克", "Golden Chilli Pot")
    praise = "这款番茄牛油火锅底料家庭装四百克 #晒锅 https://pot.example/x "
    assert texts.shingles_of(praise * 6, names) == frozenset()
    assert texts.shingles_of(POT + praise * 3, names) >= texts.shingles_of(POT, names)


def test_whoever_shares_most_shingles_shares_a_band_nearly_always() -> None:
    rnd = random.Random(6)
    missed = 0
    for _each in range(150):
        shared = {rnd.getrandbits(32) for _ in range(80)}
        one = shared | {rnd.getrandbits(32) for _ in range(20)}
        other = shared | {rnd.getrandbits(32) for _ in range(20)}
        bands = set(enumerate(texts.bands_of(one))) & set(enumerate(texts.bands_of(other)))
        missed += not bands
    assert missed <= 2


def test_shingles_are_read_as_they_were_stored() -> None:
    shingles = texts.shingles_of(POT)
    assert texts.unpacked(texts.packed(shingles)) == shingles


def test_common_parts_are_marked_and_nothing_is_lost() -> None:
    changed = POT.replace("黄油", "牛油")
    pieces = texts.common_parts(changed, (), POT, ())
    assert "".join(piece.text for piece in pieces) == changed
    marked = "".join(piece.text for piece in pieces if piece.is_common)
    assert len(marked) > 0.8 * len(changed)
    assert not any(piece.is_common for piece in texts.common_parts("完全不同的话", (), POT, ()))
