"""``flask members`` and ``flask docs permissions``."""

import secrets

import click
from flask import Flask
from flask.cli import AppGroup

from app.identity import queries, service
from app.identity.types import MemberRow
from app.kernel import contacts
from app.kernel.errors import DomainError
from app.kernel.permissions import ROLE_PERMISSIONS, Permission, Role

ROLES = click.Choice([role.value for role in Role])
group = AppGroup("members", help="Members and their roles.")


@group.command("create")
@click.option("--role", "roles", type=ROLES, multiple=True, help="May be given several times.")
@click.option("--name", required=True, help="Name that others see.")
@click.option("--email", help="E-mail address to sign in with; counts as proved.")
@click.option("--phone", help="Mobile number to sign in with; counts as proved.")
@click.option("--password", help="Left out: one is made and printed.")
def create(
    roles: tuple[str, ...], name: str, email: str | None, phone: str | None, password: str | None
) -> None:
    """Make a member who can sign in at once."""
    if not (email or phone):
        raise click.UsageError("Give --email or --phone: without one nobody can sign in.")
    secret = password or secrets.token_urlsafe(12)
    try:
        reach = [
            *([contacts.parse_email(email)] if email else []),
            *([contacts.parse_phone(phone)] if phone else []),
        ]
        granted = frozenset(Role(role) for role in roles) - {Role.FAN}
        member = service.create_member(name, reach, secret, granted)
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{member.yid}  {member.name}  {_words(member)}")
    if password is None:
        click.echo(f"password: {secret}")


@group.command("grant")
@click.argument("yid")
@click.argument("role", type=ROLES)
def grant(yid: str, role: str) -> None:
    """Give the member YID the role ROLE."""
    member = _member(yid)
    try:
        granted = service.grant_role(None, member.id, Role(role))
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{member.name}: {role} {'granted' if granted else 'is held already'}")


@group.command("revoke")
@click.argument("yid")
@click.argument("role", type=ROLES)
def revoke(yid: str, role: str) -> None:
    """Take the role ROLE back from the member YID."""
    member = _member(yid)
    try:
        revoked = service.revoke_role(None, member.id, Role(role))
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{member.name}: {role} {'revoked' if revoked else 'was not held'}")


@group.command("list")
@click.option("--role", type=ROLES, help="Only who holds it.")
@click.option("--search", default="", help="Part of a name, or a Yid.")
def list_members(role: str | None, search: str) -> None:
    """Print members, the newest first; contacts are masked."""
    after = None
    while True:
        page = queries.member_list(
            search=search, role=Role(role) if role else None, after=after, limit=200
        )
        for line in page.items:
            roles = ",".join(held.value for held in line.roles) or "-"
            reach = " ".join(line.contacts) or "-"
            click.echo(
                f"{line.person.yid}  {line.state:<7} {roles:<24} {reach}  {line.person.name}"
            )
        if (after := page.next_key) is None:
            return


@group.command("rekey")
def rekey() -> None:
    """Write the contacts' look-up digests anew after POTLUCK_SECRET_KEY was replaced."""
    click.echo(f"{service.rekey_contacts()} contacts written under the present secret")


def _member(yid: str) -> MemberRow:
    member = queries.find_member_by_yid(yid)
    if member is None:
        message = f"No member has the Yid {yid}. flask members list shows them."
        raise click.ClickException(message)
    return member


def _words(member: MemberRow) -> str:
    return ", ".join(sorted(role.value for role in member.roles)) or "fan"


# --- docs ----------------------------------------------------------------------------------------


@click.command("permissions")
def print_permissions() -> None:
    """Print who may do what, as a Markdown table."""
    click.echo("# Roles and permissions\n")
    click.echo(f"| permission | {' | '.join(role.value for role in Role)} |")
    click.echo(f"| --- |{' :-: |' * len(Role)}")
    for permission in Permission:
        marks = ("✓" if permission in ROLE_PERMISSIONS[role] else " " for role in Role)
        click.echo(f"| `{permission.value}` | {' | '.join(marks)} |")


def init_app(app: Flask) -> None:
    """Install the commands."""
    app.cli.add_command(group)
    docs = app.cli.commands.get("docs")
    if not isinstance(docs, click.Group):
        docs = AppGroup("docs", help="Pages of docs/generated, printed from the code.")
        app.cli.add_command(docs)
    docs.add_command(print_permissions)
