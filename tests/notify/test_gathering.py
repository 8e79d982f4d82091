"""What is about one thing gathers in one notice until it is read, and counts people, not acts."""

from collections.abc import Iterator

import pytest
from flask import Flask

from app.identity import service as identity
from app.identity.types import MemberRow, MergeCause
from app.kernel import verify
from app.kernel.db import db
from app.kernel.i18n import in_locale
from app.notify import queries, service, types
from app.notify.types import Channel, Group, Link, NoticeKind, Params, Said, Tell, who
from tests.factories.identity import Browser, a_member

LIKED, ESSENTIAL = "test.liked", "test.essential"


def words(params: Params) -> Said:
    return Said(f"{who(params)} liked it")


@pytest.fixture(autouse=True)
def kinds() -> Iterator[None]:
    before, guards = dict(types._kinds), list(types._guards)
    types._kinds.clear()
    types.register(NoticeKind(LIKED, "Likes", "heart", words, group=Group.PEOPLE))
    types.register(NoticeKind(ESSENTIAL, "Essential", "heart", words, is_essential=True))
    yield
    types._kinds.clear()
    types._kinds.update(before)
    types._guards[:] = guards


@pytest.fixture
def fans(app: Flask) -> list[MemberRow]:
    return [a_member(name, password=None) for name in ("小李", "小王", "Bo", "Ada")]


def like(whose: MemberRow, by: MemberRow, thing: str = "thread:1", key: str = "") -> bool:
    return service.tell(
        whose.id, LIKED, key=key or f"{thing}:{by.id}", link=Link("ledger.wallet"),
        actor_id=by.id, subject=thing,
    )  # fmt: skip


def unlike(whose: MemberRow, by: MemberRow, thing: str = "thread:1") -> bool:
    return service.withdraw(whose.id, LIKED, f"{thing}:{by.id}")


def said(member: MemberRow, locale: str = "en") -> list[str]:
    with in_locale(locale):
        found = [words(each.params).title for each in queries.notices(member.id).items]
    db.session.rollback()
    return found


def no_drift() -> bool:
    db.session.rollback()
    return not [drift for report in verify.run(("notify.people",)) for drift in report.drifts]


def test_many_people_and_one_thing_are_one_row(alice: MemberRow, fans: list[MemberRow]) -> None:
    for n, fan in enumerate(fans):
        assert like(alice, fan)
        assert len(said(alice)) == 1, n
    assert said(alice) == ["Ada and 3 others liked it"]
    assert like(alice, fans[0], "thread:2")
    assert said(alice) == ["小李 liked it", "Ada and 3 others liked it"]
    assert like(alice, fans[1], "thread:2")  # who is known from another row counts here too
    assert said(alice) == ["小王 and 小李 liked it", "Ada and 3 others liked it"]
    assert no_drift()


def test_chinese_counts_everybody_and_names_a_pair(alice: MemberRow, fans: list[MemberRow]) -> None:
    like(alice, fans[1])
    like(alice, fans[0])
    assert said(alice) == ["小李 and 小王 liked it"]
    like(alice, fans[2])
    like(alice, fans[3])
    (line,) = said(alice, "zh_Hans_CN")
    assert line.startswith("Ada")
    assert "4" in line or "3" in line  # 4 once the catalogue says 等 4 人


def test_one_person_counts_once_however_often_he_acts(
    alice: MemberRow, fans: list[MemberRow]
) -> None:
    assert like(alice, fans[0], key="reply:1")
    assert like(alice, fans[0], key="reply:2")
    assert not like(alice, fans[0], key="reply:2")
    assert said(alice) == ["小李 liked it"]
    assert no_drift()


def test_what_is_read_begins_anew_and_nobody_is_told_twice(
    alice: MemberRow, fans: list[MemberRow]
) -> None:
    like(alice, fans[0])
    service.read_all(alice.id, queries.notices(alice.id).items[0].place)
    assert not like(alice, fans[0])
    assert like(alice, fans[1])
    assert said(alice) == ["小王 liked it", "小李 liked it"]
    assert [each.is_read for each in queries.notices(alice.id).items] == [False, True]


def test_what_joins_while_the_page_is_read_stays_unread(
    alice: MemberRow, fans: list[MemberRow]
) -> None:
    like(alice, fans[0])
    shown = queries.notices(alice.id).items[0].place
    like(alice, fans[1])
    assert service.read_all(alice.id, shown) == 0
    assert not queries.notices(alice.id).items[0].is_read


def test_a_like_taken_back_counts_less_and_comes_back_quietly(
    alice: MemberRow, fans: list[MemberRow]
) -> None:
    like(alice, fans[0])
    like(alice, fans[1])
    assert unlike(alice, fans[1])
    assert not unlike(alice, fans[1])
    assert said(alice) == ["小李 liked it"]
    assert unlike(alice, fans[0])
    assert said(alice) == []
    assert not like(alice, fans[0])
    assert said(alice) == ["小李 liked it"]
    service.read_all(alice.id, 2**62)
    unlike(alice, fans[0])
    like(alice, fans[0])
    assert [each.is_read for each in queries.notices(alice.id).items] == [True]
    assert no_drift()


def test_how_things_stand_is_settled_in_any_order(alice: MemberRow, fans: list[MemberRow]) -> None:
    acts = [
        Tell(alice.id, LIKED, f"thread:1:{fan.id}", actor_id=fan.id, subject="thread:1")
        for fan in fans
    ]
    assert service.settle([(act, n > 0) for n, act in enumerate(acts)]) == 3
    assert service.settle([(act, n > 0) for n, act in enumerate(acts)]) == 0
    assert service.settle([(acts[0], True), (acts[3], False)]) == 2
    assert queries.notices(alice.id).items[0].people == 3
    assert no_drift()


def test_nobody_hears_of_himself_or_of_whom_he_blocks(
    alice: MemberRow, fans: list[MemberRow]
) -> None:
    types.register_guard(lambda pairs: [pair for pair in pairs if pair[1] == fans[0].id])
    assert not like(alice, alice)
    assert not like(alice, fans[0])
    assert like(alice, fans[1])
    assert said(alice) == ["小王 liked it"]


def test_who_wants_none_of_a_kind_here_sees_none(
    alice: MemberRow, alice_client: Browser, fans: list[MemberRow]
) -> None:
    service.choose(alice.id, {LIKED: [Channel.PUSH], ESSENTIAL: []})
    like(alice, fans[0])
    service.tell(alice.id, LIKED, key="2")
    assert service.tell(alice.id, ESSENTIAL, key="1", actor_id=fans[0].id)
    assert said(alice) == ["小李 liked it"]  # the essential one
    assert 'aria-label="Notices · 1"' in alice_client.get("/notices").text


def test_the_tabs_show_one_group(alice: MemberRow, alice_client: Browser) -> None:
    for kind in (LIKED, ESSENTIAL):
        service.tell(alice.id, kind, key="1", actor_id=a_member(f"by {kind[5:]}").id)
    page = alice_client.get("/notices?type=people").text
    assert "by liked" in page
    assert "by essential" not in page
    assert "by essential" in alice_client.get("/notices?type=nonsense").text
    assert "Nothing of this kind yet" in alice_client.get("/notices?type=talk").text


def test_a_page_says_what_was_seen(
    alice: MemberRow, alice_client: Browser, fans: list[MemberRow]
) -> None:
    like(alice, fans[0])
    like(alice, fans[0], "thread:2")
    answer = alice_client.post("/notices/seen", data={"about": ["thread:1", "x" * 999]})
    assert answer.status_code == 204
    assert [each.is_read for each in queries.notices(alice.id).items] == [False, True]


def test_two_who_become_one_count_once_and_part_again(alice: MemberRow, staff: MemberRow) -> None:
    silent, bo = a_member("silent", email=None), a_member("Bo")
    like(alice, silent)
    like(alice, bo)
    merge = identity.merge_members(silent.id, bo.id, cause=MergeCause.STAFF, actor_id=staff.id)
    assert said(alice) == ["Bo liked it"]
    assert no_drift()
    identity.unmerge_members(merge.id, actor_id=staff.id)
    assert said(alice) == ["Bo and silent liked it"]
    assert no_drift()


def test_a_slip_is_refused(alice: MemberRow) -> None:
    with pytest.raises(ValueError, match="actor"):
        Tell(alice.id, LIKED, "1", subject="thread:1")
