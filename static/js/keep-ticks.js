// The ticks of a form come through an ended session: they are kept in this tab as the form is sent, and put back once,
// if the login page came between. Kept are numbers and codes, no names.
// <form data-keeps-ticks="whose form this is">; [data-session-ended] on the login page;
// [data-forgets-ticks] on a form that logs out and on a page that says what was received.
const KEPT = "kept-ticks";

const kept = () => JSON.parse(sessionStorage.getItem(KEPT));
const keep = (what) => sessionStorage.setItem(KEPT, JSON.stringify(what));
const forget = () => sessionStorage.removeItem(KEPT);

if (document.querySelector("[data-session-ended]") && kept()) keep({ ...kept(), sessionEnded: true });

for (const form of document.querySelectorAll("form[data-keeps-ticks]")) {
  const name = form.dataset.keepsTicks;
  const boxes = [...form.querySelectorAll("input[type=checkbox][name]")];
  const before = kept();

  if (before?.sessionEnded && before.name === name) {
    for (const box of boxes) box.checked = before.ticks[box.value] ?? box.checked;
    keep({ ...before, sessionEnded: false });
  }
  form.addEventListener("submit", () => {
    keep({ name, ticks: Object.fromEntries(boxes.map((box) => [box.value, box.checked])) });
  });
}

for (const place of document.querySelectorAll("[data-forgets-ticks]")) {
  if (place.matches("form")) place.addEventListener("submit", forget);
  else forget();
}
