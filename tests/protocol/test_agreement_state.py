"""Where an agreement stands: what must hold for every rule, every crowd and every order."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minben.base.assurance import AssuranceLevel
from minben.base.text import Text
from minben.protocol.agreement import (
    Agreement,
    FactRequest,
    Party,
    Rule,
    Signature,
    Verb,
    state,
)

LOW, MEDIUM, HIGH = AssuranceLevel
START = datetime(2026, 1, 1, tzinfo=UTC)
END = START + timedelta(days=30)
ROLES = ("a", "b", "c", "d")


def agreement(rule: Rule, **changes: object) -> Agreement:
    terms: dict[str, object] = {
        "parties": tuple(Party(role, f"person:{role}", MEDIUM) for role in ROLES),
        "facts": (FactRequest("household:1", "income_class", "is", "general", "x/y/z/v1"),),
        "rule": rule,
        "purpose": Text("審核", "to decide"),
        "recipient": "child-welfare",
        "legal_basis": "L:1 art. 2",
        "valid_from": START,
        "valid_until": END,
        "nonce": "n",
        **changes,
    }
    return Agreement(**terms)  # type: ignore[arg-type]


def sign(of: Agreement, role: str, verb: Verb, day: float = 1, level: AssuranceLevel = HIGH):
    return Signature(
        agreement=of.id,
        verb=verb,
        by=f"person:{role}",
        at=START + timedelta(days=day),
        assurance=level,
        text_digest="sha-256:0",
    )


def later(days: float) -> datetime:
    return START + timedelta(days=days)


rules = st.recursive(
    st.sampled_from(ROLES).map(Rule.role),
    lambda inner: st.lists(inner, min_size=1, max_size=4).flatmap(
        lambda of: st.integers(1, len(of)).map(lambda k: Rule.at_least(k, *of))
    ),
    max_leaves=8,
)
words = st.lists(
    st.tuples(
        st.sampled_from([*ROLES, "stranger"]),
        st.sampled_from(["accept", "accept", "reject", "revoke"]),
        st.floats(-5, 40),
        st.sampled_from([LOW, MEDIUM, HIGH]),
    ),
    max_size=8,
)


def signed(of: Agreement, said) -> list[Signature]:
    return [sign(of, role, verb, day, level) for role, verb, day, level in said]


@given(rules, words, st.floats(0, 40), st.randoms())
def test_the_order_of_signatures_never_matters(rule, said, day, chance) -> None:
    terms = agreement(rule)
    signatures = signed(terms, said)
    before = state(terms, signatures, later(day))
    chance.shuffle(signatures)
    assert state(terms, signatures + signatures[:2], later(day)) == before


@given(rules, words, words, st.floats(0, 20), st.floats(0, 20))
def test_what_was_revoked_or_rejected_stays_so_whatever_comes(rule, said, more, day, wait) -> None:
    terms = agreement(rule)
    known = signed(terms, said)
    ended = state(terms, known, later(day)).status
    if ended in ("revoked", "rejected"):
        after = [s for s in signed(terms, more) if s.at > later(day)]
        status = state(terms, known + after, later(day + wait)).status
        assert status in ("revoked", "rejected")
        assert ended != "revoked" or status == "revoked"


@given(rules, words)
def test_one_required_revocation_ends_it_everywhere(rule, said) -> None:
    terms = agreement(rule)
    for role in ROLES:
        if rule.requires(role):
            signatures = [*signed(terms, said), sign(terms, role, "revoke", 2)]
            assert state(terms, signatures, later(3)).status == "revoked"


@given(rules, st.dictionaries(st.sampled_from(ROLES), st.booleans()))
def test_a_rule_is_met_or_lost_exactly_when_every_way_to_go_on_says_so(rule, answers) -> None:
    silent = [role for role in ROLES if role not in answers]
    ends = {
        met(rule, {**answers, **dict(zip(silent, rest, strict=True))})
        for rest in itertools.product([True, False], repeat=len(silent))
    }
    expected = ends.pop() if len(ends) == 1 else None
    found = rule.evaluate(answers)
    assert found == expected


def met(rule: Rule, answers: dict[str, bool]) -> bool:
    """The rule by brute force, on complete answers."""
    if rule.name:
        return answers[rule.name]
    return sum(met(inner, answers) for inner in rule.of) >= rule.least


@given(st.integers(1, 4), st.lists(st.sampled_from(["accept", "reject", None]), min_size=4,
                                   max_size=4))  # fmt: skip
def test_k_of_n_counts(least: int, said) -> None:
    terms = agreement(Rule.at_least(least, *ROLES))
    signatures = [sign(terms, role, verb) for role, verb in zip(ROLES, said, strict=True) if verb]
    accepted, rejected = said.count("accept"), said.count("reject")
    found = state(terms, signatures, later(2))
    if accepted >= least:
        assert found.status == "active"
    elif 4 - rejected < least:
        assert found.status == "rejected"
    else:
        assert found.status == "pending"
        assert set(found.waiting_for) == {
            role for role, verb in zip(ROLES, said, strict=True) if verb is None
        }


@given(rules, words, st.floats(0, 40))
def test_nobody_can_sign_for_somebody_else(rule, said, day) -> None:
    terms = agreement(rule)
    mine = [word for word in said if word[0] != "stranger"]
    assert state(terms, signed(terms, said), later(day)) == state(
        terms, signed(terms, mine), later(day)
    )


@given(rules, words)
def test_nothing_is_active_after_its_end_or_before_its_beginning(rule, said) -> None:
    terms = agreement(rule)
    signatures = signed(terms, said)
    for day in (-1.0, 30, 35.5):
        assert not state(terms, signatures, later(day)).is_active
    assert state(terms, signatures, later(31)).status in ("expired", "revoked", "rejected")


@given(rules, words, st.floats(0, 29))
def test_a_signature_for_one_agreement_says_nothing_about_another(rule, said, day) -> None:
    terms = agreement(rule)
    signatures = signed(terms, said)
    grown = replace_parties(terms, (*terms.parties, Party("e", "person:e")))
    assert grown.id != terms.id
    assert state(grown, signatures, later(day)) == state(grown, [], later(day))


def replace_parties(terms: Agreement, parties: tuple[Party, ...]) -> Agreement:
    told = {**terms.to_json(), "parties": [_written(party) for party in parties]}
    return Agreement.from_json(told)


def _written(party: Party) -> dict[str, object]:
    return {
        "role": party.role,
        "subject": party.subject,
        "assurance": party.assurance.name.lower(),
        "representative": party.representative,
        "authority": party.authority,
    }


def test_too_little_assurance_does_not_accept_but_always_revokes() -> None:
    terms = agreement(Rule.role("a"))
    weak = sign(terms, "a", "accept", level=LOW)
    assert state(terms, [weak], later(2)).status == "pending"
    strong = sign(terms, "a", "accept")
    assert state(terms, [weak, strong], later(2)).status == "active"
    revoked = sign(terms, "a", "revoke", 3, LOW)
    assert state(terms, [strong, revoked], later(4)).status == "revoked"


def test_a_single_use_is_used_up_and_a_monthly_one_comes_back() -> None:
    for frequency, statuses in {
        "once": ["used", "used"],
        "monthly": ["used", "active"],
        "yearly": ["used", "used"],
        "unlimited": ["active", "active"],
    }.items():
        terms = agreement(Rule.role("a"), frequency=frequency, valid_until=later(90))
        accepted = [sign(terms, "a", "accept")]
        found = [state(terms, accepted, later(d), uses=[later(2)]).status for d in (3, 35)]
        assert found == statuses
        assert state(terms, accepted, later(1.5), uses=[later(2)]).status == "active"


def test_a_recorded_representative_signs_and_only_they() -> None:
    child = Party("child", "person:child", LOW, "person:a", "guardian")
    terms = agreement(
        Rule.role("child"),
        parties=(child,),
        facts=(FactRequest("person:child", "care", "is", "public", "x/y/z/v1"),),
    )
    assert state(terms, [sign(terms, "child", "accept")], later(2)).status == "pending"
    assert state(terms, [sign(terms, "a", "accept")], later(2)).status == "active"


def test_the_represented_person_can_always_revoke_themselves() -> None:
    terms = agreement(
        Rule.role("b"), parties=(Party("b", "person:b", LOW, "person:a", "proxy:1"),), facts=()
    )
    accepted = sign(terms, "a", "accept")
    for hand in ("a", "b"):
        revoked = sign(terms, hand, "revoke", 2)
        assert state(terms, [accepted, revoked], later(3)).status == "revoked"


def test_a_facts_subject_consents_or_a_statute_does() -> None:
    asked = FactRequest("person:b", "tax_rate", "at_least", 20, "tax/income/rate/v1")
    for rule in (Rule.role("a"), Rule.any("a", "b"), Rule.at_least(2, "a", "b", "c")):
        with pytest.raises(ValueError, match="subject is not required"):
            agreement(rule, facts=(asked,))
        agreement(rule, facts=(replace(asked, mandate="mandate:1"),))
    agreement(Rule.all("a", "b"), facts=(asked,))


def test_an_agreement_is_read_back_and_any_other_word_is_another_agreement() -> None:
    terms = agreement(Rule.all("a", Rule.at_least(2, "b", "c", "d")))
    told = terms.to_json()
    assert Agreement.from_json(told).id == terms.id
    for key, value in {"retention_days": 9, "recipient": "x", "nonce": "m"}.items():
        assert Agreement.from_json({**told, key: value}).id != terms.id
    for broken in ({**told, "extra": 1}, {**told, "format": "x"}, {**told, "rule": {"role": 3}},
                   {k: v for k, v in told.items() if k != "facts"}):  # fmt: skip
        with pytest.raises(ValueError, match="not a"):
            Agreement.from_json(broken)


def test_a_signature_is_read_back_and_its_digest_covers_every_word() -> None:
    terms = agreement(Rule.role("a"))
    given_ = sign(terms, "a", "accept")
    assert Signature.from_json(given_.to_json()) == given_
    assert len(given_.challenge) == 32
    changes = [
        {"verb": "revoke"}, {"by": "person:b"}, {"at": later(2)}, {"assurance": LOW},
        {"text_digest": "sha-256:1"}, {"agreement": "sha-256:2"},
    ]  # fmt: skip
    digests = {replace(given_, **change).digest for change in changes}  # type: ignore[arg-type]
    assert len(digests | {given_.digest}) == 7
    for broken in ({**given_.to_json(), "verb": "grant"}, {}, {**given_.to_json(), "at": "now"}):
        with pytest.raises(ValueError, match=r"not a|does not match"):
            Signature.from_json(broken)
