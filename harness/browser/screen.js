// Reads what a person sees on the page, by a client profile's CSS selectors, and waits until it is what is waited for.
// Called as (locators) => (args) => Promise<snapshot>; args: {until, question, pieces}. `until`: "now", "opened",
// "shown", "ended", "fetched" (the file is downloaded) or "pieces". What can be seen is decided by visible.js, what is heard by heard.js.
(locators, erstwhile = new Set()) => (args) => {
  const { until, question } = args;
  const sight = window.__chatfaultVisible;
  const hearing = window.__chatfaultHeard;
  const CONTROLS = ["send", "stop", "retry", "regenerate", "new_chat", "download"];
  const PAGE_WIDE = ["settings", "logout", "support_open", "new_chat"];
  const AT_MOST_MS = 3000; // an animation that takes longer is no way of coming
  const JUST_NOW_MS = 200; // since an animation ended: by then its page has heard of it
  const ICON_KEPT = 80; // characters of an icon's address
  const LINKS_KEPT = 30;
  const HTML_KEPT = 4000; // characters of the error's own source, to tell what of it a reply brought
  const all = (name) => sight.all(locators[name]);
  const seen = (name) => all(name).filter(sight.displayed);
  const squeeze = (text) => (text || "").replace(/[ \t\u00a0]+/g, " ").trim();
  const linesOf = (element) => sight.text(element).lines;
  const within = (element, elements) => elements.some((one) => sight.isWithin(element, one));
  const outermost = (elements) => elements.filter((one) => !elements.some((other) => other !== one && sight.isWithin(one, other)));
  const partOf = (name) => {
    const found = seen(name);
    return found[sight.taken(name, found)];
  };
  const control = (element) =>
    element ? (element.disabled || element.getAttribute("aria-disabled") === "true" ? "disabled" : "enabled") : "absent";

  // Whether what hides a text is the error itself, which may lie over a message as long as it stands.
  const overlaid = (why, errors) => errors.some((error) => why === sight.liesOver(error));
  // Whether a conversation of the list is marked as the open one, and not all that stands with it.
  const marked = (one) => {
    const mark = one.closest("[aria-current]:not([aria-current=false])");
    return Boolean(mark) && all("conversation").filter((other) => sight.isWithin(other, mark)).length === 1;
  };
  const bodyOf = (element) => (locators.message_text && element.querySelector(locators.message_text)) || element;
  // A message: `note` is what the client says about it beside its text, `unseen` why nobody can read it.
  const message = (element, errors) => {
    const shown = bodyOf(element);
    const { lines, unseen } = sight.text(shown, [], true);
    const next = element.nextElementSibling;
    const said = shown === element ? [] : sight.text(element, [shown, ...element.querySelectorAll("button, a")]).lines;
    const drawn = () => sight.textsIn(shown).some((node) => sight.rectsOf(node).length);
    const away = sight.displayed(element) && !sight.displayed(shown) && sight.whole(shown).trim() && !drawn() ? "it is hidden" : "";
    const failed = errors.some((one) => sight.isWithin(one, element) || (next && sight.isWithin(one, next)));
    return {
      role: sight.isIt(element, locators.user_message, sight.whole(shown)) ? "user" : "assistant",
      state: element.dataset.state || "",
      text: squeeze(sight.whole(shown)),
      ...(said.length ? { note: said.join(" ") } : {}),
      ...(failed ? { failed } : {}),
      ...(away ? { unseen: away } : {}),
      ...(unseen.length && !lines.length ? { [overlaid(unseen[0].why, errors) ? "overlaid" : "unseen"]: unseen[0].why } : {}),
    };
  };
  // What is drawn beside its words without being one of them, by the style: the mark of what is still being written.
  const drawnBeside = (element) =>
    [element, ...element.querySelectorAll("*")].flatMap((one) => ["::before", "::after"].map((beside) => getComputedStyle(one, beside).content)).filter((content) => /^"[^"]/.test(content));
  // An error, in the parts in which it stands on the page (a card, a toast), and what of it can't be seen or heard.
  const errorOf = (elements) => {
    const parts = elements.map((element) => ({ element, ...sight.text(element) }));
    const told = parts.filter((one) => one.lines.length);
    const unheard = told.map((one) => hearing.whyUnheard(one.element));
    return {
      error: told.length
        ? {
            name: told[0].element.dataset.error || "",
            lines: told.flatMap((one) => one.lines),
            parts: told.map((one) => one.lines),
            count: told.length,
            heard: told.flatMap((one) => sight.onlyHeard(one.element)),
            unheard: unheard.includes("") ? "" : unheard[0],
            away: !told.some((one) => sight.inView(one.element)),
            blinks: told.some((one) => sight.blinks(one.element)),
            source: told.map((one) => one.element.innerHTML).join("\n").slice(0, HTML_KEPT),
          }
        : null,
      unseen: parts.flatMap((one) => one.unseen),
    };
  };
  // Boxes that once were an error (`erstwhile`), are drawn still, and have no word in them.
  const isDrawn = (element) => {
    const { borderTopWidth, borderTopStyle, backgroundColor } = getComputedStyle(element);
    const framed = (borderTopStyle !== "none" && parseFloat(borderTopWidth) > 0) || !/^(transparent|rgba\(.*, 0\))$/.test(backgroundColor);
    const { width, height } = element.getBoundingClientRect();
    return framed && width * height > 0;
  };
  const emptied = (errors) => {
    for (const one of errors) if (squeeze(sight.whole(one))) erstwhile.add(one);
    return [...erstwhile].filter((one) => one.isConnected && sight.displayed(one) && !squeeze(sight.whole(one)) && isDrawn(one)).length;
  };
  // What keeps a person from a part of the page that is there, by the part's name.
  const obstacles = (parts, why) => {
    const found = parts.map(([name, element]) => [name, element ? why(element) : ""]).filter(([, reason]) => reason);
    return Object.fromEntries(found);
  };
  const focusOn = (parts) => {
    const focused = hearing.deepFocus();
    if (!focused || focused === document.body || focused === document.documentElement) return "";
    const there = parts.find(([, element]) => element && sight.isWithin(focused, element))?.[0];
    if (there || within(focused, all("error"))) return there ?? "error";
    return focused.matches("a[href], button, input, select, summary, [role=button]") ? `another control, ${hearing.nameOf(focused)}` : "elsewhere";
  };
  const isLocked = (composer) => Boolean(composer.disabled || composer.readOnly || composer.closest("[inert]") || composer.matches("[contenteditable=false], [aria-disabled=true], [aria-readonly=true]"));
  const written = (composer) => (composer ? squeeze(composer.value ?? composer.innerText) : "");
  // In the order in which they are read, whatever their order in the document is; what has no box of its own has no place.
  const topDown = (elements) => {
    const tops = new Map(elements.map((one) => [one, one.getBoundingClientRect()]));
    if ([...tops.values()].some((box) => !box.height)) return elements;
    return elements.sort((one, other) => tops.get(one).top - tops.get(other).top);
  };
  // What a page wears that may stay on it after a failure.
  const styleOf = (root, last) => {
    let list = last?.parentElement;
    while (list && list !== root && getComputedStyle(list).overflowY === "visible") list = list.parentElement;
    return {
      icon: document.querySelector("link[rel~=icon]")?.href.slice(-ICON_KEPT) ?? "",
      opacity: sight.opacityOf(root),
      filter: getComputedStyle(root).filter,
      ...(list ? { scrolls: /auto|scroll/.test(getComputedStyle(list).overflowY) } : {}),
    };
  };
  // Whether one stands before the other; what stands in shadow roots of their own, by its place on the screen.
  const stands = (one, other) => {
    const how = one.compareDocumentPosition(other);
    if (how & Node.DOCUMENT_POSITION_DISCONNECTED) return one.getBoundingClientRect().top < other.getBoundingClientRect().top;
    return how & Node.DOCUMENT_POSITION_FOLLOWING;
  };
  // An error that stands among the messages, before the last question, is that of an earlier one.
  const fresh = (errors) => {
    const messages = seen("message");
    const last = messages.findLast((one) => sight.isIt(one, locators.user_message, sight.whole(bodyOf(one))));
    let list = messages[0] && sight.parentOf(messages[0]);
    while (list && !sight.isWithin(messages.at(-1), list)) list = sight.parentOf(list);
    const old = (one) => last && list && sight.isWithin(one, list) && stands(one, last);
    return errors.filter((one) => !old(one));
  };
  const snapshot = () => {
    const client = all("root").length > 0;
    const composer = all("composer")[0];
    const parts = [...CONTROLS.map((name) => [name, partOf(name)]), ["composer", composer && sight.displayed(composer) ? composer : undefined]];
    const blocked = client ? obstacles(parts, sight.control) : {};
    // The browser's own pages bear no style of others.
    const look = client ? sight.look : (act) => act();
    return look(() => {
      const errors = fresh(outermost(seen("error")));
      const told = errors.map((one) => squeeze(sight.whole(one))).filter(Boolean);
      const isError = (one) => within(one, all("error")) || told.includes(squeeze(sight.whole(one)));
      const messages = topDown(seen("message").filter((one) => !isError(one)));
      return {
        client,
        born: sight.born,
        url: location.href,
        title: document.title,
        lang: document.documentElement.lang,
        ready: client && all("ready").length > 0,
        busy: client && seen("busy").length > 0,
        ...errorOf(errors),
        details: seen("error_details").flatMap(linesOf),
        countdown: seen("error_countdown").flatMap(linesOf).join(" "),
        others: client ? sight.text(document.body, [...messages, ...errors, ...all("composer"), ...all("conversation")]).lines : [],
        labels: client ? hearing.labels() : [],
        spinning: client ? hearing.spinning() : 0,
        muffled: client ? hearing.muffled() : 0,
        repeated: client ? hearing.repeated() : 0,
        draft: written(composer),
        unread: client && written(composer) ? sight.typed(composer) : "",
        locked: Boolean(composer && isLocked(composer)),
        invalid: composer?.getAttribute("aria-invalid") === "true",
        messages: messages.map((one) => message(one, errors)),
        conversations: seen("conversation").map((one) => ({
          title: squeeze(one.textContent),
          address: one.getAttribute("href") ?? "",
          current: marked(one),
          pale: sight.displayed(one) ? sight.whyPale(one) : "",
          muted: hearing.isMuted(one),
        })),
        login: seen("login_form").length > 0,
        controls: Object.fromEntries(parts.map(([name, element]) => [name, control(element)])),
        names: client ? Object.fromEntries(parts.filter(([, element]) => element).map(([name, element]) => [name, hearing.nameOf(element)])) : {},
        passwords: client ? [...all("login_password"), ...sight.all("input[type=password]")].filter((one) => one.value).length : 0,
        emptied: client ? emptied(errors) : 0,
        flashed: window.__chatfaultFlashed?.texts() ?? [],
        width: innerWidth,
        links: client ? sight.all("a[href*='?']").filter((one) => /^https?:/.test(one.protocol ?? "")).map((one) => one.search).filter(Boolean).slice(0, LINKS_KEPT) : [],
        offered: client ? PAGE_WIDE.filter((name) => seen(name).length > 0) : [],
        drawn: messages.length ? [...new Set(drawnBeside(messages.at(-1)))] : [],
        blocked,
        unreached: client ? obstacles(parts, hearing.whyUnreached) : {},
        focus: client ? focusOn(parts) : "",
        document: document.body && !client ? linesOf(document.body).slice(0, 40) : [],
        style: client ? styleOf(all("root")[0], messages.at(-1)) : null,
        fetched: seen("downloaded").length > 0,
        pieces: window.__chatfaultPieces ?? null,
        sockets: window.__chatfaultSockets?.() ?? null,
      };
    });
  };
  const answerIn = (now) => {
    const at = now.messages.findLastIndex((one) => one.role === "user" && one.text === squeeze(question));
    const answer = at < 0 ? undefined : now.messages.slice(at + 1).find((one) => one.role === "assistant");
    return answer !== undefined && answer.text !== "" ? answer : null;
  };
  const answered = (now) => answerIn(now) !== null && answerIn(now).state !== "generating";
  const told = (now) => now.error !== null || now.unseen.length > 0;
  const tests = {
    now: () => true,
    opened: (now) => !now.client || now.ready,
    shown: (now) => !now.client || (now.ready && !now.busy),
    ended: (now) => !now.client || (now.ready && !now.busy && (told(now) || now.login || answered(now))),
    fetched: (now) => !now.client || (now.ready && !now.busy && (told(now) || now.login || now.fetched)),
    pieces: (now) => told(now) || (answerIn(now) !== null && (now.pieces ?? 0) >= args.pieces),
  };
  // Whether it is worth a whole look: while the client is busy, what is waited for can't be there yet.
  const worth = () => {
    if (until === "now" || all("root").length === 0) return true;
    if (until === "pieces") return (window.__chatfaultPieces ?? 0) >= args.pieces || all("error").some(sight.displayed);
    return all("ready").length > 0 && (until === "opened" || seen("busy").length === 0);
  };
  // What fades or slides in is looked at once it has come; what moves without end is no reason to wait.
  const underWay = () => document.getAnimations().filter((one) => one.playState === "running" && one.effect?.getComputedTiming().endTime < AT_MOST_MS);
  // One that is over by its time has an end that the page hears of with the next frame only, and may begin the next one then.
  const heard = new WeakSet();
  const justOver = ({ playState, effect, startTime, timeline }) =>
    playState === "finished" && timeline && timeline.currentTime - startTime - (effect?.getComputedTiming().endTime ?? 0) < JUST_NOW_MS;
  const unheard = () => document.getAnimations().filter((one) => justOver(one) && !heard.has(one));
  // Frames that are asked for follow the arm's clock, as timers do; an animation doesn't.
  const nextFrame = () => document.documentElement.animate(null, { duration: 1 }).finished;
  // A page hears of an animation's end after its promise, and may begin the next one then. Timers follow the arm's clock.
  const nextTask = () => new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => (port1.close(), resolve());
    port2.postMessage(null);
  });
  return new Promise((resolve) => {
    let observer = null;
    const watched = new Set();
    // A shadow root is a document of its own: each is watched from when it is there.
    const watch = () => {
      for (const root of sight.roots()) {
        if (watched.has(root)) continue;
        watched.add(root);
        observer.observe(root, { subtree: true, childList: true, attributes: true, characterData: true });
      }
    };
    let done = false;
    const look = () => {
      if (done) return true;
      if (observer) watch();
      if (!worth()) return false;
      const moving = underWay();
      if (moving.length) {
        Promise.allSettled(moving.map((one) => one.finished)).then(nextTask).then(look);
        return false;
      }
      const over = unheard();
      if (over.length) {
        for (const one of over) heard.add(one);
        Promise.allSettled([nextFrame()]).then(nextTask).then(look); // a page may cancel any
        return false;
      }
      const now = snapshot();
      if (!tests[until](now)) return false;
      // Milliseconds by which what was waited for came after what was said to the page last.
      if (observer && /^(ended|shown)$/.test(until) && window.__chatfaultCame) now.lag = Date.now() - window.__chatfaultCame;
      done = true;
      observer?.disconnect();
      resolve(now);
      return true;
    };
    if (look()) return;
    observer = new MutationObserver(look);
    watch();
  });
}
