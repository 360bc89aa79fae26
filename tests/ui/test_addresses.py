"""Every address that exists is in the list of pages."""

import re
from pathlib import Path

import pytest

from minben.api.urls import api
from minben.office import urls as office
from minben.portal import urls as portal
from minben.portal import urls_sign_in

LISTED = (Path(__file__).parents[2] / "docs/reference/pages.md").read_text("utf-8")
ROUTES = [
    *(str(p.pattern) for p in portal.urlpatterns + urls_sign_in.urlpatterns),
    *(f"office/{p.pattern}" for p in office.urlpatterns),
    *(path.removeprefix("/") for path in api.get_openapi_schema(path_prefix="/api/")["paths"]),
]


@pytest.mark.parametrize("route", ROUTES)
def test_an_address_stands_in_the_list_of_pages(route):
    parts = [part for part in re.split(r"<[^>]+>|\{[^}]+\}|/", route) if part]
    for part in parts:
        named = re.search(rf"[/….]{re.escape(part.lstrip('.'))}(?![a-z])", LISTED)
        assert named or ("/api/me/…" in LISTED and route.startswith("api/me")), part
