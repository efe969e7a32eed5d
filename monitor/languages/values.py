"""How the values of a language's file are written: as words, as patterns, as forms by a key."""


class Words(tuple[str, ...]):
    """Words. In the file they are separated by white space; the words of one phrase are joined by "_"."""

    __slots__ = ()


class Patterns(tuple[str, ...]):
    """Regular expressions. In the file one stands on each line; a line that begins with "# " is a comment."""

    __slots__ = ()


class Forms(tuple[tuple[str, tuple[str, ...]], ...]):
    """(key, forms) in the order of the file, where each is written ``key = ['one form', 'another form']``."""

    __slots__ = ()
