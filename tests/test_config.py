"""The configuration: what the documentation shows works, every mistake is told with its line, edits leave the rest."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from monitor.config import find_folder, load_config
from monitor.config.edit_feed_list import add_feed, remove_feed
from monitor.config.feed_list import FeedConfig
from monitor.config.yaml import parse_yaml, quote, read_yaml
from monitor.errors import ConfigError
from monitor.fields import Strict, check_timezone, parse_duration, parse_size

SERVICE = """\
store: sqlite:///../var/monitor.db      # or postgresql://user@host/database
http:
  allow_private_addresses: false
  timeout: 20s
  max_feed_size: 10MB
  max_page_size: 5MB
digests:
  - name: daily
    schedule: "0 7 * * *"
    timezone: Asia/Baghdad
    watches: [iran-iraq-defense]
    deliver:
      - file: ../var/digests
      - email: {to: [desk@example.org]}
smtp: {host: localhost, port: 25}
web: {listen: 127.0.0.1:8080}
"""
FEEDS = """\
feeds:
  - url: https://en.irna.ir/rss
    name: IRNA English
    language: en
    country: IR
    kind: state                          # state, independent, ...
    publisher: IRNA                      # one voice
"""
WATCH = """\
name: Iran–Iraq defense cooperation
seeds: ../../seed_corpus
threshold: 0.5
sides:                                   # at least one of each, near each other
  iran: {entities: iran, terms: [Tehran]}
  iraq: {entities: iraq, terms: [Baghdad]}
terms:
  add: ["joint air defence", {term: "حرس الحدود", weight: 2}]
  remove: []
  require: []
  exclude: ["friendly match"]
alert: {threshold: 0.9, deliver: [{email: {to: [duty@example.org]}}]}
"""


def write(tmp_path: Path, service: str = SERVICE, feeds: str = FEEDS, watch: str = WATCH) -> Path:
    folder = tmp_path / "config"
    (folder / "watches").mkdir(parents=True, exist_ok=True)
    (tmp_path / "seed_corpus").mkdir(exist_ok=True)
    (folder / "monitor.yaml").write_text(service, encoding="utf-8")
    (folder / "feeds.yaml").write_text(feeds, encoding="utf-8")
    (folder / "watches" / "iran-iraq-defense.yaml").write_text(watch, encoding="utf-8")
    return folder


def problems(folder: Path) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load_config(folder)
    return [f"{Path(p.path).name}:{p.line}: {p.message}" for p in caught.value.problems]


def test_the_documented_example_is_valid(tmp_path: Path) -> None:
    config = load_config(write(tmp_path))
    assert config.service.http.timeout == timedelta(seconds=20)
    assert config.service.http.max_feed_size == 10_000_000
    assert config.store_url() == f"sqlite:///{tmp_path / 'var/monitor.db'}"
    assert config.feeds[0].feed().publisher == "IRNA"
    assert config.seeds("iran-iraq-defense") == (tmp_path / "seed_corpus",)


def test_a_name_and_seeds_are_a_watch(tmp_path: Path) -> None:
    config = load_config(write(tmp_path, watch="name: Anything\nseeds: ../../seed_corpus\n"))
    assert config.watches["iran-iraq-defense"].name == "Anything"


@pytest.mark.parametrize(
    ("part", "old", "new", "expected"),
    [
        (
            "service",
            "timeout: 20s",
            "timeout: soon",
            "monitor.yaml:4: 'soon' is not a duration; write a number and s, m, h",
        ),
        ("service", "timeout: 20s", "timeout: 10h", "monitor.yaml:4: somebody else is waited for between 0.1s and 10m"),
        ("service", "timeout: 20s", "timeout: 0s", "monitor.yaml:4: "),
        (
            "service",
            "port: 25",
            "port: 25, timeout: 1h",
            "monitor.yaml:15: somebody else is waited for between 0.1s and 10m",
        ),
        ("service", "timeout: 20s", "timout: 20s", "monitor.yaml:4: unknown key 'timout'; did you mean 'timeout'?"),
        ("service", "10MB", "10 apples", "monitor.yaml:5: '10 apples' is not a size"),
        ("service", "0 7 * * *", "0 25 * * *", "monitor.yaml:9: "),
        ("service", "Asia/Baghdad", "Asia/Bagdad", "monitor.yaml:10: 'Asia/Bagdad' is not a time zone"),
        ("service", "[iran-iraq-defense]", "[iran-iraq]", "monitor.yaml:11: no watch 'iran-iraq'"),
        ("service", "desk@example.org", "desk at example", "monitor.yaml:14: 'desk at example' is not a mail address"),
        ("service", "smtp: {host: localhost, port: 25}\n", "", "monitor.yaml:12: email needs a mail server"),
        ("service", "port: 25", "port: many", "monitor.yaml:15: 'port' is 'many'; write a whole number"),
        ("service", "port: 25", "port: 99999", "monitor.yaml:15: 'port' is 99999; write a number less than"),
        (
            "service",
            "sqlite:///../var/monitor.db",
            "mysql://x",
            "monitor.yaml:1: the address names no kind of store; write",
        ),
        (
            "service",
            "127.0.0.1:8080",
            "0.0.0.0:8080",
            "monitor.yaml:16: listening at 0.0.0.0:8080 lets others in: add token_file",
        ),
        (
            "service",
            "127.0.0.1:8080}",
            "127.0.0.1:8080, public_url: https://desk.example}",
            "monitor.yaml:16: public_url lets others in, through a proxy: add token_file",
        ),
        ("feeds", "https://en.irna.ir/rss", "en.irna.ir/rss", "feeds.yaml:2: 'en.irna.ir/rss' is not a feed address"),
        ("feeds", "kind: state ", "kind: states", "feeds.yaml:6: 'kind' is 'states'; write 'state', "),
        ("feeds", "country: IR", "country: Iran", "feeds.yaml:5: 'country' is 'Iran'"),
        ("feeds", "country: IR", "country: EN", "feeds.yaml:5: 'EN' is the code of no country; write "),
        ("watch", "name: Iran–Iraq defense cooperation\n", "", "iran-iraq-defense.yaml:1: 'name' is missing"),
        ("watch", "../../seed_corpus", "../../seeds", "iran-iraq-defense.yaml:2: no folder"),
        ("watch", "  remove: []", "\tremove: []", "iran-iraq-defense.yaml:9: not valid YAML"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, part: str, old: str, new: str, expected: str) -> None:
    texts = {"service": SERVICE, "feeds": FEEDS, "watch": WATCH}
    assert old in texts[part]
    texts[part] = texts[part].replace(old, new)
    found = problems(write(tmp_path, **texts))
    assert any(expected in line for line in found), found


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    found = problems(write(tmp_path, service=SERVICE.replace("20s", "soon"), feeds=FEEDS.replace("IR\n", "Iran\n")))
    assert len(found) == 2


def test_a_feed_listed_twice_names_both_lines(tmp_path: Path) -> None:
    found = problems(write(tmp_path, feeds=FEEDS + "  - url: HTTPS://EN.irna.ir/rss\n"))
    assert found == ["feeds.yaml:8: HTTPS://EN.irna.ir/rss is already in line 2; remove one"]


@pytest.mark.parametrize("content", [b"\xff\xfe\x00bad", b"a: 1\na: 2\n", b"a: [1", b"- x", b"\x00"])
def test_no_file_content_is_a_traceback(tmp_path: Path, content: bytes) -> None:
    folder = write(tmp_path)
    (folder / "monitor.yaml").write_bytes(content)
    assert all(line.startswith("monitor.yaml:") for line in problems(folder))


def test_a_missing_folder_says_how_to_begin() -> None:
    with pytest.raises(ConfigError, match="monitor init"):
        find_folder("/nowhere/at/all")


@pytest.mark.parametrize(("text", "value"), [("NO", "NO"), ("on", "on"), ("true", True), ("12", 12), ("~", None)])
def test_words_follow_yaml_1_2(text: str, value: Any) -> None:
    assert parse_yaml(f"x: {text}", Path("f")).data == {"x": value}


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=60))
def test_a_quoted_text_reads_back(text: str) -> None:
    assert parse_yaml(f"x: {quote(text)}", Path("f")).data == {"x": text}


urls = st.lists(st.integers(0, 10**6).map(lambda n: f"https://example.org/{n}"), unique=True, min_size=1, max_size=6)


@given(urls, st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=20))
def test_adding_and_removing_a_feed_leaves_every_other_byte(listed: list[str], name: str) -> None:
    rows = "".join(f"  - url: {url}   # kept\n    # a remark\n    language: fa\n" for url in listed)
    before = f"# the list\nfeeds:\n{rows}# the end\n"
    feed = FeedConfig(url="https://example.net/new", name=name.strip(), language="ar", country="NO", kind="state")
    after = add_feed(before, feed, Path("f"))
    assert [item["url"] for item in parse_yaml(after, Path("f")).data["feeds"]] == [*listed, feed.url]
    assert FeedConfig(**parse_yaml(after, Path("f")).data["feeds"][-1]) == feed
    assert remove_feed(after, feed.url, Path("f")) == before


def test_a_feed_can_be_added_to_an_empty_list_and_the_last_one_removed() -> None:
    feed = FeedConfig(url="https://example.net/new")
    for empty in ("", "feeds: []\n", "# mine\nfeeds:\n"):
        text = add_feed(empty, feed, Path("f"))
        assert parse_yaml(text, Path("f")).data == {"feeds": [{"url": feed.url}]}
        assert not parse_yaml(remove_feed(text, feed.url, Path("f")), Path("f")).data["feeds"]
    with pytest.raises(ConfigError, match="in the list already"):
        add_feed(text, feed, Path("f"))
    with pytest.raises(ConfigError, match="not in the list"):
        remove_feed(text, "https://example.net/other", Path("f"))


@given(st.floats(min_value=0.1, max_value=1e5, allow_nan=False), st.sampled_from("smhdw"))
def test_durations(number: float, unit: str) -> None:
    seconds = round(number, 2) * {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}[unit]
    if 0 < seconds <= 315360000:
        assert parse_duration(f"{round(number, 2)}{unit}").total_seconds() == pytest.approx(seconds, rel=1e-5, abs=1e-5)


@pytest.mark.parametrize(("text", "size"), [("10MB", 10_000_000), ("500 kB", 500_000), (123, 123)])
def test_sizes(text: str | int, size: int) -> None:
    assert parse_size(text) == size


def test_the_shipped_configuration_is_valid() -> None:
    top = Path(__file__).parents[1]
    config = load_config(top / "config")
    assert config.service.digests
    assert read_yaml(top / "config" / "feeds.yaml").data["feeds"]


HOOK = "digests:\n  - name: daily\n    schedule: '0 7 * * *'\n    deliver:\n      - webhook:\n          {}\n"


@pytest.mark.parametrize(
    ("file", "text", "line", "said"),
    [
        ("monitor.yaml", "smtp:\n  host: mail.example.org:587\n", 2, "its port as port: 587"),
        ("monitor.yaml", "smtp:\n  host: smtp://mail.example.org\n", 2, "its name alone"),
        ("monitor.yaml", "smtp:\n  host: ''\n", 2, "its name alone"),
        ("monitor.yaml", "smtp:\n  port: 465\n  tls: true\n  starttls: always\n", 4, "write one of the two"),
        ("monitor.yaml", "smtp:\n  port: 25\n  username: desk\n", 3, "needs password_file"),
        ("monitor.yaml", "evidence:\n  timestamp_url: tsa.example\n", 2, "https://tsa.example.org"),
        ("monitor.yaml", 'http:\n  user_agent: "a\\nX-Key: b"\n', 2, "write one line"),
        ("monitor.yaml", "http:\n\u00a0\u00a0timeout: 20s\n", 2, "unknown key '<U+00A0><U+00A0>timeout'"),
        ("monitor.yaml", "digests:\n  - name: daily\n    schedule: '0 7 * * *'\n    deliver:\n", 4, "not empty"),
        ("monitor.yaml", HOOK.format("url: https://hook.example:99999/x"), 6, "a port is 1 to 65535"),
        ("monitor.yaml", HOOK.format("url: 'https://hook.example /x'"), 6, "this is no address that can be asked"),
        ("monitor.yaml", HOOK.format("url_env: A\n          url_file: b"), 6, "url_env and url_file give one secret"),
        (
            "monitor.yaml",
            HOOK.format("url: https://h.example\n          secret_env: A\n          secret_file: b"),
            7,
            "write one of the two",
        ),
        ("monitor.yaml", "evidence:\n  timestamp_url: https://tsa.example:99999\n", 2, "a port is 1 to 65535"),
        (
            "monitor.yaml",
            "web: {token_env: A, public_url: 'https://desk.example:99999'}\n",
            1,
            "not the address of a page",
        ),
        ("monitor.yaml", "smtp:\n  username: a\n  password_file: b\n  password_env: C\n", 4, "write one of the two"),
        ("monitor.yaml", "web:\n  token_file: b\n  token_env: C\n", 3, "token_env and token_file give one secret"),
        ("monitor.yaml", "store_file: b\nstore_env: C\n", 2, "store_env and store_file give one secret"),
        ("feeds.yaml", "feeds:\n  - url_file: b\n    url_env: C\n", 3, "url_env and url_file give one secret"),
        ("feeds.yaml", "feeds:\n  - url: https://news.example:99999/rss\n", 2, "not a feed address"),
        ("feeds.yaml", "feeds:\n  - url: https://news.example/rss\u200c\n", 2, "(U+200C) came along"),
        ("feeds.yaml", "feeds:\n  - url: \u200ehttps://news.example/rss\n", 2, "(U+200E) came along"),
        ("feeds.yaml", "feeds:\n  - url: https://news..example/rss\n", 2, "not a feed address"),
        ("watches/b.yaml", "name: b\nquery: x\nthreshold: 0.5\nnear_miss: 0.9\n", 4, "write a lower near_miss"),
        ("watches/b.yaml", "name: b\nquery: x\nthreshold: true\n", 3, "'threshold' is True; write a number"),
        ("watches/b.yaml", "name: b\nquery: x\nweights:\n  title: false\n", 3, "write a number"),
        ("watches/b.yaml", "name: b\nquery: x\nterms:\n  add: [{term: y, weight: yes}]\n", 4, "write a number"),
        ("watches/b.yaml", "name: b\nquery: x\nthreshold: .nan\n", 3, "write a number"),
        ("watches/b.yaml", "name: b\nseeds: x.txt\nsides:\n  a: {terms: [a]}\n", 3, "the only side"),
        ("watches/b.yaml", "name: b\nquery: x\nalert:\n  deliver: [{email: {to: []}}]\n", 4, "write at least one"),
    ],
)
def test_a_slip_is_told_with_its_line_and_what_to_write(
    tmp_path: Path, file: str, text: str, line: int, said: str
) -> None:
    (tmp_path / "watches").mkdir()
    for name, good in (("monitor.yaml", ""), ("feeds.yaml", "feeds: []\n"), ("watches/b.yaml", "name: b\nquery: x\n")):
        (tmp_path / name).write_text(text if name == file else good, encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        load_config(tmp_path)
    assert [(each.line, said in each.message) for each in refused.value.problems if each.line == line] == [(line, True)]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Bagdad", "Asia/Baghdad"),
        ("asia/baghdad", "Asia/Baghdad"),
        ("Asia/Tehram", "Asia/Tehran"),
        ("New York", "America/New_York"),
        ("Irak/Baghdad", "Asia/Baghdad"),
        ("+03:00", "a name such as"),
        ("AST", "a name such as"),
        ("Mars/Olympus", "a name such as"),
    ],
)
def test_a_zone_that_is_written_wrong_is_named_right(written: str, meant: str) -> None:
    with pytest.raises(ValueError, match=f"is not a time zone; write {meant}"):
        check_timezone(written)


@pytest.mark.parametrize(("written", "read"), [("IQ", "IQ"), ("UK", "GB"), ("EL", "GR"), ("XK", "XK"), ("EU", "EU")])
def test_a_country_is_known_by_each_code_that_is_written_for_it(written: str, read: str) -> None:
    assert FeedConfig(url="https://example.net/rss", country=written).country == read


def test_no_switch_stands_for_a_number_in_any_file() -> None:
    """pydantic takes true for 1. Of every model of a file that there is, so that a new one is looked at, too."""
    held = [
        (model, name)
        for model in sorted(_models(Strict), key=lambda model: model.__qualname__)
        for name, field in model.model_fields.items()
        if "int" in str(field.annotation) or "float" in str(field.annotation)
    ]
    assert len(held) > 15
    for model, name in held:
        for value in (True, False, [True], {"title": True}):
            with pytest.raises(ValidationError) as refused:
                model.model_validate({name: value})
            assert any(found["loc"][0] == name for found in refused.value.errors()), (model, name, value)


def _models(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for each in model.__subclasses__():
        yield each
        yield from _models(each)
