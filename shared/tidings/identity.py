"""Which article is it, which content, and which of two versions is newer.

`article_id` says what is the same article, `revision` what is the same content, `version` (with the
revision as tie-break) what came later. A hash cannot order anything: A, then B, then A again is
three versions of one article.
"""

import hashlib
import re
from datetime import UTC, datetime
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from courlan import normalize_url

TRACKING_PREFIXES: Final = (
    "utm_", "mtm_", "pk_", "itm_", "hsa_", "vero_", "oly_", "at_medium", "at_campaign", "at_custom",
    "at_link", "at_bbc", "at_ptr", "at_format", "ns_mchannel", "ns_source", "ns_campaign",
    "ns_linkname", "ns_fee", "ml_subscriber", "guce_referrer", "wt_mc", "wt.mc",
)  # fmt: skip
TRACKING_NAMES: Final = frozenset(
    {
        "fbclid", "gclid", "gclsrc", "gbraid", "wbraid", "dclid", "msclkid", "yclid", "ysclid",
        "twclid", "ttclid", "li_fat_id", "igsh", "igshid", "epik", "s_kwcid", "mc_cid", "mc_eid",
        "_ga", "_gl", "_hsenc", "_hsmi", "hsctatracking", "mkt_tok", "wickedid", "rb_clickid",
        "ref", "ref_src", "ref_url", "referrer", "referer", "smid", "cmp", "cmpid", "ocid", "xtor",
        "ftag", "ncid", "guccounter", "spm", "share_from", "shared_via", "share_via", "amp",
        "outputtype",
    }
)  # fmt: skip
"""Query parameters that say how a reader came, never what they read. Only names that are certain
are here: removing one that tells two articles apart would melt them into one."""

_HEX_DIGITS: Final = 32


def _digest(*parts: str) -> str:
    joined = "\x1f".join(parts)
    return hashlib.sha256(joined.encode("utf-8")).hexdigest()[:_HEX_DIGITS]


def canonical_url(url: str) -> str:
    """The form in which two addresses of one article are equal, for hashing, not for visiting.

    Scheme, `www.`, default ports, trailing slashes, fragments (but for `#!` and `#/` routes) and
    tracking parameters go, parameters are sorted; the case of path and query stays, since short
    links differ by it. Raises ValueError where `url` is no http(s) address.
    """
    parts = urlsplit(url.strip())
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
        raise ValueError(f"not an http or https address: {url[:200]!r}")
    fragment = parts.fragment if parts.fragment.startswith(("!", "/")) else ""
    query = urlencode(
        sorted(
            (name, value)
            for name, value in parse_qsl(parts.query, keep_blank_values=True)
            if not _is_tracking(name)
        )
    )
    bare = urlunsplit(("https", parts.netloc, parts.path, "", ""))
    address = normalize_url(bare, strict=False, trailing_slash=False)
    if parts.scheme.lower() == "http":
        address = re.sub(r"^(https://[^/]+?):80(?=/|$)", r"\1", address)
    address = re.sub(r"^https://(?:[^/@]*@)?(?:www\.)?", "https://", address).rstrip("/")
    return address + (f"?{query}" if query else "") + (f"#{fragment}" if fragment else "")


def _is_tracking(parameter: str) -> bool:
    name = parameter.lower()
    return name in TRACKING_NAMES or name.startswith(TRACKING_PREFIXES)


def article_id(
    *,
    title: str | None,
    text: str | None,
    url: str | None = None,
    outlet: str | None = None,
    published_at: datetime | None = None,
) -> str:
    """32 hexadecimal digits that are equal for what is the same article.

    From the canonical URL; else from outlet, title and day of publication (in UTC) where all three
    are known; else from title and text.
    """
    if url:
        return _digest("url", canonical_url(url))
    if outlet and title and published_at:
        return _digest(
            "day", outlet.casefold(), title, published_at.astimezone(UTC).date().isoformat()
        )
    return _digest("content", title or "", text or "")


def named_article(name: str) -> str:
    """The id of the article that a person names: by its id, or by its address."""
    if not name.startswith(("http://", "https://")):
        return name
    return article_id(title=None, text=None, url=name)


def revision(title: str | None, text: str | None) -> str:
    """32 hexadecimal digits that are equal for what is the same content."""
    return _digest("revision", title or "", text or "")


def version_order(version: int, revision: str) -> tuple[int, str]:
    """The key by which versions of one article are ordered: the greater one is newer."""
    return (version, revision)


def takedown_holds(taken_down: int | None, restored: int | None) -> bool:
    """Whether an article that was taken down at that time stays so: only a push with a later
    version, and meant to, restores it. Both in milliseconds since 1970, the latest of each."""
    return taken_down is not None and (restored is None or restored <= taken_down)


def extractor_order(extractor_version: str) -> tuple[int, ...]:
    """Orders extractor versions: '2026.11.10' is higher than '2026.11.9'; only the numbers before
    a '+' count, what follows names the model."""
    return tuple(int(number) for number in re.findall(r"\d+", extractor_version.partition("+")[0]))
