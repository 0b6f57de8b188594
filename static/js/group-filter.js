// A list of industry groups that is narrowed down while one types: by kanji, kana of any kind, with or without blanks.
// The chosen group stays in view whatever is typed: what one sees chosen is what is stored.
// <fieldset data-picker> … <div hidden data-picker-filter><input type=search></div> <p data-picker-status>
// <div class="choice" data-words="spelled as renewals/group_picker.py spells">
const HIRAGANA_BELOW_KATAKANA = 0x60;

const spelled = (text) =>
  text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[ァ-ヶ]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) - HIRAGANA_BELOW_KATAKANA))
    .replace(/\s/g, "");

// The list scrolls by itself: the chosen line is brought into its window, the page stays where it is.
function showChosen(picker) {
  const line = picker.querySelector("input[type=radio]:checked")?.closest("[data-words]");
  if (!line) return;
  const list = line.parentElement;
  list.scrollTop += line.getBoundingClientRect().top - list.getBoundingClientRect().top;
}

function narrow(picker) {
  const typed = spelled(picker.querySelector("input[type=search]").value);
  const lines = [...picker.querySelectorAll("[data-words]")];
  const finds = (line) => line.dataset.words.includes(typed);
  for (const line of lines) line.hidden = !finds(line) && !line.querySelector("input").checked;
  const found = lines.filter(finds).length;
  const status = picker.querySelector("[data-picker-status]");
  if (!typed) status.textContent = "";
  else if (found) status.textContent = `${lines.length}団体のうち、${found}団体が見つかりました。`;
  else status.textContent = "見つかりません。言葉を短くするか、かなで入力してください。";
}

function prepare() {
  for (const filter of document.querySelectorAll("[data-picker-filter]")) filter.hidden = false;
  for (const picker of document.querySelectorAll("[data-picker]")) showChosen(picker);
}

document.addEventListener("input", (event) => {
  const picker = event.target.matches("input[type=search]") && event.target.closest("[data-picker]");
  if (picker) narrow(picker);
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.closest("[data-picker-filter]")) event.preventDefault();
});
document.addEventListener("portal:replaced", prepare);
prepare();
