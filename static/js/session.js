/* Tells before the sign-in runs out, and goes on with it at a click; what was typed is kept in any case. */
(function () {
  "use strict";

  const bar = document.querySelector("[data-session-end]");
  if (!bar) {
    return;
  }
  const button = bar.querySelector("button");
  let timer = 0;

  function wait() {
    window.clearTimeout(timer);
    bar.hidden = true;
    timer = window.setTimeout(() => {
      bar.hidden = false;
    }, Number(bar.dataset.sessionEnd) * 1000);
  }

  button.addEventListener("click", () => {
    fetch(bar.dataset.stay, { credentials: "same-origin", redirect: "error" })
      .then((answer) => {
        if (answer.ok) {
          wait();
        } else {
          window.location.reload();
        }
      })
      .catch(() => window.location.reload());
  });
  wait();
})();
