// Reads what a person sees on the page, by a client profile's CSS selectors, and waits until it is what is waited for.
// Called as (locators) => (args) => Promise<snapshot>; args: {until, question, pieces}. `until`: "now", "shown", "ended",
// "fetched" (the file is downloaded) or "pieces".
(locators) => (args) => {
  const { until, question } = args;
  // Every open shadow root is part of what a person sees; the document comes first, and hosts before what is in them.
  const rootsIn = (root) =>
    [root, ...[...root.querySelectorAll("*")].filter((one) => one.shadowRoot).flatMap((one) => rootsIn(one.shadowRoot))];
  const ROLES = { button: "button, [role=button], input[type=submit]", textbox: "textarea, input, [contenteditable]", link: "a[href]" };
  const nameOf = (one) => squeeze(one.getAttribute("aria-label") || one.getAttribute("title") || one.innerText || one.placeholder);
  const found = (root, wanted) => {
    const role = /^role=([a-z]+)(?:\[name="(.*)"\])?$/.exec(wanted);
    const text = /^text="(.*)"$/.exec(wanted);
    if (!role && !text) return [...root.querySelectorAll(wanted)];
    const among = [...root.querySelectorAll(role ? `${ROLES[role[1]] ?? ""}${ROLES[role[1]] ? ", " : ""}[role=${role[1]}]` : "*")];
    if (role) return role[2] === undefined ? among : among.filter((one) => nameOf(one) === role[2]);
    return among.filter((one) => !one.firstElementChild && squeeze(one.textContent) === text[1]);
  };
  const all = (name) => (locators[name] ? rootsIn(document).flatMap((root) => found(root, locators[name])) : []);
  const visible = (element) => (element.checkVisibility ? element.checkVisibility() : element.getClientRects().length > 0);
  const seen = (name) => all(name).filter(visible);
  const squeeze = (text) => (text || "").replace(/[ \t\u00a0]+/g, " ").trim();
  const linesOf = (element) => squeeze(element.innerText).split("\n").map(squeeze).filter(Boolean);
  const control = (name) => {
    const first = seen(name).at(-1);
    return first ? (first.disabled || first.getAttribute("aria-disabled") === "true" ? "disabled" : "enabled") : "absent";
  };
  const message = (element) => {
    const text = locators.message_text ? element.querySelector(locators.message_text) : element;
    return {
      role: element.matches(locators.user_message) ? "user" : "assistant",
      state: element.dataset.state || "",
      text: squeeze((text ?? element).textContent),
    };
  };
  // What the client itself says outside messages and errors: its labels, buttons and notes.
  const othersOn = () => {
    const root = all("root")[0].cloneNode(true);
    for (const name of [locators.message_text ? "message_text" : "message", "error", "composer"]) {
      if (locators[name]) found(root, locators[name]).forEach((element) => element.remove());
    }
    root.querySelectorAll("template, script, style, [hidden]").forEach((element) => element.remove());
    const texts = [];
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) texts.push(squeeze(walker.currentNode.data));
    return texts.filter(Boolean);
  };
  // An error that stands among the messages, before the last question, is that of an earlier one.
  const fresh = (errors) => {
    const messages = all("message").filter(visible);
    const last = messages.findLast((one) => one.matches(locators.user_message));
    let list = messages[0]?.parentElement;
    while (list && !list.contains(messages.at(-1))) list = list.parentElement;
    const old = (one) => last && list?.contains(one) && one.compareDocumentPosition(last) & Node.DOCUMENT_POSITION_FOLLOWING;
    return errors.filter((one) => !old(one));
  };
  const snapshot = () => {
    const client = all("root").length > 0;
    const errors = fresh(seen("error"));
    const composer = all("composer")[0];
    return {
      client,
      url: location.href,
      ready: client && all("ready").length > 0,
      busy: client && seen("busy").length > 0,
      error: errors.length ? { name: errors[0].dataset.error || "", lines: errors.flatMap(linesOf), count: errors.length } : null,
      details: seen("error_details").flatMap(linesOf),
      countdown: seen("error_countdown").map((element) => squeeze(element.innerText)).join(" "),
      others: client ? othersOn() : [],
      draft: composer ? composer.value ?? squeeze(composer.innerText) : "",
      messages: all("message").filter((one) => visible(one) && !all("error").some((error) => error.contains(one))).map(message),
      login: seen("login_form").length > 0,
      controls: Object.fromEntries(["composer", "send", "stop", "retry", "regenerate", "new_chat", "download"].map((name) => [name, control(name)])),
      document: document.body ? linesOf(document.body).slice(0, client ? 0 : 40) : [],
      fetched: seen("downloaded").length > 0,
      pieces: window.__chatfaultPieces ?? null,
    };
  };
  const answerIn = (now) => {
    const at = now.messages.findLastIndex((one) => one.role === "user" && one.text === squeeze(question));
    const answer = at < 0 ? undefined : now.messages.slice(at + 1).find((one) => one.role === "assistant");
    return answer !== undefined && answer.text !== "" ? answer : null;
  };
  const answered = (now) => answerIn(now) !== null && answerIn(now).state !== "generating";
  const tests = {
    now: () => true,
    shown: (now) => !now.client || (now.ready && !now.busy),
    ended: (now) => !now.client || (now.ready && !now.busy && (now.error !== null || now.login || answered(now))),
    fetched: (now) => !now.client || (now.ready && !now.busy && (now.error !== null || now.login || now.fetched)),
    pieces: (now) => now.error !== null || (answerIn(now) !== null && (now.pieces ?? 0) >= args.pieces),
  };
  // Whether it is worth a whole look: while the client is busy, what is waited for can't be there yet.
  const worth = () => {
    if (until === "now" || all("root").length === 0) return true;
    if (until === "pieces") return (window.__chatfaultPieces ?? 0) >= args.pieces || all("error").some(visible);
    return all("ready").length > 0 && all("busy").length === 0;
  };
  return new Promise((resolve) => {
    let observer = null;
    const look = () => {
      if (!worth()) return false;
      const now = snapshot();
      if (!tests[until](now)) return false;
      observer?.disconnect();
      resolve(now);
      return true;
    };
    if (look()) return;
    observer = new MutationObserver(look);
    observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  });
}
