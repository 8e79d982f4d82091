"""``flask orders …``, ``flask channels …`` and ``flask demo cdnow``."""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext

from app.commerce import cdnow as history
from app.commerce import queries, service
from app.commerce.reading import DayOrder, Options, find_encoding, found_columns, peek
from app.commerce.reading.layout import split_mapping
from app.commerce.settings import uploads_folder
from app.commerce.types import (
    PROBLEM_TEXTS,
    ChannelRow,
    Counts,
    FileKind,
    FileRefusedError,
    IdentityKind,
    Problem,
    SeedChannel,
    UnknownChannelError,
)
from app.kernel.errors import DomainError
from app.kernel.i18n import gettext as _

orders = AppGroup("orders", help="Bring orders in.")
channels = AppGroup("channels", help="Where the brand sells.")

FORMULA = "FIELD=COLUMN,…"


@orders.command("import")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--channel", required=True, help="Code or name of the sales channel.")
@click.option("--refunds", is_flag=True, help="The file holds refunds rather than orders.")
@click.option(
    "--mapping",
    metavar=FORMULA,
    default="",
    help="Which column is what: order=…,buyer=…,paid_at=…,total=…,sku=…,qty=…,currency=…, or the "
    "name of columns saved in the console. Usual names are found without it.",
)
@click.option("--sheet", default="", help="Sheet of a workbook; default: the first with rows.")
@click.option("--encoding", help="Encoding of the file; found out when left out.")
@click.option("--delimiter", help=r"What separates columns (\t for tab); found out when left out.")
@click.option(
    "--day-order",
    type=click.Choice(["ymd", "dmy", "mdy"]),
    help="How days such as 03/04/2026 are meant; default: they begin with the year.",
)
@click.option("--currency", help="ISO code where the file names none; default: the channel's.")
@click.option("--order-from-row", is_flag=True, help="No order numbers: the row's number serves.")
@click.option(
    "--errors",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write bad rows; default: beside the file.",
)
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
def import_(path: Path, channel: str, errors: Path | None, *, dry_run: bool, **wishes: Any) -> None:
    """Import a CSV or XLSX file of paid orders, or of refunds.

    Run it again after a kill: it goes on where it stopped. A file with a column of SKUs or line
    numbers is a list of lines: rows of one order are added up. A file without one is a list of
    orders. Importing a file twice changes nothing.
    """
    with _explained(path):
        sold_in = _channel(channel)
        rows = service.as_csv(path, uploads_folder(), wishes["sheet"])
        options = _options(rows, sold_in, wishes)
        errors = errors or path.with_name(f"{path.stem}.errors.csv")
        if dry_run:
            _dry_run(rows, sold_in, options, errors)
        else:
            _import(rows, sold_in, options, errors, file_name=path.name)


def _options(rows: Path, channel: ChannelRow, wishes: Mapping[str, Any]) -> Options:
    text = str(wishes["mapping"])
    day_order = {"dmy": DayOrder.DAY_FIRST, "mdy": DayOrder.MONTH_FIRST}
    options = Options(
        split_mapping(text) if "=" in text else {},
        wishes["encoding"],
        wishes["delimiter"],
        wishes["order_from_row"],
        FileKind.REFUNDS if wishes["refunds"] else FileKind.ORDERS,
        day_order=day_order.get(wishes["day_order"] or "", DayOrder.YEAR_FIRST),
        currency=(wishes["currency"] or "").upper(),
    )
    if not text.strip() or "=" in text:
        return options
    return _saved(rows, channel, options, text.strip())


def _saved(rows: Path, channel: ChannelRow, options: Options, name: str) -> Options:
    """Return options with the columns saved under a name; what was said on the line goes first."""
    known = queries.saved_mappings(channel.id, options.kind)
    saved = next((each for each in known if each.name == name), None)
    if saved is None:
        names = ", ".join(each.name for each in known if each.name) or "–"
        raise FileRefusedError(
            _(
                "No columns are saved as “%(name)s” for this channel (there are: %(names)s).",
                name=name,
                names=names,
            ),
            option="mapping",
        )
    kept = saved.options
    options = replace(
        options,
        encoding=options.encoding or kept["encoding"] or None,
        delimiter=options.delimiter or kept["delimiter"] or None,
        order_from_row=options.order_from_row or bool(kept["order_from_row"]),
        day_order=options.day_order or DayOrder(kept["day_order"]),
        currency=options.currency or kept["currency"] or "",
    )
    found = find_encoding(rows, options.encoding)
    seen = peek(rows, found.encoding, options, is_lenient=found.is_lenient)
    return replace(options, columns=found_columns(kept["columns"], seen.header))


def _import(
    path: Path, channel: ChannelRow, options: Options, errors: Path, *, file_name: str
) -> None:
    started = monotonic()
    with _progress() as bar:
        report = service.import_file(
            path,
            channel,
            options,
            errors_path=errors,
            file_name=file_name,
            on_begin=lambda batch: bar.begin(batch.rows or 0, batch.position),
            on_progress=bar.move,
        )
    if not report.is_complete:
        raise click.ClickException(
            _("Another process is importing this file. Run the command again to see the result.")
        )
    _tell(report.batch.counts, report.refused_path)
    rows, seconds = report.batch.rows or 0, monotonic() - started
    click.echo(
        _(
            "%(rows)s rows in %(seconds)s s (%(rate)s a second)",
            rows=rows,
            seconds=f"{seconds:.1f}",
            rate=round(rows / seconds) if seconds else rows,
        )
    )
    click.echo(
        _(
            "To undo it within 7 days:  flask orders rollback %(code)s",
            code=report.batch.code,
        )
    )


def _dry_run(path: Path, channel: ChannelRow, options: Options, errors: Path) -> None:
    with _progress() as bar:
        foreseen, refused = service.dry_run(
            path,
            channel,
            options,
            errors_path=errors,
            on_begin=lambda reading: bar.begin(reading.rows, 0),
            on_progress=bar.move,
        )
    click.echo(_("Dry run: nothing was written."))
    _tell(foreseen.counts, refused)
    if options.kind is FileKind.REFUNDS:
        click.echo(f"waiting_for_order {foreseen.waiting}")
    else:
        click.echo(
            f"buyers: members {foreseen.members} known_silent {foreseen.known_silent} "
            f"new_silent {foreseen.new_silent}"
        )
    for problem, rows in foreseen.problems.most_common():
        click.echo(f"  {rows} × {PROBLEM_TEXTS[Problem(problem)]}")


@orders.command("rollback")
@click.argument("code")
def rollback(code: str) -> None:
    """Undo an import within 7 days. Run it again after a kill: it goes on where it stopped."""
    try:
        batch = service.ask_rollback(code, actor_id=None)
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    with _progress() as bar:
        bar.begin(batch.counts.new, batch.withdrawn)
        while batch.rolled_back_at is None:
            service.roll_back(batch)
            batch = queries.batch_by_id(batch.id)
            bar.move(batch.withdrawn)
    click.echo(
        _(
            "Rolled back: %(num)s of it count as nothing. Import the file again to have them back.",
            num=batch.withdrawn,
        )
    )


def _tell(counts: Counts, refused: Path | None) -> None:
    click.echo(
        f"new {counts.new} duplicate {counts.duplicate} changed {counts.changed} "
        f"kept_aside {counts.kept_aside} bad {counts.bad}"
    )
    if counts.kept_aside:
        click.echo(
            _("Orders known with other figures wait for a decision in the console (Kept aside).")
        )
    if refused is not None:
        click.echo(_("Bad rows, each with its reason, are in %(path)s", path=refused))


def _channel(name: str) -> ChannelRow:
    try:
        return queries.get_channel_by_name(name)
    except UnknownChannelError as error:
        known = ", ".join(channel.code for channel in queries.channels()) or "–"
        message = _(
            "There is no channel “%(name)s” (there are: %(known)s). Make it:  "
            "flask channels add CODE --name NAME --window DAYS",
            name=name,
            known=known,
        )
        raise click.ClickException(message) from error


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turn a refusal into a message that says where and what to write instead."""
    try:
        yield
    except FileRefusedError as error:
        where = f"{path}:{error.line_number}" if error.line_number else str(path)
        hint = f"\n--{error.option} '{error.suggestion}'" if error.suggestion else ""
        message = f"{where}: {error}{hint}"
        raise click.ClickException(message) from error
    except OSError as error:
        raise click.ClickException(str(error)) from error


# --- progress ------------------------------------------------------------------------------------


class _Quiet:
    """No terminal, no bar."""

    def begin(self, rows: int, done: int) -> None:
        """Say nothing."""

    def move(self, done: int) -> None:
        """Say nothing."""


class _Bar(_Quiet):
    """A bar on a terminal, with rows, rate and time left."""

    def __init__(self, show: "Callable[[int, int | None], None]") -> None:
        self._show = show

    def begin(self, rows: int, done: int) -> None:
        """Show how much there is, and how much an earlier run has done."""
        self._show(done, rows)

    def move(self, done: int) -> None:
        """Show how far it is."""
        self._show(done, None)


@contextmanager
def _progress() -> Iterator[_Quiet]:
    if not sys.stderr.isatty():
        yield _Quiet()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    console = Console(stderr=True)
    with Progress(
        BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=console
    ) as progress:
        task = progress.add_task("", total=None)

        def show(done: int, rows: int | None) -> None:
            if rows is not None:
                progress.update(task, total=rows)
            progress.update(task, completed=done)

        yield _Bar(show)


# --- CDNOW ---------------------------------------------------------------------------------------


@click.command("cdnow")
@with_appcontext
def cdnow() -> None:
    """Import the CDNOW history, 69,659 real purchases, from the package lifetimes."""
    try:
        path = history.find_file()
    except history.CdnowMissingError as error:
        raise click.ClickException(str(error)) from error
    with _explained(path), _progress() as bar:
        batch, totals = history.import_history(
            path, on_begin=lambda rows: bar.begin(rows, 0), on_progress=bar.move
        )
    _tell(batch.counts, None)
    click.echo(history.summary(totals))


orders.add_command(cdnow)


# --- channels ------------------------------------------------------------------------------------


@channels.command("list")
def list_channels() -> None:
    """Print all sales channels."""
    for channel in queries.channels():
        click.echo(
            f"{channel.code}\t{channel.name}\t{channel.return_window_days}\t{channel.currency}\t"
            f"{channel.identity_kind.value}"
        )


@channels.command("add")
@click.argument("code")
@click.option("--name", required=True, help="What people call it.")
@click.option("--window", type=click.IntRange(0, 365), default=7, show_default=True,
              help="Return window in days.")  # fmt: skip
@click.option("--currency", help="ISO 4217 code; default: the deployment's.")
@click.option(
    "--buyer",
    type=click.Choice([kind.value for kind in IdentityKind]),
    default=IdentityKind.BUYER_ID.value,
    show_default=True,
    help="What its files say of the buyer.",
)
@click.pass_context
def add_channel(
    context: click.Context, code: str, name: str, window: int, currency: str | None, buyer: str
) -> None:
    """Make a sales channel; one that is there stays as it is."""
    from flask import current_app

    code = code.strip().lower()
    if not code.replace("-", "").replace("_", "").isalnum() or not code.isascii() or len(code) > 32:  # noqa: PLR2004 - the column's length
        raise click.BadParameter(_("A code has up to 32 of: a-z 0-9 - _"), ctx=context)
    money = (currency or current_app.config["POTLUCK"].currency).upper()
    made = service.open_channel(SeedChannel(code, name.strip(), window, money, IdentityKind(buyer)))
    click.echo(f"{made.code}\t{made.name}\t{made.return_window_days}\t{made.currency}")


def register(app: Flask) -> None:
    """Install the commands; ``flask demo`` is shared with the demo domain."""
    app.cli.add_command(orders)
    app.cli.add_command(channels)
    demo = app.cli.commands.get("demo")
    if not isinstance(demo, click.Group):
        demo = AppGroup("demo", help="Demo data.")
        app.cli.add_command(demo)
    demo.add_command(cdnow)
