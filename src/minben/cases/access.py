"""Who may do what with a case. Every action asks here first."""

from __future__ import annotations

from uuid import UUID

from minben.base.refusal import Refused
from minben.cases.models import Case
from minben.identity.types import Actor, PersonView, Role


def stands_for(actor: Actor) -> frozenset[UUID]:
    """Whose affairs the actor may see to: their own, or a principal's as representative."""
    if actor.acting_for is None:
        return frozenset({actor.person})
    principal = actor.acting_for.principal
    return frozenset({principal.uuid}) if isinstance(principal, PersonView) else frozenset()


def people_of(case: Case) -> frozenset[UUID]:
    """The subject and the applicants."""
    return frozenset({case.subject, *case.applicants.values_list("person", flat=True)})


def own(actor: Actor, case: Case) -> None:
    """Refused `cases.not_yours` unless the case concerns the actor or their principal."""
    if not stands_for(actor) & people_of(case):
        raise Refused("cases.not_yours")


def officer(actor: Actor, case: Case) -> None:
    """Refused unless the actor is a case officer of the case's agency, and no party to it.

    Recusal: 行政程序法 art. 32 and 33.
    """
    if not actor.has(Role.CASE_OFFICER):
        raise Refused("cases.only_the_office")
    if actor.agency != case.agency:
        raise Refused("cases.not_your_agency")
    if actor.person in people_of(case):
        raise Refused("cases.own_affair")


def found(reference: str) -> Case:
    """The case with this reference, locked for change; Refused `cases.no_such_case`."""
    case = Case.objects.select_for_update().filter(reference=reference).first()
    if case is None:
        raise Refused("cases.no_such_case")
    return case


def written(words: str, *, refusal: str) -> str:
    """Words that a person must give, trimmed; the refusal when there are none."""
    trimmed = words.strip()
    if not trimmed:
        raise Refused(refusal)
    return trimmed[:4000]
