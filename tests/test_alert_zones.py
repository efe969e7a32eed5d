"""Alerts give times in the zone of the digest that has the watch, and name it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.app import open_app
from monitor.cli.progress import Silent
from monitor.config import load_config
from monitor.digest.alert import compose_alert
from monitor.digest.settings import publish_settings
from monitor.model import Story
from monitor.render.words import Words
from monitor.store import editions
from tests.desk import InlineWorkers
from tests.editions import report
from tests.newsroom import Newsroom
from tests.test_alerts import ledger, poll, to_folder
from tests.test_flow import Clock

NOW = datetime(2026, 11, 28, 20, 38, tzinfo=UTC)
DIGESTS = """\
digests:
  - {{name: other, schedule: "0 7 * * *", timezone: Asia/Tokyo, watches: [{other}], deliver: [{{file: x}}]}}
  - {{name: daily, schedule: "0 7 * * *", timezone: Europe/Istanbul, deliver: [{{file: y}}]}}
"""


@pytest.mark.parametrize(
    ("service", "more", "zone"),
    [
        (DIGESTS.format(other="ferries"), "", "Europe/Istanbul"),
        (DIGESTS.format(other="rail"), "", "Asia/Tokyo"),
        (DIGESTS.format(other="ferries"), ", timezone: Asia/Baku", "Asia/Baku"),
        ('digests: [{name: d, schedule: "0 7 * * *", timezone: Asia/Tokyo, watches: [ferries]}]', "", "Asia/Tokyo"),
        ("digests: []", "", "UTC"),
    ],
)
def test_the_zone_is_that_of_the_digest(configure: Callable[..., Path], service: str, more: str, zone: str) -> None:
    folder = configure("https://news.example/rss", service=service)
    (folder / "watches" / "iran-iraq-defense.yaml").unlink()
    alert = f'alert: {{deliver: [{{file: alerts}}], quiet_hours: "22:00-07:00"{more}}}'
    (folder / "watches" / "rail.yaml").write_text(f"name: Rail\nquery: rail\n{alert}\n", encoding="utf-8")
    (folder / "watches" / "ferries.yaml").write_text("name: Ferries\nquery: ferry\n", encoding="utf-8")
    [alerts] = publish_settings(load_config(folder)).alerts
    assert alerts.quiet
    assert (alerts.timezone, alerts.quiet.timezone) == (zone, zone)
    found = report(1, "Line opens")
    story = Story(1, "rail", "Line opens", NOW, NOW, 0.9, (found,))
    edition = compose_alert(story, frozenset(), alerts, NOW)
    said = Words(edition, "en").edition(edition)
    offset = {"Europe/Istanbul": "+03:00", "Asia/Tokyo": "+09:00", "Asia/Baku": "+04:00", "UTC": "+00:00"}[zone]
    assert said.endswith(f"({zone}, UTC{offset}).")


@pytest.mark.slow
async def test_an_alert_is_written_as_the_digest_is(
    newsroom: Newsroom, configure: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("monitor.app.WorkerPool", InlineWorkers)
    folder = to_folder(configure, newsroom)
    service = folder / "monitor.yaml"
    german = "timezone: Europe/Berlin\n    locale: de"
    written = service.read_text(encoding="utf-8").replace("timezone: Asia/Baghdad", german)
    service.write_text(written, encoding="utf-8")
    async with open_app(load_config(folder), Clock(), Silent()) as app:
        await poll(app)
        [row] = ledger(app)
        with app.store.read() as db:
            edition, rendered = editions.get(db, row.edition)
    assert edition.timezone == "Europe/Berlin"
    assert "(Europe/Berlin, UTC+0" in rendered.text
    assert "Persisch" in rendered.text or "Englisch" in rendered.text
