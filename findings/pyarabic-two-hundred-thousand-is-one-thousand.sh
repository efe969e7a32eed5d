#!/usr/bin/env bash
# News in Arabic writes numbers of soldiers, dead and dollars as words. pyarabic reads them: text2number("خمسة آلاف") is 5000.
#
# One would expect: a number is right in any usual spelling, or is refused where a word of it is not known.
# Seen: «ألفا جندي» (two thousand soldiers) is 1000 and «ألفي جندي» is 0; «مليون ومئتا ألف» (1,200,000) is 1001000;
#   «خمس مئة ألف» (500,000) is 105000, and «مائتان وخمسون» (250) is 50. All are usual spellings. «خمسمئة ألف» in one
#   word and «مئتان وخمسون» are right, so a few tests are green. «نصف مليون» (half a million) is a million.
# Why: the dual loses its last letter before what is counted, and the list has the full form only. A word that is not in it is
#   passed over. «مئة» in a word of its own is added to the number before it and not multiplied by it.
# Source: the behaviour below; pyarabic/number.py, `text2number`; its docstring has an example and no limits.
# So: refuse a phrase in which a word is unknown, write the dual in full and join «خمس مئة» before the call, and show the words
#   of the source beside the figure.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch/env"
"$scratch/env/bin/pip" install --quiet PyArabic==0.6.15 six==1.17.0
cat >"$scratch/try.py" <<'PY'
from importlib.metadata import version

from pyarabic.number import text2number

NUMBERS = {  # what is written, what it is, what comes out
    "خمسة آلاف": (5000, 5000),
    "مئتان وخمسون": (250, 250),
    "خمسمئة ألف": (500_000, 500_000),
    "ألفا جندي": (2000, 1000),
    "ألفي جندي": (2000, 0),
    "مئتا ألف": (200_000, 1000),
    "مليون ومئتا ألف": (1_200_000, 1_001_000),
    "مليارا دولار": (2_000_000_000, 0),
    "خمس مئة ألف": (500_000, 105_000),
    "مائتان وخمسون": (250, 50),
    "نصف مليون": (500_000, 1_000_000),
}
print("pyarabic", version("PyArabic"))
for text, (right, expected) in NUMBERS.items():
    found = text2number(text)
    print(f"{text}: {found:,}" + (f", it is {right:,}" if found != right else ""))
    assert found == expected, "it is read otherwise now"
print("as described: words of a number that are not known are passed over")
PY
"$scratch/env/bin/python" "$scratch/try.py"
