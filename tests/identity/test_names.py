"""Names at the table: every script, no tricks."""

import pytest

from app.identity import names
from app.identity.types import FieldError


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("麻辣小李", "麻辣小李"),
        ("  Alice   Chen ", "Alice Chen"),
        ("小李 Lee", "小李 Lee"),
        ("ゆき雪", "ゆき雪"),
        ("김치사랑", "김치사랑"),
        ("Zoë", "Zoë"),
        ("Zoe\u0308", "Zoë"),
        ("Анна", "Анна"),
        ("O'Neil-2", "O'Neil-2"),
        ("火锅🔥", "火锅🔥"),
        ("吃👨\u200d🍳的", "吃👨\u200d🍳的"),
        ("𠮷野家常客", "𠮷野家常客"),
        ("字" * 24, "字" * 24),
    ],
)
def test_honest_names_are_welcome(typed: str, kept: str) -> None:
    assert names.clean_name(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "\u3000",
        "字" * 25,
        "a\u0000b",
        "a\u202eecila",
        "ali\u200bce",
        "a\u200db",
        "\u2066alice",
        "z\u0301\u0302\u0303\u0304",
        "al\u0456ce",  # a Cyrillic i
        "\u03b1lice",  # a Greek alpha
        "\U000e0041lice",
        "\ue000",
        "...",
        "admin",
        "ADM1N",
        "Ad min",
        "ａｄｍｉｎ",
        "官方客服",
        "小管理员",
        "Potluck Support",
    ],
)
def test_tricks_with_names_are_refused(typed: str) -> None:
    with pytest.raises(FieldError) as refused:
        names.clean_name(typed)
    assert refused.value.field == "name"


def test_staff_may_give_names_that_sound_like_staff() -> None:
    assert names.clean_name("官方客服", trusted=True) == "官方客服"
