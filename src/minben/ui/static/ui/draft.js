// Switching the language reloads the page; what was typed is carried over, once, on this device.
(() => {
  const key = "minben.typed:" + window.location.pathname;
  const kept = ["csrfmiddlewaretoken", "next", "to", "step"];
  const fields = () => [...document.querySelectorAll("main form [name]")]
    .filter((field) => !kept.includes(field.name) && !["password", "submit", "button", "file"].includes(field.type));
  const chosen = (field) => field.type === "radio" || field.type === "checkbox";
  const typed = sessionStorage.getItem(key);
  if (typed) {
    sessionStorage.removeItem(key);
    for (const [name, value, on] of JSON.parse(typed)) {
      for (const field of fields().filter((one) => one.name === name && one.type !== "hidden")) {
        if (!chosen(field)) field.value = value;
        else if (field.value === value) field.checked = on;
      }
    }
  }
  const language = document.querySelector("form.lang");
  if (language) language.addEventListener("submit", () => {
    const now = fields().map((field) => [field.name, field.value, chosen(field) ? field.checked : true]);
    if (now.length) sessionStorage.setItem(key, JSON.stringify(now));
  });
})();
