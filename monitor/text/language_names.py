"""What languages are called in English: those with a file by its name, others as Unicode CLDR calls them."""

from __future__ import annotations

from functools import lru_cache

from monitor.languages import language

# Of those that detection knows and CLDR does not, or calls by another code.
_OTHERS = {
    "als": "Alemannic German", "bcl": "Central Bikol", "bh": "Bihari", "bxr": "Buryat", "cbk": "Chavacano",
    "diq": "Zazaki", "dty": "Doteli", "eml": "Emilian-Romagnol", "gom": "Konkani", "luz": "Southern Luri",
    "mhr": "Meadow Mari", "nah": "Nahuatl", "pnb": "Western Punjabi",
}  # fmt: skip

# Those that detection and CLDR know. To read CLDR for one name takes 45 ms.
_LISTED = (
    "af Afrikaans; am Amharic; an Aragonese; as Assamese; ast Asturian; av Avaric; ba Bashkir; bar Bavarian; be "
    "Belarusian; bn Bangla; bo Tibetan; bpy Bishnupriya; br Breton; ca Catalan; ce Chechen; ceb Cebuano; co "
    "Corsican; cv Chuvash; cy Welsh; dsb Lower Sorbian; dv Divehi; eo Esperanto; et Estonian; eu Basque; frr "
    "Northern Frisian; fy Western Frisian; ga Irish; gd Scottish Gaelic; gl Galician; gn Guarani; gu Gujarati; gv "
    "Manx; hif Fiji Hindi; hsb Upper Sorbian; ht Haitian Creole; hy Armenian; ia Interlingua; ie Interlingue; ilo "
    "Iloko; io Ido; is Icelandic; jv Javanese; kk Kazakh; km Khmer; kn Kannada; krc Karachay-Balkar; kv Komi; ky "
    "Kyrgyz; la Latin; lb Luxembourgish; lez Lezghian; li Limburgish; lmo Lombard; lo Lao; lrc Northern Luri; lt "
    "Lithuanian; lv Latvian; mai Maithili; mg Malagasy; min Minangkabau; mk Macedonian; ml Malayalam; mn Mongolian; "
    "mr Marathi; mrj Western Mari; ms Malay; mt Maltese; mwl Mirandese; my Burmese; myv Erzya; nap Neapolitan; nds "
    "Low German; ne Nepali; new Newari; oc Occitan; or Odia; os Ossetic; pa Punjabi; pam Pampanga; pfl Palatine "
    "German; pms Piedmontese; rm Romansh; rue Rusyn; sa Sanskrit; sah Yakut; sc Sardinian; scn Sicilian; sco Scots; "
    "sd Sindhi; si Sinhala; sk Slovak; sl Slovenian; so Somali; sq Albanian; su Sundanese; sw Swahili; ta Tamil; te "
    "Telugu; tg Tajik; th Thai; tk Turkmen; tl Tagalog; tt Tatar; tyv Tuvinian; ug Uyghur; uz Uzbek; vec Venetian; "
    "vep Veps; vi Vietnamese; vls West Flemish; wa Walloon; war Waray; xal Kalmyk; xmf Mingrelian; yo Yoruba"
)
_KNOWN = dict(named.split(" ", 1) for named in _LISTED.split("; "))


@lru_cache(maxsize=256)
def language_name(code: str) -> str:
    """The name of the language with an ISO 639 code; the code itself for one that nobody knows."""
    known = language(code)
    if known.name != code:
        return known.name
    if found := _OTHERS.get(code) or _KNOWN.get(code):
        return found
    from babel import Locale  # noqa: PLC0415 - for what only a feed calls its language

    name: str = Locale("en").languages.get(code, code)
    return name
