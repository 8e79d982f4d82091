"""Words of reported acts: what other tools tell that members did."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar

from app.integrations.types import DoorRow
from app.kernel.errors import ConflictError, InvalidError, NotFoundError
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.i18n import locale_code
from app.kernel.types import Person
from app.ledger.types import Fund

KIND = "act_report"
PREFIX = "reported."
NAME_CHARS, SOURCE_CHARS, KEY_CHARS, SHOWN_CHARS = 60, 60, 32, 80
MAX_SOURCES, MAX_ACTS = 30, 60
KEY = re.compile(r"[a-z][a-z0-9_]{1,31}")
OLDEST = timedelta(days=366)
"""What happened longer ago is told too late."""


class ReportState(StrEnum):
    """What became of a report."""

    COUNTED = "counted"
    KEPT = "kept"  # set aside: the reason says for what it waits
    UNDONE = "undone"  # the tool took it back, before or after it counted
    CLOSED = "closed"  # set aside, and staff have dealt with it


class Why(StrEnum):
    """Why a report is set aside. Stable words: they stand in the database."""

    MEMBER = "member"  # nobody is known by that name
    OFF = "off"  # the act is switched off


ICONS: Mapping[str, object] = {
    "list-check": _l("List"),
    "template": _l("Template"),
    "pencil": _l("Pencil"),
    "star": _l("Star"),
    "heart": _l("Heart"),
    "gift": _l("Gift"),
    "calendar-event": _l("Calendar sheet"),
    "target": _l("Bull's-eye"),
}


class Named:
    """A name in two languages that is read in the language of whoever reads it."""

    __slots__ = ("en", "zh")

    def __init__(self, zh: str, en: str) -> None:
        self.zh, self.en = zh, en

    def __str__(self) -> str:
        """Return it in the language of now."""
        return self.zh if locale_code().startswith("zh") else self.en


@dataclass(frozen=True, slots=True, kw_only=True)
class ActDraft:
    """What staff say about an act that other tools tell.

    Attributes:
        key: how tools call it, without the prefix; it stays for ever.
        fund: which purse pays for it, unless a rule says otherwise.
        is_on: reports of it count.
    """

    key: str
    name_zh: str
    name_en: str
    icon: str
    fund: Fund
    is_on: bool = True


PREDEFINED = (
    ActDraft(
        key="survey_passed", name_zh="问卷通过", name_en="Survey passed", icon="list-check",
        fund=Fund.CONTENT,
    ),
    ActDraft(
        key="template_used", name_zh="用了模板", name_en="Template used", icon="template",
        fund=Fund.CONTENT,
    ),
)  # fmt: skip
"""Acts that are there as soon as there is anybody to tell them."""


@dataclass(frozen=True, slots=True)
class ActRow:
    """An act that other tools tell."""

    id: int
    draft: ActDraft

    @property
    def action(self) -> str:
        """Return its name among the actions of rules."""
        return PREFIX + self.draft.key

    @property
    def name(self) -> Named:
        """Return what it is called."""
        return Named(self.draft.name_zh, self.draft.name_en)


@dataclass(frozen=True, slots=True)
class SourceRow(DoorRow):
    """A tool that tells acts, with its door."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a body tells.

    Attributes:
        act: key of the act.
        member: how the tool names the member; None where it only takes something back.
        reference: the tool's own number of what was done; once for each tool.
        is_undone: it did not happen after all.
    """

    act: str
    member: "MemberName"
    reference: str
    happened_at: datetime
    is_undone: bool


@dataclass(frozen=True, slots=True)
class MemberName:
    """By what a tool names a member. Contacts are digests already; nothing of them is kept.

    Attributes:
        yid: his Yid, or empty.
        channel: code of the sales channel where ``keys`` are his buyer's keys, or empty.
        keys: under which he may stand there; without a channel: digests of a proved contact.
        shown: enough of it for staff to recognise.
    """

    yid: str = ""
    channel: str = ""
    keys: tuple[str, ...] = ()
    shown: str = ""

    def stored(self) -> dict[str, Any]:
        """Return it as a JSON column keeps it."""
        return {"yid": self.yid, "channel": self.channel, "keys": list(self.keys)}


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A report in a list of the last ones.

    Attributes:
        person: whom it is about; None while nobody is known by that name.
        points: what it earned by its rules; None where it did not count.
    """

    id: int
    act: ActRow
    reference: str
    state: ReportState
    why: Why | None
    shown: str
    person: Person | None
    points: int | None
    happened_at: datetime
    received_at: datetime


class NoSuchSourceError(NotFoundError):
    """There is no such tool."""

    code: ClassVar[str] = "report_source_unknown"


class NoSuchActError(NotFoundError):
    """There is no such act."""

    code: ClassVar[str] = "reported_act_unknown"


class ActKeyTakenError(ConflictError):
    """Another act has this key."""

    code: ClassVar[str] = "reported_act_taken"
    default_message = _l("Another act has this key.")


class TooManyError(InvalidError):
    """There are as many as there may be."""

    code: ClassVar[str] = "reported_too_many"
    default_message = _l("There are as many as there can be. Switch off what you do not need.")


class ReportConflictError(ConflictError):
    """A reference came before, about something else."""

    code: ClassVar[str] = "reference_conflict"
    default_message = _l("This reference was used before, for something else.")
