"""Pages that are not the article: consent walls, logins, captchas, error pages, shells with no text.

Judged on what a reader would see, the title and the extracted text. An article about cookies or a page whose
comment form carries a captcha is none of these: a flaw needs a page with little text, most of it of that kind, or a
title that says so and nothing else.
"""

from __future__ import annotations

import re
from typing import Literal

from monitor.pages.challenge import challenge_name

Flaw = Literal["consent", "login", "captcha", "error-page", "empty", "not-html"]

THIN = 1200  # characters of text; longer pages are articles whatever words they hold
CHALLENGE = 150  # characters of text a page that is marked as a challenge may have and still be nothing else
EMPTY = 40  # characters below which nothing can be judged
_MOSTLY = 0.4  # share of the text's characters in sentences of one kind

_TITLES: dict[Flaw, tuple[str, ...]] = {
    "error-page": (
        r"(?:error\s*)?(?:4\d\d|5\d\d)(?:\s*[-–:|]?\s*(?:error|page|not|forbidden|bad|internal|service|gateway)\b.*)?",
        r"(?:oops[!.,\s]*)?(?:the )?page (?:you\s.*)?(?:was |is |could )?not (?:be )?(?:found|available|exist).*",
        r"(?:the |this )?page (?:is )?unavailable.*",
        r"(?:page|file|article|content) not found.*", r"not found",
        r"(?:bad|gateway) (?:gateway|request|timeout|time-out)", r"service (?:temporarily )?unavailable.*",
        r"internal server error.*", r"(?:site )?under (?:maintenance|construction).*",
        r"access (?:denied|forbidden)(?:\W.{0,40})?", r"forbidden", r"account suspended",
        r"an? error (?:has )?occurred.*", r"(?:application )?error", r"(?:خطای?|خطا)\s*[۴4][۰0][۴4].*",
        r"صفحه(?: مورد نظر)?(?: شما)? (?:یافت|پیدا) نشد.*",
        r".*(?:الصفحة|الصفحه) (?:غير موجودة|المطلوبة غير).*", r"خطأ 404.*", r"غير موجود",
        r".*sayfa bulunamadı.*", r"hata (?:404|500).*", r".*страница не найдена.*", r"ошибка (?:404|50\d).*",
        r".*پەڕەکە نەدۆزرایەوە.*",
        r"هەڵە(?:ی)? [٤4][٠0][٤4].*",
        r"دسترسی (?:غیر\s*\u200c?مجاز|ممنوع|محدود).*",
        r"(?:وب\s*\u200c?)?سایت در (?:حال|دست) (?:به\s*\u200c?روز|بروز|تعمیر|ساخت|طراحی).*",
        r".*(?:الموقع|الصفحة) تحت الصيانة.*",
        r"seite nicht gefunden.*", r"page (?:non trouvée|introuvable).*",
    ),
    "consent": (
        r"before you continue.*",
        r"(?:your|we value your|manage (?:your )?)\s*(?:privacy|cookie|consent).{0,40}",
        r"cookie (?:consent|notice|wall|settings|preferences).*",
        r"consent(?: (?:required|page|management.*))?", r"privacy (?:settings|preferences|cent(?:er|re)).*",
    ),
    "login": (
        r"(?:please )?(?:log|sign)[\s-]?in(?: (?:to\s.*|required|page|\|.*|-.*))?",
        r"(?:member|subscriber)s? (?:log|sign)[\s-]?in.*", r"subscribe to (?:continue|read).*",
        r"ورود(?: به (?:سایت|سامانه|حساب).*| کاربران?)?", r"تسجيل الدخول.*", r"(?:giriş yap|üye girişi).*",
        r"(?:вход|авторизация|войти)(?: на сайт)?",
    ),
    "captcha": (
        r"just a moment.*", r"attention required.*",
        r"(?:security|bot|human) (?:check|verification|challenge).*",
        r"(?:captcha|are you (?:a )?(?:human|robot)).*", r"ddos[\s-](?:guard|protection).*",
        r"checking your browser.*", r"pardon our interruption.*",
        r"verify(?:ing)? (?:you are |that you are )?(?:a )?human.*", r"human verification.*",
    ),
}  # fmt: skip

_SENTENCES: dict[Flaw, tuple[str, ...]] = {
    "captcha": (
        r"verify (?:that )?you(?: are|['’]re) (?:a )?(?:human|not a (?:ro)?bot)", r"not a robot",
        r"enable javascript and cookies", r"checking (?:if the site|your browser)",
        r"complete the (?:security check|captcha)", r"unusual (?:traffic|activity) from your", r"من ربات نیستم",
        r"لست (?:روبوت|برنامج روبوت)", r"я не робот", r"robot değilim", r"کد امنیتی (?:را )?وارد",
        r"(?:ray|incident) id\b", r"you have been blocked", r"using a security service",
        r"triggered the security solution", r"blocked this request",
        r"review the security of your connection", r"(?:what can i do|the site owner) (?:to resolve|know)",
        r"what you were doing when this page came up", r"proving you are (?:a )?human",
    ),
    "login": (
        r"(?:log|sign)\s?in (?:to|or|with|below)",
        r"(?:create|register) (?:for )?(?:an?|your) (?:free )?account", r"forgot(?:ten)? (?:your )?password",
        r"(?:for|to) subscribers? only", r"subscribers?[\s-]only",
        r"subscribe (?:now )?to (?:continue|read|keep|access)", r"already a (?:subscriber|member)\?",
        r"(?:continue|keep) reading (?:this article )?(?:with|by|for)",
        r"reached your (?:\w+ )?(?:article )?limit", r"start your (?:free )?trial", r"رمز عبور",
        r"وارد (?:حساب|سایت|شوید)", r"برای (?:خواندن|مطالعه|مشاهده) (?:ادامه|متن کامل)", r"اشتراک (?:تهیه|خرید)",
        r"اشترك[^.]{0,20}(?:لمتابعة|للقراءة|لقراءة)", r"لقراءة (?:المقال|بقية)[^.]{0,20}(?:اشترك|سجل)",
        r"ثبت\s*نام کنید", r"تسجيل الدخول", r"كلمة (?:المرور|السر)",
        r"للمشتركين فقط", r"(?:üye girişi|giriş yap|şifre(?:mi|nizi))",
        r"(?:войдите|зарегистрируйтесь|введите пароль)",
    ),
    "consent": (
        r"(?:we|our (?:\d+ )?partners|this (?:web)?site|and our)\b[^.]{0,60}\b(?:use[sd]?|store|process)\b"
        r"[^.]{0,60}\b(?:cookies|personal data|information on (?:a|your) device)",
        r"(?:accept|reject|allow|manage|decline) (?:all|optional|non-essential|cookies|options|preferences)",
        r"(?:accept|manage|change) your (?:choices|consent)",
        r"cookie (?:policy|settings|preferences|notice)", r"privacy (?:policy|choices|settings)",
        r"legitimate interest", r"withdraw your consent", r"personali[sz]ed (?:ads|advertising|content)",
        r"کوکی\s*[‌]?ها", r"ملفات تعريف الارتباط", r"(?:سياسة|إعدادات) الخصوصية",
        r"çerez(?:ler)?\w* (?:politika|kullan|ayar)", r"файлы? cookie", r"cookies? (?:akzeptieren|zustimmen)",
        r"accepter (?:tous les cookies|et)", r"datenschutz(?:erklärung|einstellungen)",
    ),
    "error-page": (
        r"(?:page|article|content|address|url|resource) you (?:(?:are|were) (?:looking|trying|requesting)|requested)",
        r"(?:may|might) have been (?:moved|removed|deleted|renamed)",
        r"(?:page|content|article|link|video|story)\b[^.]{0,40}\bno longer (?:available|exists?)",
        r"page not found", r"error (?:404|50\d|4\d\d)",
        r"(?:return|go back) to (?:the )?(?:home|front|previous)", r"temporarily (?:unavailable|down)",
        r"try again (?:later|in a few)", r"(?:database|server) (?:connection )?error",
        r"not have (?:permission|access) to (?:view|access|this|see)", r"(?:nginx|apache|cloudflare)/?[\d.]*$",
        r"صفحه[^.]{0,40}(?:یافت|پیدا) نشد", r"صفحه اصلی (?:باز|برو)", r"(?:سایت|وبگاه)\b[^.]{0,20}در دست",
        r"پەڕە[^.]{0,40}نەدۆزرا", r"(?:اجازه|مجوز) دسترسی[^.]{0,40}ندارید", r"لا تملك (?:صلاحية|إذن)",
        r"الصفحة[^.]{0,40}غير موجودة", r"العودة إلى (?:الصفحة )?الرئيسية", r"sayfa\w*[^.]{0,40}bulunamad",
        r"ana sayfaya d", r"страниц\w+[^.]{0,40}не найдена", r"на главную",
    ),
}  # fmt: skip


def _compiled(table: dict[Flaw, tuple[str, ...]]) -> tuple[tuple[Flaw, re.Pattern[str]], ...]:
    """The phrases of each flaw as one pattern; a space stands for any white space."""
    return tuple(
        (flaw, re.compile("|".join(phrases).replace(" ", r"\s+"), re.IGNORECASE)) for flaw, phrases in table.items()
    )


_TITLE_RULES = _compiled(_TITLES)
_SENTENCE_RULES = _compiled(_SENTENCES)
_SENTENCE = re.compile(r"[^.!?؟。\n]+[.!?؟。]*")
_PASSWORD = re.compile(rb"<input\b[^>]{0,300}type\s*=\s*[\"']?password", re.IGNORECASE)
_MARKUP = re.compile(rb"<(?:!doctype\s+html|html|head|body|title|meta|article|main|section|div|p|h1|table|br)\b", re.I)
_FEED_ROOT = re.compile(rb"<(?:rss|feed|rdf:RDF|urlset|sitemapindex|opml|svg|Error)\b", re.IGNORECASE)
_MAGIC = (b"%PDF", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"PK\x03\x04", b"RIFF", b"\x1f\x8b", b"ID3", b"{", b"[")


def is_html(body: bytes) -> bool:
    """False for what a browser would not show as a page: PDF, pictures, JSON, feeds, plain text, nothing."""
    head = body[:65536].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if head.startswith(_MAGIC):
        return False
    head = head.replace(b"\0", b"")  # UTF-16
    page = _MARKUP.search(head)
    feed = _FEED_ROOT.search(head, 0, 2048)
    return page is not None and (feed is None or page.start() < feed.start())


def page_flaw(body: bytes, title: str, text: str) -> Flaw | None:
    """What stands where the article should, or None. ``title`` and ``text`` are what was extracted from ``body``."""
    if len(text) > THIN:
        return None
    # Marks of a challenge stand in the comment form of many a good page: a short item is believed before them.
    challenge = challenge_name(body)
    if challenge and len(text) < CHALLENGE:
        if challenge == "a consent page":
            return "consent"
        return "error-page" if challenge == "a refusal page" else "captcha"
    for flaw, rule in _TITLE_RULES:
        if _is_titled(rule, title):
            return flaw
    mostly = _kind_of_text(text)
    if mostly:
        return mostly
    if _ends_at_a_wall(text):
        return "login"
    if len(text) < EMPTY:
        return "login" if _PASSWORD.search(body) else "empty"
    return None


def _is_titled(rule: re.Pattern[str], title: str) -> bool:
    """The whole title, or the whole part of it before or after the site's name, is what the rule says."""
    parts = [title, *re.split(r"\s+[-–—|:»]\s+", title)]
    return any(rule.fullmatch(part.strip(" .!…")) for part in parts if part.strip(" .!…"))


def _ends_at_a_wall(text: str) -> bool:
    """Whether the last line asks to log in or subscribe and says little else: the opening of a paid article."""
    walls = next(rule for flaw, rule in _SENTENCE_RULES if flaw == "login")
    sentences = [found[0] for found in _SENTENCE.finditer(text.rpartition("\n")[2])]
    asking = sum(len(sentence) for sentence in sentences if walls.search(sentence))
    return asking > 0.7 * sum(map(len, sentences)) > 0


def _kind_of_text(text: str) -> Flaw | None:
    sentences = [found[0].strip() for found in _SENTENCE.finditer(text)]
    whole = sum(map(len, sentences))
    for flaw, rule in _SENTENCE_RULES:
        if whole and sum(len(s) for s in sentences if rule.search(s)) >= _MOSTLY * whole:
            return flaw
    return None


def without_furniture(text: str) -> str:
    """``text`` without the sentences of a login or consent wall: what is left of a paywalled article's opening."""
    walls = [rule for flaw, rule in _SENTENCE_RULES if flaw in ("login", "consent")]
    kept = (
        "".join(s[0] for s in _SENTENCE.finditer(line) if not any(wall.search(s[0]) for wall in walls)).strip()
        for line in text.split("\n")
    )
    return "\n".join(line for line in kept if line)
