/* What narrows the rows stands in filter.js, which every page has before its own script. */
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const rows = [...document.querySelectorAll("tr.row")];
  const { find, filter } = filtering({
    rows,
    words: (row) => row.id,
    things: "requirements",
    gone: close,
    shown: (narrowed) => {
      for (const vendor of document.querySelectorAll("section.vendor"))
        vendor.hidden = narrowed && vendor.querySelector("tr.row:not([hidden])") === null;
    },
  });

  /* What a vendor said reaches the page as text nodes only. */
  function make(tag, look, ...children) {
    const node = document.createElement(tag);
    if (look) node.className = look;
    node.append(...children.filter((child) => child !== null && child !== ""));
    return node;
  }

  function pairs(look, entries) {
    const list = make("dl", look);
    for (const [name, value] of entries) {
      if (!value) continue;
      const term = make("dt", "", name), said = make("dd", "", value);
      list.append(...(look === "about" ? [make("div", "", term, said)] : [term, said]));
    }
    return list;
  }

  /* Sets JSON out in lines without reading its values, so that no number or escape changes. */
  function spread(text) {
    if (!/^\s*[[{]/.test(text)) return text;
    let out = "", depth = 0, quoted = false;
    for (let at = 0; at < text.length; at++) {
      const sign = text[at];
      if (quoted) {
        out += sign;
        if (sign === "\\") out += text[++at] ?? "";
        else if (sign === '"') quoted = false;
      } else if (sign === '"') {
        quoted = true;
        out += sign;
      } else if (sign === "{" || sign === "[") {
        const empty = /^\s*[\]}]/.exec(text.slice(at + 1, at + 50));
        if (empty) { out += sign + empty[0].trim(); at += empty[0].length; }
        else out += sign + "\n" + "  ".repeat(++depth);
      } else if (sign === "}" || sign === "]") {
        depth = Math.max(0, depth - 1);
        out += "\n" + "  ".repeat(depth) + sign;
      } else if (sign === ",") out += ",\n" + "  ".repeat(depth);
      else if (sign === ":") out += ": ";
      else if (!/\s/.test(sign)) out += sign;
    }
    return out;
  }

  function message(title, part) {
    const box = make("div", "", make("h5", "", title));
    if (part.failure) box.append(make("pre", "", part.failure));
    else {
      const first = part.method ? part.method + " " + part.url : String(part.status);
      box.append(make("pre", "", [first, ...part.headers.map((pair) => pair.join(": "))].join("\n")));
    }
    if (part.body) box.append(make("h5", "", "body"), make("pre", "", spread(part.body)));
    if (part.note) box.append(make("p", "note", part.note));
    return box;
  }

  function exchange(number, held) {
    const one = held[number];
    if (!one) return make("p", "note", "#" + number + " stands in exchanges.har");
    const status = one.response.failure || String(one.response.status);
    const box = make("details", "exchange", make("summary", "",
      "#" + number + " " + one.request.method + " " + one.request.url + " ", make("span", "status", status),
      " " + Math.round(one.elapsed * 1000) + " ms" + (one.role && one.role !== "default" ? ", as " + one.role : "")
      + (one.purpose ? ", " + one.purpose : "")));
    box.addEventListener("toggle", () => {
      if (!box.open || box.childElementCount > 1) return;
      const copy = make("button", "copy", "Copy");
      copy.type = "button";
      copy.addEventListener("click", async () => {
        try { await navigator.clipboard.writeText(one.curl); copy.textContent = "Copied"; }
        catch { getSelection().selectAllChildren(line); copy.textContent = "Selected"; }
      });
      const line = make("pre", "", one.curl);
      box.append(make("div", "", make("div", "wide", make("h5", "", "reproduce ", copy), line),
        message("request", one.request), message("response", one.response)));
    });
    return box;
  }

  function verdict(one, vendor, chosen) {
    const place = vendor.operations[one.at] === "*" ? "the API as a whole" : vendor.operations[one.at];
    const box = make("div", "verdict" + (one.at === chosen ? " shown" : ""),
      make("h4", "", make("span", "mark cell " + one.word.replace("/", ""), one.word), " " + place),
      pairs("said", [["expected", one.expected], ["observed", one.observed], ["reason", one.reason],
        ["repetition", one.repetition], ["accepted", one.accepted],
        ["basis here", one.basis], ["blame", one.blame]]));
    const judged = "judged " + one.judged + (one.judged === 1 ? " exchange" : " exchanges");
    if (!one.exchanges.length) return box.append(make("p", "note", judged)), box;
    const shown = one.exchanges.slice(-6), rest = one.exchanges.slice(0, -6);
    const evidence = make("details", "evidence", make("summary", "", judged),
      make("div", "exchanges", ...shown.map((number) => exchange(number, vendor.exchanges))),
      rest.length ? make("p", "note", "and " + rest.map((number) => "#" + number).join(" ")) : "");
    evidence.open = one.word !== "pass" || one.at === chosen;
    box.append(evidence);
    return box;
  }

  function close(row) {
    const sheet = row.nextElementSibling;
    if (sheet && sheet.classList.contains("detail")) sheet.remove();
    row.querySelector(".open").setAttribute("aria-expanded", "false");
    row.querySelectorAll(".cell.shown").forEach((cell) => cell.classList.remove("shown"));
  }

  function open(row, chosen) {
    close(row);
    const vendor = data[row.closest("section").dataset.vendor];
    const about = vendor.rows[row.id];
    const sheet = make("div", "sheet");
    sheet.append(pairs("about", [["id", row.id], ...Object.entries(about.about)]));
    const shown = about.verdicts.filter((one) => chosen === undefined || one.at === chosen);
    const order = { fail: 0, error: 1, warn: 2, known: 3, inc: 4, "n/a": 5, pass: 6 };
    const sorted = [...shown].sort((one, two) => order[one.word] - order[two.word]);
    for (const one of sorted.slice(0, 30)) sheet.append(verdict(one, vendor, chosen));
    if (sorted.length > 30) sheet.append(make("p", "note", (sorted.length - 30) + " more: choose one in the row above"));
    const cell = make("td", "", sheet);
    cell.colSpan = 100;
    const detail = make("tr", "detail", cell);
    row.after(detail);
    row.querySelector(".open").setAttribute("aria-expanded", "true");
    row.querySelectorAll(".cell").forEach((one) => one.classList.toggle("shown", Number(one.dataset.at) === chosen));
  }

  function reveal(id) {
    const row = rows.find((one) => one.id === id);
    if (!row) return;
    row.closest("details").open = true;
    row.hidden = false;
    open(row);
    row.scrollIntoView({ block: "start" });
  }

  /* Cells are reached by arrow keys: thousands of tab stops would lock a keyboard in. */
  function neighbour(from, key) {
    const row = from.closest("tr.row");
    const stops = [row.querySelector(".open"), ...row.querySelectorAll(".cell")];
    const at = stops.indexOf(from);
    if (key === "ArrowLeft") return stops[at - 1];
    if (key === "ArrowRight") return stops[at + 1];
    const shown = rows.filter((one) => !one.hidden && one.closest("details").open);
    const next = shown[shown.indexOf(row) + (key === "ArrowDown" ? 1 : -1)];
    if (!next) return null;
    const same = from.dataset.at && [...next.querySelectorAll(".cell")].find((cell) => cell.dataset.at === from.dataset.at);
    return same || next.querySelector(".open");
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    const row = button && button.closest("tr.row");
    if (!row) return;
    const expanded = button.classList.contains("open")
      ? button.getAttribute("aria-expanded") === "true" : button.classList.contains("shown");
    if (expanded) close(row);
    else open(row, button.dataset.at === undefined ? undefined : Number(button.dataset.at));
  });
  document.addEventListener("keydown", (event) => {
    const target = event.target;
    if (event.key === "/" && !/^(INPUT|TEXTAREA)$/.test(target.tagName)) {
      event.preventDefault();
      find.focus();
    } else if (event.key === "Escape") {
      if (target === find) { find.value = ""; filter(); }
      const place = target.closest("tr.row, tr.detail");
      if (place) {
        const row = place.classList.contains("detail") ? place.previousElementSibling : place;
        close(row);
        if (place !== row) row.querySelector(".open").focus();
      }
    } else if (/^Arrow(Left|Right|Up|Down)$/.test(event.key) && target.matches("tr.row button")) {
      const next = neighbour(target, event.key);
      if (next) { event.preventDefault(); next.focus(); }
    }
  });
  for (const cell of document.querySelectorAll("tr.row .cell")) cell.tabIndex = -1;
  addEventListener("hashchange", () => reveal(decodeURIComponent(location.hash.slice(1))));
  if (location.hash) reveal(decodeURIComponent(location.hash.slice(1)));
  filter();
})();
