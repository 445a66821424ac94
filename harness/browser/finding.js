// Finds out where on a page of somebody else's a chat's parts are, and by which locator each is found again.
// It uses visible.js. A locator is CSS that holds within one document or shadow root, or `role=button[name="Send"]`.
(() => {
  const sight = window.__chatfaultVisible;
  const MADE = /\d{3}|(^|[-_])(?=[a-z]*\d)(?=\d*[a-z])[a-z\d]{6,}$|emotion-|^css-|^svelte-|^sc-|^jsx?-|__[\w-]{5,}$|^[a-z]{1,2}\d|:|[A-Z].*\d|\d.*[A-Z]/; // names that a build makes anew each time
  const PASSING = /^(is-|has-|active|focus|hover|selected|open|show|hide|hidden|visible|loading|busy|new|last|first|animate|fade)/;
  const STATES = /^data-(state|status|phase|step|value|empty|placeholder|index|key|id|side|highlighted|orientation)$/; // what tells of now, and not of it
  const BOXES = "textarea, input, [contenteditable]:not([contenteditable=false]), [role=textbox]";
  const BUTTONS = "button, [role=button], input[type=submit], input[type=button], a[href]";
  const ASKS = /messag|prompt|\bask|chat|type|write|\bsay|question|words|send|メッセージ|質問|入力/i;
  const SENDS = /\bsend|submit|\bask\b|^go$|送信|質問する/i;
  const NO_SEND = /attach|upload|file|micro|voice|record|stop|cancel|clear|emoji|image|search|menu|new|settings/i;
  const ALARM = /error|alert|toast|danger|fail|warn|exception|trouble|problem|snack|エラー/i;
  const LONGEST = 60; // characters of a name that a locator may hold
  const TELLING = 5; // characters of a beginning by which a text is told from others

  const squash = (text) => (text || "").normalize("NFKC").replace(/[^\p{L}\p{N}]+/gu, "").toLowerCase();
  const all = (selector) => sight.all(selector);
  const every = () => sight.roots().flatMap((root) => [...root.querySelectorAll("*")]);
  const bare = (text) => (text || "").replace(/\s+/g, " ").trim();
  const calledOf = (one) => bare(one.getAttribute("aria-label") || one.getAttribute("title") || one.innerText || one.placeholder);
  const parentOf = (one) => one.parentElement ?? (one.parentNode instanceof ShadowRoot ? one.parentNode.host : null);
  const chainOf = (one) => (one ? [one, ...chainOf(parentOf(one))] : []);
  const quoted = (text) => text.replace(/\\/g, "\\\\").replace(/"/g, '\\"');
  const inWords = (one) => [one.id, one.className?.baseVal ?? one.className, one.getAttribute("data-testid"), one.getAttribute("role")].join(" ");

  // Every way to say where it is, the one that lasts longest first.
  const ways = (one) => {
    const tag = one.localName;
    const data = [...one.attributes].filter(({ name, value }) => name.startsWith("data-") && !STATES.test(name) && value && value.length < 30 && !MADE.test(value) && !/^(true|false|open|closed|[\d.]+)$/.test(value));
    data.sort((a, b) => /test|role|author/.test(b.name) - /test|role|author/.test(a.name));
    const attribute = (name) => (one.getAttribute(name) && one.getAttribute(name).length <= LONGEST ? [`${tag}[${name}="${quoted(one.getAttribute(name))}"]`] : []);
    const classes = [...one.classList].filter((name) => !MADE.test(name) && !PASSING.test(name));
    const own = [
      ...data.map(({ name, value }) => `[${name}="${quoted(value)}"]`),
      ...(one.id && !MADE.test(one.id) ? [`#${CSS.escape(one.id)}`] : []),
      ...(tag.includes("-") ? [tag] : []),
      ...attribute("aria-label"),
      ...(MADE.test(one.getAttribute("name") ?? "") ? [] : attribute("name")),
      ...classes.map((name) => `.${CSS.escape(name)}`),
      ...classes.map((name) => `${tag}.${CSS.escape(name)}`),
      ...(classes.length > 1 ? [classes.slice(0, 3).map((name) => `.${CSS.escape(name)}`).join("")] : []),
      ...(one.getAttribute("role") ? [`[role="${one.getAttribute("role")}"]`] : []),
      ...attribute("placeholder"),
      ...attribute("title"),
      ...attribute("type"),
      tag,
    ];
    const above = one.parentElement;
    if (!above || above === document.body) return own;
    const near = [...(above.id && !MADE.test(above.id) ? [`#${CSS.escape(above.id)}`] : []), ...[...above.classList].filter((name) => !MADE.test(name) && !PASSING.test(name)).map((name) => `.${CSS.escape(name)}`)];
    return [...own, ...near.flatMap((place) => own.slice(-3).map((last) => `${place} > ${last}`)), ...near.map((place) => `${place} > :nth-child(${[...above.children].indexOf(one) + 1})`)];
  };
  const finds = (selector, wanted) => {
    const found = all(selector);
    return found.length === wanted.length && wanted.every((one) => found.includes(one));
  };
  const each = (one) => (one ? [...ways(one).filter((way) => finds(way, [one])), named(one)].filter(Boolean) : []);
  const only = (one) => each(one)[0] ?? null;
  const named = (one) => {
    const role = one.matches("button, [role=button]") ? "button" : one.matches(BOXES) ? "textbox" : one.matches("a[href]") ? "link" : "";
    const called = calledOf(one);
    const way = `role=${role}[name="${called}"]`;
    return role && called && called.length <= LONGEST && !called.includes('"') && finds(way, [one]) ? way : null;
  };
  const best = (elements, score) => {
    const rated = elements.map((element) => ({ element, points: score(element) })).filter((one) => one.points > 0);
    return rated.sort((a, b) => b.points - a.points)[0]?.element;
  };

  const composer = () => {
    const boxes = all(BOXES).filter((one) => sight.displayed(one) && !/^(checkbox|radio|range|file|submit|button|password|email|color|date|hidden|number|search)$/.test(one.type ?? ""));
    return best(boxes, (one) => {
      const said = `${calledOf(one)} ${one.placeholder ?? ""} ${inWords(one)} ${one.name ?? ""}`;
      const low = one.getBoundingClientRect().bottom / innerHeight;
      return 1 + (one.matches("textarea, [contenteditable]") ? 2 : 0) + (ASKS.test(said) ? 3 : 0) + Math.min(low, 1) + (one.autofocus ? 1 : 0) - (/search|filter/i.test(said) ? 4 : 0);
    });
  };
  // The button that is nearest to the box: within the smallest part of the page that holds both.
  const send = (box) => {
    for (const part of chainOf(box).slice(1, 8)) {
      const inside = [...part.querySelectorAll(BUTTONS)].filter((one) => sight.displayed(one) && !one.matches("a"));
      const found = best(inside, (one) => {
        const said = `${calledOf(one)} ${inWords(one)}`;
        if (NO_SEND.test(said) && !SENDS.test(said)) return 0;
        return (SENDS.test(said) ? 3 : 0) + (one.type === "submit" && one.closest("form") ? 2 : 0) + (inside.length === 1 ? 1 : 0);
      });
      if (found) return found;
    }
    return undefined;
  };

  // --- what was said: the elements that hold one text each, and the locators that find these and nothing else

  const holds = (one, text) => squash(one.innerText ?? one.textContent).includes(text);
  // From the smallest element with the whole text outwards, as far as it holds none of the others.
  const bubbles = (text, others) => {
    const holding = every().filter((one) => !one.matches(BOXES) && sight.displayed(one) && holds(one, text));
    const innermost = holding.filter((one) => !holding.some((other) => other !== one && sight.isWithin(other, one)));
    const least = Math.min(...innermost.map((one) => squash(one.innerText).length)); // an answer may repeat what was asked
    const inmost = innermost.filter((one) => squash(one.innerText).length === least).at(-1);
    const chain = chainOf(inmost);
    const end = chain.findIndex((one) => one === document.body || others.some((other) => deepHolds(one, other)));
    return end < 0 ? chain : chain.slice(0, end);
  };
  const deepHolds = (one, text) => squash(sight.textsIn(one).map((node) => node.data).join(" ")).includes(text);
  // The locator that finds one element for each of the chains, and no other.
  const common = (chains) => {
    if (chains.some((chain) => !chain.length)) return null;
    const tight = (one) => squash(one.innerText ?? "").length;
    const rated = chains[0].flatMap((one, depth) => ways(one).map((way, rank) => ({ way, rank: rank + (tight(one) > tight(chains[0][0]) ? 4 : 0), depth })));
    rated.sort((a, b) => a.rank - b.rank || a.depth - b.depth);
    const fits = ({ way }) => {
      const found = all(way);
      return found.length === chains.length && chains.every((chain) => found.some((one) => chain.includes(one)));
    };
    return rated.find(fits)?.way ?? null;
  };
  const turns = (asked, answered) => {
    const texts = [asked, answered].map((some) => some.map(squash));
    const everything = texts.flat();
    const chains = texts.map((some) => some.map((text) => bubbles(text, everything.filter((other) => other !== text && !text.includes(other)))));
    const [own, answers] = chains.map(common);
    // Where nothing but the words tells the person's turns from the others: one locator for all.
    const both = own && answers ? null : common(chains.flat());
    const [user, assistant] = both ? ["asked", both] : [own, answers];
    const first = chains.flat().map((chain) => chain[0]).filter(Boolean);
    const list = chainOf(first[0]).find((one) => first.every((other) => sight.isWithin(other, one)));
    return { user, assistant, seen: chains.map((some) => some.filter((chain) => chain.length).length), list };
  };
  // The parts of the page that the box is in, the smallest first.
  const around = (box) => chainOf(box).filter((one) => one !== document.body && one !== document.documentElement);

  // --- what has come since: texts that were not there, and controls that are there only then

  const SPOKEN = "h1,h2,h3,p,li,b,strong,em,i,span,div,pre,code,td,label,output,summary,small,section,article,aside";
  const speaking = () => every().filter((one) => one.matches(SPOKEN) && [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()) && sight.displayed(one));
  const texts = () => speaking().map((one) => bare(one.textContent));
  const news = (before, asked, controls) => {
    const old = new Set(before);
    const new_ = speaking().filter((one) => !old.has(bare(one.textContent)) && squash(one.textContent).length > 1 && !squash(asked).includes(squash(one.textContent)));
    return new_.filter((one) => !one.closest(BUTTONS) && !one.matches(BOXES) && !(controls && all(controls).some((other) => sight.isWithin(one, other))));
  };
  const alarm = (before, asked, user) => {
    const said = news(before, asked, user);
    const loud = (one) => chainOf(one).slice(0, 8).find((part) => part !== document.body && (part.matches("[role=alert], [aria-live=assertive]") || ALARM.test(inWords(part))));
    const found = said.find(loud);
    const part = found ? loud(found) : said[0];
    const inside = part ? chainOf(said[0]).slice(0, chainOf(said[0]).indexOf(part) + 1) : [];
    const alone = (way) => !way.includes(":nth-child") && all(way).filter(sight.displayed).length === 1;
    const way = [part, ...inside.reverse()].filter(Boolean).map((one) => ways(one).find(alone)).find(Boolean);
    return { locator: way ?? byWords(said, before), loud: Boolean(found), text: part ? bare(part.innerText).slice(0, 500) : "" };
  };
  // By how the longest of some new texts begins, where nothing that stood there before does: in one word, or in two.
  const byWords = (said, before) => {
    const longest = said.map((one) => bare(one.textContent)).sort((a, b) => b.length - a.length)[0] ?? "";
    const first = (count) => longest.split(" ").slice(0, count).join(" ").replace(/[^\p{L}\p{N}]+$/u, "");
    const begins = [1, 2].map(first).filter((words) => words.length >= TELLING && words.length <= LONGEST);
    const free = begins.find((words) => !before.some((text) => text.startsWith(words)));
    const way = free && `text=/^${free.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&")}/`;
    return way && all(way).filter(sight.displayed).length === 1 ? way : null;
  };
  const pressable = () => all(BUTTONS).filter((one) => sight.displayed(one));
  // What it is called, and where nobody gave it a name, what its page calls it: `stop-button`.
  const knownAs = (one) => calledOf(one) || [one.id, one.getAttribute("data-testid")].join(" ").replace(/[-_]/g, " ");
  const button = (pattern) => {
    const fitting = pressable().filter((one) => new RegExp(pattern, "iu").test(knownAs(one)));
    return { locator: fitting.length === 1 ? only(fitting[0]) : fitting.length ? sameWay(fitting) : null, times: fitting.length };
  };
  const sameWay = (some) => ways(some[0]).find((way) => finds(way, some)) ?? null;
  const busy = (before) => {
    const marks = every().filter((one) => sight.displayed(one) && (one.getAttribute("aria-busy") === "true" || one.getAttribute("role") === "progressbar" || /typing|loading|spinner|thinking|generating|pending|busy/i.test(`${one.id} ${[...one.classList].join(" ")}`)));
    return marks.map(only).filter((way) => way && !before.includes(way));
  };
  const composers = () => each(composer());
  const sendFor = (box) => only(send(all(box)[0]));
  const stands = (text) => every().some((one) => !one.matches(BOXES) && !one.isContentEditable && sight.displayed(one) && holds(one, squash(text)));
  const shownTimes = (way) => all(way).filter(sight.displayed).length;
  const parts = (box, asked, answered) => {
    const { user, assistant, seen, list } = turns(asked, answered);
    return { user, assistant, seen, whole: around(all(box)[0]).filter((one) => list && sight.isWithin(list, one)).flatMap(each) };
  };
  const places = (box) => around(all(box)[0]).flatMap(each);
  window.__chatfaultFinding = { composers, places, send: sendFor, parts, texts, alarm, button, busy, stands, shownTimes };
})();
