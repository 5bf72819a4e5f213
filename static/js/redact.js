/* What was marked in a text goes into the form of the passage; without scripts it is copied by hand. */
(function () {
  "use strict";

  const text = document.querySelector("[data-manuscript]");
  const button = document.querySelector("[data-take-selection]");
  if (!text || !button) {
    return;
  }
  const field = document.getElementById(button.dataset.takeSelection);

  function marked() {
    const selection = window.getSelection();
    if (!selection.rangeCount || !text.contains(selection.getRangeAt(0).commonAncestorContainer)) {
      return "";
    }
    return selection.toString().trim();
  }

  button.hidden = false;
  button.disabled = true;
  document.addEventListener("selectionchange", () => {
    const words = marked();
    if (words || document.activeElement !== button) {
      button.disabled = !words;
    }
  });
  /* Pressing the button must not take the marking away. */
  button.addEventListener("mousedown", (event) => event.preventDefault());
  button.addEventListener("click", () => {
    field.value = marked();
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });
})();
