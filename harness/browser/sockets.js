// Tells the harness what every WebSocket of the page did, and what the page gave the browser to save: the one way that
// works alike in all engines.
(() => {
  const Real = window.WebSocket;
  const tell = (kind, data) => window.__chatfaultTell?.(kind, data);
  const made = new Set();
  let frames = 0;
  let unheard = 0;
  window.__chatfaultPieces = 0;
  const watch = (socket) => {
    let pieces = 0;
    socket.addEventListener("open", () => tell("websocket_open", { url: socket.url }));
    socket.addEventListener("error", () => tell("websocket_error", { url: socket.url }));
    socket.addEventListener("close", (event) =>
      tell("websocket_closed", { url: socket.url, code: event.code, clean: event.wasClean, pieces }),
    );
    socket.addEventListener("message", (event) => {
      unheard = 0;
      window.__chatfaultCame = Date.now();
      const failed = /"type":\s*"error".*"code":\s*"(\w+)"/.exec(typeof event.data === "string" ? event.data : "");
      if (failed) tell("websocket_told_error", { url: socket.url, code: failed[1] });
      const found = /"n":\s*(\d+)/.exec(typeof event.data === "string" ? event.data : "");
      if (!found) return;
      pieces = Number(found[1]);
      window.__chatfaultPieces = pieces;
    });
  };
  const saved = async (blob) => {
    const digest = await crypto.subtle?.digest("SHA-256", await blob.arrayBuffer());
    const sha256 = digest ? [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("") : "";
    tell("saved", { url: location.href, bytes: blob.size, sha256 });
  };
  const create = URL.createObjectURL.bind(URL);
  URL.createObjectURL = (given) => {
    if (given instanceof Blob) saved(given);
    return create(given);
  };
  // What a page may not do to a person by itself.
  const took = (owner, name, what) => {
    const real = owner?.[name];
    if (typeof real !== "function") return;
    owner[name] = (...args) => {
      tell("took", { url: location.href, what });
      return real.apply(owner, args);
    };
  };
  took(window, "open", "opened a window");
  took(window.Notification, "requestPermission", "asked for leave to send notifications");
  took(navigator.clipboard, "writeText", "wrote over what was copied");
  // How many sockets are open or being opened, how much the page has said on them since its start, and how much of it
  // since anything was said to the page.
  window.__chatfaultSockets = () => {
    for (const one of made) if (one.readyState > Real.OPEN) made.delete(one);
    const connecting = [...made].filter((one) => one.readyState === Real.CONNECTING).length;
    return { open: made.size, connecting, frames, unheard };
  };
  window.WebSocket = class extends Real {
    send(data) {
      frames += 1;
      unheard += 1;
      super.send(data);
    }
    constructor(...args) {
      super(...args);
      made.add(this);
      tell("websocket_made", { url: this.url });
      watch(this);
    }
  };
})();
