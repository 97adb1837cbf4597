"""Where a capital stands for its government: "Kyiv accused Moscow", "talks between Washington and
Tehran". What is said or done there, near it or to it is the town's."""

import re
from typing import Final

from tidings.language.countries import Country, country_by_capital
from tidings_entities.spans import Found

_ACTS: Final = re.compile(
    r"""(?x) ,?\s(?:and\s[A-Z]\w+\s)?(?:(?:also|again|are\ to|has|have|had|is|now|repeatedly
        |since|then|was|will|would|long|formally|later|on\ [A-Z][a-z]+day)\s)*
    (?:accus|agree|allege|announc|appeal|argu|ban(?:s|ned)\b|blam|call(?:s|ed|ing)\ (?:for|on)|ceas
    |claim|condemn|confirm|consider|criticis|criticiz|cut\ |declar|declin|demand|den(?:y|ie)|deport
    |deploy|dispatch|dismiss|expel|fears|hop(?:es|ed|ing)|impos|insist|lift(?:s|ed)|mull|offer
    |oppos|plan(?:s|ned|ning)\ to|pledg|promis|propos|pull(?:s|ed)\ out|push(?:es|ed)|recall
    |recogni[sz]|refus|reject|respon[ds]|retaliat|rul(?:es|ed)\ out|said\b|sanction|say|seek|sent\b
    |sign(?:s|ed)\b|slap|sought|stat(?:es|ed)\b|summon|support|suspend|threaten|told\b|unveil|urg
    |view|vow|want|warn|welcom|withdr)"""
)
_DEALT_WITH: Final = re.compile(
    r"""(?x)\b(?:accord|accus\w+|alliance|anger\w*|between|condemn\w*|criticis\w+|deal|dispute|
    negotiations?|pressure|relations?|rift|row|sanctions|standoff|talks|tensions?|ties|treaty|truce
    |urg\w+|warn\w+)\s(?:(?:between|with|against|on)\s)?(?:[A-Z][\w.]+\sand\s)?$"""
)
_REACH: Final = 60
IN_ITS_NAME: Final = "the capital, for its government"


def government_meant(content: str, found: Found) -> Country | None:
    """The country whose government the name of its capital stands for here; None where the town is
    meant or nothing tells."""
    country = country_by_capital(found.words)
    if country is None:
        return None
    before = content[max(0, found.start - _REACH) : found.start]
    after = content[found.end : found.end + _REACH]
    acts = _ACTS.match(after) and not before.rstrip().endswith((" in", " near", " at", " from"))
    dealt_with = _DEALT_WITH.search(before) and not after.startswith("-")
    return country if acts or dealt_with else None
