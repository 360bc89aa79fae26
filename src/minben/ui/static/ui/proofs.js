/* 證明的算術 The arithmetic of proofs: hashes, canonical JSON, tree, map, signed heads, receipts.
   The Python twins are minben/protocol/{canonical,merkle,sparse_map,checkpoint,receipt}.py. */

import { verifyEd25519 } from "./ed25519.js";

export class UnreadableBundle extends Error {}

export const ZERO = "0".repeat(64);
export const utf8 = new TextEncoder();

/* ---- bytes ---- */

export const fromHex = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
export const toHex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/* Standard base64 in its one canonical form; null for anything else. */
export function fromBase64(text) {
  if (typeof text !== "string" || !/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4) return null;
  const letters = atob(text);
  return btoa(letters) === text ? Uint8Array.from(letters, (letter) => letter.charCodeAt(0)) : null;
}

export function fromBase64Url(text) {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) return null;
  const plain = text.replaceAll("-", "+").replaceAll("_", "/");
  return fromBase64(plain + "=".repeat((4 - (plain.length % 4)) % 4));
}

export async function sha256(...parts) {
  const bytes = parts.map((part) => (typeof part === "string" ? utf8.encode(part) : part));
  const whole = new Uint8Array(bytes.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of bytes) {
    whole.set(part, at);
    at += part.length;
  }
  return toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", whole)));
}

export function eightBytes(number) {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(number));
  return bytes;
}

/* RFC 8785: JSON.stringify already writes numbers and strings so; members are sorted here. */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const members = Object.keys(value).sort();
  return `{${members.map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
}

/* ---- the tree (RFC 9162) and the map ---- */

export const leafHash = (text) => sha256(Uint8Array.of(0), text);
const nodeHash = (left, right) => sha256(Uint8Array.of(1), fromHex(left), fromHex(right));

export async function inTree(index, size, leaf, proof, root) {
  if (index < 0 || index >= size) return false;
  let [place, last, value] = [BigInt(index), BigInt(size - 1), leaf];
  for (const sibling of proof) {
    if (last === 0n) return false;
    if (place & 1n || place === last) {
      value = await nodeHash(sibling, value);
      while (!(place & 1n) && place) [place, last] = [place >> 1n, last >> 1n];
    } else {
      value = await nodeHash(value, sibling);
    }
    [place, last] = [place >> 1n, last >> 1n];
  }
  return last === 0n && value === root;
}

export async function continues(old, size, oldRoot, root, proof) {
  if (old <= 0 || old > size) return false;
  if (old === size) return proof.length === 0 && oldRoot === root;
  const path = Number.isInteger(Math.log2(old)) ? [oldRoot, ...proof] : [...proof];
  if (path.length === 0) return false;
  let [place, last] = [BigInt(old - 1), BigInt(size - 1)];
  while (place & 1n) [place, last] = [place >> 1n, last >> 1n];
  let older = path[0];
  let newer = path[0];
  for (const sibling of path.slice(1)) {
    if (last === 0n) return false;
    if (place & 1n || place === last) {
      older = await nodeHash(sibling, older);
      newer = await nodeHash(sibling, newer);
      while (!(place & 1n) && place) [place, last] = [place >> 1n, last >> 1n];
    } else {
      newer = await nodeHash(newer, sibling);
    }
    [place, last] = [place >> 1n, last >> 1n];
  }
  return last === 0n && older === oldRoot && newer === root;
}

const bitsOf = (hex) => Array.from(fromHex(hex), (b) => b.toString(2).padStart(8, "0")).join("");

export async function inMap(root, key, value, { siblings, leaf }) {
  const depth = siblings.length;
  const bits = bitsOf(key);
  if (depth > 256) return false;
  let found = ZERO;
  if (leaf !== null) {
    if (bitsOf(leaf[0]).slice(0, depth) !== bits.slice(0, depth)) return false;
    found = await sha256(Uint8Array.of(2), fromHex(leaf[0]), fromHex(leaf[1]));
  }
  for (let level = depth - 1; level >= 0; level -= 1) {
    const pair = bits[level] === "1" ? [siblings[level], found] : [found, siblings[level]];
    found = await sha256(Uint8Array.of(3), fromHex(pair[0]), fromHex(pair[1]));
  }
  const shown = leaf !== null && leaf[0] === key ? leaf[1] : null;
  return found === root && shown === value;
}

/* ---- receipts ---- */

export async function isReceipt(token, key) {
  const parts = token.split(".");
  const [header, payload, signature] = parts.map(fromBase64Url);
  if (parts.length !== 3 || !header || !payload || signature?.length !== 64) return false;
  try {
    const { alg, kid, typ, crit } = JSON.parse(new TextDecoder().decode(header));
    const { log } = JSON.parse(new TextDecoder().decode(payload));
    const ours = alg === "Ed25519" && kid === key.id && typ === "minben-receipt+jwt";
    if (!ours || crit !== undefined || log !== key.name) return false;
  } catch {
    return false;
  }
  return verifyEd25519(key.raw, signature, utf8.encode(`${parts[0]}.${parts[1]}`));
}
