// Verifies the trail on this device and says in plain words what was found.
import { verifyBundle } from "./verify.js";

const section = document.getElementById("verify");
const result = section.querySelector("[data-result]");
const button = section.querySelector("[data-verify]");
const words = JSON.parse(document.getElementById("verify-words").textContent);
const fill = (text, places) => text.replace(/\{(\w+)\}/g, (whole, name) => places[name] ?? whole);

const tell = (sentence, lines, sound) => {
  result.className = sound ? "banner ok" : "banner todo";
  const title = document.createElement("h3");
  title.textContent = sentence;
  const list = document.createElement("ul");
  for (const line of lines) list.append(Object.assign(document.createElement("li"), { textContent: line }));
  result.replaceChildren(title, list);
};

button.addEventListener("click", async () => {
  button.disabled = true;
  try {
    const answer = await fetch(section.dataset.bundle, { headers: { Accept: "application/json" } });
    if (!answer.ok) return tell(words.nothing, [], false);
    const found = await verifyBundle(await answer.json(), section.dataset.key || null, section.dataset.policy || null);
    const at = new Date(found.at);
    if (!Number.isNaN(at.valueOf())) found.at = at.toLocaleString(document.documentElement.lang);
    if (!found.sound) return tell(words.verdict.broken, found.findings.map((f) => fill(words.findings[f.code] ?? f.code, f)), false);
    const checks = ["signed", "complete", "included"];
    if (found.witnesses.length > 0) checks.splice(1, 0, "witnessed");
    found.names = found.witnesses.map(([name, at]) => `${name} (${new Date(at * 1000).toLocaleString(document.documentElement.lang)})`).join(", ");
    const lines = checks.map((code) => fill(words.checks[code], found));
    if (found.older) lines.push(fill(words.checks.continued, { size: found.older }));
    for (const code of ["sealed", "erased", "waiting"]) {
      if (found[code]) lines.push(fill(words.checks[code], { ...found, count: found[code] }));
    }
    tell(words.verdict.sound, lines, true);
  } catch (fault) {
    tell(fill(words.verdict.unreadable, { why: String(fault) }), [], false);
  } finally {
    button.disabled = false;
  }
});
