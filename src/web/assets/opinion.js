/* On the form of an opinion: words that are marked in the passage become the words it is about. Without this
   script they are typed. */
(() => {
  const passage = document.getElementById("passage");
  const words = document.getElementById("words");
  const choice = document.getElementById("about-words");
  if (!passage || !words || !choice) return;
  const nth = words.form.elements.namedItem("nth");

  // Which of the places where the words stand begins at `start`, as the server counts them.
  const placeOf = (text, marked, start) => {
    let count = 0;
    let at = text.indexOf(marked);
    while (at >= 0 && at <= start) {
      count += 1;
      at = text.indexOf(marked, at + marked.length);
    }
    return count;
  };

  document.addEventListener("selectionchange", () => {
    const selection = document.getSelection();
    if (!selection || selection.rangeCount === 0 || selection.isCollapsed) return;
    const range = selection.getRangeAt(0);
    if (!passage.contains(range.startContainer) || !passage.contains(range.endContainer)) return;
    const marked = range.toString();
    if (marked.trim() === "") return;
    const before = document.createRange();
    before.setStart(passage, 0);
    before.setEnd(range.startContainer, range.startOffset);
    const start = before.toString().length + marked.length - marked.trimStart().length;
    words.value = marked.trim();
    nth.value = String(placeOf(passage.textContent, marked.trim(), start));
    choice.checked = true;
  });
  words.addEventListener("input", () => {
    nth.value = "";
    choice.checked = words.value.trim() !== "" || choice.checked;
  });
})();
