"""A hot topic as search engines take it: schema.org's Event, held online on the topic's own page.

It is one: it has a name, a first and a last day, somebody who holds it, and members take part by
posting. What has no period is none: a plain tag, a board, a thread.
"""

from datetime import timedelta
from typing import Any

from flask import current_app, url_for

from app.community import present
from app.community.queries.topics import TopicView
from app.kernel import clock
from app.kernel.i18n import locale_tag


def happening(topic: TopicView) -> dict[str, Any]:
    """Return what stands in the page of a hot topic as JSON-LD; only what the page itself shows."""
    locale, brand = locale_tag(), current_app.config["BRAND"]
    address = present.absolute(url_for("community.topic", slug=topic.slug))
    ends_at = clock.day_end(topic.last_on) - timedelta(seconds=1)  # the last second that counts
    told: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": topic.name(locale),
        "description": topic.text("purpose", locale),
        "url": address,
        "startDate": clock.day_start(topic.first_on).astimezone(clock.zone()).isoformat(),
        "endDate": ends_at.astimezone(clock.zone()).isoformat(),
        "eventAttendanceMode": "https://schema.org/OnlineEventAttendanceMode",
        "eventStatus": "https://schema.org/EventScheduled",
        "location": {"@type": "VirtualLocation", "url": address},
        "organizer": {
            "@type": "Organization",
            "name": brand.name,
            "url": present.absolute("/"),
        },
        "isAccessibleForFree": True,
    }
    if topic.banner is not None:
        told["image"] = [present.absolute(topic.banner.url(960))]
    return {name: value for name, value in told.items() if value}
