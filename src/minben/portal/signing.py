"""Signing an agreement: by passkey on this page, or at the identity provider. Never by us."""

from typing import cast, get_args

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from minben.base.refusal import Refused
from minben.consent import queries, signing, witnessing
from minben.identity import limits, session
from minben.identity.types import Actor
from minben.portal.credentials import credential_in
from minben.portal.gate import signed_in
from minben.portal.ways import page_of_ours
from minben.protocol.agreement import Verb
from minben.ui.language import current as tongue


@require_http_methods(["POST"])
@signed_in
def sign(request: HttpRequest, actor: Actor, agreement: str) -> HttpResponse:
    """Offer the ways to sign; with `with=provider`, or without a passkey, go there at once."""
    limits.count("sign", str(actor.person))
    view = queries.agreement_for(agreement, by=actor)
    verb = _verb(request)
    then = _next(request, agreement)
    if witnessing.is_on_paper(actor) and (clerk := session.own(request)) is not None:
        address = witnessing.begin_first(
            request,
            agreement_id=agreement,
            verb=verb,
            by=actor,
            clerk=clerk,
            then=f"/agreements/{agreement}",
            language=tongue(),
        )
        return redirect(address)
    if request.POST.get("with") != "provider" and signing.can_use_passkey(view, actor):
        statement, options = signing.begin_with_passkey(
            agreement_id=agreement, verb=verb, by=actor
        )
        state = session.keep_signing(request, {"statement": signing.to_json(statement)})
        context = {
            "view": view,
            "verb": verb,
            "options": options,
            "state": state,
            "next": then,
        }
        return render(request, "sign_in/sign.html", context)
    address = signing.begin_at_provider(
        request,
        agreement_id=agreement,
        verb=verb,
        by=actor,
        then=then,
        back=f"/agreements/{agreement}",
        language=tongue(),
    )
    return redirect(address)


@require_POST
@signed_in
def sign_with_passkey(request: HttpRequest, actor: Actor, agreement: str) -> HttpResponse:
    """Store the assertion over exactly what was shown as the person's own signature."""
    flow = session.take_flow(request, request.POST.get("state", ""), passkey=True)
    statement = signing.from_json(flow["statement"])
    if statement.agreement != agreement:
        raise Refused("identity.flow_unknown")
    signing.finish_with_passkey(statement=statement, credential=credential_in(request), by=actor)
    return redirect(_next(request, agreement))


def _verb(request: HttpRequest) -> Verb:
    written = request.POST.get("verb", "")
    if written not in get_args(Verb):
        raise Refused("consent.no_such_verb")
    return cast(Verb, written)


def _next(request: HttpRequest, agreement: str) -> str:
    return page_of_ours(request.POST.get("next", ""), otherwise=f"/agreements/{agreement}")
