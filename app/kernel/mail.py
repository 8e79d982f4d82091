"""Letters and short messages: written in the use case, sent by a sweep, then forgotten.

``write`` renders ``templates/emails/<template>.txt`` (first line: the subject) or, for a number,
``<template>.sms.txt`` in the reader's language and stores it in the current transaction; a letter
may have an HTML form beside its plain one. After the commit the worker is nudged. A row is deleted
once it is sent, so no code and no address stays.
"""

import smtplib
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.headerregistry import HeaderRegistry, UniqueUnstructuredHeader
from email.message import EmailMessage
from email.policy import Policy
from email.policy import default as email_policy
from email.utils import format_datetime, parseaddr
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

import click
import sqlalchemy as sa
import structlog
from flask import current_app
from flask_babel import force_locale
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel import clock, i18n, ids, jobs, mail_looks
from app.kernel.contacts import Contact, ContactKind
from app.kernel.db import Id, Model, changed, db, enum_type, use_case

log = structlog.get_logger(__name__)

MAX_ATTEMPTS = 6
FIRST_RETRY = timedelta(seconds=30)  # then 2, 8, 32 minutes, 2 hours
KEEP_FAILED = timedelta(days=7)
TIMEOUT_SECONDS = 20
SMTP_PORT, SMTPS_PORT = 587, 465
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class OutboundMessage(Model):
    """A message on its way.

    Attributes:
        due_at: when it is tried (again); trying moves it forward first, so a killed worker's
            message comes back by itself.
        expires_at: after this it is of no use to anybody.
        unsubscribe_url: where one POST stops such letters (RFC 8058).
        page: the letter as HTML, beside the plain text.
    """

    __tablename__ = "outbound_message"

    id: Mapped[Id]
    kind: Mapped[ContactKind] = mapped_column(enum_type(ContactKind))
    recipient: Mapped[str] = mapped_column(sa.String(254))
    subject: Mapped[str] = mapped_column(sa.String(200))
    body: Mapped[str] = mapped_column(sa.Text)
    attempts: Mapped[int] = mapped_column(sa.Integer, default=0, server_default="0")
    created_at: Mapped[datetime]
    due_at: Mapped[datetime] = mapped_column(index=True)
    expires_at: Mapped[datetime]
    error: Mapped[str | None] = mapped_column(sa.String(100))
    unsubscribe_url: Mapped[str | None] = mapped_column(sa.String(500))
    page: Mapped[str | None] = mapped_column(sa.Text)


@dataclass(frozen=True, slots=True)
class Message:
    """A message ready to be sent. ``subject`` is empty for a short message."""

    id: int
    kind: ContactKind
    recipient: str
    subject: str
    body: str
    unsubscribe_url: str | None = None
    page: str | None = None


# --- writing -------------------------------------------------------------------------------------


def write(
    to: Contact,
    template: str,
    *,
    locale: str | None,
    expires_at: datetime | None = None,
    unsubscribe_path: str | None = None,
    page: str | None = None,
    **context: object,
) -> None:
    """Write to somebody in the current transaction.

    Args:
        to: his address or number.
        template: name under ``templates/emails`` without its ending.
        locale: his language; None for the language of this request.
        expires_at: when the message loses its sense (default: a week from now).
        unsubscribe_path: where one POST stops letters like this one; None: nobody can stop them.
        page: a template of the letter's HTML form, e.g. ``notify/mail/notice.html``.
        context: what the template prints.
    """
    now = clock.now()
    base_url = current_app.config["POTLUCK"].base_url
    locale = locale or i18n.chosen_locale()
    subject, body = _render(to.kind, template, locale, context)
    is_page = page is not None and to.kind is ContactKind.EMAIL
    db.session.execute(
        sa.insert(OutboundMessage),
        [
            {
                "id": ids.next_id(),
                "kind": to.kind,
                "recipient": to.value,
                "subject": subject,
                "body": body,
                "attempts": 0,
                "created_at": now,
                "due_at": now,
                "expires_at": expires_at or now + KEEP_FAILED,
                "error": None,
                "unsubscribe_url": base_url + unsubscribe_path if unsubscribe_path else None,
                "page": render_page(str(page), subject, locale, context) if is_page else None,
            }
        ],
    )
    jobs.nudge("mail.send")


def _render(
    kind: ContactKind, template: str, locale: str, context: dict[str, object]
) -> tuple[str, str]:
    ending = "txt" if kind is ContactKind.EMAIL else "sms.txt"
    found = current_app.jinja_env.get_template(f"emails/{template}.{ending}")
    config = current_app.config
    with force_locale(locale):
        text = found.render(
            brand=config["BRAND"], base_url=config["POTLUCK"].base_url, **context
        ).strip()
    if kind is ContactKind.PHONE:
        return "", " ".join(text.split())
    subject, _, body = text.partition("\n")
    return " ".join(subject.split()), body.strip() + "\n"


def render_page(template: str, subject: str, locale: str, context: Mapping[str, object]) -> str:
    """Return the HTML form of a letter: all text escaped, looks on every tag, nothing loaded."""
    config = current_app.config
    brand = config["BRAND"]
    with force_locale(locale):
        page = current_app.jinja_env.get_template(template).render(
            brand=brand, base_url=config["POTLUCK"].base_url, subject=subject,
            locale_tag=i18n.locale_tag(), dark_sheet=mail_looks.dark_sheet(brand.accent), **context,
        )  # fmt: skip
    return mail_looks.dressed(page.strip(), brand.accent)


# --- sending -------------------------------------------------------------------------------------


@jobs.sweep("mail.send", every=timedelta(seconds=5), drain=True)
def send_due(limit: int = 20) -> int:
    """Send letters and short messages that wait; return how many went out."""
    now = clock.now()
    waiting = db.session.scalars(
        sa.select(OutboundMessage.id)
        .where(
            OutboundMessage.due_at <= now,
            OutboundMessage.expires_at > now,
            OutboundMessage.attempts < MAX_ATTEMPTS,
        )
        .order_by(OutboundMessage.due_at, OutboundMessage.id)
        .limit(limit)
    ).all()
    db.session.rollback()
    return sum(_try_one(message_id) for message_id in waiting if not jobs.stopping())


def _try_one(message_id: int) -> bool:
    message = _claim(message_id)
    if message is None:  # another worker has it
        return False
    try:
        _deliver(message)
    except Exception as error:  # noqa: BLE001 - whatever a mail server does, the row tries again
        log.warning("message_not_sent", message_id=message_id, error=type(error).__name__)
        _note_failure(message_id, type(error).__name__)
        return False
    _forget(message_id)
    return True


@use_case
def _claim(message_id: int) -> Message | None:
    """Take a message for this try; of two workers one gets it."""
    now = clock.now()
    row = db.session.execute(
        sa.select(OutboundMessage.__table__).where(OutboundMessage.id == message_id)
    ).one_or_none()
    if row is None:
        return None
    claimed = changed(
        sa.update(OutboundMessage)
        .where(OutboundMessage.id == message_id, OutboundMessage.due_at <= now)
        .values(attempts=row.attempts + 1, due_at=now + FIRST_RETRY * 4**row.attempts)
    )
    if claimed != 1:
        return None
    return Message(
        row.id, row.kind, row.recipient, row.subject, row.body, row.unsubscribe_url, row.page
    )


@use_case
def _forget(message_id: int) -> None:
    changed(sa.delete(OutboundMessage).where(OutboundMessage.id == message_id))


@use_case
def _note_failure(message_id: int, error: str) -> None:
    changed(
        sa.update(OutboundMessage).where(OutboundMessage.id == message_id).values(error=error[:100])
    )


@jobs.sweep("mail.prune", every=timedelta(hours=1))
@use_case
def prune() -> int:
    """Forget messages that are of no use any more; return how many."""
    return changed(sa.delete(OutboundMessage).where(OutboundMessage.expires_at <= clock.now()))


# --- backends ------------------------------------------------------------------------------------

Backend = Callable[[Message, SplitResult], None]


def _deliver(message: Message) -> None:
    config = current_app.config["POTLUCK"]
    url = config.mail_url if message.kind is ContactKind.EMAIL else config.sms_url
    parts = urlsplit(url)
    _BACKENDS[parts.scheme](message, parts)


def _to_console(message: Message, _url: SplitResult) -> None:
    rule = "─" * 60
    head = f"{message.recipient}  {message.subject}".rstrip()
    click.echo(f"{rule}\n{head}\n\n{message.body.rstrip()}\n{rule}")


def _to_file(message: Message, url: SplitResult) -> None:
    folder = Path(unquote(url.path))
    folder.mkdir(parents=True, exist_ok=True)
    if message.kind is ContactKind.EMAIL:
        name, content = f"{message.id}.eml", bytes(_letter(message))
    else:
        name, content = f"{message.id}.txt", f"{message.recipient}\n\n{message.body}\n".encode()
    half = folder / f".{name}"
    half.write_bytes(content)
    half.replace(folder / name)


def _to_smtp(message: Message, url: SplitResult) -> None:
    host = url.hostname or "localhost"
    tls = ssl.create_default_context()
    server: smtplib.SMTP
    if url.scheme == "smtps":
        server = smtplib.SMTP_SSL(
            host, url.port or SMTPS_PORT, timeout=TIMEOUT_SECONDS, context=tls
        )
    else:
        server = smtplib.SMTP(host, url.port or SMTP_PORT, timeout=TIMEOUT_SECONDS)
    with server:
        if url.scheme == "smtp" and host not in LOOPBACK:
            server.starttls(context=tls)  # nothing goes over a foreign network in the clear
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
        server.send_message(_letter(message))


class _Whole(UniqueUnstructuredHeader):
    """A header that is written as it is: Python would encode a long address, and break it so."""

    name: str

    def fold(self, *, policy: Policy) -> str:
        """Return the header in one line."""
        return f"{self.name}: {self}{policy.linesep}"


def _headers() -> HeaderRegistry:
    registry = HeaderRegistry()
    registry.map_to_type("list-unsubscribe", _Whole)  # type: ignore[arg-type] # gets its base there
    return registry


_POLICY = email_policy.clone(header_factory=_headers())


def _letter(message: Message) -> EmailMessage:
    letter = EmailMessage(policy=_POLICY)
    sender: str = current_app.config["POTLUCK"].mail_from
    letter["From"] = sender
    letter["To"] = message.recipient
    letter["Subject"] = message.subject
    letter["Date"] = format_datetime(clock.now())
    # Always the same: a letter that is sent again after a crash is known as the same letter.
    domain = parseaddr(sender)[1].rpartition("@")[2] or "localhost"
    letter["Message-ID"] = f"<{message.id}@{domain}>"
    letter["Auto-Submitted"] = "auto-generated"
    if message.unsubscribe_url:  # RFC 8058: mail programs show a button and POST by themselves
        letter["List-Unsubscribe"] = f"<{message.unsubscribe_url}>"
        letter["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    letter.set_content(message.body)
    if message.page:  # RFC 2046: the best form comes last
        letter.add_alternative(message.page, subtype="html")
    return letter


_BACKENDS: dict[str, Backend] = {
    "console": _to_console,
    "file": _to_file,
    "smtp": _to_smtp,
    "smtps": _to_smtp,
}
