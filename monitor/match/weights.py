"""Fitted weights on disk: found for a watch, read, and written after a refit.

config/watches/ID/weights.yaml holds those of one watch, config/weights/sides.yaml and terms.yaml those of every other
watch of that kind.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import Field

from monitor.config import Config
from monitor.config.save import save_exact
from monitor.config.yaml import read_yaml
from monitor.fields import Strict
from monitor.match.feedback import Refit
from monitor.topic.data_files import checked
from monitor.topic.records import ModelKind, Weights

FEATURES = 4  # which names of features a file holds; those of another number say nothing of these


class _WeightsFile(Strict):
    model: Literal["sides", "terms"]
    features: int = 1
    families: tuple[str, ...] | None = None
    threshold: float = Field(ge=0, le=1)
    near_miss: float = Field(ge=0, le=1)
    intercept: float
    weights: dict[str, float]
    fit: dict[str, Any] = Field(default_factory=dict)


def find_weights(watch: str, model: ModelKind, *folders: Path, families: Collection[str] | None = None) -> Weights:
    """The weights of a watch, or else those of its kind of topic, from the last of ``folders`` that has either.

    folders: as ``config_folders`` gives them, the shipped one first. families: those that the topic is about. A file
    for another kind of topic or for other families, which the watch had before its seeds changed, or of an earlier
    version's features is passed over. Raises ConfigError when none has any.
    """
    for folder in reversed(folders):
        for path in (_own(folder, watch), folder / "weights" / f"{model}.yaml"):
            if path.is_file() and _fits(found := _read(path), model, families):
                return _weights(found)
    return load_weights(folders[0] / "weights" / f"{model}.yaml")


def _fits(found: _WeightsFile, model: ModelKind, families: Collection[str] | None) -> bool:
    if found.model != model or found.features != FEATURES:
        return False
    return families is None or found.families is None or set(found.families) == set(families)


def outdated_weights(watch: str, *folders: Path) -> Path | None:
    """A watch's own weights file that an earlier version wrote, which counts no more until it is fitted again."""
    paths = (_own(folder, watch) for folder in folders)
    return next((path for path in paths if path.is_file() and _read(path).features != FEATURES), None)


def outdated_shared(folder: Path) -> list[Path]:
    """Files of weights for any topic that an earlier version wrote into a folder, where the shipped ones count now."""
    paths = (folder / "weights" / f"{model}.yaml" for model in get_args(ModelKind))
    return [path for path in paths if path.is_file() and _read(path).features != FEATURES]


def load_weights(path: Path) -> Weights:
    """A weights file as `monitor learn --refit` and the benchmarks write it. Raises ConfigError."""
    return _weights(_read(path))


def _read(path: Path) -> _WeightsFile:
    return checked(read_yaml(path), _WeightsFile)


def _weights(content: _WeightsFile) -> Weights:
    return Weights(
        content.model, content.threshold, content.near_miss, content.intercept, content.weights, content.families
    )


def weights_text(weights: Weights, fit: Mapping[str, object]) -> str:
    """A weights file for ``load_weights``, strongest first, with the figures of its fit, for a person to read."""
    lines = [
        "# Fitted from labelled articles; `monitor learn --refit FILE` and benchmarks/ rewrite it.",
        "# A line under `weights:` of the watch file replaces the weight of that name. Amounts are log-odds.",
        f"model: {weights.model}",
        f"features: {FEATURES}",
        *([] if weights.families is None else [f"families: [{', '.join(weights.families)}]"]),
        f"threshold: {weights.threshold:.3g}",
        f"near_miss: {weights.near_miss:.3g}",
        f"intercept: {weights.intercept:.4f}",
        "weights:",
        *(f'  "{name}": {value:.4f}' for name, value in sorted(weights.values.items(), key=lambda w: -w[1])),
        "fit:",
        *(f"  {name}: {value}" for name, value in fit.items()),
    ]
    return "\n".join(lines) + "\n"


def refitted_at(config: Config, watch: str) -> datetime | None:
    """When the weights of a watch were last written by a refit; None where it has none of its own."""
    path = _own(config.folder, watch)
    return datetime.fromtimestamp(path.stat().st_mtime, UTC) if path.is_file() else None


def write_weights(config: Config, watch: str, found: Refit) -> Path:
    """Writes a watch's own weights file, with the figures of its refit; returns its path."""
    path = _own(config.folder, watch)
    note = {
        "refitted_from": found.before.articles,
        "relevant": found.before.positives,
        "f1_before": round(found.before.f1, 3),
        "f1_after_left_out": round(found.after.f1, 3),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    save_exact(path, weights_text(found.weights, note))
    return path


def _own(folder: Path, watch: str) -> Path:
    return folder / "watches" / watch / "weights.yaml"
