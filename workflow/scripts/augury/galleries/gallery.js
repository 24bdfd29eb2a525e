"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const pictures = data.pictures;
  const byId = (id) => document.getElementById(id);
  const STORED = "augury-gallery-" + document.body.dataset.key;
  const WIDE = 512; // pixels of an image that is not shown larger than it is
  const NEAR = "800px"; // of the screen: within it a card holds its image

  const corrections = new Map(); // path -> {class, exclude, specimen}
  const past = []; // what each step changed: [[path, before], ...], and the card it was done on
  const cards = []; // those that can be corrected, in the order of the page
  const shownAt = new Map(); // path -> numbers of its pictures
  const marked = new Set();
  let current = 0;

  const make = (tag, properties = {}, ...children) => {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  };

  // Keys of classes: digits, then the letters that no command has; other classes are chosen from the list.
  const COMMANDS = [
    ["y", "Accept", "accept the suggested class", () => accept()],
    ["c", "Class", "choose the class from a list", () => byId("classes").showModal()],
    ["x", "Exclude", "exclude the image, or take it back", exclude],
    ["s", "Same specimen", "the marked images, or all of the group, show one specimen", join],
    ["n", "Not the same", "the image shows another specimen than those that are marked, or than its group", part],
    ["m", "Mark", "mark the image: what comes next is done with all that are marked (space does too)", mark],
    ["u", "Undo", "undo the last step", undo],
    ["d", "Download", "download the corrections", download],
    ["?", "Keys", "show these keys", () => byId("keys").showModal()],
  ];
  // Where a specimen's other images are not known, renaming those that are shown would tear it apart.
  const OFFERED = COMMANDS.filter(([key]) => data.specimens || !"sn".includes(key));
  const TAKEN = COMMANDS.map(([key]) => key).join("") + "jk";
  const LETTERS = [..."123456789abcdefghijklmnopqrstuvwxyz"].filter((key) => !TAKEN.includes(key));
  const classOf = new Map(data.classes.slice(0, LETTERS.length).map((name, index) => [LETTERS[index], name]));
  const keyOf = new Map([...classOf].map(([key, name]) => [name, key]));

  const at = () => pictures[cards[current]?.dataset.picture] ?? {};
  const said = (path) => corrections.get(path) ?? {};
  const plain = (specimen) => specimen.replace(/^g:/, "");
  const stem = (path) => path.replace(/^.*[/\\]/, "").replace(/\.[^.]*$/, "");

  // Specimens

  /** All images that are one specimen with that of `path` so far: path -> sha256. */
  function whole(path, picture) {
    const name = said(path).specimen;
    if (name) {
      const named = [...corrections].filter(([, each]) => each.specimen === name);
      return new Map(named.map(([each, { sha256 }]) => [each, sha256]));
    }
    const fellows = (data.specimens[picture.key] ?? []).filter(([each]) => !said(each).specimen);
    return new Map([...fellows, [path, picture.sha256 ?? ""]]);
  }

  /** What its specimen is called, so that it can be written as a name. */
  const nameOf = (picture) => said(picture.path).specimen || plain(picture.specimen || stem(picture.path));

  /** The marked images with this one, or else its group. */
  function together() {
    const own = cards[current];
    const others = marked.size ? [...marked] : [...own.parentElement.querySelectorAll("button.card")];
    return [own, ...others.filter((card) => card !== own)].map((card) => pictures[card.dataset.picture]);
  }

  function join() {
    const chosen = together();
    if (chosen.length < 2) return tell("Mark the other images of the specimen first, by m.");
    const known = chosen.filter((each) => said(each.path).specimen || (each.specimen ?? "").startsWith("g:"));
    const name = nameOf((known.length ? known : chosen)[0]);
    const every = new Map(chosen.flatMap((each) => [...whole(each.path, each)]));
    step([...every].map(([path, sha256]) => [path, { specimen: name, sha256 }]));
    clearMarks();
    return tell(`${every.size} images are one specimen, ${name}`);
  }

  function part() {
    const chosen = together();
    const [own, ...others] = chosen;
    if (chosen.length < 2) return tell("Mark the images of other specimens first, by m.");
    const changes = new Map();
    const mine = whole(own.path, own);
    const sha = own.sha256 ?? "";
    const name = nameOf(own);
    const lone = mine.size > 1;
    for (const [path, sha256] of mine) changes.set(path, { specimen: name, sha256 });
    if (lone) changes.set(own.path, { specimen: `${name}-${sha.slice(0, 8) || stem(own.path)}`, sha256: sha });
    for (const other of others.filter((each) => !mine.has(each.path))) {
      const theirs = nameOf(other) === name ? `${name}-${other.label || stem(other.path)}` : nameOf(other);
      for (const [path, sha256] of whole(other.path, other)) changes.set(path, { specimen: theirs, sha256 });
    }
    step([...changes]);
    clearMarks();
    return tell(`It is a specimen of its own, ${said(own.path).specimen}`);
  }

  // Classes

  /** What a class is given to: the marked images, or the one where the keys are. */
  const chosen = () => (marked.size ? [...marked] : cards.slice(current, current + 1)).map((each) => pictures[each.dataset.picture]);

  function change(changeOf) {
    const [these, many] = [chosen(), marked.size];
    step(these.map((picture) => [picture.path, changeOf(picture)]));
    clearMarks();
    if (!many) move(1);
  }

  const classed = (name, picture) => ({ class: name === picture.label ? "" : name, exclude: "" });
  const setClass = (name) => change((picture) => classed(name, picture));
  const accept = () => change((picture) => classed(picture.suggested ?? picture.label, picture));

  function exclude() {
    const back = chosen().every((picture) => said(picture.path).exclude);
    change(() => ({ exclude: back ? "" : "yes", class: "" }));
  }

  // Steps

  function step(changes) {
    past.push({ card: current, before: changes.map(([path]) => [path, corrections.get(path)]) });
    for (const [path, change] of changes) {
      const sha256 = pictures[shownAt.get(path)?.[0]]?.sha256 ?? "";
      const made = { class: "", exclude: "", specimen: "", sha256, ...corrections.get(path), ...change };
      if (made.class || made.exclude || made.specimen) corrections.set(path, made);
      else corrections.delete(path);
    }
    changes.forEach(([path]) => show(path));
    keep();
  }

  function undo() {
    const last = past.pop();
    if (!last) return tell("There is nothing to undo.");
    for (const [path, before] of last.before) {
      if (before) corrections.set(path, before);
      else corrections.delete(path);
      show(path);
    }
    keep();
    return go(last.card);
  }

  function keep() {
    try {
      localStorage.setItem(STORED, JSON.stringify([...corrections]));
    } catch {
      // No room, or none allowed: the page still works until it is closed.
    }
    byId("tool-d").lastChild.textContent = ` Download (${corrections.size})`;
  }

  const cell = (text) => (/["\t\r\n]|^#/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

  function table() {
    const lines = [...corrections].sort(([one], [other]) => (one < other ? -1 : 1)).map(([path, made]) => {
      const row = { path, ...made, was: pictures[shownAt.get(path)?.[0]]?.label ?? "" };
      return data.columns.map((name) => cell(row[name] ?? "")).join("\t");
    });
    return [data.columns.join("\t"), ...lines].join("\n") + "\n";
  }

  function download() {
    if (!corrections.size) return tell("There is nothing to download yet.");
    const address = URL.createObjectURL(new Blob([table()], { type: "text/tab-separated-values" }));
    make("a", { href: address, download: "corrections.tsv" }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10000);
    return tell("corrections.tsv: name it in the study's key `corrections`.");
  }

  // Cards

  function card(number) {
    const picture = pictures[number];
    const fixed = picture.fixed || !picture.path;
    const made = make(fixed ? "div" : "button", { className: fixed ? "card fixed" : "card" });
    const frame = make("span", { className: "frame" });
    const thumbnail = data.thumbnails[picture.thumbnail];
    if (thumbnail) frame.append(make("img", { alt: "", width: thumbnail[1], height: thumbnail[2] }));
    else frame.append(make("span", { className: "none", textContent: "cannot be read" }));
    made.dataset.picture = number;
    made.append(frame);
    const label = picture.label || (picture.suggested ? `${picture.suggested}?` : "");
    if (label) made.append(make("span", { className: "label", textContent: label }));
    for (const line of picture.lines ?? []) made.append(make("span", { className: "line", textContent: line }));
    if (!fixed) {
      made.append(make("span", { className: "new" }));
      made.setAttribute("aria-pressed", "false");
      made.type = "button";
      made.tabIndex = -1;
      made.dataset.card = cards.length;
      cards.push(made);
      shownAt.set(picture.path, [...(shownAt.get(picture.path) ?? []), number]);
      made.addEventListener("click", () => go(Number(made.dataset.card)));
      made.addEventListener("dblclick", enlarge);
      made.addEventListener("focus", () => arrive(Number(made.dataset.card)));
    }
    cardOf[number] = made;
    return made;
  }
  const cardOf = [];

  /** Show on the cards of an image what is corrected. */
  function show(path) {
    const made = said(path);
    const words = [made.exclude && "excluded", made.class && `→ ${made.class}`, made.specimen && `specimen ${made.specimen}`];
    for (const number of shownAt.get(path) ?? []) {
      const shown = cardOf[number];
      shown.classList.toggle("changed", corrections.has(path));
      shown.classList.toggle("excluded", Boolean(made.exclude));
      shown.querySelector(".new").textContent = words.filter(Boolean).join(", ");
    }
  }

  function mark() {
    const own = cards[current];
    if (!own) return;
    if (!marked.delete(own)) marked.add(own);
    own.setAttribute("aria-pressed", String(marked.has(own)));
    tell(`${marked.size} marked`);
  }

  function clearMarks() {
    for (const each of marked) each.setAttribute("aria-pressed", "false");
    marked.clear();
  }

  // Where one is

  function arrive(index) {
    cards[current].tabIndex = -1;
    cards[current].classList.remove("current");
    current = index;
    cards[current].tabIndex = 0;
    cards[current].classList.add("current");
    const picture = at();
    tell([picture.path, picture.label && `class ${picture.label}`, picture.specimen && `specimen ${plain(picture.specimen)}`]
      .filter(Boolean).join(" · "));
  }

  const go = (index) => {
    if (!cards[index]) return;
    cards[index].focus();
    arrive(index); // also where the window is not the one that has the keys
  };
  const move = (by) => go(Math.min(Math.max(current + by, 0), cards.length - 1));

  /** The card above or below: the nearest of the next row. */
  function moveRow(by) {
    const own = cards[current].getBoundingClientRect();
    let best = -1;
    let row = null;
    let least = Infinity;
    for (let index = current + by; index >= 0 && index < cards.length; index += by) {
      const other = cards[index].getBoundingClientRect();
      if (Math.abs(other.top - own.top) < own.height / 2) continue;
      row ??= other.top;
      if (Math.abs(other.top - row) > own.height / 2) break;
      if (Math.abs(other.left - own.left) < least) [best, least] = [index, Math.abs(other.left - own.left)];
    }
    if (best >= 0) go(best);
  }

  function tell(words) {
    byId("said").textContent = words;
  }

  function enlarge() {
    const picture = at();
    const dialog = byId("large");
    const thumbnail = data.thumbnails[picture.thumbnail];
    dialog.querySelector("h2").textContent = picture.label || picture.suggested || "Image";
    const image = dialog.querySelector("img");
    image.src = thumbnail ? thumbnail[0] : "data:,";
    image.className = "";
    // The file itself, where it lies where it did and a browser can show it.
    const whole = new Image();
    whole.onload = () => {
      if (at() !== picture) return;
      image.src = whole.src;
      image.className = whole.naturalWidth > WIDE ? "smooth" : "";
    };
    if (picture.link) whole.src = picture.link;
    const words = [picture.path, ...(picture.lines ?? [])].filter(Boolean).join(" · ");
    dialog.querySelector("p").replaceChildren(words);
    if (picture.link) {
      const link = make("a", { href: picture.link, target: "_blank", rel: "noopener", textContent: "open the file" });
      dialog.querySelector("p").append(" · ", link);
    }
    dialog.showModal();
  }

  const KEYS = {
    ArrowRight: () => move(1), ArrowLeft: () => move(-1), j: () => move(1), k: () => move(-1),
    ArrowDown: () => moveRow(1), ArrowUp: () => moveRow(-1), Home: () => go(0), End: () => go(cards.length - 1),
    Enter: enlarge, " ": mark,
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    // A dialog that was just closed may still hold the focus.
    const onCard = document.activeElement === document.body || document.activeElement?.matches(".card, dialog:not([open]) *");
    if (document.activeElement?.matches("select, input")) return;
    if (["Enter", " "].includes(event.key) && !onCard) return;
    const command = OFFERED.find(([key]) => key === event.key)?.[3] ?? KEYS[event.key]
      ?? (classOf.has(event.key) ? () => setClass(classOf.get(event.key)) : null);
    if (!command || !cards.length) return;
    event.preventDefault();
    command();
  });

  // The page

  for (const [index, section] of data.sections.entries()) {
    const groups = make("div", { className: "groups" });
    const compared = section.groups.some((group) => group.pictures.some((number) => pictures[number].fixed));
    let count = 0;
    for (const group of section.groups) {
      const made = make("div", { className: group.pictures.length > 1 || group.title ? "group many" : "group" });
      if (group.title) made.append(make("p", { className: "title", textContent: group.title }));
      made.append(...group.pictures.map(card));
      groups.append(made);
      count += compared ? 1 : group.pictures.length;
    }
    const head = make("h2", { id: `section-${index}`, textContent: `${section.title} ` }, make("small", { textContent: count }));
    const made = make("section", { className: "section" }, head);
    made.setAttribute("aria-labelledby", head.id);
    if (section.about) made.append(make("p", { textContent: section.about }));
    made.append(groups);
    byId("main").append(made);
    byId("jump").append(make("option", { value: head.id, textContent: `${section.title} (${count})` }));
  }
  byId("jump").addEventListener("change", (event) => {
    const section = byId(event.target.value).parentElement;
    section.scrollIntoView();
    section.querySelector("button.card")?.focus({ preventScroll: true });
  });
  byId("jump").parentElement.hidden = data.sections.length < 2;

  // Far from the screen a card holds no image: two thousand would take the memory of all.
  const watcher = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      const image = target.querySelector("img");
      if (isIntersecting) image.src = data.thumbnails[pictures[target.dataset.picture].thumbnail][0];
      else image.removeAttribute("src");
    }
  }, { rootMargin: NEAR });
  cardOf.filter((each) => each.querySelector("img")).forEach((each) => watcher.observe(each));

  const list = byId("keys").querySelector("dl");
  const entry = (key, words) => list.append(make("dt", {}, make("kbd", { textContent: key })), make("dd", { textContent: words }));
  entry("← → ↑ ↓", "go to the next image; j and k too, Home and End");
  entry("Enter", "enlarge the image");
  OFFERED.forEach(([key, , words]) => entry(key, words));
  classOf.forEach((name, key) => entry(key, name));

  for (const [key, words, , act] of OFFERED) {
    const made = make("button", { type: "button", id: `tool-${key}` }, make("kbd", { textContent: key }), ` ${words}`);
    made.addEventListener("click", () => { act(); if (!document.querySelector("dialog[open]")) go(current); });
    made.hidden = key === "y" && !pictures.some((each) => each.suggested);
    byId("tools").append(made);
  }
  for (const name of data.classes) {
    const key = keyOf.get(name);
    const made = make("button", { type: "button" }, ...(key ? [make("kbd", { textContent: key }), " "] : []), name);
    made.addEventListener("click", () => { byId("classes").close(); setClass(name); });
    byId("classes").querySelector(".choices").append(made);
  }

  try {
    for (const [path, made] of JSON.parse(localStorage.getItem(STORED) ?? "[]")) {
      corrections.set(path, made);
      show(path);
    }
  } catch {
    // What another version stored is left alone.
  }
  keep();
  byId("bar").hidden = !cards.length;
  if (cards.length) cards[0].tabIndex = 0;
})();
