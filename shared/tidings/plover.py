"""What events can be: the modes of each type, the contexts, and the sectors of actors.

Names follow PLOVER (Political Language Ontology for Verifiable Event Records). What the words of a
text must be for them is the events service's knowledge; whoever asks or shows needs the names only.
"""

from collections.abc import Mapping
from typing import Final

from tidings.messages import EventType

MODES: Final[Mapping[EventType, tuple[str, ...]]] = {
    "AGREE": (),
    "CONSULT": ("visit", "third-party", "multilateral", "phone"),
    "SUPPORT": (),
    "CONCEDE": (),
    "COOPERATE": (),
    "AID": (),
    "RETREAT": ("withdraw", "release", "disarm", "ceasefire", "access", "resign"),
    "REQUEST": ("assist", "change", "yield", "meet"),
    "REJECT": ("assist", "change", "yield", "meet"),
    "ACCUSE": ("disapprove", "investigate", "allege"),
    "THREATEN": ("restrict", "arrest", "relations", "expel", "territory", "violence"),
    "PROTEST": ("demo", "riot", "strike", "hunger", "boycott", "obstruct", "vandalize"),
    "SANCTION": ("convict", "expel", "withdraw", "discontinue"),
    "MOBILIZE": ("troops", "weapons", "police", "militia"),
    "COERCE": (
        "seize", "restrict", "censor", "curfew", "martial-law", "arrest", "deport", "withhold",
        "misinformation", "cyber",
    ),
    "ASSAULT": (
        "abduct", "beat", "torture", "sexual", "targeted", "destroy", "primitive", "firearms",
        "explosives", "suicide-attack", "aerial", "drone", "heavy-weapons", "crowd-control",
        "unconventional",
    ),
}  # fmt: skip

CONTEXTS: Final = (
    "military", "intelligence", "executive", "legislative", "election", "political_institutions",
    "rights_freedoms", "human_rights", "legal", "diplomatic", "territory", "peacekeeping",
    "economic", "trade", "labor", "resource", "energy", "environment", "disasters", "humanitarian",
    "health", "disease", "asylum", "migration", "terrorism", "crime", "illegal_drugs", "corruption",
    "cyber", "misinformation", "coup", "cbrn", "religion", "ethnicity", "gender", "education",
    "media",
)  # fmt: skip

SECTORS: Final[Mapping[str, str]] = {
    "GOV": "government",
    "MIL": "armed forces",
    "COP": "police",
    "JUD": "courts",
    "LEG": "parliament",
    "SPY": "intelligence",
    "OPP": "opposition",
    "PTY": "party",
    "REB": "armed group",
    "CRM": "organised crime",
    "CVL": "civilians",
    "LAB": "workers",
    "REL": "religion",
    "REF": "refugees",
    "BUS": "business",
    "MED": "media",
    "EDU": "education",
    "HLH": "health",
    "NGO": "non-governmental organisation",
    "IGO": "international body",
}
"""By code, what it is called in English."""

PRONOUNS: Final = ("he", "she", "they", "we", "i", "him", "her", "them", "us")
"""Names of actors of whom a text gives only the pronoun: nobody's names, and no facet's values."""
