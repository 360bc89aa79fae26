"""Where a form or an address wishes to lead: to a page of ours, or nowhere."""

from django.utils.http import url_has_allowed_host_and_scheme

_LONGEST = 2_000  # characters; browsers and proxies cut longer addresses


def page_of_ours(wanted: str, *, otherwise: str) -> str:
    """The path if it is one on this site, written from its root; else the other one."""
    ours = wanted.startswith("/") and len(wanted) <= _LONGEST
    if ours and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return wanted
    return otherwise
