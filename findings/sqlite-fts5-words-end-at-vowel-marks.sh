#!/usr/bin/env bash
# FTS5 splits text by its tokenizer unicode61, which is the default, knows Unicode, and removes diacritics.
#
# One would expect: Arabic with vowel marks is found by the word without them, as "café" is found by "cafe".
# Seen: a word ends at each mark. «الحَشد» is stored as two words, «الح» and «شد», so that a search for «الحشد» finds nothing,
#   and one for «شد» (to pull) finds it. Hebrew with points falls into single letters, and so does Hindi, where the signs of
#   vowels are no ornament. remove_diacritics=2 changes nothing; with 0 it is the same. Persian words end at the joiner.
# Why: only letters and digits (categories L, N, Co) belong to a word. Marks that are removed are a list of their own,
#   U+0300 to U+0331; every other mark is a separator.
# Source: the behaviour below; SQLite's ext/fts5/fts5_tokenize.c and `sqlite3Fts5UnicodeIsdiacritic` in fts5_unicode2.c.
# So: remove the marks of these scripts before the text is indexed and searched; or give categories 'L* N* Co Mn Mc',
#   which keeps words whole and the marks in them.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch/env"
"$scratch/env/bin/pip" install --quiet apsw==3.54.1.0
cat >"$scratch/try.py" <<'PY'
import apsw

TEXTS = {"الحَشد": ["الح", "شد"], "חֲדָשׁ": ["ד", "ח", "ש"], "हिन्दी": ["द", "न", "ह"], "می\u200cشود": ["شود", "می"]}


def words(text, tokenizer):
    base = apsw.Connection(":memory:")
    base.execute(f'CREATE VIRTUAL TABLE page USING fts5(text, tokenize="{tokenizer}")')
    base.execute("CREATE VIRTUAL TABLE word USING fts5vocab(page, row)")
    base.execute("INSERT INTO page VALUES (?)", (text,))
    return [term for (term,) in base.execute("SELECT term FROM word ORDER BY term")]


print("SQLite", apsw.sqlite_lib_version())
for text, expected in TEXTS.items():
    for tokenizer in ("unicode61", "unicode61 remove_diacritics 0", "unicode61 remove_diacritics 2"):
        found = words(text, tokenizer)
        print(f"{tokenizer}: {text} is stored as {found}")
        assert found == expected, "it is split in another way now"
kept = words("الحَشد", "unicode61 categories 'L* N* Co Mn Mc'")
assert words("café", "unicode61") == words("cafe\u0301", "unicode61") == ["cafe"]
print("with categories 'L* N* Co Mn Mc':", kept)
assert kept == ["الحَشد"]
print("as described: a vowel mark ends a word")
PY
"$scratch/env/bin/python" "$scratch/try.py"
