# SPDX-License-Identifier: Apache-2.0
"""A long way to a service: passes bytes on, each half of a round trip later, and measures the round trips. Of a connection's exchanges one
is under way at a time, as with HTTP/1.1 without pipelining: one begins with the first byte that goes, and ends with the last that comes
back."""
import asyncio
import threading
import time
from urllib.parse import urlsplit

import waiting


class LongWay:
    def __init__(self, test, url, round_trip):
        self.parts, self.half = urlsplit(url), round_trip / 2
        self.count, self.seconds, self.now, self.most = 0, 0.0, 0, 0
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.server = asyncio.run_coroutine_threadsafe(self.listen(), self.loop).result(10)
        self.url = f"http://127.0.0.1:{self.server.sockets[0].getsockname()[1]}{self.parts.path}"
        test.addCleanup(self.close)

    def begin(self):
        """Counts from here: round trips, the seconds they took in all, the most at a time."""
        self.count, self.seconds, self.most = 0, 0.0, 0

    async def listen(self):
        return await asyncio.start_server(self.connection, "127.0.0.1", 0, backlog=1024)

    async def connection(self, reader, writer):
        far_reader, far_writer = await asyncio.open_connection(self.parts.hostname, self.parts.port)
        exchange = Exchange(self)
        try:
            await asyncio.gather(self.pump(reader, far_writer, exchange.goes, None), self.pump(far_reader, writer, None, exchange.came))
        except (OSError, asyncio.CancelledError):
            pass  # one side has gone, or the test has ended: so has the connection
        finally:
            exchange.ended()
            writer.close()
            far_writer.close()

    async def pump(self, reader, writer, before, after):
        """In order, each piece `half` after it was read; reading does not wait for writing."""
        pieces = asyncio.Queue()

        async def read():
            while piece := await reader.read(65536):
                if before:
                    before()
                pieces.put_nowait((self.loop.time() + self.half, piece))
            pieces.put_nowait((self.loop.time() + self.half, b""))

        reading = asyncio.ensure_future(read())
        try:
            while True:
                due, piece = await pieces.get()
                await waiting.later(max(0.0, due - self.loop.time()))
                if not piece:
                    break
                writer.write(piece)
                await writer.drain()
                if after:
                    after()
            if writer.can_write_eof():
                writer.write_eof()
        finally:
            reading.cancel()

    def close(self):
        async def end():
            self.server.close()
            tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        asyncio.run_coroutine_threadsafe(end(), self.loop).result(10)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)


class Exchange:
    """What goes and comes on one connection."""

    def __init__(self, way):
        self.way, self.began, self.last = way, None, None

    def goes(self):
        if self.last is not None:
            self.ended()
        if self.began is None:
            self.began = time.monotonic()
            self.way.now += 1
            self.way.most = max(self.way.most, self.way.now)

    def came(self):
        if self.last is None and self.began is not None:
            self.way.now -= 1
        self.last = time.monotonic()

    def ended(self):
        if self.began is not None and self.last is not None:
            self.way.count += 1
            self.way.seconds += self.last - self.began
        elif self.began is not None:
            self.way.now -= 1
        self.began = self.last = None
