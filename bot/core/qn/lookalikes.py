"""What stands around a sign such as "A4" or "Q1" where it is no label, or where a question is only spoken of."""

import re

from bot.core.qn.phrases import phrases, word_set

LEAD_IN = word_set("""
    a about add adding again all also and another answer answering apologies apology arrived arriving as at back
    been behind being belated belatedly bit but came can catching come coming cont contd continuing delayed
    different ditto evening everyone finally first folks for forgot from go going got have hello here hi i im in
    is it joining just last late later little me mine missed more my next now of off oh ok okay on one only oops
    our part quick quickly quite rather re regarding reply replying responding returning right running s said
    slow so sorry still super than the then think thinking this though thought thoughts to too typist under up
    ve very want wanted was well were what when with yes you your
""")
"""Words with which people come to their label: "Sorry, late one, A2"."""

ROAD_OR_OTHER = phrases("""
    ^paper, ^size*, ^sheet*, ^m, ^north*, ^south*, ^east*, ^west*, ^closed, ^shut, ^road*, ^junction, ^slip
    ^traffic, ^motorway, ^near, ^between, ^roundabout, ^bypass, ^jam*, ^queue*, ^crash*, ^blocked, ^roadworks
    ^accident, ^services, ^both ways, ^carriageway, ^[is|was|are] [really|very|still|totally|completely]? [closed|shut]
    ^[is|was] [really|still|totally|completely]? [blocked|jam*|grim|terrible|awful|gridlock*|solid|a_nightmare|at_a]
    ^[looks|look] [closed|grim|terrible|awful|bad|busy], ^level*, ^exam*, ^grade*, ^milk, ^steak*, ^receptor*
    ^allele*, ^student*, ^star
""")
"""After "A1": a size of paper, a road, an exam."""
TOWN = re.compile(r"\A\s+(?:at|to|around|outside|through|past|from) [A-Z][a-z]+")
PAPER = phrases("""
    ^poster*, ^card*, ^page*, ^side, ^sides, ^sided, ^print*, ^envelope*, ^folder*, ^flyer*, ^leaflet*, ^notebook*
    ^pad, ^pads, ^landscape, ^portrait, ^laminat*, ^binder*, ^lever arch, ^frame*, ^format, ^copy, ^copies, ^ream*
    ^booklet*, ^photocop*, ^scan*, ^colour, ^handout*, ^notice*, ^sign, ^signs, ^map*, ^plain, ^lined
""")
"""After "A4": what is made of paper, and what an answer may begin with as well."""
TYPE = phrases("""
    ^diabet*, ^d, ^dm, ^relax*, ^weighted, ^mri, ^cell*, ^scan*, ^line*, ^terminal, ^tumour*, ^tumor*, ^spin*
    ^vertebra*, ^fracture*, ^or, ^insulin, ^patient*, ^kid*, ^child*, ^and type
""")
"""After "T1": a type of diabetes, a kind of scan."""
QUARTER = phrases("""
    ^of [our|the] [audit|study|budget|plan|cup|match|game|report|project]
    ^of [the|this|last|next|our]? [financial|fiscal|calendar|academic|business|tax]? year, ^of [the|this|last]? quarter
    ^of [20*|fy*], ^20*, ^fy*, ^figures, ^results, ^report*, ^budget*, ^target*, ^forecast*, ^earnings, ^sales
    ^journal*, ^income, ^spend*, ^review, ^returns, ^stats, ^statistics, ^numbers, ^accounts, ^planning, ^invoice*
    ^paper
""")
"""After "Q2": a quarter of the year, a quartile of journals."""
MONEY = phrases("""
    report*, budget*, figures, results, income, quarter*, financial, fiscal, target*, revenue, sales, forecast*
    journal*, invoice*, spend*, year
""")
"""Shortly before "Q2": the same."""
OURS = re.compile(r"\b(?:the|our|my)\W*\Z", re.IGNORECASE)
"""Before "Q3 board report"."""
WHEN = re.compile(
    r"\b(?:(?:end|start|beginning|close|rest|middle) of|in|by|until|till|during|since|through|an?|top)\W*\Z",
    re.IGNORECASE,
)
UNIT = phrases("""
    ^hour*, ^hr*, ^min, ^mins, ^minute*, ^day*, ^week*, ^month*, ^year*, ^page*, ^part, ^step, ^person, ^sided
    ^stage, ^star, ^out of, ^way, ^tier, ^mile*, ^metre*, ^to *, ^or *, ^in *
""")
"""After "A 2": what there are two of."""

ASKED_FOR = re.compile(
    r"(?<!\w)(?:(?:forward|on ?) ?to|ready for|wait(?:ing)? for|can'?t wait|coming up|time for|next|next is|next up"
    r"|up next|which|what|what was|what is|what's|whats|where is|where's|when is|when's|repeat|remind us of|see|find"
    r"|here comes|here is|here's|miss|missed|seen|posted|are we (?:still )?(?:on|at)|is it|now for|until"
    r"|before|after|last of)"
    r"(?: the| a| your)?\W*\Z",
    re.IGNORECASE,
)
"""Before a label: the question is awaited or looked for."""
ANNOUNCED = re.compile(
    r"\A\W{0,3}(?:coming (?:up|soon|next|in)|is (?:next|up|coming|at|live|out|here|now|on its way|in \d|in a)\b"
    r"|up (?:next|now|in|yet)\b|next\W*\Z|in (?:an?|one|two|three|five|\d+) (?:\w+ )?(?:min|sec|moment|tick|bit)|soon\b"
    r"|starts\b|will be\b|yet\b|already\?|now\b.{0,20}\Z|please\?|\?\W*\Z)",
    re.IGNORECASE,
)
"""After a label: the same."""
POINTS_BACK = re.compile(
    r"(?<!\w)(?:re|regarding|back (?:to|at)|(?:answer(?:ing)?|reply|response) (?:to|for)|answer|for|about|on|with|of|to"
    r"|still on|late|my|our|add to|adding to|also|another|more|under|from)(?: the)?\W*\Z",
    re.IGNORECASE,
)
"""Before a label within a sentence that says what the post belongs to."""
BELONGS = re.compile(
    r"(?<!\w)(?:on|onto|of|in|into|the|an?|sized?|to|than|from|plus|with|only|our|your|my|via|off|up|down|along|near|by|and|or|not"
    r"|just|paper|does|do|some|more|is|are|was|no|like|than|type|level|group|road|vitamin|until|before|for|at|use|uses"
    r"|print\w*|both|grade|version|model|class|plain|blank|it|this|that)\W*\Z",
    re.IGNORECASE,
)
"""Before a sign at the end: it belongs to the sentence."""
CORRECTS = re.compile(
    r"(?<!\w)(?:(?:that|this|it) (?:was|is)|(?:that|it)['’]?s|meant|should be|label(?:led)?)(?: for)?\W*\Z",
    re.IGNORECASE,
)
""" "Forgot the label, that was A2"."""
