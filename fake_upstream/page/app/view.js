/** The page's elements: shows state, and tells what the person did. Foreign text goes in as text only. */

import { fileSize, LANGUAGE, messageFor, words } from "./messages.js";

const NEAR_THE_END_PX = 80;
const KEEP_SAVED_MS = 60_000;
const at = (id) => document.getElementById(id);

const chat = at("chat");
const composer = at("composer");
const list = at("messages");
const card = at("error");

let busy = false;
let following = false;
let limited = false;
let countdownTimer = 0;
let actions = {};

/**
 * actions: submit, stop, regenerate(answer), newChat, openConversation(id), logIn(account, password), logOut, typed(text),
 * download(answer), openSettings, openSupport.
 */
export function start(given) {
  actions = given;
  document.documentElement.lang = LANGUAGE;
  document.title = words.brand;
  for (const each of document.querySelectorAll("[data-text]")) each.textContent = words[each.dataset.text];
  for (const each of document.querySelectorAll("[data-label]")) each.setAttribute("aria-label", words[each.dataset.label]);
  composer.placeholder = words.placeholder;
  at("support-open").hidden = false;
  clearError();
  listen();
}

function listen() {
  at("composer-form").addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  composer.addEventListener("keydown", (event) => {
    // Enter also ends a word in an input method (Japanese); that one must not send.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    submit();
  });
  composer.addEventListener("input", () => {
    actions.typed(composer.value);
    fitComposer();
    refreshControls();
  });
  at("stop").addEventListener("click", () => actions.stop());
  at("new-chat").addEventListener("click", () => {
    closeSidebar();
    actions.newChat();
  });
  at("logout").addEventListener("click", () => actions.logOut());
  at("settings").addEventListener("click", () => {
    closeSidebar();
    actions.openSettings();
  });
  at("support-open").addEventListener("click", () => actions.openSupport());
  at("login-form").addEventListener("submit", (event) => {
    event.preventDefault();
    actions.logIn(at("account").value, at("password").value);
  });
  listenToSidebar();
}

function submit() {
  if (!at("send").disabled && !at("send").hidden) actions.submit();
}

// --- sidebar ---

function listenToSidebar() {
  at("menu").addEventListener("click", () => setSidebar(at("menu").getAttribute("aria-expanded") !== "true"));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") closeSidebar();
  });
  chat.addEventListener("pointerdown", closeSidebar);
}

function setSidebar(open) {
  at("menu").setAttribute("aria-expanded", String(open));
}

function closeSidebar() {
  const hadFocus = at("sidebar").contains(document.activeElement);
  const wasOpen = at("menu").getAttribute("aria-expanded") === "true";
  setSidebar(false);
  if (wasOpen && hadFocus) at("menu").focus();
}

export function showAccount(account) {
  at("person").hidden = account === null;
  at("account-name").textContent = account?.name ?? "";
}

/** conversations: [{id, title}], in the order to show. */
export function showConversations(conversations, current) {
  at("conversations").replaceChildren(...conversations.map((each) => conversationItem(each, each.id === current)));
}

function conversationItem({ id, title }, isCurrent) {
  const link = element("a", { href: `/c/${id}`, "data-testid": "conversation-link" }, title || words.untitled);
  if (isCurrent) link.setAttribute("aria-current", "page");
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    closeSidebar();
    actions.openConversation(id);
  });
  return element("li", {}, link);
}

// --- messages ---

/** Brings the list in line with the conversation; keeps the elements of messages that are still there. */
export function showConversation(conversation) {
  keepingTheEnd(() => arrange(conversation));
  at("title").textContent = conversation.title || words.untitled;
  at("greeting").hidden = !conversation.loaded || conversation.messages.length > 0 || !at("login-form").hidden;
  chat.classList.toggle("empty", conversation.messages.length === 0);
}

/** Someone who reads the end goes on seeing the end; someone who scrolled up is left alone. */
function keepingTheEnd(change) {
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_THE_END_PX;
  change();
  if (atEnd) list.scrollTop = list.scrollHeight;
}

function arrange(conversation) {
  const known = new Map([...list.children].map((article) => [article.dataset.messageId, article]));
  const articles = conversation.messages.map((message) => {
    const article = known.get(message.id) ?? messageArticle(message);
    updateArticle(article, message, message === conversation.lastAnswer);
    return article;
  });
  if (!sameOrder(articles)) list.replaceChildren(...articles);
}

function sameOrder(articles) {
  return articles.length === list.children.length && articles.every((article, i) => list.children[i] === article);
}

function messageArticle({ id, role }) {
  return element(
    "article",
    { "data-testid": "message", "data-role": role, "data-message-id": id, "aria-label": role === "user" ? words.you : words.assistant },
    element("div", { class: "text", "data-testid": "message-text" }),
    element("p", { class: "note" }),
  );
}

function updateArticle(article, message, isLast) {
  const [text, note] = article.children;
  article.dataset.state = message.state;
  if (text.textContent !== message.text) text.textContent = message.text;
  const said = words[message.state] ?? "";
  if (note.textContent !== said) note.textContent = said;
  updateFile(article, message);
  const offered = isLast && message.state !== "generating" && !busy;
  const button = article.querySelector("[data-testid=regenerate]");
  if (offered && !button) article.append(regenerateButton());
  if (!offered && button) {
    if (button === document.activeElement) composer.focus();
    button.remove();
  }
}

function regenerateButton() {
  const button = element("button", { type: "button", class: "text-button", "data-testid": "regenerate" }, words.regenerate);
  button.addEventListener("click", () => actions.regenerate());
  return button;
}

function updateFile(article, message) {
  const { file } = message;
  let shown = article.querySelector("[data-testid=file]");
  if (!file) return;
  if (!shown) {
    shown = fileCard(message);
    article.children[1].after(shown);
  }
  shown.dataset.state = file.state;
  if (file.downloaded) shown.dataset.downloaded = "true";
  shown.querySelector("[data-testid=download]").setAttribute("aria-disabled", String(busy));
  const said = file.downloaded ? words.downloaded : words.fileStates[file.state] ?? "";
  const note = shown.querySelector(".file-note");
  if (note.textContent !== said) note.textContent = said;
}

function fileCard(message) {
  const { name, size } = message.file;
  const label = `${words.download}: ${name}`;
  const button = element("button", { type: "button", class: "primary", "data-testid": "download", "aria-label": label }, words.download);
  button.addEventListener("click", () => actions.download(message));
  const facts = [element("span", { class: "file-size", "data-testid": "file-size" }, fileSize(size)), element("span", { class: "file-note" })];
  return element(
    "div",
    { class: "file", "data-testid": "file" },
    element("p", {}, element("span", { class: "file-name", "data-testid": "file-name" }, name), ...facts),
    button,
  );
}

/** Hands bytes to the browser as a download under this name. */
export function saveFile(blob, name) {
  const href = URL.createObjectURL(blob);
  element("a", { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), KEEP_SAVED_MS);
}

// --- error card ---

/** retry: what the card's button does, or null for none. seconds: how long to wait before it may. reason: see messageFor. */
export function showError(problem) {
  clearError();
  keepingTheEnd(() => fillCard(problem));
  if (problem.seconds > 0) startCountdown(problem.seconds);
}

function fillCard({ name, details, seconds, reason, retry }) {
  const { title, advice } = messageFor(name, reason);
  card.dataset.error = name;
  card.append(
    element("h2", { "data-testid": "error-title" }, title),
    element("p", { "data-testid": "error-advice" }, advice),
  );
  if (details) card.append(element("p", { class: "details-label" }, words.details), detailsBlock(details));
  // Who listens is told of each card once, and not of each second; that the wait is over is news again.
  if (seconds > 0) card.append(element("p", { class: "countdown", role: "timer", "data-testid": "error-countdown" }));
  if (retry) card.append(element("p", { class: "actions" }, retryButton(retry)));
  card.hidden = false;
}

export function clearError() {
  const hadFocus = card.contains(document.activeElement);
  stopCountdown();
  card.hidden = true;
  card.removeAttribute("data-error");
  card.replaceChildren();
  if (hadFocus) composer.focus();
}

/** What the error card says, as {name, title, details}; null when there is none. */
export function shownError() {
  if (card.hidden) return null;
  const said = (part) => card.querySelector(`[data-testid=error-${part}]`)?.textContent ?? "";
  return { name: card.dataset.error, title: said("title"), details: said("details") };
}

function detailsBlock(details) {
  return element("p", { class: "details", "data-testid": "error-details" }, details);
}

function retryButton(retry) {
  const button = element("button", { type: "button", class: "primary", "data-testid": "retry" }, words.retry);
  button.addEventListener("click", () => {
    if (!busy) retry();
  });
  return button;
}

function startCountdown(seconds) {
  const until = Date.now() + seconds * 1000;
  const line = card.querySelector(".countdown");
  limited = true;
  const tick = () => {
    const left = Math.ceil((until - Date.now()) / 1000);
    if (left <= 0) line.removeAttribute("role");
    line.textContent = left > 0 ? words.countdown(left) : words.countdownOver;
    if (left <= 0) stopCountdown();
  };
  countdownTimer = setInterval(tick, 1000);
  tick();
  refreshControls();
}

function stopCountdown() {
  clearInterval(countdownTimer);
  limited = false;
  refreshControls();
}

// --- composer and login ---

export function text() {
  return composer.value;
}

export function setText(value) {
  composer.value = value;
  fitComposer();
  refreshControls();
}

function fitComposer() {
  composer.style.height = "auto";
  composer.style.height = `${composer.scrollHeight}px`;
}

export function focusComposer() {
  composer.focus();
}

/** After loading. On a phone focus brings up the keyboard, which nobody asked for. */
export function offerComposer() {
  const nothingFocused = document.activeElement === document.body;
  if (nothingFocused && matchMedia("(min-width: 720px)").matches) composer.focus();
}

export function showLogin(shown) {
  const form = at("login-form");
  const appears = shown && form.hidden;
  form.hidden = !shown;
  at("composer-form").hidden = shown;
  if (shown) at("greeting").hidden = true;
  else at("password").value = "";
  if (!shown) fitComposer();
  if (appears) at("account").focus();
}

export function setReady(ready) {
  chat.dataset.ready = String(ready);
}

/** busy: a request or an answer is under way; following: an answer is arriving and can be stopped. */
export function setActivity(activity) {
  ({ busy, following } = activity);
  chat.dataset.busy = String(busy);
  list.setAttribute("aria-busy", String(busy));
  refreshControls();
}

/** Whether settings or help were asked for and did not come. */
export function showNotLoaded(shown) {
  at("not-loaded").textContent = shown ? words.notLoaded : "";
}

export function showConnection(state) {
  at("connection").dataset.state = state;
  at("connection").textContent = words[state];
}

function refreshControls() {
  const stopHadFocus = document.activeElement === at("stop");
  at("stop").hidden = !following;
  at("send").hidden = following;
  at("send").disabled = busy || limited || !composer.value.trim();
  const retry = card.querySelector("[data-testid=retry]");
  if (retry) retry.disabled = limited;
  if (stopHadFocus && !following) composer.focus();
}

/** A new element with these attributes; strings among the children are text. */
export function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}
