// Comfort for who judges many items: keys, and answers without loading the whole page anew. Every page works without it.
"use strict";
(() => {
  const items = () => [...document.querySelectorAll("[data-item]")].filter((item) => !item.closest("#pane"));
  const chosen = () => document.activeElement?.closest("[data-item]") ?? document.querySelector("[data-item].chosen");
  let place = -1; // of the chosen item in the list

  function choose(number) {
    const all = items();
    if (!all.length) return;
    place = Math.max(0, Math.min(number, all.length - 1));
    all.forEach((item, index) => item.classList.toggle("chosen", index === place));
    all[place].focus({ preventScroll: true });
    all[place].scrollIntoView({ block: "nearest" });
    beside(all[place]);
  }

  // A wide window shows the chosen item of a list beside it.
  const wide = matchMedia("(min-width: 75rem)");
  let waiting = 0; // for the eye to rest on an item

  async function showBeside(address) {
    const pane = document.getElementById("pane");
    let answer;
    try {
      answer = await fetch(address);
    } catch {
      return;
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const main = page.querySelector("main");
    if (!answer.ok || !main) return;
    for (const name of ["href", "action"]) {
      for (const each of main.querySelectorAll(`[${name}]`)) {
        each.setAttribute(name, new URL(each.getAttribute(name), answer.url).href);
      }
    }
    for (const name of ["id", "for", "list"]) { // an id stands once in a page
      for (const each of main.querySelectorAll(`[${name}]`)) each.setAttribute(name, `pane-${each.getAttribute(name)}`);
    }
    for (const item of main.querySelectorAll("[data-item]")) item.removeAttribute("tabindex");
    pane.replaceChildren(...main.children);
    pane.dataset.address = address;
    pane.hidden = false;
    pane.scrollTop = 0;
  }

  function beside(item) {
    const link = item?.querySelector("a[data-open]");
    if (!wide.matches || !document.getElementById("pane") || !link || link.origin !== location.origin) return false;
    clearTimeout(waiting);
    waiting = setTimeout(() => showBeside(link.href), 150);
    return true;
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-open]");
    const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    if (!link || !plain || link.closest("#pane")) return;
    const item = link.closest("[data-item]");
    if (item === chosen() && document.getElementById("pane")?.dataset.address === link.href) return; // a second time
    if (beside(item)) {
      event.preventDefault();
      choose(items().indexOf(item));
    }
  });

  function step(by) {
    const now = items().indexOf(chosen());
    choose(now < 0 ? Math.max(0, place + by) : now + by);
  }

  function press(act) {
    const item = chosen() ?? (items().length === 1 ? items()[0] : null);
    const button = item?.querySelector(`form.judge button[value="${act}"]`);
    if (button) button.form.requestSubmit(button);
  }

  function open() {
    chosen()?.querySelector("[data-open]")?.click();
  }

  function same() {
    const fold = chosen()?.querySelector("details.same");
    if (!fold) return;
    fold.open = true;
    fold.querySelector("input[name=other]").focus();
  }

  function leave(field) { // gives the keys back to the item that the field stands in
    const item = field.closest("[data-item]");
    const fold = field.closest("details.same");
    if (fold) fold.open = false;
    field.blur();
    item?.focus({ preventScroll: true });
  }

  function undo() {
    const button = document.querySelector("#pane form.undo button") ?? document.querySelector("form.undo button");
    if (button) button.form.requestSubmit(button);
  }

  function mute() {
    press(chosen()?.querySelector('form.judge button[value="unmute"]') ? "unmute" : "mute");
  }

  const keys = {
    j: () => step(1), k: () => step(-1), r: () => press("right"), w: () => press("wrong"), n: () => press("split"),
    s: same, m: mute, u: undo, o: open, "/": () => document.querySelector('a[href$="search"]').click(),
    "?": () => document.getElementById("keys").showModal(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.target.closest("input, textarea, select")) {
      if (event.key === "Escape") leave(event.target);
      return;
    }
    const work = keys[event.key];
    if (!work) return;
    event.preventDefault();
    work();
  });

  async function send(form, button) {
    if (form.closest("#pane")) {
      await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form, button)) });
      await showBeside(document.getElementById("pane").dataset.address);
      return;
    }
    const item = form.closest("[data-item]");
    const number = item ? items().indexOf(item) : place; // undo stands in no item: the one that was chosen is again
    const body = new URLSearchParams(new FormData(form, button));
    document.body.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(form.action, { method: "POST", body });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (answer.ok && new URL(answer.url).pathname !== location.pathname) {
        location.assign(answer.url);
        return;
      }
      for (const part of answer.ok ? ["main", "footer"] : ["main"]) {
        document.querySelector(part).replaceWith(page.querySelector(part));
      }
      if (answer.ok) history.replaceState(null, "", answer.url);
      const again = item?.id ? items().findIndex((each) => each.id === item.id) : -1;
      if (number >= 0) choose(again >= 0 ? again : number);
      document.getElementById("said").textContent = document.querySelector("main .notice")?.innerText ?? "";
      offerComfort();
    } catch {
      document.getElementById("said").textContent = "No answer. Load the page again to see what was done.";
      document.getElementById("said").classList.remove("skip");
    } finally {
      document.body.removeAttribute("aria-busy");
    }
  }

  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form.judge, form.undo")) return;
    event.preventDefault();
    send(event.target, event.submitter);
  });

  document.addEventListener("focusin", (event) => {
    const item = event.target.closest("[data-item]");
    if (item) place = items().indexOf(item);
  });

  function offerComfort() {
    if (wide.matches && items().length) document.getElementById("pane")?.removeAttribute("hidden");
    for (const button of document.querySelectorAll("button.keys")) {
      button.hidden = false;
      button.addEventListener("click", keys["?"]);
    }
  }

  offerComfort();
})();
