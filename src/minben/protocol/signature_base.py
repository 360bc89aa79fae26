"""The signature base of RFC 9421, section 2: the exact text that is signed for an HTTP message."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Self
from urllib.parse import parse_qsl, quote, urlsplit

ALGORITHMS = ("ed25519", "hmac-sha256")
_PARAMETER = r';([a-z*][a-z0-9_.*-]*)(?:=("(?:[ !#-\[\]-~]|\\["\\])*"|-?\d{1,15}))?'
_COMPONENT = rf'"(@?[a-z0-9!#$%&\'*+.^_`|~-]+)"((?:{_PARAMETER})*)'
_INNER_LIST = re.compile(rf"\(\s*((?:{_COMPONENT}(?:\s+(?=\")|\s*(?=\))))*)\)")
_PARAMETERS = re.compile(rf"(?:{_PARAMETER})*")
_ONE_PARAMETER = re.compile(_PARAMETER)
_ONE_COMPONENT = re.compile(_COMPONENT)
_ENTRY = re.compile(r"""(?:^|,)\s*([a-z*][a-z0-9_.*-]*)=((?:"(?:[^"\\]|\\.)*"|[^",])*)""")
# The parameters as nearly everybody writes them; anything else takes the long way to the same end.
_USUAL = re.compile(
    r';created=(\d{1,10});keyid="([ !#-\[\]-~]*)"(?:;nonce="([ !#-\[\]-~]*)")?'
    rf'(?:;alg="({"|".join(ALGORITHMS)})")?'
)
_PLAIN = re.compile(r"[ !#-\[\]-~]*")
_DERIVED_PORTS = {"http": ":80", "https": ":443"}


@dataclass(frozen=True, kw_only=True)
class Message:
    """訊息 One request (method, url) or response (status, and the request it answers).

    Header names are in lower case; values of a field sent several times are joined by ", ".
    """

    headers: Mapping[str, str]
    method: str = ""
    url: str = ""
    status: int | None = None
    request: Message | None = None

    def dictionary_member(self, name: str, label: str) -> str | None:
        """The raw value of one member of a dictionary field; None when it is not there once."""
        value = self.headers.get(name, "")
        if "," not in value and value.startswith(f"{label}="):  # nearly always
            return value[len(label) + 1 :].strip()
        members = _ENTRY.finditer(value)
        found = [member[2].strip() for member in members if member[1] == label]
        return found[0] if len(found) == 1 else None


@dataclass(frozen=True)
class SignatureParams:
    """簽章參數 What a signature covers, and its own facts (RFC 9421, section 2.3).

    `components` are written as in the RFC, with their parameters: `"@query-param";name="Pet"`.
    `alg` is empty when the message leaves it to the key. `raw`, when parsed from a message, is
    the text as it arrived: what is signed is that text.
    """

    components: tuple[str, ...]
    created: datetime
    key_id: str
    nonce: str | None
    alg: str = "ed25519"
    raw: str = field(default="", compare=False)

    @property
    def written(self) -> str:
        """The inner list with its parameters, as it stands in `Signature-Input`.

        ValueError for a key id or nonce that its quotes cannot hold.
        """
        if self.raw:
            return self.raw
        if not _PLAIN.fullmatch(self.key_id) or not _PLAIN.fullmatch(self.nonce or ""):
            raise ValueError("key id and nonce are plain text without quotes")
        nonce = f';nonce="{self.nonce}"' if self.nonce is not None else ""
        created = int(self.created.timestamp())
        covered = " ".join(self.components)
        return f'({covered});created={created};keyid="{self.key_id}"{nonce};alg="{self.alg}"'

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read one member of `Signature-Input`; ValueError when it is not as the RFC writes it.

        A signature without `created` or `keyid`, or for an algorithm that is none of
        `ALGORITHMS`, is refused.
        """
        components, rest = _split(text)
        usual = _USUAL.fullmatch(rest)
        if usual is not None:
            created = datetime.fromtimestamp(int(usual[1]), UTC)
            return cls(components, created, usual[2], usual[3], usual[4] or "", text)
        if not _PARAMETERS.fullmatch(rest):
            raise ValueError("the signature's parameters cannot be read")
        params = _parameters(rest)
        alg = params.get("alg", "")
        if alg not in ("", *ALGORITHMS):
            raise ValueError(f"the algorithm is {alg}, not one of {', '.join(ALGORITHMS)}")
        if "created" not in params or "keyid" not in params:
            raise ValueError("created and keyid are required")
        created = datetime.fromtimestamp(int(params["created"]), UTC)
        return cls(components, created, params["keyid"], params.get("nonce"), alg, text)


def signature_base(message: Message, params: SignatureParams, written: str = "") -> bytes:
    """The bytes to sign; ValueError when the message lacks a component that is covered.

    `written` spares writing `params` a second time.
    """
    headers = message.headers
    lines = []
    for component, header in _plan(params.components):
        value = headers.get(header) if header else _value(message, component)
        if value is None:
            raise ValueError(f"the message has no {component}")
        lines.append(f"{component}: {value}")
    lines.append(f'"@signature-params": {written or params.written}')
    base = "\n".join(lines)
    if base.count("\n") != len(lines) - 1 or "\r" in base:
        raise ValueError("a line break cannot be signed")
    return base.encode("ascii")


def _split(text: str) -> tuple[tuple[str, ...], str]:
    """The components and the text of the parameters.

    Most messages cover the same components in the same words, so their list is read once. To cut
    at the first ");created=" is safe: a cut inside a quoted parameter leaves no inner list.
    """
    end = text.find(");created=") + 1
    if end:
        try:
            return _components(text[:end]), text[end:]
        except ValueError:
            pass
    whole = _INNER_LIST.match(text)
    if whole is None:
        raise ValueError("not an inner list of components")
    return _components(whole[0]), text[whole.end() :]


@lru_cache(maxsize=256)
def _components(inner_list: str) -> tuple[str, ...]:
    whole = _INNER_LIST.fullmatch(inner_list)
    if whole is None:
        raise ValueError("not an inner list of components")
    components = tuple(m[0] for m in _ONE_COMPONENT.finditer(whole[1]))
    if len(set(components)) != len(components):
        raise ValueError("a component is covered twice")
    return components


@lru_cache(maxsize=256)
def _plan(components: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Each component, and the header that it is when it is no more than that."""
    found = []
    for written in components:
        name, params = _component(written)
        found.append((written, "" if params or name.startswith("@") else name))
    return tuple(found)


@lru_cache(maxsize=256)
def _component(written: str) -> tuple[str, Mapping[str, str]]:
    """A component's name and parameters."""
    match = _ONE_COMPONENT.fullmatch(written)
    if match is None:
        raise ValueError(f"not a component: {written}")
    return match[1], _parameters(match[2])


def _value(message: Message, component: str) -> str | None:
    name, params = _component(component)
    if "req" in params:
        if message.request is None:
            raise ValueError(f"{component}: there is no request to look at")
        message, params = message.request, {k: v for k, v in params.items() if k != "req"}
    if name.startswith("@"):
        return _derived(message, name, params)
    if "key" in params:
        return message.dictionary_member(name, params["key"])
    if params:
        raise ValueError(f"{component}: these parameters are not supported")
    return message.headers.get(name)


def _derived(message: Message, name: str, params: Mapping[str, str]) -> str | None:
    """A derived component (RFC 9421, section 2.2)."""
    if name == "@status":
        return None if message.status is None else str(message.status)
    if message.status is not None:
        return None
    if name == "@method":
        return message.method
    if name == "@query-param":
        return _query_parameter(message.url, params.get("name", ""))
    derived = _target(message.url)
    if name not in derived:
        raise ValueError(f"unknown derived component {name}")
    return derived[name]


@lru_cache(maxsize=256)
def _target(address: str) -> Mapping[str, str]:
    """Every component that is derived from the address alone."""
    url = urlsplit(address)
    path, query = url.path or "/", f"?{url.query}" if "?" in address else ""
    authority, scheme = _authority(address), url.scheme.lower()
    return {
        "@target-uri": f"{scheme}://{authority}{path}{query}",
        "@authority": authority,
        "@scheme": scheme,
        "@request-target": path + query,
        "@path": path,
        "@query": query or "?",
    }


def _query_parameter(url: str, name: str) -> str | None:
    """The re-encoded value of a parameter named once; None when absent or named twice."""
    pairs = parse_qsl(urlsplit(url).query, keep_blank_values=True)
    found = [value for key, value in pairs if quote(key, safe="") == name]
    return quote(found[0], safe="") if len(found) == 1 else None


def _authority(url: str) -> str:
    """Host and port in lower case, without the scheme's own port."""
    parts = urlsplit(url)
    return parts.netloc.lower().removesuffix(_DERIVED_PORTS.get(parts.scheme.lower(), "\n"))


def _parameters(text: str) -> dict[str, str]:
    found = {}
    for name, value in _ONE_PARAMETER.findall(text):
        found[name] = re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value
    return found
