/* Tells before the sign-in runs out, or a complaint closes, and goes on with it at a click; what was typed is kept in any
   case. The end after some hours is put off by nothing: it is told as well, in time. What another tab did, or a draft that
   keeps itself, counts too: how much is left the server says, asked in a way that keeps nothing open. */
(function () {
  "use strict";

  const bar = document.querySelector("[data-session-end]");
  if (!bar) {
    return;
  }
  const button = bar.querySelector("button");
  const away = bar.querySelector("[data-session-away]");
  const BEFORE = 300;
  const AGAIN = 60;
  const WHOLE = Number(bar.dataset.sessionEnd) + BEFORE;
  let timer = 0;
  let due = 0;

  const show = (part) => ["idle", "last", "over"].forEach((each) => {
    bar.querySelector("[data-session-" + each + "]").hidden = each !== part;
  });

  function lookIn(seconds) {
    window.clearTimeout(timer);
    due = Date.now() + seconds * 1000;
    timer = window.setTimeout(look, seconds * 1000);
  }

  function wait(idle, left) {
    const end = Math.min(idle, left);
    show(left <= idle ? "last" : "idle");
    bar.hidden = end > BEFORE;
    lookIn(end > BEFORE ? end - BEFORE : end + 1);
  }

  /* Too late, or not reached: the page stays with all that is in it, which can still be sent. */
  function heard(answer) {
    if (answer.ok) {
      return answer.json().then((told) => wait("idle" in told ? told.idle : WHOLE, told.left));
    }
    if (answer.type !== "opaqueredirect") {
      throw new Error("not reached");
    }
    show("over");
    bar.hidden = false;
    due = 0;
    return null;
  }

  const ask = (address) => fetch(address, { credentials: "same-origin", redirect: "manual" }).then(heard);

  function look() {
    ask(bar.dataset.still).catch(() => {
      bar.hidden = false;
      lookIn(AGAIN);
    });
  }

  button.addEventListener("click", () => {
    away.hidden = true;
    ask(bar.dataset.stay).catch(() => {
      away.hidden = false;
    });
  });
  /* A machine that slept has missed its time, and somebody may have signed in again elsewhere. */
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible" && Date.now() >= due) {
      look();
    }
  });
  wait(WHOLE, Number(bar.dataset.sessionLeft));
})();
