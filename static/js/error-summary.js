// The error summary takes the focus, and its links put the focus into the field they name.
const summary = document.querySelector("[data-error-summary]");

if (summary) {
  summary.focus();
  summary.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    const field = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!field) return;
    event.preventDefault();
    const box = field.closest(".field, fieldset") || field;
    box.scrollIntoView({ block: "start" });
    const control = field.matches("fieldset") ? field.querySelector("input, select, textarea") : field;
    (control || field).focus({ preventScroll: true });
  });
}
