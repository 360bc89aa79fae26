// Warns before the session ends and extends it without losing what was typed.
(() => {
  const dialog = document.getElementById("time-out");
  if (!dialog) return;
  const total = Number(dialog.dataset.seconds) * 1000;
  const warn = Number(dialog.dataset.warn) * 1000;
  const left = dialog.querySelector("[data-left]");
  let ends = Date.now() + total;
  const tick = () => {
    const rest = ends - Date.now();
    if (rest <= 0) {
      window.location.assign("/sign-out?timed_out=1");
    } else if (rest <= warn) {
      left.textContent = String(Math.max(1, Math.ceil(rest / 60000)));
      if (!dialog.open) dialog.showModal();
    }
  };
  const timer = setInterval(tick, 5000);
  dialog.querySelector("[data-extend]").addEventListener("submit", async (event) => {
    if (event.submitter && event.submitter.hasAttribute("formaction")) return;
    event.preventDefault();
    const answer = await fetch(event.target.action, {
      method: "POST", body: new FormData(event.target), headers: { Accept: "application/json" },
    });
    if (answer.ok) { ends = Date.now() + total; dialog.close(); } else { clearInterval(timer); event.target.submit(); }
  });
  dialog.addEventListener("cancel", (event) => { event.preventDefault(); dialog.querySelector("[data-extend]").requestSubmit(); });
})();
