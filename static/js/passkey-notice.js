// Shows what only works with JavaScript, and says in plain words that a passkey could not be used (the library only logs it).
const WORDS = {
  NotAllowedError: "パスキーの確認が中止されたか、時間切れになりました。もう一度お試しください。",
  InvalidStateError: "このパスキーは登録済みです。ほかの機器でお試しください。",
  SecurityError: "この接続ではパスキーを使えません。認証アプリのコードをお使いください。",
};
const OTHERWISE = "パスキーを確認できませんでした。もう一度お試しいただくか、認証アプリのコードをお使いください。";

for (const part of document.querySelectorAll("[data-needs-js]")) part.hidden = false;

const place = document.querySelector("[data-passkey-status]");

document.addEventListener("allauth.error", (event) => {
  if (!place) return;
  event.preventDefault();
  place.textContent = WORDS[event.detail.exception?.name] || OTHERWISE;
});
