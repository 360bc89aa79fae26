"""`python -m minben.demo.idp FOLDER --port 8010`: serve the simulated identity provider."""

from __future__ import annotations

import os
from pathlib import Path

import click
import uvicorn

from minben.demo.idp.app import IdentityProvider


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--port", default=8010, show_default=True, help="Port on the loopback interface.")
def main(folder: Path, port: int) -> None:
    """Serve the simulated identity provider of FOLDER (made by `minben demo start`)."""
    if os.environ.get("MINBEN_DEMO", "1") != "1":
        raise click.ClickException(
            "simulated credentials are for the demo only: take this provider's folder away,"
            " or set MINBEN_DEMO=1"
        )
    app = IdentityProvider(folder).app()
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
