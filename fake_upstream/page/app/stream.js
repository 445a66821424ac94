/** The WebSocket that answers arrive on. It is opened when asked, and never by itself. */

import { Problem, REPLY_TIMEOUT_MS } from "./api.js";

export class Stream {
  #socket = null;
  #opening = null;
  #on;

  /** on: received(event), closed(code, reason), state("connecting" | "open" | "closed"). */
  constructor(on) {
    this.#on = on;
  }

  get isOpen() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  /** Resolves when the socket is open (at once if it is); rejects with websocket_error. */
  connect() {
    if (this.isOpen) return Promise.resolve();
    this.#opening ??= this.#open().finally(() => (this.#opening = null));
    return this.#opening;
  }

  /** False when there is no open socket to ask on. */
  subscribe(answer, after) {
    if (!this.isOpen) return false;
    this.#socket.send(JSON.stringify({ type: "subscribe", answer, after }));
    return true;
  }

  /** Closes without telling `closed`. */
  close() {
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
    this.#on.state("closed");
  }

  #open() {
    this.#on.state("connecting");
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(address());
      const timer = setTimeout(() => socket.close(), REPLY_TIMEOUT_MS);
      this.#socket = socket;
      socket.onopen = () => {
        clearTimeout(timer);
        this.#listen(socket);
        resolve();
      };
      socket.onclose = () => {
        clearTimeout(timer);
        if (this.#socket === socket) this.close();
        reject(new Problem("websocket_error"));
      };
    });
  }

  #listen(socket) {
    this.#on.state("open");
    socket.onmessage = ({ data }) => {
      if (this.#socket === socket) this.#on.received(JSON.parse(data));
    };
    socket.onclose = ({ code, reason }) => {
      if (this.#socket !== socket) return;
      this.close();
      this.#on.closed(code, reason);
    };
  }
}

function address() {
  const url = new URL("/api/stream", location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}
