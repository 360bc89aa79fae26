"""What this server can do, for programs: RFC 8414 and OpenID Connect Discovery, one document."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from minben.authorization import details, keys, proving
from minben.authorization.actions.issuing import GRANT_TYPES
from minben.authorization.types import Scope
from minben.base.assurance import AssuranceLevel

PATHS = {
    "authorization_endpoint": "/oauth/authorize",
    "pushed_authorization_request_endpoint": "/oauth/par",
    "token_endpoint": "/oauth/token",
    "introspection_endpoint": "/oauth/introspect",
    "revocation_endpoint": "/oauth/revoke",
    "userinfo_endpoint": "/oauth/userinfo",
    "grant_management_endpoint": "/oauth/grants",
    "jwks_uri": "/oauth/jwks",
}


def document() -> dict[str, Any]:
    """The metadata. Only what is really done is told; mutual TLS and request objects are not."""
    return {
        "issuer": settings.ORIGIN,
        **{name: settings.ORIGIN + path for name, path in PATHS.items()},
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": list(GRANT_TYPES),
        "code_challenge_methods_supported": ["S256"],
        "scopes_supported": [scope.value for scope in Scope],
        "claims_supported": [
            "sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr",
            "name", "birthdate",
        ],
        "subject_types_supported": ["pairwise"],
        "acr_values_supported": [level.acr for level in AssuranceLevel],
        "id_token_signing_alg_values_supported": [keys.ALGORITHM],
        "introspection_signing_alg_values_supported": [keys.ALGORITHM],
        "authorization_details_types_supported": [details.TYPE],
        "authorization_response_iss_parameter_supported": True,
        "dpop_signing_alg_values_supported": list(proving.ALGORITHMS),
        **_by_signed_word("token_endpoint"),
        **_by_signed_word("introspection_endpoint"),
        **_by_signed_word("revocation_endpoint"),
        "grant_management_actions_supported": ["query", "revoke"],
        "prompt_values_supported": ["none", "login", "consent"],
        "ui_locales_supported": ["zh-Hant", "en"],
        "claims_parameter_supported": False,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "require_pushed_authorization_requests": False,  # apps that only sign people in may not
        "tls_client_certificate_bound_access_tokens": False,
    }  # fmt: skip


def _by_signed_word(endpoint: str) -> dict[str, Any]:
    return {
        f"{endpoint}_auth_methods_supported": ["private_key_jwt"],
        f"{endpoint}_auth_signing_alg_values_supported": list(proving.ALGORITHMS),
    }
