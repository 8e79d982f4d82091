"""What makes the site an app on a phone: its manifest, its icons, the page without a network.

The service worker (``static/src/js/sw.js``) keeps the pages; here is what it and the phone ask for.
"""

from typing import Any

from flask import Flask, Response, abort, current_app, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.kernel import assets, i18n, mark, menu, theme
from app.kernel.web import cached_for_guests, public

DAY = 86_400
ROUND = {"192.png": 192, "512.png": 512}  # pixels of a side
FILLING = {"filling-180.png": 180, "filling-512.png": 512}  # 180 is what an iPhone takes
SHORTCUTS = ("checkin", "post")


def init_app(app: Flask) -> None:
    """Install ``/manifest.webmanifest``, the icons and ``/offline``."""
    app.add_url_rule("/manifest.webmanifest", "manifest", serve_manifest)
    app.add_url_rule("/icons/<name>", "icon_png", serve_icon)
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
                *(_icon(name, size, "any") for name, size in ROUND.items()),
                _icon("filling-512.png", 512, "maskable"),
            ],
            "shortcuts": [
                {"name": str(item.label), "url": item.url, "icons": [_icon("192.png", 192, "any")]}
                for item in _shortcuts()
            ],
        }
    response = jsonify(body)
    response.mimetype = "application/manifest+json"
    response.headers["Cache-Control"] = f"public, max-age={DAY}"
    return response


def _shortcuts() -> list[menu.Item]:
    """Return what somebody opens daily, in whichever member menu it stands."""
    found = {
        item.key: item
        for name in ("me", "home", "rail", "tabs")
        for item in menu.items(name, frozenset())
    }
    return [found[key] for key in SHORTCUTS if key in found]


def _icon(name: str, size: int, purpose: str) -> dict[str, str]:
    address = url_for("icon_png", name=name, v=assets.theme_version())
    return {
        "src": address, "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose
    }  # fmt: skip


@public
def serve_icon(name: str) -> Response:
    """Answer the brand's mark: with round corners, or filling its square for phones that cut it."""
    size = ROUND.get(name) or FILLING.get(name)
    if size is None:
        abort(404)
    brand = current_app.config["BRAND"]
    colors = theme.tokens(brand.accent)["light"]
    drawing = current_app.extensions["assets"].drawing(brand.logo_icon)
    three = (colors["hero_a"], colors["hero_b"], colors["on_hero"])
    picture = mark.png(drawing, three, size, is_round=name in ROUND)
    return assets.versioned(Response(picture, mimetype="image/png"), assets.theme_version())


@public
@cached_for_guests(60)
def show_offline() -> ResponseReturnValue:
    """Show what this phone has kept. The same for everybody: the service worker keeps it."""
    return render_template("errors/offline.html", current_member=None, toasts=[])
