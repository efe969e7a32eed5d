"""What is shipped for those who operate the service: units, container, alerts and dashboard keep their promises."""

from __future__ import annotations

import configparser
import http.server
import json
import re
import shutil
import subprocess
import sys
import threading
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.documents import ROOT
from tests.test_docs import metric_names

DEPLOY = ROOT / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))
NAMES = re.compile(r"\bfeed_monitor_([a-z_]+)")


def settings(path: Path, section: str) -> dict[str, str]:
    # Keys may be repeated in a unit; those that are looked at here are not.
    parser = configparser.ConfigParser(strict=False, interpolation=None, allow_no_value=True)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(path)
    return dict(parser[section])


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze: apt install systemd")
@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_a_unit_is_hardened_and_valid(unit: Path, tmp_path: Path) -> None:
    rated = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", str(unit)], capture_output=True, text=True, check=False
    )
    level = re.search(r"exposure level for \S+: ([\d.]+)", rated.stdout)
    assert level, rated.stdout + rated.stderr
    assert float(level[1]) < 3
    # The program is not installed here: any program in its place shows whether the rest of the unit is understood.
    copies = [tmp_path / path.name for path in DEPLOY.glob("feed-monitor*") if path.suffix in (".service", ".timer")]
    for copy in copies:
        text = (DEPLOY / copy.name).read_text()
        copy.write_text(text.replace("/opt/feed-monitor/.venv/bin/monitor", sys.executable))
    checked = subprocess.run(
        ["systemd-analyze", "verify", *map(str, copies)], capture_output=True, text=True, check=False
    )
    assert checked.stderr.strip() == ""


def test_both_units_are_hardened_alike_and_run_what_there_is() -> None:
    always, once = (settings(DEPLOY / f"feed-monitor{name}.service", "Service") for name in ("", "-once"))
    apart = {"Type", "ExecStart", "ExecReload", "Restart", "RestartSec", "RestartPreventExitStatus", "TimeoutStartSec"}
    assert {k: v for k, v in always.items() if k not in apart} == {k: v for k, v in once.items() if k not in apart}
    assert always["ExecStart"].endswith(" run")
    assert once["ExecStart"] == always["ExecStart"] + " --once"
    assert settings(DEPLOY / "feed-monitor-once.timer", "Timer")["Persistent"] == "yes"


def test_alerts_and_dashboard_name_metrics_that_exist() -> None:
    known = metric_names()
    rules = yaml.safe_load((DEPLOY / "prometheus-alerts.yaml").read_text())
    expressions = [rule["expr"] for group in rules["groups"] for rule in group["rules"]]
    board = json.loads((DEPLOY / "grafana-dashboard.json").read_text())
    panels = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    for named in (expressions, panels):
        assert len(named) > 10
        assert all(NAMES.search(each) for each in named)
        assert {name for each in named for name in NAMES.findall(each)} - known == set()
    seen = {name for each in expressions + panels for name in NAMES.findall(each)}
    # What an operator must not overlook is in one of the two.
    assert {"event_loop_lag_seconds", "last_backup_age_seconds", "digest_age_seconds", "queue", "deliveries"} <= seen


@pytest.mark.skipif(shutil.which("promtool") is None, reason="no promtool: apt install prometheus")
def test_prometheus_understands_the_alerts() -> None:
    command = ["promtool", "check", "rules", str(DEPLOY / "prometheus-alerts.yaml")]
    assert subprocess.run(command, capture_output=True, text=True, check=False).returncode == 0


CONTAINERFILE = (DEPLOY / "Containerfile").read_text()


def test_the_container_runs_without_root_and_with_what_the_package_needs() -> None:
    lines = CONTAINERFILE.splitlines()
    [user] = [line.split()[1] for line in lines if line.startswith("USER ")]
    assert int(user) > 0
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]
    versions = {tuple(map(int, found)) for found in re.findall(r"python:(\d+)\.(\d+)-slim", CONTAINERFILE)}
    assert len(versions) == 1
    assert versions.pop() >= tuple(map(int, wanted.removeprefix(">=").split(".")))
    for source in re.findall(r"^COPY ([\w.]+) ", CONTAINERFILE, re.MULTILINE):
        assert (ROOT / source).exists()
    left_out = (ROOT / ".dockerignore").read_text().split()
    # hatch builds the wheel of these, and the package reads them at run time.
    assert {"monitor", "config", "templates", "seed_corpus", "README.md", "LICENSE", "pyproject.toml"} & {
        *left_out
    } == set()


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1)])
def test_the_health_check_of_the_container_tells_well_from_ill(status: int, code: int) -> None:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/healthz" else 404)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    [command] = re.findall(r"HEALTHCHECK .*\\\n\s+CMD (\[.*\])", CONTAINERFILE)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        arguments = [each.replace(":8080", f":{server.server_port}") for each in json.loads(command)[1:]]
        ended = subprocess.run([sys.executable, *arguments], capture_output=True, check=False)
        server.shutdown()
    assert ended.returncode == code


def test_the_compose_file_has_a_service_a_worker_and_a_database() -> None:
    compose: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    services = compose["services"]
    assert set(services) == {"monitor", "worker", "database"}
    for name in ("monitor", "worker"):
        each = services[name]
        assert each["read_only"] is True
        assert each["cap_drop"] == ["ALL"]
        assert (DEPLOY / each["build"]["context"] / each["build"]["dockerfile"]).resolve() == DEPLOY / "Containerfile"
        assert all("${" in value for value in each["environment"].values())  # no secret stands in the file
    assert services["worker"]["command"] == ["worker"]
    assert all(port.startswith("127.0.0.1:") for port in services["monitor"]["ports"])
    assert {volume.split(":")[0] for each in services.values() for volume in each["volumes"]} == set(compose["volumes"])


def test_the_image_holds_what_a_worker_needs() -> None:
    """What the compose file starts needs an extra, and each extra stands in one place."""
    steps = re.findall(r"pip install .*", (DEPLOY / "Containerfile").read_text())
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    assert any('".[postgresql]"' in step for step in steps)
    assert "postgresql" in extras
    assert not any(name in step for step in steps for name in ("psycopg", "procrastinate"))
