/* What narrows the rows stands in filter.js, which every page has before its own script. */
(() => {
  const rows = [...document.querySelectorAll("tr.row")];
  const { find, filter } = filtering({ rows, words: (row) => row.dataset.words, things: "faults", gone: shut });

  function shut(row) {
    const sheet = row.nextElementSibling;
    if (sheet && sheet.classList.contains("detail")) sheet.remove();
    row.querySelectorAll(".cell.shown").forEach((one) => one.classList.remove("shown"));
  }

  /* What a mock said reaches the page as text. */
  function open(cell) {
    const row = cell.closest("tr"), box = document.createElement("pre"), sheet = document.createElement("div");
    shut(row);
    box.textContent = cell.title;
    sheet.className = "sheet";
    sheet.append(box);
    const held = document.createElement("td");
    held.colSpan = 100;
    held.append(sheet);
    const detail = document.createElement("tr");
    detail.className = "detail";
    detail.append(held);
    row.after(detail);
    cell.classList.add("shown");
  }

  document.addEventListener("click", (event) => {
    const cell = event.target.closest("button.cell");
    if (cell && cell.classList.contains("shown")) shut(cell.closest("tr"));
    else if (cell) open(cell);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && event.target !== find) { event.preventDefault(); find.focus(); }
    if (event.key === "Escape" && event.target === find) { find.value = ""; filter(); }
  });
  filter();
})();
