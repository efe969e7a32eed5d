"""Settings of a watch and of digests, edited on the page: shown first, each a line of its file, taken back."""

# ruff: noqa: F811 - fixtures of other files are named again where they are used

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from monitor.config import parse_watch
from monitor.config.edit_yaml import edit_yaml
from monitor.config.yaml import parse_yaml
from monitor.crontab import next_ticks, parse_cron
from monitor.errors import ConfigError
from monitor.web.settings_form import watch_data
from tests.test_arrange_feeds import Editor, editor  # noqa: F401
from tests.test_edit_yaml import PATH
from tests.test_web import Answer, filled, own, read  # noqa: F401

WATCH = """\
name: Border # ours
seeds: seeds
threshold: 0.6   # since May
sides:
  iran: {entities: iran, terms: Tehran}
  iraq: [Baghdad, "بصرة"]   # the south
alert: {threshold: .9, deliver: [{email: {to: [ann@desk.example, bob@desk.example]}}, {chat: {urls_env: CHAT}}]}
"""
FORM = {
    "threshold": "0.6", "near_miss": "", "near": "passage", "about": "mention",
    "side-0-name": "iran", "side-0-entities": "iran", "side-0-terms": "Tehran", "side-0-country": "",
    "side-1-name": "iraq", "side-1-entities": "", "side-1-terms": "Baghdad\nبصرة", "side-1-country": "",
    "alert-threshold": "0.9", "alert-quiet_hours": "", "alert-mail": "ann@desk.example\nbob@desk.example",
    "alert-folders": "", "alert-other-1": "keep",
}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "old", "new"),
    [
        ({}, "", ""),
        ({"threshold": "0,65"}, "0.6 ", "0.65 "),
        ({"threshold": ""}, "threshold: 0.6   # since May\n", ""),
        ({"near_miss": "0.4"}, "CHAT}}]}\n", "CHAT}}]}\nnear_miss: 0.4\n"),
        ({"near": "article"}, "CHAT}}]}\n", "CHAT}}]}\nnear: article\n"),
        ({"side-0-terms": "Tehran\nQom"}, "terms: Tehran}", "terms: [Tehran, Qom]}"),
        ({"side-1-terms": "Baghdad"}, '[Baghdad, "بصرة"]', "[Baghdad]"),
        ({"side-1-country": "IQ"}, '[Baghdad, "بصرة"]', "{terms: [Baghdad, بصرة], country: IQ}"),
        ({"side-2-name": "syria", "side-2-terms": "Damascus"}, "# the south\n",
         "# the south\n  syria: {terms: [Damascus]}\n"),
        ({"alert-threshold": "0.95"}, ".9,", "0.95,"),
        ({"alert-mail": "bob@desk.example"}, "[ann@desk.example, bob@desk.example]", "[bob@desk.example]"),
        ({"alert-mail": "ann@desk.example\nbob@desk.example\neve@desk.example"}, "bob@desk.example]",
         "bob@desk.example, eve@desk.example]"),
        ({"alert-other-1": ""}, ", {chat: {urls_env: CHAT}}", ""),
        ({"alert-quiet_hours": "22:00–07:00"}, "CHAT}}]}", "CHAT}}], quiet_hours: 22:00-07:00}"),
        ({"alert-threshold": "", "alert-mail": "", "alert-other-1": ""}, WATCH[WATCH.index("alert:") :], ""),
    ],
)  # fmt: skip
def test_a_setting_changes_its_own_line(changed: dict[str, str], old: str, new: str) -> None:
    given = {name: value for name, value in {**FORM, **changed}.items() if value or not name.endswith("other-1")}
    data = parse_yaml(WATCH, PATH).data
    assert edit_yaml(WATCH, watch_data(data, parse_watch(WATCH, PATH), given), PATH) == WATCH.replace(old, new, 1)


def test_one_recipient_without_a_list_stays_as_it_is_written() -> None:
    text = "name: x\nseeds: s\nalert:\n  threshold: 0.9\n  deliver: {file: ../var/alerts}  # here\n"
    data, watch = parse_yaml(text, PATH).data, parse_watch(text, PATH)
    given = {"alert-threshold": "0.9", "alert-folders": "../var/alerts", "near": "passage", "about": "mention"}
    assert edit_yaml(text, watch_data(data, watch, given), PATH) == text
    more = {**given, "alert-mail": "ann@desk.example"}
    edited = edit_yaml(text, watch_data(data, watch, more), PATH)
    assert parse_watch(edited, PATH).alert is not None
    assert 'deliver: [{file: ../var/alerts}, {email: {to: ["ann@desk.example"]}}]  # here' in edited.replace(
        "[ann@desk.example]", '["ann@desk.example"]'
    )


@pytest.mark.parametrize(
    "folder", ["/etc/cron.d", "~/public", "..", "../../other", "../var/../../other", "a/../../../b"]
)
def test_a_folder_elsewhere_is_not_named_on_the_page(folder: str) -> None:
    data = parse_yaml(WATCH, PATH).data
    with pytest.raises(ConfigError, match="lies elsewhere"):
        watch_data(data, parse_watch(WATCH, PATH), {**FORM, "alert-folders": folder})


def test_who_only_reads_sees_no_recipients(editor: Editor) -> None:
    assert "digest-folders" in editor.place.get("/digests/settings", **editor.cookie).text
    for path in ("/digests/settings", "/watches/border/settings"):
        page = editor.place.get(path)  # with the token as a program, which has no form
        assert page.status == 200
        assert "folders" not in page.text
        assert 'name="action"' not in page.text


def fields_of(editor: Editor, path: str) -> dict[str, str]:
    """The fields of the first form of a page, as a browser would send them."""
    form = editor.place.get(path, **editor.cookie).tree.xpath("//main//form[.//textarea]")[0]
    return {name: str(value) for name, value in form.fields.items() if value is not None and name != "action"}


def send(editor: Editor, path: str, **changed: str) -> Answer:
    """The form of a page with some fields changed; ``action`` says which button."""
    return editor.send(path, **{**fields_of(editor, path), **changed})


@pytest.mark.parametrize("action", ["preview", "save"])
@pytest.mark.parametrize(
    ("path", "file", "fields"),
    [
        ("/watches/border/settings", "watches/border.yaml", {"threshold": "0.7"}),
        ("/digests/settings", "monitor.yaml", {"place": "0", "schedule": "0 8 * * *", "timezone": "UTC"}),
    ],
)
def test_part_of_a_form_changes_nothing(
    editor: Editor, path: str, file: str, fields: dict[str, str], action: str
) -> None:
    before = editor.text(file)
    answer = editor.send(path, **fields, action=action)
    assert (answer.status, "send all fields" in answer.text) == (400, True)
    assert editor.text(file) == before


@pytest.mark.parametrize(
    ("path", "changed", "missing"),
    [
        *(("/watches/border/settings", {"threshold": "0.7"}, name)
          for name in ("seen", "threshold", "side-0-name", "alert-threshold", "alert-mail")),
        *(("/watches/border", {"add": "convoy"}, name) for name in ("seen", "remove", "require", "exclude")),
        *(("/digests/settings", {"max_stories": "7"}, name) for name in ("seen", "timezone", "digest-mail")),
        ("/digests/settings", {"place": "1", "name": "evening"}, "seen"),
    ],
)  # fmt: skip
def test_a_form_that_lacks_one_field_changes_nothing(
    editor: Editor, path: str, changed: dict[str, str], missing: str
) -> None:
    fields = {**fields_of(editor, path), **changed}
    del fields[missing]
    file = "monitor.yaml" if path.startswith("/digests") else "watches/border.yaml"
    before = editor.text(file)
    answer = editor.send(path, **fields, action="save")
    assert (answer.status, "send all fields" in answer.text) == (400, True)
    assert editor.text(file) == before


def test_a_form_of_digests_that_was_loaded_before_another_edit_is_refused(editor: Editor) -> None:
    before = fields_of(editor, "/digests/settings")
    (editor.folder / "monitor.yaml").write_text(f"# by hand\n{editor.text('monitor.yaml')}", encoding="utf-8")
    after = editor.text("monitor.yaml")
    answer = editor.send("/digests/settings", **{**before, "max_stories": "7", "action": "save"})
    assert (answer.status, "changed meanwhile" in answer.text) == (409, True)
    assert editor.text("monitor.yaml") == after


@pytest.mark.slow
def test_settings_of_a_watch_are_shown_then_saved_and_taken_back(editor: Editor) -> None:
    before = editor.text("watches/border.yaml")
    preview = send(editor, "/watches/border/settings", threshold="0.99", action="preview")
    assert preview.status == 200
    assert "+ threshold: 0.99" in preview.text.replace("<bdi>", "")
    assert "lost" in preview.text
    assert editor.text("watches/border.yaml") == before
    page = send(editor, "/watches/border/settings", threshold="0.99", action="save")
    assert "Changed the settings of" in page.text
    assert editor.text("watches/border.yaml") == before + "threshold: 0.99\n"
    assert editor.send("/edits", edit="1").status == 200
    assert editor.text("watches/border.yaml") == before
    for field, value, told in (
        ("threshold", "much", "threshold: &#39;much&#39; is not a number"),
        ("threshold", "7", "&#39;threshold&#39; is 7"),
        ("side-0-country", "Iran", "&#39;country&#39; is &#39;Iran&#39;"),
        ("alert-mail", "no address", "is not a mail address"),
    ):
        answer = send(editor, "/watches/border/settings", **{field: value}, action="save")
        assert (answer.status, told in answer.text) == (400, True), answer.text
        assert value in answer.text
    assert editor.text("watches/border.yaml") == before
    assert editor.place.get("/watches/none/settings", **editor.cookie).status == 404


@pytest.mark.slow
def test_a_preview_refuses_what_saving_would(editor: Editor) -> None:
    before = editor.text("watches/border.yaml")
    for action in ("preview", "save"):
        for more, told in (
            ({"alert-mail": "duty@desk.example"}, "needs a mail server"),
            ({}, "nobody would get it"),
        ):
            answer = send(editor, "/watches/border/settings", **{"alert-threshold": "0.9", **more, "action": action})
            assert (answer.status, told in answer.text) == (400, True), answer.text
            assert 'value="0.9"' in answer.text
    assert editor.text("watches/border.yaml") == before


@pytest.mark.slow
def test_digests_are_changed_and_added(editor: Editor) -> None:
    before = editor.text("monitor.yaml")
    path = "/digests/settings"
    preview = send(editor, path, schedule="30 6 * * 1-5", max_stories="12", action="preview")
    assert "It would go out" in preview.text
    assert editor.text("monitor.yaml") == before
    send(editor, path, schedule="30 6 * * 1-5", max_stories="12", action="save")
    changed = before.replace('"0 7 * * *"', '"30 6 * * 1-5"').replace("digests}]}", "digests}], max_stories: 12}")
    assert editor.text("monitor.yaml") == changed
    new: dict[str, Any] = {"name": "weekly", "schedule": "0 8 * * 0", "timezone": "Asia/Baghdad", "empty": "skip"}
    seen = fields_of(editor, path)["seen"]
    page = editor.send(path, place="1", seen=seen, **new, **{"digest-folders": "../var/weekly", "action": "save"})
    assert "Added the digest weekly" in page.text
    digest = editor.place.app.config.service.digests[1]
    assert (digest.name, digest.empty, digest.timezone) == ("weekly", "skip", "Asia/Baghdad")
    for field, value, told in (
        ("schedule", "61 * * * *", "61"),
        ("watches", "none", "no watch"),
        ("reads", "xx", "xx"),
    ):
        answer = send(editor, path, **{field: value}, action="save")
        assert (answer.status, told in answer.text) == (400, True)
    refused = send(editor, path, **{"digest-mail": "ann@desk.example"}, action="save")
    assert "needs a mail server" in refused.text


def test_the_next_times_of_a_schedule() -> None:
    zone, now = ZoneInfo("Asia/Baghdad"), datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
    found = next_ticks(parse_cron("0 7 * * *"), zone, now, 3)
    assert found == [now + timedelta(days=n) for n in (1, 2, 3)]
