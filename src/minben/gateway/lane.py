"""The gateway's own lane: what leaves is on the disk first, many entries with one fdatasync.

The sequencer reads the lane into the trail. In the session suite a batch is also signed, once,
and every answer carries its path to that signature: its evidence (`protocol.batch_receipt`).
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from minben.protocol.batch_receipt import BatchReceipt, receipts
from minben.protocol.file_lane import BrokenLane, FileLane
from minben.protocol.keys import SigningKey

MOST_LANES = 64


@dataclass(frozen=True, slots=True)
class Placed:
    """落位 Where an entry stands in its lane; `receipt` where a batch was signed for it."""

    lane: str
    n: int
    receipt: BatchReceipt | None


class Committer:
    """成批寫入 One worker's lane. Who waits is answered when the disk holds the entry."""

    def __init__(self, lanes: Path, key: SigningKey) -> None:
        """Take the first lane `gateway-<i>` under a folder that no other worker holds."""
        self._file, self.name = _free(lanes)
        self._key = key
        self._thread = ThreadPoolExecutor(1, "lane")
        self._waiting: list[tuple[bytes, bytes, asyncio.Future[Placed]]] = []
        self._running: asyncio.Task[None] | None = None

    def append(self, record: bytes, *, evidence: bytes = b"") -> asyncio.Future[Placed]:
        """Append a record. With `evidence` (what a receipt is to prove) its batch is signed.

        OSError or BrokenLane when the disk does not take it: then nothing may leave.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Placed] = loop.create_future()
        self._waiting.append((record, evidence, future))
        if self._running is None:
            self._running = loop.create_task(self._commit())
        return future

    def close(self) -> None:
        """Let another process open the lane."""
        self._thread.shutdown()
        self._file.close()

    async def _commit(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            batch, self._waiting = self._waiting, []
            try:
                records = [record for record, _, _ in batch]
                first = await loop.run_in_executor(self._thread, self._file.append_many, records)
            except Exception as failure:
                for _, _, future in batch:
                    if not future.done():
                        future.set_exception(failure)
                continue
            signed = self._signed([evidence for _, evidence, _ in batch], first)
            for i, (_, _, future) in enumerate(batch):
                if not future.done():
                    future.set_result(Placed(self.name, first + i, signed[i]))
        self._running = None

    def _signed(self, evidence: list[bytes], first: int) -> list[BatchReceipt] | list[None]:
        if not any(evidence):
            return [None] * len(evidence)
        return receipts(evidence, lane=self.name, first=first, key=self._key)


def _free(lanes: Path) -> tuple[FileLane, str]:
    for i in range(MOST_LANES):
        name = f"gateway-{i}"
        try:
            return FileLane(lanes / name), name
        except BrokenLane as taken:
            if "another process" not in str(taken):
                raise
    raise BrokenLane(f"{lanes}: all {MOST_LANES} lanes of the gateway are open")
