"""Where the pages of hot topics are: whoever keeps topics answers.

A text says ``#name#``; it becomes a link when a topic of that name exists.
"""

from collections.abc import Callable, Collection, Mapping

Find = Callable[[Collection[str]], Mapping[str, str]]
"""Names in small letters -> path of the page, for those that exist. At most one statement."""

_find: list[Find] = []


def topics_are_known_by(find: Find) -> None:
    """Answer for topics. Called from a manifest."""
    _find[:] = [find]


def topic_urls(names: Collection[str]) -> Mapping[str, str]:
    """Return the paths of the topics that exist, by name in small letters."""
    return _find[0](names) if _find and names else {}


def topic_url(name: str) -> str | None:
    """Return the path of one topic's page, or None when there is no such topic."""
    return topic_urls([name.casefold()]).get(name.casefold())
