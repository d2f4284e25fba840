"use strict";
(() => {
  const rows = [...document.querySelectorAll("tr.row")];
  const find = document.getElementById("find");
  const found = document.getElementById("found");
  const states = [...document.querySelectorAll("input[name=state]")];
  const words = new Map(rows.map((row) => [row, (row.dataset.words + " " + row.textContent).toLowerCase()]));

  function filter() {
    const asked = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = new Set(states.filter((box) => box.checked).map((box) => box.value));
    const narrowed = asked.length > 0 || wanted.size < states.length;
    let count = 0;
    for (const row of rows) {
      row.hidden = !(wanted.has(row.dataset.state) && asked.every((word) => words.get(row).includes(word)));
      count += !row.hidden;
    }
    for (const group of document.querySelectorAll("details.family")) {
      const any = group.querySelector("tr.row:not([hidden])") !== null;
      group.hidden = !any;
      if (narrowed && any) group.open = true;
    }
    found.textContent = narrowed ? count + " of " + rows.length + " faults" : rows.length + " faults";
  }

  function close(cell) {
    const sheet = cell.closest("tr").nextElementSibling;
    if (sheet && sheet.classList.contains("detail")) sheet.remove();
    cell.closest("tr").querySelectorAll(".cell.shown").forEach((one) => one.classList.remove("shown"));
  }

  /* What a mock said reaches the page as text. */
  function open(cell) {
    close(cell);
    const row = cell.closest("tr"), box = document.createElement("pre"), sheet = document.createElement("div");
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
    if (cell) (cell.classList.contains("shown") ? close : open)(cell);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && event.target !== find) { event.preventDefault(); find.focus(); }
    if (event.key === "Escape" && event.target === find) { find.value = ""; filter(); }
  });
  document.querySelector("form.tools").addEventListener("submit", (event) => event.preventDefault());
  find.addEventListener("input", filter);
  for (const box of states) box.addEventListener("change", filter);
  for (const [id, wanted] of [["open-all", true], ["close-all", false]])
    document.getElementById(id).addEventListener("click", () => {
      for (const group of document.querySelectorAll("details.group")) group.open = wanted;
    });
  filter();
})();
