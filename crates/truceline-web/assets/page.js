// Better with it, whole without it: sliders for the two times, and pages that change in place.
"use strict";
(() => {
  const day = 86400;
  const text = (seconds) => new Date(seconds * 1000).toISOString().slice(0, 16);
  let shown = location.pathname + location.search;
  const seconds = (words) => Date.parse(words + "Z") / 1000;

  function slide(form, range) {
    const field = form.elements[range.dataset.for];
    const { at, from, to, asof } = form.dataset;
    const [low, high, now] = range.dataset.for === "at"
      ? [+at - 45 * day, +at + 45 * day, +at]
      : [+from - 60, Math.max(+to, +from + 60), +asof];
    range.min = Math.floor(low / 60);
    range.max = Math.ceil(high / 60);
    range.step = Math.max(1, Math.round((high - low) / 60 / 2160));
    range.value = Math.round(now / 60);
    range.hidden = false;
    let wait;
    range.addEventListener("input", () => {
      field.value = text(range.value * 60);
      range.setAttribute("aria-valuetext", field.value.replace("T", " ") + " UTC");
      clearTimeout(wait);
      wait = setTimeout(() => go(form), 350);
    });
    field.addEventListener("change", () => {
      if (field.value) range.value = seconds(field.value) / 60;
    });
  }

  // The page at an address, put where this one stands; focus and place on the page stay.
  async function put(address, push) {
    let answer;
    try {
      answer = await fetch(address, { headers: { accept: "text/html" } });
    } catch {
      location.assign(address);
      return;
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of ["main", "nav", "footer"]) {
      const [old, fresh] = [document.querySelector(part), page.querySelector(part)];
      if (!old || !fresh) return location.assign(address);
      old.replaceWith(document.adoptNode(fresh));
    }
    for (const part of [".travelling", ".back"]) {
      const [old, fresh] = [document.querySelector(part), page.querySelector(part)];
      if (old) old.remove();
      if (!fresh) continue;
      if (part === ".back") document.querySelector(".times").append(document.adoptNode(fresh));
      else document.querySelector("main").before(document.adoptNode(fresh));
    }
    const [old, fresh] = [document.querySelector(".find"), page.querySelector(".find")];
    if (old && fresh && !old.contains(document.activeElement)) old.replaceWith(document.adoptNode(fresh));
    document.title = page.title;
    if (push) history.pushState(null, "", address);
    shown = location.pathname + location.search;
  }

  function go(form) {
    const fields = new URLSearchParams(new FormData(form));
    for (const [name, value] of [...fields]) if (!value) fields.delete(name);
    const query = fields.toString();
    put(form.getAttribute("action") + (query ? "?" + query : ""), true);
  }

  // Told when the ledger has grown, unless the page shows an earlier knowledge of it.
  function listen(form) {
    if (!window.EventSource || form.elements.as_of.value || !document.querySelector("[data-live]")) return;
    const events = new EventSource("/feeds/events");
    events.addEventListener("entries", () => {
      document.querySelector(".news").hidden = false;
      events.close();
    });
    addEventListener("pagehide", () => events.close());
  }

  const form = document.querySelector("form.times");
  if (!form) return;
  listen(form);
  for (const range of form.querySelectorAll(".slide")) slide(form, range);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    go(form);
  });
  addEventListener("popstate", () => {
    // A step to a heading of this page is no other page.
    if (location.pathname + location.search !== shown) location.reload();
  });
})();
