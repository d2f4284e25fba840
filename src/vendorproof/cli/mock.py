"""`vendorproof mock`: a vendor's mock as a real server."""

from __future__ import annotations

import click

from vendorproof.cli.options import contracts_of
from vendorproof.mock import Mock, Served, export_lines, find_fault, serve


@click.command(epilog="Example: vendorproof mock leadiosa --port 8000 --fault ignores-the-limit")
@click.argument("vendor")
@click.option("--port", type=click.IntRange(0, 65535), default=0, metavar="N", help="the port (default: a free one)")
@click.option("--fault", "faults", multiple=True, metavar="ID", help="a fault to have (repeatable)")
@click.option("--variant", "variants", multiple=True, metavar="NAME", help="a legal way to be different (repeatable)")
@click.option("--tls", is_flag=True, help="serve https with a certificate of its own")
def command(vendor: str, port: int, faults: tuple[str, ...], variants: tuple[str, ...], tls: bool) -> None:
    """Serves the mock of a vendor until Ctrl-C. Its credentials are printed, and are visibly fake."""
    contract = contracts_of([vendor])[vendor]
    chosen = [find_fault(contract, name) for name in faults]

    def announce(served: Served) -> None:
        for line in export_lines(contract):
            click.echo(line)
        if served.tls_roots is not None:
            click.echo(f"# the root certificate to trust: {served.tls_roots}")
        click.echo(f"# vendorproof run {vendor} --target {served.base_url}")

    serve(Mock(contract, faults=chosen, variants=variants), port=port, tls=tls, announce=announce)
