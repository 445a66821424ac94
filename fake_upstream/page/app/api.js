/** Requests to the service, and the one place that names what went wrong with them. */

import { MESSAGES } from "./messages.js";

export const REPLY_TIMEOUT_MS = 30_000;
const DETAILS_LIMIT = 600;

const BY_STATUS = {
  401: "session_expired",
  426: "client_outdated",
  429: "rate_limited",
  500: "internal_server_error",
  502: "bad_gateway",
  503: "service_unavailable",
  504: "gateway_timeout",
};
const FILE_CODES = ["file_incomplete", "file_too_large", "tool_off"];
const BY_CODE = ["generation_failed", "bad_credentials", "unusual_activity", "suspicious_activity"];
// The release that this page is of. The service may no longer understand those of earlier ones.
const CLIENT_VERSION = 2;

/**
 * A failure with a name of the message table, what the other side said, how many seconds to wait, and the code that
 * tells failures of the same name apart.
 */
export class Problem extends Error {
  constructor(name, { details = "", seconds = null, reason = "" } = {}) {
    super(name);
    this.name = name;
    this.details = details;
    this.seconds = seconds;
    this.reason = reason;
  }
}

/** The problem that the service reports by a code of its own. */
export function problemOfCode(code, details = "") {
  return new Problem(Object.hasOwn(MESSAGES, code) ? code : "generic", { details });
}

export const api = {
  me: () => request("GET", "/api/me"),
  logIn: (account, password) => request("POST", "/api/login", { body: { account, password } }),
  logOut: () => request("POST", "/api/logout"),
  createConversation: () => request("POST", "/api/conversations", { body: {} }),
  conversation: (id) => request("GET", `/api/conversations/${encodeURIComponent(id)}`),
  send: (id, text, key) =>
    request("POST", `/api/conversations/${encodeURIComponent(id)}/messages`, { body: { text }, key }),
  regenerate: (id, key) => request("POST", `/api/answers/${encodeURIComponent(id)}/regenerate`, { key }),
  stop: (id) => request("POST", `/api/answers/${encodeURIComponent(id)}/stop`),
  answer: (id, timeout) => request("GET", `/api/answers/${encodeURIComponent(id)}`, { timeout }),
  settings: () => request("GET", "/api/settings"),
  saveSettings: (settings) => request("PUT", "/api/settings", { body: settings }),
  changePlan: (plan) => request("POST", "/api/plan", { body: { plan } }),
  changePassword: (old, fresh) => request("POST", "/api/password", { body: { old, new: fresh } }),
  supportHint: (about) => request("GET", `/api/support/bot?about=${encodeURIComponent(about)}`),
  openTicket: (ticket) => request("POST", "/api/support/tickets", { body: ticket }),
  /** The bytes of a file {id, size}, as a Blob; rejects with a Problem also when they are not all of it. */
  file: (file) => wholeFile(file),
};

/** Resolves to the reply's JSON (null when it is empty); rejects with a Problem. Asks exactly once. */
async function request(method, path, { body, key, timeout = REPLY_TIMEOUT_MS } = {}) {
  const aborter = new AbortController();
  const timer = setTimeout(() => aborter.abort(), timeout);
  try {
    const response = await fetch(path, {
      method,
      headers: headersOf(body, key),
      body: body && JSON.stringify(body),
      signal: aborter.signal,
      cache: "no-store",
    });
    return read(response, await response.text());
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem(aborter.signal.aborted ? "timeout" : "network_error");
  } finally {
    clearTimeout(timer);
  }
}

/** A reply may take as long as it likes as long as something of it keeps coming. */
async function wholeFile({ id, size }) {
  const aborter = new AbortController();
  let timer = 0;
  const watch = () => {
    clearTimeout(timer);
    timer = setTimeout(() => aborter.abort(), REPLY_TIMEOUT_MS);
  };
  watch();
  try {
    const path = `/api/files/${encodeURIComponent(id)}`;
    const response = await fetch(path, { headers: headersOf(), signal: aborter.signal, cache: "no-store" });
    if (!response.ok) throw fileProblem(response, await response.text());
    return await wholeBody(response, size, watch);
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem("download_failed", { reason: aborter.signal.aborted ? "timeout" : "cut" });
  } finally {
    clearTimeout(timer);
  }
}

async function wholeBody(response, size, arrived) {
  const chunks = [];
  const reader = response.body.getReader();
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    chunks.push(read.value);
    arrived();
  }
  const whole = new Blob(chunks, { type: response.headers.get("Content-Type") ?? "" });
  // A compressed reply's length is not the file's.
  const told = response.headers.has("Content-Encoding") ? null : response.headers.get("Content-Length");
  if (whole.size !== Number(told ?? size)) throw new Problem("download_failed", { reason: "cut" });
  return whole;
}

/** What is wrong with the file itself has a name of its own; what failed before the service got to it keeps its own. */
function fileProblem(response, text) {
  const problem = problemOf(response, text);
  if ([404, 410].includes(response.status)) return new Problem("file_not_found", problem);
  return FILE_CODES.includes(problem.reason) ? new Problem("download_failed", problem) : problem;
}

function headersOf(body, key) {
  const headers = { "X-Client-Version": String(CLIENT_VERSION) };
  if (body) headers["Content-Type"] = "application/json";
  if (key) headers["Idempotency-Key"] = key;
  return headers;
}

function read(response, text) {
  if (!response.ok) throw problemOf(response, text);
  if (!text) return null;
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem("generic", { details: said(response, text) });
  }
}

function problemOf(response, text) {
  const reported = reportedError(text);
  const name = classify(response.status, reported?.code, text);
  const details = reported?.message || said(response, text);
  return new Problem(name, { details, seconds: secondsToWait(response), reason: reported?.code });
}

function classify(status, code, text) {
  if (/reset reason: connection termination/.test(text)) return "connection_termination";
  if (BY_CODE.includes(code)) return code;
  return BY_STATUS[status] ?? "generic";
}

function reportedError(text) {
  try {
    return JSON.parse(text).error;
  } catch {
    return undefined;
  }
}

/** What a body says in plain text; a gateway's HTML page is reduced to its words. */
function said(response, text) {
  const html = (response.headers.get("Content-Type") ?? "").includes("html") || /^\s*</.test(text);
  const plain = html ? new DOMParser().parseFromString(text, "text/html").body.textContent : text;
  return plain.replace(/\s+/g, " ").trim().slice(0, DETAILS_LIMIT);
}

/** Retry-After in whole seconds, from seconds or an HTTP date; null when absent or unreadable. */
function secondsToWait(response) {
  const value = response.headers.get("Retry-After");
  if (value === null) return null;
  if (/^\s*\d+\s*$/.test(value)) return Number(value);
  // The sender's own Date is what its Retry-After date is relative to; the device's clock may differ.
  const now = Date.parse(response.headers.get("Date")) || Date.now();
  const until = Date.parse(value);
  return Number.isNaN(until) ? null : Math.max(0, Math.ceil((until - now) / 1000));
}
