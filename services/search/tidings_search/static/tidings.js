/* What the pages do better with JavaScript: keys, names as one types, and dragging over a timeline. Nothing needs it. */
"use strict";

(() => {
  const box = document.getElementById("q");
  const results = () => [...document.querySelectorAll(".hit h2 a, main .event-line .what")];

  const isTyping = (element) => element.matches("input:not([type=checkbox]), textarea, select") || element.isContentEditable;

  const move = (step) => {
    const links = results();
    if (!links.length) return;
    const here = links.findIndex((link) => link.closest(".hit, .event")?.contains(document.activeElement));
    const next = links[here < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(Math.max(here + step, 0), links.length - 1)];
    next.focus({ preventScroll: true });
    next.closest(".hit, .event")?.scrollIntoView({ block: "nearest" });
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
    if (isTyping(event.target)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    const act = {
      "/": () => { box?.focus(); box?.select(); },
      j: () => move(1),
      k: () => move(-1),
      "?": () => { location.href = "/help#keys"; },
      Escape: () => document.activeElement?.blur(),
    }[event.key];
    if (act) {
      event.preventDefault();
      act();
    }
  });

  /* Names for the last word in the box */
  const LAST_WORD = /(^|[\s(])([-+!]?)(?:(person|org|place|group|outlet|source|target|actor):)?"?([^\s"():[\]{}^~*?/\\]{2,50})$/u;

  const suggestNames = () => {
    const list = document.createElement("ul");
    list.className = "suggestions";
    list.id = "suggestions";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "Names");
    list.hidden = true;
    box.after(list);
    let waiting, asking, found = [], at = -1, told = "";

    const close = () => {
      clearTimeout(waiting);
      asking?.abort();
      list.hidden = true;
      at = -1;
      box.setAttribute("aria-expanded", "false");
      box.removeAttribute("aria-activedescendant");
    };
    const word = () => {
      const end = box.selectionStart;
      return end === box.value.length ? LAST_WORD.exec(box.value) : null;
    };
    const choose = (one) => {
      const match = word();
      close();
      if (!match) return;
      const [whole, before, sign, field] = match;
      const role = ["source", "target", "actor"].includes(field);
      const query = role ? one.query.replace(/^\w+/u, field) : one.query;
      box.value = `${box.value.slice(0, box.value.length - whole.length)}${before}${sign}${query} `;
      box.setSelectionRange(box.value.length, box.value.length);
    };
    const mark = (place) => {
      at = place;
      [...list.children].forEach((item, number) => item.setAttribute("aria-selected", String(number === at)));
      if (at < 0) box.removeAttribute("aria-activedescendant");
      else box.setAttribute("aria-activedescendant", list.children[at].id);
    };
    const show = () => {
      list.replaceChildren(...found.map((one, number) => {
        const item = document.createElement("li");
        item.id = `suggestion-${number}`;
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", "false");
        const name = document.createElement("bdi");
        const kind = document.createElement("span");
        name.textContent = one.name;
        kind.textContent = `${one.kind}, ${one.articles.toLocaleString("en")}`;
        item.append(name, kind);
        item.addEventListener("pointerdown", (event) => event.preventDefault());
        item.addEventListener("click", () => choose(one));
        return item;
      }));
      list.hidden = !found.length;
      box.setAttribute("aria-expanded", String(found.length > 0));
      mark(-1);
    };
    const ask = async (field, letters) => {
      asking?.abort();
      asking = new AbortController();
      try {
        const answer = await fetch(`/api/suggest?q=${encodeURIComponent(letters)}`, { signal: asking.signal });
        if (!answer.ok || document.activeElement !== box) return close();
        const all = (await answer.json()).suggestions;
        const kinds = ["person", "org", "place", "group", "outlet"];
        found = kinds.includes(field) ? all.filter((one) => one.kind === field) : all;
        told = letters;
        show();
      } catch {
        /* Without an answer there is nothing to offer. */
      }
    };

    box.addEventListener("input", () => {
      box.setAttribute("role", "combobox");
      box.setAttribute("aria-autocomplete", "list");
      box.setAttribute("aria-controls", list.id);
      if (!box.hasAttribute("aria-expanded")) box.setAttribute("aria-expanded", "false");
      clearTimeout(waiting);
      const match = word();
      if (!match || /^(?:AND|OR|NOT|TO)$/u.test(match[4])) return close();
      if (match[4] !== told || list.hidden) waiting = setTimeout(ask, 140, match[3], match[4]);
    });
    box.addEventListener("blur", close);
    box.addEventListener("keydown", (event) => {
      if (list.hidden || event.isComposing) return;
      const count = list.children.length;
      if (event.key === "ArrowDown") mark(at + 1 >= count ? 0 : at + 1);
      else if (event.key === "ArrowUp") mark(at <= 0 ? count - 1 : at - 1);
      else if (event.key === "Enter" && at >= 0) choose(found[at]);
      else if (event.key === "Escape") close();
      else return;
      event.preventDefault();
    });
  };
  if (box) suggestNames();

  /* Dragging over bars chooses their days */
  const daysOf = (link) => {
    const asked = new URL(link.href?.baseVal ?? link.href, location.href).searchParams;
    return [asked.get("date_from"), asked.get("date_to")];
  };

  for (const chart of document.querySelectorAll(".bars")) {
    let start = null, drawn = null;
    const place = (event) => event.clientX - chart.getBoundingClientRect().left;
    const stop = () => {
      drawn?.remove();
      start = drawn = null;
    };
    chart.addEventListener("dragstart", (event) => event.preventDefault());
    chart.addEventListener("pointerdown", (event) => {
      if (event.button === 0 && event.pointerType !== "touch") start = place(event);
    });
    chart.addEventListener("pointermove", (event) => {
      if (start === null) return;
      const here = place(event);
      if (!drawn && Math.abs(here - start) < 5) return;
      if (!drawn) {
        chart.setPointerCapture(event.pointerId);
        drawn = document.createElementNS("http://www.w3.org/2000/svg", "rect");
        drawn.setAttribute("class", "selection");
        drawn.setAttribute("y", "0");
        drawn.setAttribute("height", "100%");
        chart.append(drawn);
      }
      drawn.setAttribute("x", String(Math.min(start, here)));
      drawn.setAttribute("width", String(Math.abs(here - start)));
    });
    chart.addEventListener("pointerup", () => {
      if (!drawn) return stop();
      const span = drawn.getBoundingClientRect();
      stop();
      const links = [...chart.querySelectorAll("a")].filter((link) => {
        const bar = link.querySelector(".whole").getBoundingClientRect();
        return bar.right > span.left && bar.left < span.right;
      });
      if (!links.length) return;
      const to = new URL(links[0].href.baseVal ?? links[0].href, location.href);
      to.searchParams.set("date_to", daysOf(links[links.length - 1])[1]);
      location.href = to.href;
    });
    chart.addEventListener("pointercancel", stop);
    addEventListener("keydown", (event) => { if (event.key === "Escape") stop(); });
  }
})();
