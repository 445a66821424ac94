// Sets the focus into the composer, and from there on keeps where a keyboard leads it. Called as ([composer, places]) =>
// how many parts of the page can have the focus, 0 when the composer can't. `__chatfaultBack` ends that and tells.
([composer, places]) => {
  const { all, roots, displayed, isWithin, parentOf } = window.__chatfaultVisible;
  const { deepFocus, nameOf } = window.__chatfaultHeard;
  const AROUND = 3; // an element's own box and those right around it, of which one may show that the keyboard is there
  const PRESSED = "button, a[href], select, summary, input[type=checkbox], input[type=radio], [role=button]";
  const line = (style, side) => (/^(none|hidden)$/.test(style[`${side}Style`]) || style[`${side}Width`] === "0px" ? "" : style[`${side}Style`] + style[`${side}Width`] + style[`${side}Color`]);
  const ownLook = (element, beside) => {
    const style = getComputedStyle(element, beside);
    if (beside && /^(none|normal)$/.test(style.content)) return "";
    const { boxShadow, backgroundColor, backgroundImage, color, textDecorationLine, opacity, transform, filter, fontWeight } = style;
    const lines = ["outline", "borderTop", "borderBottom", "borderLeft"].map((side) => line(style, side));
    return [...lines, boxShadow, backgroundColor, backgroundImage, color, textDecorationLine, opacity, transform, filter, fontWeight].join("|");
  };
  const lookOf = (element) => {
    const looks = [];
    for (let one = element, depth = 0; one && depth < AROUND; one = parentOf(one), depth += 1) looks.push(...[null, "::before", "::after"].map((beside) => ownLook(one, beside)));
    return looks.join();
  };
  const stood = deepFocus();
  all(composer)[0]?.focus({ preventScroll: true });
  if (!all(composer).some((one) => isWithin(deepFocus(), one))) return 0;
  const parts = roots().flatMap((root) => [...root.querySelectorAll("*")]).filter((one) => one.tabIndex >= 0 && displayed(one));
  const before = new Map(parts.filter((one) => one.matches(PRESSED)).map((one) => [one, lookOf(one)]));
  const been = [];
  const bare = new Set();
  let away = false; // with the browser's own parts: what the page still hears of Tab then was on its way before
  let idle = 0; // how many presses of Tab moved nothing since the focus last came to a part of the page
  const presses = (event) => { if (event.key === "Tab" && !away) idle += 1; };
  const goes = () => {
    [away, idle] = [false, 0];
    const focused = deepFocus();
    const there = Object.entries(places).find(([, place]) => all(place).some((one) => isWithin(focused, one)));
    been.push(there?.[0] ?? "elsewhere");
    if (before.has(focused) && before.get(focused) === lookOf(focused)) bare.add(focused);
  };
  const leaves = (event) => {
    if (event.target !== window) return;
    [away, idle] = [true, 0];
    been.push("browser");
  };
  addEventListener("focusin", goes, true);
  addEventListener("blur", leaves);
  addEventListener("keydown", presses, true);
  const putBack = () => {
    if (stood && stood !== document.body) stood.focus({ preventScroll: true });
    else document.activeElement?.blur();
  };
  window.__chatfaultBack = () => {
    removeEventListener("focusin", goes, true);
    removeEventListener("blur", leaves);
    removeEventListener("keydown", presses, true);
    const kept = deepFocus()?.tagName !== "IFRAME" && !been.includes("composer") && idle > 1;
    putBack();
    return { been: [...new Set(been)], steps: been.length, kept, bare: bare.size };
  };
  // The how-manieth part without a mark has the focus, or nobody has: its name, and the rectangle of a picture of it.
  window.__chatfaultBare = (number, focused) => {
    const part = [...bare][number];
    if (!part.isConnected || !displayed(part)) return null;
    if (focused) part.focus({ preventScroll: true });
    else putBack();
    const { left, top, right, bottom } = part.getBoundingClientRect();
    const [x, y] = [Math.max(0, left - 8), Math.max(0, top - 8)];
    const [width, height] = [Math.min(innerWidth, right + 8) - x, Math.min(innerHeight, bottom + 8) - y];
    return width > 1 && height > 1 ? { name: nameOf(part), clip: { x, y, width, height } } : null;
  };
  return parts.length;
}
