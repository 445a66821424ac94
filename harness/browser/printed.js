// Texts that are printed one over the other, so that neither can be read. It uses visible.js.
(() => {
  const { displayed, ownerOf, textsIn, squeeze, rectsOf, hides, placeOf, isWithin, roots, isGround } = window.__chatfaultVisible;
  const WORDS = /[\p{L}\p{N}]{2}/u;
  // The box in front of all, beside which nothing can be pressed. What it lets one see is drawn all the same.
  const modal = () => roots().flatMap((root) => [...root.querySelectorAll("dialog:modal")]).at(-1);
  const isScreened = (box) => isGround(getComputedStyle(box, "::backdrop"));
  // Two texts of which one is printed over the other, where both are drawn, or null.
  const overprinted = () => {
    const drawn = textsIn(document.body).filter((node) => WORDS.test(node.data) && displayed(ownerOf(node)) && getComputedStyle(ownerOf(node)).visibility === "visible");
    const runs = drawn.flatMap((node) => rectsOf(node).map((box) => ({ node, box }))).filter(({ box }) => box.width > 4 && box.height > 4);
    const front = modal();
    const inFront = ({ node }) => Boolean(front) && isWithin(ownerOf(node), front);
    const contains = (rect, x, y) => Boolean(rect) && x >= rect.left && x <= rect.right && y >= rect.top && y <= rect.bottom;
    // Nothing of a page behind a modal box is in a hit test, also where the box lets one see it.
    const showsThrough = ({ node, box }, x, y) => !isScreened(front) && contains(placeOf(ownerOf(node), box).rect, x, y);
    const isDrawn = (one, other, x, y) => {
      const by = hides(ownerOf(one.node), x, y);
      return by === null || (by === ownerOf(one.node) && inFront(other) && !inFront(one) && showsThrough(one, x, y));
    };
    for (const [index, one] of runs.entries()) {
      for (const other of runs.slice(index + 1)) {
        if (other.node === one.node) continue; // what an ellipsis replaces has boxes of its own
        const [left, right] = [Math.max(one.box.left, other.box.left), Math.min(one.box.right, other.box.right)];
        const [top, bottom] = [Math.max(one.box.top, other.box.top), Math.min(one.box.bottom, other.box.bottom)];
        const line = Math.min(one.box.height, other.box.height);
        const [x, y] = [(left + right) / 2, (top + bottom) / 2];
        if (bottom - top < line / 2 || right - left < line || x < 0 || y < 0 || x >= innerWidth || y >= innerHeight) continue;
        if (isDrawn(one, other, x, y) && isDrawn(other, one, x, y)) return [squeeze(one.node.data), squeeze(other.node.data)];
      }
    }
    return null;
  };
  Object.defineProperty(window, "__chatfaultPrinted", { value: { overprinted } });
})();
