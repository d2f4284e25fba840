"use strict";
/* What narrows the rows of a page, by words and by state. The page says what a row is found by beside its text, what
   rows are called, what to do with one that goes, and what else to show. */
function filtering({ rows, words, things, gone = () => {}, shown = () => {} }) {
  const find = document.getElementById("find");
  const found = document.getElementById("found");
  const states = [...document.querySelectorAll("input[name=state]")];
  const texts = new Map(rows.map((row) => [row, (words(row) + " " + row.textContent).toLowerCase()]));

  function filter() {
    const asked = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = new Set(states.filter((box) => box.checked).map((box) => box.value));
    const narrowed = asked.length > 0 || wanted.size < states.length;
    let count = 0;
    for (const row of rows) {
      const text = texts.get(row);
      const fits = wanted.has(row.dataset.state) && asked.every((word) => text.includes(word));
      if (!fits) gone(row);
      row.hidden = !fits;
      count += fits;
    }
    for (const group of document.querySelectorAll("details.group")) {
      if (group.querySelector("tr.row") === null) continue;
      const any = group.querySelector("tr.row:not([hidden])") !== null;
      group.hidden = !any;
      if (narrowed && any) group.open = true;
    }
    shown(narrowed);
    found.textContent = (narrowed ? count + " of " : "") + rows.length + " " + things;
  }

  document.querySelector("form.tools").addEventListener("submit", (event) => event.preventDefault());
  find.addEventListener("input", filter);
  for (const box of states) box.addEventListener("change", filter);
  for (const [id, wanted] of [["open-all", true], ["close-all", false]])
    document.getElementById(id).addEventListener("click", () => {
      for (const group of document.querySelectorAll("details.group")) group.open = wanted;
      if (!wanted) rows.forEach((row) => gone(row));
    });
  return { find, filter };
}
