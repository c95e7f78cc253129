"""The ``kiosk-server`` command."""

import sys

import click


@click.command()
@click.version_option(package_name="skin-kiosk")
def kiosk_server() -> None:
    """The remote service for kiosks. Not built yet: a kiosk needs none for its main job."""
    click.echo("kiosk-server is not built yet; the kiosk works without it: see README.md", err=True)
    sys.exit(1)


def main() -> None:
    """Run the command."""
    kiosk_server()
