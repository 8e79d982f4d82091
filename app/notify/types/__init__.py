"""Notify's words: what a member can be told, and the registry of everything that is told."""

import enum
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from app.kernel.errors import InvalidError
from app.kernel.i18n import gettext as _
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.i18n import locale_tag, ngettext, number
from app.kernel.permissions import Permission
from app.kernel.types import Person, Ref

MAX_KIND, MAX_KEY, MAX_ENDPOINT, MAX_SUBJECT = 48, 96, 64, 64
UNREAD_SHOWN = 100  # a count beyond this is "99+" anyway
PLAIN = re.compile(r"^[A-Za-z0-9_.:+-]{0,48}$")

Value = int | str | bool
Params = Mapping[str, Value]


class Channel(enum.StrEnum):
    """How something reaches a member."""

    WEB = "web"
    MAIL = "mail"
    PUSH = "push"


class Group(enum.StrEnum):
    """Where a kind stands: the tabs of the page, the sections of the settings and of a digest."""

    TALK = "talk"
    PEOPLE = "people"
    REWARDS = "rewards"
    TEAM = "team"


GROUP_LABELS: dict[Group, object] = {
    Group.TALK: _l("Replies"),
    Group.PEOPLE: _l("Likes and follows"),
    Group.REWARDS: _l("Rewards"),
    Group.TEAM: _l("From the team"),
}


class Rhythm(enum.StrEnum):
    """When letters come that can wait."""

    INSTANT = "instant"
    DAILY = "daily"
    WEEKLY = "weekly"
    NEVER = "never"


RHYTHM_LABELS: dict[Rhythm, object] = {
    Rhythm.INSTANT: _l("At once, each by itself"),
    Rhythm.DAILY: _l("Once a day, all together"),
    Rhythm.WEEKLY: _l("Once a week, all together"),
    Rhythm.NEVER: _l("No letters of these"),
}


class DeliveryState(enum.StrEnum):
    """Where something on its way by mail or push stands."""

    WAITING = "waiting"
    DONE = "done"  # a letter: handed to the kernel's mail in the same transaction
    SKIPPED = "skipped"  # he read it first, wants none now, can't be reached, it came to nothing
    FAILED = "failed"  # every try failed


@dataclass(frozen=True, slots=True)
class Link:
    """Where a notice leads: an endpoint and the ids that its address needs."""

    endpoint: str
    values: Params = field(default_factory=dict)

    @classmethod
    def to(cls, ref: Ref) -> "Link":
        """Return a link to a thing of any domain, through ``/go``."""
        return cls("refs.go", {"kind": ref.kind, "ref_id": ref.id})


@dataclass(frozen=True, slots=True)
class Tell:
    """One thing that one member is to be told.

    Attributes:
        kind: a registered kind, e.g. ``loyalty.expiring``.
        key: what makes it this notice and no other; the same member, kind and key are told once.
        params: ids, whole numbers, enums and days (ISO); never a name or a text.
        also_by_mail: a letter goes with it if the member wants such letters.
        actor_id: who did it; nobody is told what he did himself.
        subject: what it is about (``thread:12``): the same kind about the same thing gathers in
            one row until that is read, and says how many different people it was. None: a row of
            its own.
        about: on whose page it counts as read (``thread:12``); without it the subject.
        is_own: it is what became of his own things, and gathers too; he is the actor.
    """

    member_id: int
    kind: str
    key: str
    params: Params = field(default_factory=dict)
    link: Link | None = None
    also_by_mail: bool = False
    actor_id: int | None = None
    subject: str | None = None
    about: str | None = None
    is_own: bool = False

    def __post_init__(self) -> None:
        """Refuse what can only be a bug of the caller.

        Raises:
            ValueError: a key that is empty or too long, or a free text among the params.
        """
        if not 0 < len(self.key) <= MAX_KEY:
            message = f"the key of a notice has 1 to {MAX_KEY} characters, got {self.key!r}"
            raise ValueError(message)
        if self.subject is not None and (self.actor_id is None or len(self.subject) > MAX_SUBJECT):
            message = f"what gathers names an actor and a short subject, got {self.subject!r}"
            raise ValueError(message)
        if self.about is not None and len(self.about) > MAX_SUBJECT:
            message = f"a page has a short name, got {self.about!r}"
            raise ValueError(message)
        values = [*self.params.values(), *(self.link.values.values() if self.link else ())]
        for value in values:
            if isinstance(value, str) and not PLAIN.match(value):
                message = f"notices hold ids, numbers, enums and days only, got {value!r}"
                raise ValueError(message)


@dataclass(frozen=True, slots=True)
class Said:
    """A notice in words, in the reader's language.

    Attributes:
        is_moot: it has come to nothing since; it is shown quietly and no letter goes out.
    """

    title: str
    text: str = ""
    is_moot: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """What a member was told.

    Attributes:
        params: with ``first``, ``second`` and ``people`` where people did it, for :func:`who`, and
            with ``things``: how many acts have gathered.
        place: its place in the list; new whenever somebody joins in.
        people: by how many different people.
        faces: the last one or two of them.
    """

    id: int
    member_id: int
    kind: str
    params: Params
    link: Link | None
    told_at: datetime
    is_read: bool
    place: int = 0
    people: int = 1
    faces: tuple[Person, ...] = ()


Words = Callable[[Params], Said]
Refresh = Callable[[Sequence[Notice]], Mapping[int, Params]]
Titles = Callable[[Collection[int]], sa.Select[tuple[int, str, str]]]


@dataclass(frozen=True, slots=True)
class Named:
    """Notices of a kind carry the name of a thing, read when they are read.

    Attributes:
        param: the param that holds the thing's id. The words find ``name_zh`` and ``name_en``
            among the params; both are missing where the thing is gone or not for members' eyes.
        titles: ids -> SELECT of (id, Chinese name, English name). Those of all kinds of a page
            become one statement.
        into: what the params are called, where a kind names two things.
    """

    param: str
    titles: Titles
    into: str = "name"


@dataclass(frozen=True, slots=True)
class NoticeKind:
    """Something that members are told about.

    Attributes:
        key: ``domain.what``.
        label: what the settings page calls it, lazily translated.
        icon: tabler name.
        words: puts the params into words, in the language of whoever reads; :func:`who` names the
            people.
        refresh: returns the params as they are now, by the notice's id, for all notices of a page
            at once (one statement); a notice that is left out keeps those it was told with.
        has_mail: whether letters of this kind are ever written: then the settings page offers to
            stop them.
        group: its tab.
        named: the thing whose name it carries, or several; those whose param a notice has.
        by_mail, by_push: what holds for who has not chosen.
        is_urgent: letters of it don't wait for a digest.
        is_essential: it always stands on the page, whatever was chosen.
        told_to: only people with this permission ever get it; None: anybody. Nobody else is asked
            how he wants to be told.
    """

    key: str
    label: object
    icon: str
    words: Words
    refresh: Refresh | None = None
    has_mail: bool = False
    group: Group = Group.REWARDS
    named: Named | tuple[Named, ...] | None = None
    by_mail: bool = True
    by_push: bool = False
    is_urgent: bool = True
    is_essential: bool = False
    told_to: Permission | None = None


_kinds: dict[str, NoticeKind] = {}


def register(kind: NoticeKind) -> None:
    """Say what a kind of notice means. Called from a domain's manifest."""
    if len(kind.key) > MAX_KIND:
        message = f"a kind has at most {MAX_KIND} characters, got {kind.key!r}"
        raise ValueError(message)
    _kinds[kind.key] = kind


def kind_of(key: str) -> NoticeKind:
    """Return a kind.

    Raises:
        LookupError: nobody has registered it: a slip in the calling code.
    """
    try:
        return _kinds[key]
    except KeyError:
        message = f"no kind of notice {key!r}; there are: {', '.join(sorted(_kinds))}"
        raise LookupError(message) from None


def find_kind(key: str) -> NoticeKind | None:
    """Return a kind, or None where nobody answers for it any more."""
    return _kinds.get(key)


def kinds(
    group: Group | None = None, *, allowed: Collection[Permission] | None = None
) -> list[NoticeKind]:
    """Return all kinds, or those of a group, by key.

    Args:
        group: of one tab only.
        allowed: only those that somebody with these permissions can ever get.
    """
    chosen = (_kinds[key] for key in sorted(_kinds) if group in {None, _kinds[key].group})
    return [
        kind
        for kind in chosen
        if allowed is None or kind.told_to is None or kind.told_to in allowed
    ]


# --- who did it ----------------------------------------------------------------------------------


def who(params: Params) -> str:
    """Return the people of a notice in words: one, two, or one and how many more.

    The figure is what the language counts: in Chinese everybody, in English the others.
    """
    first, people = str(params.get("first", "")), int(params.get("people", 1))
    if people <= 1 or "second" not in params:
        return first
    if people == 2:  # noqa: PLR2004 - a pair is named
        return _("%(first)s and %(second)s", first=first, second=params["second"])
    others = people - 1
    return ngettext(
        "%(name)s and %(figure)s other",
        "%(name)s and %(figure)s others",
        others,
        name=first,
        figure=number(people if locale_tag().startswith("zh") else others),
    )


def name_of(params: Params, into: str = "name") -> str:
    """Return the thing's name (see :class:`Named`) in the reader's language; empty: it has none."""
    tag = "zh" if locale_tag().startswith("zh") else "en"
    return str(params.get(f"{into}_{tag}") or params.get(f"{into}_zh", ""))


# --- questions to the floors above ---------------------------------------------------------------

Pair = tuple[int, int]
Guard = Callable[[Collection[Pair]], Collection[Pair]]
"""(member, who did it) pairs -> those of which the member must not hear: muted, blocked."""

_guards: list[Guard] = []


def register_guard(guard: Guard) -> None:
    """Let a domain say of whom members don't want to hear. Called from its manifest.

    It is asked once for everything that is told together (one statement, please).
    """
    if guard not in _guards:
        _guards.append(guard)


def unwelcome(pairs: Collection[Pair]) -> set[Pair]:
    """Return the pairs of which the member must not hear."""
    asked = sorted(set(pairs))
    if not asked:
        return set()
    return {pair for guard in _guards for pair in guard(asked)}


Resolver = Callable[[], Collection[int]]


@dataclass(frozen=True, slots=True)
class Crowd:
    """Members who can be called together by one name (``@moderators``).

    Attributes:
        name: what follows the @.
        label: what it is called, lazily translated.
        members: returns their ids; one statement.
        also: other names that mean the same (``版主``).
    """

    name: str
    label: object
    members: Resolver
    also: tuple[str, ...] = ()


_crowds: dict[str, Crowd] = {}


def register_crowd(crowd: Crowd) -> None:
    """Let a group be called by its name. Called from a domain's manifest."""
    _crowds[crowd.name] = crowd


def crowds() -> list[Crowd]:
    """Return who can be called together, by name."""
    return [_crowds[name] for name in sorted(_crowds)]


def crowd_names() -> dict[str, str]:
    """Return every name by which a crowd can be called, folded, with the crowd's own name."""
    return {name.casefold(): crowd.name for crowd in crowds() for name in (crowd.name, *crowd.also)}


def crowd_members(names: Collection[str]) -> set[int]:
    """Return the members of the crowds of these names; unknown names have none."""
    return {each for name in set(names) & set(_crowds) for each in _crowds[name].members()}


class BadSubscriptionError(InvalidError):
    """What a browser sent can't be used to send it messages."""

    code = "bad_subscription"
    default_message = _l("This browser can't take messages from here.")
