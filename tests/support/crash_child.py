"""A small program to be killed: alerts are committed and delivered until `total` of them are there.

Run as `python -m tests.support.crash_child FOLDER WEBHOOK TOTAL`; says "ready" on a line when it begins to work.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.delivery.carrier import make
from monitor.delivery.sender import Sender
from monitor.logs import configure
from monitor.model import Severity
from monitor.pipeline.deliver import Deliverer
from monitor.settings import Rate
from monitor.store.database import Store
from monitor.store.tables import Tables
from tests.support.alerts import a_config, channel
from tests.support.outbox import add_alert


def now() -> datetime:
    return datetime.now(UTC)


def add_next(tx: Tables, total: int) -> bool:
    count = int(tx.connection.execute("SELECT count(*) FROM alerts").fetchone()[0])
    if count < total:
        add_alert(tx, count + 1, severity=Severity(count % 3), now=now())
    return count < total


async def main(folder: Path, url: str, total: int) -> None:
    config = a_config(channel("desk", url, rate=Rate(count=1_000_000, per=timedelta(seconds=1))))
    sender = Sender(now)
    make(url)  # what is imported on first use, before the clock of the test runs
    with Store.open(folder, now) as store:
        worker = Deliverer(store, sender, lambda: config, now)
        await worker.start()
        print("ready", flush=True)  # noqa: T201 — the parent waits for it
        more = True
        while more or store.read(lambda tx: tx.outbox.next_due()) is not None:
            more = await store.write(add_next, total)
            await worker.tick()
            await asyncio.sleep(0.004)
        await worker.drain()
    sender.close()


if __name__ == "__main__":
    configure()  # logs to stderr; the parent has closed our stdout
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
