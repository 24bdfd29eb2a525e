"use strict";
// The page reads well without this: it adds downloads, full size, copying, sorting by columns, and opens what is folded for print.
for (const link of document.querySelectorAll(".download a")) {
  link.href = link.closest("figure").querySelector("img").src;
  link.parentElement.hidden = false;
}
for (const button of document.querySelectorAll("button.full")) {
  const image = button.closest("figure").querySelector("img"), fitted = image.style.cssText;
  button.hidden = false;
  button.addEventListener("click", () => {
    const full = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", full);
    const width = Math.max(image.naturalWidth, 1.5 * image.getAttribute("width"));
    image.style.cssText = full ? "max-width: none; width: " + width + "px" : fitted;
  });
}
for (const button of document.querySelectorAll("button.copy")) {
  const said = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const text = document.getElementById(button.dataset.copies).textContent.trim();
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
    } catch {
      // A page without a server may be refused; what is selected is copied by keys.
      const target = document.getElementById(button.dataset.copies);
      if (target.closest("details")) target.closest("details").open = true;
      getSelection().selectAllChildren(target);
      button.textContent = "Selected: copy it by Ctrl+C";
    }
    setTimeout(() => { button.textContent = said; }, 4000);
  });
}
// A word is explained beside itself. Without this its link leads to the list of words.
if ("popover" in HTMLElement.prototype) {
  const tip = Object.assign(document.createElement("span"), { className: "tip", id: "tip" });
  tip.popover = "auto";
  tip.setAttribute("role", "status");
  for (const link of document.querySelectorAll("a.meant")) {
    link.addEventListener("click", event => {
      event.preventDefault();
      const meant = document.querySelector(link.hash);
      const name = Object.assign(document.createElement("strong"), { textContent: meant.textContent + ": " });
      link.after(tip); // read after the word, and away with the next key or touch elsewhere
      tip.replaceChildren(name, meant.nextElementSibling.textContent);
      tip.showPopover();
      const at = link.getClientRects()[0], room = document.documentElement.clientWidth - tip.offsetWidth - 16;
      tip.style.left = Math.max(16, Math.min(at.left, room)) + scrollX + "px";
      tip.style.top = at.bottom + scrollY + 6 + "px";
    });
  }
}
const order = (table, head, column) => {
  const first = [...table.tBodies[0].rows];
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = head.textContent;
  head.replaceChildren(button);
  button.addEventListener("click", () => {
    const falling = head.getAttribute("aria-sort") === "ascending";
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", falling ? "descending" : "ascending");
    const numeric = first.some(row => row.cells[column].dataset.key !== undefined);
    const key = row => numeric ? Number(row.cells[column].dataset.key ?? NaN) : row.cells[column].textContent;
    // Rows without a value stay last, whichever way the others go.
    const compare = (a, b) => numeric
      ? (Number.isNaN(a) - Number.isNaN(b)) || (falling ? b - a : a - b) || 0
      : (falling ? -1 : 1) * a.localeCompare(b);
    table.tBodies[0].append(...[...first].sort((a, b) => compare(key(a), key(b))));
  });
};
for (const table of document.querySelectorAll("table.sortable")) {
  [...table.tHead.rows[0].cells].forEach((head, column) => order(table, head, column));
}
// What a link leads to is unfolded, and so is everything that is printed.
const unfold = () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let each = target; each; each = each.parentElement) if (each.tagName === "DETAILS") each.open = true;
  if (target?.firstElementChild?.tagName === "DETAILS") target.firstElementChild.open = true;
};
addEventListener("hashchange", unfold);
unfold();
addEventListener("beforeprint", () => {
  for (const each of document.querySelectorAll("details.print:not([open])")) {
    each.open = true;
    each.dataset.printed = "";
  }
});
addEventListener("afterprint", () => {
  for (const each of document.querySelectorAll("details[data-printed]")) {
    each.open = false;
    delete each.dataset.printed;
  }
});
