#!/usr/bin/env bash
# STIX 2.1 says the language of an object in `lang`, a tag by RFC 5646, and OASIS publishes a validator beside the library.
#
# One would expect: any registered tag is valid: ku (Kurdish, of ISO 639-1), ckb (Sorani), prs and fa-AF (Dari).
# Seen: each of them is an error, "not a valid RFC 5646 language code", and the whole bundle is invalid. fa, ar-IQ, he and ur
#   are valid. For Pashto "ps-AR" is, Pashto of Argentina, and "ps-AF" is not. The library writes and reads all of them, and
#   even text that is no tag.
# Why: the validator compares with a list of 232 tags, most of them a language and a country.
# Source: the behaviour below; stix2validator/v21/enums.py, LANG_CODES; STIX 2.1, 3.2 (lang) and 7.1 (language-content).
# So: leave `lang` out for these languages where a bundle has to pass, and give the tag as a label.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch/env"
"$scratch/env/bin/pip" install --quiet stix2==3.0.2 stix2-validator==3.3.2
cat >"$scratch/try.py" <<'PY'
import json
from importlib.metadata import version

import stix2
from stix2validator import ValidationOptions, validate_instance

VALID = ("fa", "ar-IQ", "he", "ur", "tr", "ps", "ps-AR")
INVALID = ("ku", "ckb", "kmr", "prs", "fa-AF", "ps-AF")

print("stix2", version("stix2"), "stix2-validator", version("stix2-validator"))
for tag in (*VALID, *INVALID):
    made = stix2.v21.Identity(name="وزارت", identity_class="organization", lang=tag)
    assert stix2.parse(made.serialize()).lang == tag
    result = validate_instance(json.loads(made.serialize()), ValidationOptions(version="2.1"))
    said = "; ".join(str(error).partition(": ")[2] for error in result.errors) or "valid"
    print(f"{tag}: {said}")
    assert result.is_valid == (tag in VALID), "another list now"
    assert result.is_valid or "RFC 5646" in said
print("as described: Kurdish and Dari are no languages")
PY
"$scratch/env/bin/python" "$scratch/try.py"
