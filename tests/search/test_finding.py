"""What is found by which words, the same on both databases."""

from datetime import timedelta

import pytest

from app.community import service as community
from app.community.types import SeedThread
from app.identity import service as identity
from app.identity.types import MemberRow
from app.kernel import clock, verify
from tests.factories.community import a_thread, some_boards
from tests.factories.goods import a_product
from tests.factories.identity import a_member
from tests.factories.search import ids_of, search

TITLES = (
    "番茄牛腩锅",
    "iPhone15手机壳配火锅",
    "麻辣火鍋底料測評",
    "Café de la soupe",
    "火锅，锅底怎么选",
    "Hot pot for two",
    "两人小火锅 2026",
)


@pytest.fixture
def threads(app: object, alice: MemberRow) -> dict[str, int]:
    """Threads by their title, the last one the newest."""
    some_boards()
    start = clock.now() - timedelta(days=1)
    made = community.seed_threads(
        [
            SeedThread(
                alice.id, "pot", title, "煮了两个小时，ｗｏｗ。", start + timedelta(minutes=n)
            )
            for n, title in enumerate(TITLES)
        ]
    )
    return {title: each.id for title, each in zip(TITLES, made, strict=True)}


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("锅", (0, 1, 2, 4, 6)),
        ("火锅", (1, 2, 4, 6)),
        ("火鍋", (1, 2, 4, 6)),
        ("牛腩锅", (0,)),
        ("番茄 锅", (0,)),
        ("锅 番茄", (0,)),
        ("手机", (1,)),
        ("iphone15手机", (1,)),
        ("iPhone 15", (1,)),
        ("IPHONE", (1,)),
        ("机壳", (1,)),
        ("cafe", (3,)),
        ("ＣＡＦÉ", (3,)),
        ("测评", (2,)),
        ("底料測評", (2,)),
        ("锅锅底", ()),  # over a comma is not side by side
        ('"hot pot"', (5,)),
        ('"pot hot"', ()),
        ("pot hot", (5,)),
        ("2026", (6,)),
        ("202", ()),
        ("soup", (3,)),  # begins soupe
        ("sou", ()),
        ("wow", (0, 1, 2, 3, 4, 5, 6)),
        ("没有人说过", ()),
    ],
)
def test_words_find_what_says_them(
    threads: dict[str, int], words: str, found: tuple[int, ...]
) -> None:
    assert set(ids_of(words)) == {threads[TITLES[n]] for n in found}


def test_an_exact_title_comes_first_then_titles_then_the_newest(
    app: object, alice: MemberRow
) -> None:
    old = a_thread(alice, "牛油锅").thread_id
    said = a_thread(alice, "今天", "吃了牛油锅").thread_id
    titled = a_thread(alice, "牛油锅怎么炒").thread_id
    later = a_thread(alice, "明天", "也吃牛油锅").thread_id
    assert ids_of("牛油锅") == [old, titled, later, said]


def test_pages_have_no_gaps_and_no_repeats(app: object, alice: MemberRow) -> None:
    some_boards()
    start = clock.now() - timedelta(days=1)
    made = community.seed_threads(
        [
            SeedThread(
                alice.id, "pot", f"火锅{n}" if n % 3 else f"第{n}天", "今晚火锅",
                start + timedelta(minutes=n // 2),
            )
            for n in range(50)
        ]
    )  # fmt: skip
    found = ids_of("火锅")
    assert len(found) == len(set(found)) == 50
    assert set(found) == {each.id for each in made}
    assert search("火锅").counts["thread"] == 50
    titled = [each.id for n, each in enumerate(made) if n % 3]
    assert set(found[: len(titled)]) == set(titled)


def test_people_are_found_by_han_and_by_pinyin(app: object) -> None:
    li = a_member("小李")
    zeng = a_member("老曾")
    ann = a_member("Annika")
    for words in ("小李", "李", "xiaoli", "xiao li", "xl", "xiaol"):
        assert ids_of(words, "member") == [li.id], words
    assert ids_of("laozeng", "member") == [zeng.id]  # the surname's reading, and the other one
    assert ids_of("laoceng", "member") == [zeng.id]
    assert ids_of("ann", "member") == [ann.id]
    assert ids_of(ann.yid, "member") == [ann.id]


def test_a_new_name_is_found_at_once_and_the_old_one_no_more(app: object) -> None:
    someone = a_member("小李")
    identity.edit_profile(someone.id, name="大厨", bio="只做川菜")
    assert ids_of("小李", "member") == []
    assert ids_of("dachu", "member") == [someone.id]
    assert ids_of("川菜", "member") == [someone.id]


def test_products_are_found_by_both_names_and_by_sku(app: object) -> None:
    base = a_product("BEEF-1", "Beef tallow base", name_zh="牛油锅底")
    a_product("TOM-1", "Tomato base", name_zh="番茄锅底")
    for words in ("牛油", "tallow", "BEEF-1", "beef"):
        assert ids_of(words, "product") == [base], words
    assert len(ids_of("锅底", "product")) == 2


def test_the_index_is_what_its_things_say(threads: dict[str, int], bob: MemberRow) -> None:
    a_product()
    a_thread(bob)
    assert verify.run(("search.entries",))[0].drifts == ()
