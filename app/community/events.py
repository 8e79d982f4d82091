"""What happens in the community, in the past tense. Ids, enums and numbers only."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.facts import Fact


@dataclass(frozen=True, slots=True)
class ThreadPublished(Fact):
    """A member published a thread. ``kind`` is a word of the community's kinds."""

    name: ClassVar[str] = "thread.published"
    thread_id: int
    photos: int
    lang: str
    kind: str = "note"


@dataclass(frozen=True, slots=True)
class ThreadEdited(Fact):
    """Its author changed a thread."""

    name: ClassVar[str] = "thread.edited"
    thread_id: int


@dataclass(frozen=True, slots=True)
class ThreadRemoved(Fact):
    """Its author took a thread down."""

    name: ClassVar[str] = "thread.removed"
    thread_id: int


@dataclass(frozen=True, slots=True)
class ThreadBroughtBack(Fact):
    """Its author changed his mind about removing a thread."""

    name: ClassVar[str] = "thread.brought_back"
    thread_id: int


@dataclass(frozen=True, slots=True)
class ThreadHidden(Fact):
    """The team hid a thread."""

    name: ClassVar[str] = "thread.hidden"
    thread_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class ThreadRestored(Fact):
    """The team shows a hidden thread again."""

    name: ClassVar[str] = "thread.restored"
    thread_id: int


@dataclass(frozen=True, slots=True)
class ReplyPublished(Fact):
    """A member replied. ``reply_to`` is the floor he answers, if any."""

    name: ClassVar[str] = "reply.published"
    reply_id: int
    thread_id: int
    floor: int
    reply_to: int | None


@dataclass(frozen=True, slots=True)
class ReplyEdited(Fact):
    """Its author changed a reply."""

    name: ClassVar[str] = "reply.edited"
    reply_id: int
    thread_id: int


@dataclass(frozen=True, slots=True)
class ReplyRemoved(Fact):
    """Its author took a reply down; its floor stays."""

    name: ClassVar[str] = "reply.removed"
    reply_id: int
    thread_id: int


@dataclass(frozen=True, slots=True)
class ReplyBroughtBack(Fact):
    """Its author changed his mind about removing a reply."""

    name: ClassVar[str] = "reply.brought_back"
    reply_id: int
    thread_id: int


@dataclass(frozen=True, slots=True)
class ReplyHidden(Fact):
    """The team hid a reply."""

    name: ClassVar[str] = "reply.hidden"
    reply_id: int
    thread_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class ReplyRestored(Fact):
    """The team shows a hidden reply again."""

    name: ClassVar[str] = "reply.restored"
    reply_id: int
    thread_id: int


@dataclass(frozen=True, slots=True)
class AnswerAccepted(Fact):
    """Who asked, or the team, marked a reply as the answer."""

    name: ClassVar[str] = "answer.accepted"
    thread_id: int
    reply_id: int


@dataclass(frozen=True, slots=True)
class AnswerTakenBack(Fact):
    """A reply is the answer no longer."""

    name: ClassVar[str] = "answer.taken_back"
    thread_id: int
    reply_id: int


@dataclass(frozen=True, slots=True)
class ThreadLiked(Fact):
    """A member likes a thread."""

    name: ClassVar[str] = "thread.liked"
    thread_id: int


@dataclass(frozen=True, slots=True)
class ThreadUnliked(Fact):
    """A member took his like of a thread back."""

    name: ClassVar[str] = "thread.unliked"
    thread_id: int


@dataclass(frozen=True, slots=True)
class ReplyLiked(Fact):
    """A member likes a reply."""

    name: ClassVar[str] = "reply.liked"
    reply_id: int
    thread_id: int


@dataclass(frozen=True, slots=True)
class ReplyUnliked(Fact):
    """A member took his like of a reply back."""

    name: ClassVar[str] = "reply.unliked"
    reply_id: int
    thread_id: int


@dataclass(frozen=True, slots=True)
class MemberFollowed(Fact):
    """The actor follows a member."""

    name: ClassVar[str] = "member.followed"
    member_id: int


@dataclass(frozen=True, slots=True)
class MemberUnfollowed(Fact):
    """The actor no longer follows a member."""

    name: ClassVar[str] = "member.unfollowed"
    member_id: int


@dataclass(frozen=True, slots=True)
class ThreadFeatured(Fact):
    """The team picked a thread for the featured lists."""

    name: ClassVar[str] = "thread.featured"
    thread_id: int


@dataclass(frozen=True, slots=True)
class ThreadUnfeatured(Fact):
    """The team took a thread from the featured lists again."""

    name: ClassVar[str] = "thread.unfeatured"
    thread_id: int


@dataclass(frozen=True, slots=True)
class TopicOpened(Fact):
    """A hot topic opened."""

    name: ClassVar[str] = "topic.opened"
    topic_id: int


@dataclass(frozen=True, slots=True)
class TopicClosed(Fact):
    """A hot topic closed."""

    name: ClassVar[str] = "topic.closed"
    topic_id: int
