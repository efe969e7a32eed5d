#!/usr/bin/env bash
# Packages of stop words have lists for Persian, Hebrew, Turkish and Urdu. Keywords and similar headlines are found without them.
#
# One would expect: a list for a language has the words of that language that every text is full of, as news writes them.
# Seen: Hebrew in stop-words has quotation marks and commas in its words, so that it matches nothing. Turkish in it has "þey"
#   for "şey" and matches half of what it should. Urdu in stopwords-iso has other letters: «ضے» for «سے» (from), «ثعذ» for
#   «بعد» (after). Persian in YAKE has Arabic ي and ك, as in «براي», and the first keyword of a Persian text is «این» (this).
#   The lists are long and look right, and nothing fails.
# Why: they look like lines of source code, a file in ISO 8859-9 that was read as 8859-1, the codes of a font with an order of
#   its own, and text of before Persian keyboards; none was matched with a text. stopwords-iso is in other packages in turn.
# Source: the behaviour below; stop_words/stop-words/hebrew.txt and turkish.txt, stopwordsiso/stopwords-iso.json ("ur"),
#   yake/core/StopwordsList/stopwords_fa.txt.
# So: count how many words of your own texts a list matches before using it: it should be half. Fold ي and ك of Persian in
#   list and text.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch/env"
"$scratch/env/bin/pip" install --quiet stop-words==2025.11.4 stopwordsiso==0.7.1 yake==0.7.3
cat >"$scratch/try.py" <<'PY'
import re
from importlib.metadata import version

import stopwordsiso
import yake
from stop_words import get_stop_words

TEXTS = {
    "he": "שר ההגנה אמר כי הוא לא יודע על מה שקרה שם, אבל גם אם זה נכון או לא, אין לו מה לומר על כך. היא אמרה כי כל מי שהיה "
          "שם יודע את זה, ואז הם הלכו עם כולם.",
    "tr": "Bakan bu konuda bir şey söylemedi, ama bazı yetkililer şu açıklamayı yaptı: bu iş için ne kadar para gerektiği ve "
          "nasıl bulunacağı belli değil mi? Altı kişi daha geldi, ama kimse bir şey bilmiyor ve şu an bazı şeyler çok zor.",
    "fa": "وزیر گفت که این کشور برای امنیت مرزها با همسایه خود کار می کند و باید در این باره نیز با دیگران گفت‌وگو کرد، اما یکی "
          "از نمایندگان که نخواست نامش برده شود گفت این کار برای همه بهتر است و بین دو کشور می ماند.",
}
extractor = yake.KeywordExtractor(lan="fa", n=1, top=5)
LISTS = [  # language, package, its words, how many words of the text they match
    ("he", "stop-words", get_stop_words("hebrew"), 0),
    ("he", "stopwordsiso", stopwordsiso.stopwords("he"), 27),
    ("tr", "stop-words", get_stop_words("turkish"), 12),
    ("tr", "stopwordsiso", stopwordsiso.stopwords("tr"), 26),
    ("fa", "yake", extractor.stopword_set, 17),
    ("fa", "stopwordsiso", stopwordsiso.stopwords("fa"), 32),
]
for language, package, listed, expected in LISTS:
    words = [word.lower() for word in re.findall(r"[^\s،,.:؟?]+", TEXTS[language])]
    matched = sum(word in listed for word in words)
    print(f"{language} in {package} {version(package)}: {len(listed)} words, which match {matched} of {len(words)}")
    assert matched == expected, "it is another list now"
for right, listed in {"سے": "ضے", "بعد": "ثعذ", "نہیں": "ًہیں", "ساتھ": "ضبتھ", "کام": "کبم", "نے": "ًے"}.items():
    print(f"ur in stopwordsiso: {listed} for {right}")
    assert listed in stopwordsiso.stopwords("ur") and right not in stopwordsiso.stopwords("ur"), "it is another list now"
found = [word for word, _ in extractor.extract_keywords(TEXTS["fa"])]
print("keywords of YAKE:", *found)
assert found[0] == "این", "it knows the word now"
print("as described: lists that match little or nothing of their language")
PY
"$scratch/env/bin/python" "$scratch/try.py"
