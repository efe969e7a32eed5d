"""How fast texts are folded: python benchmarks/fold_speed.py TEXT.jsonl [...]  (a "text" on each line; CPU time)."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from time import process_time

from monitor.text.fold import fold, tokens


def main(paths: list[str]) -> None:
    for path in paths:
        texts = [json.loads(line)["text"] for line in Path(path).read_text(encoding="utf-8").splitlines()]
        megabytes = sum(len(text.encode()) for text in texts) / 1e6
        start = process_time()
        folded = [fold(text) for text in texts]
        between = process_time()
        for text in folded:
            tokens(text)
        end = process_time()
        print(f"{path}: fold {megabytes / (between - start):.0f} MB/s, tokens {megabytes / (end - between):.0f} MB/s")


if __name__ == "__main__":
    main(sys.argv[1:])
