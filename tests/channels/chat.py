"""A chat service on loopback, of the kind apprise posts JSON to, and its end of the channel's contract."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.channels import FarEnd
from tests.channels.webhook import answering


@asynccontextmanager
async def far_end(folder: Path) -> AsyncIterator[FarEnd]:
    """A service whose address holds a token. No answer of it is permanent: apprise does not pass on what it was."""
    pytest.importorskip("apprise", reason="the chat extra is not installed")
    urls, answers = folder / "urls", [200]
    async with answering(answers) as (url, seen):
        urls.write_text(url.replace("http://", "json://desk:room-token@") + "\n", encoding="utf-8")
        yield FarEnd(
            settings={"urls_file": str(urls)},
            received=lambda: [body for _, body in seen],
            refuse={False: lambda: answers.__setitem__(0, 500)},
            secrets=("room-token",),
        )
