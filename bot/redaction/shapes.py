"""Secrets that are known by their shape, or by what stands before them."""

import re

# By how they begin; none is found within a longer word.
_TOKENS = re.compile(
    r"""
    (?<![A-Za-z0-9])(?:
    # GitHub, GitLab
      gh[opsur]_[A-Za-z0-9_.\-]{10,}
    | github_pat_[A-Za-z0-9_]{10,}
    | gl(?:pat|oas|dt|rt|rtr|cbt|ptt|ft|imt|agent|soat|ffct)-[A-Za-z0-9_.\-]{16,}
    # Amazon: key ids, Bedrock's keys
    | (?:A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{12,}
    | ABSK[A-Za-z0-9+/]{40,}={0,2}
    # Google: API keys, access and refresh tokens, clients' secrets
    | AIza[A-Za-z0-9_\-]{30,}
    | ya29\.[A-Za-z0-9_\-.]{20,}
    | 1//0[A-Za-z0-9_\-]{20,}
    | GOCSPX-[A-Za-z0-9_\-]{16,}
    # Azure: an application's secret
    | [A-Za-z0-9_~.]{3}[0-9]Q~[A-Za-z0-9_~.\-]{31,40}
    # OpenAI, Anthropic and others alike; Stripe
    | sk-(?:proj|svcacct|admin|ant|or|lf)-[A-Za-z0-9_\-]{16,}
    | (?:sk|rk|pk)[-_](?=[A-Za-z0-9_\-]{0,60}?[A-Za-z0-9]{16})[A-Za-z0-9_\-]{16,}
    | (?:sk|rk|pk)_(?:live|test|prod)_[A-Za-z0-9]{10,}
    | whsec_[A-Za-z0-9+/]{16,}={0,2}
    | (?:gsk_|xai-|pplx-|r8_|tgp_v1_)(?=[A-Za-z_\-]{0,60}[0-9])[A-Za-z0-9_\-]{20,}
    # Cursor
    | crsr_[A-Za-z0-9_\-]{10,}
    # Slack, Discord, Telegram, Twilio, SendGrid, Mailgun, Mailchimp
    | xox[a-z](?:\.xox[a-z])?-[A-Za-z0-9\-]{8,}
    | xapp-[0-9]-[A-Za-z0-9\-]{8,}
    | [MNO][A-Za-z0-9_\-]{23,27}\.[A-Za-z0-9_\-]{6}\.[A-Za-z0-9_\-]{27,40}
    | [0-9]{8,10}:AA[A-Za-z0-9_\-]{32,}
    | (?:AC|SK)[0-9a-f]{32}(?![A-Za-z0-9])
    | SG\.[A-Za-z0-9_\-]{16,}\.[A-Za-z0-9_\-]{16,}
    | key-[0-9a-f]{32}(?![A-Za-z0-9])
    | [0-9a-f]{32}-us[0-9]{1,2}(?![A-Za-z0-9])
    # Registries of packages
    | npm_[A-Za-z0-9]{30,}
    | pypi-A[A-Za-z0-9_\-]{16,}
    | rubygems_[0-9a-f]{40,}
    | cio[A-Za-z0-9]{32}(?![A-Za-z0-9])
    | dckr_(?:pat|oat)_[A-Za-z0-9_\-]{20,}
    | (?:AKCp|cmVmd)[A-Za-z0-9]{50,}
    # Those of further services
    | hf_[A-Za-z0-9]{20,}
    | do[opr]_v1_[0-9a-f]{32,}
    | dapi[0-9a-f]{32}
    | shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}
    | sq0(?:atp|csp)-[A-Za-z0-9_\-]{20,}
    | lin_api_[A-Za-z0-9]{30,}
    | ntn_[A-Za-z0-9]{40,}
    | pscale_(?:tkn|pw|oauth)_[A-Za-z0-9_\-.]{30,}
    | dp\.(?:pt|st|ct|sa|scim|audit)\.[A-Za-z0-9_.\-]{30,}
    | hv[sbr]\.[A-Za-z0-9_\-]{20,}
    | [A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_\-]{40,}
    | AT[AC]TT3[A-Za-z0-9_\-=]{40,}
    | sntry[su]_[A-Za-z0-9_+/=\-]{20,}
    | gl(?:c|sa)_[A-Za-z0-9+/=_]{32,}
    | NR(?:AK|JS)-[A-Za-z0-9]{20,}
    | PMAK-[A-Za-z0-9\-]{40,}
    | sb(?:p|_secret)_[A-Za-z0-9_]{20,}
    | AGE-SECRET-KEY-1[0-9A-Z]{50,}
    # JSON web tokens, whole or cut off; Docker's passwords
    | eyJ[A-Za-z0-9_\-]{8,1000}\.[A-Za-z0-9_\-]{4,}(?:\.[A-Za-z0-9_\-]*){0,3}
    | eyJhdXRocyI6[A-Za-z0-9+/]{8,}={0,2}
    )
    """,
    re.VERBOSE,
)
# Addresses to which anybody may post who knows them.
_HOOKS = re.compile(
    r"(?:hooks\.slack\.com/(?:services|workflows|triggers)"
    r"|discord(?:app)?\.com/api/webhooks|webhook\.office\.com/webhookb2)/(?P<path>[\w/@+\-]{8,200})"
)

# What stands before them, or around them, tells that they are secrets; one with no header before
# it must look like one.
_IN_PLACE = re.compile(
    r"""
      authorization\\{0,3}["']?[ \t]{0,3}[:=][ \t]{0,3}\\{0,3}["']?
      (?: (?:bearer|basic|token|digest|negotiate)[ \t]{1,4}(?P<header>[^\s"'\\,]{1,4000})
        | (?=[^\s"'\\,]{0,80}[0-9])(?P<authorization>[^\s"'\\,]{8,4000}) )
    | (?<![a-z])bearer[ \t]{1,4}(?=[^\s"'\\,0-9+/=]{0,80}[0-9+/=])(?P<bearer>[^\s"'\\,]{8,4000})
    | (?<![a-z])basic[ \t]{1,4}(?=[a-z+/]{0,80}[0-9=])(?P<basic>[a-z0-9+/]{12,4000}={0,2})
    | (?<![a-z])token[ \t]{1,4}(?=[a-z_\-]{0,80}[0-9])(?P<token>[a-z0-9_\-+/=.~]{16,4000})
    # The user in an address; without a password only where it is long.
    | ://(?P<user>[^\s"'\\/@:?#]{0,200}:[^\s"'\\/?#]{1,500}(?=@)|[^\s"'\\/@:?#]{16,200}(?=@))
    | (?<![\w-])(?:-u|--user)[ =]["']?[^\s"':]{1,100}:(?![0-9]{1,9}\b)(?P<password>[^\s"']{1,500})
    | (?<![\w-])(?:set-)?cookie["']?[ ]{0,3}:[ ]{0,3}["']?
      (?=[^\s=;"']{1,100}=)(?P<cookie>[^\r\n"'\\]{1,4000})
    | [?&](?:sig|signature|key|auth|code|x-amz-signature|x-amz-security-token|x-amz-credential
      |x-goog-signature|x-goog-credential)=(?P<query>[^\s"'&#\\]{4,2000})
    """,
    re.VERBOSE | re.IGNORECASE,
)
# One of these is in all that `_IN_PLACE` finds.
_PLACES = ("authorization", "bearer", "basic", "token", "://", "-u", "cookie", "&", "?")


def without_shapes(text: str, redacted: str) -> str:
    """Return the text with `redacted` instead of each secret that is known by its shape."""

    def group_redacted(found: re.Match[str]) -> str:
        """Keep what stands around the one group that has found the secret."""
        group = next(name for name, said in found.groupdict().items() if said is not None)
        start, end = found.span(group)
        whole = found.string
        return whole[found.start() : start] + redacted + whole[end : found.end()]

    text = _TOKENS.sub(redacted, text)
    text = _HOOKS.sub(group_redacted, text)
    lowered = text.lower()
    is_there = any(place in lowered for place in _PLACES)
    return _IN_PLACE.sub(group_redacted, text) if is_there else text
