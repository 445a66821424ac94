// Tells the harness what every WebSocket of the page did: the one way that works alike in all engines.
(() => {
  const Real = window.WebSocket;
  const tell = (kind, data) => window.__chatfaultTell?.(kind, data);
  window.__chatfaultPieces = 0;
  const watch = (socket) => {
    let pieces = 0;
    socket.addEventListener("open", () => tell("websocket_open", { url: socket.url }));
    socket.addEventListener("error", () => tell("websocket_error", { url: socket.url }));
    socket.addEventListener("close", (event) =>
      tell("websocket_closed", { url: socket.url, code: event.code, clean: event.wasClean, pieces }),
    );
    socket.addEventListener("message", (event) => {
      const found = /"n":\s*(\d+)/.exec(typeof event.data === "string" ? event.data : "");
      if (!found) return;
      pieces = Number(found[1]);
      window.__chatfaultPieces = pieces;
    });
  };
  window.WebSocket = class extends Real {
    constructor(...args) {
      super(...args);
      watch(this);
    }
  };
})();
