"""Why an endpoint says no, in OAuth's own errors; words: `ui/words/authorization.toml`.

A refusal tells the caller the RFC's error and never which of two secrets was wrong.
"""

from __future__ import annotations

from minben.base.refusal import Refused

# error (RFC 6749, 9126, 9396, 9449, 9470; OpenID Connect Core) and HTTP status of each refusal.
_ERRORS: dict[str, tuple[str, int]] = {
    "client_refused": ("invalid_client", 401),
    "client_not_allowed": ("unauthorized_client", 400),
    "request_malformed": ("invalid_request", 400),
    "request_unknown": ("invalid_request_uri", 400),
    "request_object_refused": ("request_not_supported", 400),
    "request_uri_refused": ("request_uri_not_supported", 400),
    "must_push": ("invalid_request", 400),
    "redirect_unknown": ("invalid_request", 400),
    "challenge_missing": ("invalid_request", 400),
    "response_type_refused": ("unsupported_response_type", 400),
    "scope_refused": ("invalid_scope", 400),
    "details_refused": ("invalid_authorization_details", 400),
    "details_widened": ("invalid_authorization_details", 400),
    "grant_type_refused": ("unsupported_grant_type", 400),
    "code_refused": ("invalid_grant", 400),
    "code_reused": ("invalid_grant", 400),
    "refresh_refused": ("invalid_grant", 400),
    "refresh_replayed": ("invalid_grant", 400),
    "grant_ended": ("invalid_grant", 400),
    "nonce_wanted": ("use_dpop_nonce", 400),
    "proof_refused": ("invalid_dpop_proof", 400),
    "proof_replayed": ("invalid_dpop_proof", 400),
    "token_refused": ("invalid_token", 401),
    "scope_missing": ("insufficient_scope", 403),
    "surer_sign_in_wanted": ("insufficient_user_authentication", 401),
    "assurance_unmet": ("unmet_authentication_requirements", 400),
    "sign_in_needed": ("login_required", 400),
    "consent_needed": ("consent_required", 400),
    "person_declined": ("access_denied", 400),
    "wrong_person": ("access_denied", 400),
    "no_such_grant": ("invalid_request", 404),
    "signature_needed": ("access_denied", 403),
}


def error_of(refusal: Refused) -> tuple[str, int]:
    """The OAuth error and HTTP status of a refusal; those of other rooms deny access."""
    room, _, reason = refusal.key.partition(".")
    if room == "authorization" and reason in _ERRORS:
        return _ERRORS[reason]
    if refusal.key == "identity.too_many_tries":
        return "temporarily_unavailable", 429
    if room == "registry" or refusal.key == "consent.mandate_does_not_cover":
        return "invalid_authorization_details", 400
    return "access_denied", 400


def known() -> frozenset[str]:
    """Every reason that has an error, for the reference and the tests."""
    return frozenset(f"authorization.{reason}" for reason in _ERRORS)
