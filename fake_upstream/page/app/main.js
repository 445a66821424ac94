/** What happens when: loading, sending, following an answer, and saying what failed. Nothing is tried twice unasked. */

import { Follower, pause } from "./answer.js";
import { api, Problem, REPLY_TIMEOUT_MS } from "./api.js";
import { Conversation } from "./conversation.js";
import { drafts, lastAccount, newKey } from "./draft.js";
import * as view from "./view.js";

const TITLE_LENGTH = 40;
// A handshake that hangs does not keep the page from being used.
const CONNECT_GRACE_MS = 2_000;

let conversation = new Conversation();
let conversations = [];
let account = null; // {name, plan}, once it is known
let failure = null; // {area, name}: what the error card stands for
let busy = false;
// By the answer to be replaced, so that asking again for the same replacement makes no second one.
const regenerateKeys = new Map();
let dialogsAddress = "./dialogs.js";

const follower = new Follower({
  progress: () => {
    worked("answer");
    render();
  },
  ended: () => {
    worked("answer", "stop");
    setBusy(false);
  },
  interrupted: () => render(),
  broke: (answer, problem) => {
    if (conversation.find(answer.id) !== answer) return;
    const again = answer.state === "failed" ? () => regenerate() : () => resume(answer);
    fail(problem, "answer", again);
  },
  sessionEnded: () => fail(new Problem("session_expired"), "session"),
  connection: (state) => view.showConnection(state),
});

// --- what is shown ---

function render() {
  view.setActivity({ busy, following: follower.answer !== null });
  view.showConversation(conversation);
}

function setBusy(value) {
  busy = value;
  render();
}

/** Shows what failed, and ends being busy. `area` says what has to work before the card goes away. */
function fail(problem, area, retry = null) {
  if (!(problem instanceof Problem)) {
    console.error(problem);
    problem = new Problem("generic");
  }
  if (problem.name === "session_expired") {
    follower.disconnect();
    view.showLogin(true);
    area = "session";
    retry = null;
  }
  failure = { area, name: problem.name };
  const { name, details, seconds, reason } = problem;
  view.showError({ name, details, seconds, reason, retry });
  setBusy(false);
}

/** These areas work again: the error card goes away if it was about one of them. */
function worked(...areas) {
  if (failure !== null && areas.includes(failure.area)) clearFailure();
}

function clearFailure() {
  failure = null;
  view.clearError();
}

// --- loading ---

/** Whose conversations there are, then the one in the address, else the newest, else a new one. */
async function load({ asSomeoneElse = false } = {}) {
  view.setReady(false);
  enter(idInAddress());
  try {
    const me = await api.me();
    account = me.account;
    lastAccount.set(account.name);
    view.showAccount(account);
    view.showLogin(false);
    conversations = me.conversations;
    if (asSomeoneElse && !conversations.some(({ id }) => id === conversation.id)) leave();
    const id = conversation.id ?? conversations[0]?.id ?? (await createConversation()).id;
    await open(id);
  } catch (problem) {
    failToLoad(problem);
  }
  view.setReady(true);
  view.offerComposer();
}

function failToLoad(problem) {
  const neverLoggedIn = problem.name === "session_expired" && lastAccount.get() === null;
  if (neverLoggedIn) view.showLogin(true);
  else fail(problem, "load", load);
}

function idInAddress() {
  const match = location.pathname.match(/^\/c\/([^/]+)$/);
  return match && match[1];
}

/** Makes this the conversation that is shown, with its draft; its history is not known yet. */
function enter(id) {
  if (conversation.id === id) return;
  const typedBeforeKnown = conversation.id === null ? view.text() : "";
  follower.leave();
  conversation = new Conversation(id);
  if (typedBeforeKnown) drafts.save(id, typedBeforeKnown);
  view.setText(drafts.text(id));
  setBusy(false);
}

/** Shows no conversation; what was typed in the last one stays in its draft. */
function leave() {
  follower.disconnect();
  conversation = new Conversation();
  view.setText("");
}

/** Shows the conversation's history, and connects at the same time. Rejects when the history can't be had. */
async function open(id) {
  enter(id);
  const shown = conversation;
  history.replaceState(null, "", `/c/${id}`);
  view.showConversations(conversations, id);
  const connecting = follower.connect().then(() => null, (problem) => problem);
  const found = await api.conversation(id);
  if (shown !== conversation) return;
  follower.leave();
  conversation.fill(found);
  forgetSentDraft();
  setBusy(false);
  const settled = connecting.then((problem) => connected(problem, shown));
  await Promise.race([settled, pause(CONNECT_GRACE_MS)]);
}

/** What follows the history once it is known whether there is a connection. */
function connected(connectionProblem, shown) {
  if (shown !== conversation) return;
  const unfinished = conversation.messages.find((message) => message.state === "generating");
  if (connectionProblem) {
    if (unfinished) unfinished.state = "interrupted";
    // Whoever sent meanwhile waited for the same connection, and has said so with a retry that sends.
    if (unfinished) fail(connectionProblem, "connection", () => resume(unfinished));
    else if (failure?.area !== "connection") fail(connectionProblem, "connection", connect);
    return;
  }
  // A rate limit is the account's: opening a conversation does not lift it.
  if (failure?.name !== "rate_limited" || failure.area === "load") clearFailure();
  if (unfinished) follow(unfinished);
}

/** A draft whose message did reach the service, though the reply was lost, is no draft. */
function forgetSentDraft() {
  const tried = drafts.tried(conversation.id);
  if (tried && conversation.hasKey(tried.key)) {
    drafts.arrived(conversation.id, tried.text);
    view.setText(drafts.text(conversation.id));
  }
}

async function connect() {
  setBusy(true);
  try {
    await follower.connect();
    worked("connection");
    setBusy(false);
  } catch (problem) {
    fail(problem, "connection", connect);
  }
}

async function switchTo(id) {
  if (id !== conversation.id) history.pushState(null, "", `/c/${id}`);
  await load();
}

async function createConversation() {
  const created = await api.createConversation();
  conversations = [created, ...conversations];
  return created;
}

async function newChat() {
  view.setReady(false);
  try {
    const { id } = await createConversation();
    await switchTo(id);
    view.focusComposer();
  } catch (problem) {
    fail(problem, "load", newChat);
    view.setReady(true);
  }
}

// --- sending ---

async function submit() {
  const target = conversation;
  const text = view.text().trim();
  if (!text) view.focusComposer();
  if (!text || busy) return;
  if (!conversation.loaded) {
    await load();
    if (conversation.loaded && failure?.area !== "connection") await submit();
    return;
  }
  setBusy(true);
  try {
    await follower.connect();
    worked("connection");
    const key = drafts.keyFor(target.id, text);
    const { message, answer } = await api.send(target.id, text, key);
    drafts.arrived(target.id, text);
    if (target === conversation) sent(text, message, answer);
  } catch (problem) {
    if (target === conversation) fail(problem, problem.name === "websocket_error" ? "connection" : "send", submit);
  }
}

function sent(text, message, answer) {
  clearFailure();
  if (view.text().trim() === text) view.setText("");
  conversation.put(message);
  // Where the message was there already, its answer may have been regenerated since.
  const shown = conversation.answerTo(message.id) ?? answer;
  conversation.put(shown);
  nameConversation(text);
  follow(shown);
}

/** As the service does: a conversation is called after the start of its first message. */
function nameConversation(text) {
  conversation.title ||= text.replace(/\s+/g, " ").slice(0, TITLE_LENGTH);
  const { id, title } = conversation;
  conversations = conversations.map((each) => (each.id === id ? { id, title } : each));
  view.showConversations(conversations, id);
}

async function regenerate() {
  const target = conversation;
  const old = conversation.lastAnswer;
  if (!old || busy) return;
  if (!regenerateKeys.has(old.id)) regenerateKeys.set(old.id, newKey());
  setBusy(true);
  try {
    await follower.connect();
    worked("connection");
    const { answer } = await api.regenerate(old.id, regenerateKeys.get(old.id));
    if (target !== conversation) return;
    clearFailure();
    conversation.replace(old, answer);
    follow(answer);
  } catch (problem) {
    if (target === conversation) fail(problem, problem.name === "websocket_error" ? "connection" : "send", regenerate);
  }
}

// --- an answer ---

function follow(answer) {
  if (answer.state === "generating") follower.follow(answer);
  setBusy(answer.state === "generating");
}

/** Connects again and asks for the pieces that are missing. */
async function resume(answer) {
  setBusy(true);
  try {
    await follower.connect();
    worked("connection");
    follower.follow(answer);
    render();
  } catch (problem) {
    fail(problem, "connection", () => resume(answer));
  }
}

async function stop() {
  const answer = follower.answer;
  if (answer === null) return;
  try {
    await api.stop(answer.id);
    worked("stop");
    setBusy(follower.answer !== null);
  } catch (problem) {
    if (follower.answer === answer) fail(problem, "stop", stop);
  }
}

// --- a file ---

/** Hands the answer's file to the browser once all of it is here. */
async function download(answer) {
  if (busy) return;
  const target = conversation;
  const area = `file ${answer.file.id}`;
  setBusy(true);
  try {
    view.saveFile(await api.file(answer.file), answer.file.name);
    answer.file.downloaded = true;
    if (target !== conversation) return;
    worked(area);
    setBusy(false);
  } catch (problem) {
    if (target === conversation) fail(problem, area, () => download(answer));
  }
}

// --- settings and help ---

/** Most visits need neither, so their code comes when it is asked for; null when it does not come. */
async function loadDialogs() {
  try {
    return await Promise.race([import(dialogsAddress), pause(REPLY_TIMEOUT_MS).then(() => Promise.reject())]);
  } catch {
    // A browser may keep what an address gave, also when that was nothing.
    dialogsAddress = `./dialogs.js?again=${newKey()}`;
    return null;
  }
}

async function openDialog(name, given) {
  const dialogs = await loadDialogs();
  view.showNotLoaded(dialogs === null);
  dialogs?.[name](given);
}

const openSettings = () =>
  openDialog("settings", {
    account,
    planChanged: (changed) => (account = changed),
    sessionEnded: (problem) => fail(problem, "session"),
  });
const openSupport = () => openDialog("support", { error: view.shownError() });

// --- account ---

async function logIn(name, password) {
  if (busy) return;
  setBusy(true);
  try {
    await api.logIn(name, password);
  } catch (problem) {
    fail(problem, "login", null);
    return;
  }
  worked("login", "session");
  setBusy(false);
  await load({ asSomeoneElse: true });
}

async function logOut() {
  try {
    await api.logOut();
  } catch (problem) {
    fail(problem, "load", logOut);
    return;
  }
  account = null;
  lastAccount.forget();
  clearFailure();
  leave();
  conversations = [];
  view.showAccount(null);
  view.showConversations([], null);
  view.showLogin(true);
  setBusy(false);
}

// --- start ---

view.start({
  submit,
  stop,
  regenerate,
  newChat,
  logIn,
  logOut,
  download,
  openSettings,
  openSupport,
  openConversation: switchTo,
  typed: (text) => drafts.save(conversation.id, text),
});
view.showConnection("closed");
addEventListener("popstate", () => load());
// A page that is left cuts its own connection; that is no fault to report.
addEventListener("pagehide", () => follower.disconnect());
addEventListener("pageshow", (event) => {
  if (event.persisted) load();
});
document.documentElement.dataset.started = "";
load();
