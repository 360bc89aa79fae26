/* Ed25519 (RFC 8032): the browser's own where it has one, else the plain arithmetic below.
   The plain form is for checking public signatures only: it is not constant-time and holds no key. */

const P = 2n ** 255n - 19n;
const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const mod = (a, m = P) => ((a % m) + m) % m;

function power(base, exponent) {
  let result = 1n;
  for (let b = mod(base), e = exponent; e > 0n; e >>= 1n, b = mod(b * b)) {
    if (e & 1n) result = mod(result * b);
  }
  return result;
}

const inverse = (a) => power(a, P - 2n);
const D = mod(-121665n * inverse(121666n));
const ROOT = power(2n, (P - 1n) / 4n);
const IDENTITY = [0n, 1n, 1n, 0n];

function add([x1, y1, z1, t1], [x2, y2, z2, t2]) {
  const a = mod((y1 - x1) * (y2 - x2));
  const b = mod((y1 + x1) * (y2 + x2));
  const c = mod(2n * t1 * t2 * D);
  const d = mod(2n * z1 * z2);
  const [e, f, g, h] = [b - a, d - c, d + c, b + a];
  return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
}

function times(scalar, point) {
  let result = IDENTITY;
  for (let s = scalar, p = point; s > 0n; s >>= 1n, p = add(p, p)) {
    if (s & 1n) result = add(result, p);
  }
  return result;
}

function little(bytes) {
  return bytes.reduceRight((number, byte) => (number << 8n) | BigInt(byte), 0n);
}

/* A point from its 32 bytes; null when they are no point in its one canonical form. */
function point(bytes) {
  const written = little(bytes);
  const sign = written >> 255n;
  const y = written & (2n ** 255n - 1n);
  if (y >= P) return null;
  const square = mod((y * y - 1n) * inverse(D * y * y + 1n));
  let x = power(square, (P + 3n) / 8n);
  if (mod(x * x - square) !== 0n) x = mod(x * ROOT);
  if (mod(x * x - square) !== 0n || (x === 0n && sign === 1n)) return null;
  if ((x & 1n) !== sign) x = P - x;
  return [x, y, 1n, mod(x * y)];
}

const equal = ([x1, y1, z1], [x2, y2, z2]) =>
  mod(x1 * z2 - x2 * z1) === 0n && mod(y1 * z2 - y2 * z1) === 0n;

const BASE = point(Uint8Array.from({ length: 32 }, (_, i) => (i === 0 ? 0x58 : 0x66)));

export async function verifyPlain(key, signature, message) {
  if (key.length !== 32 || signature.length !== 64) return false;
  const [a, r, s] = [point(key), point(signature.slice(0, 32)), little(signature.slice(32))];
  if (!a || !r || s >= L || equal(times(8n, a), IDENTITY)) return false;
  const whole = new Uint8Array(64 + message.length);
  whole.set(signature.slice(0, 32));
  whole.set(key, 32);
  whole.set(message, 64);
  const k = mod(little(new Uint8Array(await crypto.subtle.digest("SHA-512", whole))), L);
  return equal(times(s, BASE), add(r, times(k, a)));
}

export async function verifyEd25519(key, signature, message) {
  try {
    const usable = await crypto.subtle.importKey("raw", key, "Ed25519", false, ["verify"]);
    return await crypto.subtle.verify("Ed25519", usable, signature, message);
  } catch {
    return verifyPlain(key, signature, message);
  }
}
