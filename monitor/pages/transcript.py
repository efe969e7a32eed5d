"""What is said in a podcast or a film, from its transcript: subtitles of all forms, JSON, HTML or plain text. Pure.

The parts of a transcript are as long as a line of subtitles, or a single word. They are put together into sentences,
each a paragraph that begins with when it is said, so that a quote names its place: "[12:31] ...".
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from html import escape, unescape

from monitor.pages.spoken import CLOCK, PARTS, Spoken, number, seconds
from monitor.pages.transcript_data import spoken_in
from monitor.text.charset import decode_body
from monitor.text.sanitize import strip_tags

_LEAST = 60  # characters of a paragraph; a shorter sentence stands with the next
_MOST = 400  # characters from which a paragraph ends without the end of a sentence
_PAUSE = 8.0  # seconds of silence after which another paragraph begins
_TIMES = re.compile(r"((?:\d+:)?\d{1,2}:\d{2}[.,]\d{1,3})\s*(?:-->|,)\s*((?:\d+:)?\d{1,2}:\d{2}[.,]\d{1,3})")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]{1,80})>")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,200}>|<\d[\d:.]{3,15}>|\{\\[^{}]{1,40}\}")
_SCRIPT_BREAK = re.compile(r"\\[Nnh]")
_LYRICS_HEAD = re.compile(r"\[[A-Za-z]{2,8}:[^\]\n]*\]")  # "[ti:Episode 40]"
_BESIDE = re.compile(r"(?:NOTE|STYLE|REGION)\b")  # blocks of WebVTT that are not said
_END = re.compile(r"[.!?…。！？؟۔][\"'”’»)\]]*$")
_NUMBERED = re.compile(r"\n(?=(?:\d{1,6}[ \t]*\n)?" + _TIMES.pattern + ")")
_NOT_SAID = re.compile(r"<(script|style|head|nav)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
# Of HTML, of TTML, and of what YouTube writes (<text start>, <p t>).
_MARKED_PART = re.compile(
    r"<(?:\w{1,20}:)?(cite|time|p|text)\b([^>]*)>(.*?)</(?:\w{1,20}:)?\1\s*>", re.IGNORECASE | re.DOTALL
)
_BEGINS = re.compile(r"(?:^|\s)(begin|start|t)\s*=\s*[\"']([\d:.,]+)(h|m|s|ms|t)?[\"']", re.IGNORECASE)
_TICKS = re.compile(r"\btickRate\s*=\s*[\"'](\d{1,9})[\"']")  # of TTML, in a second
_TIMED_LINE = re.compile(rf"[\[(]?({CLOCK.pattern})[\])]?[\s:–-]*(?=\D)(.*)")
_SECONDS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}


def transcript_content(body: bytes, charset: str | None) -> str:
    """A transcript as the content of an entry: a paragraph of HTML for each sentence; "" where nothing is said."""
    text, _ = decode_body(body, charset)
    paragraphs = _paragraphs(_parts(text.lstrip("\ufeff \t\r\n")))
    return "".join(f"<p>{escape(each, quote=False)}</p>" for each in paragraphs)


def _parts(text: str) -> Iterator[Spoken]:
    if text.startswith("[Script Info]"):
        yield from _of_script(text)
    elif text.startswith(("{", "[")) and (data := _json(text)) is not None:
        yield from spoken_in(data)
    elif text.startswith("WEBVTT") or _TIMES.search(text):
        yield from _of_cues(text)
    elif "<" in text and _MARKED_PART.search(text):
        yield from _of_marked(_NOT_SAID.sub(" ", text))
    else:
        yield from _of_lines(strip_tags(text))


def _of_lines(text: str) -> Iterator[Spoken]:
    """Plain text, of which a line may begin with its time: "[00:05] Rana: ..."."""
    for line in text.split("\n"):
        if _LYRICS_HEAD.fullmatch(line.strip()):
            continue
        timed = _TIMED_LINE.match(line.strip())
        said = " ".join((timed[5] if timed else line).split())
        if said:
            yield Spoken(said, seconds(timed[1]) if timed else None)


def _json(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None  # plain text may begin so: "[Music] ..."


def _of_script(text: str) -> Iterator[Spoken]:
    """SubStation Alpha: a line names the columns, of which the text is the last and may hold commas."""
    columns: list[str] = []
    for line in text.splitlines()[:PARTS]:
        kind, _, rest = line.partition(":")
        if kind == "Format":
            columns = [each.strip().lower() for each in rest.split(",")]
        elif kind == "Dialogue" and columns[-1:] == ["text"]:
            cells = dict(zip(columns, rest.split(",", len(columns) - 1), strict=False))
            said = " ".join(_TAG.sub("", _SCRIPT_BREAK.sub(" ", cells.get("text", ""))).split())
            if said:
                start, end = (seconds(cells.get(name, "")) for name in ("start", "end"))
                yield Spoken(said, start, end, cells.get("name", "").strip()[:80])


def _of_cues(text: str) -> Iterator[Spoken]:
    """WebVTT and SubRip: blocks of lines, of which one names the times and those below it are said."""
    last = ""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    # Captions that roll begin with a line of one space, which parts no block of WebVTT. SubRip may lack empty lines.
    vtt = text.startswith("WEBVTT")
    for block in re.split(r"\n{2,}" if vtt else r"\n[ \t]*\n", text if vtt else _NUMBERED.sub("\n\n", text))[:PARTS]:
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
                yield Spoken(said, seconds(times[1]), seconds(times[2]), voice[1].strip() if voice else "")
                last = said


def _of_marked(text: str) -> Iterator[Spoken]:
    """``cite`` names the speaker of the ``p`` that follows, ``time`` when it begins; in XML its attributes say that."""
    speaker, start, rate = "", None, _TICKS.search(text)
    seconds_of = _SECONDS | {"t": 1 / max(1, int(rate[1])) if rate else 1.0}
    for index, found in enumerate(_MARKED_PART.finditer(text)):
        said = " ".join(unescape(unescape(strip_tags(found[3]))).split())
        match found[1].lower():
            case "cite":
                speaker = said.rstrip(":")[:80]
            case "time":
                start = seconds(said)
            case _ if said:
                yield Spoken(said, _begin(found[2], seconds_of) if start is None else start, None, speaker)
                start = None
        if index > PARTS:
            return


def _begin(attributes: str, seconds_of: Mapping[str, float]) -> float | None:
    """Seconds, by ``begin`` of TTML ("0:01:09.5", "69.5s"), ``start`` (seconds) or ``t`` (milliseconds) of YouTube."""
    found = _BEGINS.search(attributes)
    if not found:
        return None
    if ":" in found[2]:
        return seconds(found[2])
    count = number(found[2], 10**12)
    unit = found[3].lower() if found[3] else "ms" if found[1].lower() == "t" else "s"
    return None if count is None else count * seconds_of[unit]


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
