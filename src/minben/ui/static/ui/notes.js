/* 簽章註記、連署與信任政策 Signed notes, cosignatures, trust policies (C2SP signed-note, tlog-checkpoint,
   tlog-cosignature, tlog-policy). Twins: minben/protocol/{signed_note,cosignature,tlog_policy}.py. */

import { verifyEd25519 } from "./ed25519.js";
import { UnreadableBundle, fromBase64, sha256, toHex, utf8 } from "./proofs.js";

const PLAIN = 1;
const COSIGNATURE = 4;
const isName = (name) => typeof name === "string" && name !== "" && !/[\s+]/u.test(name);

export async function readKey(text, kind = PLAIN) {
  const [name, hash, ...rest] = text.trim().split("+");
  const raw = fromBase64(rest.join("+"));
  if (!isName(name) || !raw || raw.length !== 33 || raw[0] !== kind) throw new UnreadableBundle("key");
  const full = await sha256(`${name}\n`, raw);
  if (full.slice(0, 8) !== hash) throw new UnreadableBundle("key: hash");
  return { name, hash, raw: raw.slice(1), id: (await sha256(raw.slice(1))).slice(0, 16) };
}

/* { text, lines: [{ name, hash, signature }] }, or null when it is no note. */
export function readNote(note) {
  const gap = note.lastIndexOf("\n\n");
  if (gap < 0 || !note.endsWith("\n") || [...note].length > 64000) return null;
  if (/[\u0000-\u0009\u000b-\u001f]/.test(note)) return null;
  const lines = [];
  for (const line of note.slice(gap + 2).split("\n").slice(0, -1)) {
    const [dash, name, ...rest] = line.split(" ");
    const raw = fromBase64(rest.join(" "));
    if (dash !== "\u2014" || !isName(name) || !raw || raw.length < 5) return null;
    lines.push({ name, hash: toHex(raw.slice(0, 4)), signature: raw.slice(4) });
  }
  return lines.length > 0 && lines.length <= 64 ? { text: note.slice(0, gap + 1), lines } : null;
}

const linesOf = (note, key) =>
  note.lines.filter((line) => line.name === key.name && line.hash === key.hash);

/* The head in a note that this key signed; null for anything else, one false line of it included. */
export async function readHead(text, key) {
  const note = readNote(text);
  const lines = note ? linesOf(note, key) : [];
  if (lines.length === 0) return null;
  for (const line of lines) {
    if (!(await verifyEd25519(key.raw, line.signature, utf8.encode(note.text)))) return null;
  }
  const [origin, size, root, ...extensions] = note.text.split("\n");
  const bytes = fromBase64(root);
  if (origin !== key.name || !/^(0|[1-9][0-9]*)$/.test(size) || bytes?.length !== 32) return null;
  if (extensions.pop() !== "" || extensions.includes("")) return null;
  return { size: Number(size), root: toHex(bytes) };
}

/* When a witness cosigned (POSIX seconds), 0 when it did not, null when a line of it is false. */
async function cosignedAt(note, witness) {
  let newest = 0;
  for (const line of linesOf(note, witness)) {
    if (line.signature.length !== 72) return null;
    const at = new DataView(line.signature.buffer, line.signature.byteOffset).getBigUint64(0);
    const said = utf8.encode(`cosignature/v1\ntime ${at}\n${note.text}`);
    const signature = line.signature.slice(8);
    if (at >= 2n ** 63n || !(await verifyEd25519(witness.raw, signature, said))) return null;
    newest = Math.max(newest, Number(at));
  }
  return newest;
}

/* A policy file as { logs, witnesses, groups, quorum }; UnreadableBundle names the line. */
export async function readPolicy(text) {
  const policy = { logs: new Map(), witnesses: new Map(), groups: new Map(), quorum: null };
  const used = new Set();
  for (const [at, line] of text.split("\n").entries()) {
    const [word, ...rest] = line.split(/[ \t]+/).filter((part) => part !== "");
    const known = word === undefined || word.startsWith("#");
    if (!known && !(await readLine(policy, used, word, rest))) {
      throw new UnreadableBundle(`policy, line ${at + 1}`);
    }
  }
  if (policy.quorum === null) throw new UnreadableBundle("policy: no quorum");
  return policy;
}

async function readLine(policy, used, word, rest) {
  const { logs, witnesses, groups } = policy;
  const isNew = (name) => !["none", "all", "any"].includes(name) && !witnesses.has(name) && !groups.has(name);
  const isDefined = (name) => witnesses.has(name) || groups.has(name);
  const isTwice = (key, others) => [...others.values()].some((other) => toHex(other.raw) === toHex(key.raw));
  if (word === "log" && [1, 2].includes(rest.length)) {
    const key = await readKey(rest[0]);
    if (isTwice(key, logs)) return false;
    logs.set(key.name, key);
    return true;
  }
  if (word === "witness" && [2, 3].includes(rest.length) && isNew(rest[0])) {
    const key = await readKey(rest[1], COSIGNATURE);
    if (isTwice(key, witnesses)) return false;
    witnesses.set(rest[0], key);
    return true;
  }
  if (word === "group" && rest.length > 2 && isNew(rest[0])) {
    const [name, threshold, ...members] = rest;
    const words = { any: 1, all: members.length };
    const needed = words[threshold] ?? (/^[0-9]+$/.test(threshold) ? Number(threshold) : 0);
    for (const member of members) {
      if (used.has(member) || !isDefined(member)) return false;
      used.add(member);
    }
    groups.set(name, { needed, members });
    return needed >= 1 && needed <= members.length;
  }
  const [quorum] = rest;
  if (word !== "quorum" || rest.length !== 1 || policy.quorum !== null) return false;
  policy.quorum = quorum;
  return quorum === "none" || isDefined(quorum);
}

/* { met, cosigners: [[name, seconds]], forged } of a checkpoint under a policy. */
export async function witnessed(text, policy) {
  const note = readNote(text);
  const cosigners = [];
  for (const [name, witness] of policy.witnesses) {
    const at = note ? await cosignedAt(note, witness) : 0;
    if (at === null) return { met: false, cosigners: [], forged: true };
    if (at > 0) cosigners.push([name, at]);
  }
  const names = new Set(cosigners.map(([name]) => name));
  const has = (name) => {
    const group = policy.groups.get(name);
    return group ? group.members.filter(has).length >= group.needed : names.has(name);
  };
  return { met: policy.quorum === "none" || has(policy.quorum), cosigners, forged: false };
}
