"use strict";
// Filters and search. Everything is on the page without this; it only hides what the reader doesn't look for.
(() => {
  const bar = document.getElementById("filters");
  if (!bar) return;
  const arms = [...document.querySelectorAll("tbody[data-is]")].map((row) => ({ row, kinds: row.dataset.is.split(" "), words: null }));
  const sections = [...document.querySelectorAll(".scenario")];
  const buttons = [...bar.querySelectorAll("[data-filter]")];
  const controls = document.getElementById("controls");
  const search = document.getElementById("search");
  const wanted = {
    all: () => true,
    failed: (kinds) => kinds.includes("fail") || kinds.includes("flaky"),
    invalid: (kinds) => kinds.includes("invalid"),
    drift: (kinds) => kinds.includes("drift"),
  };
  let filter = "all";

  const title = (row) => row.closest(".scenario").querySelector("h2").textContent;
  const contains = (arm, text) => {
    arm.words ??= (title(arm.row) + " " + arm.row.textContent).toLowerCase();
    return arm.words.includes(text);
  };
  const show = () => {
    const text = search.value.trim().toLowerCase();
    const without = controls.getAttribute("aria-pressed") === "true";
    let shown = 0;
    for (const arm of arms) {
      const fits = wanted[filter](arm.kinds) && !(without && arm.kinds.includes("control")) && (!text || contains(arm, text));
      arm.row.hidden = !fits;
      shown += fits;
    }
    for (const section of sections) section.hidden = !section.querySelector("tbody[data-is]:not([hidden])");
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.filter === filter));
    document.getElementById("nomatch").hidden = shown > 0;
    document.getElementById("shown").textContent = `${shown} of ${arms.length} arms`;
  };
  const reset = () => {
    filter = "all";
    search.value = "";
    controls.setAttribute("aria-pressed", "false");
    show();
  };
  const follow = () => {
    const target = /^#[\w-]+$/.test(location.hash) ? document.querySelector(location.hash) : null;
    if (!target) return;
    if (target.closest("[hidden]") || target.hidden) reset();
    const details = target.querySelector("details");
    if (target.matches("tbody") && details) details.open = true;
    target.scrollIntoView();
  };

  for (const button of buttons) button.addEventListener("click", () => ((filter = button.dataset.filter), show()));
  controls.addEventListener("click", () => {
    controls.setAttribute("aria-pressed", String(controls.getAttribute("aria-pressed") !== "true"));
    show();
  });
  let timer = 0;
  search.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(show, 120);
  });
  addEventListener("hashchange", follow);
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href^='#']");
    if (link && link.getAttribute("href") === location.hash) follow();
  });
  bar.hidden = false;
  show();
  follow();
})();
