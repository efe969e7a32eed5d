"""Decompresses bodies while they arrive, a bounded piece at a time, so that a bomb is noticed early."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Iterator
from typing import Any, Protocol

import brotli

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

ACCEPT_ENCODING = "gzip, deflate, br, zstd"
_STEP = 256 * 1024  # bytes decoded at a time
_MEMBERS = 100  # gzip members or zstd frames in a row; real bodies have one


class DecodeError(ValueError):
    """The bytes do not match their Content-Encoding, or the encoding is not supported."""


class Decoder(Protocol):
    """Undoes one layer of compression."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The next decoded pieces, each of about 256 kB at most. Raises DecodeError."""
        ...

    def whole(self) -> bool:
        """Whether the compressed data has reached its proper end."""
        ...


class _Zlib:
    """gzip, and deflate. RFC 9110 means zlib by "deflate", but some servers send it raw: the first bytes decide."""

    def __init__(self, deflate: bool) -> None:
        self._raw_allowed = deflate
        self._bits = zlib.MAX_WBITS if deflate else 16 + zlib.MAX_WBITS
        self._engine = zlib.decompressobj(wbits=self._bits)
        self._members = 1

    def feed(self, data: bytes) -> Iterator[bytes]:
        while data:
            if self._engine.eof:
                if data[:2] != b"\x1f\x8b" or self._members == _MEMBERS:
                    return  # padding after the end, as some servers send
                self._engine, self._members = zlib.decompressobj(wbits=self._bits), self._members + 1
            yield self._step(data)
            data = self._engine.unused_data if self._engine.eof else self._engine.unconsumed_tail

    def _step(self, data: bytes) -> bytes:
        try:
            out = self._engine.decompress(data, _STEP)
        except zlib.error as error:
            if not self._raw_allowed:
                raise DecodeError(str(error)) from error
            self._raw_allowed = False
            self._bits = -zlib.MAX_WBITS
            self._engine = zlib.decompressobj(wbits=self._bits)
            return self._step(data)
        self._raw_allowed = self._raw_allowed and not out  # once bytes came out, the form is known
        return out

    def whole(self) -> bool:
        return self._engine.eof


class _Brotli:
    """br (RFC 7932)."""

    def __init__(self) -> None:
        self._engine = brotli.Decompressor()

    def feed(self, data: bytes) -> Iterator[bytes]:
        try:
            while not self._engine.is_finished():
                out = self._engine.process(data, output_buffer_limit=_STEP)
                yield out
                data = b""
                if not out and self._engine.can_accept_more_data():
                    return
        except brotli.error as error:
            raise DecodeError(str(error)) from error

    def whole(self) -> bool:
        return bool(self._engine.is_finished())


class _Zstd:
    """zstd (RFC 8878)."""

    def __init__(self) -> None:
        # RFC 9659: a server may use a window of 2**23 bytes (8 MB) at most
        self._options: Any = {zstd.DecompressionParameter.window_log_max: 23}
        self._engine = zstd.ZstdDecompressor(options=self._options)
        self._frames = 1

    def feed(self, data: bytes) -> Iterator[bytes]:
        try:
            while data or not (self._engine.needs_input or self._engine.eof):
                if self._engine.eof:
                    if self._frames == _MEMBERS:
                        return
                    self._engine, self._frames = zstd.ZstdDecompressor(options=self._options), self._frames + 1
                yield self._engine.decompress(data, _STEP)
                data = self._engine.unused_data if self._engine.eof else b""
        except zstd.ZstdError as error:
            raise DecodeError(str(error)) from error

    def whole(self) -> bool:
        return bool(self._engine.eof)


def decoder_for(encoding: str) -> Decoder | None:
    """The decoder for a Content-Encoding; None for a plain body.

    Raises DecodeError for an encoding that was not offered, such as two layers.
    """
    encoding = encoding.strip().lower()
    if encoding in ("", "identity", "none", "utf-8"):
        return None
    if encoding in ("gzip", "x-gzip", "deflate"):
        return _Zlib(encoding == "deflate")
    if encoding == "br":
        return _Brotli()
    if encoding == "zstd":
        return _Zstd()
    raise DecodeError(f"it says it is encoded as {encoding!r}, which was not requested")


_MAGIC = ((b"\x1f\x8b\x08", "gzip"), (b"\x28\xb5\x2f\xfd", "zstd"))
_KNOWN = frozenset({"gzip", "x-gzip", "deflate", "br", "zstd"})
_PLAIN = (b"<", b"{", b"[", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
# So begins no compressed body: gzip and zstd have bytes of their own, and the others hardly begin with a whole word.
_SURELY_PLAIN = (b"<?xml", b"<rss", b"<feed", b"<rdf", b"<!doctype", b"<html", b'{"', b"\xef\xbb\xbf<")


def decoder_of(encoding: str, start: bytes) -> Decoder | None:
    """The decoder for a body whose first bytes are ``start``. The bytes count more than the header.

    A compressed file that is served without a header is decompressed. An unknown encoding ("utf-8", "binary", "none")
    is ignored where the body is plain text, and a known one where it begins as only plain text does. Raises DecodeError
    as `decoder_for` does.
    """
    names = [name for name in (part.strip().lower() for part in encoding.split(",")) if name not in ("", "identity")]
    found = next((name for magic, name in _MAGIC if start.startswith(magic)), None)
    if found and len(names) <= 1:
        return decoder_for(found)
    if len(names) == 1 and names[0] not in _KNOWN and start.lstrip().startswith(_PLAIN):
        return None
    if len(names) == 1 and start.lstrip().lower().startswith(_SURELY_PLAIN):
        return None
    return decoder_for(",".join(names))
