"""The words by which greetings, thanks, adverts and questions to the room are told. Apostrophes are left out: "im"."""

import re

from bot.core.qn.phrases import phrases, word_set

GREETS = phrases("""
    ^hi*, ^hiya, ^hello*, ^hey*, ^hullo, ^howdy, ^greetings, ^evening, ^morning, ^afternoon, ^welcome, ^yo
    ^shwmae
    ^[a]? [very]? [good|lovely|warm|happy] [evening|morning|afternoon|day|tuesday|wednesday|thursday|welcome]
    [nice|good|great|lovely|wonderful] to [see|meet|e-meet|be_here], welcome [to|back|aboard|along|everyone|all]
    say [hi|hello], introduc*, [hi|hello|greetings|waves|waving] [from|to|all|everyone|everybody|folks]
""")
THANKS = phrases("""
    ^[many|big|huge|lots_of]? thank*, ^thx, ^ta, ^cheers, big thanks, many thanks
    [thanks|thank_you|cheers] [so|very]? [much]? [to]? [all|everyone|everybody|folks|both|again|tonight]
    [thanks|thank_you] for [joining|having|hosting|organising|a|an|the|being|coming|sharing|your|tonight|such]
    [great|brilliant|lovely|good|excellent|fun] .. [chat|hour|session|discussion|bunch|ideas_tonight|to_meet|to_be_here]
    [fab*|fantastic|wonderful|super|amazing|fascinating|useful] .. [chat|hour|session|discussion|bunch|ideas_tonight]
    [enjoyed|loved] [that|this|it|tonight|the_chat]
""")
THANKS_LAST = re.compile(r"(?<!\w)(?:thanks|thank you|thx|cheers)(?: all| everyone| folks)?\W*x*\W*\Z")
LEAVES = phrases("""
    good night, goodnight, night [all|everyone|folks|x], bye*, see [you|ya], catch you later, speak soon
    [good|best_of] luck, well done, get well, hope you [feel|are|get], felt [very|so|really]? welcome
    ^[need|have|got] to think, ^thinking, ^hmm*
    [good|great|tricky|tough|hard|interesting] [question|one|answers], so much [wisdom|energy|love]
    lots of love, love to all, loving [the|this|these], trending, glad to be, flew by, flown by
    im off [to|for|now|home|out], off for a, off home, off now, signing off, heading off
    off to [bed|catch|pick|put|make|cook|feed|collect], [got|have|need|had] to [go|dash|run|leave|shoot|nip|pop]
    gotta [go|dash|run], must [dash|go|run|leave], sleep well, times up, out of time
    [thats|and_thats] [a_wrap|all|your_lot|it_for|the_end|it_folks], same time next, love you and leave
    [drop|dropping|drop*] off early, take care, mind how you go, transcript, write-up, storify
    until next [time|month|week], next [chat|session|time|month_then|week_then], recap
""")
LOGISTICS = phrases("""
    [which|what] [question|q|number|one|topic] [are|is|were] [we|it|this], where are we, what did i miss
    what have i missed, just [joined|joining|arrived|landed|catching|tuning|got_here|got_in|logged]
    [sorry|apologies] [im|for_being|to_be|for]? [a_bit]? late, late to the [chat|party], running late
    back in [a|5|five|10|ten|two|2], right back, brb, bear with, afk, one sec, catch up [later|tomorrow|on_the]
    [repost|repeat|resend] the question*, wrong [hashtag|tag|chat], is this [right|on|working|the_right]
    logged me out, how do [i|you] [mute|follow|join|find|use|get|see], where can i find, every week or
    hope this [one|works], mute a, my last post, earlier chats, love this chat, [vote|voting] [for|closes|now]
    [wifi|wi-fi|internet|broadband|feed|app|page|stream|signal] .. [down|slow|frozen|crash*|refresh*|broken]
    [wifi|wi-fi|internet|broadband|feed|app|page|stream|signal] .. [gone|lost|back]
    [wifi|wi-fi|internet|broadband|feed|app|page|stream|signal] .. [drop*|playing_up|working|disappear*|froze|died]
    [laptop|battery|phone|keyboard|router|link|screen|sound|mic] .. [dead|died|dying|frozen|crash*]
    [laptop|battery|phone|keyboard|router|link|screen|sound|mic] .. [broken|broke|gone|lost]
    [lost|lose|losing|missing] .. [feed|thread|tweets|posts|question*|link|signal|list|chat]
    cant [see|find|open|keep_up] .. [feed|thread|tweets|posts|question*|link|signal|list|chat], refresh it
    reload, access denied, got the link, forgot the hashtag, forgot the tag, use the hashtag
    [start|starts|starting|begins|begin|kicking_off] [in|at|soon|now|shortly|tonight]
    min* [to_go|left|until|early], [please|do] [use|start|tag|remember|label|number]
    are you [coming|going|there], follow* you, grab a [brew|seat|drink|cuppa|coffee]
    [dm|message|text|email] me, by the way, btw, did you get my
    [tonights|todays|this] chat, typing, one thumb, typo*, ignore my, wrong [button|account|window|thread]
""")
ADVERT = (
    phrases("""
    [half|lowest|low|best|special|reduced|great|introductory] price*, unbeatable, prices, discount*, voucher*
    coupon*, promo*, deals, bargain*, clearance, giveaway, cashback, [use|with|the] code, offer ends
    [special|limited|exclusive] offer, offers, sale
"""),
    re.compile(r"\d ?% off|\b(?:only|from|just) [£$€]\d|[£$€]\d+(?:\.\d\d)? (?:off|each|only)"),
    re.compile(
        r"\b(?:buy|order|shop|book|apply|subscribe|sign up|register|enrol|join|visit|download|hurry|call|bid)\b"
        r"(?: \w+){0,2}?:? ?(?:\bnow\b|\btoday\b|\bhere\b|\bonline\b|https?:|\w+\.(?:com|net|org|co)\b)",
    ),
    phrases("""
    click [here|the_link|below], link in [my|our]? [bio|profile], dm [me|us|for|to], check [it|us|this]? out
    swipe up, follow [us|me|back], message me for, whatsapp me, get yours, grab yours, follow @*
    news and offers, news and updates, our [site|website|shop|store|range|page], [see|find|visit] us [at|on]
    next day delivery
"""),
    phrases("""
    followers, seo, crypto*, bitcoin, nft, nfts, forex, casino, betting, loan, loans, payday, weight loss
    viagra, onlyfans, passive income, work from home, make money, get rich, cash fast, need cash, our writers
    essay [writer*|service], bad credit, guarantee*, miracle, one weird, doctors hate, plagiarism free, earn £*
    on google
"""),
    phrases("""
    [rt|retweet|repost|like] [and|&|+] [follow|share|win|like|rt|retweet], to win, win a, no win no fee
    free [delivery|shipping|trial|returns|audit|consultation|quote|sample|demo|gift|postage|webinar]
    places left, while stocks last, this week only, today only, ends [soon|tonight|today|sunday|midnight]
    dont miss, last chance, act now, in stock, preorder, pre-order, limited [time|places|stock|edition]
"""),
    phrases("""
    our [new|latest|bestselling|amazing|exclusive|online|premium] .. [available|launch*|store|shop|range]
    our [new|latest|bestselling|amazing|exclusive|online|premium] .. [product*|masterclass|app|course]
    new season, new [book|course|app|product] .. [available|out_now|launch*], now available, out now
    deadline [is|for|extended], [final|gentle|friendly|quick]? reminder
    call for [papers|abstracts|posters|applications]
    [symposium|conference|webinar|masterclass|workshop] [on|in|is|tickets|places], tickets, early bird
    submit [today|your|now], [were|we_are|is|are|team_is] [hiring|recruiting], closing date, apply [by|before]
    nhs jobs, vacancy, job advert, [fill_in|complete|take] .. [survey|questionnaire]
    [my|our|new|short] [survey|questionnaire], dissertation, new blog post, my [blog|book|podcast]
    [sign|signing] up here, [unlock|grow|boost|transform|supercharge] your
    our [new|latest|bestselling|amazing|exclusive|online|premium] .. collection
"""),
    re.compile(r"https?://|www\.|\b[\w-]+\.(?:com|net|org|biz|info|shop|store)\b"),
)
"""A sign of selling each. A link alone makes no advert: people share what they read."""
SHOUTS = re.compile(r"[🚨💰🤑💸🛒👉⬇🔥]|!!|\b(?:SALE|FREE|TODAY|ONE|HURRY|WIN)\b")
"""Another one."""

FIRST_PERSON = word_set("i me my mine im ive ill")
"""Of one person. "We" speaks of what a team does as often as of what it is doing tonight: it tells nothing."""
THIRD_PERSON = word_set("they them their theirs he she his her hers")
WE = word_set("we our ours us weve were well")
DOING = re.compile(r"\b(?:im|is|are|am|theyre|hes|shes|its|just|been)\s(?:\w+\s)?\w{2,}ing\b")
"""What is going on while somebody writes: "I'm only half following"."""
LAUGHS = re.compile(r"\b(?:a*(?:ha){2,}h?|lol|lmao|rofl|hehe|ha)\b|[😂🤣😅😆🙈]")
SECOND_PERSON = word_set("you your yours youre youve yourself")
QUESTION_WORDS = word_set("""
    what which who where when why how is are does do did can could has have will would
""")
DENIES = word_set("not no never dont didnt cant wont isnt doesnt nobody nothing without")
POINTS = word_set("this that here")
TIMES = word_set("""
    now today tonight tomorrow yesterday soon later just still monday tuesday wednesday thursday friday saturday sunday
    morning evening afternoon weekend week night
""")
"""The here and now, which is what small talk is about."""
