// Tells the harness which of the client's controls had a real press, by mouse or keyboard, whoever made it; and which one
// was touched by who pressed it and had no press all the same, because it went away under them.
(controls) => {
  // Who is pressed is who lies innermost; a locator finds a control by its role or its text as well as by CSS.
  const hitBy = (event) => {
    const path = event.composedPath();
    const depths = Object.entries(controls).map(([name, place]) => {
      const there = new Set(window.__chatfaultVisible.all(place));
      return { name, depth: path.findIndex((node) => there.has(node)) };
    });
    return depths.filter((one) => one.depth >= 0).sort((one, other) => one.depth - other.depth)[0]?.name;
  };
  const tell = (kind, control) => control && window.__chatfaultTell?.(kind, { url: location.href, control });
  let touched;
  const hear = (kind, act) => window.addEventListener(kind, (event) => event.isTrusted && act(event), true);
  hear("pointerdown", (event) => (touched = hitBy(event)));
  hear("click", (event) => {
    const hit = hitBy(event);
    if (hit === touched) touched = undefined;
    tell("clicked", hit);
  });
  // A click follows in the same task as the end of the touch that it is made of. Timers follow the arm's clock.
  hear("pointerup", () => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      tell("touched", touched);
      touched = undefined;
    };
    port2.postMessage(null);
  });
}
