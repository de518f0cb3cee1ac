// All pages work without this file. It adds keys, copy buttons, suggestions, filters that apply by themselves, and
// dragging over the timeline. It changes no page in place: each step is a plain navigation, so that the history of the
// browser stays right.
"use strict";
(() => {
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const here = new URLSearchParams(location.search);

  // Copy buttons do nothing without a script, so they are hidden until now.
  for (const button of all("button[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const text = document.getElementById(button.dataset.copy).textContent.trim();
      const label = button.textContent;
      try {
        await navigator.clipboard.writeText(text);
      } catch {
        // Without the right to the clipboard, the text is selected for the reader's own key.
        getSelection().selectAllChildren(document.getElementById(button.dataset.copy));
        return;
      }
      button.textContent = button.dataset.done;
      setTimeout(() => { button.textContent = label; }, 2000);
    });
  }

  // Filters apply a moment after the last change; the note that says so stands above them. Focus returns to the box.
  const facets = one("#facets");
  if (facets) {
    const key = "fumikura-box";
    const name = (box) => `${box.name}=${box.value}`;
    const note = one("[data-auto]", facets);
    if (note) note.hidden = false;
    let waiting;
    facets.addEventListener("change", (event) => {
      if (event.target.type !== "checkbox") return;
      clearTimeout(waiting);
      waiting = setTimeout(() => {
        sessionStorage.setItem(key, JSON.stringify([name(event.target), scrollY]));
        send(facets);
      }, 700);
    });
    facets.addEventListener("submit", () => clearTimeout(waiting));
    // A page that comes back from the history shows the boxes of its address.
    addEventListener("pageshow", (event) => { if (event.persisted) facets.reset(); });
    const stored = sessionStorage.getItem(key);
    if (stored) {
      sessionStorage.removeItem(key);
      const [known, y] = JSON.parse(stored);
      const box = all("input[type=checkbox]", facets).find((box) => name(box) === known);
      if (box) {
        box.focus({ preventScroll: true });
        scrollTo({ top: y, behavior: "instant" });
      }
    }
  }

  // A form takes along the query as it stands in the field, and leaves out empty fields.
  function send(form) {
    const query = one("#q"), own = one("input[type=hidden][name=q]", form);
    if (query && own) own.value = query.value;
    for (const field of form.elements) if (field.name && !field.value) field.disabled = true;
    form.submit();
    for (const field of form.elements) field.disabled = false;
  }
  for (const form of all("form")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      send(form);
    });
  }

  // Suggestions stand in a list of the browser, which brings its own keys and its own words for screen readers.
  const query = one("#q"), guesses = one("#guess");
  if (query && guesses) {
    let asked = "", timer;
    query.addEventListener("input", (event) => {
      clearTimeout(timer);
      const text = query.value.trim();
      if (event.isComposing || text.length < 2 || text === asked) return;
      timer = setTimeout(async () => {
        asked = text;
        const answer = await fetch(`/suggest?q=${encodeURIComponent(text)}`).catch(() => null);
        if (!answer || !answer.ok || asked !== text) return;
        const [, words] = await answer.json().catch(() => [text, []]);
        guesses.replaceChildren(...words.slice(0, 8).map((word) => Object.assign(document.createElement("option"), { value: word })));
      }, 150);
    });
  }

  // #L119 of a line inside a passage leads to the passage.
  function toLine() {
    const line = /^#L(\d+)$/.exec(location.hash);
    if (!line || document.getElementById(line[0].slice(1))) return;
    const before = all("a[id^=L]").filter((anchor) => Number(anchor.id.slice(1)) <= Number(line[1]));
    const nearest = before.reduce((best, anchor) => (!best || Number(anchor.id.slice(1)) > Number(best.id.slice(1)) ? anchor : best), null);
    if (nearest) nearest.scrollIntoView();
  }
  toLine();
  addEventListener("hashchange", toLine);

  // A narrow screen shows the newest years first.
  for (const box of all(".chart .scroll")) box.scrollLeft = box.scrollWidth;

  // Dragging over the timeline fills the two fields below it, which do the same without dragging.
  const plot = one("svg.plot"), span = one("form.span");
  if (plot && span) {
    const bars = all("[data-d]", plot);
    const at = (x) => bars.find((bar) => {
      const box = bar.getBoundingClientRect();
      return x >= box.left && x < box.right;
    });
    let first = null, start = 0, shade = null;
    plot.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || event.pointerType === "touch") return;
      [first, start] = [at(event.clientX), event.clientX];
    });
    plot.addEventListener("dragstart", (event) => event.preventDefault());
    plot.addEventListener("pointermove", (event) => {
      const last = at(event.clientX);
      if (!first || !last || Math.abs(event.clientX - start) < 8) return;
      if (!shade) {
        shade = document.createElementNS("http://www.w3.org/2000/svg", "rect");
        shade.setAttribute("class", "pull");
        shade.setAttribute("height", plot.getAttribute("height"));
        plot.append(shade);
        plot.setPointerCapture(event.pointerId);
      }
      const [a, b] = [first, last].sort((one, other) => one.x.baseVal.value - other.x.baseVal.value);
      shade.setAttribute("x", a.x.baseVal.value);
      shade.setAttribute("width", b.x.baseVal.value + b.width.baseVal.value - a.x.baseVal.value);
      span.elements.from.value = a.dataset.d;
      span.elements.to.value = b.dataset.d;
    });
    plot.addEventListener("pointerup", () => {
      if (shade) send(span);
      first = null;
    });
    // The bar under the end of a drag is no link that was chosen.
    plot.addEventListener("click", (event) => { if (shade) event.preventDefault(); }, true);
  }

  // Keys act only while no field has the focus; ?keys=0 turns them off (WCAG 2.1.4).
  if (here.get("keys") === "0") return;
  const press = (selector) => { const link = one(selector); if (link) link.click(); return link; };
  function step(by) {
    const links = all(".hit h3 a");
    const now = links.indexOf(document.activeElement);
    const next = links[Math.max(0, Math.min(links.length - 1, now < 0 ? (by > 0 ? 0 : links.length - 1) : now + by))];
    if (!next) return null;
    all(".hit.now").forEach((hit) => hit.classList.remove("now"));
    next.closest(".hit").classList.add("now");
    next.focus();
    next.scrollIntoView({ block: "nearest" });
    return next;
  }
  const focus = (selector) => { const field = one(selector); if (field) field.focus(); return field; };
  const acts = {
    "/": () => focus("#q") || focus("#dq"),
    j: () => step(1),
    k: () => step(-1),
    f: () => focus("#facets input[type=checkbox], #facets input"),
    n: () => press(".rbar a[rel=next]"),
    p: () => press(".rbar a[rel=prev]"),
    c: () => press("button[data-copy]"),
    "[": () => press(".pages a[rel=prev]"),
    "]": () => press(".pages a[rel=next]"),
    "?": () => press("a[href^='/help'][data-keys]"),
  };
  addEventListener("keydown", (event) => {
    const field = event.target.closest("input, textarea, select, [contenteditable]");
    if (field || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (Object.hasOwn(acts, event.key) && acts[event.key]()) event.preventDefault();
  });
})();
