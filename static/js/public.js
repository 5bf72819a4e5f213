/* The receipt: copied, printed, or kept as a picture that a long press saves. Typed text outlives the other language. */
(function () {
  "use strict";

  const WIDTH = 720;
  const MARGIN = 48;

  /* Break a text into lines that fit, by character where there are no spaces. */
  function lines(pen, text, room) {
    const found = [];
    let line = "";
    (text.match(/[\u2e80-\uffef]|[^\s\u2e80-\uffef]+\s*|\s+/g) || []).forEach((piece) => {
      if (line && pen.measureText(line + piece).width > room) {
        found.push(line);
        line = piece.trim();
      } else {
        line += piece;
      }
    });
    found.push(line);
    return found;
  }

  function picture(panel) {
    const title = panel.querySelector("h2").textContent.trim();
    const code = panel.querySelector("[data-receipt-code]").textContent.trim();
    const notes = Array.from(panel.querySelectorAll("[data-receipt-line]")).map((line) => line.textContent.trim());
    const canvas = document.createElement("canvas");
    const pen = canvas.getContext("2d");
    const family = window.getComputedStyle(document.body).fontFamily;
    const fonts = { title: "600 34px " + family, code: "700 46px Consolas, monospace", note: "26px " + family };
    const room = WIDTH - 2 * MARGIN;
    const plan = [];
    const put = (text, font, height, colour) => {
      pen.font = font;
      lines(pen, text, room).forEach((line) => plan.push({ line, font, height, colour }));
    };
    put(title, fonts.title, 50, "#123a66");
    const groups = code.split(/[\s-]+/);
    for (let at = 0; at < groups.length; at += 3) {
      put(groups.slice(at, at + 3).join(" "), fonts.code, 68, "#18202c");
    }
    notes.forEach((note) => put(note, fonts.note, 40, "#434d5e"));
    canvas.width = WIDTH;
    canvas.height = plan.reduce((sum, row) => sum + row.height, 2 * MARGIN);
    pen.fillStyle = "#ffffff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.fillStyle = "#b3261e";
    pen.fillRect(0, 0, canvas.width, 12);
    pen.textBaseline = "middle";
    let y = MARGIN;
    plan.forEach((row) => {
      pen.font = row.font;
      pen.fillStyle = row.colour;
      pen.fillText(row.line, MARGIN, y + row.height / 2);
      y += row.height;
    });
    return canvas.toDataURL("image/png");
  }

  function receipt(panel) {
    const place = panel.querySelector("[data-picture-place]");
    panel.querySelector("[data-print]").addEventListener("click", () => window.print());
    panel.querySelector("[data-picture]").addEventListener("click", () => {
      const address = picture(panel);
      place.querySelector("img").src = address;
      place.querySelector("a").href = address;
      place.hidden = false;
    });
    copying(panel);
    panel.querySelectorAll("button[hidden]").forEach((button) => {
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

  putBack();
  document.querySelectorAll("a.language").forEach((link) => link.addEventListener("click", keep));
  document.querySelectorAll("[data-receipt]").forEach(receipt);
  document.querySelectorAll("[data-resume]").forEach(copying);
})();
