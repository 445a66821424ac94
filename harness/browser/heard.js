// What somebody has of a page who doesn't see it, or has no mouse: names of controls, live regions, where the focus is,
// every label; and what moves on it without end.
(() => {
  const { parentOf, displayed, squeeze, roots } = window.__chatfaultVisible;
  const LIVE = { alert: "assertive", status: "polite", log: "polite", timer: "off" };
  const MUTE = { off: "its live region is off", deaf: "its live region tells only of what goes" };
  const ONLY_REMOVALS = /^\s*removals\s*$/i;
  const REGIONS = "[role=alert], [role=status], [role=log], output, [aria-live=assertive], [aria-live=polite]";
  const SPINS = "[role=progressbar]:not([aria-valuenow]), progress:not([value]), [aria-busy=true]";
  const WAITS = /^(wait|progress)$/;
  const START = 24; // letters of an answer by which it is known
  const ANSWERED = /\b(answer|reply|response|finished|complete)|回答|応答|完了/i;

  const isMuted = (element) => {
    for (let one = element; one; one = parentOf(one)) if (one.getAttribute("aria-hidden") === "true" || one.inert) return true;
    return false;
  };
  const isHeldBack = (element) => {
    for (let one = element; one; one = parentOf(one)) if (one.getAttribute("aria-busy") === "true") return true;
    return false;
  };
  // How the nearest live region around it is read out, "deaf" where it tells only of what goes, or null where there is none.
  const liveOf = (element) => {
    for (let one = element; one; one = parentOf(one)) {
      const live = one.getAttribute("aria-live") ?? LIVE[one.getAttribute("role")] ?? (one.tagName === "OUTPUT" ? "polite" : null);
      if (live !== null) return ONLY_REMOVALS.test(one.getAttribute("aria-relevant") ?? "") ? "deaf" : live;
    }
    return null;
  };
  // Why nobody is told of it who doesn't look at it, or "".
  const whyUnheard = (element) => {
    if (isMuted(element)) return "it is hidden from screen readers";
    if (isHeldBack(element)) return "it is in a region that is marked as busy, which isn't read out";
    const live = liveOf(element);
    if (live !== null) return MUTE[live] ?? "";
    // What is nothing but a frame around a live region is told by that.
    const within = [...element.querySelectorAll(REGIONS)].find((one) => squeeze(one.textContent) === squeeze(element.textContent));
    if (within && !isMuted(within)) return "";
    // What takes the focus is read out as well, such as a dialog.
    return element.contains(deepFocus()) && deepFocus() !== document.body ? "" : "it is in no live region";
  };
  const named = (ids) => (ids ?? "").split(/\s+/).filter(Boolean).map((id) => document.getElementById(id)?.textContent ?? "").join(" ");
  const nameOf = (element) =>
    squeeze(
      named(element.getAttribute("aria-labelledby")) || element.getAttribute("aria-label") || [...(element.labels ?? [])].map((one) => one.textContent).join(" ") ||
        element.innerText || element.getAttribute("title") || element.querySelector("img[alt], svg title")?.getAttribute("alt") || element.querySelector("svg title")?.textContent ||
        element.getAttribute("placeholder") || element.getAttribute("value") || "",
    );
  const PRESSED = "button, a[href], input, select, textarea, summary, [contenteditable]";
  // Why a control can't be used without a mouse or without seeing it, or "".
  const whyUnreached = (element) => {
    if (isMuted(element)) return "it is hidden from screen readers";
    if (!nameOf(element)) return "it has no name";
    if (!/[\p{L}\p{N}]/u.test(nameOf(element))) return `its name is ${nameOf(element)}, which is no word`;
    const control = element.closest(PRESSED) ?? element.querySelector(PRESSED);
    // An editable box is reached by itself, though its tabIndex says -1 as long as nobody has set one.
    if (control?.isContentEditable && !control.hasAttribute("tabindex")) return "";
    if (control) return control.tabIndex < 0 ? "a keyboard can't reach it" : "";
    if (element.tabIndex < 0) return "a keyboard can't reach it";
    return /^(button|link|menuitem|textbox)$/.test(element.getAttribute("role") ?? "") ? "" : "a screen reader doesn't know it as a control";
  };
  const deepFocus = () => {
    let active = document.activeElement;
    while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
    return active;
  };
  const LABELS = ["aria-label", "placeholder", "title", "alt", "aria-placeholder", "aria-roledescription", "aria-valuetext"];
  const labels = () => {
    const found = new Set();
    for (const root of roots()) {
      for (const element of root.querySelectorAll(LABELS.map((name) => `[${name}]`).join(","))) {
        if (displayed(element) && !isMuted(element)) for (const name of LABELS) found.add(squeeze(element.getAttribute(name)));
      }
    }
    found.delete("");
    return [...found];
  };
  // Parts that say by their look that something is under way.
  const spinning = () => {
    const moving = document.getAnimations().filter((one) => one.playState === "running" && one.effect?.getComputedTiming().iterations === Infinity);
    const targets = new Set(moving.map((one) => one.effect.target).filter((one) => one && displayed(one)));
    for (const root of roots()) for (const one of root.querySelectorAll(SPINS)) if (displayed(one)) targets.add(one);
    if (WAITS.test(getComputedStyle(document.body).cursor)) targets.add(document.body);
    return targets.size;
  };
  // Live regions of which nobody is told anything, because they, or what they are in, are marked as busy.
  const muffled = () => {
    const regions = roots().flatMap((root) => [...root.querySelectorAll(REGIONS)]);
    return regions.filter((one) => displayed(one) && isHeldBack(one)).length;
  };
  // What live regions say from here on, for whoever asks whether something was told.
  const said = [];
  const alerts = new Map();
  let listens = false;
  const listen = () => {
    said.length = 0;
    if (listens) return;
    listens = true;
    const note = (node) => {
      const element = node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement;
      const live = element && liveOf(element);
      if (!live || MUTE[live] || isMuted(element)) return;
      const text = element.closest(REGIONS)?.textContent ?? node.textContent;
      said.push(text);
      const shape = squeeze(text).replace(/\d+/g, "0");
      if (live === "assertive" && shape) alerts.set(shape, (alerts.get(shape) ?? 0) + 1);
    };
    const observer = new MutationObserver((changes) => [...new Set(changes.map((one) => one.target))].forEach(note));
    for (const root of roots()) observer.observe(root, { subtree: true, childList: true, characterData: true });
  };
  // How many times at the most an urgent region said the same, figures aside.
  const repeated = () => Math.max(0, ...[...alerts.values()]);
  const told = (text) => {
    const start = squeeze(text).slice(0, START);
    return said.some((one) => squeeze(one).includes(start) || ANSWERED.test(one));
  };
  Object.defineProperty(window, "__chatfaultHeard", { value: { isMuted, liveOf, listen, listening: () => listens, told, repeated, nameOf, muffled, whyUnheard, whyUnreached, deepFocus, labels, spinning } });
})();
