/* Tells before the sign-in runs out, or a complaint closes, and goes on with it at a click; what was typed is kept in any
   case. The end after some hours is put off by nothing: it is told as well, in time. */
(function () {
  "use strict";

  const bar = document.querySelector("[data-session-end]");
  if (!bar) {
    return;
  }
  const button = bar.querySelector("button");
  const away = bar.querySelector("[data-session-away]");
  const BEFORE = 300;
  let timer = 0;

  const show = (part) => ["idle", "last", "over"].forEach((each) => {
    bar.querySelector("[data-session-" + each + "]").hidden = each !== part;
  });

  function wait(left) {
    const idle = Number(bar.dataset.sessionEnd);
    const last = left - BEFORE <= idle;
    window.clearTimeout(timer);
    bar.hidden = true;
    show(last ? "last" : "idle");
    timer = window.setTimeout(() => {
      bar.hidden = false;
    }, Math.max(Math.min(idle, left - BEFORE), 0) * 1000);
  }

  /* Too late, or not reached: the page stays with all that is in it, which can still be sent. */
  function stay(answer) {
    if (answer.ok) {
      return answer.json().then((told) => wait(told.left));
    }
    if (answer.type !== "opaqueredirect") {
      throw new Error("not reached");
    }
    show("over");
    return null;
  }

  button.addEventListener("click", () => {
    away.hidden = true;
    fetch(bar.dataset.stay, { credentials: "same-origin", redirect: "manual" })
      .then(stay)
      .catch(() => {
        away.hidden = false;
      });
  });
  wait(Number(bar.dataset.sessionLeft));
})();
