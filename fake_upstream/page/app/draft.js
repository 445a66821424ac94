/**
 * What is typed and not yet sent, per conversation, in localStorage: {text, tried?: {text, key}}.
 * `tried` is the text last handed to the service with its idempotency key; it outlives edits, so that the same
 * text sent again by whatever way has the same key, and any other text gets a new one.
 */

const PREFIX = "draft:";
const SIGNED_IN = "account";

const memory = new Map();
// Another tab that gets the text through takes it out of the storage; asking again here must still be the same.
const triedHere = new Map();

export const drafts = {
  text: (conversation) => load(conversation).text,

  save(conversation, text) {
    store(conversation, { ...load(conversation), text });
  },

  /** The key of this text: the one it was tried with before, here or in another tab, else a new one. */
  keyFor(conversation, text) {
    const draft = load(conversation);
    const known = [triedHere.get(conversation), draft.tried].find((tried) => tried?.text === text);
    const tried = known ?? { text, key: newKey() };
    triedHere.set(conversation, tried);
    store(conversation, { ...draft, tried });
    return tried.key;
  },

  /** The message with this text has arrived: forgets it, and keeps what was typed since. */
  arrived(conversation, text) {
    const draft = load(conversation);
    triedHere.delete(conversation);
    const rest = draft.text.trim() === text ? "" : draft.text;
    store(conversation, { text: rest });
  },

  tried: (conversation) => load(conversation).tried,
};

/** The account last logged in here, to tell an ended session from a first visit. */
export const lastAccount = {
  get: () => readItem(SIGNED_IN),
  set: (name) => writeItem(SIGNED_IN, name),
  forget: () => writeItem(SIGNED_IN, null),
};

/** A fresh idempotency key. (crypto.randomUUID is missing on plain-http origins other than loopback.) */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function load(conversation) {
  try {
    const draft = JSON.parse(readItem(PREFIX + conversation));
    return typeof draft?.text === "string" ? draft : { text: "" };
  } catch {
    return { text: "" };
  }
}

function store(conversation, draft) {
  if (conversation === null) return;
  const empty = !draft.text && !draft.tried;
  writeItem(PREFIX + conversation, empty ? null : JSON.stringify(draft));
}

// Storage can be blocked or full; then a draft lives as long as the page does.
function readItem(name) {
  try {
    return localStorage.getItem(name) ?? memory.get(name) ?? null;
  } catch {
    return memory.get(name) ?? null;
  }
}

function writeItem(name, value) {
  try {
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, value);
    memory.delete(name);
  } catch {
    memory.set(name, value);
  }
}
