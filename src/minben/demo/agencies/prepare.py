"""Makes the folders of the demo: keys, descriptors and who trusts whom. Idempotent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from minben.base.text import Text
from minben.demo.agencies import (
    bank,
    childcare,
    household_registration,
    labour_insurance,
    social_affairs,
    tax,
)
from minben.demo.agencies.exchange_parts import TRUST, Party, prepare_exchange
from minben.kit.folder import write_json
from minben.protocol.keys import SigningKey

RECIPIENT = "child-welfare"
APPROVER = "child-welfare-director"
CONSENT_OWNER_KEY = "keys/consent"
APPROVER_KEY = "keys/approver"
PSEUDONYMS = "pseudonyms"
# Questions answered yes or no: also for somebody without any card, whose signature two officials
# witnessed. Where no method is named, every one but that counts.
ALSO_WITNESSED = [
    "citizen_certificate",
    "mobile_fido",
    "nhi_card",
    "corporate_certificate",
    "witnessed",
]
IDENTITY_PROVIDER = "idp"


@dataclass(frozen=True, slots=True)
class DemoAgency:
    """示範機關 One of the six: who it is, where it listens, what it offers."""

    key: str
    name: Text
    port: int
    data_set: Mapping[str, Any]


def _offer(key: str, zh: str, en: str, facts: str, **more: Any) -> dict[str, Any]:
    return {
        "key": key,
        "name": {"zh": zh, "en": en},
        "facts": facts.split(),
        "class": "closed",
        "assurance": "medium",
        "methods": [],
        "sensitivity": "ordinary",
    } | more


AGENCIES = (
    DemoAgency(
        "household-registration",
        Text("內政部戶政司", "Department of Household Registration"),
        8021,
        _offer(
            household_registration.DATA_SET,
            "戶籍資料",
            "Household register",
            "birth_date birth_sequence sex is_national registered_on died_on mother father spouse"
            " household township moves children name name_en",
            persons=["mother", "father", "spouse"],
            representatives=["guardian"],
        ),
    ),
    DemoAgency(
        "tax",
        Text("財政部財政資訊中心", "Fiscal Information Agency"),
        8022,
        _offer(
            tax.DATA_SET,
            "綜合所得稅適用稅率",
            "Income tax rate",
            "tax_rate",
            predicates_only=["tax_rate"],
            methods=ALSO_WITNESSED,
            sensitivity="sensitive",
        ),
    ),
    DemoAgency(
        "labour-insurance",
        Text("勞動部勞工保險局", "Bureau of Labor Insurance"),
        8023,
        _offer(
            labour_insurance.DATA_SET,
            "育嬰留職停薪津貼",
            "Parental-leave benefit",
            "parental_leave_benefit",
            sensitivity="sensitive",
        ),
    ),
    DemoAgency(
        "social-affairs",
        Text("社會局", "Department of Social Affairs"),
        8024,
        _offer(
            social_affairs.DATA_SET,
            "社會救助身分",
            "Social-assistance class",
            "income_class disadvantaged in_state_placement benefit_account",
            sensitivity="sensitive",
            representatives=["guardian"],
            otherwise={
                "income_class": "general",
                "disadvantaged": False,
                "in_state_placement": False,
            },
        ),
    ),
    DemoAgency(
        "childcare",
        Text(
            "社會及家庭署托育系統",
            "Childcare System of the Social and Family Affairs Administration",
        ),
        8025,
        _offer(
            childcare.DATA_SET,
            "托育及就學名冊",
            "Childcare and kindergarten places",
            "care weekly_care_hours kindergarten kindergarten_fee",
            representatives=["guardian"],
        ),
    ),
    DemoAgency(
        "bank",
        Text("財金資訊（銀行）", "Financial Information Service (banks)"),
        8026,
        _offer(
            bank.DATA_SET,
            "帳戶歸屬",
            "Account ownership",
            "owns_account",
            predicates_only=["owns_account"],
            methods=ALSO_WITNESSED,
            sensitivity="sensitive",
        ),
    ),
)


def prepare(
    var: Path,
    *,
    origin: str = "http://localhost:8000",
    pseudonyms_url: str = "http://localhost:8011",
    base_urls: Mapping[str, str] | None = None,
    gateway_url: str = "http://localhost:8012",
    pull_trust: bool = False,
) -> None:
    """Make or complete every key, `agency.json` and `trust.json` under `var/agencies`.

    Keys that exist stay; descriptors and trust lists are written anew. `base_urls` moves agencies
    to other addresses (tests use free ports). With `pull_trust` providers take recipients' keys
    from the trust list that the gateway hands on.
    """
    urls = {a.key: f"http://localhost:{a.port}" for a in AGENCIES}
    urls |= {PSEUDONYMS: pseudonyms_url, **(base_urls or {})}
    folders = var / "agencies"
    keys = {
        name: SigningKey.load_or_make(folders / name / "key").public.text
        for name in (*(a.key for a in AGENCIES), RECIPIENT, PSEUDONYMS, IDENTITY_PROVIDER)
    }
    approver = SigningKey.load_or_make(var / APPROVER_KEY).public.text
    owner = SigningKey.load_or_make(var / CONSENT_OWNER_KEY).public.text
    believed = {
        "identity_providers": {IDENTITY_PROVIDER: keys[IDENTITY_PROVIDER]},
        "approvers": {APPROVER: approver},
        "consent_owner": {"url": f"{origin}/api/agreements", "public_key": owner},
        "pseudonym_authority": {"url": urls[PSEUDONYMS], "public_key": keys[PSEUDONYMS]},
        "push_url": f"{origin}/api/pushes",
        "relying_party": "localhost",
        "origins": [origin],
    }
    for agency in AGENCIES:
        folder = folders / agency.key
        module = agency.key.replace("-", "_")
        descriptor = _descriptor(agency.key, agency.name, urls[agency.key], keys[agency.key])
        descriptor["command"] = ["minben", "agency", "serve"]
        descriptor["program"] = f"minben.demo.agencies.{module}"
        descriptor["datasets"] = [dict(agency.data_set)]
        write_json(folder / "agency.json", descriptor)
        own: dict[str, Any] = {"recipients": {RECIPIENT: keys[RECIPIENT]}}
        allowed = {"allow": {agency.data_set["key"]: [RECIPIENT]}}
        if pull_trust:
            issuer = SigningKey.load_or_make(var / TRUST / "key").public.text
            own["trust_list"] = {"url": f"{gateway_url}/trust-list", "public_key": issuer}
        write_json(folder / "trust.json", believed | own | allowed)
    _recipient(folders, keys)
    _authority(folders, keys, urls[PSEUDONYMS], believed)
    parties = [Party(agency.key, "agency", urls[agency.key]) for agency in AGENCIES]
    parties += [Party(RECIPIENT, "agency"), Party(IDENTITY_PROVIDER, "idp")]
    parties.append(Party(APPROVER, "approver", key=var / APPROVER_KEY))
    prepare_exchange(var, parties, origin=origin, gateway_url=gateway_url)


def _recipient(folders: Path, keys: Mapping[str, str]) -> None:
    name = Text("社會局兒少福利科", "Child Welfare Division, Department of Social Affairs")
    write_json(
        folders / RECIPIENT / "agency.json", _descriptor(RECIPIENT, name, "", keys[RECIPIENT])
    )


def _authority(
    folders: Path, keys: Mapping[str, str], url: str, believed: Mapping[str, object]
) -> None:
    name = Text("假名機構", "Pseudonym authority")
    descriptor = _descriptor(PSEUDONYMS, name, url, keys[PSEUDONYMS])
    descriptor["command"] = ["minben", "pseudonyms", "serve"]
    write_json(folders / PSEUDONYMS / "agency.json", descriptor)
    callers = {a.key: keys[a.key] for a in AGENCIES} | {RECIPIENT: keys[RECIPIENT]}
    trust = {"recipients": callers} | {k: believed[k] for k in ("approvers", "consent_owner")}
    write_json(folders / PSEUDONYMS / "trust.json", trust)


def _descriptor(key: str, name: Text, base_url: str, public_key: str) -> dict[str, Any]:
    return {
        "key": key,
        "name": name.to_json(),
        "base_url": base_url,
        "public_key": public_key,
        "datasets": [],
    }
