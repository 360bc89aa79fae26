"""The web process under a synchronous server: `granian --interface wsgi minben.config.wsgi`.

Every view here is synchronous, so a server that calls it directly spends half the processor time
of one that hops through an event loop (docs/reference/bench.md).
"""

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.core.handlers.exception import convert_exception_to_response
from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application
from django.middleware.security import SecurityMiddleware

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "minben.config.settings")
_pages = get_wsgi_application()
# What programs call over and over: no cookie, no language, no page, so none of their middleware.
_PROGRAMS = frozenset({"/oauth/par", "/oauth/token", "/oauth/introspect", "/oauth/revoke"})


class _Programs(WSGIHandler):
    """The same addresses and views behind nothing but the security headers."""

    def load_middleware(self, is_async: bool = False) -> None:
        self._view_middleware: list[Any] = []
        self._template_response_middleware: list[Any] = []
        self._exception_middleware: list[Any] = []
        inner = convert_exception_to_response(self._get_response)  # type: ignore[attr-defined]
        self._middleware_chain = convert_exception_to_response(SecurityMiddleware(inner))


_programs = _Programs()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Pages through the middleware, what programs call without."""
    handler = _programs if environ.get("PATH_INFO") in _PROGRAMS else _pages
    answer: Iterable[bytes] = handler(environ, start_response)
    return answer
