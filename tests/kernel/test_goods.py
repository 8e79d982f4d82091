"""What can be handed over: kinds are registered, things are read back, nothing is guessed."""

import pytest

from app.kernel import goods
from app.kernel.goods import Given, Giving, Kind, Thing, UnknownGoodsError


@pytest.fixture
def spoons(monkeypatch: pytest.MonkeyPatch) -> list[Giving]:
    """Register a kind of which three things exist, and return what was given of it."""
    monkeypatch.setattr(goods, "_kinds", {})
    given: list[Giving] = []

    def give(giving: Giving) -> Given:
        is_new = giving.key not in {each.key for each in given}
        given.append(giving)
        return Given(is_new)

    goods.register(
        Kind("spoon", "Spoon", choices=lambda: [("7", "Ladle")], give=give, left=lambda _ref: 3)
    )
    return given


def test_a_thing_is_stored_as_text_and_read_back() -> None:
    assert Thing.parse(str(Thing("coupon", "12"))) == Thing("coupon", "12")


@pytest.mark.parametrize("text", ["", "coupon", "coupon:", ":12", "coupon:" + "9" * 65])
def test_what_names_no_thing_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="names no thing"):
        Thing.parse(text)


@pytest.mark.parametrize(("count", "key"), [(0, "mall:1"), (1, ""), (1, "x" * 97)])
def test_a_giving_has_a_count_and_a_key(count: int, key: str) -> None:
    with pytest.raises(ValueError, match="no giving"):
        Giving(member_id=1, ref="7", key=key, count=count)


def test_the_domain_that_owns_a_thing_hands_it_over(spoons: list[Giving]) -> None:
    giving = Giving(member_id=1, ref="7", key="mall:1")
    assert goods.give("spoon", giving).is_new
    assert not goods.give("spoon", giving).is_new
    assert spoons == [giving, giving]
    assert goods.kinds()[0].left("7") == 3


@pytest.mark.usefixtures("spoons")
def test_nobody_answers_for_what_nobody_registered() -> None:
    with pytest.raises(UnknownGoodsError):
        goods.give("fork", Giving(member_id=1, ref="7", key="mall:1"))
    assert goods.label_of(Thing("fork", "7")) == "fork:7"
    assert goods.label_of(Thing("spoon", "7")) == "Ladle"
    assert goods.label_of(Thing("spoon", "8")) == "8"


@pytest.mark.usefixtures("spoons")
def test_what_can_not_be_taken_back_stays() -> None:
    assert goods.take_back("spoon", "mall:1") is False
