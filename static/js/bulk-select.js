// A table of rows to tick: "all" at the top, and how many are chosen with their total, said aloud.
// <form data-bulk> … <input data-bulk-all> … <input data-bulk-row data-fee="63000"> … <output data-bulk-status>
const yen = new Intl.NumberFormat("ja-JP");

for (const form of document.querySelectorAll("[data-bulk]")) {
  const all = form.querySelector("[data-bulk-all]");
  const rows = [...form.querySelectorAll("[data-bulk-row]")];
  const status = form.querySelector("[data-bulk-status]");

  const showSelection = () => {
    const chosen = rows.filter((row) => row.checked);
    const total = chosen.reduce((sum, row) => sum + Number(row.dataset.fee || 0), 0);
    status.textContent = `${rows.length}件中${chosen.length}件を選択、年会費の合計 ${yen.format(total)}円`;
    if (!all) return;
    all.checked = rows.length > 0 && chosen.length === rows.length;
    all.indeterminate = chosen.length > 0 && chosen.length < rows.length;
  };

  if (all) {
    all.closest("[hidden]")?.removeAttribute("hidden");
    all.addEventListener("change", () => {
      for (const row of rows) row.checked = all.checked;
      showSelection();
    });
  }
  form.addEventListener("change", showSelection);
  window.addEventListener("pageshow", showSelection);
  showSelection();
}
