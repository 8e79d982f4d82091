"""``flask ledger``: prove, compare, seal."""

import json
import sys
from pathlib import Path

import click
from flask.cli import AppGroup

from app.kernel import verify
from app.ledger import queries, service

group = AppGroup("ledger", help="Prove and inspect the points book.")


@group.command("verify")
def verify_ledger() -> None:
    """Recompute everything from the journal; exit 1 naming any drift."""
    verify.print_and_exit(verify.run(("ledger",)))


@group.command("reconcile")
@click.option("--repair", is_flag=True, help="Let domains put their own projections right.")
def reconcile(*, repair: bool) -> None:
    """Compare what domains want posted with what is posted; exit 1 naming differences."""
    left = 0
    for name, difference in service.reconcile(repair=repair):
        state = "repaired" if difference.is_repaired else "differs"
        left += not difference.is_repaired
        click.echo(
            f"{name} {difference.subject}: wanted {difference.wanted}, "
            f"posted {difference.posted} ({state})"
        )
    if left:
        sys.exit(1)
    click.echo("every target is posted")


@group.command("sweep")
def sweep() -> None:
    """Mature, expire and release everything that is due, now."""
    for name, run in (
        ("matured", service.mature_due),
        ("expired", service.expire_due),
        ("holds released", service.release_expired_holds),
        ("days closed", service.close_days),
        ("days rolled up", service.roll_up),
    ):
        total = 0
        while done := run():
            total += done
        click.echo(f"{name}: {total}")


@group.command("roll-up-anew")
def roll_up_anew() -> None:
    """Throw the roll-ups of costs and cohorts away and make them from the journal."""
    service.roll_up_anew()
    days = 0
    while done := service.roll_up():
        days += done
    click.echo(f"days rolled up: {days}")


@group.command("checkpoint")
def checkpoint() -> None:
    """Seal the present state of all wallets under one signed root."""
    sealed = service.checkpoint()
    click.echo(f"checkpoint {sealed.number}: {sealed.wallets} wallets, root {sealed.root}")


@group.command("key")
def key() -> None:
    """Print the public key that checkpoints are signed with, and its fingerprint."""
    public = queries.public_key()
    click.echo(public.pem, nl=False)
    click.echo(f"fingerprint {public.fingerprint}")


@group.command("proof")
@click.option("--member", "yid", required=True, help="The member's Yid.")
@click.option("--checkpoint", "number", type=int, help="Which checkpoint; default: the latest.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The file to write.")
def proof(yid: str, number: int | None, out: Path) -> None:
    """Write a member's proof and print how to check it."""
    from app.identity import queries as people

    member = people.find_member_by_yid(yid)
    if member is None:
        message = f"nobody has the Yid {yid}: check the 13 characters"
        raise click.ClickException(message)
    found = queries.proof(member.id, number=number)
    if found is None:
        message = "no checkpoint covers this member yet: run  flask ledger checkpoint"
        raise click.ClickException(message)
    out.write_text(json.dumps(found), encoding="utf-8")
    click.echo(f"written {out}. Check it on any machine:")
    click.echo("  flask ledger proof-script > check_proof.py")
    click.echo(f"  {queries.proof_command(str(out))}")


@group.command("proof-script")
def proof_script() -> None:
    """Print the script that checks a proof: plain Python 3, no packages."""
    click.echo(queries.proof_script(), nl=False)
