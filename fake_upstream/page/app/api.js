/** Requests to the service, and the one place that names what went wrong with them. */

import { MESSAGES } from "./messages.js";

export const REPLY_TIMEOUT_MS = 30_000;
const DETAILS_LIMIT = 600;

const BY_STATUS = {
  401: "session_expired",
  429: "rate_limited",
  500: "internal_server_error",
  502: "bad_gateway",
  503: "service_unavailable",
  504: "gateway_timeout",
};
const BY_CODE = ["generation_failed", "bad_credentials", "unusual_activity", "suspicious_activity"];

/** A failure with a name of the message table, what the other side said, and how many seconds to wait. */
export class Problem extends Error {
  constructor(name, { details = "", seconds = null } = {}) {
    super(name);
    this.name = name;
    this.details = details;
    this.seconds = seconds;
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

function headersOf(body, key) {
  const headers = {};
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
  const seconds = name === "rate_limited" ? secondsToWait(response) : null;
  return new Problem(name, { details: reported?.message || said(response, text), seconds });
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
  const html = (response.headers.get("Content-Type") ?? "").includes("html");
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
