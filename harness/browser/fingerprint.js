// What a page is made of, for who has looked at such pages before: {page, parts}. `page` is all that says how it looks;
// `parts` has each kind of element once, told by itself, by what it is called by and by all that it stands in. Words and
// numbers don't count, and whether there are any does.
window.__chatfaultFingerprint ??= (() => {
  const REFERS = /^(for|aria-(labelledby|describedby|controls|owns|details))$/;
  const { roots, parentOf } = window.__chatfaultVisible;
  let known = new WeakMap();
  let worn = "";
  const hash = (text) => {
    let [one, two] = [0xdeadbeef, 0x41c6ce57];
    for (let i = 0; i < text.length; i += 1) {
      one = Math.imul(one ^ text.charCodeAt(i), 2654435761);
      two = Math.imul(two ^ text.charCodeAt(i), 1597334677);
    }
    return (one >>> 0).toString(36) + (two >>> 0).toString(36);
  };
  const numberless = (text) => text.replace(/[\da-f-]{6,}|\d+/g, "0");
  const isThere = (element, ids) => ids.split(/\s+/).every((id) => element.getRootNode().getElementById?.(id));
  const wordOf = (element, { name, value }) => {
    if (name.startsWith("data-") && !worn.includes(`[${name}`)) return ""; // data that no style asks for
    return `${name}=${REFERS.test(name) ? isThere(element, value) : numberless(value)}`;
  };
  const ownOf = (element) => {
    const words = [...element.attributes].map((one) => wordOf(element, one)).sort();
    const texts = [...element.childNodes].some((one) => one.nodeType === Node.TEXT_NODE && one.data.trim());
    const named = Boolean(element.textContent.trim()) || Boolean(element.querySelector("[aria-label], [alt], [title], title"));
    const twice = element.id && element.getRootNode().querySelectorAll(`#${CSS.escape(element.id)}`).length > 1;
    return [element.localName, ...words, texts, named, Boolean(element.labels?.length), twice].join(" ");
  };
  const partOf = (element) => {
    if (!known.has(element)) {
      const around = parentOf(element);
      known.set(element, hash(`${around ? partOf(around) : ""}>${ownOf(element)}`));
    }
    return known.get(element);
  };
  const pageOf = () => {
    const styles = [...document.styleSheets, ...(document.adoptedStyleSheets ?? [])].map((one) => {
      try { return [...one.cssRules].map((rule) => rule.cssText).join(); } catch { return one.href; }
    });
    worn = styles.join();
    const { lang, dir, className } = document.documentElement;
    return [lang, dir, className, Boolean(document.title), ...styles].join();
  };
  const taken = () => {
    known = new WeakMap(); // the page may have changed
    const page = hash(pageOf());
    const elements = roots().flatMap((root) => [...(root.body ?? root).querySelectorAll("*")]);
    const parts = [document.documentElement, document.body, ...elements].map(partOf);
    return { page, parts: [...new Set(parts)] };
  };
  return { taken, partOf };
})();
