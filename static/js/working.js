/* For people who work here all day: shortcut keys, selected rows, menus, colours, density. */
(function () {
  "use strict";

  const YEAR = 365 * 24 * 60 * 60;
  const all = (selector) => Array.from(document.querySelectorAll(selector));
  const remember = (name, value) => {
    const secure = window.location.protocol === "https:" ? "; Secure" : "";
    document.cookie = name + "=" + value + "; Path=/; Max-Age=" + YEAR + "; SameSite=Lax" + secure;
  };
  const recall = (name) => {
    const found = document.cookie.split("; ").find((pair) => pair.startsWith(name + "="));
    return found ? found.slice(name.length + 1) : "";
  };

  /* Rows of the queue. */
  const rows = () => all("table[data-keys] tbody tr:not(.group)");
  let here = -1;

  function tally() {
    let picked = 0;
    rows().forEach((row) => {
      const box = row.querySelector("input[type=checkbox]");
      const on = Boolean(box && box.checked);
      row.classList.toggle("row-picked", on);
      picked += on ? 1 : 0;
    });
    all("[data-selected]").forEach((place) => {
      place.textContent = picked;
    });
    all(".bulk").forEach((bar) => bar.classList.toggle("bulk-on", picked > 0));
  }

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-all]")) {
      rows().forEach((row) => {
        const box = row.querySelector("input[type=checkbox]");
        if (box) {
          box.checked = event.target.checked;
        }
      });
    }
    tally();
  });

  function mark(place) {
    const list = rows();
    if (list[here]) {
      list[here].classList.remove("row-here");
    }
    here = place;
    list[here].classList.add("row-here");
  }

  /* The row one is in is the row of the focus; in some browsers a click on a box does not give it. */
  ["focusin", "change"].forEach((kind) => document.addEventListener(kind, (event) => {
    const place = rows().indexOf(event.target.closest("tbody tr"));
    if (place >= 0) {
      mark(place);
    }
  }));

  function move(step) {
    const list = rows();
    const beyond = here + step >= list.length ? "next" : here + step < 0 && here >= 0 ? "prev" : "";
    const page = beyond && document.querySelector(".pager a[rel=" + beyond + "]");
    if (page) {
      page.click();
      return;
    }
    if (!list.length) {
      return;
    }
    mark(Math.max(0, Math.min(list.length - 1, here + step)));
    list[here].scrollIntoView({ block: "nearest" });
    const link = list[here].querySelector("a.queue-link");
    if (link) {
      link.focus({ preventScroll: true });
    }
  }

  /* Back from a complaint or a case: the keys go on from its row. */
  const from = document.referrer && new URL(document.referrer);
  if (from && from.origin === window.location.origin) {
    const left = rows().findIndex((row) => {
      const link = row.querySelector("a.queue-link");
      return link && link.pathname === from.pathname;
    });
    if (left >= 0) {
      mark(left);
    }
  }

  function pick() {
    const row = rows()[here];
    const box = row && row.querySelector("input[type=checkbox]");
    if (box) {
      box.checked = !box.checked;
      tally();
    }
  }

  function open() {
    const row = rows()[here];
    const link = row && row.querySelector("a.queue-link");
    if (link) {
      link.click();
    }
  }

  /* Shortcut keys: never while somebody types or composes, never when switched off. */
  const off = () => recall("keys") === "off";
  const typing = (target) => target.matches("input:not([type=checkbox]):not([type=radio]), select, textarea, [contenteditable]");
  const sheet = document.getElementById("keys");
  const steps = {
    j: () => move(1),
    k: () => move(-1),
    x: pick,
    "/": () => document.getElementById("search") && document.getElementById("search").focus(),
    "?": () => sheet && sheet.showModal && sheet.showModal(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    if (event.key === "Escape") {
      all("details.menu[open]").forEach((menu) => {
        menu.open = false;
        menu.querySelector("summary").focus();
      });
      return;
    }
    if (off() || typing(event.target) || document.querySelector("dialog[open]")) { /* a question stands before the page */
      return;
    }
    if (event.key === "Enter" && event.target === document.body) {
      open();
      return;
    }
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const named = document.querySelector('[data-key="' + (/^[a-z]$/.test(key) ? key : "") + '"]');
    if (named && !(steps[key] && rows().length)) {
      event.preventDefault();
      if (named.matches("a")) {
        named.click();
      } else {  /* a decision is reached, never taken, by its key */
        named.querySelector("button[type=submit]").focus();
      }
      return;
    }
    const step = steps[key];
    if (step) {
      event.preventDefault();
      step();
    }
  });

  /* A search must not start while a word is being composed. */
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.isComposing || event.keyCode === 229)) {
      event.stopPropagation();
    }
  }, true);

  /* Menus close when one looks elsewhere. */
  document.addEventListener("click", (event) => {
    all("details.menu[open]").forEach((menu) => {
      if (!menu.contains(event.target)) {
        menu.open = false;
      }
    });
  });

  /* A switch: shows what a press would do, remembers what was chosen. */
  function toggle(selector, state, words, flip) {
    all(selector).forEach((button) => {
      const show = () => {
        button.textContent = words(button, state());
      };
      button.hidden = false;
      show();
      button.addEventListener("click", () => {
        flip(state());
        show();
      });
    });
  }

  const root = document.documentElement;
  const dark = () => (root.dataset.theme ? root.dataset.theme === "dark" : window.matchMedia("(prefers-color-scheme: dark)").matches);
  toggle("[data-theme-switch]", dark, (button, on) => (on ? button.dataset.light : button.dataset.dark), (on) => {
    root.dataset.theme = on ? "light" : "dark";
    remember("theme", root.dataset.theme);
  });

  const compact = () => document.body.classList.contains("compact");
  toggle("[data-density-switch]", compact, (button, on) => (on ? button.dataset.comfortable : button.dataset.compact), (on) => {
    document.body.classList.toggle("compact", !on);
    remember("density", on ? "comfortable" : "compact");
  });

  const hints = () => all("[data-keys-hint]").forEach((hint) => {
    hint.hidden = off();
  });
  toggle("[data-keys-switch]", off, (button, on) => (on ? button.dataset.off : button.dataset.on), (on) => {
    remember("keys", on ? "on" : "off");
    hints();
  });

  if (window.matchMedia("(min-width: 901px)").matches) {
    all("details[data-wide-open]").forEach((box) => {
      box.open = true;
    });
  }
  hints();
  tally();
})();
