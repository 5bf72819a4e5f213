/* Tells before the sign-in runs out, or a complaint closes, and goes on with it at a click; what was typed is kept in any
   case. The end after some hours is put off by nothing: it is told as well, in time. */
(function () {
  "use strict";

  const bar = document.querySelector("[data-session-end]");
  if (!bar) {
    return;
  }
  const button = bar.querySelector("button");
  const BEFORE = 300;
  let timer = 0;

  function wait(left) {
    const idle = Number(bar.dataset.sessionEnd);
    const last = left - BEFORE <= idle;
    window.clearTimeout(timer);
    bar.hidden = true;
    bar.querySelector("[data-session-idle]").hidden = last;
    bar.querySelector("[data-session-last]").hidden = !last;
    timer = window.setTimeout(() => {
      bar.hidden = false;
    }, Math.max(Math.min(idle, left - BEFORE), 0) * 1000);
  }

  button.addEventListener("click", () => {
    fetch(bar.dataset.stay, { credentials: "same-origin", redirect: "error" })
      .then((answer) => {
        if (!answer.ok) {
          throw new Error("signed out");
        }
        return answer.json();
      })
      .then((told) => wait(told.left))
      .catch(() => window.location.reload());
  });
  wait(Number(bar.dataset.sessionLeft));
})();
