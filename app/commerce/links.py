"""Addresses: of product pages here, and of products in the channels' own shops."""

from urllib.parse import quote, urlencode, urlsplit


def product_path(slug: str, *, post: str | None = None, place: str = "") -> str:
    """Return the address of a product's page.

    Args:
        slug: the product.
        post: code of the post that leads there: a purchase is credited to it.
        place: a part of the page, such as ``buy``.
    """
    query = f"?{urlencode({'from': post})}" if post else ""
    return f"/products/{quote(slug, safe='')}{query}{f'#{place}' if place else ''}"


def shop_url(template: str, item_id: str) -> str | None:
    """Return the https address of a product in a channel's shop, or None where there is none."""
    if not template or ("{item}" in template and not item_id):
        return None
    url = template.replace("{item}", quote(item_id, safe=""))
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    is_sound = parts.scheme == "https" and parts.hostname and not parts.username
    return url if is_sound and url.isprintable() and " " not in url else None
