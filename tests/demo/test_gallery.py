from collections import Counter
from pathlib import Path

import pytest

from app.demo.gallery import Gallery
from app.demo.painter import Picture


def pictures(**themes: str) -> list[Picture]:
    return [Picture(key, Path(f"{key}.jpg"), tuple(t.split())) for key, t in themes.items()]


def test_a_picture_shows_what_was_asked_for() -> None:
    gallery = Gallery(pictures(bowl="noodles", pan="egg", cup="tea"), seed=1)
    assert [picture.key for picture in gallery.pictures_for(["egg", "tea", "noodles"])] == [
        "pan", "cup", "bowl",
    ]  # fmt: skip


def test_one_thread_never_shows_a_picture_twice_while_there_are_others() -> None:
    gallery = Gallery(pictures(a="hotpot", b="hotpot", c="hotpot"), seed=1)
    shown = [picture.key for picture in gallery.pictures_for(["hotpot"] * 3)]
    assert sorted(shown) == ["a", "b", "c"]


def test_every_picture_of_a_subject_hangs_equally_often() -> None:
    many = pictures(**{f"pot{k}": "hotpot" for k in range(20)})
    gallery = Gallery(many, seed=1)
    hung = Counter(gallery.pictures_for(["hotpot"])[0].key for _ in range(200))
    assert set(hung.values()) == {10}


def test_neighbours_never_share_a_cover_while_there_are_others() -> None:
    many = pictures(**{f"pot{k}": "hotpot" for k in range(20)})
    gallery = Gallery(many, seed=1)
    covers = [gallery.pictures_for(["hotpot"])[0].key for _ in range(100)]
    for start in range(len(covers) - 9):
        assert len(set(covers[start : start + 9])) == 9


def test_an_unknown_subject_gets_something_related_or_anything() -> None:
    gallery = Gallery(pictures(box="pack", pot="hotpot"), seed=1)
    assert gallery.pictures_for(["jar"])[0].key == "box"
    assert gallery.pictures_for(["something else"])[0].key == "pot"


def test_undescribed_photos_serve_every_subject() -> None:
    gallery = Gallery([Picture(str(k), Path(f"{k}.jpg")) for k in range(3)], seed=1)
    assert len({p.key for p in gallery.pictures_for(["noodles", "dips", "parcel"])}) == 3


def test_more_subjects_than_pictures_repeat_rather_than_fail() -> None:
    gallery = Gallery(pictures(a="hotpot"), seed=1)
    assert [p.key for p in gallery.pictures_for(["hotpot", "dips"])] == ["a", "a"]


def test_the_same_seed_hangs_the_same_pictures() -> None:
    many = pictures(**{f"pot{k}": "hotpot" for k in range(9)})

    def hang(seed: int) -> list[str]:
        gallery = Gallery(many, seed=seed)
        return [gallery.pictures_for(["hotpot"])[0].key for _ in range(9)]

    assert hang(3) == hang(3)
    assert hang(3) != hang(4)


def test_an_empty_gallery_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Gallery([], seed=1)


def test_a_picture_can_be_asked_for_by_its_key() -> None:
    gallery = Gallery(pictures(balcony="hotpot", stove="hotpot", camp="hotpot"), seed=1)
    assert gallery.pictures_for(["camp", "hotpot"])[0].key == "camp"


def test_a_picture_that_shows_more_of_the_post_is_preferred() -> None:
    gallery = Gallery(pictures(day="noodles", late="noodles night", tea="night tea"), seed=1)
    assert gallery.pictures_for(["noodles", "night"])[0].key == "late"


def test_what_else_a_post_is_about_helps_when_its_own_picture_was_just_shown() -> None:
    gallery = Gallery(pictures(stove="red night", tea="tea", late="night"), seed=1)
    assert gallery.pictures_for(["stove"], also=["night"])[0].key == "stove"
    assert gallery.pictures_for(["stove"], also=["night"])[0].key == "late"
