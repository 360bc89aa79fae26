"""Addresses of the authorization server; `metadata.PATHS` tells them to programs."""

from django.urls import path

from minben.api.oauth import endpoints

urlpatterns = [
    path(".well-known/openid-configuration", endpoints.discovery, name="openid-configuration"),
    path(".well-known/oauth-authorization-server", endpoints.discovery, name="oauth-metadata"),
    path("oauth/jwks", endpoints.jwks, name="oauth-jwks"),
    path("oauth/par", endpoints.par, name="oauth-par"),
    path("oauth/token", endpoints.token, name="oauth-token"),
    path("oauth/introspect", endpoints.introspect, name="oauth-introspect"),
    path("oauth/revoke", endpoints.revoke, name="oauth-revoke"),
    path("oauth/userinfo", endpoints.userinfo, name="oauth-userinfo"),
    path("oauth/grants/<uuid:uuid>", endpoints.grant, name="oauth-grant"),
]
