// The workbench made comfortable: marks are saved at once, the case stays the reviewer's while the page is open, and keys
// move the focus. No key decides anything. Without JavaScript every button does the same.
const KEEP_EVERY_MS = 5 * 60 * 1000;
const KEYS_SETTING = "workbench-keys";
const bench = document.querySelector("[data-bench]");

for (const element of document.querySelectorAll("[data-with-js]")) element.hidden = false;
for (const element of document.querySelectorAll("[data-without-js]")) element.hidden = true;

// --- the case stays mine while the page is open ---------------------------------------------------------------------

async function keep() {
  const token = document.querySelector("input[name=csrfmiddlewaretoken]").value;
  try {
    const answer = await fetch(bench.dataset.keep, { method: "POST", headers: { "X-CSRFToken": token } });
    if (answer.ok && !(await answer.json()).kept) document.querySelector("[data-lost]").hidden = false;
  } catch {
    // No connection right now: the lease lasts half an hour, and the next beat tries again.
  }
}

if (bench.dataset.keep) setInterval(keep, KEEP_EVERY_MS);

// --- marks are saved at once ----------------------------------------------------------------------------------------

let underWay = Promise.resolve();

async function save(form) {
  const status = form.querySelector("[data-mark-status]");
  status.textContent = "保存しています。";
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const decide = page.querySelector("[data-decide]");
    if (!answer.ok || !decide || new URL(answer.url).searchParams.has("seen")) {
      location.assign(answer.url);
      return;
    }
    document.querySelector("[data-decide]").replaceChildren(...decide.childNodes);
    status.textContent = "保存済み";
  } catch {
    status.textContent = "保存できませんでした。通信の状態を確認して、もう一度選んでください。";
  }
}

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-mark]");
  if (form) underWay = underWay.then(() => save(form));
});

// --- moving about ---------------------------------------------------------------------------------------------------

function focusOn(element) {
  if (!element) return;
  element.focus({ preventScroll: true });
  element.scrollIntoView({ block: "start" });
}

function step(selector, by) {
  const all = [...document.querySelectorAll(selector)];
  const here = all.findIndex((element) => element.contains(document.activeElement));
  if (here >= 0) return all[here + by];
  return by > 0 ? all[0] : all.at(-1);
}

let page = 0;

function turn(by) {
  const pages = [...document.querySelectorAll("[data-paper]")];
  const here = pages.findIndex((element) => element.contains(document.activeElement));
  page = Math.min(Math.max((here >= 0 ? here : page - (page === 0 && by > 0 ? 1 : 0)) + by, 0), pages.length - 1);
  return pages[page];
}

function zoom(by) {
  const sizes = [...document.querySelectorAll(".zoom__choice")];
  const here = sizes.findIndex((size) => size.checked);
  const next = sizes[here + by];
  if (next) next.checked = true;
}

const KEYS = {
  j: () => focusOn(step("[data-claim]", 1)),
  k: () => focusOn(step("[data-claim]", -1)),
  n: () => focusOn(turn(1)),
  p: () => focusOn(turn(-1)),
  d: () => document.querySelector("[data-decide]").querySelector("button, a")?.focus(),
  "+": () => zoom(1),
  "-": () => zoom(-1),
};

const useKeys = document.querySelector("[data-use-keys]");
useKeys.checked = localStorage.getItem(KEYS_SETTING) !== "off";
useKeys.addEventListener("change", () => localStorage.setItem(KEYS_SETTING, useKeys.checked ? "on" : "off"));

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("textarea, select, input:not([type=radio], [type=checkbox])");
  if (!useKeys.checked || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const move = KEYS[event.key];
  if (!move) return;
  event.preventDefault();
  move();
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-turn]");
  if (button) focusOn(turn(Number(button.dataset.turn)));
});
