"""What is said in a podcast or a film, from its transcript: WebVTT, SubRip, JSON, HTML or plain text. Pure.

The parts of a transcript are as long as a line of subtitles, or a single word. They are put together into sentences,
each a paragraph that begins with when it is said, so that a quote names its place: "[12:31] ...".
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape, unescape
from typing import Any

from monitor.text.charset import decode_body
from monitor.text.sanitize import strip_tags

PARTS = 100_000  # of a transcript that are read
_LEAST = 60  # characters of a paragraph; a shorter sentence stands with the next
_MOST = 400  # characters from which a paragraph ends without the end of a sentence
_PAUSE = 8.0  # seconds of silence after which another paragraph begins
_TIMES = re.compile(r"((?:\d+:)?\d{1,2}:\d{2}[.,]\d{1,3})\s*-->\s*((?:\d+:)?\d{1,2}:\d{2}[.,]\d{1,3})")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]{1,80})>")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,200}>|<\d[\d:.]{3,15}>|\{\\[^{}]{1,40}\}")
_NUMBER = re.compile(r"\d{1,6}")
_BESIDE = re.compile(r"(?:NOTE|STYLE|REGION)\b")  # blocks of WebVTT that are not said
_END = re.compile(r"[.!?…。！？؟۔][\"'”’»)\]]*$")
_HTML_PART = re.compile(r"<(cite|time|p)\b[^>]*>(.*?)</\1\s*>", re.IGNORECASE | re.DOTALL)
_CLOCK = re.compile(r"(?:(\d+):)?(\d{1,2}):(\d{2})(?:[.,]\d+)?")


@dataclass(frozen=True, slots=True)
class Spoken:
    """A part of a transcript. start, end: seconds from the beginning, None where it names none."""

    text: str
    start: float | None = None
    end: float | None = None
    speaker: str = ""


def transcript_content(body: bytes, charset: str | None) -> str:
    """A transcript as the content of an entry: a paragraph of HTML for each sentence; "" where nothing is said."""
    text, _ = decode_body(body, charset)
    paragraphs = _paragraphs(_parts(text.lstrip("\ufeff \t\r\n")))
    return "".join(f"<p>{escape(each, quote=False)}</p>" for each in paragraphs)


def _parts(text: str) -> Iterator[Spoken]:
    if text.startswith(("{", "[")):
        yield from _of_json(text)
    elif text.startswith("WEBVTT") or _TIMES.search(text):
        yield from _of_cues(text)
    elif "<" in text and _HTML_PART.search(text):
        yield from _of_html(text)
    else:
        yield from (Spoken(" ".join(line.split())) for line in strip_tags(text).split("\n") if line.strip())


def _of_cues(text: str) -> Iterator[Spoken]:
    """WebVTT and SubRip: blocks of lines, of which one names the times and those below it are said."""
    last = ""
    # Captions that roll begin with a line of one space, which parts no block of WebVTT.
    between = r"\n{2,}" if text.startswith("WEBVTT") else r"\n[ \t]*\n"
    for block in re.split(between, text.replace("\r\n", "\n").replace("\r", "\n"))[:PARTS]:
        lines = [line.strip() for line in block.strip("\n").split("\n")]
        at = next((index for index, line in enumerate(lines) if _TIMES.search(line)), None)
        if at is None or _BESIDE.match(lines[0]):
            continue
        times = _TIMES.search(lines[at])
        assert times
        voice = _VOICE.search("\n".join(lines[at + 1 :]))
        for line in lines[at + 1 :]:
            said = " ".join(unescape(_TAG.sub("", line)).split())
            if said and said != last:  # captions that roll show a line again below the next
                yield Spoken(said, _seconds(times[1]), _seconds(times[2]), voice[1].strip() if voice else "")
                last = said


def _of_json(text: str) -> Iterator[Spoken]:
    """The segments of the podcast namespace; a list of such is borne as well."""
    try:
        data: Any = json.loads(text)
    except (ValueError, RecursionError):
        return
    segments = data.get("segments") if isinstance(data, dict) else data
    for each in segments[:PARTS] if isinstance(segments, list) else ():
        said = each.get("body") or each.get("text") if isinstance(each, dict) else None
        if isinstance(said, str) and said.strip():
            start, end = (each.get(f"{name}Time", each.get(name)) for name in ("start", "end"))  # Whisper's: start, end
            speaker = each.get("speaker")
            name = " ".join(speaker.split())[:80] if isinstance(speaker, str) else ""
            yield Spoken(" ".join(said.split()), _number(start), _number(end), name)


def _of_html(text: str) -> Iterator[Spoken]:
    """``cite`` names the speaker of the ``p`` that follows, ``time`` when it begins."""
    speaker, start = "", None
    for index, found in enumerate(_HTML_PART.finditer(text)):
        said = " ".join(unescape(strip_tags(found[2])).split())
        match found[1].lower():
            case "cite":
                speaker = said.rstrip(":")[:80]
            case "time":
                start = _seconds(said)
            case _ if said:
                yield Spoken(said, start, None, speaker)
                start = None
        if index > PARTS:
            return


def _paragraphs(parts: Iterable[Spoken]) -> Iterator[str]:
    """Parts put together up to the end of a sentence, a pause, or another speaker."""
    held: list[Spoken] = []
    for part in parts:
        if held and (_parted(held[-1], part) or _is_whole(held)):
            yield _told(held)
            held = []
        held.append(part)
    if held:
        yield _told(held)


def _parted(one: Spoken, other: Spoken) -> bool:
    before, after = one.end if one.end is not None else one.start, other.start
    silent = before is not None and after is not None and after - before > _PAUSE
    return silent or (bool(other.speaker) and other.speaker != one.speaker)


def _is_whole(parts: list[Spoken]) -> bool:
    length = sum(len(each.text) + 1 for each in parts)
    return length >= _MOST or (length >= _LEAST and _END.search(parts[-1].text) is not None)


def _told(parts: list[Spoken]) -> str:
    start, speaker = parts[0].start, parts[0].speaker
    said = re.sub(r"\s+([,.;:!?؟،])", r"\1", " ".join(each.text for each in parts))
    when = f"[{_clock(start)}] " if start is not None else ""
    return f"{when}{f'{speaker}: ' if speaker else ''}{said}"


def _clock(seconds: float) -> str:
    hours, rest = divmod(int(seconds), 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"


def _seconds(written: str) -> float | None:
    found = _CLOCK.search(written)
    return int(found[1] or 0) * 3600.0 + int(found[2]) * 60 + int(found[3]) if found else None


def _number(value: object) -> float | None:
    """Seconds as JSON gives them, or as a text with them."""
    if isinstance(value, str) and re.fullmatch(r"\d{1,6}(?:\.\d{1,6})?", value):
        return float(value)
    fine = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 10**6
    return float(value) if fine and isinstance(value, int | float) else None
