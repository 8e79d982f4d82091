"""Where notices lead."""

from typing import Any

from flask import current_app, url_for
from werkzeug.routing import BuildError

from app.notify.types import Link


def page_of(link: Link | None) -> str | None:
    """Return where a link leads, or None where it leads nowhere any more."""
    if link is None:
        return None
    values: dict[str, Any] = dict(link.values)
    try:
        return url_for(link.endpoint, **values)
    except BuildError:  # the page has gone since
        return None


def path_of(link: Link | None) -> str:
    """Return where a message on a device leads; for the worker, which answers no request."""
    routes = current_app.url_map.bind("localhost")
    if link is not None:
        try:
            return routes.build(link.endpoint, dict(link.values))
        except BuildError:  # the page has gone since
            pass
    return routes.build("notify.notices")
