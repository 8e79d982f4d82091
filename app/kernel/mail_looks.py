"""How HTML letters look: the brand's colours, on each tag, since mail programs drop style sheets.

Templates name classes; :func:`dressed` writes what they mean as ``style`` beside them. A dark theme
follows in a sheet of the head for the programs that read one. Nothing is loaded from anywhere.
"""

import re
from functools import lru_cache

from app.kernel import theme

FONT = (
    "-apple-system,BlinkMacSystemFont,'Segoe UI','PingFang SC','Hiragino Sans GB',"
    "'Microsoft YaHei','Noto Sans CJK SC',sans-serif"
)
_CLASS = re.compile(r' class="([a-z0-9 -]+)"')  # text is escaped: no quote of it can look like this

RULES: dict[str, str] = {
    "bg": "background-color:{bg};margin:0;padding:0;",
    "out": "padding:24px 12px;",
    "card": "background-color:{surface};max-width:560px;border-radius:16px;"
    "border:1px solid {line};",
    "band": "background-color:{accent};color:{on_accent};padding:14px 24px;border-radius:15px 15px"
    " 0 0;font-family:{font};font-size:16px;font-weight:700;",
    "band-link": "color:{on_accent};text-decoration:none;",
    "in": "padding:20px 24px 24px;font-family:{font};font-size:16px;line-height:1.6;color:{ink};",
    "h": "margin:0 0 8px;font-size:20px;line-height:1.4;font-weight:700;color:{ink};",
    "p": "margin:0 0 12px;color:{ink};",
    "quiet": "margin:0;color:{ink2};font-size:14px;line-height:1.5;",
    "group": "margin:20px 0 4px;color:{ink2};font-size:14px;font-weight:700;",
    "rows": "border-collapse:collapse;",
    "row": "padding:10px 0;border-top:1px solid {line};font-family:{font};font-size:16px;"
    "line-height:1.5;color:{ink};vertical-align:top;",
    "pic": "padding:10px 12px 10px 0;border-top:1px solid {line};vertical-align:top;",
    "photo": "display:block;border:0;border-radius:10px;background-color:{sunken};color:{ink2};"
    "font-family:{font};font-size:12px;line-height:1.3;",
    "link": "color:{accent_ink};text-decoration:none;",
    "go": "padding:20px 0 4px;",
    "btn": "display:inline-block;background-color:{accent};color:{on_accent};padding:12px 24px;"
    "border-radius:999px;font-family:{font};font-size:16px;font-weight:700;text-decoration:none;",
    "foot": "max-width:560px;padding:16px 24px;font-family:{font};font-size:13px;line-height:1.6;"
    "color:{ink3};",
    "foot-link": "color:{ink2};text-decoration:underline;",
    "pre": "display:none;max-height:0;max-width:0;overflow:hidden;opacity:0;font-size:1px;"
    "line-height:1px;color:{bg};",
}
DARK = ("bg", "card", "in", "h", "p", "quiet", "group", "row", "pic", "link", "foot", "foot-link")


@lru_cache(maxsize=8)
def _styles(accent: str) -> dict[str, str]:
    colors = theme.tokens(accent)["light"]
    return {name: rule.format(**colors, font=FONT) for name, rule in RULES.items()}


@lru_cache(maxsize=8)
def dark_sheet(accent: str) -> str:
    """Return the sheet that gives a letter the dark theme's colours."""
    colors = theme.tokens(accent)["dark"]
    rules = "".join(f".{name}{{{_colors_of(name, colors)}}}" for name in DARK)
    return f":root{{color-scheme:light dark}}@media (prefers-color-scheme:dark){{{rules}}}"


def _colors_of(name: str, colors: theme.Tokens) -> str:
    parts = [
        part.strip() for part in RULES[name].split(";") if "{" in part and "{font}" not in part
    ]
    return ";".join(f"{part.format(**colors)} !important" for part in parts)


def dressed(page: str, accent: str) -> str:
    """Return an HTML letter whose classes stand beside what they mean."""
    styles = _styles(accent)

    def dress(match: re.Match[str]) -> str:
        style = "".join(styles.get(name, "") for name in match[1].split())
        return f'{match[0]} style="{style}"'

    return _CLASS.sub(dress, page)
