"""What draws hear from their neighbour community, by name: replies that come, go and come back."""

from typing import Any

from app.draws import service
from app.kernel.facts import Told, hear


@hear("reply.published")
def take_floor(said: dict[str, Any], told: Told) -> None:
    """Let a reply take its floor."""
    if told.actor_id is not None:
        service.take_floor(
            said["thread_id"],
            floor=said["floor"],
            reply_id=said["reply_id"],
            member_id=told.actor_id,
            at=told.occurred_at,
        )


@hear("reply.removed")
def lose_floor(said: dict[str, Any], _told: Told) -> None:
    """A reply that its author took down wins nothing."""
    service.mark_reply(said["reply_id"], is_gone=True)


@hear("reply.hidden")
def lose_hidden_floor(said: dict[str, Any], _told: Told) -> None:
    """A reply that the team hid wins nothing."""
    service.mark_reply(said["reply_id"], is_gone=True)


@hear("reply.brought_back")
def regain_floor(said: dict[str, Any], _told: Told) -> None:
    """A reply that is back counts again."""
    service.mark_reply(said["reply_id"], is_gone=False)


@hear("reply.restored")
def regain_hidden_floor(said: dict[str, Any], _told: Told) -> None:
    """A reply that is shown again counts again."""
    service.mark_reply(said["reply_id"], is_gone=False)
