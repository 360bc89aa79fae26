"""Addresses of signing in, the account, the card reader and signing."""

from django.urls import path

from minben.portal import (
    account,
    allowed_apps,
    authorize,
    card_reader,
    representing,
    sign_in,
    sign_out,
    signing,
    witness,
)

urlpatterns = [
    path("oauth/authorize", authorize.authorize, name="oauth-authorize"),
    path("sign-in", sign_in.sign_in, name="sign-in"),
    path("sign-in/step-up", sign_in.step_up, name="step-up"),
    path("sign-in/return", sign_in.returned, name="sign-in-return"),
    path("sign-in/continue", sign_in.go_on, name="sign-in-continue"),
    path("sign-in/passkey", sign_in.passkey, name="sign-in-passkey"),
    path("sign-out", sign_out.sign_out, name="sign-out"),
    path("session/extend", sign_out.extend, name="session-extend"),
    path("session/expiry", sign_out.expiry, name="session-expiry"),
    path("account", account.account, name="account"),
    path("account/powers", representing.powers_of_attorney, name="powers"),
    path("account/powers/<uuid:uuid>/accept", representing.accept, name="accept-power"),
    path("account/number", representing.link_number, name="link-number"),
    path("account/apps", allowed_apps.allowed_apps, name="allowed-apps"),
    path("account/apps/<uuid:uuid>/take-back", allowed_apps.take_back, name="take-back"),
    path("account/act-for", account.act_for, name="act-for"),
    path("account/passkeys", account.add_passkey, name="add-passkey"),
    path("account/passkeys/<uuid:uuid>/remove", account.remove_passkey, name="remove-passkey"),
    path(
        "account/representations/<uuid:uuid>/end",
        account.end_representation,
        name="end-representation",
    ),
    path("counter/serve", card_reader.serve, name="counter-serve"),
    path("counter/present", witness.begin, name="counter-present"),
    path("counter/present/<uuid:uuid>/serve", witness.serve, name="counter-serve-present"),
    path("counter/witness", witness.waiting, name="witness"),
    path("counter/witness/<uuid:uuid>", witness.confirm, name="witness-confirm"),
    path("counter/witness/<uuid:uuid>/sign", witness.witness, name="witness-sign"),
    path("counter/done", card_reader.done, name="counter-done"),
    path("agreements/<str:agreement>/sign", signing.sign, name="sign-agreement"),
    path(
        "agreements/<str:agreement>/sign/passkey",
        signing.sign_with_passkey,
        name="sign-agreement-passkey",
    ),
]
