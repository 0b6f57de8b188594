// 「表示」 beside a password: shows it in clear, hides it again before the form is sent.
for (const row of document.querySelectorAll("[data-password]")) {
  const input = row.querySelector("input");
  const button = row.querySelector("[data-password-toggle]");
  const word = button.firstChild;

  const show = (visible) => {
    input.type = visible ? "text" : "password";
    word.textContent = visible ? "非表示" : "表示";
  };

  button.hidden = false;
  button.addEventListener("click", () => show(input.type === "password"));
  input.form?.addEventListener("submit", () => show(false));
}
