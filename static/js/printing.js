/* A button that prints the page, where scripts run. */
(function () {
  "use strict";

  document.querySelectorAll("[data-print-page]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });
})();
