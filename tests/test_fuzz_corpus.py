"""The corpus that the fuzzer left (benchmarks/fuzz.py), replayed: what it once reached keeps its promises."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz_targets import TARGETS

CORPUS = Path(__file__).parent / "fuzz_corpus"


@pytest.mark.parametrize("target", TARGETS)
def test_what_the_fuzzer_found_keeps_its_promises(target: str) -> None:
    files = sorted((CORPUS / target).iterdir())
    assert files
    for path in files:
        TARGETS[target](path.read_bytes())


def test_the_corpus_stays_small() -> None:
    assert sum(path.stat().st_size for path in CORPUS.rglob("*") if path.is_file()) < 100_000
