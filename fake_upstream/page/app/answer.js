/** Follows one answer over the stream until it ends, is cut, or stalls. It never resumes by itself. */

import { api, Problem, problemOfCode } from "./api.js";
import { addPiece } from "./conversation.js";
import { Stream } from "./stream.js";

const STALL_MS = 20_000;
const PROBE_AFTER_MS = 150;
const PROBE_TIMEOUT_MS = 2_000;
const SESSION_ENDED_CODE = 4401;
const NO_CLOSE_FRAME_CODES = [1005, 1006];

export class Follower {
  #stream;
  #on;
  #answer = null;
  #stallTimer = 0;

  /**
   * on: progress(answer) after each piece; ended(answer); interrupted(answer) as soon as it is cut;
   * broke(answer, problem) when it is known why; sessionEnded(); connection(state).
   */
  constructor(on) {
    this.#on = on;
    this.#stream = new Stream({
      received: (event) => this.#receive(event),
      closed: (code, reason) => this.#closed(code, reason),
      state: (state) => on.connection(state),
    });
  }

  get answer() {
    return this.#answer;
  }

  connect() {
    return this.#stream.connect();
  }

  /** Asks for what comes after the pieces that the answer has. */
  follow(answer) {
    this.#answer = answer;
    answer.state = "generating";
    this.#watch();
    if (!this.#stream.subscribe(answer.id, answer.pieces)) this.#cut();
  }

  /** Looks away from the answer, without a word. */
  leave() {
    clearTimeout(this.#stallTimer);
    const answer = this.#answer;
    this.#answer = null;
    return answer;
  }

  /** Closes the stream; an answer that was arriving stays interrupted, without a word. */
  disconnect() {
    const answer = this.leave();
    if (answer) answer.state = "interrupted";
    this.#stream.close();
  }

  #watch() {
    clearTimeout(this.#stallTimer);
    this.#stallTimer = setTimeout(() => this.#stalled(), STALL_MS);
  }

  #receive(event) {
    if (event.answer !== this.#answer?.id) return;
    if (event.type === "piece") this.#piece(event);
    else if (event.type === "done") this.#done(event);
    else if (event.type === "error") this.#failed(event);
  }

  #piece({ n, text }) {
    this.#watch();
    if (addPiece(this.#answer, n, text)) this.#on.progress(this.#answer);
  }

  #done({ pieces, state, file }) {
    if (this.#answer.pieces < pieces) {
      this.#cut();
      return;
    }
    const answer = this.leave();
    answer.state = state;
    if (file) answer.file = file;
    this.#on.ended(answer);
  }

  #failed({ code }) {
    const answer = this.leave();
    answer.state = "failed";
    this.#on.broke(answer, problemOfCode(code));
  }

  #stalled() {
    const answer = this.#interrupt();
    this.#stream.close();
    this.#on.broke(answer, new Problem("stalled"));
  }

  #closed(code, reason) {
    if (code === SESSION_ENDED_CODE) {
      if (this.#answer) this.#interrupt();
      this.#on.sessionEnded();
    } else if (this.#answer) {
      this.#cut(code, reason);
    }
  }

  async #cut(code = 1006, reason = "") {
    const answer = this.#interrupt();
    await pause(PROBE_AFTER_MS);
    const problem = (await probe(answer)) ?? new Problem("network_error", { details: closeDetails(code, reason) });
    this.#on.broke(answer, problem);
  }

  #interrupt() {
    const answer = this.leave();
    answer.state = "interrupted";
    this.#on.interrupted(answer);
    return answer;
  }
}

/** What an HTTP reply says about the cut, or null when it says nothing (it works, or nothing comes back). */
async function probe(answer) {
  try {
    await api.answer(answer.id, PROBE_TIMEOUT_MS);
    return null;
  } catch (problem) {
    return ["network_error", "timeout"].includes(problem.name) ? null : problem;
  }
}

function closeDetails(code, reason) {
  if (NO_CLOSE_FRAME_CODES.includes(code)) return "";
  return `WebSocket close code ${code}${reason ? `: ${reason}` : ""}`;
}

export function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
