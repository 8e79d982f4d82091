import re
from collections import Counter
from itertools import pairwise

import pytest

from app.commerce.types.catalogue import link_to_item
from app.commerce.types.goods import Allergen, PackUnit
from app.community.elsewhere import read_link
from app.community.types import BOARD_ICONS, Platform, is_title_too_long
from app.demo.content import (
    BOARDS,
    CHANNELS,
    HANDWRITTEN,
    PEOPLE,
    PRODUCTS,
    Composer,
    person,
)
from app.demo.content.catalogue import CATEGORIES, GOODS, LINKS, SETS
from app.demo.content.elsewhere import ELSEWHERE
from app.demo.content.pantry import DISHES
from app.demo.content.replies import BY_KIND, BY_SUBJECT, FROM_AUTHOR
from app.demo.content.shown import OF_DISH, OF_FRIEND, PLACES, goods_in
from app.demo.content.templates import TEMPLATES
from app.demo.content.threads.draft import has_han
from app.demo.content.types import Good, Kind, Post
from app.demo.painter.avatars import SITTERS
from app.demo.painter.menu import menu
from app.identity.names import clean_name
from app.kernel.permissions import Role

PAINTED = {
    subject for painting in menu("沸禾", "Simmer") for subject in (painting.key, *painting.themes)
}
COMPOSED = [Composer(7).post(number) for number in range(3000)]
EVERYTHING = [*HANDWRITTEN, *COMPOSED]


def test_there_are_many_handwritten_threads_mostly_chinese() -> None:
    assert len(HANDWRITTEN) >= 150
    english = sum(post.language == "en" for post in HANDWRITTEN) / len(HANDWRITTEN)
    assert 0.2 <= english <= 0.3
    assert sum(len(post.replies) for post in HANDWRITTEN) >= 350


def test_no_handwritten_thread_is_written_twice() -> None:
    assert len({post.title for post in HANDWRITTEN}) == len(HANDWRITTEN)
    assert len({post.body for post in HANDWRITTEN}) == len(HANDWRITTEN)


@pytest.mark.parametrize("post", HANDWRITTEN, ids=lambda post: post.title)
def test_a_handwritten_thread_is_a_story_and_not_a_novel(post: Post) -> None:
    assert 55 <= len(post.body) <= 400
    assert has_han(post.body) == (post.language == "zh")
    assert all(has_han(answer.text) == (post.language == "zh") for answer in post.replies)
    assert post.replies


@pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.slug)
def test_every_board_is_alive_in_both_languages(board: object) -> None:
    slug = board.slug  # type: ignore[attr-defined]
    languages = Counter(post.language for post in HANDWRITTEN if post.board == slug)
    assert languages["zh"] >= 10
    assert languages["en"] >= 4
    assert any(post.board == slug for post in COMPOSED)


def test_boards_have_icons_the_house_knows_and_threads_stand_on_boards() -> None:
    assert {board.icon for board in BOARDS} <= {icon.icon for icon in BOARD_ICONS}
    assert {post.board for post in EVERYTHING} == {board.slug for board in BOARDS}
    assert sum(board.share for board in BOARDS) == 100


def test_titles_fit_a_card() -> None:
    assert not [post.title for post in EVERYTHING if is_title_too_long(post.title)]


def test_whatever_a_post_shows_is_painted() -> None:
    assert {subject for post in EVERYTHING for subject in post.pictures} <= PAINTED


def test_moulds_are_filled_to_the_last_word() -> None:
    for post in COMPOSED:
        text = " ".join((post.title, post.body, *(answer.text for answer in post.replies)))
        assert not re.search(r"[{}]|  |\bNone\b", text), text


def test_a_composer_writes_the_same_for_a_seed_and_in_any_order() -> None:
    again = Composer(7)
    assert [again.post(number) for number in (2999, 17, 0)] == [
        COMPOSED[number] for number in (2999, 17, 0)
    ]
    assert [Composer(8).post(n) for n in range(50)] != COMPOSED[:50]


def test_no_two_neighbours_come_from_one_mould() -> None:
    for one, other in pairwise(COMPOSED):
        assert one.title != other.title
        assert one.body != other.body
    # a mould comes again only when all others have been used
    first_round = [(post.board, post.kind, post.language) for post in COMPOSED[: len(TEMPLATES)]]
    assert Counter(first_round) == Counter((t.board, t.kind, t.language) for t in TEMPLATES)


def test_composed_posts_are_varied_and_about_a_quarter_english() -> None:
    assert len({post.body for post in COMPOSED}) > 0.95 * len(COMPOSED)
    assert len({post.title for post in COMPOSED}) > 0.5 * len(COMPOSED)
    english = sum(post.language == "en" for post in COMPOSED) / len(COMPOSED)
    assert 0.18 <= english <= 0.32


def test_a_mould_only_takes_dishes_it_can_speak_of() -> None:
    dips = [post for post in COMPOSED if post.board == "dips" and post.pictures]
    assert dips
    assert all(post.pictures[0] == "dips" for post in dips)
    meetups = [post for post in COMPOSED if post.board == "meetups"]
    assert not {"dips", "dessert", "drinks"} & {s for post in meetups for s in post.pictures}


def test_general_replies_exist_for_every_kind_in_both_languages() -> None:
    for language in ("zh", "en"):
        assert set(BY_KIND[language]) == set(Kind)
        assert all(len(texts) >= 4 for texts in BY_KIND[language].values())
        assert len(FROM_AUTHOR[language]) >= 6
        texts = [t for group in BY_KIND[language].values() for t in group]
        texts += [t for group in BY_SUBJECT[language].values() for t in group]
        assert len(set(texts)) == len(texts)
        assert all(has_han(text) == (language == "zh") for text in texts)


def test_the_first_four_people_are_the_demos_sign_ins() -> None:
    assert [one.role for one in PEOPLE[:4]] == ["fan", "koc", "moderator", "administrator"]


def test_known_people_have_roles_and_faces_that_exist() -> None:
    assert len(PEOPLE) >= 70
    assert {one.role for one in PEOPLE} <= {"fan", *(role.value for role in Role)}
    assert {one.portrait for one in PEOPLE} <= {key for key, _ in SITTERS}


def test_everybody_has_a_name_of_his_own_that_the_house_accepts() -> None:
    names = [person(number).name for number in range(4000)]
    assert len(set(names)) == len(names)
    for name in names:
        assert clean_name(name, trusted=True) == name


def test_thread_authors_named_by_name_exist() -> None:
    known = {one.name for one in PEOPLE} | {one.role for one in PEOPLE} | {""}
    assert {post.by for post in HANDWRITTEN} <= known


def test_products_and_channels_make_sense() -> None:
    assert len(PRODUCTS) >= 24
    assert len({product.sku for product in PRODUCTS}) == len(PRODUCTS)
    assert all(500 <= product.price_minor <= 30_000 for product in PRODUCTS)
    assert all(product.weight_grams > 0 and product.demand > 0 for product in PRODUCTS)
    assert sum(channel.share for channel in CHANNELS) == 100
    assert all(channel.return_days in {7, 15} for channel in CHANNELS)


def test_everything_that_is_bought_stands_on_a_shelf_once() -> None:
    on_shelves = [item.sku for good in GOODS for item in good.items]
    assert len(on_shelves) == len(set(on_shelves))
    sold = {product.sku for product in PRODUCTS}
    assert set(on_shelves) >= sold
    unsold = [item for good in GOODS for item in good.items if item.sku not in sold]
    assert all(item.is_hidden and item.price_minor for item in unsold)
    assert unsold, "no hidden edition to wonder about"


@pytest.mark.parametrize("good", GOODS, ids=lambda good: good.slug)
def test_a_product_is_told_in_both_languages_and_shown(good: Good) -> None:
    assert {*good.pictures, *(item.picture for item in good.items if item.picture)} <= PAINTED
    assert has_han(good.zh)
    assert has_han(good.about_zh)
    assert not has_han(good.en + good.about_en)
    assert bool(good.risk[0]) == bool(good.risk[1])
    assert set(good.allergens) <= {allergen.value for allergen in Allergen}
    assert set(good.goes_with) <= {other.slug for other in GOODS} - {good.slug}
    assert good.shelf in {shelf.slug for shelf in CATEGORIES}
    assert {item.unit for item in good.items} <= {unit.value for unit in PackUnit}
    for item in good.items:
        assert item.pack_size > 0
        assert not item.trial_of or item.trial_of in {other.sku for other in good.items}


def test_sets_hold_what_there_is_and_every_channel_has_a_link() -> None:
    skus = {item.sku for good in GOODS for item in good.items}
    assert len(SETS) >= 2
    assert all(set(series.skus) <= skus for series in SETS)
    assert sum(bool(item.trial_of) for good in GOODS for item in good.items) == 2
    assert {channel.code for channel in CHANNELS} == set(LINKS)
    assert all(is_link_template(link) for link in LINKS.values())


def test_products_of_posts_are_of_the_house_and_places_on_its_pictures() -> None:
    slugs = {good.slug for good in GOODS}
    assert {slug for post in EVERYTHING for slug in post.goods} <= slugs
    assert {slug for spots in PLACES.values() for slug in spots} <= slugs
    assert set(PLACES) <= PAINTED
    assert {*OF_DISH.values(), *OF_FRIEND.values()} <= slugs
    assert set(OF_DISH) <= {dish.zh for dish in DISHES}
    assert all(0 < x < 1000 > y > 0 for spots in PLACES.values() for x, y in spots.values())
    assert goods_in("solo", "番茄宽粉杯", (), "配火锅宽粉") == (
        "tomato-noodle-cup", "wide-glass-noodles",
    )  # fmt: skip
    assert goods_in("solo", "一碗宽粉", ("tomato",), "") == ()
    assert goods_in("unboxed", "一碗宽粉", ("jar-crisp",), "") == (
        "wide-glass-noodles", "chili-crisp",
    )  # fmt: skip


def test_posts_elsewhere_are_posts_by_known_people_with_figures() -> None:
    links = [read_link(post.url) for post in ELSEWHERE]
    assert len({link.digest for link in links}) == len(links)
    assert Platform.OTHER not in {link.platform for link in links}
    assert all(0 <= post.member < len(PEOPLE) and post.title for post in ELSEWHERE)
    assert all(sum(post.figures) > 0 <= min(post.figures) for post in ELSEWHERE)
    assert len({post.member for post in ELSEWHERE}) >= 4


def is_link_template(link: str) -> bool:
    return link_to_item(link, "1") is not None
