#!/usr/bin/env python3
"""Clients of a proxy that restarts: sessions.py HOST:PORT SECONDS

Opens 500 connections a second, each for one message and its echo. Next to them, 100 sessions of some seconds send a
message every second, and 2 clients download. Prints what failed and the latencies in milliseconds as JSON. Latencies
count from the moment at which a connection was due, so that a proxy that accepts nothing is not asked less often.
"""

import asyncio
import contextlib
import json
import math
import random
import sys
import time

RATE = 500  # new connections a second
SESSIONS = 100
SESSION_SECONDS = (4, 8)  # range of the length of a session
SESSION_PAUSE = 1  # s between the messages of a session
DOWNLOADS = 2
MESSAGE = b"p" * 64
REQUEST = b"GET /large HTTP/1.1\r\nHost: backend\r\n\r\n"
LARGE_BYTES = 10 * 1024 ** 2
PATIENCE = 15  # s for one step
MOST_FAILURES = 5  # examples in the result

counts = dict.fromkeys(["connections", "refused", "reset", "broken", "sessions", "sessions_broken", "downloads",
                        "downloads_broken"], 0)
latencies = []
failures = []


async def exchange(reader, writer):
    writer.write(MESSAGE)
    if await asyncio.wait_for(reader.readexactly(len(MESSAGE)), PATIENCE) != MESSAGE:
        raise ValueError("the echo differs")


async def short(address, due):
    counts["connections"] += 1
    step = "connect"
    try:
        reader, writer = await asyncio.wait_for(asyncio.open_connection(*address), PATIENCE)
        step = "echo"
        with contextlib.closing(writer):
            await exchange(reader, writer)
        latencies.append((time.perf_counter() - due) * 1e3)
    except ConnectionRefusedError as error:
        fail("refused", step, error)
    except ConnectionResetError as error:
        fail("reset", step, error)
    except (OSError, ValueError, EOFError, asyncio.TimeoutError) as error:
        fail("broken", step, error)


async def session(address, end):
    while time.perf_counter() < end:
        counts["sessions"] += 1
        step = "connect"
        try:
            reader, writer = await asyncio.wait_for(asyncio.open_connection(*address), PATIENCE)
            step = "message"
            with contextlib.closing(writer):
                until = time.perf_counter() + random.uniform(*SESSION_SECONDS)
                while time.perf_counter() < until:
                    await exchange(reader, writer)
                    await asyncio.sleep(SESSION_PAUSE)
        except (OSError, ValueError, EOFError, asyncio.TimeoutError) as error:
            fail("sessions_broken", step, error)


async def download(address, end):
    while time.perf_counter() < end:
        counts["downloads"] += 1
        try:
            reader, writer = await asyncio.wait_for(asyncio.open_connection(*address, limit=1 << 18), PATIENCE)
            with contextlib.closing(writer):
                writer.write(REQUEST)
                await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE)
                left = LARGE_BYTES
                while left:
                    part = await asyncio.wait_for(reader.read(1 << 18), PATIENCE)
                    if not part:
                        raise EOFError("the download ended early")
                    left -= len(part)
        except (OSError, EOFError, asyncio.TimeoutError, asyncio.LimitOverrunError) as error:
            fail("downloads_broken", "download", error)
        await asyncio.sleep(0.1)


def fail(kind, step, error):
    counts[kind] += 1
    if len(failures) < MOST_FAILURES:
        failures.append(f"{kind}, {step}: {error or type(error).__name__}")


async def run(address, seconds):
    end = time.perf_counter() + seconds
    tasks = [asyncio.create_task(session(address, end)) for _ in range(SESSIONS)]
    tasks += [asyncio.create_task(download(address, end)) for _ in range(DOWNLOADS)]
    print("started", flush=True)
    running = set()
    due = time.perf_counter()
    while due < end:
        task = asyncio.create_task(short(address, due))
        running.add(task)
        task.add_done_callback(running.discard)
        due += 1 / RATE
        await asyncio.sleep(max(0, due - time.perf_counter()))
    await asyncio.gather(*tasks, *running)


def percentile(ordered, share):
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else math.nan


def main():
    host, port = sys.argv[1].split(":")
    asyncio.run(run((host, int(port)), float(sys.argv[2])))
    ordered = sorted(latencies)
    print(json.dumps({**counts, "p50": percentile(ordered, 0.5), "p99": percentile(ordered, 0.99),
                      "most": percentile(ordered, 1), "examples": failures}))


if __name__ == "__main__":
    main()
