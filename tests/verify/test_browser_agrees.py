"""The browser's verifier and ours say the same of every bundle, sound or tampered with."""

import copy
import json
import random
import shutil
import subprocess
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from minben.protocol import cosignature
from minben.protocol.keys import SigningKey
from minben.protocol.signed_note import COSIGNATURE, NoteKey, SignedNote, with_signatures
from minben.protocol.tlog_policy import Policy
from minben.trail import log
from minben.trail.sequencer import sequence_once
from minben.verify.check import check
from minben.verify.format import Unreadable, read
from trail.story import bundle_of, use

HERE = Path(__file__).parent
SCRIPT = HERE.parents[1] / "src/minben/ui/static/ui/verify.js"
Json = dict[str, Any]


@pytest.fixture
def told(db: None) -> Json:
    person, others = uuid4(), [uuid4() for _ in range(5)]
    for n in range(6):
        use(person, n=n, text='育兒津貼 \u2028 \x7f "\\ é', rate=0.5)
        use(others[n % 5])
        if n % 2:
            sequence_once()
    use(person, n=7)
    return bundle_of(person)


def ours(bundle: Json, key: str, policy: str | None = None) -> Json:
    try:
        trusted = None if policy is None else Policy.read(policy)
        report = check(read(bundle), NoteKey.from_text(key), trusted)
    except Unreadable:
        return {"unreadable": True}
    return {
        "sound": report.is_sound,
        "findings": sorted((f.code, f.number or 0) for f in report.findings),
        "size": report.head.size if report.head else None,
        "at": report.at,
        "count": report.count if report.head else 0,
        "older": report.older.size if report.older else None,
        "witnesses": [list(witness) for witness in report.witnesses],
    }


def theirs(bundles: list[Json], key: str, policy: str | None = None) -> list[Json]:
    node = shutil.which("node")
    assert node, "install Node.js: apt-get install nodejs"
    told = json.dumps({"bundles": bundles, "key": key, "policy": policy})
    done = subprocess.run(
        [node, str(HERE / "check.mjs"), str(SCRIPT)],
        input=told,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [
        {"unreadable": True}
        if "unreadable" in report
        else {
            "sound": report["sound"],
            "findings": sorted((f["code"], f["number"] or 0) for f in report["findings"]),
            **{name: report[name] for name in ("size", "at", "count", "older", "witnesses")},
        }
        for report in json.loads(done.stdout)
    ]


def places(value: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    found = [way] if way else []
    for key, item in inner:
        if isinstance(item, dict | list):
            found += places(item, (*way, key))
        else:
            found.append((*way, key))
    return found


def tamper(told: Json, chance: random.Random) -> Json:
    """One random change somewhere: a value, a character, a missing, doubled or swapped part."""
    bundle = copy.deepcopy(told)
    *way, last = chance.choice(places(bundle))
    parent: Any = bundle
    for key in way:
        parent = parent[key]
    value = parent[last]
    if isinstance(parent, list) and chance.random() < 0.6:
        other = chance.randrange(len(parent))
        match chance.randrange(3):
            case 0:
                del parent[last]
            case 1:
                parent.insert(other, copy.deepcopy(value))
            case _:
                parent[last], parent[other] = parent[other], parent[last]
    elif isinstance(value, str) and value:
        at = chance.randrange(len(value))
        letter = chance.choice("0123456789abcdefABCDEF \n-+é")
        parent[last] = value[:at] + letter + value[at + chance.randrange(2) :]
    elif isinstance(value, int):
        parent[last] = chance.choice([value + 1, value - 1, 0, 2**60, str(value), None])
    else:
        parent[last] = chance.choice([None, [], {}, 0, "", "sealed"])
    return bundle


def without_each_entry(told: Json) -> list[Json]:
    entries = told["entries"]
    return [{**told, "entries": entries[:n] + entries[n + 1 :]} for n in range(len(entries))]


@pytest.mark.slow
def test_both_find_the_same_in_sound_and_in_tampered_bundles(told: Json) -> None:
    key = log.public_key().text
    chance = random.Random(20221122)
    endless = copy.deepcopy(told)
    endless.update(count=2**52, entries=[{**told["entries"][0], "number": 2**52, "leaf": "?"}])
    bundles = [
        told,
        endless,
        *without_each_entry(told),
        *(tamper(told, chance) for _ in range(250)),
    ]
    reports = theirs(bundles, key)
    for bundle, report in zip(bundles, reports, strict=True):
        assert report == ours(json.loads(json.dumps(bundle)), key), bundle
    assert reports[0]["sound"]
    kinds = {code for report in reports for code, _ in report.get("findings", ())}
    assert kinds >= {"changed", "dropped", "truncated", "reordered", "count_changed"}


def test_both_hold_witnesses_against_the_same_policy(told: Json) -> None:
    keys = {name: SigningKey.generate() for name in ("one", "two", "three")}
    log_key = log.public_key().text
    lines = [f"log {log_key}"]
    for name, key in keys.items():
        lines.append(
            f"witness {name} {NoteKey(name, key.public, COSIGNATURE).text} http://{name}/"
        )
    lines += ["group pair any one two", "group all-of all pair three", "quorum all-of"]
    policy = "\n".join(lines)
    text = SignedNote.read(told["checkpoint"]).text

    def by(*names: str, at: int = 1_700_000_000) -> Json:
        signed = [cosignature.cosign(text, name=n, key=keys[n], at=at).line for n in names]
        return {**told, "checkpoint": with_signatures(told["checkpoint"], signed)}

    forged = by("one", "three")
    later = by("two", at=9).get("checkpoint", "").splitlines()[-1]
    swapped = later[:-20] + ("A" if later[-20] != "A" else "B") + later[-19:]
    bundles = [
        told, by("one"), by("one", "two"), by("three"), by("one", "three"), by(*keys),
        {**forged, "checkpoint": forged["checkpoint"] + swapped + "\n"},
    ]  # fmt: skip
    reports = theirs(bundles, log_key, policy)
    for bundle, report in zip(bundles, reports, strict=True):
        assert report == ours(bundle, log_key, policy)
    assert [report["sound"] for report in reports] == [0, 0, 0, 0, 1, 1, 0]
    assert reports[-1]["findings"] == [("cosignature_forged", 0)]
    for wrong in ("", "quorum nobody", policy.replace("any", "9"), f"{policy}\nquorum none"):
        assert "unreadable" in theirs([told], log_key, wrong)[0]


def test_the_plain_form_of_ed25519_agrees_with_the_engines(tmp_path: Path) -> None:
    script = tmp_path / "plain.mjs"
    module = SCRIPT.with_name("ed25519.js").as_uri()
    script.write_text(
        f"""import {{ verifyPlain, verifyEd25519 }} from "{module}";
        const pair = await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]);
        const key = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
        for (let n = 0; n < 12; n += 1) {{
          const message = crypto.getRandomValues(new Uint8Array(n * 7));
          const signature = new Uint8Array(
            await crypto.subtle.sign("Ed25519", pair.privateKey, message));
          if (n % 2) signature[crypto.getRandomValues(new Uint8Array(1))[0] % 64] ^= 1 << (n % 8);
          const [plain, engine] = [await verifyPlain(key, signature, message),
                                   await verifyEd25519(key, signature, message)];
          if (plain !== engine || plain !== (n % 2 === 0)) throw new Error(`${{n}}: ${{plain}}`);
        }}
        const zero = new Uint8Array(32);
        if (await verifyPlain(zero, new Uint8Array(64), zero)) throw new Error("small order");
        """
    )
    node = shutil.which("node")
    assert node
    done = subprocess.run([node, str(script)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
