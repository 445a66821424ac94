// Keeps what a document told as an error at any time since it is there, also in passing: `__chatfaultFlashed.texts()`.
// Called as (place) => void with the locator of errors, before anything else of the document.
(place) => {
  const KEPT = 10; // texts
  const STYLED = ["hidden", "class", "style", "open", "aria-hidden"];
  const { all, displayed, whole, squeeze } = window.__chatfaultVisible;
  const texts = new Set();
  const isCss = place && !/^(role=|text=|asked=)/.test(place);
  // Words that come with an answer are no part that comes or changes its style.
  const isPart = (change) => change.type === "attributes" || [...change.addedNodes].some((node) => node.nodeType === Node.ELEMENT_NODE || change.target.closest?.(place));
  const look = (changes) => {
    if (texts.size >= KEPT || !changes.some(isPart)) return;
    for (const error of all(place)) if (displayed(error)) texts.add(squeeze(whole(error)));
    texts.delete("");
  };
  if (isCss) new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: STYLED });
  Object.defineProperty(window, "__chatfaultFlashed", { value: { texts: () => [...texts] } });
}
