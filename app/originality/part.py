"""What a post's author reads on it while it waits for a look. Nobody else sees anything."""

from collections.abc import Collection, Mapping

from flask import render_template
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from app.kernel.parts import OnPage, Opening, Owned, Standing
from app.originality import queries
from app.originality.types import State


class Nothing:
    """What a composer knows of originality."""

    errors: tuple[str, ...] = ()


class OriginalityPart:
    """The part *originality* of a post, see :class:`app.kernel.parts.Part`."""

    def open(self, opening: Opening) -> Nothing:  # noqa: ARG002 - the protocol's signature
        """Return nothing to fill in."""
        return Nothing()

    def read(self, opening: Opening, form: MultiDict[str, str]) -> Nothing:  # noqa: ARG002 - the protocol's signature
        """Return nothing."""
        return Nothing()

    def fields(self, draft: Nothing) -> Markup:  # noqa: ARG002 - the protocol's signature
        """Return no fields."""
        return Markup()

    def save(self, post: Owned, draft: Nothing) -> None:
        """Do nothing: posts are compared by the worker."""

    def show(self, thread_id: int, *, is_visible: bool) -> None:
        """Do nothing: the facts tell."""

    def on_page(self, post: Standing) -> OnPage:  # noqa: ARG002 - the protocol's signature
        """Return nothing: nobody but the author is told."""
        return OnPage()

    def on_cards(self, thread_ids: Collection[int]) -> Mapping[int, Markup]:  # noqa: ARG002 - the protocol's signature
        """Return nothing."""
        return {}

    def for_author(self, thread_id: int) -> Markup:
        """Return that a post waits for a look, or what came of it. One statement."""
        found = queries.states_of(thread_id)
        if not found:
            return Markup()
        page = render_template(
            "originality/_note.html",
            thread_id=thread_id,
            kinds=[kind for kind, _state in found],
            is_copied=any(state is State.COPIED for _kind, state in found),
        )
        return Markup(page)  # noqa: S704 - a template's own output
