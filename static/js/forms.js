/* What every form gets when scripts run: sent once, asked again, counted. All of it works without. */
(function () {
  "use strict";

  const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));

  /* Sent once: a second press while the first is under way does nothing. */
  function sendOnce(event) {
    const form = event.target;
    const looks = event.submitter && event.submitter.name === "look"; /* what opens in another tab leaves the form as it is */
    if (event.defaultPrevented || looks || form.method === "get" || form.method === "dialog") {
      return;
    }
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    window.setTimeout(() => {
      all("button[type=submit], input[type=submit]", form).forEach((button) => {
        button.disabled = true;
      });
    }, 0);
  }

  /* Back to a page that was left by sending: its buttons work again. */
  function wake() {
    all("form[data-sent]").forEach((form) => {
      delete form.dataset.sent;
      all("button[type=submit], input[type=submit]", form).forEach((button) => {
        button.disabled = false;
      });
    });
  }

  /* Asked again: a dialog in the page, in the page's language. */
  function ask(text, yes) {
    const dialog = document.createElement("dialog");
    if (!dialog.showModal) {
      if (window.confirm(text)) {
        yes();
      }
      return;
    }
    dialog.className = "keys";
    const words = document.createElement("p");
    words.textContent = text;
    words.id = "ask-text";
    dialog.setAttribute("aria-labelledby", words.id);
    const row = document.createElement("p");
    row.className = "buttons";
    const go = document.createElement("button");
    go.type = "button";
    go.className = "button button-primary";
    go.textContent = document.body.dataset.yes;
    const stay = document.createElement("button");
    stay.type = "button";
    stay.className = "button";
    stay.textContent = document.body.dataset.no;
    row.append(go, stay);
    dialog.append(words, row);
    document.body.append(dialog);
    go.addEventListener("click", () => {
      dialog.close();
      yes();
    });
    stay.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => dialog.remove());
    dialog.showModal();
    stay.focus();
  }

  /* What stands empty is refused: the errors come first, and the question when there is something to ask. */
  const ticked = (group) => group.querySelector("input[type=checkbox]:checked");
  const lacks = (form) => all("[data-needed]", form).some((field) => field.offsetParent && !field.value.trim())
    || all("[data-tick-needed]", form).some((group) => !ticked(group))
    || all("[data-tick-needed-with]", form).some((group) => {
      const answer = form.querySelector(`input[name="${group.dataset.answer}"]:checked`);
      return !answer || (answer.value === group.dataset.tickNeededWith && !ticked(group));
    });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-confirm]");
    if (!button || button.dataset.confirmed || (button.form && lacks(button.form))) {
      return;
    }
    event.preventDefault();
    ask(button.dataset.confirm, () => {
      button.dataset.confirmed = "1";
      button.click();
      delete button.dataset.confirmed;
    });
  });

  /* Counted: how many characters are left, as people count them. */
  function count(line) {
    const area = document.getElementById(line.dataset.count);
    if (!area) {
      return;
    }
    const most = Number(area.dataset.most);
    const before = line.textContent;
    const show = () => {
      const left = most - Array.from(area.value.trim()).length;
      const words = left < 0 ? line.dataset.over : line.dataset.left;
      line.textContent = left > most * 0.5 ? before : words.replace("%(count)s", Math.abs(left).toLocaleString("en"));
      line.classList.toggle("count-down-over", left < 0);
    };
    area.addEventListener("input", show);
    show();
  }

  /* Written in the reader's language: what is not is named while one types (core/tongues.py has the rule). */
  const SENTENCE = /(?:[^。；！？：\n;!?:.]|\.(?!\s|$))*(?:[。；！？：\n;!?:.]|$)/g;
  const ALIKE = /[!-~]{0,80}[0-9@/][!-~]*|《[^》]{0,200}》|[\u3400-\u9fff]{0,40}〔\d{4}〕\d+号|[\u3400-\u9fff（）]{2,40}?(?:有限(?:责任)?公司|股份公司)/g;

  function isStrange(sentence, lang) {
    const plain = sentence.replace(ALIKE, " ");
    const han = (plain.match(/[\u3400-\u9fff]/g) || []).length;
    const words = (plain.match(/[A-Za-z][A-Za-z'’-]+/g) || []).length;
    return lang === "en" ? han >= 4 && han > 2 * words : words >= 3 && 2 * words > han;
  }

  let held = false;
  ["pointerdown", "pointerup", "pointercancel"].forEach((name) => {
    document.addEventListener(name, () => {
      held = name === "pointerdown";
    }, true);
  });

  function strange(line) {
    const field = document.getElementById(line.dataset.strange);
    let rest = 0;
    const show = () => {
      window.clearTimeout(rest);
      if (held) { /* a line that came now would move the button from under the pointer, and its click be lost */
        rest = window.setTimeout(show, 100);
        return;
      }
      const found = field.value.match(SENTENCE).filter((each) => isStrange(each, line.dataset.written));
      const told = found.join("").trim();
      line.hidden = !told;
      line.textContent = told ? line.dataset.says + (told.length > 160 ? told.slice(0, 160) + "…" : told) : "";
    };
    const later = (event) => {
      window.clearTimeout(rest);
      if (!event.isComposing) { /* half a Chinese word is of no language */
        rest = window.setTimeout(show, 800);
      }
    };
    field.addEventListener("input", later);
    field.addEventListener("compositionend", () => later({ isComposing: false }));
    field.addEventListener("change", show);
  }

  /* Files: one plain input each, and a button for the next; of several that were chosen at once each gets its own. What
     it says is said in the page's language, and not in the browser's: the label is its button, and the input lies over
     both. */
  function files(group) {
    const add = group.querySelector("[data-add-file]");
    const most = Number(group.dataset.most);
    const limit = Number(group.dataset.megabytes) * 1024 * 1024;
    const boxes = () => all(".file", group).filter((box) => !box.closest("noscript"));
    const takingBack = (input) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "as-link";
      button.textContent = group.dataset.remove;
      button.addEventListener("click", () => {
        input.value = "";
        mark(input);
        input.focus();
      });
      return button;
    };
    const word = (box) => {
      const name = document.createElement("span");
      name.className = "file-name";
      name.setAttribute("aria-hidden", "true");
      box.querySelector("label").after(name);
      box.querySelector("label").classList.add("button");
      box.classList.add("file-worded");
    };
    const mark = (input) => {
      const box = input.closest(".file");
      const chosen = Array.from(input.files);
      box.querySelector(".file-name").textContent = chosen.map((file) => file.name).join(" · ");
      const large = chosen.some((file) => file.size > limit);
      box.classList.toggle("file-picked", chosen.length > 0);
      box.classList.toggle("file-large", large);
      let note = box.querySelector(".error");
      if (large && !note) {
        note = document.createElement("p");
        note.className = "error";
        note.setAttribute("role", "alert");
        note.textContent = group.dataset.large;
        note.append(takingBack(input));
        box.append(note);
      } else if (!large && note) {
        note.remove();
      }
      if (add) {
        add.hidden = boxes().length >= most;
      }
    };
    const parts = (() => {
      try {
        return Boolean(new DataTransfer().items);
      } catch (_old) {
        return false; /* an older browser: they stay in one input, and go as they are */
      }
    })();
    const alone = (input, file) => {
      const one = new DataTransfer();
      one.items.add(file);
      input.files = one.files;
    };
    group.addEventListener("change", (event) => {
      if (event.target.type !== "file") {
        return;
      }
      const chosen = Array.from(event.target.files);
      if (parts && chosen.length > 1) {
        alone(event.target, chosen.shift());
        chosen.forEach((file) => {
          const input = another();
          alone(input, file);
          input.dispatchEvent(new Event("change", { bubbles: true }));
        });
      }
      mark(event.target);
    });
    all("input[type=file]", group).filter((input) => !input.closest("noscript")).forEach((input) => {
      word(input.closest(".file"));
      mark(input);
    });
    if (!add) {
      return;
    }
    let number = boxes().length; /* only grows, so that after a removal no two boxes have one id */
    const room = () => {
      add.hidden = boxes().length >= most;
    };
    add.hidden = false;
    group.addEventListener("removed", room);
    function another() {
      const last = boxes().filter((box) => box.querySelector("input[type=file]")).pop();
      const next = last.cloneNode(true);
      number += 1;
      const input = next.querySelector("input");
      next.classList.remove("file-picked", "file-large");
      all(".error", next).forEach((note) => note.remove());
      next.querySelector(".file-name").textContent = "";
      input.id = group.id + "-" + number;
      input.value = "";
      next.querySelector("label").htmlFor = input.id;
      next.querySelector("[data-number]").textContent = number;
      last.after(next);
      room();
      return input;
    }
    add.addEventListener("click", () => another().focus());
  }

  /* Lines of one kind, such as companies: a button for the next. */
  function lines(group) {
    const add = group.querySelector("[data-add-line]");
    if (!add) {
      return;
    }
    const boxes = () => all(".line", group).filter((box) => !box.closest("noscript"));
    add.hidden = false;
    add.addEventListener("click", () => {
      const last = boxes().pop();
      const next = last.cloneNode(true);
      const number = boxes().length + 1;
      const input = next.querySelector("input");
      input.id = group.id + "-" + number;
      input.value = "";
      input.removeAttribute("value");
      input.removeAttribute("aria-invalid"); /* what was unclear in the line before is nothing of this one */
      next.querySelector("label").htmlFor = input.id;
      next.querySelector("[data-number]").textContent = number;
      last.after(next);
      suggest(input);
      input.focus();
      add.hidden = number >= Number(group.dataset.fields);
    });
  }

  /* Suggested: names that begin like what was typed, once the typing rests. */
  function suggest(input) {
    const list = document.getElementById(input.getAttribute("list"));
    let waiting = 0;
    const ask = () => {
      const text = input.value.trim();
      if (text.length < 2) {
        return;
      }
      fetch(input.dataset.suggest + "?q=" + encodeURIComponent(text), { credentials: "same-origin" })
        .then((answer) => (answer.ok ? answer.text() : ""))
        .then((markup) => {
          const found = new DOMParser().parseFromString(markup, "text/html").querySelectorAll("option");
          list.textContent = "";
          found.forEach((option) => {
            const choice = document.createElement("option");
            choice.value = option.value;
            choice.textContent = option.textContent; /* the other name by which it was found */
            list.append(choice);
          });
        })
        .catch(() => {});
    };
    const group = input.closest("fieldset");
    const other = group && group.querySelector('[type=radio][value="=="]');
    input.addEventListener("input", (event) => {
      window.clearTimeout(waiting);
      if (other && input.value) {
        other.checked = true; /* another company than those of the matter */
      }
      if (!event.isComposing) {
        waiting = window.setTimeout(ask, 300);
      }
    });
    input.addEventListener("compositionend", () => {
      waiting = window.setTimeout(ask, 300);
    });
  }

  function start(root) {
    all("[data-suggest]", root).forEach(suggest);
    all("[data-count]", root).forEach(count);
    all("[data-strange]", root).forEach(strange);
    all("[data-files]", root).forEach(files);
    all("[data-fields]", root).forEach(lines);
    const wrong = root.querySelector("[data-focus]");
    if (wrong) {
      wrong.focus();
    }
  }

  /* A page that answers a form stands at the address of the page the form was on: Back and Reload ask for that one
     again, and never for what was sent. */
  function standWhereTheFormWas() {
    const page = document.body.dataset.page;
    if (page) {
      all("form:not([action])").forEach((form) => {
        form.action = window.location.href;
      });
      window.history.replaceState(null, "", page);
    }
  }

  /* Back: a browser puts ticks where they stood on the page, and another complaint or company may stand there by now.
     So they are kept by what they tick. */
  const ticks = () => all("input[type=checkbox], input[type=radio]");
  const called = (tick) => [tick.form && tick.form.action, tick.name, tick.value].join(" ");

  function keepTicks() {
    const turned = ticks().filter((tick) => tick.name && tick.checked !== tick.defaultChecked);
    const state = { ticks: turned.map((tick) => [called(tick), tick.checked]) };
    window.history.replaceState(Object.assign({}, window.history.state, state), "");
  }

  function putTicksBack() {
    const kept = new Map((window.history.state || {}).ticks);
    ticks().forEach((tick) => {
      tick.autocomplete = "off";
      if (kept.has(called(tick))) {
        tick.checked = kept.get(called(tick));
      }
    });
  }

  /* Filters that say nothing stay out of the address, which people keep and send to each other. */
  function leaveOutWhatIsEmpty(event) {
    if (event.target.matches(".filters, .bulletin-search, .search-form")) {
      Array.from(event.formData.keys()).forEach((name) => {
        if (event.formData.getAll(name).every((value) => value === "")) {
          event.formData.delete(name);
        }
      });
    }
  }

  /* A file that is too large would be sent whole, only to be refused: the form waits until it is taken out. */
  function waitForALargeFile(event) {
    const large = event.target.querySelector(".file-large input[type=file]");
    if (large) {
      event.preventDefault();
      large.focus();
    }
  }

  /* Without a network the page stays with all that is in it, instead of the browser's own page of what went wrong. A
     machine without a network still reaches itself, so what the browser believes is tried first; that the server was
     reached holds while whatever else waits for the form, as a draft beside it, sends it again. */
  const HOLDS = 10000;
  const pressed = new WeakMap(); /* while a form's way is tried, its button */

  function stayWhileOffline(event) {
    const form = event.target;
    if (navigator.onLine || event.defaultPrevented || form.method !== "post" || form.dataset.reached || form.dataset.sent || !form.requestSubmit) {
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    const meanwhile = pressed.has(form);
    pressed.set(form, event.submitter); /* of two buttons the one pressed last counts */
    if (meanwhile) {
      return;
    }
    fetch(document.querySelector("link[rel=icon]").href, { method: "HEAD", cache: "no-store" }).then(() => true, () => false).then((reached) => {
      const button = pressed.get(form);
      const again = () => form.requestSubmit(button);
      pressed.delete(form);
      if (!reached) {
        ask(document.body.dataset.offline, again);
        return;
      }
      form.dataset.reached = "1";
      window.setTimeout(() => {
        delete form.dataset.reached;
      }, HOLDS);
      again();
    });
  }

  /* The page in the other language comes without what was filled in, where no draft keeps it: that is asked first. */
  const filledIn = (form) => !form.dataset.draftUrl && !form.querySelector("input[type=password]") &&
    all("textarea, input[type=text], input[type=email], input[type=tel], input[type=file]", form).some((field) =>
      field.value.trim() && (field.value !== field.defaultValue || (document.body.dataset.page && field.tagName === "TEXTAREA")));

  function askBeforeTheLanguageChanges(event) {
    const link = event.target.closest("a.language");
    if (!link || link.dataset.confirmed || event.ctrlKey || event.metaKey || event.shiftKey || !all("form[method=post]").some(filledIn)) {
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    ask(document.body.dataset.unkept, () => {
      link.dataset.confirmed = "1";
      link.click();
      delete link.dataset.confirmed;
    });
  }

  standWhereTheFormWas();
  putTicksBack();
  window.addEventListener("pagehide", keepTicks);
  document.addEventListener("click", askBeforeTheLanguageChanges, true);
  document.addEventListener("formdata", leaveOutWhatIsEmpty);
  document.addEventListener("submit", waitForALargeFile, true);
  document.addEventListener("submit", stayWhileOffline, true);
  document.addEventListener("submit", sendOnce);
  /* The browser leaves a link alone that peeps out of its row by a few pixels. */
  document.addEventListener("focusin", (event) => {
    if (event.target.closest("nav")) {
      event.target.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
  });
  /* On a phone a menu is wider than the screen: where one is stands in view, and more shows at both sides. */
  all("nav > a[aria-current], .side a[aria-current]").forEach((here) => {
    const nav = here.closest("nav");
    const frame = nav.getBoundingClientRect();
    const place = here.getBoundingClientRect();
    nav.scrollLeft += place.left - frame.left - (frame.width - place.width) / 2;
  });
  window.addEventListener("pageshow", wake);
  /* Back to a page that can be left quickly: it is asked for anew, and shows what this browser may still see. */
  window.addEventListener("pageshow", (event) => {
    if (event.persisted && document.querySelector("[data-exit]")) {
      window.location.reload();
    }
  });
  document.addEventListener("click", (event) => {
    const exit = event.target.closest("[data-exit]");
    if (exit) {
      event.preventDefault();
      if (exit.dataset.leave) {
        const said = new FormData();
        said.append("csrf_token", exit.dataset.csrf);
        said.append("quickly", "1");
        all("form[data-draft-url]").forEach((form) => {
          form.dataset.sent = "1"; /* saved no more: that would open the draft in this browser again */
        });
        navigator.sendBeacon(exit.dataset.leave, said); /* the way back opens no complaint without its code */
      }
      try {
        window.sessionStorage.clear(); /* also on the page of an error, which knows nothing of what was typed before it */
      } catch {
        /* Nothing was kept. */
      }
      window.location.replace(exit.dataset.exit);
    }
  });
  start(document);
})();
