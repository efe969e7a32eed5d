"""Answers as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence

from starlette.responses import Response

from monitor.api.base import Answer
from monitor.text.redact import shown_document


def written(found: Answer | Sequence[Answer], status: int = 200) -> Response:
    """An answer as JSON, addresses without their secrets."""
    values = found.document() if isinstance(found, Answer) else [each.document() for each in found]
    text = json.dumps(shown_document(values), ensure_ascii=False)
    return Response(text, status, media_type="application/json")
