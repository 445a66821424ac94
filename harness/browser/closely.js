// What only somebody notices who looks closely, or who hears a page instead of seeing it: asked once per scenario, in the
// steady state, at the symptom and in the end. Called as (locators) => facts.
(locators) => {
  const { all, roots, whole, isIt, displayed, parentOf, isWithin, textsIn, ownerOf, squeeze, onItsSide, rectsOf, isOnlyHeard, inClear, look } = window.__chatfaultVisible;
  const { isMuted, liveOf, nameOf, told, whyUnheard, listening } = window.__chatfaultHeard;
  const { overprinted } = window.__chatfaultPrinted;
  const CONTROLS = ["send", "stop", "retry", "regenerate", "new_chat", "download"];
  const PRESSED = "button, a, input, select, textarea, summary, label, [role=button]";
  const ZOOMED = 2; // https://www.w3.org/WAI/WCAG22/Understanding/resize-text.html
  const WORDS = /[\p{L}\p{N}]{2}/u;
  const RIGHT_TO_LEFT = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
  const shown = (name) => all(locators[name]).filter(displayed);
  const errors = shown("error");
  const messages = shown("message").filter((one) => !errors.some((error) => isWithin(one, error)));
  const ofPerson = (one) => isIt(one, locators.user_message, whole(bodyOf(one)));
  const bodyOf = (message) => (locators.message_text && message.querySelector(locators.message_text)) || message;
  const plain = (text) => squeeze(text).toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim();

  // Texts of an element that aren't those of something to press.
  const sentences = (element) => textsIn(element).filter((node) => displayed(ownerOf(node)) && !ownerOf(node).closest(PRESSED) && WORDS.test(node.data));
  const struck = (owner) => {
    for (let one = owner; one && one !== document.body; one = parentOf(one)) if (getComputedStyle(one).textDecorationLine.includes("line-through")) return true;
    return false;
  };
  // Whether a part of it lies beyond a box that shows no more and can't be scrolled, or is replaced by an ellipsis, and
  // isn't told in whole by pointing at it either.
  const isCutOff = (node) => {
    const rects = rectsOf(node).filter((rect) => rect.width > 0 && rect.height > 0);
    const letter = parseFloat(getComputedStyle(ownerOf(node)).fontSize);
    const across = (box) => rects.some((rect) => rect.right > box.right + letter || rect.left < box.left - letter);
    const down = (box) => rects.some((rect) => rect.bottom > box.bottom + rect.height / 2 || rect.top < box.top - rect.height / 2);
    let [byX, byY] = [true, true]; // whether nothing scrolls it that way
    for (let one = ownerOf(node); one && one !== document.body; one = parentOf(one)) {
      if (squeeze(one.getAttribute("title")).includes(squeeze(node.data))) return false;
      const { display, overflowX, overflowY, textOverflow } = getComputedStyle(one);
      if (display === "inline") continue;
      [byX, byY] = [byX && !/auto|scroll/.test(overflowX), byY && !/auto|scroll/.test(overflowY)];
      if (!byX && !byY) return false;
      if (overflowX === "visible" && overflowY === "visible") continue;
      if (textOverflow === "ellipsis" && one.scrollWidth > one.clientWidth + letter) return true;
      const box = one.getBoundingClientRect();
      if ((byX && overflowX !== "visible" && across(box)) || (byY && overflowY !== "visible" && down(box))) return true;
    }
    return false;
  };
  const whyMarred = (node) => {
    const owner = ownerOf(node);
    const { userSelect, webkitUserSelect, unicodeBidi, direction } = getComputedStyle(owner);
    if ((userSelect || webkitUserSelect) === "none") return "nobody can select and copy it";
    if (struck(owner)) return "it is struck through";
    if (/override/.test(unicodeBidi) && direction === "rtl") return "its letters stand the wrong way round";
    if (direction === "rtl" && !RIGHT_TO_LEFT.test(node.data)) return "it is laid out from right to left";
    if (onItsSide(owner)) return "it lies on its side";
    return !isOnlyHeard(owner) && isCutOff(node) ? "its end is cut off" : "";
  };
  const marred = () => {
    const found = errors.flatMap(sentences).map((node) => ({ text: squeeze(node.data), why: whyMarred(node) }));
    const answers = messages.map((one) => ({ text: squeeze(bodyOf(one).textContent), why: getComputedStyle(bodyOf(one)).userSelect === "none" ? "nobody can select and copy it" : "" }));
    return [...found, ...answers].filter((one) => one.why);
  };
  // Sentences of an error that are seen and not heard, also not in other words elsewhere in it. What is a picture is
  // heard by its name.
  const pictured = (owner) => owner.closest("[role=img], [role=image]");
  const silent = () =>
    errors.flatMap((error) => {
      const read = textsIn(error).filter((node) => !isMuted(ownerOf(node)) && !pictured(ownerOf(node)));
      const names = [error, ...error.querySelectorAll("[role=img], [role=image]")].map((one) => one.getAttribute("aria-label") ?? "");
      const heard = plain([...read.map((node) => node.data), ...names].join(" "));
      const muted = sentences(error).filter((node) => (isMuted(ownerOf(node)) || pictured(ownerOf(node))) && plain(node.data).split(" ").length > 1);
      return isMuted(error) ? [] : muted.map((node) => squeeze(node.data)).filter((text) => !heard.includes(plain(text)));
    });
  // What an error or a message says that is marked as in another language than the page.
  const tongues = () => {
    const texts = [...errors, ...messages].flatMap((one) => textsIn(one)).filter((node) => displayed(ownerOf(node)));
    const marked = texts.map((node) => ({ text: squeeze(node.data), mark: ownerOf(node).closest("[lang]") }));
    return marked.filter(({ mark }) => mark && mark !== document.documentElement).map(({ text, mark }) => ({ text, lang: mark.lang }));
  };
  // Controls of which one sees another name than a screen reader or a voice control knows.
  const misnamed = () => {
    const parts = [...CONTROLS.flatMap((name) => shown(name)), ...errors.flatMap((error) => [...error.querySelectorAll("button, a[href]")]).filter(displayed)];
    const pairs = [...new Set(parts)].map((one) => ({ seen: squeeze(one.innerText), heard: squeeze(nameOf(one)) }));
    return pairs.filter(({ seen, heard }) => plain(seen) && plain(heard) && !plain(heard).includes(plain(seen)));
  };
  // What stands or is said beside a message, of who wrote it, up to where the next message begins.
  const speaker = (message) => {
    const others = messages.filter((one) => one !== message);
    let frame = message;
    while (parentOf(frame) && !others.some((one) => isWithin(one, parentOf(frame)))) frame = parentOf(frame);
    const body = bodyOf(message);
    const within = [frame, ...frame.querySelectorAll("*")].filter((one) => (one === body || !isWithin(one, body)) && !one.closest("button, a[href]") && !isMuted(one));
    const said = within.flatMap((one) => [one.getAttribute("aria-label"), one.getAttribute("alt"), one.getAttribute("aria-roledescription"), one.getAttribute("title"), one.hasAttribute("aria-labelledby") ? nameOf(one) : ""]);
    const written = textsIn(frame).filter((node) => !isWithin(ownerOf(node), body) && !ownerOf(node).closest("button, a[href]") && !isMuted(ownerOf(node)));
    const all = squeeze([...said, ...(body === message ? [] : written.map((node) => node.data))].filter(Boolean).join(" "));
    const repeated = squeeze(body.textContent); // a label may well repeat the message
    return repeated ? squeeze(all.replaceAll(repeated, " ")) : all;
  };
  const speakers = () => {
    const [person, assistant] = [messages.findLast(ofPerson), messages.findLast((one) => !ofPerson(one))];
    return person && assistant ? { user: speaker(person), assistant: speaker(assistant) } : null;
  };
  const answer = messages.findLast((one) => !ofPerson(one));
  // Whether who only listens has been told of the answer: where it stands, or anywhere else since somebody listens.
  const unheard = () => {
    const why = answer && listening() ? whyUnheard(answer) : "";
    return why && told(bodyOf(answer).textContent) ? "" : why;
  };

  // How much of the conversation fits on the screen at once, in pixels, and how high a line of it is.
  const room = () => {
    const last = messages.at(-1);
    if (!last) return null;
    const line = parseFloat(getComputedStyle(bodyOf(last)).lineHeight) || 1.2 * parseFloat(getComputedStyle(bodyOf(last)).fontSize);
    let [top, bottom, more] = [0, innerHeight, false];
    for (let one = parentOf(last); one && one !== document.body && one !== document.documentElement; one = parentOf(one)) {
      if (!/auto|scroll|hidden|clip/.test(getComputedStyle(one).overflowY)) continue;
      const box = one.getBoundingClientRect();
      [top, bottom] = [Math.max(top, box.top), Math.min(bottom, box.bottom)];
      more ||= one.scrollHeight > one.clientHeight + line / 2;
    }
    return { height: Math.max(0, Math.round(bottom - top)), line: Math.round(line), more };
  };
  const composerAway = () => {
    const box = shown("composer")[0]?.getBoundingClientRect();
    return Boolean(box) && (box.top > innerHeight - box.height / 2 || box.bottom < box.height / 2 || box.left > innerWidth || box.right < 0);
  };
  const sideways = () => (document.scrollingElement?.scrollWidth ?? 0) > innerWidth * 1.1;
  const zoom = () => {
    const said = document.querySelector("meta[name=viewport]")?.content.toLowerCase() ?? "";
    const most = /maximum-scale\s*=\s*([\d.]+)/.exec(said);
    return /user-scalable\s*=\s*(no|0)\b/.test(said) || Boolean(most && Number(most[1]) < ZOOMED);
  };
  // A countdown that is read out anew each time that its number changes.
  const loud = () => {
    const live = shown("error_countdown").map(liveOf);
    return live.some((one) => one === "polite" || one === "assertive");
  };
  // A live region of which all is read out whatever is new in it, and that has more than one message.
  const anew = () => {
    const regions = roots().flatMap((root) => [...root.querySelectorAll("[aria-atomic=true]")]).filter((one) => !isMuted(one) && /^(polite|assertive)$/.test(liveOf(one) ?? ""));
    return regions.some((region) => messages.filter((one) => isWithin(one, region)).length > 1);
  };
  const leads = (one) => !/^(|#|javascript:.*)$/i.test((one.getAttribute("href") ?? "").trim());
  const dead = errors.flatMap((error) => [...error.querySelectorAll("a")]).filter((one) => displayed(one) && !leads(one) && !CONTROLS.some((name) => all(locators[name]).includes(one)));
  return {
    marred: marred(), overprinted: look(overprinted), tongues: tongues(), silent: silent(), misnamed: misnamed(), speakers: speakers(), unheard: unheard(), room: room(),
    composer_away: composerAway(), sideways: sideways(), zoom: zoom(), loud: loud(), anew: anew(), clear: inClear(), dead: dead.map((one) => squeeze(one.textContent)),
  };
}
