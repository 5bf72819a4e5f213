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

  /* The other language is another load of the page: what was typed waits in this tab until then, and no longer. */
  const PLACE = "typed:" + window.location.pathname;
  const UNKEPT = ["hidden", "password", "file", "submit", "button"];

  function typed() {
    return Array.from(document.querySelectorAll("main form[method=post] [name]")).filter(
      (field) => "value" in field && !UNKEPT.includes(field.type),
    );
  }

  function ticks(field) {
    return field.type === "checkbox" || field.type === "radio";
  }

  function keep() {
    const fields = typed().map((field) => [field.name, field.value, ticks(field) ? field.checked : null]);
    try {
      window.sessionStorage.setItem(PLACE, JSON.stringify(fields));
    } catch {
      /* A browser that keeps nothing: the page loads as it is on the server. */
    }
  }

  function putBack() {
    let kept = null;
    try {
      kept = JSON.parse(window.sessionStorage.getItem(PLACE));
      window.sessionStorage.removeItem(PLACE);
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
        field.dispatchEvent(new Event("input", { bubbles: true }));
      }
    });
  }

  /* A scanned receipt holds its code behind the number sign, which no server sees: into the field with it. */
  function scanned(field) {
    const code = decodeURIComponent(window.location.hash.slice(1));
    if (/^[0-9A-Z-]{24,40}$/.test(code)) {
      field.value = code;
      window.history.replaceState(null, "", window.location.pathname + window.location.search);
    }
  }

  putBack();
  document.querySelectorAll("form [name=code]").forEach(scanned);
  document.querySelectorAll("a.language").forEach((link) => link.addEventListener("click", keep));
  document.querySelectorAll("[data-receipt]").forEach(receipt);
  document.querySelectorAll("[data-resume]").forEach(copying);
})();
