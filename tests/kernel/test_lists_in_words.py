"""Things in a row, and sentences one after another, as each language writes them."""

import pytest
from flask import Flask

from app.kernel import i18n

ONE, TWO, THREE = ("a",), ("a", "b"), ("a", "b", "c")


@pytest.mark.parametrize(
    ("language", "items", "and_", "or_"),
    [
        ("zh-CN", ONE, "a", "a"),
        ("zh-CN", TWO, "a和b", "a或b"),
        ("zh-CN", THREE, "a、b和c", "a、b或c"),
        ("en", TWO, "a and b", "a or b"),
        ("en", THREE, "a, b, and c", "a, b, or c"),
        ("en", (), "", ""),
    ],
)
def test_a_list_is_joined_as_the_language_joins_it(
    app: Flask, language: str, items: tuple[str, ...], and_: str, or_: str
) -> None:
    with app.test_request_context(headers={"Accept-Language": language}):
        assert i18n.listed(items) == and_
        assert i18n.listed(items, any_of=True) == or_


@pytest.mark.parametrize(
    ("language", "said"),
    [("zh-CN", "每次 10 积分。每天最多 5 次。"), ("en", "每次 10 积分。 每天最多 5 次。")],
)
def test_chinese_sentences_stand_without_a_gap(app: Flask, language: str, said: str) -> None:
    with app.test_request_context(headers={"Accept-Language": language}):
        assert i18n.sentences(("每次 10 积分。", "每天最多 5 次。")) == said
