"""Feed lists as people and programs may write them: every form of YAML that says the same, drawn by Hypothesis."""

from __future__ import annotations

import json
from collections.abc import Mapping

from hypothesis import strategies as st

REMARKS = ["", "", "", " # one", "  # - x: [", "\t# tab", " # a: 'b"]
BETWEEN = ["", "", "", "\n", "  # note\n", "# - url: left\n", "   \n", "\n\n"]
NAMES = ["A", "Al-Sumaria News", "ü \U0001f4f0", "it's", "a: b", "x # y", "[z]", "- d", "خبر", "true", "12", "C, D"]
FEEDS = st.lists(
    st.fixed_dictionaries(
        {"url": st.sampled_from(["https://h.example/rss", "https://h.example/r?a=1&b=2", "https://h.example/x#f"])},
        optional={"name": st.sampled_from(NAMES), "language": st.just("no"), "folder": st.just("x/y")},
    ),
    max_size=4,
    unique_by=lambda feed: feed["url"],
)


@st.composite
def written_lists(draw: st.DrawFn) -> str:
    """The text of a feed list with up to three feeds."""

    def one(*choices: str) -> str:
        return draw(st.sampled_from(choices))

    feeds = draw(FEEDS)
    key = one("feeds", "feeds", '"feeds"', "'feeds'", "!!str feeds", "&k feeds")
    colon = one(":", ": ", " :", ": &all", ": !!seq")
    form = one("lines", "lines", "brackets", "braces", "json")
    if form == "json":
        body = json.dumps({"feeds": feeds}, indent=draw(st.sampled_from([None, 2, "\t"])), ensure_ascii=False)
    elif form == "braces":
        body = "{feeds: [" + ", ".join(_in_braces(draw, feed) for feed in feeds) + "]}"
    elif not feeds:
        body = one(key + ":", f"{key}: null", f"{key}: ~", f"{key}: [ # none\n  ]", f"{key}:\n  []", "", "{}")
        body += draw(st.sampled_from(REMARKS))
    elif form == "brackets":
        gap = one("", " ", "\n  ", " # c\n    ")
        inner = ",".join(gap + _in_braces(draw, feed) for feed in feeds) + one("", ",")
        body = f"{key}{colon} [{inner}{one('', chr(10))}]"
    else:
        indent = draw(st.sampled_from([0, 1, 2, 4]))
        body = key + colon + draw(st.sampled_from(REMARKS)) + "\n"
        for feed in feeds:
            body += draw(st.sampled_from(BETWEEN)) + _in_lines(draw, feed, indent)
    head = one("", "", "# The list\n", "---\n", "%YAML 1.1\n---\n", "--- # doc\n", "\n\n")
    tail = one("", "\n", "\n# tail", "\n# tail\n", "\n...\n", "\n\n\n", "\n  # t\n")
    return one("", "", "\ufeff") + (head + body + tail).replace("\n", one("\n", "\n", "\r\n", "\r"))


def _scalar(draw: st.DrawFn, text: str, indent: int | None) -> str:
    """A text in one of its forms. indent: of the key before it; None inside braces."""
    quoted = json.dumps(text, ensure_ascii=False)
    forms = [quoted, "'" + text.replace("'", "''") + "'", f"!!str {quoted}"]
    if text.startswith("https:") or text.isalpha():
        forms += [text] * 3 if text != "true" else []
    if indent is not None:
        inner = "\n" + " " * (indent + draw(st.sampled_from([1, 2, 4])))
        forms += [f"{block}{inner}{text}" for block in ("|", ">-", "|+", "")[: 4 if text in forms else 3]]
        forms += [inner + quoted, quoted.replace(" ", inner, 1)]
    return draw(st.sampled_from(forms))


def _in_braces(draw: st.DrawFn, feed: Mapping[str, str]) -> str:
    pairs = [f"{draw(st.sampled_from([key, json.dumps(key)]))}: {_scalar(draw, feed[key], None)}" for key in feed]
    return (
        "{" + draw(st.sampled_from([", ", ",", ",\n      "])).join(pairs) + draw(st.sampled_from(["", ", ", " "])) + "}"
    )


def _in_lines(draw: st.DrawFn, feed: Mapping[str, str], indent: int) -> str:
    if draw(st.booleans()) and draw(st.booleans()):
        return " " * indent + "- " + _in_braces(draw, feed) + draw(st.sampled_from(REMARKS)) + "\n"
    dash = draw(st.sampled_from(["- ", "-   ", "- # below\n", "- !!map\n", "- &i\n"]))
    inner = indent + (3 if dash.endswith("\n") else len(dash))
    lines = ""
    for key in draw(st.permutations(sorted(feed))):
        value = _scalar(draw, feed[key], inner)
        remark = "" if "\n" in value else draw(st.sampled_from(REMARKS))
        between = draw(st.sampled_from(BETWEEN)) if lines and "\n" not in value else ""
        lines += between + " " * inner + draw(st.sampled_from([key, f'"{key}"'])) + f": {value}{remark}\n"
    return " " * indent + dash + (lines if dash.endswith("\n") else lines[inner:])
