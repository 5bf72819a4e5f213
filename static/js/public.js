/* Codes: copied, printed, filled in where they were scanned. Typed text outlives the other language. */
(function () {
  "use strict";

  function receipt(panel) {
    panel.querySelector("[data-print]").addEventListener("click", () => window.print());
    copying(panel);
    const link = panel.querySelector("[data-picture-link]");
    if (link) {
      link.href = panel.querySelector("img").src;
    }
    panel.querySelectorAll(".buttons [hidden]").forEach((button) => {
      button.hidden = false;
    });
  }

  /* A code to the clipboard. */
  function copying(panel) {
    const status = panel.querySelector("[data-copy-status]");
    const copy = panel.querySelector("[data-copy]");
    copy.hidden = false;
    copy.addEventListener("click", (event) => {
      const button = event.currentTarget;
      const done = () => {
        status.textContent = button.dataset.copied;
        button.textContent = button.dataset.copied;
      };
      if (navigator.clipboard && window.isSecureContext) {
        navigator.clipboard.writeText(button.dataset.copy).then(done, () => copyOld(button.dataset.copy, done));
      } else {
        copyOld(button.dataset.copy, done);
      }
    });
  }

  /* For browsers that give the clipboard only to a selection. */
  function copyOld(text, done) {
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    if (document.execCommand("copy")) {
      done();
    }
    area.remove();
  }

  /* The other language, and another form that is sent, are another load of the page: what was typed waits in this tab
     until then, and no longer. The pages of one matter share a place: what is refused comes back at another address. */
  const PLACE = "typed:" + window.location.pathname.split("/")[1];
  const SENT = "upload:"; /* files that went ahead, each under its name */
  const UNKEPT = ["hidden", "password", "file", "submit", "button"];

  function typed() {
    return Array.from(document.querySelectorAll("main form[method=post] [name]")).filter(
      (field) => "value" in field && !UNKEPT.includes(field.type),
    );
  }

  function ticks(field) {
    return field.type === "checkbox" || field.type === "radio";
  }

  function changed(field) {
    const chosen = () => Array.from(field.options).some((option) => option.selected !== option.defaultSelected);
    if (field.options) {
      return chosen();
    }
    return ticks(field) ? field.checked !== field.defaultChecked : field.value !== field.defaultValue;
  }

  function keep(fields, place = PLACE) {
    const kept = fields.map((field) => [field.name, field.value, ticks(field) ? field.checked : null]);
    try {
      window.sessionStorage.setItem(place, JSON.stringify(kept));
    } catch {
      /* A browser that keeps nothing: the page loads as it is on the server. */
    }
  }

  function forget() {
    left = true;
    try {
      Object.keys(window.sessionStorage)
        .filter((place) => place === PLACE || place.startsWith(STAYS) || place.startsWith(SENT))
        .forEach((place) => window.sessionStorage.removeItem(place));
    } catch {
      /* Nothing was kept. */
    }
  }

  /* The page of a complaint is gone from and come back to, by its own links too: what was typed and not sent waits in
     this tab for the same complaint, until its page is opened again or left. */
  const STAYS = "stays:";
  const marked = document.querySelector("[data-typed]");
  const own = marked ? STAYS + marked.dataset.typed : "";
  const sent = new Set();
  let left = false;

  function keepOwn() {
    const fields = typed().filter(
      (field) => !sent.has(field.form) && (changed(field) || (field.tagName === "TEXTAREA" && field.value)),
    );
    if (own && !left && fields.length) {
      keep(fields, own);
    }
  }

  /* One form is sent: what was typed into the others stays. Whoever leaves leaves nothing. */
  function keepOthers(event) {
    const form = event.target;
    const others = typed().filter((field) => field.form !== form && changed(field));
    if (!event.defaultPrevented) {
      sent.add(form);
    }
    if (form.hasAttribute("data-leaves")) {
      forget();
    } else if (others.length && form.method === "post" && !event.defaultPrevented) {
      keep(others);
    }
  }

  function unfold(field) {
    for (let around = field; around; around = around.parentElement) {
      if (around.tagName === "DETAILS") {
        around.open = true;
      }
    }
  }

  function putBack(place) {
    let kept = null;
    try {
      kept = JSON.parse(window.sessionStorage.getItem(place));
      window.sessionStorage.removeItem(place);
    } catch {
      return;
    }
    const fields = typed();
    (kept || []).forEach(([name, value, checked]) => {
      const field = fields.find((one) => one.name === name && (!ticks(one) || one.value === value));
      if (field && ticks(field)) {
        field.checked = checked;
      } else if (field) {
        field.value = value;
      }
      if (field) {
        unfold(field);
        field.dispatchEvent(new Event("input", { bubbles: true }));
      }
    });
  }

  /* A scanned receipt holds its code behind the number sign, which no server sees: into the field with it. */
  function scannedCode() {
    try {
      const code = decodeURIComponent(window.location.hash.slice(1));
      return /^[0-9A-Z-]{24,40}$/.test(code) ? code : "";
    } catch (_wrong) {
      return ""; /* whatever stands there, it is no code */
    }
  }

  function scanned(field) {
    const code = scannedCode();
    if (code) {
      field.value = code;
      window.history.replaceState(null, "", window.location.pathname + window.location.search);
    }
  }

  /* While a complaint is open, the code of a receipt leads to its page: to where codes are entered with it, and no
     trace of it in the history. */
  if (marked && marked.dataset.other && scannedCode()) {
    window.location.replace(marked.dataset.other + "#" + scannedCode());
  }

  putBack(PLACE);
  if (own) {
    putBack(own);
    window.addEventListener("pagehide", keepOwn);
  }
  document.querySelectorAll("form [name=code]").forEach(scanned);
  document.querySelectorAll("a.language").forEach((link) => link.addEventListener("click", () => keep(typed())));
  document.querySelectorAll("[data-exit]").forEach((exit) => exit.addEventListener("click", forget));
  document.addEventListener("submit", keepOthers);
  document.querySelectorAll("[data-receipt]").forEach(receipt);
  document.querySelectorAll("[data-resume]").forEach(copying);
})();
