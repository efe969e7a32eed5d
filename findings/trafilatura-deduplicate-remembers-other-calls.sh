#!/usr/bin/env bash
# trafilatura.extract(page, deduplicate=True) removes paragraphs that repeat.
#
# One would expect: it removes what stands twice within the page that it is given, so that equal pages give equal texts.
# Seen: it counts paragraphs over all calls of the process. The fourth extraction of one page gives None. A page that shares a
#   paragraph with three others that were read before loses just that paragraph. What reads pages again (a second look, a
#   retry, a syndicated statement in four outlets) gets other texts according to what was read earlier, and in each worker others.
# Source: the behaviour below; trafilatura/deduplication.py (LRU_TEST, 4,096 paragraphs of the process), where MAX_REPETITIONS is 2.
# So: leave it off, or pass a cache for each page (`deduplicate=LRUCache(maxsize=...)`).
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch/env"
"$scratch/env/bin/pip" install --quiet trafilatura==2.3.1 lxml_html_clean==0.4.6
cat >"$scratch/try.py" <<'PY'
from importlib.metadata import version

import trafilatura
from trafilatura.meta import reset_caches

STATEMENT = "The two ministries said in a joint statement that the border committee will meet in Basra next month for its review."


def page(town: str) -> str:
    """An article with three paragraphs of its own, and the statement that every outlet prints."""
    own = [f"{reporter} in {town} writes that nobody there had expected the committee to return so early in the winter, "
           f"and that the road to the crossing stays closed until {day}." for reporter, day in (
               ("A reporter", "Monday"), ("A second reporter", "Tuesday"), ("A third reporter", "Sunday"))]
    body = "".join(f"<p>{paragraph}</p>" for paragraph in [own[0], STATEMENT, *own[1:]])
    return f"<html><head><title>{town}</title></head><body><article><h1>{town}</h1>{body}</article></body></html>"


print("trafilatura", version("trafilatura"))
again = [trafilatura.extract(page("Halabja"), deduplicate=True) for _ in range(4)]
print("one page, four times:", [text and len(text) for text in again])
assert again[0] and again[0] == again[1] == again[2] and again[3] is None, "it does not count over calls any more"
assert all(trafilatura.extract(page("Halabja")) == again[0] for _ in range(4))  # without the option it is always the same

reset_caches()
texts = [trafilatura.extract(page(town), deduplicate=True) or "" for town in ("Khanaqin", "Mandali", "Badra", "Amara")]
print("four pages with one statement in common hold it:", [STATEMENT in text for text in texts])
assert [STATEMENT in text for text in texts] == [True, True, True, False], "it does not count over pages any more"
print("as described: paragraphs are counted over all calls of the process")
PY
"$scratch/env/bin/python" "$scratch/try.py"
