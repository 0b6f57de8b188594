// Statements that must all be ticked: counts them aloud, and on an early press leads to the first open one.
for (const form of document.querySelectorAll("form[data-confirm-all]")) {
  const boxes = [...form.querySelectorAll("[data-confirm-item]")];
  const button = form.querySelector("[data-confirm-submit]");
  const status = form.querySelector("[data-confirm-status]");

  const firstOpen = () => boxes.find((box) => !box.checked);

  const showProgress = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    status.textContent = `${boxes.length}項目中${ticked}項目を確認済み`;
    if (firstOpen()) button.setAttribute("aria-disabled", "true");
    else button.removeAttribute("aria-disabled");
  };

  form.addEventListener("change", showProgress);
  form.addEventListener("portal:released", showProgress);
  form.addEventListener("submit", (event) => {
    const open = firstOpen();
    if (!open) return;
    event.preventDefault();
    showProgress();
    open.focus();
  });
  window.addEventListener("pageshow", showProgress);
  showProgress();
}
