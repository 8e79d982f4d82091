"""What missions, camps and badges ask for: kinds of acts, with what must be said about them."""

import enum
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any


class Doing(enum.StrEnum):
    """Something that a member does and that others may ask of him."""

    CHECK_IN = "check_in"
    POST = "post"
    REPLY = "reply"
    LIKE = "like"
    LIKED = "liked"
    PROFILE = "profile"
    ORDER = "order"
    EVENT = "event"

    @property
    def action(self) -> str:
        """Return the act that it is, as the act log names it."""
        return _ACTIONS[self]

    @property
    def is_written(self) -> bool:
        """Return whether it has words, and so a board, tags, a length."""
        return self in {Doing.POST, Doing.REPLY}


_ACTIONS: Mapping[Doing, str] = {
    Doing.CHECK_IN: "checkin.daily",
    Doing.POST: "thread.published",
    Doing.REPLY: "reply.published",
    Doing.LIKE: "like.given",
    Doing.LIKED: "like.received",
    Doing.PROFILE: "profile.completed",
    Doing.ORDER: "order.paid",
    Doing.EVENT: "event.attended",
}

MAX_WORD = 40
MAX_LENGTH = 5_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which acts count.

    Attributes:
        board: id of the board it must stand on; 0: any.
        topic: id of the hot topic it must stand under; 0: any.
        tag: a tag it must carry, without ``#``; empty: any.
        has_photo: only with a photo.
        min_length: signs of text, at least.
    """

    doing: Doing
    board: int = 0
    topic: int = 0
    tag: str = ""
    has_photo: bool = False
    min_length: int = 0

    def fits(
        self, action: str, about: Mapping[str, Any], sealed_tag: Collection[str] | None = None
    ) -> bool:
        """Return whether an act counts.

        Args:
            action: its name.
            about: what is said of it.
            sealed_tag: for an act of the log, whose tags are kept as digests: those of the tag.
        """
        tags = {self.tag.casefold()} if sealed_tag is None else set(sealed_tag)
        return (
            action == self.doing.action
            and self.board in {0, about.get("board")}
            and (not self.topic or self.topic in _many(about.get("topic")))
            and (not self.tag or not tags.isdisjoint(_words(about.get("tags"))))
            and (not self.has_photo or bool(about.get("has_photo")))
            and int(about.get("length") or 0) >= self.min_length
        )

    def stored(self) -> dict[str, Any]:
        """Return it as a JSON column keeps it: what is set only."""
        told = {
            "doing": self.doing.value, "board": self.board, "topic": self.topic, "tag": self.tag,
            "has_photo": self.has_photo, "min_length": self.min_length,
        }  # fmt: skip
        return {name: value for name, value in told.items() if value}


def _many(value: Any) -> Collection[Any]:
    return value if isinstance(value, (list, tuple)) else (value,)


def _words(tags: Any) -> set[str]:
    return {str(tag).casefold() for tag in tags or ()}


def wanted_from(stored: Mapping[str, Any]) -> Wanted:
    """Return what :meth:`Wanted.stored` kept."""
    return Wanted(**{**stored, "doing": Doing(stored["doing"])})
