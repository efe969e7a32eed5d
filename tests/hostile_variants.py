"""Feed bodies that real or evil servers send, beside the shared hostile cases; each with what must become of it.

Used for the parser alone and for the whole service (test_hostile_variants.py). All are written for the project.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from monitor.model import Entry

Check = Callable[[Entry], bool]


@dataclass(frozen=True)
class Variant:
    """A body and its outcome: the titles of its stories, or the kind of the failure.

    flawed: None where it does not matter. check: of the first entry. charset: what the HTTP header says.
    """

    body: bytes
    titles: tuple[str, ...] | None = None
    kind: str = ""
    flawed: bool | None = None
    charset: str | None = None
    check: Check | None = None


PERSIAN = "توافق دفاعی ایران و عراق در تهران امضا شد"
ARABIC = "العراق وإيران يوقعان اتفاقا دفاعيا جديدا في بغداد"
RUSSIAN = "Иран и Ирак подписали соглашение о границе"
CHINESE = "伊朗与伊拉克签署防务合作协议"
FRENCH = "L’Irak et l’Iran – accord signé à Téhéran"
TURKISH = "Irak ve İran güvenlik anlaşması imzaladı, bakanlık açıkladı"
XHTML = "http://www.w3.org/1999/xhtml"


def rss(items: str, encoding: str = "", head: str = "", declaration: str | None = None) -> str:
    named = f' encoding="{encoding}"' if encoding else ""
    start = f'<?xml version="1.0"{named}?>' if declaration is None else declaration
    return f'{start}<rss version="2.0"><channel><title>Feed</title>{head}{items}</channel></rss>'


def item(title: str = "x", inside: str = "") -> str:
    return f"<item><title>{title}</title>{inside}</item>"


def atom(inside: str, root: str = 'feed xmlns="http://www.w3.org/2005/Atom"') -> str:
    return f"<{root}><title>Feed</title><entry>{inside}</entry></feed>"


def json_feed(*items: object, version: str = "https://jsonfeed.org/version/1.1") -> str:
    return json.dumps({"version": version, "items": items})


def one(body: str | bytes, title: str = "x", **more: object) -> Variant:
    data = body.encode() if isinstance(body, str) else body
    return Variant(data, (title,), **more)  # type: ignore[arg-type]


def fails(body: str | bytes, kind: str) -> Variant:
    return Variant(body.encode() if isinstance(body, str) else body, kind=kind)


def said(text: str, encoding: str, declared: str, flawed: bool | None = False, header: str | None = None) -> Variant:
    """``text`` in ``encoding``, declared as something."""
    body = rss(item(text, f"<description>{text}</description>"), declared).encode(encoding)
    return Variant(body, (text,), flawed=flawed, charset=header)


def twice(text: str, codec: str) -> str:
    """UTF-8 taken for ``codec``, as it comes out when it is encoded again."""
    return "".join(bytes((byte,)).decode(codec, "ignore") or chr(byte) for byte in text.encode())


def linked(*urls: str) -> Check:
    return lambda entry: entry.link in urls


def dated(iso: str) -> Check:
    return lambda entry: bool(entry.published) and entry.published.isoformat()[:16] == iso  # type: ignore[union-attr]


ENCODINGS = {
    "utf-16-le without a mark": said(PERSIAN, "utf-16-le", "utf-16", True),
    "utf-16-be without a mark, white space first": one(f"\n {rss(item(PERSIAN))}".encode("utf-16-be"), PERSIAN),
    "utf-32-be without a mark": said(PERSIAN, "utf-32-be", "utf-8", True),
    "json in utf-16 without a mark": one(json_feed({"id": "1", "title": "Pact"}).encode("utf-16-le"), "Pact"),
    "utf-16 with a mark, header of latin 1": said(PERSIAN, "utf-16", "utf-16", False, "iso-8859-1"),
    "two marks": one(b"\xef\xbb\xbf\xef\xbb\xbf" + rss(item(PERSIAN)).encode(), PERSIAN, flawed=False),
    "utf-8 that says utf-16": said(PERSIAN, "utf-8", "utf-16"),
    "utf-8 that says gbk": said(PERSIAN, "utf-8", "gbk"),
    "utf-8 after a null byte": one(b"\0" + rss(item(PERSIAN)).encode(), PERSIAN),
    "windows-1256 that says latin 1": said(ARABIC, "cp1256", "iso-8859-1", True),
    "windows-1256 with a header of latin 1": said(ARABIC, "cp1256", "", True, "iso-8859-1"),
    "windows-1256 that says utf-8": said(ARABIC, "cp1256", "utf-8", True),
    "windows-1256 by another name": said(ARABIC, "cp1256", "x-cp1256"),
    "windows-1256 by an unknown name": said(ARABIC, "cp1256", "x-arabic-windows", True),
    "iso-8859-6 undeclared": said(ARABIC, "iso-8859-6", "", True),
    "iso-8859-6-i": said(ARABIC, "iso-8859-6", "ISO-8859-6-I"),
    "windows-1251 that says koi8-r": said(RUSSIAN, "cp1251", "koi8-r", True),
    "koi8-r undeclared": said(RUSSIAN, "koi8-r", "", True),
    "iso-8859-5 undeclared": said(RUSSIAN, "iso-8859-5", "", True),
    "cp866 undeclared": said(RUSSIAN, "cp866", "", True),
    "x-mac-cyrillic": said(RUSSIAN, "mac-cyrillic", "x-mac-cyrillic"),
    "x-gbk": said(CHINESE, "gbk", "x-gbk"),
    "gb18030 undeclared": said(CHINESE, "gb18030", "", True),
    "big5 by a doubled name": said("伊朗與伊拉克簽署協議", "big5", "x-x-big5"),
    "x-sjis": said("イランとイラクが協定に署名", "shift_jis", "x-sjis"),
    "iso-2022-jp": said("イランとイラクが協定に署名", "iso2022_jp", "iso-2022-jp"),
    "hz": said(CHINESE, "hz", "hz-gb-2312"),
    "windows-874": said("อิหร่านและอิรัก", "cp874", "windows-874"),
    "turkish undeclared": said(TURKISH, "cp1254", "", True),
    "turkish that says latin 1": said(TURKISH, "cp1254", "iso-8859-1", True),
    "french in windows-1252 that says ascii": said(FRENCH, "cp1252", "us-ascii"),
    "french in latin 1 that says utf-8": said(FRENCH, "cp1252", "utf-8", True),
    "utf-7": one(rss(item("+ADw-script+AD4-"), "utf-7"), "+ADw-script+AD4-", charset="utf-7"),
    "a legacy item among utf-8": Variant(
        rss(item(PERSIAN)).encode().replace(b"</channel>", item(ARABIC).encode("cp1256") + b"</channel>"),
        (PERSIAN, ARABIC), flawed=True,
    ),
    "cesu-8": one(
        rss(item(f"{PERSIAN} 😀")).encode().replace("😀".encode(), "\ud83d\ude00".encode("utf-8", "surrogatepass")),
        f"{PERSIAN} 😀", flawed=True,
    ),
    "encoded twice, by windows-1252": one(rss(item(twice(PERSIAN, "cp1252"))), PERSIAN, flawed=True),
    "encoded twice, by windows-1256": one(rss(item(twice(ARABIC, "cp1256"))), ARABIC, flawed=True),
    "encoded twice, by windows-1251": one(rss(item(twice(RUSSIAN, "cp1251"))), RUSSIAN, flawed=True),
    "ebcdic": one(rss(item("Pact signed"), "ibm037").encode("cp037"), "Pact signed"),
}  # fmt: skip

FORMS = {
    "rss 0.91 with its dtd": one(
        '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://127.0.0.1:9/rss-0.91.dtd">'
        f'<rss version="0.91"><channel>{item("Caf&eacute;")}</channel></rss>', "Café",
    ),
    "rss 0.9": one(
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://my.netscape.com/rdf/simple/0.9/">'
        f"<channel><title>F</title></channel>{item('x', '<link>https://feed.example/1</link>')}</rdf:RDF>",
        check=linked("https://feed.example/1"),
    ),
    "rss 1.0 with about alone": one(
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
        '<item rdf:about="https://feed.example/1"><title>x</title></item></rdf:RDF>',
        check=linked("https://feed.example/1"),
    ),
    "atom 0.3": one(
        atom('<title mode="escaped">&lt;b&gt;x&lt;/b&gt;</title><link rel="alternate" href="https://feed.example/1"/>'
             "<issued>2026-11-20T10:00:00Z</issued>", 'feed version="0.3" xmlns="http://purl.org/atom/ns#"'),
        check=dated("2026-11-20T10:00"),
    ),
    "atom without a namespace": one(atom('<title>x</title><link href="https://feed.example/1"/>', "feed")),
    "atom with content elsewhere": one(
        atom('<title>x</title><id>7</id><content src="https://feed.example/1"/>'),
        check=linked("https://feed.example/1"),
    ),
    "atom with other relations only": one(
        atom('<title>x</title><id>7</id><link rel="enclosure" href="/e.mp3"/><link rel="related" href="/r"/>'),
        check=linked(""),
    ),
    "rss in the namespace of xhtml": one(rss(item()).replace("<rss", f'<rss xmlns="{XHTML}"')),
    "rss in capitals": one(rss(item()).upper().replace(">X<", ">x<")),
    "rss after words of the server": one(f"Warning: mysql_connect() on line 3\n{rss(item())}", flawed=True),
    "rss after a comment": one(f"<!-- cached -->\n{rss(item())}", flawed=True),
    "rss before a script": one(f"{rss(item())}<script>alert(1)</script>", flawed=True),
    "rss in a web page": one(f"<html><body><pre>{rss(item())}</pre></body></html>", flawed=True),
    "rss without quotes": one("<rss version=2.0><channel><item><title>x</title></item></channel></rss>", flawed=True),
    "items in a wrapper": Variant(rss(f"<items>{item('x')}{item('y')}</items>").encode(), ("x", "y")),
    "bare ampersands": one(
        rss(item("x", "<link>https://feed.example/?a=1&copy=2&sect=3</link>")), flawed=True,
        check=linked("https://feed.example/?a=1&copy=2&sect=3"),
    ),
    "bare ampersands in cdata": one(
        rss(item("<![CDATA[AT&T &eacute;]]>", "<link><![CDATA[ https://feed.example/?a=1&copy=2 ]]></link>")),
        "AT&T é", check=linked("https://feed.example/?a=1&copy=2"),
    ),
    "names of characters": one(rss(item("&laquo;x&raquo;&nbsp;&zwnj;&hellip;")), "«x» \u200c…", flawed=True),
    "names that would be markup": one(rss(item("&LT;script&GT;alert(1)&LT;/script&GT; x")), "x"),
    "a name of its own": one(
        f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY co "Firm">]>{rss(item("x &co;"), declaration="")}', "x Firm"
    ),
    "prefixes never bound": one(
        rss(item("x", "<dc:creator>Ali</dc:creator><content:encoded>whole</content:encoded>")), flawed=True,
        check=lambda entry: (entry.author, entry.content) == ("Ali", "whole"),
    ),
    "null and control characters": one(rss(item("a&#0;b\x01c\x1b[31md")), "abc[31md"),
    "an element called keys": one(rss(item("x", "<keys>a</keys><items>b</items><links>c</links><get>d</get>"))),
    "a title that is HTML alone": one(rss("<item><description>&lt;p&gt;Only text.&lt;/p&gt;</description></item>"),
                                      "Only text."),
    "a title in a medium before the item's": one(
        rss('<item xmlns:m="http://search.yahoo.com/mrss/"><m:content><m:title>Photo</m:title></m:content>'
            "<title>x</title></item>")),
    "json without a version": one(json.dumps({"items": [{"id": 1, "url": "https://feed.example/1", "title": "x"}]})),
    "json with something after it": one(json_feed({"id": "1", "title": "x"}) + "<!-- cached -->", flawed=True),
    "json that ends too early": one(json_feed({"id": "1", "title": "x"}, {"id": "2", "title": "y"})[:-9], flawed=True),
    "json with stray backslashes": one(json.dumps({"articles": [{"url": "https://feed.example/1", "title": "x @y"}]})
                                       .replace("@", "\\"), "x \\y", flawed=True),
    "json with line ends in a text": one(json_feed({"id": "1", "title": "a@b"}).replace("@", "\n"), "a b"),
    "json with lone surrogates": one(
        json_feed({"id": "\ud800", "title": "x\udfff", "url": "https://feed.example/\ud800", "language": "\ud800",
                   "content_html": "<p>\udc00</p>", "authors": [{"name": "\ud83d"}]}), "x\ufffd"),
    "json with a number of five thousand digits": one(
        json_feed({"id": "@", "url": "https://feed.example/1", "title": "x"}).replace('"@"', "9" * 5000)
    ),
    "json dates in seconds": one(json_feed({"id": "1", "title": "x", "date_published": 1795168800}),
                                 check=dated("2026-11-20T10:00")),
}  # fmt: skip

NO_FEEDS = {
    "json that asks to wait": fails('{"error": {"code": 429, "message": "Too many requests"}}', "throttled"),
    "words that ask to wait": fails("Rate limit exceeded. Retry later.", "throttled"),
    "a page that names its feed": fails(
        "<html><title>News</title><link rel='alternate' type='application/rss+xml' href='/feed.xml'></html>",
        "not-a-feed"),
    "a page that sends on": fails('<html><meta http-equiv="refresh" content="0;url=/new"></html>', "not-a-feed"),
    "a parked name": fails("<html><title>feed.example is for sale</title></html>", "not-a-feed"),
    "a login": fails("<html><title>Sign in</title><input type=password></html>", "not-a-feed"),
    "a consent page": fails("<html><form action='https://consent.google.com/save'></form></html>", "blocked"),
    "imperva": fails("<html><head><script src='/_Incapsula_Resource?SWJIYLWA=1'></script></head></html>", "blocked"),
    "an error of a store": fails("<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>", "not-a-feed"),
    "soap": fails("<soap:Envelope xmlns:soap='x'><soap:Body/></soap:Envelope>", "not-a-feed"),
    "an atom service": fails("<service xmlns='http://www.w3.org/2007/app'/>", "not-a-feed"),
    "an escaped feed": fails(f"<html><pre>{rss(item()).replace('<', '&lt;')}</pre></html>", "not-a-feed"),
    "a picture": fails(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 3, "not-a-feed"),
    "marks of byte order alone": fails("\ufeff\ufeff \n".encode(), "empty"),
    "null bytes": fails(b"\0" * 100, "empty"),
}  # fmt: skip

IDENTITY = {
    "a guid that is no address": one(rss(item("x", "<guid>abc-1</guid>")), check=linked("")),
    "a guid that is an address, and no link": one(
        rss(item("x", '<guid isPermaLink="false">https://feed.example/1</guid>')), check=linked("https://feed.example/1")),
    "a guid that is a path": one(
        rss(item("x", "<guid>/news/1</guid>")), check=lambda entry: entry.link.endswith("/news/1")),
    "a link that is a script, and a guid": one(
        rss(item("x", "<link>javascript:alert(1)</link><guid>https://feed.example/1</guid>")),
        check=linked("https://feed.example/1")),
    "a link to the feed itself": one(rss(item("x", "<link>#1</link>")), check=linked("")),
    "a host for a link": one(rss(item("x", "<link>www.feed.example/1</link>")),
                             check=linked("http://www.feed.example/1")),
    "a link over two lines": one(rss(item("x", "<link>https://feed.example/\n 1</link>")),
                                 check=linked("https://feed.example/%201", "https://feed.example/1")),
    "a base that is a script": one(
        rss(item("x", "<link>a/b</link>")).replace("<rss", '<rss xml:base="javascript:1//"')),
    "a base that is a folder": one(rss(item("x", "<link>passwd</link>")).replace("<rss", '<rss xml:base="file:///etc/"'),
                                   check=linked("")),
    "one guid for all": Variant(
        rss("".join(
            item(f"Story number {i}", f"<guid>same</guid><link>https://feed.example/{i}</link>") for i in range(3)
        )).encode(), ("Story number 0", "Story number 1", "Story number 2")),
    "one link for all": Variant(
        rss("".join(item(f"Story number {i}", "<link>https://feed.example/live</link>") for i in range(3))).encode(),
        ("Story number 0", "Story number 1", "Story number 2")),
    "one story under many addresses": one(
        rss("".join(
            item("Pact signed in Tehran", f"<link>{link}</link>") for link in (
                "https://feed.example/a", "http://www.feed.example/a/", "https://feed.example/a?utm_source=rss#top",
                "https://m.feed.example/a", "https://feed.example:443/a", "https://feed.example/a/amp/",
                "HTTPS://feed.example/%61")
        )), "Pact signed in Tehran"),
}  # fmt: skip

DATES = {
    f"date {written}": one(rss(item("x", f"<pubDate>{written}</pubDate>")), check=dated(f"2026-11-20T{time}"))
    for written, time in {
        "Friday, 20-Nov-26 10:00:00 GMT": "10:00",
        "Fri, 20 Nov 2026 10:00:00": "10:00",
        "Fri,20 Nov 2026 10:00:00 +03": "07:00",
        "Fri, 20 Nov 2026 10:00:00 GMT+3": "07:00",
        "Fri, 20 Nov 2026 10:00:00 UTC+03:30": "06:30",
        "Fri, 20 Nov 2026 13:30:00 IRST": "10:00",
        "Fri, 20 Nov 2026 10:00:60 GMT": "10:00",
        "Thu, 19 Nov 2026 24:00:00 GMT": "00:00",
        "Fri, 20 Nov 2026 1:05:00 PM +0300": "10:05",
        "Fri Nov 20 2026 10:00:00 GMT+0300 (Arabian Standard Time)": "07:00",
        "2026/11/20 10:00:00": "10:00",
        "20/11/2026 10:00": "10:00",
        "20.11.2026 10:00": "10:00",
        "11/20/2026 10:00:00 AM": "10:00",
        "November 20, 2026 10:00 am": "10:00",
        "20261120T100000Z": "10:00",
        "2026-11-20T10:00:00+0330": "06:30",
        "2026-11-20T10:00:00[Asia/Tehran]": "06:30",
        "1795168800": "10:00",
        "1795168800000": "10:00",
        "/Date(1795168800000)/": "10:00",
        "۲۰۲۶/۱۱/۲۰ ۱۰:۰۰": "10:00",
        "1405/08/29 13:30": "10:00",
        "جمعه ۲۹ آبان ۱۴۰۵ - ۱۳:۳۰": "10:00",
        "Fri, 29 Aban 1405 13:30:00 +0330": "10:00",
        "الجمعة, 20 نوفمبر 2026 10:00:00 +0300": "07:00",
        "20 تشرين الثاني 2026 10:00": "10:00",
        "١٠ جمادى الآخرة ١٤٤٨": "00:00",
        "1448-06-10": "00:00",
        "Пт, 20 ноя 2026 10:00:00 +0300": "07:00",
        "Cum, 20 Kas 2026 10:00:00 +0300": "07:00",
        "ven., 20 nov. 2026 10:00:00 +0100": "09:00",
        "2026年11月20日 10:00": "10:00",
    }.items()
}
NO_DATES = {
    f"no date {written}": one(rss(item("x", f"<pubDate>{written}</pubDate>")), check=lambda entry: not entry.published)
    for written in (
        "0", "0000-00-00 00:00:00", "0001-01-01T00:00:00Z", "Wed, 30 Nov -0001 00:00:00 +0000", "25:61", "yesterday",
        "Thu, 01 Jan 1970 00:00:00 GMT", "9999-12-31", "Sat, 20 Nov 2126 10:00:00 GMT", "Fri, 32 Nov 2026 10:00:00 GMT",
        "9" * 500, "99999999999", "1405/13/45", "31/02/2026", "\u0660" * 8,
    )
}  # fmt: skip

TITLES = (
    "Pact <svg/onload=alert(1)>",
    "Pact <math><mtext><script>alert(1)</script>",
    "Pact <template><img src=x onerror=1>",
    "Pact <a href='javascript:alert(1)'>x</a>",
    "Pact {{7*7}} ${7*7} {% raw %} <%= 1 %>",
    "Pact </title><script>alert(1)</script>",
    "Pact --><script>alert(1)</script>",
    "Pact ]]]]><![CDATA[><img src=x onerror=1>",
    "Pact &lt;img src=x onerror=alert(1)&gt;",
    "Pact &amp;lt;script&amp;gt;",
    "Pact \u202eexe.tcap",
    "Pact \u2066a\u2069\u2067b",
    "Pact \x1b]0;owned\x07\x1b[2J",
    "Pact\r\nBcc: evil@feed.example",
    "Pact\u2028\u2029\u0085line",
    "=cmd|'/c calc'!A0 Pact",
    "Pact " + "a\u0301\u0302\u0303\u0304\u0305\u0306" * 50,
    "Pact " + "\u200d\u200c" * 200,
    "Pact " + "w" * 50_000,
    "P\u0430ct with a Cyrillic letter",
    "Pact \U000e0041\U000e0042 hidden",
    "Pact \ufeff\ufffe\ufdd0",
    "Pact %s %n {0} %(x)s",
)
TEXT = {
    f"title {number}: {title[:30]!a}": Variant(
        rss(item(f"<![CDATA[{title}]]>", f"<link>https://feed.example/{number}</link>")).encode()
    )
    for number, title in enumerate(TITLES)
}

DOCUMENTS = {
    "a parameter entity that makes one": one(
        f"<!DOCTYPE rss [<!ENTITY % a \"<!ENTITY b 'z'>\"> %a;]>{rss(item('x &b;'), declaration='')}", "x &b;"),
    "entities in a circle": one(
        f'<!DOCTYPE rss [<!ENTITY a "&b;"><!ENTITY b "&a;">]>{rss(item("x &a;"), declaration="")}', "x &a;"),
    "a file behind a comment": one(
        '<!DOCTYPE rss [<!-- ]> --><!ENTITY e SYSTEM "file:///etc/passwd">]>'
        f"{rss(item('x &e;'), declaration='')}", "x &e;"),
    "two document types": one(
        '<!DOCTYPE rss [<!ENTITY a "b">]><!DOCTYPE rss [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
        f"{rss(item('x &e;'), declaration='')}", "x &e;"),
    "a late document type": one(
        f"<!--{'a' * 5000}--><!DOCTYPE rss [<!ENTITY e SYSTEM 'http://127.0.0.1:9/'>]>"
        f"{rss(item('x &e;'), declaration='')}"),
    "a style sheet": one(rss(item()).replace("?><rss", '?><?xml-stylesheet href="http://127.0.0.1:9/x.xsl"?><rss')),
    "items in items": Variant(rss("<item>" * 3000 + "<title>x</title>" + "</item>" * 3000).encode(), None),
    "a hundred thousand open elements in a text": one(
        rss(item("x", f"<description>{'&lt;div&gt;' * 100_000}</description>"))),
    "fifty thousand elements of xhtml": one(
        atom(f'<title>x</title><content type="xhtml">{"<div>" * 50_000}t{"</div>" * 50_000}</content>')),
    "fifty thousand links": one(
        atom("<title>x</title>" + '<link rel="alternate" href="https://feed.example/1"/>' * 50_000)
    ),
    "a name of a megabyte": one(rss(f'<item xmlns:{"a" * 1_000_000}="y"><title>x</title></item>')),
    "sections never closed": one(rss(item()) + "<![CDATA[" * 50_000, flawed=True),
    "document types never closed": one("<!DOCTYPE " * 20_000 + rss(item(), declaration=""), flawed=True),
    "a megabyte after an ampersand": Variant(rss(item(f"&{'a' * 1_000_000}")).encode(), None),
    "a hundred thousand bare ampersands and sections": one(rss(item("x", "<b><![CDATA[&" * 50_000)), flawed=True),
}  # fmt: skip

VARIANTS: dict[str, Variant] = (
    ENCODINGS | FORMS | NO_FEEDS | IDENTITY | DATES | NO_DATES | TEXT | DOCUMENTS
)  # fmt: skip
