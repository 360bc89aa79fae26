/* 在瀏覽器驗證個人軌跡 The citizen's own check of a trail bundle, as `minben verify` makes it.

   import { verifyBundle } from "./verify.js";
   const report = await verifyBundle(bundle, publicKey);   // publicKey: "name+hash+base64", or null
   verifyBundle(bundle, publicKey, policy) also asks for the witnesses of a trust policy (its text).
   report = { sound, findings: [{code, number}], size, at, count, sealed, erased, waiting, older,
              witnesses: [[name, seconds]] }

   Throws UnreadableBundle when the value is no bundle. Nothing is sent anywhere: hashes and
   signatures are computed here. The Python twin is minben/verify/check.py; a test holds them equal. */

import { readHead, readKey, readPolicy, witnessed } from "./notes.js";
import {
  UnreadableBundle, ZERO, canonical, continues, eightBytes, fromBase64Url, fromHex, inMap, inTree, isReceipt,
  leafHash, sha256,
} from "./proofs.js";

export { UnreadableBundle };

const FORMAT = "minben-trail-bundle/1";

/* ---- reading ---- */

function readLeaf(text, shape) {
  let fields;
  try {
    fields = JSON.parse(text);
  } catch {
    return null;
  }
  if (fields === null || typeof fields !== "object" || canonical(fields) !== text) return null;
  const names = Object.keys(fields).sort().join();
  return names === Object.keys(shape).sort().join() &&
    Object.entries(shape).every(([name, fits]) => fits(fields[name]))
    ? fields
    : null;
}

const isHash = (value) => typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
const isText = (value) => typeof value === "string";
const isCount = (value) => Number.isSafeInteger(value) && value >= 0;
const isList = (fits) => (value) => Array.isArray(value) && value.every(fits);
const orNull = (fits) => (value) => value === null || fits(value);
const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
const isLane = (lane) => isText(lane) && /^[a-z0-9][a-z0-9.-]{0,63}$/.test(lane);
const isTime = (at) => isText(at) && /^[0-9T:.+Z-]*$/.test(at);
const ENTRY = { lane: isLane, n: isCount, commitment: isHash, person: orNull(isHash), previous: orNull(isHash) };
const MAP = { lane: (lane) => lane === "map", n: isCount, root: isHash, persons: isCount, at: isTime };
const isUuid = (v) => isText(v) && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(v);

function demand(value, name, shape) {
  if (!isObject(value)) throw new UnreadableBundle(name);
  for (const [key, fits] of Object.entries(shape)) {
    if (value[key] === undefined || !fits(value[key])) throw new UnreadableBundle(`${name}.${key}`);
  }
}

function demandBundle(bundle) {
  demand(bundle, "bundle", {
    format: (format) => format === FORMAT, log_key: isText, person: isUuid,
    person_key: orNull(isHash), count: isCount, last: isHash, checkpoint: isText,
    map: isObject, entries: isList(isObject), older: orNull(isObject), waiting: isList(isText),
  });
  demand(bundle.map, "map", { leaf: isText, inclusion: isList(isHash), proof: isObject });
  const isPair = orNull((leaf) => isList(isHash)(leaf) && leaf.length === 2);
  demand(bundle.map.proof, "map.proof", { siblings: isList(isHash), leaf: isPair });
  const isWhy = (why) => [null, "sealed", "erased"].includes(why);
  bundle.entries.forEach((item, place) =>
    demand(item, `entries[${place}]`, {
      number: isCount, index: isCount, leaf: isText, inclusion: isList(isHash),
      payload: orNull(isObject), salt: orNull(isHash), withheld: isWhy,
    }));
  if (![undefined, null].includes(bundle.stamp)) {
    const isToken = (token) => isText(token) && fromBase64Url(token) !== null;
    demand(bundle.stamp, "stamp", { checkpoint: isText, consistency: isList(isHash), token: isToken });
  }
  if (bundle.older) demand(bundle.older, "older", { checkpoint: isText, consistency: isList(isHash) });
}

/* ---- the check ---- */

export async function verifyBundle(bundle, publicKey = null, policyText = null) {
  demandBundle(bundle);
  const key = await readKey(publicKey ?? bundle.log_key);
  const head = await readHead(bundle.checkpoint, key);
  const found = new Map();
  const find = (code, number = null) => found.set(`${code}/${number}`, { code, number });
  const report = { size: null, at: "", count: 0, sealed: 0, erased: 0, waiting: 0, older: null, witnesses: [] };
  const close = () => ({ ...report, sound: found.size === 0, findings: [...found.values()] });
  if (!head) {
    find("checkpoint_forged");
    return close();
  }
  if (policyText !== null) {
    const { met, cosigners, forged } = await witnessed(bundle.checkpoint, await readPolicy(policyText));
    report.witnesses = cosigners;
    if (forged) find("cosignature_forged");
    else if (!met) find("too_few_witnesses");
  }
  const map = await checkMap(bundle, head, find);
  const chain = { leaves: new Map(), order: [], suspect: new Set() };
  const tags = new Map();
  const secret = bundle.person_key && fromHex(bundle.person_key);
  for (let n = 1; secret && n <= highestSought(bundle); n += 1) {
    tags.set(await sha256("minben-person/1\n", secret, eightBytes(n)), n);
  }
  for (const item of bundle.entries) await checkEntry(item, bundle, head, tags, chain, find);
  checkCompleteness(bundle, chain, find);
  if (secret) await checkChain(bundle, secret, chain, find);
  report.older = await checkOlder(bundle, head, key, find);
  for (const promise of bundle.waiting) {
    if (!(await isReceipt(promise, key))) find("receipt_forged");
  }
  const withheld = (why) => bundle.entries.filter((item) => item.withheld === why).length;
  Object.assign(report, {
    size: head.size, at: map?.at ?? "", count: bundle.count, sealed: withheld("sealed"),
    erased: withheld("erased"), waiting: bundle.waiting.length,
  });
  return close();
}

/* Numbers are looked for up to the count, but no forged count makes us look for ever. */
const highestSought = (bundle) => Math.min(bundle.count, bundle.entries.length + 1000);

/* The map's root is the tree's last leaf; the person's place in it says what we were told. */
async function checkMap(bundle, head, find) {
  const { leaf, inclusion, proof } = bundle.map;
  const map = readLeaf(leaf, MAP);
  const last = head.size - 1;
  if (!map || !(await inTree(last, head.size, await leafHash(leaf), inclusion, head.root))) {
    find("map_changed");
    return null;
  }
  const place = await sha256("minben-map/1\n", bundle.person);
  let value = null;
  if (bundle.person_key !== null) {
    const hidden = fromHex(await sha256(fromHex(bundle.person_key)));
    const count = eightBytes(bundle.count);
    value = await sha256("minben-chain/1\n", hidden, count, fromHex(bundle.last));
  }
  const possible = value !== null || bundle.count === 0;
  if (possible && (await inMap(map.root, place, value, proof))) return map;
  find("count_changed");
  return null;
}

async function checkEntry(item, bundle, head, tags, chain, find) {
  const suspect = (number) => {
    chain.order.push(number);
    chain.suspect.add(number);
    find("changed", number);
  };
  const leaf = readLeaf(item.leaf, ENTRY);
  if (!leaf) return suspect(item.number);
  const number = tags.get(leaf.person) ?? 0;
  const hash = await leafHash(item.leaf);
  if (!(await inTree(item.index, head.size, hash, item.inclusion, head.root))) {
    return suspect(number || item.number);
  }
  if (!number) return find("foreign", item.number);
  chain.order.push(number);
  chain.leaves.set(number, { ...leaf, hash });
  if (item.number !== number) find("reordered", number);
  if (item.withheld !== null) {
    if (item.payload !== null) find("changed", number);
    return undefined;
  }
  if (item.payload === null || item.salt === null) return find("content_missing", number);
  const says = await sha256("minben-entry/1\n", fromHex(item.salt), canonical(item.payload));
  if (says !== leaf.commitment) return find("changed", number);
  if (item.payload.subject !== bundle.person) find("foreign", number);
  return undefined;
}

/* Every number from 1 to the count is there, once, in order. */
function checkCompleteness(bundle, { order }, find) {
  const distinct = [...new Set(order)];
  for (const number of distinct) {
    if (order.filter((other) => other === number).length > 1) find("doubled", number);
  }
  let highest = 0;
  for (const number of distinct) {
    if (number < highest) find("reordered", number);
    highest = Math.max(highest, number);
  }
  for (let n = 1; n < highest && n <= highestSought(bundle); n += 1) {
    if (!distinct.includes(n)) find("dropped", n);
  }
  if (bundle.count > highest) find("truncated", highest + 1);
}

/* Each leaf is tied to the one before, and the last is the one in the map. */
async function checkChain(bundle, secret, { leaves, suspect }, find) {
  for (const [number, leaf] of leaves) {
    const before = leaves.get(number - 1);
    if (number > 1 && (!before || suspect.has(number - 1))) continue;
    const last = before ? before.hash : ZERO;
    const tie = await sha256("minben-previous/1\n", secret, fromHex(last));
    if (leaf.previous !== tie) find("second_chain", number);
  }
  const final = leaves.get(bundle.count);
  if (final && final.hash !== bundle.last) find("second_chain", bundle.count);
}

async function checkOlder(bundle, head, key, find) {
  if (!bundle.older) return null;
  const older = await readHead(bundle.older.checkpoint, key);
  if (!older) {
    find("older_forged");
    return null;
  }
  const proof = bundle.older.consistency;
  if (!(await continues(older.size, head.size, older.root, head.root, proof))) find("rewritten");
  return older.size;
}
