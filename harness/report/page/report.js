"use strict";
// Filters, sorting, keys, and what is made when it is opened. Everything is on the page, or a link away, without this.
(() => {
  const loaded = new Map();
  const waiting = new Map();
  const form = document.getElementById("filters");
  const groups = document.getElementById("groups");
  const $ = (selector, root = document) => [...root.querySelectorAll(selector)];

  // -- what is made when it is opened

  window.chatfault = (name, bodies) => {
    loaded.set(name, bodies);
    for (const fill of waiting.get(name) ?? []) fill();
    waiting.delete(name);
  };
  const load = (name, fill) => {
    if (loaded.has(name)) return fill();
    if (waiting.has(name)) return void waiting.get(name).push(fill);
    waiting.set(name, [fill]);
    const script = document.createElement("script");
    script.src = `parts/${encodeURIComponent(name)}.js`;
    document.head.append(script);
  };
  const put = (details, html) => {
    const place = document.createElement("div");
    place.innerHTML = html;
    details.querySelector("noscript").replaceWith(place);
    for (const button of $("button.copy", place)) button.hidden = false;
    const viewer = document.documentElement.dataset.viewer;
    if (viewer) {
      for (const link of $("a[data-trace]", place)) {
        link.href = `${viewer}index.html?trace=${encodeURIComponent(new URL(link.getAttribute("href"), location.href).href)}`;
      }
    }
  };
  const make = (details) => {
    const hidden = details.querySelector(":scope > noscript");
    if (!hidden || details.dataset.asked) return;
    details.dataset.asked = "yes";
    const html = hidden.textContent;
    if (!/^\s*<p><a href="parts\//.test(html)) return put(details, html);
    load(details.dataset.part, () => put(details, loaded.get(details.dataset.part)[details.id] ?? ""));
  };
  document.addEventListener("toggle", (event) => {
    if (event.target.open && event.target.dataset.part) make(event.target);
  }, true);
  addEventListener("beforeprint", () => {
    for (const details of $("details.arm[open], .table details[open]")) make(details);
  });

  // -- which arms are shown, and in which order

  const rows = $("details.arm").map((row, number) => ({
    row, number, is: row.dataset, words: null,
    parts: { failure: row.dataset.failure.split(" "), cause: row.dataset.cause.split(" ") },
  }));
  const byId = new Map(rows.map((one) => [one.row.id, one]));
  const titles = new Map($("details.group").map((group) => [group.dataset.name, group]));
  const jumps = new Map($(".jump a").map((link) => [link.hash, link.parentElement]));
  const problems = $(".problem").map((card) => ({ card, jump: jumps.get(`#${card.id}`), ids: card.dataset.arms.trim().split(" ").map((slug) => `arm=${slug}`) }));
  const gravity = ["fail", "flaky", "invalid", "known", "pass"];
  const orders = {
    "": (a, b) => a.number - b.number,
    gravest: (a, b) => gravity.indexOf(a.is.verdict) - gravity.indexOf(b.is.verdict) || a.number - b.number,
    slowest: (a, b) => b.is.seconds - a.is.seconds,
    name: (a, b) => a.row.id.localeCompare(b.row.id, "en", { numeric: true }),
  };
  const NARROW = 60;
  const facets = ["verdict", "failure", "cause", "remedy", "scenario", "browser", "locale", "client", "kind", "drift"];
  const field = (name) => form.elements.namedItem(name);
  const chosen = (name) => field(name)?.value ?? "";
  const words = (one) => (one.words ??= `${titles.get(one.is.scenario)?.querySelector(".title").textContent ?? ""} ${one.is.scenario} ${one.is.remedy} ${one.row.querySelector("summary").textContent}`.toLowerCase());

  const fits = (one, wanted, text) => {
    for (const [name, value] of wanted) {
      const has = one.parts[name];
      if (has ? !has.includes(value) : one.is[name] !== value) return false;
    }
    return !text || text.every((word) => words(one).includes(word));
  };
  let grouped = " ";
  const regroup = () => {
    const by = chosen("group"), sort = chosen("sort");
    if (grouped === `${by} ${sort}`) return;
    grouped = `${by} ${sort}`;
    const found = new Map();
    for (const one of [...rows].sort(orders[sort] ?? orders[""])) {
      for (const name of by === "" ? [one.is.scenario] : by === "none" ? ["every arm"] : [(one.parts[by]?.[0] ?? one.is[by]) || "none"]) {
        if (!found.has(name)) found.set(name, []);
        found.get(name).push(one);
      }
    }
    const made = [...found].map(([name, ones]) => {
      const group = by === "" ? titles.get(name) : document.createElement("details");
      if (by !== "") {
        group.className = "group";
        group.dataset.name = name;
        const counts = gravity.map((verdict) => [ones.filter((one) => one.is.verdict === verdict).length, verdict]);
        const summary = document.createElement("summary");
        const title = Object.assign(document.createElement("span"), { className: "title", textContent: name.replaceAll("_", " ") });
        const strip = Object.assign(document.createElement("span"), { className: "strip" });
        strip.setAttribute("aria-hidden", "true");
        strip.append(...ones.slice(0, 200).map((one) => Object.assign(document.createElement("i"), { className: one.is.verdict })));
        const said = counts.filter(([count]) => count).map(([count, verdict]) => `${count} ${verdict}`).join(", ");
        summary.append(title, strip, Object.assign(document.createElement("span"), { className: "counts", textContent: said }));
        group.append(summary);
        if (by === "none") group.open = true;
      }
      group.append(...ones.map((one) => one.row));
      return group;
    });
    groups.replaceChildren(...made);
  };
  const show = () => {
    regroup();
    const wanted = facets.map((name) => [name, chosen(name)]).filter(([, value]) => value);
    const text = chosen("text").trim().toLowerCase().split(/\s+/).filter(Boolean);
    const all = !wanted.length && !text.length;
    let shown = 0;
    for (const one of rows) {
      const hidden = !(all || fits(one, wanted, text.length && text));
      if (one.row.hidden !== hidden) one.row.hidden = hidden;
      shown += !hidden;
    }
    for (const group of groups.children) {
      group.hidden = !all && !group.querySelector(":scope > .arm:not([hidden])");
      if (all ? group.dataset.opened : shown <= NARROW) {
        group.open = !all && !group.hidden;
        group.dataset.opened = all ? "" : "yes";
      }
    }
    for (const { card, jump, ids } of problems) {
      card.hidden = !all && ids.every((id) => byId.get(id)?.row.hidden);
      if (jump) jump.hidden = card.hidden;
    }
    document.getElementById("nomatch").hidden = shown > 0;
    document.getElementById("shown").textContent = `${shown} of ${rows.length} arms`;
  };

  // -- the address says what is shown

  const state = () => {
    const said = new URLSearchParams();
    for (const name of [...facets, "text", "group", "sort"]) if (chosen(name)) said.set(name, chosen(name));
    return said;
  };
  const write = (arm) => {
    const said = state();
    const start = arm ? `arm=${encodeURIComponent(arm).replaceAll("%2F", "/").replaceAll("~", "~")}` : "";
    const hash = [start, said.toString()].filter(Boolean).join("&");
    history.replaceState(null, "", hash ? `#${hash}` : location.href.split("#")[0]);
  };
  const reveal = (id) => {
    const target = document.getElementById(id);
    if (!target) return;
    if (target.closest("[hidden]")) {
      form.reset();
      show();
    }
    for (let at = target; at; at = at.parentElement?.closest("details")) if (at.tagName === "DETAILS") at.open = true;
    make(target);
    target.scrollIntoView({ block: "start" });
    target.querySelector("summary")?.focus({ preventScroll: true });
  };
  const follow = () => {
    const hash = location.hash.slice(1);
    if (!hash.includes("=")) return hash ? document.getElementById(hash)?.scrollIntoView() : undefined;
    const said = new URLSearchParams(hash);
    const filters = [...said.keys()].some((name) => name !== "arm" && name !== "table");
    if (filters) {
      form.reset();
      for (const [name, value] of said) if (field(name)) field(name).value = value;
      if ($(".more select", form).some((one) => one.value)) unfold(true);
      show();
    }
    if (said.get("arm")) reveal(`arm=${said.get("arm")}`);
    else if (said.get("table")) reveal(`table=${said.get("table")}`);
    else document.getElementById("arms").scrollIntoView();
  };

  // -- keys

  const stops = () => $(".problem:not([hidden]) h3 a, .group:not([hidden]) > summary, .arm:not([hidden]) > summary, .table summary")
    .filter((one) => one.checkVisibility?.() ?? one.offsetParent);
  const move = (by) => {
    const all = stops();
    const at = all.indexOf(document.activeElement);
    const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1)];
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
  };
  const help = document.getElementById("help");
  const search = field("text");
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
    if (event.target.matches?.("input, select, textarea")) {
      if (event.key === "Escape") {
        if (search.value) (search.value = ""), changed();
        event.target.blur();
      }
      return;
    }
    if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
    else if (event.key === "/") event.preventDefault(), search.focus();
    else if (event.key === "?") help.showModal();
  });
  document.getElementById("keys").addEventListener("click", () => help.showModal());
  const more = document.getElementById("more");
  const unfold = (all) => {
    form.classList.toggle("all", all);
    more.setAttribute("aria-expanded", all);
    more.textContent = all ? "Fewer filters" : "More filters";
  };
  more.addEventListener("click", () => unfold(!form.classList.contains("all")));

  const changed = () => {
    show();
    write();
  };
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", changed);
  form.addEventListener("input", changed);
  form.addEventListener("reset", () => setTimeout(changed));
  groups.addEventListener("toggle", (event) => {
    if (event.target.open && event.target.matches(".arm")) write(event.target.id.slice(4));
  }, true);
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button.copy");
    if (button) copy(button);
    const link = event.target.closest?.("a[href^='#']");
    if (link && link.getAttribute("href") === location.hash) follow();
  });
  const copy = async (button) => {
    const text = button.dataset.copy;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = document.body.appendChild(Object.assign(document.createElement("textarea"), { value: text }));
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = "Copy"), 1500);
  };

  for (const button of $("button.copy")) button.hidden = false;
  addEventListener("hashchange", follow);
  (window.requestIdleCallback ?? setTimeout)(() => rows.forEach(words));
  form.hidden = false;
  show();
  follow();
})();
