/* Drafted: what is typed goes to the server when typing rests, and at the latest after some seconds. */
(function () {
  "use strict";

  const REST = 2000;
  const LATEST = 6000;
  const AGAIN = 15000;
  const PATIENCE = 4000;
  const GOES = 48 * 1024; /* of a page that is gone a browser takes 64 KB, with the names of its fields */
  const every = new Map();

  function draft(form) {
    const line = form.querySelector("[data-draft-line]");
    let rest = 0;
    let latest = 0;
    let dirty = false;
    let busy = false;
    let going = Promise.resolve();
    let had = form.dataset.had || "";
    let since = "";
    let over = false;
    let kept = null; /* by field what the server has had of this page */

    const say = (text, bad) => {
      if (line) {
        line.textContent = text;
        line.classList.toggle("draft-line-bad", bad);
      }
    };
    const filled = () => {
      const data = new FormData();
      new FormData(form).forEach((value, name) => {
        if (typeof value === "string" && !/(^|-)key$/.test(name)) {
          data.append(name, value);
        }
      });
      form.querySelectorAll("input[type=password]").forEach((input) => data.delete(input.name));
      return data;
    };
    const said = () => JSON.stringify(Array.from(filled()));
    const byField = () => {
      const found = new Map();
      filled().forEach((value, name) => found.set(name, (found.get(name) || "") + JSON.stringify(value)));
      return found;
    };
    const size = (data) => new Blob(Array.from(data.values())).size;
    const written = () => Array.from(form.querySelectorAll("textarea, input[type=text]")).some((field) => field.value.trim());
    const fresh = said();
    const told = written();
    /* Nothing is entered: the form is as it came, or the text that came back in it was taken out. */
    const empty = () => (form.dataset.had ? told && !written() : said() === fresh);
    const body = () => {
      const data = filled();
      data.set("empty", empty() ? "1" : "");
      data.set("place", form.dataset.draft);
      data.set("once", form.dataset.once);
      data.set("had", had);
      if (form.dataset.turn) {
        data.set("turn", form.dataset.turn);
      }
      return data;
    };
    /* Of a large page that goes away only what the server has not had. */
    const changed = (data, now) => {
      kept.forEach((value, name) => {
        if (now.get(name) === value && !/csrf_token$/.test(name)) {
          data.delete(name);
        } else if (!now.has(name)) {
          data.append("gone", name);
        }
      });
      data.set("part", "1");
    };
    const failed = () => {
      dirty = true;
      say(since ? form.dataset.unsaved + " " + since : form.dataset.never, true);
      window.clearTimeout(latest);
      latest = window.setTimeout(save, AGAIN);
    };

    /* Of a page that is left the last words go also while those before them are on their way. */
    function save(leaves) {
      window.clearTimeout(rest);
      window.clearTimeout(latest);
      rest = latest = 0;
      if (!dirty || (busy && !leaves) || over || form.dataset.sent) {
        return;
      }
      dirty = false;
      if (empty() && !had) {
        say("", false);
        return;
      }
      busy = true;
      const hiding = leaves || document.visibilityState === "hidden";
      const data = body();
      const now = byField();
      if (hiding && kept && "parts" in form.dataset && size(data) >= GOES) {
        changed(data, now);
      }
      going = fetch(form.dataset.draftUrl, {
        method: "POST",
        body: data,
        headers: { "X-Draft": "1" },
        credentials: "same-origin",
        keepalive: hiding && size(data) < GOES, /* a page that goes away still sends it */
      })
        .then((answer) => answer.text().then((text) => {
          if (answer.status === 409) {
            over = true;
            say(text, true);
          } else if (answer.status === 422) { /* too long: sent again once it was changed */
            say(text, true);
          } else if (answer.ok) {
            had = text ? "1" : "";
            kept = text ? now : null;
            since = text;
            say(text ? form.dataset.saved + " " + text : "", false);
          } else {
            failed();
          }
        }))
        .catch(failed)
        .then(() => {
          busy = false;
          if (dirty && !latest) {
            wait();
          }
        });
    }

    function wait() {
      window.clearTimeout(rest);
      rest = window.setTimeout(save, REST);
      latest = latest || window.setTimeout(save, LATEST);
    }

    const typed = (event) => {
      if (event.isComposing) {
        return; /* half a Chinese word is no text yet */
      }
      dirty = true;
      wait();
    };
    form.addEventListener("input", typed);
    form.addEventListener("change", typed);
    form.addEventListener("compositionend", () => typed({ isComposing: false }));
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") {
        save();
      }
    });
    window.addEventListener("pagehide", () => save(true));
    window.addEventListener("online", () => save(false));
    every.set(form, {
      unsaved: () => busy || (dirty && !over),
      saved: () => going.then(() => {
        save();
        return going;
      }),
    });
  }

  const unsaved = (but) => Array.from(every).filter(([form, it]) => form !== but && it.unsaved()).map(([, it]) => it);
  const allSaved = (drafts) => Promise.race([
    Promise.all(drafts.map((it) => it.saved())),
    new Promise((done) => {
      window.setTimeout(done, PATIENCE);
    }),
  ]);

  /* The same page in the other language: it is asked for before this one ends, and shows what is saved by then. */
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a.language");
    if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || !unsaved().length) {
      return;
    }
    event.preventDefault();
    allSaved(unsaved()).then(() => window.location.assign(link.href));
  });

  /* Another form of the page is sent: what was typed just now is saved first, for the answer shows it again. */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const button = event.submitter;
    const stays = form.method !== "post" || form.dataset.hxPost || (button && button.name === "look");
    const others = unsaved(form);
    if (event.defaultPrevented || stays || !others.length || form.dataset.asked || !form.requestSubmit) {
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    if (form.dataset.waits) {
      return; /* pressed again meanwhile */
    }
    form.dataset.waits = "1";
    allSaved(others).then(() => {
      delete form.dataset.waits;
      form.dataset.asked = "1"; /* what could not be saved holds nobody up */
      form.requestSubmit(button);
      delete form.dataset.asked;
    });
  }, true);

  /* Whoever goes on changing a field of which there are two versions takes their own. */
  document.addEventListener("input", (event) => {
    const mine = event.target.form && document.getElementById("pick-" + event.target.name + "-mine");
    if (mine && mine.form === event.target.form) {
      mine.checked = true;
    }
  });

  document.querySelectorAll("form[data-draft-url]").forEach(draft);
})();
