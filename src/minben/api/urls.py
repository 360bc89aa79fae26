"""Addresses of the API."""

from django.urls import path, re_path

from minben.api import agencies, decisions, law, manual, me, public
from minben.api.door import api, not_found

api.add_router("", law.router)
api.add_router("", decisions.router)
api.add_router("", public.router)
api.add_router("", agencies.router)
api.add_router("/me", me.router)

urlpatterns = [
    path("docs", manual.manual, name="api-docs"),
    path("openapi.json", manual.openapi, name="openapi"),
    path("", api.urls),
    re_path("^.*$", not_found),
]
