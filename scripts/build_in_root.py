"""Builds deploy/Containerfile without a container engine, starts what comes of it, and asks its health check.

    sudo scripts/build_in_root.py ROOT FOLDER       ROOT: a bare Debian, as this line makes it
    sudo debootstrap --variant=minbase --include=python3,python3-venv,ca-certificates trixie ROOT

Each FROM is a copy of ROOT, which stands for the official image, so its Python may be another. Each step is done as
the file has it. The service then runs as the image's user, on a root file system that cannot be written, with /data
and /tmp alone, and without any capability. It must answer its health check, and end within ten seconds of SIGTERM.
The clone is read as it is committed. Prints what it found; status 1 where something does not hold.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

TOP = Path(__file__).resolve().parents[1]
TOKEN = "a-token-of-this-run-alone"
CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
PAGE = 'web: {listen: "0.0.0.0:8080", token_env: PAGE_TOKEN}\n'


@dataclass
class Stage:
    """What one FROM begins: its root, and what later lines set."""

    root: Path
    workdir: str = "/"
    user: int = 0
    env: dict[str, str] = field(default_factory=lambda: {"PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"})
    set: dict[str, str] = field(default_factory=dict)  # the last line of each other word

    def outside(self, path: str) -> Path:
        return self.root / os.path.normpath(Path(self.workdir, path)).lstrip("/")

    def run(self, command: list[str]) -> None:
        """A step of the build. It has the network of this machine, and what it needs to use that."""
        lent = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
        for path in ("/etc/resolv.conf", CERTIFICATES):
            shutil.copyfile(path, self.root / path[1:])
        inside = ["chroot", str(self.root), "sh", "-c", f"cd {shlex.quote(self.workdir)} && {shlex.join(command)}"]
        subprocess.run(inside, env={**lent, **self.env, "HOME": "/root"}, check=True)


def lines_of(text: str) -> list[tuple[str, str]]:
    """The words and arguments of a Containerfile."""
    kept = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    joined = re.sub(r"\\\n\s*", " ", kept)
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in joined.splitlines()) if word]


def build(bare: Path, folder: Path) -> Stage:
    """Does each line; the stage that is the image."""
    stages: dict[str, Stage] = {}
    stage: Stage | None = None
    for word, rest in lines_of((TOP / "deploy" / "Containerfile").read_text()):
        print(f"+ {word} {rest}", flush=True)
        if word == "FROM":
            name = rest.partition(" AS ")[2] or "image"
            root = folder / name
            subprocess.run(["cp", "--archive", "--reflink=auto", str(bare), str(root)], check=True)
            (root / "usr/local/bin/python").symlink_to("/usr/bin/python3")
            stage = stages[name] = Stage(root)
            continue
        assert stage is not None, "the file begins with FROM"
        if word == "COPY":
            copy(stage, stages, rest.split())
        elif word == "RUN":
            stage.run(["sh", "-ec", rest])
        elif word == "ENV":
            for name, value in (each.split("=", 1) for each in shlex.split(rest)):
                stage.env[name] = value.replace("$PATH", stage.env["PATH"])
        elif word == "WORKDIR":
            stage.workdir = rest
            stage.outside(".").mkdir(parents=True, exist_ok=True)
        elif word == "USER":
            stage.user = int(rest)
        else:
            stage.set[word] = rest
    assert stage is not None
    return stage


def copy(stage: Stage, stages: dict[str, Stage], given: list[str]) -> None:
    if given[0].startswith("--from="):
        source = stages[given[0].removeprefix("--from=")].outside(given[1])
        subprocess.run(["cp", "--archive", str(source), str(stage.outside(given[2]))], check=True)
        return
    wanted = [] if given[0] == "." else given[:1]
    archive = subprocess.run(["git", "archive", "HEAD", *wanted], cwd=TOP, stdout=subprocess.PIPE, check=True)
    left_out = [f"--exclude={each}" for each in (TOP / ".dockerignore").read_text().split()]
    into = ["tar", "-x", "--anchored", *left_out, "-C", str(stage.outside(given[1]))]
    subprocess.run(into, input=archive.stdout, check=True)


def inside(image: Stage, *arguments: str) -> list[str]:
    """The command that runs the image's program with these arguments as the image's user, confined as documented."""
    root, data = shlex.quote(str(image.root)), shlex.quote(str(image.root / "data"))
    confine = (
        f"mount --bind {root} {root} && mount --bind {data} {data} && mount -t tmpfs tmpfs {root}/tmp && "
        f"mount -t proc proc {root}/proc && mount --bind /dev {root}/dev && mount -o remount,bind,ro {root} && "
        f"exec chroot {root} setpriv --reuid {image.user} --regid {image.user} --clear-groups --bounding-set=-all "
        f'--inh-caps=-all --no-new-privs -- sh -c \'cd {image.workdir} && exec "$@"\' sh "$@"'
    )
    return ["unshare", "--mount", "sh", "-ec", confine, "sh", *arguments]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("root", type=Path)
    parser.add_argument("folder", type=Path, help="a new folder, of about a gigabyte")
    given = parser.parse_args()
    given.folder.mkdir()
    image = build(given.root.resolve(), given.folder.resolve())
    env = {**image.env, "HOME": "/data", "PAGE_TOKEN": TOKEN}
    program = json.loads(image.set["ENTRYPOINT"])
    subprocess.run(inside(image, *program, "init", "/data"), env=env, check=True)
    settings = image.root / "data/config/monitor.yaml"
    written = re.sub(r"(?m)^web:.*\n(?:[ \t].*\n)*", "", settings.read_text())
    settings.write_text(written + PAGE)
    (image.root / "data/config/feeds.yaml").write_text("feeds: []\n")  # no address outside is asked
    subprocess.run(inside(image, *program, "check"), env=env, check=True)
    print(f"+ {image.set['ENTRYPOINT']} {image.set['CMD']}", flush=True)
    check = json.loads(image.set["HEALTHCHECK"].partition("CMD ")[2])
    with subprocess.Popen(inside(image, *program, *json.loads(image.set["CMD"])), env=env) as service:
        begun = time.monotonic()
        while subprocess.run(inside(image, *check), env=env, stderr=subprocess.DEVNULL, check=False).returncode:
            if service.poll() is not None or time.monotonic() - begun > 60:
                service.kill()
                sys.exit("it did not become healthy within a minute")
            time.sleep(0.5)
        healthy = time.monotonic() - begun
        named = dict(line.split(":\t", 1) for line in Path(f"/proc/{service.pid}/status").read_text().splitlines())
        held = {name: named[name].split()[0] for name in ("Uid", "CapEff", "CapBnd", "NoNewPrivs")}
        asked = time.monotonic()
        service.send_signal(getattr(signal, image.set["STOPSIGNAL"]))
        status = service.wait(15)
    print(f"healthy after {healthy:.1f} s, ended with {status} in {time.monotonic() - asked:.1f} s of SIGTERM; {held}")
    nothing = "0000000000000000"
    if status or held != {"Uid": str(image.user), "CapEff": nothing, "CapBnd": nothing, "NoNewPrivs": "1"}:
        sys.exit(1)


if __name__ == "__main__":
    main()
