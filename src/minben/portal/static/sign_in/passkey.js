// Passkeys: run the ceremony that a form asks for and send its result with the form.
// A form carries data-passkey="create|get" and data-options, the id of its JSON options.
(() => {
  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  const readable = (options) => {
    const told = { ...options, challenge: bytes(options.challenge) };
    if (told.user) told.user = { ...told.user, id: bytes(told.user.id) };
    for (const list of ["excludeCredentials", "allowCredentials"]) {
      if (told[list]) told[list] = told[list].map((c) => ({ ...c, id: bytes(c.id) }));
    }
    return told;
  };

  const written = (made) => {
    const answer = made.response;
    const response = { clientDataJSON: text(answer.clientDataJSON) };
    if (answer.attestationObject) {
      response.attestationObject = text(answer.attestationObject);
    } else {
      response.authenticatorData = text(answer.authenticatorData);
      response.signature = text(answer.signature);
      response.userHandle = answer.userHandle ? text(answer.userHandle) : null;
    }
    return {
      id: made.id,
      rawId: text(made.rawId),
      type: made.type,
      response,
      clientExtensionResults: made.getClientExtensionResults(),
    };
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    if (!window.PublicKeyCredential) continue;
    form.hidden = false;
    const problem = form.querySelector("[data-problem]");
    form.addEventListener("submit", async (event) => {
      if (form.elements.credential.value) return;
      event.preventDefault();
      const button = form.querySelector("button");
      button.disabled = true;
      problem.hidden = true;
      try {
        const told = JSON.parse(document.getElementById(form.dataset.options).textContent);
        const publicKey = readable(told.publicKey);
        const made = await navigator.credentials[form.dataset.passkey]({ publicKey });
        form.elements.credential.value = JSON.stringify(written(made));
        form.submit();
      } catch {
        button.disabled = false;
        problem.hidden = false;
        problem.focus();
      }
    });
  }
})();
