#!/usr/bin/env bash
# Lingua tells 75 languages apart and gives each a confidence between 0 and 1. Kurdish is not among them.
#
# One would expect: of a text in a language that it does not know, it is not confident, so that a limit such as .8 sorts it out.
# Seen: Sorani news is Arabic with 1.00, in letters that Arabic does not have (ێ ۆ ڕ ە), and Kurmanji news is French with .9.
#   The values are shares of what the 75 would give, so they add up to one whatever the text is. A limit on the value, or on the
#   distance to the second, keeps nothing out.
# Source: the behaviour below; the README of lingua-language-detector lists its languages and says how the values are made.
# So: test letters that belong to a language (scripts of Kurdish, Uyghur, Pashto) before a detector that lacks it is asked.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch/env"
"$scratch/env/bin/pip" install --quiet lingua-language-detector==2.1.1
cat >"$scratch/try.py" <<'PY'
from importlib.metadata import version

from lingua import Language, LanguageDetectorBuilder

CASES = {  # what it takes for which language, and how confident it is at least
    "وەزیری بەرگری عێراق لە بەغدا پێشوازی لە هاوتا ئێرانییەکەی کرد": (Language.ARABIC, 0.99),
    "Wezîrê Parastinê yê Iraqê li Bexdayê bi hevtayê xwe yê Îranî re civiya": (Language.FRENCH, 0.85),
}
print("lingua-language-detector", version("lingua-language-detector"))
assert not any("KURD" in language.name for language in Language.all())
detector = LanguageDetectorBuilder.from_all_languages().build()
for text, (language, least) in CASES.items():
    first = detector.compute_language_confidence_values(text)[0]
    print(f"{text} -> {first.language.name} {first.value:.2f}")
    assert first.language == language and first.value >= least, "it takes Kurdish for something else now"
print("as described: confident about languages that it does not know")
PY
"$scratch/env/bin/python" "$scratch/try.py"
