#!/usr/bin/env bash
# FlashText finds many given words in a text at once, and only whole words: that is what sets it apart from a plain search.
#
# One would expect: a letter is a letter. "war" is not found in "software", so «جنگ» (war) is not found in «جنگل» (forest).
# Seen: only A-Z, a-z, 0-9 and _ continue a word. In every other script a keyword is found anywhere within a longer word: «عراق» (Iraq)
#   in «عراقچی» (Araghchi, a minister of Iran), «ایران» in «ایرانشهر» (a town), «سد» (dam) in «جسد» (body), "Иран" in "Иранист".
# Source: the behaviour below; non_word_boundaries in flashtext/keyword.py. The documents speak of word boundaries and name no script.
# So: give it every letter that can continue a word (set_non_word_boundaries), vowel marks and the joiner (U+200C) among them.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch/env"
"$scratch/env/bin/pip" install --quiet flashtext==2.7
cat >"$scratch/try.py" <<'PY'
from importlib.metadata import version

from flashtext import KeywordProcessor

CASES = [  # keyword, a text that does not hold it as a word; whether it is found there
    ("war", "software and warships", False),
    ("جنگ", "جنگل‌ها سوخت", True),
    ("عراق", "عراقچی در تهران", True),
    ("ایران", "ایرانشهر", True),
    ("Иран", "Иранист", True),
    ("سد", "جسد", True),
]
print("flashtext", version("flashtext"))
for keyword, text, expected in CASES:
    processor = KeywordProcessor()
    processor.add_keyword(keyword)
    found = bool(processor.extract_keywords(text))
    print(f"{keyword!r} in {text!r}:", found)
    assert found == expected, "words of this script end elsewhere now"
print("as described: only Latin letters continue a word")
PY
"$scratch/env/bin/python" "$scratch/try.py"
