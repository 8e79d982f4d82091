"""What the community does when something happens below."""

from app.community import service
from app.community.queries import named
from app.identity.events import MemberLeft, MemberMerged, MemberParted, ProfileChanged
from app.kernel.facts import Told, subscribe

BATCH, BATCHES = 200, 10  # the newest two thousand texts; older ones follow at their next edit


@subscribe(ProfileChanged)
def print_new_name(_fact: ProfileChanged, told: Told) -> None:
    """Print the texts that name a member anew: his name may be another."""
    if told.actor_id is not None:
        _print_texts_naming(told.actor_id)


@subscribe(MemberMerged)
def print_merged_name(fact: MemberMerged, _told: Told) -> None:
    """Print the texts that name two who became one."""
    for member_id in (fact.source_id, fact.target_id):
        _print_texts_naming(member_id)


@subscribe(MemberParted)
def print_parted_name(fact: MemberParted, _told: Told) -> None:
    """Print the texts that name one who became two again."""
    for member_id in (fact.source_id, fact.target_id):
        _print_texts_naming(member_id)


@subscribe(MemberLeft)
def print_former_member(fact: MemberLeft, _told: Told) -> None:
    """Print the texts that name one who has left: they name a former member now."""
    _print_texts_naming(fact.member_id)


def _print_texts_naming(member_id: int) -> None:
    place: tuple[int, int] | None = None
    for _ in range(BATCHES):
        texts = named.texts_naming(member_id, place, BATCH)
        for thread_id, floor in texts:
            service.render_again(thread_id, floor)
        if len(texts) < BATCH:
            return
        place = texts[-1]
