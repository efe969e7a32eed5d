"""A web server on loopback that takes posts, and its end of the channel's contract."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web

from tests.channels import FarEnd

Seen = list[tuple[dict[str, str], bytes]]


@asynccontextmanager
async def hooked(*statuses: int, body: str = "thanks") -> AsyncIterator[tuple[str, Seen]]:
    """Answers with these statuses one after the other, then with the last. Yields its address and what it got."""
    async with answering(list(statuses), body) as found:
        yield found


@asynccontextmanager
async def answering(answers: list[int], body: str = "thanks") -> AsyncIterator[tuple[str, Seen]]:
    """`hooked` with a list of statuses that the test may change."""
    seen: Seen = []

    async def take(request: web.Request) -> web.Response:
        seen.append((dict(request.headers), await request.read()))
        status = answers.pop(0) if len(answers) > 1 else answers[0]
        return web.Response(status=status, text=body, headers={"Location": "/other"} if status == 302 else {})

    app = web.Application()
    app.router.add_post("/hook", take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/hook", seen
    finally:
        await runner.cleanup()


@asynccontextmanager
async def far_end(folder: Path) -> AsyncIterator[FarEnd]:
    """A hook whose posts are signed."""
    secret, answers = folder / "secret", [200]
    secret.write_text("between-us-alone\n", encoding="utf-8")
    async with answering(answers) as (url, seen):
        yield FarEnd(
            settings={"url": url, "secret_file": str(secret)},
            received=lambda: [body for _, body in seen],
            refuse={True: lambda: answers.__setitem__(0, 410), False: lambda: answers.__setitem__(0, 503)},
            secrets=("between-us-alone",),
        )
