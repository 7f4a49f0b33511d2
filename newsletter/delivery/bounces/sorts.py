"""What sort of mail it is: a bounce, an automatic answer, somebody who wants to leave. By its headers and words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newsletter.delivery.bounces.headers import Headers

_DAEMON = re.compile(
    r"mailer.?daemon|postmaster|mail(?:er)? delivery|delivery (?:sub)?system|delivery notification|mdaemon"
    r"|mail administrator|mail(?:er)? system"
    r"|mail daemon|system administrator|internet mail service|microsoft ?exchange|microsoft outlook|undeliver"
    r"|bounce|mailsweeper|imss@|^<>$|lsmtp|mail-daemon"
    r"|no-?reply@[^>]*exchange|symantec|inetgw|smtp.mail.service|mail.?server|delivery.?(?:failure|status)"
    r"|exchange@|ndr@|automated response"
    r"|leveringssystem|mailzustell|mail gateway|dsn@|mail filter|antivirus|notification@"
)
_FAILED_SUBJECT = re.compile(
    r"(?i)undeliver|un-deliver|failure noti|delivery (?:status |has )?(?:notification|fail|report|problem|error"
    r"|unsuccess)|returned (?:mail|e-?mail|message|to sender)"
    r"|mail (?:delivery|system|error|failure|could not|not delivered)|delivery failure|non[- ]?(?:delivery|remis"
    r"|recapitabil)|could not be delivered|not delivered|failed mail"
    r"|message (?:delivery|could not|undeliver|not deliver)|message rejected|rejected (?:mail|message)"
    r"|nondeliverable|undelivrable|kan ikke leveres|ikke leveret|kunne ikke"
    r"|leveringsfejl|leveringsstatus|leveransfel|går inte att leverera|olevererbar|kunne ikke leveres"
    r"|kan inte levereras|unzustellbar|nicht zugestellt|zustellung|rückläufer"
    r"|mail could not|delivery problem|processing error|permanent delivery|user unknown|no such user"
    r"|unknown recipient|error during delivery|mail failed|failure delivery|bounce"
    r"|non remis|échec|mancata consegna|non recapitabile|no se (?:ha )?pudo entregar|no entregado|não entregue"
    r"|niet bezorgd|onbestelbaar|niedostarcz|не доставлен|недоставлен"
    r"|undeliv|退信|投递失败|配信(?:不能|エラー)|送信エラー|toimittam|utilisateur non|delivery to .* (?:failed|refused)"
    r"|unable to deliver|address (?:not found|unknown)|adresse (?:blev )?ikke"
)
_FAILED_TEXT = re.compile(
    r"(?i)(?:could|can|cannot|was|were|been|has|is|not|unable to|failed to|wasn't able to"
    r"|did)\b[^.\n]{0,40}(?:not )?(?:be )?(?:deliver|reach|sent|accept|transmit|receive|relay|forward)"
    r"\w*|permanent(?:ly)? (?:fatal )?(?:error|fail)|undeliverable|delivery (?:to [^\n]{0,80} )?(?:has )?fail"
    r"|did not reach|returned to (?:you|sender)|mail delivery failed|failed permanently"
    r"|fatal errors|rejected|bounced|doesn't have an? |unknown user|user unknown|no such user|not listed in"
    r"|mailbox is full|over quota|unbekannt|nicht zugestellt|konnte nicht|kunne ikke"
    r"|ikke leveres|ikke blev leveret|inte leverera|kunde inte|kan inte|no pudo ser|não pôde|n'a pas p|impossible"
    r"|non è stato|niet worden|non-delivery|no such |delivery problems"
    r"|address(?:es)? (?:had|failed)|not received|not deliver|失败|无法|できません|не может быть|не удалось"
    r"|\b5\d\d[ -]\d?\.?|delivery error|error-code|failed recipients|message not delivered|error detail"
)
_DELAYED = re.compile(
    r"(?i)delayed mail|delivery (?:has been |is )?delayed|\(delay\)|message delayed|has not yet been delivered"
    r"|not yet been delivered|have not yet received|still being retried|will continue"
    r" (?:to (?:try|attempt)|trying)|warning (?:message )?only|warning: (?:message|could not send)"
    r"|delivery attempts will continue|will be retried|keep trying|postponed|we will continue to"
    r"|attempts to deliver (?:the|your) message will continue|no action is required on your part|still trying"
    r"|forsinket|leveringen er udskudt|fördröj|forsinkelse|verzögert|retard[ée]"
    r"|(?:temporary|transient) (?:problem|delay)s? (?:in )?deliver|you do not need to resend"
)
_GAVE_UP = re.compile(
    r"(?i)gave up|given up|giving up|could not be delivered (?:after|within)|permanent(?:ly)? (?:error|fail)"
    r"|has been returned|no (?:more|further) (?:attempts|retries)"
)
_DELIVERED = re.compile(
    r"(?i)\((?:success|relay|expanded)\)|successful(?:ly)? (?:mail )?deliver|deliver(?:y|ed) success"
    r"|has been successfully|was (?:successfully )?delivered to|return receipt|leveret til"
    r"|(?:mail|message) (?:was |has been )?(?:delivered|relayed)\b|(?:delivery|leverings?) ?(?:receipt|kvittering)"
)
_RECEIPT = re.compile(
    r"(?i)^(?:read|læst|gelesen|läst|lest|lu|leído|letto|read[- ]receipt|return receipt)\s*:|read receipt"
    r"|was (?:read|displayed)|not read:|ikke læst:"
)
_AWAY_SUBJECT = re.compile(
    r"(?i)^\W*(?:auto(?:matic|matisk|matische[rs]?|mated)?[- ]?(?:re(?:ply|sponse|spons)|svar|antwort\w*"
    r"|respond\w*|generated|answer)|autosvar|autoreply|automatiskt? svar|auto:|aut\.? svar"
    r"|automaattinen|réponse automatique|respuesta autom|risposta automatica|resposta autom"
    r"|odpowiedź automatyczna|automatisch antwoord|automatische beantwo)"
    r"|out[- ]of[- ](?:the[- ])?office|\booo\b|on (?:vacation|holiday|leave|annual leave)|vacation (?:reply"
    r"|message|notice)|away from (?:the |my )?(?:office|desk|mail)|abwesen|nicht im (?:büro|haus)"
    r"|\bi (?:am|'m) (?:away|out|on)|fravær|ikke på kontoret|ikke til stede|på ferie|ferie(?:lukket|svar)?\b"
    r"|barsel|orlov|sygemeld|frånvar|inte på kontoret|semester|tjänstledig|permisjon|ute av kontoret"
    r"|utenfor kontoret|ej på kontoret|lukket (?:mellem|mellan|til)|tak for din (?:mail|henvendelse|e-mail"
    r"|besked)|tak for jeres|kvittering for|vi har modtaget|vielen dank für ihre|tack för (?:ditt|din)|takk for"
    r"|thank(?:s| you) for (?:your (?:e?-?mail|message|enquiry|inquiry|request)|contacting|getting)|we(?:'ve"
    r"| have) received your|absence|absent|afwezig|fuera de la oficina|urlaub|poza biurem|fora do escrit"
    r"|ticket (?:#|received|created)|\[(?:ticket|case|sag)|case (?:#|created)|request received|receipt of your"
    r"|confirmation of receipt|modtaget:|autoresponder|no longer (?:with|works?|at)|fratrådt|stoppet hos"
    r"|afsked|ikke længere ansat|slutat|sluttet"
)
_AWAY_TEXT = re.compile(
    r"(?i)out of (?:the )?office|on (?:vacation|annual leave|holiday|maternity leave|parental leave|leave until)"
    r"|i (?:am|will be) (?:currently )?(?:away|out|back|unavailable|travell?ing)|automatic (?:reply|response)"
    r"|auto-?(?:reply|response|generated)|jeg (?:er|har|holder) (?:p\.?t\.? |desværre |i øjeblikket )?(?:på ferie"
    r"|ferie|fraværende|ude af|ikke på|på barsel|på kursus|syge|fri|tilbage)|autosvar|automatisk(?:t)? svar"
    r"|ich bin (?:derzeit |zur zeit |momentan )?(?:nicht|im urlaub|bis|ab)|abwesen|urlaub|jag (?:är|har) (?:på"
    r"|semester|tillbaka|inte|ledig)|jeg (?:er )?(?:bortreist|på ferie)|tak for din (?:mail|henvendelse)"
    r"|vi (?:har modtaget|vender tilbage)"
    r"|holder ferie|lukket for ferie|we (?:have received|will (?:get back|respond|reply))|will (?:respond|reply"
    r"|get back)|estamos procesando|gracias por contactar|respuesta"
)
_ANSWER = re.compile(r"(?i)^\s*(?:(?:re|sv|vs|aw|fwd?|vb|vedr|videresendt)\s*:\s*)+")
_CHALLENGE = re.compile(
    r"(?i)(?:please )?(?:confirm|verify) (?:that )?(?:you|your (?:message|e-?mail|identity|address))|challenge"
    r"|sender verification|verification (?:required|needed)|is protect(?:ed|ing)[^.\n]{0,60}(?:spam|junk)|boxbe"
    r"|spam ?arrest"
    r"|click (?:here|the link|on)[^.\n]{0,60}(?:deliver|verify|confirm|release)|approve(?:d)? sender"
    r"|awaiting (?:your )?(?:confirmation|verification)|whitelist(?:ed)? (?:request|confirmation)"
    r"|to (?:be )?deliver(?:ed)? your message,? (?:click|reply|please)"
)
UNSUBSCRIBE = re.compile(
    r"(?i)^\W*(?:(?:re|sv|vs|aw|fwd?)\s*:\s*)*(?:afmeld(?:ing|e|es|t)?|unsubscribe|opt[- ]?out|frameld(?:ing)?"
    r"|abmeld(?:en|ung)|avregistrer(?:a)?|avslutt?a? prenumeration|stop)\b[\s:,.!-]*([\w.-]{8,200})?"
)


def is_from_daemon(headers: Headers) -> bool:
    """Whether a mail server wrote it."""
    sender = headers.text("from").lower() or "<>"
    return bool(_DAEMON.search(sender)) or (headers.get("return-path").strip() == "<>" and "reply" not in sender)


def is_answer(subject: str, *, to_failure: bool = False) -> bool:
    """Whether a person answers or passes on a mail; `to_failure`: one that told of a failure."""
    match = _ANSWER.match(subject)
    return match is not None and (not to_failure or _FAILED_SUBJECT.match(subject, match.end()) is not None)


def tells_failure(subject: str, text: str) -> bool:
    """Whether subject and text together say that a mail was not delivered."""
    return bool(_FAILED_SUBJECT.search(subject)) or bool(_FAILED_TEXT.search(text[:4000]))


def has_failure_subject(subject: str) -> bool:
    """Whether the subject alone says it."""
    return bool(_FAILED_SUBJECT.search(subject))


def tells_delay(subject: str, text: str) -> bool:
    """Whether it says that the server goes on trying."""
    if _GAVE_UP.search(text[:4000]) or re.search(r"(?i)\(failure\)|undeliverable", subject):
        return False
    return bool(_DELAYED.search(subject) or _DELAYED.search(text[:4000]))


def tells_delivery(subject: str, text: str) -> bool:
    """Whether it says that the mail arrived."""
    return bool(_DELIVERED.search(subject) or (_DELIVERED.search(text[:2000]) and not _FAILED_TEXT.search(text[:2000])))


def is_receipt(subject: str) -> bool:
    """Whether it tells that somebody has read, or thrown away, the mail."""
    return bool(_RECEIPT.search(subject))


def is_marked_automatic(headers: Headers) -> bool:
    """Whether its headers say that no person wrote it (RFC 3834 and what was before)."""
    said = headers.get("auto-submitted").lower()
    precedence = f"{headers.get('precedence')} {headers.get('x-precedence')}".lower()
    names = (
        "x-autoreply",
        "x-autorespond",
        "x-autoresponder",
        "x-autoreply-from",
        "x-mail-autoreply",
        "x-vacation",
        "x-auto-reply",
        "x-auto-reply-from",
    )
    return (
        said.startswith(("auto-replied", "auto-generated", "auto-notified"))
        or any(headers.get(name) for name in names)
        or bool(re.search(r"auto_?-?reply|vacation", precedence))
        or "reply" in headers.get("x-autogenerated").lower()
        or bool(headers.get("x-ms-exchange-inbox-rules-loop"))
        or headers.get("x-auto-response-suppress").lower().replace(" ", "")
        in ("all", "dr,oof,autoreply", "oof", "oof,autoreply", "autoreply")
        or "vacation" in headers.get("x-mailer").lower()
    )


def is_away(subject: str, text: str) -> bool:
    """Whether it says that somebody is away, or that a mail was received, and no more."""
    return bool(_AWAY_SUBJECT.search(subject) or _AWAY_TEXT.search(text[:1500]))


def has_away_subject(subject: str) -> bool:
    """Whether the subject alone says it."""
    return bool(_AWAY_SUBJECT.search(subject))


def is_challenge(subject: str, text: str) -> bool:
    """Whether a filter wants a proof that a person wrote the mail."""
    return bool(_CHALLENGE.search(subject) or _CHALLENGE.search(text[:3000]))
