"""The story of the brand, its other pages, its people."""

from collections.abc import Sequence
from typing import Any

from flask import current_app, render_template, url_for
from flask.typing import ResponseReturnValue

from app.brand import queries
from app.brand.routes.blueprint import absolute, bp
from app.brand.types import STORY, VALUES, PageView, PersonView
from app.kernel.errors import NotFoundError
from app.kernel.i18n import locale_tag
from app.kernel.types import Photo
from app.kernel.web import cached_for_guests, public


@bp.get("/about")
@public
@cached_for_guests(300)
def about() -> ResponseReturnValue:
    """Tell the story, with the values, the people and the columns."""
    page = queries.find_page(STORY)
    people = queries.people()
    return render_template(
        "brand/about.html",
        page=page,
        values=queries.values(),
        people=people,
        columns=queries.column_list(None),
        links=queries.published_lines(),
        **_shared(page, url_for("brand.about"), people),
    )


@bp.get("/about/<slug>")
@public
@cached_for_guests(300)
def about_page(slug: str) -> ResponseReturnValue:
    """Show another page of the brand.

    Raises:
        NotFoundError: there is none of this address that members can read.
    """
    page = queries.find_page(slug) if slug not in {STORY, VALUES} else None
    if page is None:
        raise NotFoundError
    return render_template(
        "brand/page.html",
        page=page,
        links=queries.published_lines(),
        **_shared(page, url_for("brand.about_page", slug=slug)),
    )


@bp.get("/about/people")
@public
@cached_for_guests(300)
def people() -> ResponseReturnValue:
    """Show the people of the brand: who they are, what to ask them."""
    found = queries.people()
    address = url_for("brand.people")
    return render_template(
        "brand/people.html",
        people=found,
        links=queries.published_lines(),
        **_shared(None, address, found),
    )


def paths() -> list[str]:
    """Return where the brand's pages and columns stand, for search engines. Two statements."""
    pages = [
        url_for("brand.about_page", slug=line.slug)
        for line in queries.published_lines()
        if line.slug not in {STORY, VALUES}
    ]
    columns = [url_for("brand.column", slug=each.slug) for each in queries.column_list(None)]
    return [url_for("brand.about"), url_for("brand.people"), *pages, *columns]


def _shared(page: PageView | None, path: str, people: Sequence[PersonView] = ()) -> dict[str, Any]:
    photos = [each.photo for each in page.chapters if each.photo] if page else []
    cover = photos[0] if photos else None
    return {
        "locale": locale_tag(),
        "address": absolute(path),
        "absolute": absolute,
        "cover": cover,
        "organisation": organisation(page, cover, people),
    }


def organisation(
    page: PageView | None, cover: Photo | None, people: Sequence[PersonView]
) -> dict[str, Any]:
    """Return the brand as schema.org's Organization, for search engines."""
    brand, locale = current_app.config["BRAND"], locale_tag()
    told: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Organization",
        "name": brand["name"] if isinstance(brand, dict) else brand.name,
        "url": absolute("/"),
        "description": page.lead(locale) if page else "",
    }
    if cover is not None:
        told["image"] = absolute(cover.url(960))
    if people:
        told["employee"] = [
            {
                "@type": "Person",
                "name": each.person.name,
                "jobTitle": each.job(locale),
                "url": absolute(url_for("community.profile", yid=each.person.yid)),
            }
            for each in people
        ]
    return {name: value for name, value in told.items() if value}
