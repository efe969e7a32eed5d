"""Names of kinds and acts that other rooms give in English, as messages of the catalogues."""

from __future__ import annotations

from monitor.model import Kinship
from monitor.render.catalogue import note

KINDS = {
    "state": note("state media"),
    "independent": note("independent"),
    "opposition": note("opposition"),
    "wire": note("news agency"),
    "trade": note("trade press"),
    "think-tank": note("think tank"),
    "government": note("government"),
    "search": note("search result"),
    "unknown": note("kind not given"),
}
# Kinds of publishers of which none was heard (monitor/stories/provenance.py)
SILENT = (
    note("state publishers"),
    note("independent publishers"),
    note("opposition publishers"),
    note("news agencies"),
    note("trade publishers"),
    note("think-tank publishers"),
    note("government publishers"),
)
# The shipped acts, fields, and the acts that headlines tell of (config/lexicon, config/families, monitor/data)
ACTS = (
    note("agreement"),
    note("cooperation"),
    note("joint drill"),
    note("arms"),
    note("training advisers"),
    note("intelligence"),
    note("joint operation"),
    note("border security"),
    note("armed groups"),
    note("defence industry"),
    note("air defence"),
    note("counter terrorism"),
    note("support"),
    note("law enforcement"),
    note("visit"),
    note("exercise"),
    note("attack"),
    note("denial"),
    note("arrest"),
    note("resignation"),
    note("warning"),
    note("refusal"),
    note("condemnation"),
    note("threat"),
    note("demand"),
    note("offer"),
    note("plan"),
    note("clash"),
    note("extradition"),
    note("release"),
    note("sentence"),
    note("purchase"),
    note("sale"),
    note("delivery"),
    note("seizure"),
    note("withdrawal"),
    note("deployment"),
    note("disarmament"),
    note("ceasefire"),
    note("sanctions"),
    note("closure"),
    note("opening"),
    note("dismissal"),
    note("appointment"),
    note("protest"),
    note("walkout"),
    note("summons"),
    note("suspension"),
    note("killing"),
    note("expulsion"),
    note("training"),
    note("meeting"),
    note("agriculture and food"),
    note("armed conflict"),
    note("crime and justice"),
    note("defence"),
    note("diplomacy"),
    note("domestic politics"),
    note("education and culture"),
    note("energy"),
    note("environment and climate"),
    note("finance and investment"),
    note("health and medicine"),
    note("humanitarian aid and disasters"),
    note("labour"),
    note("media"),
    note("migration and visas"),
    note("mining"),
    note("nuclear matters"),
    note("pilgrimage and religion"),
    note("science and technology"),
    note("security"),
    note("sport"),
    note("tourism"),
    note("trade and commerce"),
    note("transport and transit"),
    note("water"),
)
# What sides of a contradiction say (monitor/stories/accounts.py)
SAID = (
    note("denied"),
    note("reported"),
)
# Why an article was not judged as any other (monitor/model/articles.py)
UNREAD = (
    note("not read"),
    note("read in part"),
    note("language not sure"),
)
# What stands before the day of the edition that a reader knows a story from (monitor/digest/akin.py)
KNOWN_FROM: dict[Kinship | None, str] = {
    None: note("Last in the edition of"),
    "act": note("Same people and act as in the edition of"),
    "visit": note("Same person and place as in the edition of"),
    "place": note("Same act and place as in the edition of"),
}
# Why a feed fails, by the kind of failure; the first five also where no feed can be reached (monitor/feeds/schedule.py)
FAILED = {
    "dns": note("name resolution failed"),
    "network": note("no connection could be made"),
    "refused": note("the connection was refused"),
    "timeout": note("nobody answered in time"),
    "tls": note("no secure connection could be made"),
    "address": note("its address cannot be used"),
    "blocked": note("the site refuses automatic readers"),
    "empty": note("the answer was empty"),
    "encoding": note("the answer cannot be decoded"),
    "extract": note("the answer could not be read"),
    "gone": note("the site says that it is gone for good"),
    "login": note("a login is required"),
    "no-entries": note("it lists no entries"),
    "no-worker": note("this machine had no process to read it"),
    "not-a-feed": note("what came is not a feed"),
    "not-html": note("the answer could not be read"),
    "redirects": note("it leads to other addresses without end"),
    "status": note("the server answered with an error"),
    "throttled": note("the site wants fewer requests"),
    "too-large": note("the answer is too large"),
}
# Why an address is no link (monitor/render/plain.py)
UNLINKED = (
    note("not a web address"),
    note("too long for a link"),
    note("not linked: holds a user name"),
    note("not linked: not a public address"),
)
# Why a model gave no answer that can be used (monitor/retell)
NO_ANSWER = {
    "broken": note("the answer could not be read"),
    "busy": note("the model is busy"),
    "cut": note("the answer was cut off"),
    "empty": note("the answer was empty"),
    "late": note("the model did not answer in time"),
    "refused": note("the model refused the question"),
    "unreachable": note("the model could not be reached"),
}
