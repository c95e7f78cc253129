"""``kiosk phones``: who may see this kiosk."""

import click

from device.case import Role
from device.cli import build, say
from device.config import Settings
from device.errors import CaseUnknown
from device.store import Phone, Store

_OF_ROLE = {Role.STAFF: "everything", Role.SCREEN: "the last press"}


@click.group()
def phones() -> None:
    """Paired phones and scripts."""


@phones.command("list")
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def list_phones(ctx: click.Context, as_json: bool) -> None:
    """Every phone ever added."""
    known = build.store(build.settings(ctx)).phones.all()
    if as_json:
        say.json_line({"phones": [vars(phone) for phone in known]})
    else:
        say.table(("phone", "role", "sees", "name", "state"), [_row(phone) for phone in known])


@phones.command()
@click.option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    help="staff sees everything; subject, the default with --subject or --case, sees those; "
    "screen is the display on the kiosk itself, which shows the last press.",
)
@click.option("--subject", help="The subject (a pseudonym) whose cases it may see.")
@click.option("--case", "case_id", metavar="ID", help="The one case it may see.")
@click.option("--name", default="", help="A name to tell it from others.")
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def add(
    ctx: click.Context, role: str | None, subject: str | None, case_id: str | None, name: str, as_json: bool
) -> None:
    """Add a phone: a token for scripts and a link that pairs a phone once."""
    narrowed = subject is not None or case_id is not None
    role = role or (Role.SUBJECT if narrowed else Role.STAFF).value
    if narrowed != (role == Role.SUBJECT.value):
        raise click.UsageError("--subject or --case go with --role subject, which needs one of them")
    if subject is not None and not subject.strip():
        raise click.UsageError("--subject is empty: give the pseudonym")
    found = build.settings(ctx)
    kept = build.store(found)
    if case_id is not None:
        kept.cases.get(case_id)
    added = kept.phones.add(Role(role), name, subject, case_id)
    url = f"{_address(found, kept)}/pair/{added.link}"
    if as_json:
        say.json_line({"id": added.phone.id, "token": added.token, "url": url})
        return
    import segno

    segno.make(url).terminal(compact=True)
    where = "on the kiosk's screen" if role == Role.SCREEN.value else "on the phone"
    click.echo(f"open {where}, once: {url}\ntoken for scripts: {added.token}")


@phones.command()
@click.argument("phone_id", metavar="PHONE")
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def revoke(ctx: click.Context, phone_id: str, as_json: bool) -> None:
    """End a phone's access at once."""
    if not build.store(build.settings(ctx)).phones.revoke(phone_id):
        raise CaseUnknown(f"there is no phone {phone_id}: see kiosk phones list")
    say.done(as_json, "revoked", {"revoked": phone_id})


def _row(phone: Phone) -> tuple[str, str, str, str, str]:
    sees = _OF_ROLE.get(phone.role) or f"subject {phone.subject or '-'}, case {phone.case_id or '-'}"
    state = "revoked" if phone.revoked else "paired" if phone.paired else "not paired yet"
    return phone.id, phone.role.value, sees, phone.name, state


def _address(found: Settings, kept: Store) -> str:
    """Where the running dashboard listens, else where it is configured to, as a phone opens it."""
    from device.network import reachable_address

    dashboard = kept.processes.get("dashboard")
    if dashboard and dashboard.alive:
        return reachable_address(dashboard.report["host"], dashboard.report["port"])
    return reachable_address(found.config.web.host, found.config.web.port)
