"""What loyalty hears from the floor below: a completed profile is an act that may be rewarded."""

from app.identity.events import MemberMerged, MemberParted, ProfileChanged
from app.kernel import jobs
from app.kernel.facts import Told, subscribe
from app.kernel.types import Ref
from app.loyalty import service


@subscribe(ProfileChanged)
def reward_profile(fact: ProfileChanged, told: Told) -> None:
    """Reward a member for his complete profile, once for ever."""
    if fact.is_complete and told.actor_id is not None:
        member_id = told.actor_id
        service.reward(member_id, "profile.completed", source=Ref("member", member_id))


@subscribe(MemberMerged)
def look_at_invitations(_fact: MemberMerged, _told: Told) -> None:
    """Let the sweep look whether the two sides of an invitation are one by now."""
    jobs.nudge("loyalty.referral_selves")


@subscribe(MemberParted)
def look_at_them_again(_fact: MemberParted, _told: Told) -> None:
    """Let the sweep look whether the two sides of an invitation are two again."""
    jobs.nudge("loyalty.referral_selves")
