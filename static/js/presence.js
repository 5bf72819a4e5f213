/* Who else is here: asked every half minute while the page is looked at, never while it is hidden; as long as somebody
   is shown more often, so that nobody stands there long after having left. */
(function () {
  "use strict";

  const line = document.querySelector("[data-presence]");
  if (!line) {
    return;
  }
  const EVERY = 30000;
  const WHILE_SHOWN = 8000;
  const WRITES = 60000;
  let timer = 0;
  let typed = 0;
  let over = false;
  let shown = "";

  const page = Math.random().toString(36).slice(2, 12);
  const ask = (how, keepalive) => fetch(line.dataset.presence + "?page=" + page + how, {
    headers: { "X-Draft": "1" },
    credentials: "same-origin",
    keepalive: keepalive,
  });

  function look() {
    window.clearTimeout(timer);
    if (over || document.visibilityState === "hidden") {
      return;
    }
    ask(Date.now() - typed < WRITES ? "&writes=1" : "")
      .then((answer) => {
        over = [401, 403, 404].includes(answer.status);
        return answer.ok ? answer.text() : "";
      })
      .catch(() => "")
      .then((text) => {
        if (shown !== text) {
          shown = text;
          line.textContent = "";
          text.split("\n").filter(Boolean).forEach((words) => {
            const tag = document.createElement("span");
            tag.className = "tag tag-blue";
            tag.textContent = words;
            line.append(tag, " ");
          });
          line.hidden = !text;
        }
        timer = window.setTimeout(look, shown ? WHILE_SHOWN : EVERY);
      });
  }

  document.addEventListener("input", (event) => {
    if (event.target.closest("main form[method=post]")) {
      const first = Date.now() - typed >= WRITES;
      typed = Date.now();
      if (first) {
        look();
      }
    }
  });
  document.addEventListener("submit", (event) => {
    const elsewhere = event.submitter && event.submitter.formTarget === "_blank";
    if (!event.defaultPrevented && !elsewhere && event.target.closest("main form[method=post]")) {
      typed = 0;
      ask("&gone=1", true).catch(() => {});
    }
  });
  document.addEventListener("visibilitychange", look);
  window.addEventListener("pagehide", () => {
    ask("&gone=1", true).catch(() => {});
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) {
      look();
    }
  });
  look();
})();
