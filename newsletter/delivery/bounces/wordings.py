"""How servers put it, in the languages we have seen: the classifier's words. `table.py` says what each means.

Each list is one pattern. The texts are in small letters with single spaces, straight apostrophes, and without
addresses and host names, so that a server called `spam.example` says nothing.
"""

from __future__ import annotations

import re


def any_of(*phrases: str) -> re.Pattern[str]:
    """One pattern for all of them."""
    return re.compile("|".join(f"(?:{phrase})" for phrase in phrases))


_BOX = (
    r"(?:mail ?-?box|mailboks\w*|mail ?folder|mail ?drop|mail ?store|message store|inbox|account|konto|postfach"
    r"|post(?:boks|kass|låd)\w*|postlåda|indbakke\w*|innboks\w*|inkorg\w*|brevlåd\w*|boîte|buzón|casella|caixa"
    r"|mailbox'en)"
)
_WHO = (
    r"(?:user(?: ?name| ?id)?|mail ?-?box|recipient(?:'s)?(?: name)?|account|address(?:ee)?|adress|alias|local[ -]?part"
    r"|mail ?drop|e-?mail|destination|customer|subscriber|member|person|rcpt|mailing list|distribution list|inbox)"
)
_NOT_THERE = (
    r"(?:unknown|not (?:been |be )?found|do(?:es)? ?(?:not|n'?t) (?:currently )?exists?|not exist\w*|did not exist"
    r"|no longer exists?"
    r"|non-?exist[ea]nt|invalid|not (?:currently )?(?:an? )?(?:valid|known|recogni[sz]ed|registered|listed|here|local)"
    r"|no longer (?:valid|available|active|in use|used|on (?:this|our)|here|monitored|accepts?|receiv\w+)"
    r"|not on (?:this|our) (?:server|system)|not an? (?:valid|active|existing)|isn'?t (?:valid|known|registered)"
    r"|is wrong|wrong or no longer|not defined|undefined|unrecogni[sz]ed|not handled here|not hosted here|was deleted"
    r"|has been (?:deleted|removed|closed|terminated|discontinued)|unroutable|not found)"
)

FULL = any_of(
    _BOX + r"[^.;]{0,60}\b(?:is |are |too |over|was )?(?:full|voll|fuld|fullt?|fyldt|overfilled|over ?quota|plein\w*"
    r"|satur[ée]\w*|llen[oa]|pien[ao]|chei[ao]|overfyldt)\b",
    _BOX + r"[^.;]{0,60}\b(?:exceed(?:ed|s|ing)?|has reached|reached|over)\b[^.;]{0,40}\b(?:quota|limit|space|storage"
    r"|allowed size|allocated|maximum size|mailbox size|capacity)",
    r"over (?:the |its |their |disk |his |mail(?:box)? )*quota|over-?quota|overquota|quota full|out of (?:disk )?quota",
    r"quota (?:has been |is |was )?(?:violation|exceeded|exhausted|full|reached|overflow|limit|over)|exceeds? quota",
    r"exceed\w*[^.;]{0,40}\b(?:disk|mail|mail ?box|storage|space|user|user's|their|his|its|the|allocated"
    r"|email) (?:\w+ )?quota",
    r"disk ?quota|exdiskquota|quota(?:exceeded| exceeded)|mailquotaexceeded|quotaexceeded|overquotatemp|overquotaperm",
    r"mail ?box (?:is )?(?:full|quota)|full mail ?box|mailbox size limit|mail ?box space|storage (?:quota|limit)",
    r"(?:have|has) (?:not )?enough space|mail file size exceeds|space has been used up|too much mail data"
    r"|(?:the )?allowed quota",
    r"exceeded (?:the |its |his |their )?quota|(?:mailbox|quota|storage) usage exceeded|exhausted (?:the |its "
    r"|their )?(?:allowed |storage |disk )+|speichervolumen|out of (?:storage|disk"
    r"|mailbox) ?space|not enough (?:storage|disk|free|mailbox)? ?(?:space|room)",
    r"insufficient (?:mailbox |disk )?(?:storage space|quota|disk space)",
    r"too much mail stored|too many messages (?:on|in) (?:the|his|her|their) |no space left|recipient storage full",
    r"exceeded (?:its |the |their )?(?:storage|mailbox|space) (?:allocation|limit|quota|capacity)",
    r"kvoten? (?:er |är )?(?:overskredet|nået|nådd|brugt op|överskriden|opbrugt|oversteget)|speicherplatz|kontingent"
    r"|kvota (?:er )?overskredet|plads(?:en)? .{0,20}(?:opbrugt|brugt op)|(?:ikke|inte) (?:mere|mer) plads",
    r"邮箱(?:已满|空间)|容量满|メールボックス.{0,12}(?:一杯|いっぱい|容量)|容量.{0,6}超|переполнен|квот",
)
RATE = any_of(
    r"receiving (?:e?-?mail|messages) (?:at a rate|too quickly)|mail at a rate|too many (?:messages|mails) too",
    r"too many (?:simultaneous |concurrent )?(?:connections|sessions|recipients received|messages from|requests)",
    r"rate[- ]?limit\w*|throttl\w+|recipient thread limit|message rate|too fast|concurrent (?:smtp )?(?:conn|limit)",
)
GREYLISTED = any_of(r"gr[ea]y-?list\w*|try again in \d+ (?:seconds|minutes)")
REFUSED_BY_THEM = any_of(
    r"only accepts? (?:mail|e-?mail|messages?) from|accepts? (?:mail|e-?mail|messages?) only from"
    r"|resolver\.rst\.(?!\w*size)\w+",
    r"(?:not|isn't|aren't) accept(?:ing)? (?:any )?(?:mail|e-?mail|messages?) from|restricted to (?:members"
    r"|senders|intern)",
    r"(?:permission|permitted|authori[sz]ed|allowed|rights?|tilladelse) (?:is )?(?:required )?(?:to"
    r"|til at) (?:send|post|sende)"
    r"[^.;]{0,30}(?:this|the|that|denne|to) ?(?:recipient|group|address|list|mailbox|user|modtager|gruppe|@)?",
    r"sender(?: is|'s address is)? not (?:on|in|allowed by) (?:the|their|his|this) |sendernotauth\w+|authrequired",
    r"(?:allowed|accepted|safe|approved) (?:senders?|list)|not (?:a |an )?(?:member|subscriber|approved sender)s?\b",
    r"blocked by the (?:recipient|user)|recipient (?:has )?(?:blocked|refused) (?:you|your|the sender|mail from)",
    r"accepterer kun (?:e-?mails?|mails?|meddelelser) fra|tilladelses- eller sikkerhedsproblem"
    r"|permission or security issue",
    r"members?[- ]only|subscribers?[- ]only|moderator (?:has )?(?:rejected|denied)|rejected by (?:the )?moderator"
    r"|afvist af moderator|group (?:only|does not) accept|user (?:has )?rejected (?:your|this) (?:mail|message)",
    r"refused by (?:the )?recipient|recipient(?:'s)? (?:preferences|settings|filter)|personal(?:ly)? (?:block"
    r"|black)\w*",
)
MOVED = any_of(
    r"(?:user|mailbox|account|recipient|person|address|he|she|they) (?:has|have|is) (?:been )?(?:moved|changed"
    r"|migrated)\b"
    r"(?! to (?:junk|spam|quarantine))",
    r"has (?:a )?new (?:e-?mail )?address|(?:new|changed|ny|neue) (?:e-?mail ?-?|mail)?(?:address|adresse"
    r"|adress) (?:is|er|är|ist)",
    r"(?:no longer|not any more|not anymore) (?:an? )?(?:at|with|works?|working|employ\w+|affiliated)"
    r"|forwarding order expired",
    r"mailbox (?:owner )?has (?:changed|moved)|ændret (?:e-?mail)?adresse|ikke længere ansat|fratrådt|har forladt",
)
NO_USER = any_of(
    _WHO + r"s?\b[^.;:]{0,60}?\b(?:is |was |are |were |could |has |name |it )?" + _NOT_THERE,
    r"\b(?:unknown|invalid|non-?existent|nonexisting|bad|illegal|wrong|unrecogni[sz]ed|incorrect|undefined"
    r"|no such|no valid"
    r"|not an? valid|no)\s(?:or (?:illegal|invalid|unknown|inactive) |destination |alias:? |such |local |e-?mail "
    r"|mail |valid "
    r"|final delivery |virtual |smtp |rcpt |mailbox |recipient |to |delivery |other )*"
    r"(?:user(?:id|name)?s?|recipients?|mail ?box(?:es)?|address(?:ee|es)?|accounts?|mail ?drop|alias(?:es)?|person"
    r"|local[- ]?part|rcpt|destinataire|usuario|empf[äa]nger)\b(?! (?:listed|format error))",
    r"user unknown|unknown user|no mail ?box (?:here )?(?:by|with|for|of) |not our (?:customer|user)|there is no user",
    r"does ?(?:not|n'?t) have an? [^.;]{0,60}account|unknown address|unknown recipient|unknown to|not known (?:at"
    r"|here|to)",
    r"not listed in (?:the )?[^.;]{0,30}(?:directory|address book|name)|did ?n[o']t exactly match"
    r"|no one (?:here )?by that name",
    r"(?:address|recipient|mailbox|user|person|name|group)[^.;:]{0,70}(?:could ?n[o']t|couldn'?t|can'?t|can ?not"
    r"|was ?n[o']t"
    r"|wasn'?t|could not) (?:be )?(?:found|located|resolved)",
    r"wasn'?t found (?:at|on|in)|\brecip(?:ient)?notfound|exrecipnotfound|resolver\.adr\.(?!amb)\w+|badrecipient"
    r"|nosuchuser",
    r"no matches to nameserver query|user lookup (?:success but no )?(?:such )?(?:mailbox|user)|account not found",
    r"(?:unable to|cannot|can't|could ?n[o']t|couldn't|failed to) (?:find|locate|identify|verify)(?: the| this| a"
    r"| any)? (?:user|recipient"
    r"|mailbox|account|mail ?drop|address)",
    r"@(?:\.{3})? (?:is |was )?not found|archived recipient|can'?t accept user|not an? active|not present"
    r"|no existe|badrcptto",
    r"no ?one at this|missing home directory|recipient not ok|account unavailable|unavailable (?:mail )?user"
    r"|do(?:es|n't|nt)?"
    r" ?(?:no|not|n't)? exists|not (?:an? )?user (?:of|on|at)|not have an? (?:mail ?box|account)"
    r"|mailbox name (?:is )?not allowed",
    r"not in my validrcptto|cuda_nsu|user not (?:found|known|exist)|unrouteable address|unroutable address"
    r"|rejected: undeliverable address"
    r"|address error",
    r"no longer (?:works|employed)|addressee unknown|recipient (?:is )?(?:no longer|deceased)|mail(?:box)? not found",
    r"smtp addresslookup|by smtp address lookup|not found by smtp|550 invalid|dead address|retired"
    r"|account (?:was )?cancell?ed",
    r"(?:modtager|bruger|adresse|mail ?adresse|postkasse|konto|gruppe)\w*[^.;:]{0,60}(?:findes ikke"
    r"|blev ikke fundet|ukendt"
    r"|kunne ikke findes|eksisterer ikke|er ugyldig|ikke gyldig|ikke fundet|er ikke oprettet|nedlagt|er slettet)",
    r"(?:ukendt|ugyldig|okänd|ogiltig|ukjent) (?:e-?mail ?-?|mail|e-?post)?(?:bruger|modtager|adress|mottag"
    r"|användar|bruker)\w*",
    r"(?:mottag|användar|adress|e-?post|brevlåd|konto)\w*[^.;:]{0,60}(?:finns inte|hittades inte|okänd"
    r"|kunde inte hittas)",
    r"(?:mottaker|bruker|adresse|e-?post|postboks|konto)\w*[^.;:]{0,60}(?:finnes ikke|ble ikke funnet"
    r"|eksisterer ikke|ukjent)",
    r"(?:empf[äa]nger|benutzer|adresse|postfach|konto|teilnehmer|mailbox)\w*[^.;:]{0,60}(?:unbekannt"
    r"|existiert nicht|ung[üu]ltig"
    r"|nicht (?:gefunden|vorhanden|bekannt|existent|angelegt))|unbekannte\w? (?:empf|benutz|adress|e-?mail)"
    r"|gibt es nicht",
    r"(?:utilisateur|destinataire|adresse|compte|bo[iî]te)\w*[^.;:]{0,60}(?:inconnu|n'existe pas|introuvable"
    r"|invalide|inexistant)",
    r"(?:usuario|destinatario|direcci[óo]n|cuenta|buz[óo]n)\w*[^.;:]{0,60}(?:desconocid|no existe|no encontrad"
    r"|inv[áa]lid|no se enc)",
    r"(?:utente|destinatario|indirizzo|casella)\w*[^.;:]{0,60}(?:sconosciut|inesistente|non esiste|non trovat"
    r"|non valid)",
    r"(?:usu[áa]rio|destinat[áa]rio|endere[çc]o|conta|caixa)\w*[^.;:]{0,60}(?:desconhecid|n[ãa]o existe"
    r"|inexistente|inv[áa]lid|n[ãa]o enc)",
    r"(?:gebruiker|ontvanger|adres|postbus|account)\w*[^.;:]{0,60}(?:onbekend|bestaat niet|niet gevonden"
    r"|niet bekend|ongeldig)",
    r"(?:u[żz]ytkownik|odbiorc|adres|konto|skrzynk)\w*[^.;:]{0,60}(?:nie istnieje|nieznan|nie znalez)",
    r"(?:vastaanottaja|osoite|k[äa]ytt[äa]j[äa])\w*[^.;:]{0,60}(?:tuntematon|ei l[öo]y|ei ole olemassa)",
    r"(?:用户|收件人|帐号|邮箱|地址)[^.;:]{0,20}(?:不存在|未找到|不正确)|不存在的|(?:宛先|ユーザ|アドレス|メールボックス)[^.;]{0,30}"
    r"(?:存在しま|見つかりま|不明|ありません)",
    r"(?:пользовател|ящик|адрес|получател)\w*[^.;]{0,60}(?:не найден|не существ|неизвест)",
)
DISABLED = any_of(
    _WHO + r"s?\b[^.;]{0,60}\b(?:disabled|de-?activated|inactive|suspended|locked|discontinued|expired|closed|frozen"
    r"|terminated"
    r"|cancell?ed|not active\w*|dormant|on hold|blocked|unavailable permanently|archived|has been retired)\b",
    r"\b(?:disabled|inactive|suspended|deactivated|closed|locked|expired|frozen|dormant) (?:user|mail ?box"
    r"|recipient|account|e-?mail|address)",
    r"(?:konto|postkasse|bruger|postfach|mailboks)\w*[^.;]{0,40}(?:deaktiver|spærret|lukket|nedlagt|gesperrt"
    r"|avstängd|sperret|stengt)",
    r"suspend the service|nicht aktiv|ikke aktiv|inte aktiv",
    r"not accepting (?:any )?(?:mail|messages|e-?mail)s?\b(?! from)|bounced address|mailbox is (?:inactive"
    r"|locked)|user is inactive",
)
NO_HOST = any_of(
    r"(?:unknown|no such|invalid|bad destination|illegal|nonexistent|non-existent|bad) (?:destination )?(?:host"
    r"|domain|system|mail domain|"
    r"email domain)\w*",
    r"(?:host|domain|hostname|domain name|name|server)s?\b[^.;]{0,60}(?:not found|unknown|does ?n[o']t exist"
    r"|do(?:es)? not exist|not exist"
    r"|no longer exists?|could not be found|couldn't be found|not resolv\w+|is (?:not valid|invalid)|not known"
    r"|nonexistent)"
    r"(?!,? try again)(?!; try again)",
    r"domain must exist|nxdomain|non-?existent ?domain|dns\.nonexistentdomain|null ?mx|dns hard error"
    r"|name or service not known"
    r"|unrouteable (?:mail )?domain",
    r"\bno (?:mx|a|aaaa|mail ?server|mail exchangers?|dns|usable mx|valid mx|matching mx)\b[^.;]{0,30}(?:record"
    r"|data|found|entr|for|exist|in)",
    r"all relevant mx records point|could ?n[o']t find any host|could not find a gateway|(?:can|could) ?(?:not"
    r"|n'?t) (?:be )?resolve"
    r"|unable to resolve|has no mail exchanger|does not accept (?:e?-?mail|messages)\b(?! from)|no host found"
    r"|domain (?:has )?expired",
    r"domæne\w*[^.;]{0,40}(?:findes ikke|eksisterer ikke|ukendt)|domän\w*[^.;]{0,40}(?:finns inte|okänd)"
    r"|domain[^.;]{0,40}(?:existiert nicht|unbekannt)|domene\w*[^.;]{0,40}(?:finnes ikke|ukjent)|域名不存在"
    r"|ドメイン[^.;]{0,20}存在し",
)
LOOP = any_of(r"\bloop\w*|too many hops|hop ?count|too many received|maximum hop|routing loop|hopcount")
AWAY = any_of(
    r"temporar\w+|try (?:again )?later|please (?:retry|try again)|not available at this time|\bbusy\b|deferred"
    r"|shutting down|midlertidig\w*"
    r"|vorübergehend|tillfällig\w*|prøv igen senere|insufficient (?:system )?(?:storage|resources)|out of memory"
    r"|try again",
)
EXPIRED = any_of(
    r"expired?\b|timed? ?-?out|too (?:long|old)\b|retry (?:time|limit|count)|maximum (?:delivery )?(?:attempts"
    r"|retries|time|queue)",
    r"(?:deliver\w*|collect\w*|queued?|sent|retr\w+|attempt\w*)[^.;]{0,60}\b\d+(?:\.\d+)? (?:more )?(?:days?"
    r"|hours?|minutes?|attempts?|times|dage?|timer|tagen?|stunden)",
    r"gave up|giving up(?! on)|(?<!i've )given up|aborted after|not (?:been )?collected|exceeded maximum"
    r"|within the allowed|not responding",
)
NETWORK = any_of(
    r"connect\w*[^.;]{0,40}(?:refused|timed out|reset|lost|failed|closed|dropped|error|unable|broken|terminated)"
    r"|smtp connection|lost connection",
    r"network (?:is )?(?:unreachable|error|problem)|no route to|(?:could|can|un)\s?(?:not|n'?t"
    r"|able to) (?:be )?(?:connect|contact|reach)\w*"
    r"|unreachable|not reachable|no answer|did(?: not|n't) respond|\bdown\b|name service|conversation with"
    r"|broken pipe|socket",
    r"dns\b|name ?server|server (?:failure|failed|unavailable|not responding)|mail exchanger|host not found"
    r"|mxloop|routing|unable to route",
)
SYSTEM = any_of(
    r"local (?:configuration|error|problem|delivery)|mail system|command (?:died|output|failed)"
    r"|internal (?:server )?error|mailer error"
    r"|i/o error|input/output|permission denied|unable to (?:write|open|create|deliver at)"
    r"|service (?:is )?(?:unavailable|not available)"
    r"|configuration|storedrv|mapiexception\w*|deliver(?:y)? agent|unexpected|child status|system (?:error"
    r"|problem|failure)|error encountered",
)
NOT_NOW = any_of(
    r"temporar\w* (?:suspended|locked|disabled|unavailable|deactivated|blocked|inactive|closed|out of)",
    r"(?:suspended|locked|disabled|unavailable|deactivated) temporar\w*|midlertidigt? (?:spærret|lukket|utilgængelig)",
)
WEAK_NO_USER = any_of(
    r"\bdoes not exist|\bdoesn't exist",
    r"mail ?box (?:is )?(?:currently )?(?:unavailable|not available)|recipient (?:address )?(?:was |is "
    r"|has been )?(?:rejected|refused|not accepted|denied)",
    r"address (?:was |is )?(?:rejected|refused|not accepted)|user (?:was |is )?(?:rejected|refused|unavailable)"
    r"|rejected recipient|does not like recipient",
    r"no final (?:e-?mail )?delivery point|final (?:e-?mail )?delivery point|cannot deliver to|is not deliverable"
    r"|check (?:the|your) (?:recipient|send|e-?mail) ?'?s? ?address",
)
