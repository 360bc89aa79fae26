/* Reads a JSON list of bundles, writes the browser verifier's report on each. */
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const { verifyBundle, UnreadableBundle } = await import(pathToFileURL(process.argv[2]).href);
const { bundles, key, policy } = JSON.parse(readFileSync(0, "utf-8"));
const reports = [];
for (const bundle of bundles) {
  try {
    reports.push(await verifyBundle(bundle, key, policy ?? null));
  } catch (fault) {
    if (!(fault instanceof UnreadableBundle)) throw fault;
    reports.push({ unreadable: fault.message });
  }
}
process.stdout.write(JSON.stringify(reports));
