// Tells the harness which of the client's controls had a real press, by mouse or keyboard, whoever made it.
(controls) => {
  const pressed = (node) => {
    if (!(node instanceof Element)) return "";
    const found = Object.entries(controls).find(([, place]) => {
      try {
        return node.matches(place);
      } catch {
        return false; // a locator that is no plain selector
      }
    });
    return found ? found[0] : "";
  };
  window.addEventListener(
    "click",
    (event) => {
      if (!event.isTrusted) return;
      const control = event.composedPath().map(pressed).find(Boolean);
      if (control) window.__chatfaultTell?.("clicked", { url: location.href, control });
    },
    true,
  );
}
