"""What originality hears from the community. Told twice is once: a post waits, or waits again.

New posts are found by a sweep (``originality.find_posts``): who posts writes no row for it.
"""

from app.community.events import (
    ThreadBroughtBack,
    ThreadEdited,
    ThreadHidden,
    ThreadRemoved,
    ThreadRestored,
)
from app.kernel import facts
from app.kernel.facts import Told
from app.originality import service


@facts.subscribe(ThreadEdited)
def look_at_edited(fact: ThreadEdited, _told: Told) -> None:
    """Let a changed post wait, and what is said to be like it."""
    service.ask_around(fact.thread_id)


@facts.subscribe(ThreadRemoved)
def follow_removed(fact: ThreadRemoved, _told: Told) -> None:
    """Look again at what is said to be like a post that went."""
    service.ask_around(fact.thread_id)


@facts.subscribe(ThreadHidden)
def follow_hidden(fact: ThreadHidden, _told: Told) -> None:
    """Look again at what is said to be like a post that was hidden."""
    service.ask_around(fact.thread_id)


@facts.subscribe(ThreadBroughtBack)
def follow_brought_back(fact: ThreadBroughtBack, _told: Told) -> None:
    """Let a post wait that came back."""
    service.ask([fact.thread_id])


@facts.subscribe(ThreadRestored)
def follow_restored(fact: ThreadRestored, _told: Told) -> None:
    """Let a post wait that is shown again."""
    service.ask([fact.thread_id])
