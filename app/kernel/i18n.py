"""Languages: message ids are English; 简体中文 and English catalogues are complete.

The language of a request: the member's choice, else the ``lang`` cookie (``?lang=`` sets it), else
what the browser asks for, else the deployment's default.
"""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from datetime import date, datetime
from functools import lru_cache
from typing import Any, cast

import flask_babel
from babel import Locale, dates, lists, numbers
from flask import Flask, g, has_request_context, request
from flask_babel import Babel, force_locale, get_locale
from flask_babel.speaklater import LazyString
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from app.kernel import clock

__all__ = [
    "LOCALES",
    "catalogue",
    "chosen_locale",
    "compact",
    "get_locale",
    "gettext",
    "in_locale",
    "lazy_gettext",
    "listed",
    "locale_code",
    "locale_tag",
    "money",
    "ngettext",
    "sentences",
]

LOCALES = {"zh_Hans_CN": "简体中文", "en": "English"}
TAGS = {"zh_Hans_CN": "zh-Hans-CN", "en": "en"}
COOKIE = "lang"
THOUSAND, TEN_THOUSAND = 1_000, 10_000
MINUTE, HOUR, DAY, WEEK = 60, 3_600, 86_400, 604_800

_default: list[str] = ["zh_Hans_CN"]


def gettext(message: str, **variables: object) -> str:
    """Return a message in the request's language, its ``%(name)s`` filled.

    Whole numbers are written as the language writes them (``1,798``); what is a name and no number
    (a year, a code) is passed as a text.
    """
    text: str = catalogue().ugettext(message)
    return text % _written(variables) if variables else text


def ngettext(singular: str, plural: str, num: int, **variables: object) -> str:
    """Return the form of a message that fits ``num`` (available as ``%(num)s``)."""
    text: str = catalogue().ungettext(singular, plural, num)
    return text % _written({"num": num, **variables})


def _written(variables: dict[str, object]) -> dict[str, object]:
    """Return what fills a message, with whole numbers from a thousand on as they are read."""
    for name, value in variables.items():
        if type(value) is int and not -THOUSAND < value < THOUSAND:  # an enum or a flag is none
            variables[name] = number(value)
    return variables


@pass_context
def _gettext_in_page(context: Context, message: str, /, **variables: object) -> str:
    text = catalogue().ugettext(message)
    if context.eval_ctx.autoescape:
        text = Markup(text)  # noqa: S704 - ours; what fills it is escaped
    filled: str = text % _written(variables)
    return filled


@pass_context
def _ngettext_in_page(
    context: Context, singular: str, plural: str, num: int, /, **variables: object
) -> str:
    text = catalogue().ungettext(singular, plural, num)
    if context.eval_ctx.autoescape:
        text = Markup(text)  # noqa: S704 - ours; what fills it is escaped
    filled: str = text % _written({"num": num, **variables})
    return filled


def lazy_gettext(message: str, **variables: object) -> LazyString:
    """Return a message that is translated when it is printed, in the reader's language."""
    return LazyString(gettext, message, **variables)


def init_app(app: Flask, default: str) -> None:
    """Install translations and the filters that print numbers, days and moments."""
    _default[0] = default
    app.config.update(BABEL_DEFAULT_LOCALE=default, BABEL_TRANSLATION_DIRECTORIES="translations")
    Babel(app, locale_selector=chosen_locale, timezone_selector=lambda: str(clock.zone()))
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda message: catalogue().ugettext(message),
        ngettext=lambda one, many, count: catalogue().ungettext(one, many, count),
        newstyle=True,
    )
    # The same with numbers as they are read; newstyle, so that ``%`` always fills a message.
    app.jinja_env.globals.update(gettext=_gettext_in_page, ngettext=_ngettext_in_page)
    app.jinja_env.filters.update(
        n=number,
        compact=compact,
        signed=signed,
        ago=ago,
        day=day,
        moment=moment,
        money=money,
        month=month,
        percent=percent,
        listed=listed,
        sentences=sentences,
    )


def chosen_locale() -> str:
    """Return the locale code of this request, or the default outside one."""
    if not has_request_context():
        return _default[0]
    viewer = g.get("viewer")
    if viewer is not None and viewer.locale in LOCALES and "lang" not in request.args:
        return cast("str", viewer.locale)
    for wanted in (request.args.get("lang"), request.cookies.get(COOKIE)):
        if code := parse_locale(wanted):
            return code
    best = request.accept_languages.best_match(["zh", "zh-CN", "zh-Hans", "zh-Hans-CN", "en"])
    return (parse_locale(best) if best else None) or _default[0]


def parse_locale(tag: str | None) -> str | None:
    """Return the locale code that a tag such as ``zh-CN`` or ``en-GB`` means here, or None."""
    language = (tag or "").replace("_", "-").partition("-")[0].lower()
    return {"zh": "zh_Hans_CN", "en": "en"}.get(language)


def in_locale(code: str | None) -> AbstractContextManager[None]:
    """Speak another language for a while, outside a request; None: the brand's own."""
    return cast("AbstractContextManager[None]", force_locale(code or _default[0]))


def locale_tag() -> str:
    """Return the BCP 47 tag of the current language, for ``<html lang>``."""
    return TAGS.get(locale_code(), "en")


def locale_code() -> str:
    """Return the code of the current language: ``zh_Hans_CN`` or ``en``."""
    return _code_of(_locale())


@lru_cache(maxsize=64)
def _code_of(locale: Locale) -> str:
    return str(locale)  # put together anew at every call


def _locale() -> Locale:
    """Return the current language; always the same object for the same one.

    flask-babel makes one for each request, and every look into a cache would compare two of them.
    """
    locale = cast("Locale | None", get_locale())
    return _parsed(_default[0]) if locale is None else _SPOKEN.setdefault(locale.language, locale)


_SPOKEN: dict[str, Locale] = {}  # each language of ours in one script and country


@lru_cache(maxsize=8)
def _parsed(code: str) -> Locale:
    return Locale.parse(code)


def catalogue() -> Any:
    """Return the messages of the current language.

    A page asks some fifty times; flask-babel's own way looks domain and language up each time.
    """
    locale = get_locale()
    if locale is None:  # no application, no translations
        return flask_babel.get_translations()
    found = _catalogues.get(locale.language)
    if found is None:
        found = _catalogues[locale.language] = flask_babel.get_translations()
    return found


_catalogues: dict[str, Any] = {}  # by language


def number(value: int) -> str:
    """Return a whole number with the language's separators."""
    return _number(value, _locale())


@lru_cache(maxsize=4_096)
def _number(value: int, locale: Locale) -> str:
    return numbers.format_decimal(value, locale=locale)


def compact(value: int) -> str:
    """Return a short count: 1.2万 in Chinese from 10,000; 12k in English from 10,000."""
    if value < TEN_THOUSAND:
        return number(value)
    if _locale().language == "zh":
        return _short(value, 10_000) + "万"
    return _short(value, 1_000_000) + "M" if value >= 1_000_000 else _short(value, 1_000) + "k"  # noqa: PLR2004 - a million


def _short(value: int, unit: int) -> str:
    tenths = value * 10 // unit  # cut, never round up: 9,999 fans are not 1万
    return f"{tenths // 10}" if tenths % 10 == 0 or tenths >= 1000 else f"{tenths / 10:.1f}"  # noqa: PLR2004 - from 100 on no tenths


def signed(value: int) -> str:
    """Return a movement with its sign: ``+10``, ``−3`` (a real minus)."""
    return f"+{number(value)}" if value > 0 else f"−{number(-value)}" if value < 0 else "0"


def percent(value: float) -> str:
    """Return a share (0 to 1) as a percentage with one decimal."""
    return numbers.format_percent(value, format="#,##0.#%", locale=_locale())


def decimal(value: float) -> str:
    """Return a number with one decimal at most."""
    return numbers.format_decimal(value, format="#,##0.#", locale=_locale())


def money(minor: int, currency: str) -> str:
    """Return an amount of minor units (1/100) in its currency."""
    from decimal import Decimal

    return numbers.format_currency(Decimal(minor) / 100, currency, locale=_locale())


def listed(items: Iterable[object], *, any_of: bool = False) -> str:
    """Return things in a row as the language lists them: "A, B and C", 「A、B和C」.

    Args:
        items: what is named, in order.
        any_of: one of them is enough: "A, B or C".
    """
    named = [str(item) for item in items]
    return lists.format_list(named, style="or" if any_of else "standard", locale=_locale())


def sentences(items: Iterable[object]) -> str:
    """Return whole sentences one after another; Chinese leaves no gap between them."""
    return ("" if _locale().language == "zh" else " ").join(str(item) for item in items)


def day(value: date) -> str:
    """Return a day without its year when it is this year's."""
    same_year = value.year == clock.business_date().year
    if _locale().language == "zh":
        return (
            f"{value.month}月{value.day}日"
            if same_year
            else f"{value.year}年{value.month}月{value.day}日"
        )
    return dates.format_date(value, "d MMM" if same_year else "d MMM y", locale=_locale())


def month(value: date) -> str:
    """Return a month with its year, e.g. for a calendar's head."""
    pattern = "y年M月" if _locale().language == "zh" else "MMMM y"
    return dates.format_date(value, pattern, locale=_locale())


def moment(value: datetime) -> str:
    """Return day and time in the brand's time zone."""
    local = value.astimezone(clock.zone())
    return f"{day(local.date())} {local:%H:%M}"


def span(seconds: int) -> str:
    """Return a time that went by, in its largest fitting unit; at least a minute."""
    if seconds < HOUR:
        return ngettext("%(num)s minute", "%(num)s minutes", max(1, round(seconds / MINUTE)))
    if seconds < 2 * DAY:
        return gettext("%(hours)s h", hours=decimal(seconds / HOUR))
    return ngettext("%(num)s day", "%(num)s days", round(seconds / DAY))


def ago(value: datetime) -> str:
    """Return how long ago a moment was; from a week on, its day."""
    seconds = max(0, int((clock.now() - value).total_seconds()))
    if seconds < MINUTE:
        return gettext("just now")
    if seconds < HOUR:
        return ngettext("%(num)s min ago", "%(num)s min ago", seconds // MINUTE)
    if seconds < DAY:
        return ngettext("%(num)s h ago", "%(num)s h ago", seconds // HOUR)
    if seconds < WEEK:
        return ngettext("%(num)s day ago", "%(num)s days ago", seconds // DAY)
    return day(value.astimezone(clock.zone()).date())
