"""The one verb of every page: change the language."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from minben.portal.ways import page_of_ours
from minben.ui.language import CODES


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Remember the language and show the same page in it."""
    response = redirect(back_to(request))
    code = CODES["en" if request.POST.get("to") == "en" else "zh"]
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=365 * 24 * 3600,
        samesite="Lax",
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


def back_to(request: HttpRequest) -> str:
    """The page that the form stood on, if it is one of ours."""
    return page_of_ours(request.POST.get("next", ""), otherwise="/")
