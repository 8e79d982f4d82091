"""Every derived figure names the function that recomputes it; ``flask verify`` runs them all."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import click
from flask import Flask

Verifier = Callable[[], Iterator[str]]
"""Yields one sentence per drift; nothing when all is well. Reads only."""

_verifiers: dict[str, Verifier] = {}


@dataclass(frozen=True, slots=True)
class Report:
    """What one verifier found."""

    name: str
    drifts: tuple[str, ...]


def register(name: str, verifier: Verifier) -> None:
    """Answer for a derived figure (``community.counters``). Called by a domain's manifest."""
    _verifiers[name] = verifier


def run(names: tuple[str, ...] = (), *, at_most: int = 100) -> list[Report]:
    """Run the named verifiers (default: all); each reports at most ``at_most`` drifts.

    Raises:
        LookupError: no verifier of that name.
    """
    reports = []
    for name in names or tuple(sorted(_verifiers)):
        if name not in _verifiers:
            raise LookupError(name)
        drifts = []
        for drift in _verifiers[name]():
            drifts.append(drift)
            if len(drifts) >= at_most:
                break
        reports.append(Report(name, tuple(drifts)))
    return reports


def print_and_exit(reports: list[Report]) -> None:
    """Print what was found; exit 1 if anything drifts."""
    for report in reports:
        click.echo(f"{'ok   ' if not report.drifts else 'DRIFT'} {report.name}")
        for drift in report.drifts:
            click.echo(f"      {drift}")
    if any(report.drifts for report in reports):
        sys.exit(1)


@click.command("verify")
@click.argument("names", nargs=-1)
def verify_command(names: tuple[str, ...]) -> None:
    """Recompute every derived figure and name what drifts (exit 1)."""
    try:
        print_and_exit(run(names))
    except LookupError as error:
        message = f"no verifier {error}; there are: {', '.join(sorted(_verifiers))}"
        raise click.ClickException(message) from error


def init_app(app: Flask) -> None:
    """Install ``flask verify``."""
    app.cli.add_command(verify_command)
