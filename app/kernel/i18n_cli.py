"""``flask i18n``: collect the messages, keep the catalogues complete, compile them.

English fills itself in: its messages are the ids. A translator only ever opens
``app/translations/zh_Hans_CN/LC_MESSAGES/messages.po``.
"""

import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import click
from babel.messages import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from flask import Flask
from flask.cli import AppGroup

from app.kernel.i18n import LOCALES

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDER = ROOT / "app" / "translations"
SOURCE = "en"
KEYWORDS = {
    "_": None,
    "_l": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
}
SOURCES = (
    ("app", "**.py", "python"),
    ("templates", "**.html", "jinja2"),
    ("templates", "**.txt", "jinja2"),
)
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%[sd]")
CHURN = re.compile(
    r'^"(?:POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team|Generated-By'
    r'|Report-Msgid-Bugs-To|Project-Id-Version):[^"]*"\n',
    re.MULTILINE,
)

group = AppGroup("i18n", help="The message catalogues.")


@group.command("extract")
def extract_command() -> None:
    """Collect every message of code and templates into app/translations/messages.pot."""
    template = extract()
    _write(FOLDER / "messages.pot", template)
    click.echo(f"{len(template)} messages")


@group.command("update")
def update_command() -> None:
    """Bring every catalogue up to the messages of code and templates; drop what nobody says."""
    template = extract()
    for locale in LOCALES:
        catalogue = updated(locale, template)
        _write(_po(locale), catalogue)
        click.echo(f"{locale}: {len(catalogue)} messages, {len(_untranslated(catalogue))} to do")


@group.command("compile")
def compile_command() -> None:
    """Write the .mo files that the server reads."""
    for locale, count in compile_all().items():
        click.echo(f"{locale}: {count} messages")


@group.command("check")
def check_command() -> None:
    """Name what is missing, unsure or at odds with its English (exit 1)."""
    found = list(problems())
    for problem in found:
        click.echo(problem)
    if found:
        click.echo(f"{len(found)} to do: flask i18n update, then fill them in")
        sys.exit(1)


def extract() -> Catalog:
    """Return the messages of code and templates."""
    template = Catalog(project="Potluck", charset="utf-8")
    for folder, pattern, method in SOURCES:
        found = extract_from_dir(
            ROOT / folder, [(pattern, method)], {pattern: {"silent": "false"}}, KEYWORDS
        )
        for name, _line, message, comments, context in sorted(found, key=lambda f: (f[0], f[1])):
            where = [(f"{folder}/{name}", 0)]
            template.add(message, None, where, auto_comments=comments, context=context)
    return template


def updated(locale: str, template: Catalog) -> Catalog:
    """Return a locale's catalogue with the messages of today; English is filled in."""
    catalogue = _read(locale)
    catalogue.update(template, no_fuzzy_matching=True, update_header_comment=False)
    catalogue.obsolete.clear()
    if locale == SOURCE:
        for message in catalogue:
            if message.id:
                message.string = message.id
    return catalogue


def compile_all() -> dict[str, int]:
    """Compile every catalogue whose .mo is older; return the number of messages by locale."""
    counts = {}
    for locale in LOCALES:
        po = _po(locale)
        if not po.exists():
            continue
        catalogue = _read(locale)
        buffer = BytesIO()
        write_mo(buffer, catalogue)
        po.with_suffix(".mo").write_bytes(buffer.getvalue())
        counts[locale] = len(catalogue)
    return counts


def stale() -> bool:
    """Return whether a catalogue is newer than what is compiled of it."""
    catalogues = [_po(locale) for locale in LOCALES if _po(locale).exists()]
    return any(
        not po.with_suffix(".mo").exists()
        or po.with_suffix(".mo").stat().st_mtime_ns < po.stat().st_mtime_ns
        for po in catalogues
    )


def problems() -> Iterator[str]:
    """Yield a sentence for everything that keeps a catalogue from being complete."""
    template = extract()
    for locale in LOCALES:
        catalogue = _read(locale)
        for wanted in template:
            if wanted.id:
                yield from _message_problems(locale, wanted, catalogue)
        for known in catalogue:
            if known.id and template.get(known.id, known.context) is None:
                yield f"{locale}: nobody says {_short(known)} any more"


def _message_problems(locale: str, wanted: Message, catalogue: Catalog) -> Iterator[str]:
    known = catalogue.get(wanted.id, wanted.context)
    if known is None:
        yield f"{locale}: missing {_short(wanted)}"
    elif not _is_filled(known):
        yield f"{locale}: empty {_short(wanted)}"
    elif known.fuzzy:
        yield f"{locale}: unsure (fuzzy) {_short(wanted)}"
    elif unlike := _placeholder_problem(known):
        yield f"{locale}: {unlike} in {_short(wanted)}"


def _is_filled(message: Message) -> bool:
    strings = message.string if isinstance(message.string, tuple | list) else [message.string]
    return bool(strings) and all(strings)


def _placeholder_problem(message: Message) -> str | None:
    """Compare a translation's placeholders with its English; only ``num`` may be left out."""
    ids = message.id if isinstance(message.id, tuple | list) else [message.id]
    strings = message.string if isinstance(message.string, tuple | list) else [message.string or ""]
    wanted = {m.group() for text in ids for m in PLACEHOLDER.finditer(text)}
    for text in strings:
        used = {m.group() for m in PLACEHOLDER.finditer(text)}
        if odd := (used - wanted) | (wanted - used - {"%(num)s"}):
            return f"placeholder {', '.join(sorted(odd))} differs"
    return None


def _short(message: Message) -> str:
    text = message.id[0] if isinstance(message.id, tuple | list) else message.id
    where = message.locations[0][0] if message.locations else "?"
    return f"{text[:70]!r} ({where})"


def _untranslated(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id and not _is_filled(message)]


def _po(locale: str) -> Path:
    return FOLDER / locale / "LC_MESSAGES" / "messages.po"


def _read(locale: str) -> Catalog:
    path = _po(locale)
    if not path.exists():
        return Catalog(locale=locale, project="Potluck", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=locale)


def _write(path: Path, catalogue: Catalog) -> None:
    """Write a catalogue without line numbers and dates: a diff shows only what changed."""
    catalogue.header_comment = "# Messages of Potluck. Kept by `flask i18n update`."
    catalogue.fuzzy = False
    buffer = BytesIO()
    write_po(buffer, catalogue, width=100, sort_output=True, include_lineno=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(CHURN.sub("", buffer.getvalue().decode()), encoding="utf-8")


def init_app(app: Flask) -> None:
    """Install the commands."""
    app.cli.add_command(group)
