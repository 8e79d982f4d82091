"""Where an address of the old place leads now: asked only when nothing of ours has it."""

from app.integrations.movein import queries
from app.integrations.movein.reading import old_path
from app.integrations.movein.texts import link_paths

OURS = ("/static/", "/media/", "/staff", "/go/", "/hooks/")


def where_it_is(path: str) -> str | None:
    """Return the page of a path that another community used, or None. At most one statement."""
    if path.startswith(OURS):
        return None
    known = old_path(path)
    if known is None:
        return None
    nearest = link_paths(known)
    found = queries.addresses(nearest)
    return next((found[each] for each in nearest if each in found), None)
