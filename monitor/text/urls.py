"""Addresses: the form shown and fetched (`web_url`), the form that means "the same page" (`normalise_url`)."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import parse_qsl, quote, quote_plus, unquote, urljoin, urlsplit

from monitor.text.link_parameters import beside, is_no_identity
from monitor.text.twin_hosts import one_spelling

URL_LIMIT = 2048  # characters; longer ones are dropped, not cut: a cut address is another address

# A visit, which is another at each request: servlets and ASP.NET put it into the path, others into the query. "sid" is
# the number of a story elsewhere, so a value must look like a visit's.
_VISIT_IN_PATH = re.compile(r";jsessionid=[^/;?#]*|/\([A-Z]\([^()/]+\)\)(?=/)", re.IGNORECASE)
_VISIT_IN_QUERY = re.compile(
    r"(?<=[?&])(?:(?:phpsessid|jsessionid|aspsessionid\w*|sessionid|session_id|sessid|\w*csid|zenid|cfid|cftoken)=[^&#]*"
    r"|(?:sid|s|session)=(?:(?=[a-z]*\d)(?=\d*[a-z])[0-9a-z]{26,}|(?=[0-9a-z]{12,25}(?:[&#]|\Z))[a-z]*(?:\d+[a-z]+){3,}\d*)"
    r"(?=[&#]|\Z))(?:&|\Z)",
    re.IGNORECASE,
)
# What nearly every link looks like: absolute, ASCII, nothing to resolve or mend; without a query also on a host of an
# inner network.
_PLAIN = re.compile(
    r"https?://(?:(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}/[!#-;=?-\[\]_a-z~]*"
    r"|[A-Za-z0-9.-]+(?::[0-9]{1,4})?/[!$-:=@-\[\]_a-z~]*)\Z"
)
# Host, port, path and query where they can be seen at a glance, a quarter of the work of `urlsplit`.
_SIMPLE = re.compile(r"https?://([A-Za-z0-9.-]+)(?::([0-9]{1,4}))?(/[!\"$->@-~]*)?(?:\?([!\"$-~]*))?\Z")
# Not the joiners 200C and 200D: Persian addresses are spelled with them.
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_NAME = re.compile(r"[A-Za-z0-9._-]+")
_JOINER = re.compile(r"[\u200c\u200d]")
# A login. A password with a slash, "?" or "#" that was not encoded ends no host: what follows the colon is no port.
_LOGIN = re.compile(r"(?<=//)(?:[^/?#]*@|[^/?#@:\[]*:(?!\d{0,5}(?:[/?#]|\Z)).*@)", re.DOTALL)
_INNER_SPACE = re.compile(r"\s")
_NO_SCHEME = re.compile(r"www\.[\w-]+\.[\w.-]*\w(?:[:/?#]|\Z)", re.IGNORECASE)  # a host where an address was meant
_MOBILE_HOST = re.compile(r"(?:(?:www\d?|m|mobile|amp)\.)+(?=[^.]+\.)")
_AMP_PATH = re.compile(r"/amp(?:/|\.html?)?$|\.amp(?=\.html?$)|\.amp$", re.IGNORECASE)
_AMP_FOLDER = re.compile(r"^((?:/[a-z]{2})?)/amp(?=/.)", re.IGNORECASE)  # "/fa/amp/news/1"
# Of an article: of what has a number or several words for its last name, and is no year.
_PRINT_PATH = re.compile(
    r"(?<=/)(?!(?:19|20)\d\d/)([^/]*(?:\d{3}|[^/-]-[^/-]+-[^/-])[^/]*)/print(?:er|able)?$", re.IGNORECASE
)
_INDEX_PAGE = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?)$")
_SLASHES = re.compile(r"/{2,}")
# Pages that only lead on: their path and the parameter that has the target. Google's host is of the reader's country.
_LEADING_ON = {
    "bing": ("/news/apiclick.aspx", "url"), "google": ("/url", "url q"), "facebook": ("/l.php", "u"),
    "t": ("/iv", "url"), "vk": ("/away.php", "to"), "duckduckgo": ("/l/", "uddg"), "reddit": ("/", "url"),
    "translate": ("/translate", "u"),
}  # fmt: skip
_TRANSLATED = ".translate.goog"
_KEPT = ":@!$&'()*+,;=~-._"
_SIGNS = _KEPT + "/?%"
_NOT_PLAIN = frozenset("%[]")  # without these an address in ASCII has a host in ASCII
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


def web_url(link: str, base: str = "") -> str:
    """``link`` made absolute against ``base``, if that gives a usable http(s) address, else ""."""
    if len(link) > URL_LIMIT + 100:
        return ""
    link = link.strip()
    if _PLAIN.match(link):
        return link if len(link) <= URL_LIMIT else ""
    # A space belongs to a sloppily written path; anything else invisible belongs to nobody.
    link = _INNER_SPACE.sub("%20", _INVISIBLE.sub("", link))
    if _NO_SCHEME.match(link):
        link = f"http://{link}"
    try:
        link = urljoin(base, link) if link else ""
        parts = urlsplit(link)
        host, _ = parts.hostname, parts.port  # .port raises on nonsense
    except ValueError:
        return ""
    usable = parts.scheme in ("http", "https") and host and len(link) <= URL_LIMIT
    return parts.scheme + link[len(parts.scheme) :] if usable else ""  # "HTTP://" is http, too


def unwrap_redirect(link: str) -> str:
    """The target of a link that only counts the click or translates, where the link names it."""
    if _TRANSLATED in link:
        return _translated(link)
    if "http" not in link[8:]:
        return link
    parts = urlsplit(link)
    host = (parts.hostname or "").removeprefix("www.").removeprefix("l.").removeprefix("lm.").removeprefix("out.")
    path, names = _LEADING_ON.get(host.partition(".")[0], ("", ""))
    if parts.path.lower() == path:
        for name, value in parse_qsl(parts.query):
            if name.lower() in names.split() and (target := web_url(value)):
                return target
    return link


def _translated(link: str) -> str:
    """The page that Google translates: "a-b--c.translate.goog" stands for "a.b-c"."""
    parts = urlsplit(link)
    name, ending, rest = (parts.hostname or "").partition(_TRANSLATED)
    if not ending or rest:
        return link
    host = name.replace("--", "\0").replace("-", ".").replace("\0", "-")
    query = "&".join(each for each in parts.query.split("&") if not each.startswith("_x_tr_"))
    return web_url(parts._replace(netloc=host, query=query).geturl()) or link


def without_password(url: str) -> str:
    """``url`` with any user name and password taken out, for logs and errors."""
    return _LOGIN.sub("", url) if "@" in url else url


@lru_cache(maxsize=8192)
def normalise_url(url: str) -> str:
    """The identity of a page: equal for addresses that lead a reader to the same article.

    Equal are http and https, www., mobile and AMP hosts and paths, default ports, fragments (but not "#!/..."
    routes), tracking parameters, the order of parameters, trailing slashes, percent-encoding of the same
    bytes and IDNA forms of a host. The result is for comparing only and need not be an address that answers.
    Anything that is no http(s) address is returned as it stands.
    """
    parts = _parts(url)
    if parts is None:
        return url
    host, port, path, query, fragment = parts
    host, path, query = one_spelling(*_from_amp_cache(_ascii_host(host), path), query)
    if port is not None and port not in (80, 443):
        host = f"{host}:{port}"
    route = f"#{fragment}" if fragment.startswith("!") else ""
    query = _query(query)
    return f"//{host}{_path(path)}{'?' + query if query else ''}{route}"


def _parts(url: str) -> tuple[str, int | None, str, str, str] | None:
    """Host, port, path, query and fragment of an http(s) address, None for anything else."""
    if found := _SIMPLE.match(url):
        host, given_port, path, query = found.groups("")
        return host, int(given_port) if given_port else None, path, query, ""
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    return (host, port, parts.path, parts.query, parts.fragment) if parts.scheme in ("http", "https") and host else None


def without_visit(url: str) -> str:
    """``url`` without the ids that some servers give each visit. Apart from `normalise_url`, whose forms are stored."""
    if ";" not in url and "(" not in url and "?" not in url:
        return url
    return _VISIT_IN_QUERY.sub("", _VISIT_IN_PATH.sub("", url)).rstrip("?&")


def is_front_page(normalised: str) -> bool:
    """True for a site's root: it names no article, though some feeds give it as every entry's link."""
    return "/" not in normalised[2:].rstrip("/") and "?" not in normalised and "#" not in normalised


@lru_cache(maxsize=1024)
def host_of(url: str) -> str:
    """Lower-case ASCII host, "" where there is none."""
    try:
        host = urlsplit(url).hostname
    except ValueError:
        return ""
    return _ascii_host(host) if host else ""


def with_ascii_host(url: str) -> str:
    """``url`` with the letters of its host as they are asked for. Raises ValueError for what is no address.

    The HTTP library does so, too, but refuses every name with a joiner (200C), which Persian ones may hold.
    """
    if url.isascii() and _NOT_PLAIN.isdisjoint(url):
        return url
    netloc = urlsplit(url).netloc
    login, at, place = netloc.rpartition("@")
    host, colon, port = place.partition(":")
    if (host.isascii() and "%" not in host) or host.startswith("["):
        return url
    return url.replace(netloc, f"{login}{at}{_ascii_host(host)}{colon}{port}", 1)


def percent_encoded(url: str) -> str:
    """``url`` with every sign encoded that has no place in it (RFC 3986), as programs that check addresses ask for it.

    Brackets stand in an address only around the figures of its host; browsers send them elsewhere, too.
    """
    start, slashes, rest = with_ascii_host(url).partition("://")
    host, rest = re.split(r"(?=[/?#])|\Z", rest, maxsplit=1)
    body, mark, fragment = rest.partition("#")
    body, fragment = (_LONE_PERCENT.sub("%25", quote(each, safe=_SIGNS)) for each in (body, fragment))
    return start + slashes + quote(host, safe=_SIGNS + "[]") + body + mark + fragment


def _ascii_host(host: str) -> str:
    host = host.rstrip(".").lower()
    letters = unquote(host).lower() if "%" in host else host  # as a redirect's address has them
    return host if letters.isascii() else _international(letters) or host


def _international(host: str) -> str:
    """The ASCII form of a name with other letters, "" where it has none."""
    import idna  # noqa: PLC0415 - 40 ms with its tables; hardly any host needs it

    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except UnicodeError:
        return _by_older_rules(host)


def _by_older_rules(host: str) -> str:
    """A name by IDNA 2003, "" where it has none: what IDNA 2008 refuses may still be in use (a name with a tatweel).

    They drop joiners, which leaves the name of somebody else.
    """
    try:
        name = "" if _JOINER.search(host) else host.encode("idna").decode("ascii")
    except UnicodeError:
        return ""
    return name if _NAME.fullmatch(name) else ""


def _from_amp_cache(host: str, path: str) -> tuple[str, str]:
    """Google's AMP cache holds the publisher's host and path inside its own: /c/s/host/path."""
    if host.endswith(".cdn.ampproject.org") or (host.endswith("google.com") and path.startswith("/amp/")):
        found = re.match(r"/(?:amp|[a-z])/(?:s/)?([^/]+\.[^/]+)(/.*)?$", path)
        if found:
            host, path = found[1].lower(), found[2] or "/"
    mobile = _MOBILE_HOST.match(host)
    return host[mobile.end() :] if mobile else host, path


def _path(path: str) -> str:
    if "%" in path or not path.isascii():
        path = "/".join(
            quote(unquote(part, errors="surrogateescape"), safe=_KEPT, errors="surrogateescape")
            for part in path.split("/")
        )
    path = _SLASHES.sub("/", path)
    if "/." in path:
        path = urljoin("//a" + path, path)[3:] or path  # without "." and ".." between slashes
    if "amp" in path.lower():
        path = _AMP_FOLDER.sub(r"\1", _AMP_PATH.sub("", path))
    path = _INDEX_PAGE.sub("/", path).rstrip("/")
    return _PRINT_PATH.sub(r"\1", path) if "/print" in path else path


def _query(query: str) -> str:
    if not query:
        return ""
    kept = []
    given = parse_qsl(query, keep_blank_values=True, errors="surrogateescape")
    # Of an address that was escaped once too often "amp;" is left.
    given = [(name.removeprefix("amp;"), value) for name, value in given]
    idle = beside(name for name, _ in given)
    for name, value in given:
        if name.lower() not in idle and not is_no_identity(name, value):
            kept.append((name, value))
    kept.sort()
    return "&".join(
        f"{quote_plus(n, errors='surrogateescape')}={quote_plus(v, errors='surrogateescape')}" for n, v in kept
    )
