"""``kiosk-server kiosks``: which kiosks may send cases."""

import click

from server.cli import build, say
from server.store.kiosks import Kiosk


@click.group()
def kiosks() -> None:
    """Kiosks and foreign clients."""


@kiosks.command()
@click.argument("name", metavar="NAME")
@click.option("--token", "with_token", is_flag=True, help="Enrol it at once: a token for a foreign client.")
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def add(ctx: click.Context, name: str, with_token: bool, as_json: bool) -> None:
    """Add a kiosk: a one-time code for kiosk enrol, or with --token its token."""
    known = build.parts(ctx).kiosks
    given = {"code": known.add(name)}
    if with_token:  # which uses the code up
        given["token"] = known.enrol(given["code"], None)[1]
    if as_json:
        say.json_line(given)
    elif with_token:
        click.echo(f"token, shown only now: {given['token']}")
    else:
        click.echo(f"on the kiosk, within 7 days: kiosk enrol URL {given['code']}")


@kiosks.command("list")
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def list_kiosks(ctx: click.Context, as_json: bool) -> None:
    """Every kiosk ever added."""
    known = build.parts(ctx).kiosks.all()
    if as_json:
        say.json_line({"kiosks": [_as_json(kiosk) for kiosk in known]})
    else:
        say.table(("name", "state", "added", "last seen"), [_row(kiosk) for kiosk in known])


@kiosks.command()
@click.argument("name", metavar="NAME")
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def revoke(ctx: click.Context, name: str, as_json: bool) -> None:
    """End a kiosk's access at once; what it sent stays."""
    build.parts(ctx).kiosks.revoke(name)
    say.done(as_json, "revoked", {"revoked": name})


def _state(kiosk: Kiosk) -> str:
    return "revoked" if kiosk.revoked_at else "enrolled" if kiosk.enrolled_at else "not enrolled yet"


def _as_json(kiosk: Kiosk) -> dict[str, str | None]:
    moments = {"added_at": kiosk.added_at, "enrolled_at": kiosk.enrolled_at, "seen_at": kiosk.seen_at}
    shown = {name: moment.isoformat() if moment else None for name, moment in moments.items()}
    return {"id": kiosk.id, "name": kiosk.name, "state": _state(kiosk)} | shown


def _row(kiosk: Kiosk) -> tuple[str, str, str, str]:
    return kiosk.name, _state(kiosk), say.when(kiosk.added_at), say.when(kiosk.seen_at)
