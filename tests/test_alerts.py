"""Alerts: a story above a watch's higher threshold is told at once, once, and not at night."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from monitor.app import App, open_app
from monitor.cli.progress import Silent
from monitor.config import load_config
from monitor.digest.alert import QuietHours, alert_name
from monitor.errors import ConfigError
from monitor.model import Delivery
from monitor.store import deliveries, editions, page_edits, schema
from tests.channels.email import Post, served
from tests.conftest import SERVICE
from tests.desk import InlineWorkers
from tests.newsroom import PACT, Newsroom, hours_ago
from tests.test_flow import Clock

Configure = Callable[..., Path]
TITLE = "Iran, Iraq sign defence memorandum in Tehran"
AGAIN = [
    "Iran's Defence Minister Aziz Nasirzadeh and Iraqi Defence Minister Thabet al-Abbasi signed a memorandum of "
    "understanding on defence cooperation in the Iranian capital, state media reported.",
    "The memorandum covers joint military exercises, training of Iraqi officers and intelligence exchange.",
]


@pytest.fixture(autouse=True)
def inline_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.app.WorkerPool", InlineWorkers)


def alerting(folder: Path, alert: str) -> Path:
    watch = folder / "watches" / "iran-iraq-defense.yaml"
    watch.write_text(watch.read_text(encoding="utf-8") + f"alert: {{{alert}}}\n", encoding="utf-8")
    return folder


def to_folder(configure: Configure, newsroom: Newsroom, alert: str = "threshold: 0.5") -> Path:
    link = newsroom.article("/pact.html", TITLE, PACT[:2])
    feed = newsroom.feed("/feed.xml", [(TITLE, link, hours_ago(1))])
    return alerting(configure(feed), f"{alert}, deliver: [{{file: ../../var/alerts}}]")


def ledger(app: App) -> list[Delivery]:
    """The rows of alerts."""
    with app.store.read() as db:
        rows = deliveries.recent(db, 100)
        return [row for row in rows if editions.get(db, row.edition)[0].alert]


async def poll(app: App) -> None:
    await app.pipeline.poll(force=True)
    await app.publisher.alert()


@pytest.mark.slow
async def test_a_story_is_told_at_once_and_only_once(newsroom: Newsroom, configure: Configure) -> None:
    folder, clock = to_folder(configure, newsroom), Clock()
    async with open_app(load_config(folder), clock, Silent()) as app:
        await poll(app)
        [row] = ledger(app)
        assert (row.state.value, row.channel) == ("sent", "file")
        [page] = Path(row.recipient).glob("alert-*/story-*/digest.txt")
        assert "Sent at once" in page.read_text(encoding="utf-8")
        assert "WHAT WAS WATCHED" not in page.read_text(encoding="utf-8")
        with app.store.read() as db:
            edition, rendered = editions.get(db, row.edition)
        assert rendered.subject == f"Alert: {TITLE}"
        assert edition.digest == alert_name("iran-iraq-defense")
        again = newsroom.article("/again.html", "Tehran and Baghdad ink defence pact, plan joint exercises", AGAIN)
        newsroom.feed("/feed.xml", [("Tehran and Baghdad ink defence pact", again, hours_ago(0.5))])
        clock.forward(minutes=10)
        await poll(app)
        assert len(ledger(app)) == 1
    async with open_app(load_config(folder), clock, Silent()) as app:  # nor after a restart
        await poll(app)
        assert len(ledger(app)) == 1
        shown = await app.publisher.preview(app.publisher.by_hand(app.config.digest("daily")))
        assert len(shown.edition.stories) == 1  # the digest has it all the same
        assert not shown.edition.stories[0].developing


@pytest.mark.slow
async def test_a_correction_goes_once_to_whoever_was_sent_the_alert(newsroom: Newsroom, configure: Configure) -> None:
    folder, clock = to_folder(configure, newsroom), Clock()
    edited = [PACT[0], PACT[1].replace("joint military exercises", "a joint naval drill")]
    async with open_app(load_config(folder), clock, Silent()) as app:
        await poll(app)
        newsroom.article("/pact.html", TITLE, edited)
        clock.forward(hours=25)
        await poll(app)
        correction, alert = ledger(app)
        assert (correction.state.value, correction.recipient) == ("sent", alert.recipient)
        with app.store.read() as db:
            edition, rendered = editions.get(db, correction.edition)
        assert (edition.correction, rendered.subject) == (True, f"Correction: {TITLE}")
        shown = " ".join(rendered.text.split())
        assert "Changed since the alert: Feed 1: “" in shown
        assert shown.count("joint military exercises") == 1  # what the alert said, beside what it reads now
        assert "now reads “The agreement provides for a joint naval drill" in shown
        assert "joint naval drill" in " ".join(quote.text for quote in edition.stories[0].quotes)
    async with open_app(load_config(folder), clock, Silent()) as app:  # nor again after a restart
        clock.forward(hours=25)
        await poll(app)
        assert len(ledger(app)) == 2


@pytest.mark.slow
async def test_a_correction_is_sent_to_nobody_who_was_not_sent_the_alert(
    newsroom: Newsroom, configure: Configure
) -> None:
    folder, clock = to_folder(configure, newsroom), Clock()
    async with open_app(load_config(folder), clock, Silent()) as app:
        await poll(app)
    watch = folder / "watches" / "iran-iraq-defense.yaml"
    text = watch.read_text(encoding="utf-8")
    watch.write_text(text.replace("{file: ../../var/alerts}", "{file: ../../var/alerts}, {file: ../../var/later}"))
    newsroom.article("/pact.html", "Iran, Iraq deny defence memorandum in Tehran", PACT[:2])
    clock.forward(hours=25)
    async with open_app(load_config(folder), clock, Silent()) as app:
        await poll(app)
        correction, alert = ledger(app)
        assert correction.recipient == alert.recipient
        with app.store.read() as db:
            assert editions.get(db, correction.edition)[1].subject.startswith("Correction: Iran, Iraq deny")


@pytest.mark.slow
async def test_an_alert_that_waits_is_replaced_by_its_correction(newsroom: Newsroom, configure: Configure) -> None:
    folder, clock = to_folder(configure, newsroom, "threshold: 0.5, quiet_hours: '00:00-23:59'"), Clock()
    clock.at = clock.at.replace(hour=3)
    async with open_app(load_config(folder), clock, Silent()) as app:
        await poll(app)
        with app.store.write() as db:
            page_edits.add(db, 1, [("headline", TITLE, "Iran, Iraq deny memorandum")], clock.at)
        await app.publisher.alert()
        correction, alert = ledger(app)
        assert (alert.state.value, correction.state.value) == ("failed", "pending")
        assert "a correction took its place" in (alert.error or "")


@pytest.mark.slow
async def test_under_its_threshold_nothing_is_sent(newsroom: Newsroom, configure: Configure) -> None:
    folder = to_folder(configure, newsroom, "threshold: 0.9")
    async with open_app(load_config(folder), Clock(), Silent()) as app:
        await app.pipeline.poll(force=True)
        for score, count in ((0.89, 0), (0.9, 1)):
            with app.store.write() as db:
                db.execute(schema.matches.update().values(score=score))
            await app.publisher.alert()
            assert len(ledger(app)) == count


@pytest.mark.slow
async def test_what_is_old_or_was_told_by_a_digest_is_no_alert(newsroom: Newsroom, configure: Configure) -> None:
    link = newsroom.article("/pact.html", TITLE, PACT[:2])
    feed = newsroom.feed("/feed.xml", [(TITLE, link, hours_ago(24 * 5))])
    folder, clock = configure(feed), Clock()
    plain = load_config(folder)
    alerting(folder, "threshold: 0.5, max_age: 4d, deliver: [{file: ../../var/alerts}]")
    async with open_app(load_config(folder), clock, Silent()) as app:
        await poll(app)
        assert ledger(app) == []  # five days old
    folder = to_folder(configure, newsroom)
    async with open_app(plain, clock, Silent()) as app:  # before there were alerts
        await app.pipeline.poll(force=True)
        clock.forward(seconds=1)
        await app.publisher.publish(app.publisher.by_hand(app.config.digest("daily")))
    async with open_app(load_config(folder), clock, Silent()) as app:
        await poll(app)
        assert ledger(app) == []


@pytest.mark.slow
async def test_at_night_it_waits_for_the_morning_and_comes_once(newsroom: Newsroom, configure: Configure) -> None:
    clock = Clock()
    start = (clock.at - timedelta(hours=1)).astimezone(ZoneInfo("Asia/Baghdad"))
    quiet = f"{start:%H:%M}-{start + timedelta(hours=9):%H:%M}"
    extra = f'threshold: 0.5, quiet_hours: "{quiet}", timezone: Asia/Baghdad'
    folder = to_folder(configure, newsroom, extra)
    async with open_app(load_config(folder), clock, Silent()) as app:
        await poll(app)
        [row] = ledger(app)
        assert (row.state.value, row.attempts) == ("pending", 0)
        assert row.next_try is not None
        assert timedelta(hours=7, minutes=58) <= row.next_try - clock.at <= timedelta(hours=8)
        clock.forward(hours=7)
        await poll(app)
        await app.publisher.deliver_due()
        assert [row.attempts for row in ledger(app)] == [0]
    clock.forward(hours=1)
    async with open_app(load_config(folder), clock, Silent()) as app:  # the service was started again meanwhile
        await poll(app)
        await poll(app)
        assert [(row.state.value, row.attempts) for row in ledger(app)] == [("sent", 1)]


@pytest.mark.slow
async def test_it_goes_by_mail_with_a_message_id_that_stays(newsroom: Newsroom, configure: Configure) -> None:
    to_folder(configure, newsroom)
    post = Post(data=["451 try later"])
    async with served(post) as smtp:
        service = SERVICE + f"smtp: {{host: 127.0.0.1, port: {smtp.port}, from: monitor@desk.example}}\n"
        folder = configure(newsroom.base + "/feed.xml", service=service)
        alerting(folder, "threshold: 0.5, deliver: [{email: {to: [one@desk.example, two@desk.example]}}]")
        clock = Clock()
        async with open_app(load_config(folder), clock, Silent()) as app:
            await poll(app)
            assert sorted(row.state.value for row in ledger(app)) == ["pending", "sent"]
            clock.forward(minutes=2)
            await poll(app)
            assert {row.state.value for row in ledger(app)} == {"sent"}
    messages = [message_from_bytes(raw, policy=default) for _, _, raw in post.arrived]
    assert [m["To"] for m in messages] == ["one@desk.example", "two@desk.example", "one@desk.example"]
    assert {m["Subject"] for m in messages} == {f"Alert: {TITLE}"}
    assert messages[0]["Message-ID"] == messages[2]["Message-ID"] != messages[1]["Message-ID"]


@pytest.mark.parametrize(
    ("alert", "said"),
    [
        ("deliver: [{email: {to: [a@desk.example]}}]", "email needs a mail server"),
        ("threshold: 0.9", "'deliver' is missing"),
        ("quiet_hours: 22-7, deliver: [{file: x}]", "write from-to, such as 22:00-07:00"),
        ("quiet_hours: '25:00-07:00', deliver: [{file: x}]", "write from-to, such as 22:00-07:00"),
        ("quiet_hours: '07:00-07:00', deliver: [{file: x}]", "two different times"),
        ("timezone: Nowhere/Here, deliver: [{file: x}]", "is not a time zone"),
        ("quiet: 1, deliver: [{file: x}]", "did you mean 'quiet_hours'?"),
    ],
)
def test_a_wrong_alert_is_told_with_its_line(configure: Configure, alert: str, said: str) -> None:
    with pytest.raises(ConfigError, match=r"iran-iraq-defense\.yaml:6") as caught:
        load_config(alerting(configure("http://127.0.0.1:9/a"), alert))
    assert said in str(caught.value)


def test_an_alert_under_the_watch_s_threshold_would_never_come(configure: Configure) -> None:
    folder = alerting(configure("http://127.0.0.1:9/a"), "threshold: 0.4, deliver: [{file: x}]")
    watch = folder / "watches" / "iran-iraq-defense.yaml"
    watch.write_text(watch.read_text() + "threshold: 0.6\n")
    with pytest.raises(ConfigError, match=r"alert.threshold 0.4 is under threshold 0.6"):
        load_config(folder)


def test_quiet_hours_by_the_wall_clock_on_the_days_it_changes() -> None:
    night = QuietHours(time(22), time(7), "Europe/London")
    spring = datetime(2026, 3, 28, 23, tzinfo=UTC)
    assert night.until(spring) == datetime(2026, 3, 29, 6, tzinfo=UTC)  # seven in summer time
    autumn = datetime(2026, 10, 24, 23, tzinfo=UTC)
    assert night.until(autumn) == datetime(2026, 10, 25, 7, tzinfo=UTC)
    assert night.until(datetime(2026, 6, 1, 12, tzinfo=UTC)) is None
    short = QuietHours(time(1, 15), time(1, 45), "Europe/London")
    skipped = datetime(2026, 3, 29, 1, tzinfo=UTC)  # the first moment after a gap of an hour, in which both lie
    assert short.until(skipped) is short.until(skipped - timedelta(seconds=1)) is None
    twice = datetime(2026, 10, 25, 0, 50, tzinfo=UTC)  # ten to two, and in ten minutes it is one again
    assert short.until(twice) == datetime(2026, 10, 25, 1, 45, tzinfo=UTC)
