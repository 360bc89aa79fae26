"""Where each roof hangs."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

# The roofs join as they are built.
_ROOFS = {
    "": "minben.portal.urls_sign_in",
    "office/": "minben.office.urls",
    "api/": "minben.api.urls",
}
urlpatterns: list[URLPattern | URLResolver] = [
    path(prefix, include(module)) for prefix, module in _ROOFS.items() if find_spec(module)
]
urlpatterns.append(path("", include("minben.api.oauth.urls")))
if find_spec("minben.portal.urls"):
    urlpatterns.append(path("", include("minben.portal.urls")))
