"""What stands around an article when it is copied from the web as text: one table of line patterns for each reason.

Every pattern is met by a whole line, folded (lower case, one yeh, no apostrophes, hyphens as spaces), and only by
short lines: a sentence that speaks of subscribing or of an e-mail address is left alone.
"""

from __future__ import annotations

import re
from functools import lru_cache

from monitor.text.fold import fold

LINKS = "link to other pages"
LONGEST = 30  # words: a longer line is prose and never furniture by its words alone

_SHARE = r"""
(click to (share|email|print|tweet).*|.*opens in (a )?new window.*|like (this|loading)\W*|think your friends .*
|.*share this (story|article|post|page)\W*|share( on| via| this| with)?\b.{0,40}
|tweet( this)?|retweet
|(email|print|save|copy)( this| link| article| page)?|follow us.*|like us on.*|join (our|us on|the) .{0,60}(list
|channel
|group|telegram|whatsapp|newsletter|community)\b.*|join the \S+ mailing list|subscribe.{0,80}|sign (up|in)\b.{0,80}
|log ?in|register( now)?|.{0,40}newsletter.{0,40}|get the latest .*|download (our|the) app.*
|.{0,60}make a .{0,20}donation.*
|(donate|support (us|our)|become a (member|patron))\b.{0,80}|advertisement|advertise .*|sponsored( content)?|ad
|facebook|twitter|x|telegram|whatsapp|linkedin|instagram|youtube|reddit|pinterest|viber|copy link
|اشتراک( |$).{0,40}|به اشتراک .*|.{0,30}کانال تلگرام.*|عضویت در .*|ارسال به دوستان|نسخه چاپی|چاپ|کپی لینک
|لینک کوتاه.*
|شارک.{0,40}|مشارکه|طباعه|تابعونا.*|تابعنا.*|اشترک .{0,60}|انسخ الرابط|ارسل لصدیق|للاشتراک .*
|paylas.{0,30}|abone ol.*|bizi takip .*|bultene .*|yazdir|partager.{0,30}|imprimer|suivez nous.*|abonnez vous.*
|compartir.{0,30}|siguenos.*|suscribete.*|imprimir|teilen|drucken|folgen sie uns.*|newsletter abonnieren.*
|поделиться.{0,30}|подписывайтесь.*|подписаться.*|распечатать|версия для печати|читаите нас .*)
"""
_MORE = r"""
(this entry was (posted|filed|tagged).*|.*bookmark the permalink.*|(read|see|learn|watch|view|show|load) (more|full
|also|all|next)\b.{0,60}|(continue|keep) reading.*|more (on|from
|about) .{0,60}
|also read.{0,90}|related( (news|articles?|stories|posts|topics|links|content|items))?\W*|you (may
|might) (also )?(like|be interested).*
|recommended( for you)?|most (read|popular|viewed|commented).*|latest news|trending( now)?|top stories
|editors picks?
|(previous|next)( (article|post|story|page|topic|thread))?( .{0,90})?|tags?\W.*|tags|topics|categor(y|ies)\W.*
|filed under.*|labels?:.*
|keywords?\W.*|back to top|top|go to top|source:? .{0,60}|(photo|image|picture|video)s?( credit)?: .{0,80}
|file photo.{0,60}|photo by .{0,60}
|بیشتر بخوانید.*|ادامه مطلب.*|مطالب مرتبط.*|اخبار مرتبط.*|مطالب پیشنهادی.*|برچسب.{0,80}|کلیدواژه.*|پربازدید.*
|پربیننده.*|انتهای پیام.*
|آخرین اخبار|اخرین اخبار|کد (خبر|مطلب).{0,30}|اقرا ایضا.*|اقرا المزید.*|المزید.{0,40}|مواضیع ذات صله.*
|مقالات ذات صله.*
|اخبار ذات صله.*|کلمات مفتاحیه.*|الاکثر قراءه.*|الاکثر قراه.*|الوسوم.*|وسوم.*|انتهی.{0,12}
|ilgili haberler.*|devamini oku.*|etiketler.*|lire aussi.*|lire la suite.*|a lire .*|leer (mas|tambien).*
|mehr zum thema.*|lesen sie auch.*
|читаите также.*|по теме.*|теги.*|подробнее.*|далее)
"""
_COMMENT_HEAD = r"""
((leave|post|write|add|submit) (a |your )?(reply|comment|response)s?\b.{0,40}|(your )?comments?( \(?\d+\)?| section
| are closed.*)?\W*
|\d+ (comments?|replies|responses)( on .*)?|no comments?( yet)?|cancel reply|join the (conversation|discussion).*
|be the first to .*
|your (name|e mail|email)( address)?\W*.{0,20}|your e ?mail address will not be published.*|required fields .*
|نظر (شما|بدهید|دهید).{0,40}|نظرات( کاربران| شما)?.{0,20}|ارسال نظر.*|دیدگاه.{0,50}|دیدگاهتان را .*|ثبت نظر.*
|افزودن نظر.*|نشانی ایمیل شما.*
|اترک (تعلیق|رد).*|اضف (تعلیق|رد).{0,30}|التعلیقات.{0,20}|تعلیقات.{0,20}|اکتب تعلیق.*|لن یتم نشر .*|شارک برایک.*
|علق .{0,20}
|(bir )?(yanit|yorum) (yaz|yap|birak|gonder|ekle).{0,20}|yorumlar.{0,20}|e posta (adresiniz|hesabiniz) .*
|gerekli alanlar .*
|(laisser|laissez|ajouter|ecrire) un commentaire.*|commentaires?.{0,12}|votre adresse e? ?mail ne sera pas .*
|(deja|dejar|escribe|agregar) (un|una)( |tu )?(comentario|respuesta).*|comentarios?.{0,12}|tu direccion de correo .*
|(schreibe?n?|hinterlass\w*) (sie )?(einen|eine) (kommentar|antwort).*|kommentare?.{0,12}|deine e mail .*
|(добавить|оставить|написать) (комментарии|отзыв|ответ).*|комментари[иеяв]+.{0,15}|ваш (адрес )?e mail .*
|lascia un commento.*|deixe (um|uma) (comentario|resposta).*|(tinggalkan|beri) (balasan|komentar).*|發表.*|发表评论.*
|コメントを残す.*)
"""
_NOTICE = r"""
(.*\b(is|are) not responsible for the content.*|.*(views?|opinions?) expressed .*(author|not necessarily).*
|.*do(es)? not (necessarily )?reflect .*(view|opinion|polic|position).*
|.*all rights reserved.*|(©|\(c\)|copyright)\W.*|terms (of (use|service)|and conditions).{0,40}
|privacy policy.{0,40}|cookie.{0,80}
|we use cookies.*|.*(accept|use of) (all )?cookies.*|about us|contact( us)?|sitemap|powered by .*|this (article
|story|content|post) (was|is|has been) (originally|first|re ?published|produced|edited) .*
|.*کلیه حقوق.*|.*تمامی حقوق.*|.*تمام حقوق.*|استفاده از مطالب .*|.*حقوق .{0,20}محفوظ.*|.*جمیع الحقوق.*|.*لا (تعبر
|یعبر) .*(رای|وجهه).*|.*الاراء الوارده.*
|.*tum haklari.*|.*tous droits reserves.*|.*todos los derechos.*|.*alle rechte vorbehalten.*|.*все права защищены.*
|.*мнение (автора|редакции).{0,80})
"""
_FORM = r"""
((your )?(name|e ?mail( address)?|website|message|comment|captcha|subject)\W{0,3}|(submit|send|reply|cancel|search
|menu|home|close|skip to (main )?content)\W*
|save my name.*|notify me of.*|enter the (code|text|characters).*|security code\W*.{0,20}|im not a robot
|\*? ?(required|mandatory)( fields?)?
|نام( و نام خانوادگی)?( شما)?\W*|(ایمیل|رایانامه|پست الکترونیک|وب سایت|متن|متن نظر|کد امنیتی|کد مقابل.*|ارسال|جستجو
|جستوجو|خانه|صفحه نخست)( شما)?\W*
|(الاسم|البرید الالکترونی|الموقع( الالکترونی)?|التعلیق|ارسال|ارسل|بحث|الرییسیه)\W*
|(adiniz|isim|ad|e posta|internet sitesi|yorum|gonder|ara|anasayfa)\W*|(nom|courriel|site web|envoyer|rechercher
|accueil)\W*
|(nombre|correo( electronico)?|enviar|buscar|inicio)\W*|(имя|почта|саит|отправить|поиск|главная)\W*)
"""
_FORUM_LABEL = r"""
((joined|join date|registered|member since|messages?|posts?|threads?|reactions?( score)?|likes( received)?|thanks
|reputation|rep power|points|trophy points
|country|location|gender|age|status|offline|online|last seen|thanked .*|karma|awards?
|تاریخ عضویت|عضو شده|ارسال ?ها|نوشته ?ها|محل سکونت|سپاس.{0,10}|امتیاز|تاریخ التسجیل|المشارکات|مشارکات|الموقع|البلد
|الدوله|النقاط|الجنس
|kayit|katilim|mesaj(lar)?|konum|tepki( puani)?|begeni(ler)?|сообщени[ияе]+|регистрация|зарегистрирован|откуда
|репутация|inscrit|mensajes|beitrage)(\s*:.{0,40})?)
"""
_POST_HEAD = r"(re: .*|(post )?#\d+|by .{2,40} » .*|reply to .{2,40})"
_SAID = "wrote|said|a écrit|schrieb|написала?|نوشته?|گفته|کتب|yazdı"
_QUOTED = re.compile(rf".{{2,40}} ({_SAID})( on .{{3,30}})?\s?:", re.IGNORECASE)
_ADDRESS = r"(https?:|www\.)\S+|\S+@\S+\.\w+"
_CRUMBS = r".{1,40}( (>|»|›|/|\|) .{1,60}){1,6}"
_LABEL = r"""
(story|news|article|document|post|page|item)? ?(code|id|no|number|ref|views?|hits|visits?|read(ing)? time
|تعداد بازدید|کد)\W.{0,24}|\d+ (views?|shares?|min(ute)?s? read|likes?)
"""

_TABLES = (
    ("share or subscribe prompt", _SHARE),
    ("comment form", _COMMENT_HEAD),
    (LINKS, _MORE),
    ("notice of the site", _NOTICE),
    ("form field or menu", _FORM),
    ("address", _ADDRESS),
    ("number of the page", _LABEL),
    ("trail of sections", _CRUMBS),
)


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern.replace("\n", ""))


_PATTERNS = tuple((reason, _compiled(pattern)) for reason, pattern in _TABLES)
_COMMENTS = _compiled(_COMMENT_HEAD)
_LABELS = _compiled(_FORUM_LABEL)
_POSTS = _compiled(_POST_HEAD)


@lru_cache(maxsize=1024)
def _short(line: str) -> str:
    """The folded line, or "" where it is too long to be furniture."""
    if len(line) > 400:
        return ""
    folded = fold(line).strip(" .:*-–•·|\"'")
    return folded if len(folded.split()) <= LONGEST else ""


def _asks(line: str) -> bool:
    """A question of some length is an interview's, not a form's."""
    return line.endswith(("?", "؟")) and len(line.split()) > 5


def furniture(line: str) -> str | None:
    """Why ``line`` is no part of an article by its words alone, or None."""
    folded = "" if _asks(line) else _short(line)
    if not folded:
        return None if line.strip(" .:*-–—_=#•·|\"'") else "rule"
    return next((reason for reason, pattern in _PATTERNS if pattern.fullmatch(folded)), None)


def opens_comments(line: str) -> bool:
    """Whether readers' comments, or the form to write one, begin here."""
    return not _asks(line) and bool(_COMMENTS.fullmatch(_short(line)))


def is_forum_label(line: str) -> bool:
    """Whether this is a label of a forum user's block: joined, messages, location."""
    return bool(_LABELS.fullmatch(_short(line)))


def opens_post(line: str) -> bool:
    """Whether another user's post begins here."""
    return bool(_POSTS.fullmatch(_short(line)) or _QUOTED.fullmatch(line))
