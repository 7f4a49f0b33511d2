"""How servers put it that they will not take a mail because of us: our limit, name, server, size or content."""

from __future__ import annotations

from newsletter.delivery.bounces.wordings import any_of

OUR_PROOF = any_of(
    r"sender verify|sender callout|verification failed for|(?:callback|callout)[^.;]{0,60}(?:verif|sender)"
    r"|verifying (?:the )?"
    r"(?:sender|return|envelope)",
)
OUR_LIMIT = any_of(
    r"\b(?:sending|outgoing|outbound) (?:quota|limit|rate)",
    r"reached (?:a|your|the) (?:daily |hourly )?(?:\w+ )?(?:limit|quota) for sending",
    r"daily (?:\w+ )?(?:sending|message|recipient|email) (?:quota|limit)",
    r"exceeded (?:your|the) (?:hourly|daily|sending|message) (?:limit|quota|rate)",
)
SPAM = any_of(
    r"\b(?:anti-?)?spam(?!mer)\w*|\bjunk ?mail|unsolicited|\bu[cb]e\b|bulk (?:e-?)?mail|phish\w*|spoof\w*",
    r"black ?-?list\w*|block ?-?list\w*|deny ?list\w*|\brbls?\b|dns-?[bw]l\w*|spamhaus|spamcop|sorbs|[su]ri?bl\b"
    r"|barracudacentral|abuseat|uceprotect|senderscore|senderbase|cloudmark|\bcsi\b|invaluement|mailspike|nixspam",
    r"(?<!not )\blisted (?:at|in|by|on) |(?:poor|bad|low|neutral|negative|sender|ip|domain|web) reputation"
    r"|reputation (?:is|of|score|filter)|senderbase",
    r"(?:ip|ip address|host|server|client|network|connection|connections from|sender|domain|message|mail|email)"
    r"(?: address)?(?: [\w.\[\]:@]+)? (?:is |has been |was |were |are )?(?:currently |temporarily )?"
    r"(?:blocked|banned|block(?:ed)? listed|black\w+)",
    r"blocked (?:using|by (?!the recipient)|for (?:spam|abuse|policy)|due to|because)|(?:banned|blocked) (?:ip|sender)",
    r"\bvirus(?:es)?\b|malware|\bworm\b|trojan|infected|suspicious|abus(?:e|ive) (?:from|of|detected|complaint)"
    r"|ts0[123]|tss0\d",
)
OUR_NAME = any_of(
    r"\bspf\b|\bdkim\b|\bdmarc\b|sender policy framework|domainkeys|\barc\b (?:fail|seal)|sender[- ]?id\b",
    r"sender (?:address |domain |e-?mail |verif\w+ |is |was |not )*(?:rejected|denied|refused|blocked|fail\w*|verif\w+"
    r"|unverified|unknown|invalid|spoofed|not (?:found|allowed|valid|exist\w*|accepted|authori[sz]ed))",
    r"(?:domain|address) of (?:the |your )?send|send(?:er|ing)(?:'s)? (?:domain|host|mx|mail server)\b"
    r"|sender'?s? (?:domain|host|address) (?:must|does|could|is|not|cannot|unresolv|resol)",
    r"\bmail from\b[^.;]{0,40}(?:rejected|refused|invalid|denied|not allowed)|(?:bad|invalid|unknown"
    r"|unresolvable) sender",
    r"unauthenticated (?:e?-?mail|messages?)|envelope (?:sender|from)|return[- ]path|reject(?:ed)? sender"
    r"|bounce address",
    r"you (?:are not|aren't|have not been) (?:allowed|authori[sz]ed|permitted) to send(?! to (?:this|the) )"
    r"|mismatched from",
)
OUR_SERVER = any_of(
    r"reverse (?:dns|lookup|mapping|hostname)|\br-?dns\b|\bptr\b|\b(?:helo|ehlo) (?:command )?(?:name|host"
    r"|rejected|must|required|invalid|argument|string|does)|(?:invalid|bad|forged|requires?|your) (?:helo|ehlo)"
    r"|my name was rejected",
    r"dynamic (?:ip|address|pool)|dial-?up|residential|generic (?:ptr|hostname)|client host (?:rejected|\w+ blocked)",
    r"(?:authentication|smtp auth|login|sign-?in) (?:is )?(?:required|needed)|(?:must|not|was not"
    r"|please) authenticat\w+"
    r"|auth(?:entication)? fail\w*|starttls|advertise auth|send mail as|must issue|tls (?:is )?(?:required"
    r"|negotiation|connection)",
    r"connect(?:ion)? (?:rejected|refused|dropped|closed|denied) (?:by policy|due to|for policy)|not (?:in"
    r"|on) (?:our|the)"
    r" white ?list|your (?:ip|host|server|mail server|mta|domain|network|provider|isp)(?: address)? (?:is|was|has"
    r"|does|doesn't|must|should|did)\b",
    r"unauthori[sz]ed (?:mail|host|server|sender)|access (?:from|for) (?:your|this|ip)"
    r"|temporarily deferred due to user",
)
RELAYING = any_of(
    r"relay(?:ing|ed)?\b[^.;]{0,40}(?:denied|not (?:allowed|permitted|authori[sz]ed)|prohibited|refused|rejected"
    r"|forbidden|disabled)",
    r"(?:unable|not (?:allowed|permitted|authori[sz]ed)|do(?:es)? ?(?:not|n'?t)|cannot|can't|we do not"
    r"|not) (?:to )?relay|rcpthosts|no relay"
    r"|relay (?:access|deny)|open relay",
)
SIZE = any_of(
    r"(?:message|mail|size)[^.;]{0,40}(?:too (?:large|big|long)|exceed\w*|larger than|over size|oversize)",
    r"too (?:large|big)\b|exceed\w*[^.;]{0,40}(?:message |fixed |maximum |incoming |max )*(?:size|length)"
    r"|size limit|sizelimit|for stor\b",
)
CONTENT = any_of(
    r"attachment|mime|8[- ]?bit|bare (?:lf|cr)|line (?:is )?too long|malformed|resent-from|header (?:is|line"
    r"|check|field)|improper|encoding",
    r"(?:message|mail|content|e-?mail|body)\b[^.;]{0,30}\b(?:rejected|refused|denied|not accepted|discarded"
    r"|quarantin\w+|filtered|restriction)",
    r"polic(?:y|ies)|administrativ\w* (?:prohib|reject|restrict)\w*|access denied|prohibited|not allowed"
    r"|forbidden|transport\.rules"
    r"|rejectmessage|security reasons?|content filter|local scanning|violat\w+|url in|afvist på grund",
)
WEAK_SENDER = any_of(
    r"\b(?:blocked|banned|denied|refused|rejected|reject)\b|not a gateway|rule imposed|mode: (?:normal|auto)"
    r"|fake sender"
    r"|frequency limit\w*|\bdt:spm|verification failed|no smtp mx|avvist|abgelehnt|nekad|afvist",
)
