// The form of changed discounts, made comfortable: chips at once, saved while one types, files sent as they are chosen.
// Every request posts the whole form and gets the page back; without JavaScript the buttons do the same.
const SAVE_AFTER_MS = 800;
const FORM = "form[data-change-form]";
const LOST = "保存できませんでした。通信の状態を確認し、「入力内容を保存して中断する」を押してください。";
const LOGGED_OUT = "ログインの有効期限が切れました。ログインし直すと、最後に保存した内容から続けられます。";
const ELSEWHERE = "別の画面で、入力内容が変わりました。この画面の内容は保存していません。画面を読み込み直してください。";

const form = () => document.querySelector(FORM);
const say = (text) => {
  const place = form()?.querySelector("[data-save-status]");
  if (place) place.textContent = text;
};

// --- 「変更あり」 ---------------------------------------------------------------------------------------------------

function present(field) {
  if ("day" in field.dataset) {
    const parts = [...field.querySelectorAll("input")].map((input) => input.value.normalize("NFKC").trim());
    return parts.some(Boolean) ? parts.map((part) => part.replace(/^0+|[年月日]$/g, "")).join("-") : "";
  }
  return field.querySelector("input[type=radio]:checked")?.value ?? "";
}

function markChanged() {
  for (const field of document.querySelectorAll("[data-this-year]")) {
    const chip = field.querySelector("[data-changed]");
    if (chip) chip.hidden = present(field) === field.dataset.thisYear;
  }
}

// --- one request after the other ----------------------------------------------------------------------------------

let underWay = Promise.resolve();
let waiting = 0;
let timer = null;

const inTurn = (work) => {
  waiting += 1;
  underWay = underWay.then(work).finally(() => {
    waiting -= 1;
  });
  return underWay;
};

function send(body, onProgress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", form().getAttribute("action")); // its buttons are named action, too
    request.setRequestHeader("X-Requested-With", "XMLHttpRequest");
    if (onProgress) request.upload.addEventListener("progress", onProgress);
    request.addEventListener("load", () => {
      const page = new DOMParser().parseFromString(request.responseText, "text/html");
      resolve({ status: request.status, page, url: request.responseURL });
    });
    request.addEventListener("error", () => reject(new Error("network")));
    request.send(body);
  });
}

function content(action, { files }) {
  const body = new FormData(form());
  for (const [name, value] of [...body.entries()]) {
    if (value instanceof File && !(files && name === files)) body.delete(name);
  }
  body.set("action", action);
  return body;
}

function refresh(page) {
  for (const fresh of page.querySelectorAll("[data-live]")) {
    const old = document.getElementById(fresh.id);
    if (!old || old.innerHTML === fresh.innerHTML) continue;
    const focused = old.contains(document.activeElement) ? document.activeElement.id : "";
    const chosen = [...old.querySelectorAll("input[type=file]")].some((input) => input.files.length);
    if (chosen) continue;
    old.replaceWith(document.adoptNode(fresh));
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  }
  markChanged();
}

function answered({ status, page, url }) {
  if (status === 409) return ELSEWHERE;
  if (!page.querySelector(FORM)) return new URL(url).pathname.startsWith("/account/") ? LOGGED_OUT : LOST;
  return "";
}

// --- saved while one types ----------------------------------------------------------------------------------------

async function save() {
  timer = null;
  if (!form()) return;
  try {
    const answer = await send(content("autosave", {}));
    const problem = answered(answer);
    if (problem) return say(problem);
    refresh(answer.page);
    say(answer.page.querySelector("[data-save-status]").textContent);
  } catch {
    say(LOST);
  }
}

function saveSoon() {
  clearTimeout(timer);
  timer = setTimeout(() => inTurn(save), SAVE_AFTER_MS);
}

// --- files --------------------------------------------------------------------------------------------------------

async function upload(input) {
  const place = input.closest(".field, .file");
  const status = place.closest("[data-live]").querySelector("[data-upload-status]");
  const bar = place.closest("[data-live]").querySelector("[data-upload-progress]");
  clearTimeout(timer);
  status.textContent = "ファイルを送っています。このままお待ちください。";
  bar.hidden = false;
  const sent = content(input.dataset.upload, { files: input.name });
  try {
    const answer = await send(sent, (event) => {
      if (event.lengthComputable) bar.value = (100 * event.loaded) / event.total;
    });
    const problem = answered(answer);
    if (problem) {
      status.textContent = problem;
      bar.hidden = true;
      return;
    }
    input.value = "";
    show(answer.page, sent, input.dataset.upload.split("-")[1]);
  } catch {
    status.textContent = "ファイルを送れませんでした。通信の状態を確認し、もう一度選んでください。";
    bar.hidden = true;
  }
}

// The page that came back, in place of this one; what was typed while the file was on its way stays.
function show(page, sent, discount) {
  const top = window.scrollY;
  const fields = "textarea, input:not([type])";
  const typed = [...form().querySelectorAll(fields)].filter((field) => field.value !== sent.get(field.name));
  document.title = page.title;
  document.querySelector("main").replaceWith(document.adoptNode(page.querySelector("main")));
  for (const field of typed) form().elements[field.name].value = field.value;
  prepare();
  document.dispatchEvent(new CustomEvent("portal:replaced"));
  if (typed.length) saveSoon();
  const summary = document.querySelector("[data-error-summary]");
  if (summary) return summary.focus();
  window.scrollTo(0, top);
  const papers = document.getElementById(`${discount}_papers`);
  papers.querySelector("[data-upload-status]").textContent = "ファイルを受け取りました。";
  papers.querySelector("input[type=file][multiple]").focus({ preventScroll: true });
}

// --- what people do -----------------------------------------------------------------------------------------------

function prepare() {
  for (const part of document.querySelectorAll("[data-without-js]")) part.hidden = true;
  markChanged();
}

document.addEventListener("change", (event) => {
  const input = event.target;
  if (!input.closest(FORM)) return;
  if (input.matches("[data-upload]")) {
    if (input.files.length) inTurn(() => upload(input));
    return;
  }
  markChanged();
  saveSoon();
});

document.addEventListener("input", (event) => {
  if (!event.target.closest(FORM) || event.target.matches("[type=search], [type=file]")) return;
  markChanged();
  saveSoon();
});

// A button waits for the request under way: what it posts then carries the right stamp.
document.addEventListener(
  "submit",
  (event) => {
    if (!event.target.matches(FORM)) return;
    clearTimeout(timer);
    timer = null;
    if (!waiting) return;
    event.preventDefault();
    event.stopPropagation();
    const button = event.submitter;
    underWay.then(() => form()?.requestSubmit(button?.isConnected ? button : null));
  },
  true,
);

prepare();
window.addEventListener("pageshow", markChanged);
