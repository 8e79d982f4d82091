"""Everything typed into the composer, read from a form or from a draft that was kept.

The composer's page and the sweep that posts at a given hour read the same fields the same way.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from werkzeug.datastructures import MultiDict

from app.community.types import MAX_PHOTOS
from app.community.types.kinds import MAX_CAPTION, MAX_STEPS, ThreadKind, kind_of
from app.community.types.writing import Extras, Step
from app.kernel import clock, parts
from app.kernel.text import clean, clean_text

DIGITS = 18  # fits 64 bits
LONGEST_CODE = 40
NOT_KEPT = frozenset({"csrf_token", "act", "request_key"})
Fields = MultiDict[str, str]


@dataclass(slots=True)
class TypedStep:
    """A step as it stands in the form; ``n`` names its fields."""

    n: int
    text: str = ""
    photo_id: int | None = None


@dataclass(slots=True)
class Typed:
    """What was typed; nothing is lost, whatever is wrong with it.

    Attributes:
        video_id: of his video, sent before.
        origin: code of the thread that a remix comes from.
        publish_at: as typed, ``2026-09-01T18:30`` in the brand's zone.
        before: the text before it was beautified, while that can be undone.
        fields: everything, for a draft.
    """

    author_id: int
    kind: ThreadKind = ThreadKind.NOTE
    title: str = ""
    body: str = ""
    board: str = ""
    photo_ids: list[int] = field(default_factory=list)
    captions: dict[int, str] = field(default_factory=dict)
    steps: list[TypedStep] = field(default_factory=list)
    origin: str = ""
    publish_at: str = ""
    before: str = ""
    fields: Fields = field(default_factory=MultiDict)
    thread_id: int | None = None
    video_id: int | None = None

    def extras(self) -> Extras:
        """Return what belongs to its kind."""
        return Extras(
            self.kind,
            tuple(Step(step.text, step.photo_id) for step in self.steps),
            self.captions,
            self.origin or None,
            self.video_id,
        )

    def opening(
        self, asked: Mapping[str, str] | None = None, remixed: int | None = None
    ) -> parts.Opening:
        """Return what other domains may know of it."""
        return parts.Opening(
            self.author_id, self.thread_id, asked or {}, tuple(self.photo_ids), remixed
        )

    def given(self) -> parts.Given:
        """Return what came for other domains."""
        return parts.read(self.opening(), self.fields)

    def moment(self) -> datetime | None:
        """Return when it is to be posted, or None for whatever is no moment."""
        try:
            typed = datetime.fromisoformat(self.publish_at)
        except ValueError:
            return None
        return typed.replace(tzinfo=clock.zone()) if typed.tzinfo is None else None

    def all_photo_ids(self) -> list[int]:
        """Return every upload it shows, once."""
        used = [*self.photo_ids, *(step.photo_id for step in self.steps if step.photo_id)]
        return list(dict.fromkeys(used))

    def kept(self) -> dict[str, list[str]]:
        """Return everything typed as a draft keeps it, uploads by their ids."""
        kept = {name: list(values) for name, values in self.fields.lists() if name not in NOT_KEPT}
        kept["photo_ids"] = [str(each) for each in self.photo_ids]
        kept["video_id"] = [str(self.video_id)] if self.video_id else []
        kept["step"] = [str(step.n) for step in self.steps]
        for step in self.steps:
            kept[f"step_photo_id-{step.n}"] = [str(step.photo_id)] if step.photo_id else []
        return kept

    @property
    def is_empty(self) -> bool:
        """Return whether nothing worth keeping was typed."""
        return not (
            self.title
            or self.body
            or self.photo_ids
            or self.video_id
            or any(step.text or step.photo_id for step in self.steps)
        )


def read(fields: Fields, author_id: int, thread_id: int | None = None) -> Typed:
    """Return what was typed into these fields."""
    photo_ids = list(_ids(fields.getlist("photo_ids")[: MAX_PHOTOS * 2]))
    captions = {
        photo_id: (clean(fields.get(f"caption-{photo_id}")) or "")[:MAX_CAPTION]
        for photo_id in photo_ids
    }
    return Typed(
        author_id,
        kind_of(fields.get("kind")),
        clean(fields.get("title")) or "",
        clean_text(fields.get("body")) or "",
        fields.get("board", "")[:LONGEST_CODE],
        photo_ids,
        {photo_id: text for photo_id, text in captions.items() if text},
        _steps(fields),
        (clean(fields.get("origin")) or "")[:LONGEST_CODE],
        fields.get("publish_at", "")[:LONGEST_CODE],
        clean_text(fields.get("before")) or "",
        fields,
        thread_id,
        next(_ids(fields.getlist("video_id")[:1]), None),
    )


def _steps(fields: Fields) -> list[TypedStep]:
    steps = []
    for n in dict.fromkeys(_ids(fields.getlist("step")[: MAX_STEPS * 2])):
        photo = next(_ids(fields.getlist(f"step_photo_id-{n}")[:1]), None)
        steps.append(TypedStep(n, clean_text(fields.get(f"step_text-{n}")) or "", photo))
    return steps


def from_kept(form: Mapping[str, list[str]], author_id: int, thread_id: int | None = None) -> Typed:
    """Return what a draft kept."""
    return read(
        MultiDict([(k, v) for k, values in form.items() for v in values]), author_id, thread_id
    )


def _ids(texts: Iterable[str]) -> Iterator[int]:
    return (int(t) for t in texts if t.isascii() and t.isdecimal() and len(t) <= DIGITS)


def with_room(steps: list[TypedStep], least: int) -> list[TypedStep]:
    """Return steps with empty ones after them, at least so many."""
    free = max([step.n for step in steps], default=0) + 1
    missing = max(0, least - len(steps))
    return [*steps, *(TypedStep(free + more) for more in range(missing))]
