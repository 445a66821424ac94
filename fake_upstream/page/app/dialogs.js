/** What opens over the chat: the settings and the help. Both work while an error card stands behind them. */

import { api, Problem } from "./api.js";
import { messageFor, words } from "./messages.js";
import { element } from "./view.js";

const FOCUSABLE = "button, input, textarea";
const LONGEST_TEXT = "10000";

// What was written to the support and not sent, so that closing the dialog by mistake loses nothing.
let unsent = "";

/**
 * account: {name, plan}. planChanged(account): it has another plan now. sessionEnded(problem): the service no longer
 * knows who this is, and the dialog has closed.
 */
export function settings({ account, planChanged, sessionEnded }) {
  const panel = openPanel("settings-dialog", words.settings, sessionEnded);
  panel?.fill(filesSetting(panel), planSection(panel, account, planChanged), passwordForm(panel, account.name));
}

/** error: what the error card says, {name, title, details}, or null when there is none. */
export function support({ error }) {
  const panel = openPanel("support", words.support);
  panel?.fill(hint(error), ticketForm(panel, error));
}

// --- settings ---

function filesSetting(panel) {
  const box = element("input", { type: "checkbox", "data-testid": "setting-files", "aria-describedby": "setting-files-hint", disabled: "" });
  const show = ({ files }) => {
    box.checked = files;
    box.disabled = false;
  };
  panel.attempt("files", async () => show(await api.settings()));
  box.addEventListener("change", oneAtATime(async () => {
    // It may be switched again while the service is being told.
    for (let saved = !box.checked; saved !== box.checked; ) {
      const wanted = box.checked;
      if (await panel.attempt("files", () => api.saveSettings({ files: wanted }))) saved = wanted;
      else box.checked = saved;
    }
  }));
  return element(
    "section",
    {},
    element("label", { class: "setting" }, box, words.settingFiles),
    element("p", { class: "hint", id: "setting-files-hint" }, words.settingFilesHint),
  );
}

function planSection(panel, account, planChanged) {
  const present = element("p", { "data-testid": "plan" });
  const hint = element("p", { class: "hint" }, words.planHint);
  const button = element("button", { type: "button", class: "primary", "data-testid": "upgrade" }, words.upgrade);
  const done = element("p", { class: "done", role: "status", tabindex: "-1", "data-testid": "plan-done", hidden: "" });
  const show = ({ plan }) => {
    present.textContent = words.plans[plan] ?? plan;
    present.dataset.plan = plan;
    button.hidden = hint.hidden = plan !== "free";
  };
  show(account);
  button.addEventListener("click", oneAtATime(async () => {
    const changed = await panel.attempt("plan", () => api.changePlan("paid"));
    if (!changed) return;
    planChanged(changed.account);
    show(changed.account);
    done.textContent = words.planDone;
    done.hidden = false;
    done.focus();
  }));
  return element("section", { class: "plan" }, element("h3", {}, words.plan), present, hint, button, done);
}

function passwordForm(panel, name) {
  const old = field("password-old", { autocomplete: "current-password" });
  const fresh = field("password-new", { autocomplete: "new-password", minlength: "8" });
  const done = element("p", { class: "done", role: "status", "data-testid": "password-done", hidden: "" });
  const form = element(
    "form",
    {},
    element("h3", {}, words.changePassword),
    element("p", { class: "hint" }, words.changePasswordHint),
    // Password managers want to know whose password it is.
    element("input", { autocomplete: "username", value: name, hidden: "" }),
    element("label", {}, words.oldPassword, old),
    element("label", {}, words.newPassword, fresh),
    element("button", { class: "primary", "data-testid": "password-submit" }, words.changePassword),
    done,
  );
  onSubmit(form, async () => {
    done.hidden = true;
    if (!(await panel.attempt("password", () => changePassword(old.value, fresh.value)))) return;
    form.reset();
    done.textContent = words.passwordDone;
    done.hidden = false;
  });
  return form;
}

async function changePassword(old, fresh) {
  try {
    await api.changePassword(old, fresh);
  } catch (problem) {
    throw problem.name === "bad_credentials" ? new Problem("wrong_password") : problem;
  }
}

function field(name, attributes) {
  return element("input", { type: "password", "data-testid": name, required: "", ...attributes });
}

// --- help ---

function hint(error) {
  const line = element("p", { class: "bot", "data-testid": "support-hint", "aria-live": "polite" }, words.loading);
  api.supportHint(error?.name ?? "general").then(
    ({ text }) => (line.textContent = text),
    () => (line.textContent = words.supportNoHint),
  );
  return line;
}

function ticketForm(panel, error) {
  const text = element("textarea", { rows: "5", required: "", maxlength: LONGEST_TEXT, "data-testid": "support-text" });
  const tried = element("textarea", { rows: "2", maxlength: LONGEST_TEXT, "data-testid": "support-tried" });
  text.value = unsent || [error?.title, error?.details].filter(Boolean).join("\n");
  text.addEventListener("input", () => (unsent = text.value));
  const form = element(
    "form",
    {},
    element("label", {}, words.supportText, text),
    element("label", {}, words.supportTried, tried),
    element("button", { class: "primary", "data-testid": "support-submit" }, words.supportSubmit),
  );
  onSubmit(form, async () => {
    const ticket = { text: text.value.trim(), error: error?.name, tried: tried.value.trim() || undefined };
    const sent = await panel.attempt("ticket", () => api.openTicket(ticket));
    if (!sent) return;
    unsent = "";
    const shown = receipt(sent.id);
    form.replaceWith(shown);
    shown.focus();
  });
  return form;
}

function receipt(id) {
  const number = element("strong", { "data-testid": "support-ticket" }, String(id));
  return element("p", { class: "done", tabindex: "-1" }, words.supportTicket, " ", number);
}

// --- the dialog itself ---

/** Null while another one is open. */
function openPanel(name, title, sessionEnded = () => {}) {
  return document.querySelector("dialog[open]") ? null : new Panel(name, title, sessionEnded);
}

class Panel {
  #dialog;
  #problem = element("section", { class: "error", role: "alert", "data-testid": "dialog-error", hidden: "" });
  #failed = ""; // which attempt the problem is about
  #running = 0;
  #sessionEnded;

  constructor(name, title, sessionEnded) {
    this.#sessionEnded = sessionEnded;
    const close = element("button", { type: "button", class: "text-button", "data-testid": "dialog-close" }, words.close);
    const heading = element("h2", { id: "dialog-title", tabindex: "-1", autofocus: "" }, title);
    this.#dialog = element(
      "dialog",
      { "data-testid": name, "data-busy": "false", "aria-labelledby": "dialog-title" },
      element("header", {}, heading, close),
    );
    close.addEventListener("click", () => this.#dialog.close());
    this.#dialog.addEventListener("close", () => this.#dialog.remove());
    this.#dialog.addEventListener("keydown", (event) => this.#keepFocus(event));
  }

  fill(...content) {
    this.#dialog.append(...content, this.#problem);
    document.body.append(this.#dialog);
    this.#dialog.showModal();
  }

  /** What `act` gives (true for nothing), or false when it failed: the dialog says so until the same one succeeds. */
  async attempt(what, act) {
    this.#count(1);
    try {
      const given = await act();
      if (this.#failed === what) this.#problem.hidden = true;
      return given ?? true;
    } catch (problem) {
      this.#failed = what;
      this.#tell(problem);
      return false;
    } finally {
      this.#count(-1);
    }
  }

  #count(change) {
    this.#running += change;
    this.#dialog.dataset.busy = String(this.#running > 0);
  }

  #tell(problem) {
    if (!(problem instanceof Problem)) console.error(problem);
    if (problem.name === "session_expired") {
      this.#dialog.close();
      this.#sessionEnded(problem);
      return;
    }
    const name = problem instanceof Problem ? problem.name : "generic";
    const { title, advice } = messageFor(name);
    this.#problem.dataset.error = name;
    this.#problem.replaceChildren(element("h3", {}, title), element("p", {}, advice));
    if (problem.details) this.#problem.append(element("p", { class: "details" }, problem.details));
    this.#problem.hidden = false;
  }

  /** The browser keeps Tab away from the page, but lets it out to its own controls. */
  #keepFocus(event) {
    if (event.key !== "Tab") return;
    const reachable = [...this.#dialog.querySelectorAll(FOCUSABLE)].filter((each) => !each.disabled && !each.hidden);
    const [first, last] = [reachable.at(0), reachable.at(-1)];
    const edge = event.shiftKey ? first : last;
    const onHeading = event.shiftKey && !reachable.includes(document.activeElement);
    if (document.activeElement !== edge && !onHeading) return;
    event.preventDefault();
    (event.shiftKey ? last : first).focus();
  }
}

function onSubmit(form, act) {
  const once = oneAtATime(act);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    once();
  });
}

/** The same act, which does nothing while it is already under way. */
function oneAtATime(act) {
  let running = false;
  return async () => {
    if (running) return;
    running = true;
    await act();
    running = false;
  };
}
