// Tells the harness which of the client's controls had a real press, by mouse or keyboard, whoever made it.
(controls) => {
  window.addEventListener(
    "click",
    (event) => {
      if (!event.isTrusted) return;
      const path = event.composedPath();
      // Who is pressed is who lies innermost; a locator finds a control by its role or its text as well as by CSS.
      const depths = Object.entries(controls).map(([name, place]) => {
        const there = new Set(window.__chatfaultVisible.all(place));
        return { name, depth: path.findIndex((node) => there.has(node)) };
      });
      const hit = depths.filter((one) => one.depth >= 0).sort((one, other) => one.depth - other.depth)[0];
      if (hit) window.__chatfaultTell?.("clicked", { url: location.href, control: hit.name });
    },
    true,
  );
}
