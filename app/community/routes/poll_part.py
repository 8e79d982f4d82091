"""The poll in the composer: a part of a new post, as products are (see ``kernel.parts``)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from flask import render_template
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from app.community.service import polls
from app.community.types.reading import (
    MAX_OPTION,
    MAX_OPTIONS,
    MAX_QUESTION,
    MIN_OPTIONS,
    PollDraft,
    PollKind,
)
from app.kernel.forms import clean, clean_text
from app.kernel.i18n import gettext as _
from app.kernel.parts import OnPage, Opening, Owned, Standing

DAYS = {"1": 1, "3": 3, "7": 7, "30": 30}


@dataclass(frozen=True, slots=True)
class Draft:
    """What was typed, and what is wrong with it.

    Attributes:
        is_new: False where a post is changed: it has its poll, or none.
    """

    question: str = ""
    options: str = ""
    kind: str = PollKind.SINGLE.value
    days: str = ""
    is_public: bool = False
    is_hidden: bool = False
    is_new: bool = True
    errors: list[str] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Return whether anything was typed."""
        return bool(self.question or self.options)

    def answers(self) -> tuple[str, ...]:
        """Return the answers, each on its line, once."""
        lines = (line.strip() for line in self.options.splitlines())
        return tuple(dict.fromkeys(line for line in lines if line))


class PollPart:
    """The poll of a post. It cannot be changed later: votes stand for what was asked."""

    def open(self, opening: Opening) -> Draft:
        """Return an empty draft."""
        return Draft(is_new=opening.thread_id is None)

    def read(self, opening: Opening, form: MultiDict[str, str]) -> Draft:
        """Return what came with a form."""
        draft = Draft(
            clean(form.get("poll_question")) or "",
            clean_text(form.get("poll_options")) or "",
            form.get("poll_kind", PollKind.SINGLE.value),
            form.get("poll_days", ""),
            is_public=bool(form.get("poll_public")),
            is_hidden=bool(form.get("poll_hidden")),
            is_new=opening.thread_id is None,
        )
        draft.errors.extend(_errors(draft) if draft.is_new and draft.is_open else [])
        return draft

    def fields(self, draft: Draft) -> Markup:
        """Return the fields of the composer; none where a post is changed."""
        if not draft.is_new:
            return Markup()
        return Markup(render_template("community/_poll_fields.html", draft=draft))  # noqa: S704 - a template's own output

    def save(self, post: Owned, draft: Draft) -> None:
        """Keep a poll, if there is one."""
        if not draft.is_new or not draft.is_open or not post.is_new:
            return
        polls.add_poll(
            post.thread_id,
            PollDraft(
                draft.question,
                PollKind(draft.kind),
                draft.answers(),
                draft.is_public,
                draft.is_hidden,
                DAYS.get(draft.days),
            ),
        )

    def show(self, thread_id: int, *, is_visible: bool) -> None:
        """Do nothing: a poll goes and comes with its post."""

    def on_page(self, post: Standing) -> OnPage:  # noqa: ARG002 - the protocol's signature
        """Return nothing: a poll shows each viewer his own vote, so the page prints it."""
        return OnPage()

    def on_cards(self, thread_ids: Collection[int]) -> Mapping[int, Markup]:  # noqa: ARG002 - as above
        """Return nothing."""
        return {}

    def for_author(self, thread_id: int) -> Markup:  # noqa: ARG002 - the protocol's signature
        """Return nothing."""
        return Markup()


def _errors(draft: Draft) -> list[str]:
    answers = draft.answers()
    if not draft.question or len(draft.question) > MAX_QUESTION:
        return [_("Give the poll a question of up to 120 characters.")]
    if not MIN_OPTIONS <= len(answers) <= MAX_OPTIONS:
        return [_("Give the poll two to ten different answers.")]
    if any(len(answer) > MAX_OPTION for answer in answers):
        return [_("Keep each answer of the poll to 60 characters.")]
    if draft.kind not in {kind.value for kind in PollKind}:
        return [_("Choose how the poll is answered.")]
    return []
