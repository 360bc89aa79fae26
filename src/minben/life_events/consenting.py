"""Asking by consent: terms for exactly what is open, then the questions under them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from minben.base.text import Text
from minben.cases import actions as cases
from minben.consent import actions as consent
from minben.consent import queries as consents
from minben.consent.drafting import agreement_for
from minben.consent.types import AgreementView
from minben.exchange.answers import data_set_of
from minben.exchange.types import TransferState
from minben.facts.predicate import Predicate
from minben.jobs import actions as jobs
from minben.jobs import clock
from minben.life_events.gathering import Asked
from minben.life_events.models import AccountClaim, Dossier, Offer
from minben.packs.load import pack
from minben.protocol.agreement import FactRequest

TO_SIGN_DAYS = 30
BY_CONSENT = "個人資料保護法第15條第2款（經當事人同意） PDPA art. 15(2)"
PURPOSE = Text("審核並發給{pack}", "To decide on and pay: {pack}")


def propose(
    dossier: Dossier,
    *,
    reference: str,
    applicant: UUID,
    questions: Iterable[Predicate],
    by: str,
) -> AgreementView:
    """Lay terms before exactly the people whose facts are open."""
    role_of = {UUID(uuid): role for role, uuid in dossier.persons.items()}
    requests = [
        FactRequest(
            subject=f"person:{subject_of(dossier, question)}",
            fact=question.fact,
            op=question.op,  # type: ignore[arg-type]  # the engine's three words
            value=question.to_json()["value"],  # type: ignore[arg-type]
            data_set=data_set_of(question),
        )
        for question in questions
    ]
    view = consent.propose(
        agreement=agreement_for(
            requests=requests,
            applicant=applicant,
            roles=role_of,
            purpose=PURPOSE.filled(pack=pack(dossier.pack).name),
            recipient=pack(dossier.pack).owner_agency,
            legal_basis=BY_CONSENT,
            valid_for=timedelta(days=TO_SIGN_DAYS),
        ),
        by=by,
    )
    cases.add_basis(reference=reference, agreement=view.id)
    jobs.enqueue(
        kind="life_events.signed_by",
        payload={"agreement": view.id},
        due_on=clock.today() + timedelta(days=TO_SIGN_DAYS + 1),
        key=f"life_events.signed_by:{view.id}",
    )
    return view


def ask_consented(dossier: Dossier) -> bool:
    """Ask under every agreement of the dossier that is active now; True when nothing is awaited.

    Awaited is a signature or an answer on which the present cause waits; an account waits for
    nobody. A question that was refused is not asked again: an officer has it.
    """
    asked = Asked(dossier)
    ready = True
    now = set(
        Offer.objects.filter(dossier=dossier, cause=dossier.cause).values_list(
            "agreement", flat=True
        )
    )
    for agreement, questions in _open_questions(dossier):
        status = consents.state(agreement).status
        if status == "pending" and agreement in now:
            ready = False
        if status != "active":
            continue
        by_subject: dict[UUID, list[Predicate]] = {}
        for question in questions:
            subject = subject_of(dossier, question)
            state = asked.state(subject, question)
            if state is None:
                by_subject.setdefault(subject, []).append(question)
            awaited = state is TransferState.WAITING and question.fact != "owns_account"
            ready = ready and not awaited
        for subject, some in by_subject.items():
            asked.ask(subject, some, agreement_id=agreement)
            ready = ready and all(q.fact == "owns_account" for q in some)
    return ready


def subject_of(dossier: Dossier, question: Predicate) -> UUID:
    """Whose fact a question is about; KeyError when the family does not have that person."""
    return UUID(dossier.persons[question.person])


def signatories(view: AgreementView) -> list[UUID]:
    """Whose hands have to sign."""
    hands = sorted({party.signatory for party in view.agreement.parties})
    return [UUID(h.removeprefix("person:")) for h in hands if h.startswith("person:")]


def account_question(claim: AccountClaim) -> Predicate:
    """Is this account this person's? Yes or no."""
    role = next(
        (k for k, uuid in claim.dossier.persons.items() if uuid == str(claim.person)), "applicant"
    )
    return Predicate(role, "owns_account", "is", f"{claim.bank_code}-{claim.account}")


def _open_questions(dossier: Dossier) -> Iterable[tuple[str, list[Predicate]]]:
    found: dict[str, list[Predicate]] = {}
    for offer in Offer.objects.filter(dossier=dossier).exclude(agreement="").order_by("id"):
        questions = [Predicate.from_json(ask) for ask in offer.asks]
        found.setdefault(offer.agreement, []).extend(questions)
    claims = AccountClaim.objects.filter(dossier=dossier, confirmed_on=None, refused_on=None)
    for claim in claims.exclude(agreement="").order_by("id"):
        found.setdefault(claim.agreement, []).append(account_question(claim))
    return found.items()
