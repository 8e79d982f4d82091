"""Where a board looks: the whole house, a board, a topic, a city, places that others bring."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from app.community.queries.tables import THREAD
from app.community.service import places as cities
from app.identity.types import MemberRow
from app.kernel import places
from app.kernel.places import PlaceKind
from app.ranking import queries, service
from app.ranking.types import BoardDraft, FieldError, Period, Scope
from tests.factories.community import a_thread
from tests.factories.identity import Browser
from tests.factories.ranking import PLAIN, a_board, settle
from tests.ranking.test_boards import nothing_drifts, score_of


@pytest.fixture
def gatherings() -> Iterator[None]:
    """A kind of places as another domain would bring it: every thread titled Pot."""
    threads = sa.select(THREAD.c.id).where(THREAD.c.title == "Pot")
    kind = PlaceKind("gathering", "One gathering", lambda: [("pots", "Pots")], lambda _ref: threads)
    places.register(kind)
    yield
    places.forget("gathering")


def test_a_city_s_board_counts_what_is_written_on_the_city_s_boards(
    alice: MemberRow, bob: MemberRow, staff: MemberRow
) -> None:
    a_thread(alice, "Here", board="pot")
    a_thread(bob, "There", board="dips")
    cities.place_board("pot", "成都", "Chengdu", actor_id=staff.id)
    a_board("chengdu", scope=Scope.CITY, scope_ref="Chengdu")
    assert (score_of(alice), score_of(bob)) == (10, 0)
    cities.place_board("dips", "成都", "Chengdu", actor_id=staff.id)
    service.look_at_all_again()
    settle()
    assert score_of(bob) == 10
    nothing_drifts()


def test_only_places_that_exist_are_offered_and_taken(
    staff: MemberRow, staff_client: Browser
) -> None:
    assert {scope for scope, _ref, _name in queries.scope_choices()} <= {"board", "topic", "city"}
    page = staff_client.get("/staff/ranking/new").text
    assert "gathering:" not in page
    with pytest.raises(FieldError):
        service.create_board(
            staff.id, BoardDraft("x", "局", "Gathering", scope="gathering", scope_ref="pots"), PLAIN
        )


@pytest.mark.usefixtures("gatherings")
def test_a_kind_of_places_that_another_domain_brings_counts_its_threads(
    alice: MemberRow, bob: MemberRow, staff_client: Browser
) -> None:
    assert ("gathering", "pots", "Pots") in queries.scope_choices()
    assert "One gathering: Pots" in staff_client.get("/staff/ranking/new").text
    a_thread(alice, "Pot", "with a text that is long enough")
    a_thread(bob, "Pan", "with a text that is long enough")
    a_board("pots", scope="gathering", scope_ref="pots")
    assert (score_of(alice), score_of(bob)) == (10, 0)
    assert "One gathering" in staff_client.get("/staff/ranking/pots").text
    places.forget("gathering")  # the domain is gone: nothing counts, nothing breaks
    service.look_at_all_again()
    settle()
    assert score_of(alice) == 0
    assert staff_client.get("/staff/ranking/pots").status_code == 200


def test_the_team_reads_names_of_places_and_no_end_where_there_is_none(
    alice: MemberRow, staff_client: Browser
) -> None:
    a_thread(alice)
    a_board("all", period=Period.ALL)
    a_board("pot", scope=Scope.BOARD, scope_ref="pot")
    page = staff_client.get("/staff/ranking").text
    assert "One board: " in page
    assert "(pot)" not in page
    assert "9999" not in page
    assert "One board: " in staff_client.get("/staff/ranking/pot").text


def test_on_a_board_s_first_day_nobody_is_called_new(alice: MemberRow, client: Browser) -> None:
    a_board()
    threads = [a_thread(alice, f"Pot {n}") for n in range(2)]
    settle()
    page = client.get("/rank")
    assert threads
    assert "New on the board" not in page.text
    assert "public" not in page.headers["Cache-Control"]  # nobody keeps what is withdrawn
