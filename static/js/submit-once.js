// A form is sent once: after the first press its buttons say so and further presses do nothing.
// The server guards as well (idempotency token); this only keeps a double click calm.
// Forms that answer with a download opt out with data-repeatable.
const RELEASE_AFTER_MS = 20000;

function submitButtons(form) {
  const buttons = [...form.elements].filter((element) => element.type === "submit");
  return buttons.filter((button) => button.tagName === "BUTTON" || button.tagName === "INPUT");
}

function hold(form) {
  form.dataset.sent = "true";
  for (const button of submitButtons(form)) button.setAttribute("aria-disabled", "true");
  const status = form.querySelector("[data-form-status]");
  if (status) status.textContent = "送信しています。このままお待ちください。";
}

function release(form) {
  if (!form.dataset.sent) return;
  delete form.dataset.sent;
  for (const button of submitButtons(form)) button.removeAttribute("aria-disabled");
  const status = form.querySelector("[data-form-status]");
  if (status) status.textContent = "";
  form.dispatchEvent(new CustomEvent("portal:released"));
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  const posts = form.getAttribute("method")?.toLowerCase() === "post";
  if (event.defaultPrevented || !posts || "repeatable" in form.dataset) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  hold(form);
  setTimeout(() => release(form), RELEASE_AFTER_MS);
});

window.addEventListener("pageshow", () => {
  for (const form of document.forms) release(form);
});
