"""What search engines read of our pages, held against schema.org and Google's own lists.

Types and what each may hold are schema.org's; which are required and recommended is what Google's
pages on discussion forums, products and events ask for (developers.google.com/search/docs).
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from app.community import service as community
from app.community.service import topics as service_topics
from app.community.types.reading import TopicPlan
from app.identity.types import MemberRow
from app.kernel import clock
from tests.community.reading import text_of
from tests.factories.catalogue import a_product, a_sku
from tests.factories.community import a_painted_photo, a_thread
from tests.factories.identity import Browser

TEXT, NUMBER, TRUTH = str, (int, float), bool
REQUIRED: Mapping[str, set[str]] = {
    "DiscussionForumPosting": {"author", "datePublished", "text"},
    "Comment": {"author", "datePublished", "text"},
    "Person": {"name"},
    "Product": {"name", "offers"},
    "Offer": {"price", "priceCurrency"},
    "AggregateRating": {"ratingValue", "reviewCount"},
    "Event": {"name", "startDate", "location"},
    "VirtualLocation": {"url"},
    "InteractionCounter": {"interactionType", "userInteractionCount"},
    "Organization": {"name", "url"},
    "Brand": {"name"},
}
RECOMMENDED: Mapping[str, set[str]] = {
    "DiscussionForumPosting": {
        "comment", "headline", "image", "interactionStatistic", "isPartOf", "url",
    },
    "Comment": {"url"},
    "Person": {"url"},
    "Product": {"description", "image", "brand"},
    "Event": {
        "description", "endDate", "eventAttendanceMode", "eventStatus", "image", "organizer",
    },
}  # fmt: skip
HOLDS: Mapping[str, Mapping[str, Any]] = {
    "author": {"Person": {}, "Organization": {}},
    "comment": {"Comment": {}},
    "interactionStatistic": {"InteractionCounter": {}},
    "offers": {"Offer": {}},
    "brand": {"Brand": {}},
    "aggregateRating": {"AggregateRating": {}},
    "location": {"VirtualLocation": {}, "Place": {}},
    "organizer": {"Organization": {}},
}
PLAIN: Mapping[str, Any] = {
    "commentCount": NUMBER, "userInteractionCount": NUMBER, "ratingValue": NUMBER,
    "reviewCount": NUMBER, "bestRating": NUMBER, "worstRating": NUMBER,
    "isAccessibleForFree": TRUTH,
}  # fmt: skip
MOMENTS = {"datePublished", "dateModified", "startDate", "endDate", "uploadDate"}
ADDRESSES = {"url", "mainEntityOfPage", "isPartOf", "image", "contentUrl", "thumbnailUrl"}


def found_in(page: str) -> dict[str, Any]:
    """Return what a page tells search engines, as they parse it."""
    data = page.partition('<script type="application/ld+json">')[2].partition("</script>")[0]
    told: dict[str, Any] = json.loads(data)
    assert told["@context"] == "https://schema.org"
    return told


def faults(told: Mapping[str, Any], where: str = "") -> list[str]:
    """Return everything in it that schema.org or Google would find fault with."""
    kind = told.get("@type", "")
    if kind not in REQUIRED:
        return [f"{where}: no type we know, {kind!r}"]
    here = f"{where}/{kind}"
    wrong = [f"{here}: no {name}" for name in REQUIRED[kind] if told.get(name) in (None, "", [])]
    for name, value in told.items():
        for one in value if isinstance(value, list) else [value]:
            wrong += _faults_of(name, one, here)
    return wrong


def _faults_of(name: str, value: Any, where: str) -> list[str]:
    if name in HOLDS:
        if not isinstance(value, dict) or value.get("@type") not in HOLDS[name]:
            return [f"{where}.{name}: not one of {sorted(HOLDS[name])}"]
        return faults(value, where)
    if not isinstance(value, PLAIN.get(name, TEXT)):
        return [f"{where}.{name}: {value!r} is of the wrong kind"]
    if name in MOMENTS and datetime.fromisoformat(value).tzinfo is None:
        return [f"{where}.{name}: no zone"]
    if name in ADDRESSES and not value.startswith("http"):
        return [f"{where}.{name}: not a whole address"]
    return []


def missing(told: Mapping[str, Any]) -> set[str]:
    """Return what is recommended for a thing and not there."""
    return RECOMMENDED[told["@type"]] - set(told)


def test_the_check_itself_finds_faults() -> None:
    assert faults({"@type": "Event", "name": "x", "startDate": "2026-09-01T00:00:00"}) == [
        "/Event: no location",
        "/Event.startDate: no zone",
    ]
    assert faults({"@type": "Recipe"}) == [": no type we know, 'Recipe'"]
    assert faults({"@type": "Offer", "price": 3, "priceCurrency": "CNY", "url": "/x"}) == [
        "/Offer.price: 3 is of the wrong kind",
        "/Offer.url: not a whole address",
    ]


def test_a_thread_is_a_discussion_with_its_comments(
    client: Browser, alice: MemberRow, bob: MemberRow
) -> None:
    shown = a_thread(alice, photo_ids=[a_painted_photo(alice)])
    community.reply(bob.id, shown.thread_code, "好香 </script><b>x</b>")
    community.like_thread(bob.id, shown.thread_code)
    told = found_in(text_of(client.get(f"/p/{shown.thread_code}")))
    assert told["@type"] == "DiscussionForumPosting"
    assert (faults(told), missing(told)) == ([], set())
    assert [missing(each) for each in told["comment"]] == [set()]
    assert missing(told["author"]) == set()
    likes, comments, _views = told["interactionStatistic"]
    assert (likes["userInteractionCount"], comments["userInteractionCount"]) == (1, 1)


def test_a_product_with_a_price_is_a_product(client: Browser) -> None:
    a_product("dip", skus=(a_sku("D-1", 39_00),))
    told = found_in(text_of(client.get("/products/dip")))
    assert told["@type"] == "Product"
    assert faults(told) == []
    assert missing(told) <= {"image", "description"}  # of a product without a picture or a text


def test_a_hot_topic_is_an_event_held_online(
    client: Browser, boards: dict[str, int], alice: MemberRow
) -> None:
    today = clock.business_date()
    texts: dict[str, Any] = {
        "name_zh": "蘸料大赛", "name_en": "Dip duel", "purpose_zh": "比一比",
        "purpose_en": "Compare",
        "rules_zh": "", "rules_en": "", "rewards_zh": "", "rewards_en": "",
    }  # fmt: skip
    service_topics.plan_topic(
        TopicPlan("dip-duel", **texts), today, today + timedelta(days=6), actor_id=alice.id
    )
    told = found_in(text_of(client.get("/t/dip-duel", headers={"Accept-Language": "en"})))
    assert (told["@type"], told["name"], told["description"]) == ("Event", "Dip duel", "Compare")
    assert (faults(told), missing(told)) == ([], {"image"})  # it has no banner
    starts, ends = (datetime.fromisoformat(told[name]) for name in ("startDate", "endDate"))
    assert (starts.date(), ends.date()) == (today, today + timedelta(days=6))
    assert told["location"]["url"].endswith("/t/dip-duel")


def test_a_plain_tag_is_no_event(client: Browser, alice: MemberRow) -> None:
    a_thread(alice, title="#周末# 来了")
    assert "ld+json" not in text_of(client.get("/t/周末"))
