"""What is known of a language: the words and patterns that the rules of other rooms are built from.

Each class below is a table of a language's file and each attribute a key in it; ``docs/how-to/add-a-language.md``
shows them at work. Everything but code and name may be left out. Named tuples load sooner than dataclasses.
"""

from typing import NamedTuple

from monitor.languages.names import Names
from monitor.languages.stance import Stance
from monitor.languages.values import Forms, Patterns, Words

_NO_WORDS = Words()
_NO_PATTERNS = Patterns()


class Recognition(NamedTuple):
    """How a text in the language is known from one in another language of the same script.

    telltale: whole words, as written. common: its commonest words. letters: letters that no other language of
    its script has.
    """

    telltale: Patterns = _NO_PATTERNS
    common: Words = _NO_WORDS
    letters: str = ""


class Affixes(NamedTuple):
    """What the language writes together with a word. All patterns are matched on folded text.

    article: the definite article where it is written with its noun. before, after: what a term may carry and still be
    that term; after_short: the same where the term's last word has three letters. stem_before, stem_plurals,
    stem_endings, stem_long_endings: what stemming cuts off, in that order; the long ones only where four letters stay.
    clause: letters that open a clause as a word's first letter. name_before, name_letters: what is cut from the
    beginning of a name before its consonants are read; a single one of name_letters is cut only on trial. name_after:
    what is cut from the end of a name, on trial as well. final_vowels: last letters of a term that its other cases
    change. compounds: words that end a compound and may be written apart from it. acronym: its endings. particles:
    parts of names that may be written joined to the next. joined: writings of one expression, the joined one first.
    feminine: what the last letter of a feminine noun becomes before a pronoun or in the dual. locative: endings that
    close what a preposition opens.
    """

    article: str = ""
    before: Patterns = _NO_PATTERNS
    after: Patterns = _NO_PATTERNS
    after_short: Patterns = _NO_PATTERNS
    stem_before: Patterns = _NO_PATTERNS
    stem_plurals: Patterns = _NO_PATTERNS
    stem_endings: Patterns = _NO_PATTERNS
    stem_long_endings: Patterns = _NO_PATTERNS
    clause: str = ""
    name_before: Patterns = _NO_PATTERNS
    name_letters: str = ""
    name_after: Patterns = _NO_PATTERNS
    final_vowels: str = ""
    compounds: Words = _NO_WORDS
    acronym: Words = _NO_WORDS
    particles: Words = _NO_WORDS
    joined: Forms = Forms()
    feminine: Forms = Forms()
    locative: Words = _NO_WORDS


class Gregorian(NamedTuple):
    """The months of the Gregorian calendar, in order."""

    january: Words = _NO_WORDS
    february: Words = _NO_WORDS
    march: Words = _NO_WORDS
    april: Words = _NO_WORDS
    may: Words = _NO_WORDS
    june: Words = _NO_WORDS
    july: Words = _NO_WORDS
    august: Words = _NO_WORDS
    september: Words = _NO_WORDS
    october: Words = _NO_WORDS
    november: Words = _NO_WORDS
    december: Words = _NO_WORDS


class Iranian(NamedTuple):
    """The months of the Iranian calendar, in order."""

    farvardin: Words = _NO_WORDS
    ordibehesht: Words = _NO_WORDS
    khordad: Words = _NO_WORDS
    tir: Words = _NO_WORDS
    mordad: Words = _NO_WORDS
    shahrivar: Words = _NO_WORDS
    mehr: Words = _NO_WORDS
    aban: Words = _NO_WORDS
    azar: Words = _NO_WORDS
    dey: Words = _NO_WORDS
    bahman: Words = _NO_WORDS
    esfand: Words = _NO_WORDS


class Islamic(NamedTuple):
    """The months of the Islamic calendar, in order."""

    muharram: Patterns = _NO_PATTERNS
    safar: Patterns = _NO_PATTERNS
    rabi_1: Patterns = _NO_PATTERNS
    rabi_2: Patterns = _NO_PATTERNS
    jumada_1: Patterns = _NO_PATTERNS
    jumada_2: Patterns = _NO_PATTERNS
    rajab: Patterns = _NO_PATTERNS
    shaban: Patterns = _NO_PATTERNS
    ramadan: Patterns = _NO_PATTERNS
    shawwal: Patterns = _NO_PATTERNS
    dhu_al_qada: Patterns = _NO_PATTERNS
    dhu_al_hijja: Patterns = _NO_PATTERNS


class Months(NamedTuple):
    """Names of months. short and iranian_short: names that stand in dates alone and are other words in a text."""

    gregorian: Gregorian = Gregorian()
    short: Gregorian = Gregorian()
    iranian: Iranian = Iranian()
    iranian_short: Iranian = Iranian()
    islamic: Islamic = Islamic()


class Weekdays(NamedTuple):
    """The days of the week, in order, without names that are also ordinary words."""

    monday: Words = _NO_WORDS
    tuesday: Words = _NO_WORDS
    wednesday: Words = _NO_WORDS
    thursday: Words = _NO_WORDS
    friday: Words = _NO_WORDS
    saturday: Words = _NO_WORDS
    sunday: Words = _NO_WORDS


class Clock(NamedTuple):
    """What stands in a date in figures.

    am, pm: the halves of the day, after the time and as written; night: a word for the time from six in the evening to
    five in the morning. am_first, pm_first, night_first: the same where they stand before the time. year, month, hour,
    minute: marks after those figures. ordinals: endings of a day of the month ("13th"). within: words that may stand
    between day, month and year, or be written together with the month ("of").
    """

    am: Patterns = _NO_PATTERNS
    pm: Patterns = _NO_PATTERNS
    night: Patterns = _NO_PATTERNS
    am_first: Patterns = _NO_PATTERNS
    pm_first: Patterns = _NO_PATTERNS
    night_first: Patterns = _NO_PATTERNS
    year: str = ""
    month: str = ""
    hour: str = ""
    minute: str = ""
    ordinals: Words = _NO_WORDS
    within: Words = _NO_WORDS


class Elapsed(NamedTuple):
    """How long ago something was: "2 hours ago", "yesterday".

    ago: what follows the amount; ago_first: what stands before it. about: words between that and the amount. joining:
    words between two amounts ("1 hour and 5 minutes"). second, minute, hour, day, week, month: the units, in all their
    forms; two_minutes, two_hours, two_days, two_weeks, two_months: words that mean two of them. numbers: a number, and
    the words for it. now: phrases for a moment ago, which count alone only.
    """

    ago: Words = _NO_WORDS
    ago_first: Words = _NO_WORDS
    about: Words = _NO_WORDS
    joining: Words = _NO_WORDS
    second: Words = _NO_WORDS
    minute: Words = _NO_WORDS
    hour: Words = _NO_WORDS
    day: Words = _NO_WORDS
    two_minutes: Words = _NO_WORDS
    two_hours: Words = _NO_WORDS
    two_days: Words = _NO_WORDS
    week: Words = _NO_WORDS
    two_weeks: Words = _NO_WORDS
    month: Words = _NO_WORDS
    two_months: Words = _NO_WORDS
    today: Words = _NO_WORDS
    yesterday: Words = _NO_WORDS
    numbers: Forms = Forms()
    now: Words = _NO_WORDS


class Walls(NamedTuple):
    """What a page says that is not the article: one kind of page for each key."""

    error_page: Patterns = _NO_PATTERNS
    consent: Patterns = _NO_PATTERNS
    login: Patterns = _NO_PATTERNS
    captcha: Patterns = _NO_PATTERNS


class Prompts(NamedTuple):
    """A sentence with a word of each kind asks its reader to pay or log in for the rest of a text; as written.

    joining: who may read on and how they come to (subscribers, a trial, to log in). reading: the text itself and what
    is left of it (this article, the full story, to read on). elsewhere: what else readers are asked to join (a
    newsletter, a channel), in which case it is none. everything: all that a site publishes, to which an offer below any
    article leads ("unlimited access to all our stories"); with the word for reading that stands before it.
    """

    joining: Patterns = _NO_PATTERNS
    reading: Patterns = _NO_PATTERNS
    elsewhere: Patterns = _NO_PATTERNS
    everything: Patterns = _NO_PATTERNS


class Challenge(NamedTuple):
    """Lower-case pieces of a page that stands where the wanted answer should: a bot check, a refusal."""

    bot_check: Patterns = _NO_PATTERNS
    refusal: Patterns = _NO_PATTERNS


class Furniture(NamedTuple):
    """What stands around an article on its page. Unless said otherwise, patterns of a whole folded line.

    share: prompts to share or subscribe. comments: the heading or form of comments. links: what leads to other pages.
    notices: notices of the site. adverts: what stands alone above an advertisement in the text. form: fields and menus.
    number_things, number_kinds, number_counts: words of a line like "story code: 17" or "17 views". forum_labels:
    labels in a forum user's block. posts: what opens another user's post. wrote: verbs between a user and what is
    quoted, not folded. teasers: openings of "read the full article at ...", not folded. see_also: openings of a line
    that names another story, not folded. sign_offs: what a publishing system adds at the end of a feed's text, not
    folded. comment_feeds: words in the title or address of a feed of readers' comments, not folded. feed_names: whole
    titles of feeds that name nobody ("Latest news"), not folded. boilerplate: pieces of a folded sentence that no
    summary quotes. stamps: how a line begins that says when the page was made or changed, or how often read. moments:
    the words between the figures of such a line ("at", "hours ago"). edited: what says in a label before a date that it
    is that of an edit. counted: what a counter counts, beside its figure. onward: what a link to any article may say
    ("Read more"). further: what a link to the next page of a list may say. popular: whole headings of lists that
    readers' clicks or editors' picks make ("Most read"). other_lists: those of lists of what is no article ("Tenders",
    "Upcoming events"). deadlines: what stands before the last day to apply. versus: words between the sides of a game.
    pictures: what stands before a photographer's name.
    """

    share: Patterns = _NO_PATTERNS
    comments: Patterns = _NO_PATTERNS
    links: Patterns = _NO_PATTERNS
    notices: Patterns = _NO_PATTERNS
    adverts: Patterns = _NO_PATTERNS
    form: Patterns = _NO_PATTERNS
    number_things: Patterns = _NO_PATTERNS
    number_kinds: Patterns = _NO_PATTERNS
    number_counts: Patterns = _NO_PATTERNS
    forum_labels: Patterns = _NO_PATTERNS
    posts: Patterns = _NO_PATTERNS
    wrote: Patterns = _NO_PATTERNS
    teasers: Patterns = _NO_PATTERNS
    see_also: Patterns = _NO_PATTERNS
    sign_offs: Patterns = _NO_PATTERNS
    feed_names: Patterns = _NO_PATTERNS
    comment_feeds: Patterns = _NO_PATTERNS
    boilerplate: Patterns = _NO_PATTERNS
    stamps: Patterns = _NO_PATTERNS
    moments: Patterns = _NO_PATTERNS
    edited: Patterns = _NO_PATTERNS
    counted: Patterns = _NO_PATTERNS
    onward: Patterns = _NO_PATTERNS
    further: Patterns = _NO_PATTERNS
    popular: Patterns = _NO_PATTERNS
    other_lists: Patterns = _NO_PATTERNS
    deadlines: Patterns = _NO_PATTERNS
    versus: Words = _NO_WORDS
    pictures: Patterns = _NO_PATTERNS


class Credits(NamedTuple):
    """How a text says whose it is; all but dateline on folded text.

    reported_by: words before an agency's name. agency: words between those and the name. reported: words after the
    name. name_endings: case endings on the name. dateline: agencies as they stand in brackets in a dateline. places:
    cities a dateline begins with, in a script without capitals.
    """

    reported_by: Patterns = _NO_PATTERNS
    agency: Patterns = _NO_PATTERNS
    reported: Patterns = _NO_PATTERNS
    name_endings: Patterns = _NO_PATTERNS
    dateline: Words = _NO_WORDS
    places: Words = _NO_WORDS


class Counts(NamedTuple):
    """Words beside figures, words for numbers, and words that deny.

    words: what a word by itself counts ('12' = twelve), to twenty and by tens. many: what a word multiplies a figure
    by, and the words ('1000' = thousand). ordinals: units as they stand in an ordinal of two words ("twenty first").
    counted: an ending that things have behind a figure. between: words that every text has and that may stand between a
    figure and what it counts ("12 new posts"). spans: units of time, in all their forms: an age or a term is no count
    of an event. negations: words by which a sentence denies.
    """

    words: Forms = Forms()
    many: Forms = Forms()
    ordinals: Words = _NO_WORDS
    counted: str = ""
    between: Words = _NO_WORDS
    spans: Words = _NO_WORDS
    negations: Words = _NO_WORDS


class Language(NamedTuple):
    """One language.

    code: ISO 639, the name of its file. name: in English. script: "latin", "arabic", "cyrillic" or another. direction:
    "ltr" or "rtl". aliases: other codes for it; script_aliases: codes that mean it where the text is in its script.
    relative: code of a language whose terms and endings serve it too. home: the state that nearly all texts in it come
    from (ISO 3166-1), so that an office without a state is of that one. lexicon: for a language in Latin or Arabic
    letters, whether the shipped lexica have terms in it, so that in its texts only those count. nouns_large: whether
    all nouns begin with a capital. joins_nouns: whether compound nouns are one word; joins_endings: whether a word
    may have several endings. stop_words: words that are never terms of a topic. common_words: more of these, in a
    language that has no table of ordinary news; nothing else. leads_on: words that no sentence ends with.

    month_days: a day of the month in figures, and its words where dates have them ("the first"). zones: a zone of the
    tz database ("Asia/Tehran"), and what the language calls its time. counted_weekdays: words that make another day of
    the word for Saturday after them. wall_titles: whole titles of pages that are no article; walls: what their
    sentences say. agencies: the name an agency is shown by, and how the language writes it. consonants: a class of
    consonants in Latin letters, and the letters (or pairs of letters) that are heard so, for comparing names across
    scripts. contrasts: a group and a member of it ("craft helicopter"), and what the language calls it; a star
    stands for any ending.
    """

    code: str
    name: str
    script: str = "latin"
    direction: str = "ltr"
    aliases: Words = _NO_WORDS
    script_aliases: Words = _NO_WORDS
    relative: str = ""
    home: str = ""
    lexicon: bool = False
    nouns_large: bool = False
    joins_nouns: bool = False
    joins_endings: bool = False
    stop_words: Words = _NO_WORDS
    common_words: Words = _NO_WORDS
    leads_on: Words = _NO_WORDS
    recognition: Recognition = Recognition()
    affixes: Affixes = Affixes()
    months: Months = Months()
    weekdays: Weekdays = Weekdays()
    counted_weekdays: Weekdays = Weekdays()
    clock: Clock = Clock()
    elapsed: Elapsed = Elapsed()
    month_days: Forms = Forms()
    zones: Forms = Forms()
    wall_titles: Walls = Walls()
    walls: Walls = Walls()
    prompts: Prompts = Prompts()
    challenge: Challenge = Challenge()
    furniture: Furniture = Furniture()
    credits: Credits = Credits()
    counts: Counts = Counts()
    stance: Stance = Stance()
    contrasts: Forms = Forms()
    agencies: Forms = Forms()
    consonants: Forms = Forms()
    names: Names = Names()
