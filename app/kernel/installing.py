"""What makes the site an app on a phone: its manifest, its icons, the page without a network.

The service worker (``static/src/js/sw.js``) keeps the pages; here is what it and the phone ask for.
"""

from typing import Any

from flask import Flask, Response, abort, current_app, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.kernel import assets, i18n, mark, menu, theme
from app.kernel.web import cached_for_guests, public

DAY = 86_400
ROUND, FILLING = (192, 512), (180, 512)  # pixels; 180 is what an iPhone takes
SHORTCUTS = ("checkin", "post")


def init_app(app: Flask) -> None:
    """Install ``/manifest.webmanifest``, the icons and ``/offline``."""
    app.add_url_rule("/manifest.webmanifest", "manifest", serve_manifest)
    app.add_url_rule("/icon-<int:size>.png", "icon_png", serve_icon)
    app.add_url_rule("/icon-filling-<int:size>.png", "icon_filling", serve_filling_icon)
    app.add_url_rule("/offline", "offline", show_offline)


@public
def serve_manifest() -> ResponseReturnValue:
    """Answer the manifest in the language and theme of the page that names it.

    Browsers ask for it without cookies, so the page says both: ``?in=zh-CN&theme=dark``.
    """
    brand = current_app.config["BRAND"]
    tone = "dark" if request.args.get("theme") == "dark" else "light"
    code = i18n.parse_locale(request.args.get("in"))
    with i18n.in_locale(code or i18n.locale_code()):
        body: dict[str, Any] = {
            "id": "/",
            "name": brand.name,
            "short_name": brand.name,
            "description": brand.tagline,
            "lang": i18n.locale_tag(),
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "background_color": theme.NEUTRAL[tone]["bg"],
            "theme_color": theme.NEUTRAL[tone]["bg"],
            "icons": [
                *(_icon("icon_png", size, "any") for size in ROUND),
                _icon("icon_filling", 512, "maskable"),
            ],
            "shortcuts": [
                {"name": str(item.label), "url": item.url, "icons": [_icon("icon_png", 192, "any")]}
                for item in menu.items("tabs", frozenset())
                if item.key in SHORTCUTS
            ],
        }
    response = jsonify(body)
    response.mimetype = "application/manifest+json"
    response.headers["Cache-Control"] = f"public, max-age={DAY}"
    return response


def _icon(endpoint: str, size: int, purpose: str) -> dict[str, str]:
    address = url_for(endpoint, size=size, v=assets.theme_version())
    return {
        "src": address, "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose
    }  # fmt: skip


@public
def serve_icon(size: int) -> Response:
    """Answer the brand's mark with round corners."""
    return _picture(size, ROUND, is_round=True)


@public
def serve_filling_icon(size: int) -> Response:
    """Answer the brand's mark that fills its square: phones cut their own shape."""
    return _picture(size, FILLING, is_round=False)


def _picture(size: int, known: tuple[int, ...], *, is_round: bool) -> Response:
    if size not in known:
        abort(404)
    brand = current_app.config["BRAND"]
    colors = theme.tokens(brand.accent)["light"]
    drawing = current_app.extensions["assets"].drawing(brand.logo_icon)
    three = (colors["hero_a"], colors["hero_b"], colors["on_hero"])
    response = Response(mark.png(drawing, three, size, is_round=is_round), mimetype="image/png")
    return assets.versioned(response, assets.theme_version())


@public
@cached_for_guests(60)
def show_offline() -> ResponseReturnValue:
    """Show what this phone has kept. The same for everybody: the service worker keeps it."""
    return render_template("errors/offline.html", current_member=None, toasts=[])
