# ruff: noqa: E501  (lines of running text)
"""Articles and the clutter of sites around them, written for these tests."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from monitor.topic.records import SeedArticle
from monitor.topic.seed_places import find_sources
from monitor.topic.seed_sources import read_sources
from tests.newsroom import Newsroom, hours_ago

BLOG = """\
Skip to content
Harbour Notes
Home » Ports » Labour
Dockers vote to strike at three northern ports
March 4, 2024 by Tom Reed
Share on Facebook
Tweet
Dock workers at three northern ports voted on Monday to walk out for ten days from next week, their union said.
The ballot followed the collapse of pay talks with the terminal operators, who had offered a rise of four per cent over two years.
Union secretary Maria Lund said the offer "does not even cover the rent". She told members at a rally that the strike would go ahead unless a better one came by Friday.
Shipping lines have begun to send container vessels to other harbours, and importers expect delays of up to two weeks.
Tags: ports, strikes, pay
Related posts
Ferry crews reach a deal
3 Comments
Anna says: About time too, they have not had a proper rise for years and everybody knows it very well.
Leave a Reply
Your email address will not be published. Required fields are marked *
"""
BLOG_TEXT = "\n".join(BLOG.split("\n")[7:11])

FORUM = """\
Grain corridor talks resume - Trade Talk Forum
seawolf
Senior Member
Join Date: May 2012
Location: Odesa
Posts: 2,114
Likes: 90
Negotiators from four countries met again on Tuesday to extend the grain corridor before it runs out at the end of the month.
Ships have carried nine million tonnes of wheat and maize through the corridor since the summer, according to the port authority.
Insurers are asking for longer guarantees, because a voyage takes weeks and premiums rise with every week of doubt.
seawolf
Grain corridor talks resume - Trade Talk Forum
kestrel
Member
Join Date: Jan 2019
Location: Leeds
Posts: 17
Likes: 2
I do not believe a word of it, the corridor will be closed by Christmas and nobody will say a thing.
Back to top
"""
FORUM_TEXT = "\n".join(FORUM.split("\n")[7:10])

PERSIAN = """\
صفحه نخست
سیاسی
کد خبر: ۱۲۳۴۵۶
۱۴۰۲/۰۵/۱۲ - ۱۰:۳۰
بندر تازه ساحلی تا پایان سال راه‌اندازی می‌شود
مدیرکل بنادر استان روز چهارشنبه اعلام کرد که بندر تازه ساحلی تا پایان سال راه‌اندازی می‌شود و ظرفیت تخلیه کالا را دو برابر می‌کند.
وی در گفت‌وگو با خبرنگاران افزود که ساخت دو اسکله به پایان رسیده و نصب جرثقیل‌ها از هفته آینده آغاز خواهد شد.
به گفته او با بهره‌برداری از این بندر، صف کشتی‌های حامل گندم در آب‌های جنوب کوتاه‌تر می‌شود و هزینه حمل و نقل کاهش می‌یابد.
انتهای پیام
برچسب‌ها: بندر، کشتی
بیشتر بخوانید: صادرات گندم
نظر شما
نام
ایمیل
متن نظر
ارسال
"""
PERSIAN_TITLE = PERSIAN.split("\n")[4]
PERSIAN_TEXT = "\n".join(PERSIAN.split("\n")[5:8])

ARABIC = """\
الرئيسية > اقتصاد
شارك على فيسبوك
ميناء جديد يدخل الخدمة قبل نهاية العام
أعلن مدير الموانئ يوم الأربعاء أن الميناء الجديد سيدخل الخدمة قبل نهاية العام وأن طاقة التفريغ ستتضاعف بعد اكتمال الأرصفة.
وأضاف للصحفيين أن بناء رصيفين قد انتهى، وأن تركيب الرافعات سيبدأ الأسبوع المقبل بإشراف شركة متخصصة في معدات الموانئ.
وبحسب المسؤول فإن تشغيل الميناء سيقلص انتظار السفن التي تحمل القمح ويخفض كلفة النقل على المستوردين والتجار.
اقرأ أيضا: ارتفاع أسعار القمح
الكلمات المفتاحية: ميناء، سفن
اترك تعليقا
لن يتم نشر عنوان بريدك الإلكتروني
جميع الحقوق محفوظة
"""
ARABIC_TEXT = "\n".join(ARABIC.split("\n")[3:6])

MAIL = """\
From: Ines Duarte <ines@example.org>
To: ports-list@example.org
Subject: Grain ships wait off the strait
Date: Tue, 05 Mar 2024 09:12:00 +0000

More than sixty ships loaded with grain are waiting off the strait for
inspection, the coordination centre said on Monday, twice as many as a
month ago.

Inspectors clear about five vessels a day. The centre has asked the four
parties to the agreement for more teams, and for night shifts during the
busiest weeks.

> Does anyone know how long the queue was in January?
> I could not find any figures.

--
Ines Duarte, port correspondent
_______________________________________________
ports-list mailing list
To unsubscribe visit https://lists.example.org/ports
"""
MAIL_TEXT = """\
More than sixty ships loaded with grain are waiting off the strait for inspection, the coordination centre said on \
Monday, twice as many as a month ago.
Inspectors clear about five vessels a day. The centre has asked the four parties to the agreement for more teams, and \
for night shifts during the busiest weeks."""

WORDPRESS = """\
Menu
Search for:
Harbour Watch
Border guards hold joint exercise at the river crossing
Posted on March 13, 2023 by admin
Border guards of both countries held a joint exercise near the river crossing on Monday, their commanders said.

What happened

Some 400 troops took part, practising searches for smugglers and the evacuation of wounded men by helicopter.

What comes next

The commanders agreed to repeat the exercise twice a year and to open a liaison office in June.

Share this:
Click to share on Twitter (Opens in new window)
Like Loading...
Related
A new consulate opens
February 2, 2023
This entry was posted in News and tagged border, river, guards, exercises. Bookmark the permalink.
Post navigation
← Older post
Leave a comment
Proudly powered by WordPress
"""
WORDPRESS_TEXT = "\n".join(WORDPRESS.split("\n")[5:14:2])

TURKISH = """\
Anasayfa
Gündem
Son Dakika: İki ülke sınır güvenliği için masaya oturdu
12 Mart 2023 14:05
Facebook'ta paylaş
İki ülkenin savunma bakanları sınır güvenliğini görüşmek için pazar günü başkentte bir araya geldi.
Taraflar ortak devriye ve istihbarat paylaşımı için bir komite kurulmasına karar verdi. Komite ilk toplantısını gelecek ay yapacak.
Bakanlık açıklamasında, görüşmenin "olumlu bir havada" geçtiği belirtildi ve tarafların teması sürdüreceği kaydedildi.
İLGİLİ HABERLER
Limanda yangın çıktı
Yorum Yap
Henüz yorum yapılmamış. İlk yorumu yapan siz olun.
"""
TURKISH_TEXT = "\n".join(TURKISH.split("\n")[5:8])

STRIKES = (
    (
        "Dockers vote to strike",
        "Dock workers at the port of Antwerp voted for a strike on Monday after pay talks with terminal operators broke down. The European Dockers Union said container terminals would stand still for two days. Union leader Piet Maes called the offer an insult. Shipping lines began to divert container ships to Rotterdam.",
    ),
    (
        "Container ships wait as strike begins",
        "A dock workers strike closed the container terminals of Hamburg on Tuesday. The European Dockers Union wants higher pay and fewer night shifts. Piet Maes said the terminal operators had not moved in the pay talks. Forty container ships were at anchor off Hamburg by evening.",
    ),
    (
        "Terminal operators make new pay offer",
        "Terminal operators at Rotterdam made a new pay offer to dock workers on Wednesday to avert a port strike. The European Dockers Union will put it to the vote. Shipping lines say a strike would cost them millions a day in diverted container ships.",
    ),
    (
        "Strike spreads to southern ports",
        "The dock workers strike spread to Genoa and Marseille on Thursday, closing more container terminals. Importers warned of empty shelves. Piet Maes of the European Dockers Union said pay talks could resume if terminal operators dropped their demand for night shifts.",
    ),
    (
        "Dock workers return after pay deal",
        "Dock workers went back to work at Antwerp and Hamburg after a pay deal ended the port strike. Terminal operators agreed to a rise of seven per cent. The European Dockers Union called it a victory; shipping lines expect the queue of container ships to clear within a week.",
    ),
)


def read_seeds(*places: Path) -> tuple[SeedArticle, ...]:
    return read_sources(find_sources(places, (), Path("nowhere"))).articles


def watch_on_strikes(
    newsroom: Newsroom,
    configure: Callable[..., Path],
    base: Path,
    reports: Iterable[tuple[str, str, float]],
    more: str = "",
) -> Path:
    """A configuration whose one watch has `STRIKES` as seeds, and one feed of reports: title, text, age in hours.

    more: lines of the watch file.
    """
    seeds = base / "seeds"
    seeds.mkdir()
    for number, (title, text) in enumerate(STRIKES):
        (seeds / f"{number}.txt").write_text(f"{title}\n\n{text}\n", encoding="utf-8")
    items = [
        (title, newsroom.article(f"/{number}.html", title, [text]), hours_ago(hours))
        for number, (title, text, hours) in enumerate(reports)
    ]
    folder = configure(newsroom.feed("/feed.xml", items))
    (folder / "watches" / "iran-iraq-defense.yaml").unlink()
    (folder / "watches" / "ports.yaml").write_text(f"name: Port strikes\nseeds: {seeds}\n{more}")
    return folder
