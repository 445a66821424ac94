// What of an element a person can see where they look, and if not, why: through open shadow roots, by the rectangles of
// the text itself. `text(element)` gives {lines, unseen}: the lines that are seen, and what stands in the page and is
// not, each with a reason. `control(element)` says what keeps a person from using it, or "".
(() => {
  const BLOT = 0.15; // the share of a letter's size, as the width of its outline, from which on it is a blot
  const FAINT = 0.2; // opacity below which nobody reads a text
  const CONTRAST = 2; // WCAG's ratio (1.4.3) below which letters don't stand out from their ground at all
  const CONTRAST_OFF = 1.3; // as much for what can't be used for now, which WCAG leaves alone
  const SMALLEST = 5; // pixels of height below which nothing can be told apart
  const SMALL_LETTERS = 9.5; // pixels of a font below which a text isn't read, and of the line that it gives
  const SMALL_LINE = 10.5;
  const NARROW_LINES = 6; // so many lines of so few letters are no text any more
  const NARROW_LETTERS = 2.2;
  const UPSIDE_DOWN = 100; // degrees by which a line is turned that nobody reads
  const ON_ITS_SIDE = 45; // degrees by which a line is turned for which one lays one's head on one's shoulder
  const LABEL = 16; // letters up to which a tab at a page's side is still read so
  const STANDS_UPRIGHT = /[\u3000-\u30ff\u3400-\u9fff\uac00-\ud7af\uff00-\uffef]/; // scripts that are also written downwards
  const HALF = 0.5;
  const ENOUGH = 0.75; // the share of a line that is left of it when it can still be read
  const ONLY_HEARD = 2; // pixels of a box that is there for screen readers alone

  const born = Math.random().toString(36).slice(2); // by which this document is told from the one before it

  const parentOf = (node) => node.assignedSlot ?? (node.parentNode instanceof ShadowRoot ? node.parentNode.host : node.parentElement);
  const isWithin = (node, ancestor) => {
    for (let one = node; one; one = parentOf(one)) if (one === ancestor) return true;
    return false;
  };
  // While somebody looks nothing changes, so that what was found out of an element needn't be found out again.
  let looking = 0;
  const memory = [];
  const once = (find) => {
    const kept = new Map();
    memory.push(kept);
    return (of) => {
      if (!looking) return find(of);
      if (!kept.has(of)) kept.set(of, find(of));
      return kept.get(of);
    };
  };
  const elementsOf = once((root) => [...root.querySelectorAll("*")]);
  const rootsIn = once((from) => [from, ...elementsOf(from).flatMap((element) => (element.shadowRoot ? rootsIn(element.shadowRoot) : []))]);
  const roots = () => rootsIn(document);
  // A locator is CSS, or `role=button[name="Send"]`, or `text="Send"`, or `text=/^Sorry/`, or `asked=[…]`, texts of a person's.
  const ROLES = { button: "button, [role=button], input[type=submit]", textbox: "textarea, input, [contenteditable], [role=textbox]", link: "a[href], [role=link]" };
  const bare = (text) => (text || "").replace(/\s+/g, " ").trim();
  const calledOf = (one) => bare(one.getAttribute("aria-label") || one.getAttribute("title") || one.innerText || one.placeholder);
  const saidBy = (wanted) => {
    if (wanted.startsWith("text=")) return (said) => new RegExp(wanted.slice(6, -1), "u").test(said);
    const asked = JSON.parse(wanted.slice("asked=".length));
    return (said) => asked.includes(said);
  };
  const innermost = (root, says) => {
    const all = [...root.querySelectorAll("*")].filter((one) => !/^(SCRIPT|STYLE|HEAD|TITLE|TEXTAREA)$/.test(one.tagName) && says(bare(one.textContent)));
    return all.filter((one) => !all.some((other) => other !== one && one.contains(other)));
  };
  const found = (root, wanted) => {
    const role = /^role=([a-z]+)(?:\[name="(.*)"\])?$/.exec(wanted);
    const text = /^text="(.*)"$/.exec(wanted);
    if (/^(asked=|text=\/)/.test(wanted)) return innermost(root, saidBy(wanted));
    if (!role && !text) return [...root.querySelectorAll(wanted)];
    const among = [...root.querySelectorAll(role ? ROLES[role[1]] ?? `[role=${role[1]}]` : "*")];
    if (role) return role[2] === undefined ? among : among.filter((one) => calledOf(one) === role[2]);
    return among.filter((one) => !one.firstElementChild && bare(one.textContent) === text[1]);
  };
  const everyOne = once((selector) => roots().flatMap((root) => found(root, selector)));
  const all = (selector) => (selector ? [...everyOne(selector)] : []);

  // --- colours

  let canvas = null;
  const known = new Map();
  const painted = (css) => {
    canvas ??= new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = css;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const colour = (css) => {
    if (!known.has(css)) {
      const plain = /^rgba?\((\d+), (\d+), (\d+)(?:, ([\d.]+))?\)$/.exec(css);
      known.set(css, plain ? [...plain.slice(1, 4).map(Number), plain[4] === undefined ? 1 : Number(plain[4])] : painted(css));
    }
    return known.get(css);
  };
  const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, other) => {
    const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
  };
  // The colour behind an element, or null where a picture is behind it, which only pixels can tell.
  const groundOf = once((element) => {
    const layers = [];
    for (let one = element; one; one = parentOf(one)) {
      const style = getComputedStyle(one);
      if (style.backgroundImage !== "none") return null;
      const layer = colour(style.backgroundColor);
      if (layer[3] > 0) layers.push(layer);
      if (layer[3] === 1) break;
    }
    const dark = getComputedStyle(document.documentElement).colorScheme.includes("dark") && matchMedia("(prefers-color-scheme: dark)").matches;
    return layers.reduceRight((below, top) => over(top, below), colour(dark ? "rgb(18, 18, 18)" : "rgb(255, 255, 255)"));
  });

  // --- geometry

  const cut = (rect, box) => ({
    left: Math.max(rect.left, box.left),
    top: Math.max(rect.top, box.top),
    right: Math.min(rect.right, box.right),
    bottom: Math.min(rect.bottom, box.bottom),
  });
  const area = (rect) => Math.max(0, rect.right - rect.left) * Math.max(0, rect.bottom - rect.top);
  const scrollsAcross = (element, style) => /auto|scroll/.test(style.overflowX) && element.scrollWidth > element.clientWidth;
  const scrollsDown = (element, style) => /auto|scroll/.test(style.overflowY) && element.scrollHeight > element.clientHeight;
  const scrolls = (element, style) => scrollsAcross(element, style) || scrollsDown(element, style);
  // What a box leaves of the plane once one has scrolled it.
  const opened = (box, style, bounds) => ({
    left: scrollsAcross(box, style) ? -Infinity : bounds.left,
    top: scrollsDown(box, style) ? -Infinity : bounds.top,
    right: scrollsAcross(box, style) ? Infinity : bounds.right,
    bottom: scrollsDown(box, style) ? Infinity : bounds.bottom,
  });
  // What a box that clips leaves of a rectangle: {why} when nothing, {left, scrolled} else. One that scrolls lets
  // through what its content reaches to that way, as long as a line fits into it.
  const through = (box, style, left, whole) => {
    const bounds = box.getBoundingClientRect();
    if (area(cut(left, bounds)) < ENOUGH * area(left) && scrolls(box, style)) {
      if (bounds.height < SMALLEST * 2 || bounds.width < SMALLEST * 2) return { why: "it is clipped away" };
      const reached = left.left - bounds.left + box.scrollLeft >= -1 && left.top - bounds.top + box.scrollTop >= -1;
      if (!reached) return { why: "it is scrolled out of reach" };
      return area(cut(left, opened(box, style, bounds))) < ENOUGH * area(left) ? { why: "it is clipped away" } : { left: bounds, scrolled: true };
    }
    const rest = cut(left, bounds);
    return area(rest) < ENOUGH * area(whole) ? { why: "it is clipped away" } : { left: rest };
  };
  const inWindow = (left, fixed) => {
    const shown = cut(left, { left: 0, top: 0, right: innerWidth, bottom: innerHeight });
    if (area(shown) >= HALF * area(left)) return { rect: shown };
    const page = document.scrollingElement ?? document.documentElement;
    const stuck = fixed || [document.documentElement, document.body].some((one) => one && /hidden|clip/.test(getComputedStyle(one).overflowY));
    const [x, y] = [left.left + page.scrollLeft, left.top + page.scrollTop];
    return stuck || x < 0 || y < 0 || x >= page.scrollWidth || y >= page.scrollHeight ? { why: "it is off the screen" } : { scrolled: true };
  };
  // Where on the screen it is: {rect}, {scrolled} when a person can scroll to it, or {why} it is nowhere.
  const placeOf = (element, rect) => {
    let [left, scrolled, fixed] = [rect, false, false];
    for (let one = element; one && one !== document.documentElement && one !== document.body; one = parentOf(one)) {
      const style = getComputedStyle(one);
      if (!fixed && style.display !== "inline" && (style.overflowX !== "visible" || style.overflowY !== "visible")) {
        const found = through(one, style, left, scrolled ? left : rect);
        if (found.why) return found;
        left = found.left;
        scrolled ||= Boolean(found.scrolled);
      }
      fixed ||= style.position === "fixed";
    }
    const found = inWindow(left, fixed);
    return scrolled && found.rect ? { scrolled } : found;
  };

  // --- what lies over it

  let touchable = null;
  const letsThrough = () => roots().some((root) => elementsOf(root).some((one) => getComputedStyle(one).pointerEvents === "none"));
  // While this lasts, hit-testing finds also what lets presses through, for it hides what is below it all the same.
  const touchingAll = (act) => {
    if (!letsThrough()) return act();
    if (!touchable) {
      touchable = new CSSStyleSheet();
      touchable.replaceSync("* { pointer-events: auto !important; }");
    }
    const changed = roots();
    for (const root of changed) root.adoptedStyleSheets = [...root.adoptedStyleSheets, touchable];
    try {
      return act();
    } finally {
      for (const root of changed) root.adoptedStyleSheets = root.adoptedStyleSheets.filter((sheet) => sheet !== touchable);
    }
  };
  // One look: `act` reads the page and changes nothing.
  const look = (act) => {
    looking += 1;
    try {
      return touchingAll(act);
    } finally {
      looking -= 1;
      if (!looking) for (const kept of memory) kept.clear();
    }
  };
  const stackAt = (x, y, root = document) => {
    const found = [];
    for (const element of root.elementsFromPoint(x, y)) {
      // A shadow root also names what it stands in.
      if (element.shadowRoot && element.getRootNode() === root) {
        found.push(...stackAt(x, y, element.shadowRoot).filter((inner) => inner !== element && isWithin(inner, element)));
      }
      if (!found.includes(element)) found.push(element);
    }
    return found;
  };
  const opacityOf = once((element) => {
    const { opacity, filter } = getComputedStyle(element);
    const around = parentOf(element);
    return Number(opacity) * Number(/opacity\(([\d.]+)\)/.exec(filter)?.[1] ?? 1) * (around ? opacityOf(around) : 1);
  });
  const blurOf = once((element) => {
    const around = parentOf(element);
    return Math.max(Number(/blur\(([\d.]+)px\)/.exec(getComputedStyle(element).filter)?.[1] ?? 0), around ? blurOf(around) : 0);
  });
  // How all that an element is in turns and scales it, as one matrix, or null. Cards that are turned twice are right again.
  const transformOf = once((element) => {
    const { transform, rotate, scale } = getComputedStyle(element);
    const steps = [
      /^-?[\d.]+deg$/.test(rotate) ? `rotate(${rotate})` : "",
      scale && scale !== "none" ? `scale(${scale.split(" ").slice(0, 2).join(",")})` : "",
      transform === "none" ? "" : transform,
    ];
    const own = steps.filter(Boolean).join(" ");
    const outer = parentOf(element) ? transformOf(parentOf(element)) : null;
    return own ? (outer ?? new DOMMatrix()).multiply(new DOMMatrix(own)) : outer;
  });
  const degreesOf = ({ a, b }) => (Math.atan2(b, a) * 180) / Math.PI;
  const turned = (element) => degreesOf(transformOf(element) ?? new DOMMatrix());
  // Why a text that is drawn can't be read for the way it is turned, or "".
  const whyTurned = (element) => {
    const matrix = transformOf(element);
    if (!matrix) return "";
    if (matrix.a * matrix.d - matrix.b * matrix.c < 0) return "it is mirrored";
    return Math.abs(degreesOf(matrix)) > UPSIDE_DOWN ? "it is upside down" : "";
  };
  // Degrees by which the letters of an element lie. What a script that is also written downwards has in it is drawn upright
  // there; other letters lie: https://www.w3.org/TR/css-writing-modes-4/
  const liesBy = (element) => {
    const { writingMode, textOrientation } = getComputedStyle(element);
    const upright = textOrientation === "upright" || (textOrientation !== "sideways" && STANDS_UPRIGHT.test(element.textContent));
    const downwards = /^vertical/.test(writingMode) && !upright;
    const own = writingMode === "sideways-lr" ? -90 : downwards || writingMode === "sideways-rl" ? 90 : 0;
    return Math.abs(((((turned(element) + own) % 360) + 540) % 360) - 180);
  };
  const onItsSide = (element) => liesBy(element) > ON_ITS_SIDE;
  // Why a text that is more than a label isn't read where it stands upright or lies on its side, or "".
  const whyLies = once((element) => {
    const words = element.textContent.trim();
    if (words.length <= LABEL) return "";
    const { writingMode, textOrientation } = getComputedStyle(element);
    const stacked = /^vertical/.test(writingMode) && textOrientation === "upright" && !STANDS_UPRIGHT.test(words);
    return stacked ? "it stands letter below letter" : onItsSide(element) ? "it lies on its side" : "";
  });
  // What is drawn before or after an element may lie over the page as well, and a press on it is one on the element.
  const paintsBeside = (element, seen) =>
    ["::before", "::after"].some((beside) => {
      const { content, position, backgroundColor, opacity } = getComputedStyle(element, beside);
      if (/^(none|normal)$/.test(content) || !/^(absolute|fixed)$/.test(position)) return false;
      return colour(backgroundColor)[3] * Number(opacity) * seen > HALF;
    });
  // Whether a style's ground keeps what is behind it from being seen, or read.
  const isGround = (style, seen = 1) => /blur\((?!0px)/.test(style.backdropFilter ?? "") || colour(style.backgroundColor)[3] * seen > HALF;
  const paints = once((element) => {
    const style = getComputedStyle(element);
    if (style.visibility !== "visible") return false;
    const seen = opacityOf(element);
    if (paintsBeside(element, seen)) return true;
    if (/^(IMG|VIDEO|CANVAS|IFRAME)$/.test(element.tagName) || style.backgroundImage !== "none") return seen > HALF;
    return isGround(style, seen);
  });
  // Text that reaches beyond its element's box is drawn there, but isn't found by its place, unless a box cuts it off.
  const isIn = ({ left, top, right, bottom }, x, y) => left <= x && x <= right && top <= y && y <= bottom;
  const cutsOff = (box, x, y) => {
    const { clip, clipPath, contain, overflowX, overflowY } = getComputedStyle(box);
    if ((clip || "auto") !== "auto" || clipPath !== "none" || /paint|strict|content/.test(contain)) return true;
    return (overflowX !== "visible" || overflowY !== "visible") && !isIn(box.getBoundingClientRect(), x, y);
  };
  const reachesTo = (element, x, y) => {
    if (isIn(element.getBoundingClientRect(), x, y)) return false;
    for (let one = element; one && one !== document.body; one = parentOf(one)) if (cutsOff(one, x, y)) return false;
    return true;
  };
  // Who hides this point of an element: what lies above it and paints; itself where it isn't drawn; null for nobody.
  const hides = (element, x, y) => {
    const stack = stackAt(x, y);
    for (const one of stack) {
      if (one === element || isWithin(one, element)) return null;
      if (paints(one) && (stack.includes(element) || !isWithin(element, one))) return one;
    }
    return stack.length && !reachesTo(element, x, y) ? element : null;
  };
  const nameOf = (element) => {
    const kind = element.id ? `#${element.id}` : element.classList.length ? `.${element.classList[0]}` : "";
    return `${element.tagName.toLowerCase()}${kind}`;
  };
  const liesOver = (element) => `${nameOf(element)} lies over it`;
  const hiddenBy = (element, rect) => {
    const [wide, middle] = [rect.right - rect.left, rect.top + (rect.bottom - rect.top) * HALF];
    const found = [0.1, HALF, 0.9].map((part) => hides(element, rect.left + wide * part, middle)).filter((one) => one !== null);
    return found.length > 1 ? found[0] : null;
  };

  const stands = (element, within) => {
    for (let one = element; one && one !== within; one = parentOf(one)) if (/^(fixed|sticky)$/.test(getComputedStyle(one).position)) return true;
    return !isWithin(element, within);
  };
  const scrollerOf = (element) => {
    for (let one = parentOf(element); one && one !== document.body; one = parentOf(one)) if (scrolls(one, getComputedStyle(one))) return one;
    return document.scrollingElement ?? document.documentElement;
  };
  // Whether a person brings a rectangle of an element out from under a bar by scrolling, which the bar doesn't follow.
  const scrollsOut = (element, rect, bar) => {
    const scroller = scrollerOf(element);
    if (!stands(bar, scroller)) return false;
    const view = scroller === document.scrollingElement ? { top: 0, bottom: innerHeight } : scroller.getBoundingClientRect();
    const [lies, high] = [bar.getBoundingClientRect(), rect.bottom - rect.top];
    const [before, after] = [scroller.scrollTop, scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop];
    const down = lies.bottom - rect.top <= before && lies.bottom + high <= view.bottom;
    return down || (rect.bottom - lies.top <= after && lies.top - high >= view.top);
  };

  // --- why something is not seen

  const displayed = once((element) => element.isConnected && (element.checkVisibility ? element.checkVisibility() : element.getClientRects().length > 0));
  const whyHidden = once((element) => {
    if (!displayed(element) || getComputedStyle(element).visibility !== "visible") return "it is hidden";
    if (opacityOf(element) < FAINT) return "it is transparent";
    return blurOf(element) > SMALLEST ? "it is blurred" : whyTurned(element);
  });
  const whyPale = once((element) => {
    const ground = groundOf(element);
    if (ground === null) return "";
    const style = getComputedStyle(element);
    const ink = colour(style.webkitTextFillColor || style.color);
    const least = element.closest(":disabled, [aria-disabled=true]") ? CONTRAST_OFF : CONTRAST;
    return contrast(over([...ink.slice(0, 3), ink[3] * opacityOf(element)], ground), ground) < least ? "it has the colour of its ground" : "";
  });
  // Whether something other than letters is drawn in the place of each.
  const whySpoilt = once((element) => {
    const { webkitTextSecurity, webkitTextStrokeWidth, fontSize } = getComputedStyle(element);
    if (!/^none$|^$/.test(webkitTextSecurity ?? "")) return "its letters are masked";
    return parseFloat(webkitTextStrokeWidth) > parseFloat(fontSize) * BLOT ? "its letters are drawn so thick that they are blots" : "";
  });
  // A browser tells nothing of the letters that it replaced by an ellipsis.
  const isCutShort = (element) => {
    for (let one = element; one && one !== document.body; one = parentOf(one)) {
      const style = getComputedStyle(one);
      if (/^(inline|contents)$/.test(style.display)) continue;
      const short = style.textOverflow === "ellipsis" && style.overflowX !== "visible" && one.clientWidth < ENOUGH * one.scrollWidth;
      const clamped = (style.webkitLineClamp ?? "none") !== "none" && style.overflowY !== "visible" && one.clientHeight < ENOUGH * one.scrollHeight;
      return short || clamped;
    }
    return false;
  };
  // `reach`: that one scrolls to it is enough.
  const whyNot = (element, rects, reach = false) => {
    const hidden = whyHidden(element);
    if (hidden) return hidden;
    if (isCutShort(element)) return "most of it is replaced by an ellipsis";
    const spoilt = whySpoilt(element) || whyLies(element);
    if (spoilt) return spoilt;
    const wide = rects.filter((rect) => rect.width > 0 && rect.height > 0);
    if (!wide.length) return "it has no size";
    const size = parseFloat(getComputedStyle(element).fontSize);
    if (wide.length > NARROW_LINES && Math.max(...wide.map((rect) => rect.width)) < size * NARROW_LETTERS) return "it stands letter below letter";
    if (size < SMALL_LETTERS || Math.max(...wide.map((rect) => rect.height)) < SMALL_LINE) return "its letters are too small to read";
    const reasons = wide.map((rect) => {
      const { why, rect: left } = placeOf(element, rect);
      if (why || !left) return why ?? "";
      const by = hiddenBy(element, left);
      if (reach && by !== null && by !== element && scrollsOut(element, rect, by)) return "";
      if (by === element && element.closest("[inert]")) return "its part of the page is inert: nobody can hear, select or press it";
      return by === null ? "" : by === element ? "it is clipped away" : liesOver(by);
    });
    const unseen = reasons.filter(Boolean);
    const clipped = unseen.filter((why) => why === "it is clipped away");
    if (unseen.length > reasons.length * HALF) return unseen[0];
    return clipped.length > reasons.length * (1 - ENOUGH) ? clipped[0] : whyPale(element);
  };

  // --- texts and controls

  const squeeze = (text) => (text || "").replace(/[ \t\n\u00a0]+/g, " ").trim();
  const SILENT = /^(SCRIPT|STYLE|TEMPLATE|NOSCRIPT|OPTION|TEXTAREA)$/;
  const childrenOf = (node) => {
    if (node.shadowRoot) return [...node.shadowRoot.childNodes];
    return node instanceof HTMLSlotElement && node.assignedNodes().length ? node.assignedNodes() : [...node.childNodes];
  };
  const textsIn = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return node.data.trim() ? [node] : [];
    if (node.nodeType !== Node.ELEMENT_NODE || SILENT.test(node.tagName)) return [];
    return childrenOf(node).flatMap(textsIn);
  };
  // What stands in it, also in shadow roots of its own.
  const whole = (element) => (element.textContent.trim() ? element.textContent : textsIn(element).map((node) => node.data).join(" "));
  // Whether an element is what a locator finds, when by words: with this text.
  const isIt = (element, wanted, said) => (/^asked=/.test(wanted) ? saidBy(wanted)(bare(said)) : element.matches(wanted));
  const ownerOf = (node) => node.parentElement ?? node.parentNode.host;
  const range = document.createRange();
  const rectsOf = (node) => {
    range.selectNodeContents(node);
    return [...range.getClientRects()];
  };
  const isOnlyHeard = (element) => {
    for (let one = element; one && one !== document.body; one = parentOf(one)) {
      const box = one.getBoundingClientRect();
      if (box.width <= ONLY_HEARD && box.height <= ONLY_HEARD && box.width > 0 && getComputedStyle(one).position === "absolute") return true;
    }
    return false;
  };
  // What of an element is said to who can't see it, beside what others see.
  const onlyHeard = (element) => {
    const texts = textsIn(element).filter((node) => displayed(ownerOf(node)) && isOnlyHeard(ownerOf(node)));
    return [...texts.map((node) => squeeze(node.data)), squeeze(element.getAttribute("aria-label"))].filter(Boolean);
  };
  // Whether a password can be read where it is typed.
  const inClear = () => all("input[name*=pass i], input[autocomplete*=password]").some((one) => displayed(one) && one.type !== "password");
  const blockOf = (element) => {
    for (let one = element; one; one = parentOf(one)) if (!/^(inline|contents)/.test(getComputedStyle(one).display)) return one;
    return element;
  };
  // Texts of one block stand in one line. `except`: elements whose texts are left out. `reach`: as above.
  const text = (element, except = [], reach = false) => {
    const [lines, unseen] = [[], []];
    let last = null;
    for (const node of textsIn(element)) {
      const owner = ownerOf(node);
      if (!displayed(owner) || except.some((one) => isWithin(owner, one))) continue;
      const why = isOnlyHeard(owner) ? "it is only heard" : whyNot(owner, rectsOf(node), reach);
      if (why) {
        if (why !== "it is only heard") unseen.push({ text: squeeze(node.data), why });
        continue;
      }
      const block = blockOf(owner);
      if (block === last) lines[lines.length - 1] += node.data;
      else lines.push(node.data);
      last = block;
    }
    return { lines: lines.flatMap((line) => line.split("\n")).map(squeeze).filter(Boolean), unseen };
  };
  // Whether any of its text is where the person looks, so that nobody has to scroll to it.
  const inView = (element) => textsIn(element).some((node) => rectsOf(node).some((rect) => area(rect) > 0 && placeOf(ownerOf(node), rect).rect));
  // Whether a text in it comes and goes without end.
  const blinks = (element) =>
    document.getAnimations().some(({ effect, playState }) => {
      const target = effect?.target;
      if (playState !== "running" || !target || effect.getComputedTiming().iterations !== Infinity) return false;
      if (!isWithin(element, target) && !(isWithin(target, element) && textsIn(target).length)) return false;
      const frames = effect.getKeyframes();
      // https://www.w3.org/TR/WCAG22/#three-flashes-or-below-threshold
      const flashes = effect.getComputedTiming().duration < 1000 / 3 && frames.some((one) => one.backgroundColor ?? one.color ?? one.opacity ?? one.filter);
      return flashes || frames.some((one) => (one.opacity !== undefined && Number(one.opacity) < FAINT) || one.visibility === "hidden");
    });
  // What keeps a person from reading what they have typed into it, or "".
  const typed = (element) => {
    const hidden = whyHidden(element);
    if (hidden) return hidden;
    const style = getComputedStyle(element);
    const bounds = element.getBoundingClientRect();
    if (!bounds.width || !bounds.height) return "it has no size";
    if (parseFloat(style.fontSize) < SMALL_LETTERS) return "its letters are too small to read";
    if (Math.abs(parseFloat(style.textIndent)) > bounds.width) return "it is clipped away";
    return whySpoilt(element) || (placeOf(parentOf(element) ?? element, bounds).why ?? whyPale(element));
  };
  // Why nobody can make out the icon by which it is known, or "".
  const whyFaint = (element) => {
    if (textsIn(element).length) return "";
    const icons = [...element.querySelectorAll("svg, img")];
    return icons.length && icons.every(whyHidden) ? `its icon can't be seen, ${whyHidden(icons[0])}` : "";
  };
  // What keeps a person from pressing it or typing into it, or "". Not within a look, in which all takes presses.
  const control = (element) => {
    const hidden = whyHidden(element);
    if (hidden) return hidden;
    const bounds = element.getBoundingClientRect();
    if (!bounds.width || !bounds.height) return "it has no size";
    const { why, rect } = placeOf(parentOf(element) ?? element, bounds);
    if (why || !rect) return why ?? "";
    const top = stackAt((rect.left + rect.right) * HALF, (rect.top + rect.bottom) * HALF)[0];
    if (!top || isWithin(top, element)) return whyFaint(element);
    if (!isWithin(element, top)) return `${nameOf(top)} lies over it`;
    return getComputedStyle(element).pointerEvents === "none" ? "it takes no press" : whyFaint(element);
  };
  // Controls of which one does for a page; the others belong to a message or an error.
  const PAGE_WIDE = ["send", "stop", "new_chat"];
  // Which of the elements that a part's locator finds a person takes: the last, or of a page-wide control, which may stand
  // there once for narrow windows and once for wide ones, the last in reach.
  const taken = (part, found) => {
    const inReach = PAGE_WIDE.includes(part) && found.length > 1 ? found.findLastIndex((one) => !control(one)) : -1;
    return inReach < 0 ? found.length - 1 : inReach;
  };
  Object.defineProperty(window, "__chatfaultVisible", {
    value: { born, all, roots, whole, isIt, text, liesOver, inView, blinks, typed, displayed, control, taken, whyPale, look, textsIn, ownerOf, isWithin, parentOf, squeeze, onItsSide, opacityOf, onlyHeard, isOnlyHeard, inClear, rectsOf, hides, placeOf, isGround },
  });
})();
