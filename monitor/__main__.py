"""The program's entry: hands the faces that may not import each other to the command line.

Nothing is done here that a face could do; this module only joins them.
"""

from __future__ import annotations

import gc
import sys
from pathlib import Path
from typing import Any


class Faces:
    """The faces, imported when they are asked for."""

    def run(self, config_path: Path, *, verbose: bool = False, **options: Any) -> int:
        """The daemon, until it is stopped."""
        from monitor.daemon.run import run

        return run(config_path, verbose=verbose, **options)

    def once(self, config_path: Path, *, verbose: bool = False, **_options: Any) -> int:
        """One pass over all feeds, deliver, end."""
        from monitor.daemon.once import once

        return once(config_path, verbose=verbose)

    def demo(self, *, keep: bool = False, **_options: Any) -> int:
        """Everything at once, offline."""
        from monitor.daemon.service import serve
        from monitor.demo.tour import demo

        return demo(serve, keep=keep)


def main() -> None:
    """`monitor …`: parse, run, exit with the command's code."""
    from monitor.cli.main import build

    try:
        sys.exit(build(Faces())(prog_name="monitor"))
    finally:
        # The process ends here, with all its memory; without this, Python looks through every object once more.
        gc.freeze()


if __name__ == "__main__":
    main()
