/* Large files go ahead of their form, piece by piece, and go on after a break; small ones go with the form as ever. */
(function () {
  "use strict";

  const FROM = 1024 * 1024;
  const make = (tag, text, attributes) => Object.assign(document.createElement(tag), { textContent: text }, attributes);

  function takeOut(row) {
    const group = row.parentElement;
    row.remove();
    group.dispatchEvent(new CustomEvent("removed", { bubbles: true }));
  }

  function upload(group, box, file) {
    const words = group.dataset;
    const key = "upload:" + [file.name, file.size, file.lastModified].join("|");
    const row = make("div", "", { className: "file file-picked file-sent" });
    const state = make("small", words.sending);
    const bar = make("progress", "", { max: file.size, value: 0 });
    const remove = make("button", words.remove, { type: "button", className: "as-link" });
    const held = make("input", "", { type: "hidden", name: words.name });
    const name = make("p", file.name + " ");
    let id = window.sessionStorage.getItem(key);
    let tries = 0;
    let asked = null;
    let again = 0;
    let gone = false;
    state.setAttribute("role", "status");
    bar.setAttribute("aria-label", file.name);
    row.dataset.going = "1";
    row.dataset.key = key;
    group.querySelectorAll(".file-large").forEach((other) => {
      if (other.dataset.key === key) {
        takeOut(other);
      }
    });
    name.append(state);
    row.append(name, bar, remove, held);
    box.before(row);
    box.hidden = words.most === "1";

    const end = (text, bad) => {
      delete row.dataset.going;
      bar.remove();
      state.textContent = text;
      row.classList.toggle("file-large", bad);
      box.hidden = box.hidden && !bad;
      group.dispatchEvent(new CustomEvent("sent", { bubbles: true, detail: bad }));
    };
    const ask = (method, path, body, offset) => {
      asked = new XMLHttpRequest();
      asked.open(method, words.upload + path);
      asked.setRequestHeader("X-CSRFToken", group.closest("form").querySelector("[name$=csrf_token]").value);
      if (method === "PUT") {
        asked.setRequestHeader("Upload-Offset", offset);
        asked.upload.onprogress = (event) => { bar.value = offset + event.loaded; };
      }
      asked.onload = answered;
      asked.onerror = answered;
      asked.send(body);
    };
    const go = () => {
      window.clearTimeout(again);
      again = 0;
      const data = new FormData();
      data.append("name", file.name);
      data.append("size", file.size);
      ask(id ? "GET" : "POST", id ? "/" + id : "", id ? null : data);
    };
    const answered = () => {
      if (gone) {
        return;
      }
      const at = asked.getResponseHeader("Upload-Offset");
      if (at !== null) {
        id = id || JSON.parse(asked.responseText).id;
        window.sessionStorage.setItem(key, id);
        tries = asked.status < 400 ? 0 : tries + 1;
        bar.value = Number(at);
        state.textContent = words.sending;
        if (Number(at) === file.size) {
          held.value = "upload:" + id;
          end(words.sent, false);
        } else if (tries < 9) {
          ask("PUT", "/" + id, file.slice(Number(at), Number(at) + 4 * FROM), Number(at));
        } else {
          window.sessionStorage.removeItem(key);
          end(words.failed, true);
        }
      } else if (asked.status === 404 && id) {
        id = "";
        go();
      } else if (asked.status === 0 || asked.status === 429 || asked.status >= 500) {
        if (tries < 9) {
          state.textContent = words.broken;
          again = window.setTimeout(go, 500 * Math.pow(2, tries++));
        } else {
          end(id ? words.stopped : words.failed, true);
        }
      } else {
        window.sessionStorage.removeItem(key);
        end(/json/.test(asked.getResponseHeader("Content-Type")) ? JSON.parse(asked.responseText).message : words.failed, true);
      }
    };
    remove.addEventListener("click", () => {
      gone = true;
      window.clearTimeout(again);
      again = 0;
      asked.onload = asked.onerror = null;
      asked.abort();
      takeOut(row);
      box.hidden = false;
      window.sessionStorage.removeItem(key);
      if (id) {
        ask("DELETE", "/" + id, null);
        asked.onload = asked.onerror = null;
      }
    });
    window.addEventListener("online", () => {
      if (again) {
        go();
      }
    });
    go();
  }

  document.addEventListener("change", (event) => {
    const group = event.target.type === "file" && event.target.closest("[data-upload]");
    const file = group && event.target.files.length === 1 && event.target.files[0];
    if (file && file.size > FROM && file.size <= Number(group.dataset.megabytes) * 1024 * 1024) {
      const box = event.target.closest(".file");
      event.target.value = "";
      event.target.dispatchEvent(new Event("change", { bubbles: true })); /* it says what it holds: nothing */
      upload(group, box, file);
      const empty = (other) => other !== box && !other.closest("noscript") && other.querySelector("input[type=file]");
      if (Array.from(group.querySelectorAll(".file")).some((other) => empty(other) && !empty(other).files.length)) {
        box.remove(); /* one for the next file is there already */
      }
    }
  });
  /* What came with the page already can be taken back as well. */
  document.querySelectorAll(".file-sent [data-remove]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => takeOut(button.closest(".file")));
  });
  /* A form waits for its files, then goes by itself; where one failed, its author decides. */
  let waiting = null;
  document.addEventListener("submit", (event) => {
    if (event.target.querySelector("[data-going]")) {
      event.preventDefault();
      waiting = event.submitter || document.activeElement;
      event.target.querySelectorAll("[data-going] small").forEach((state) => {
        state.textContent = state.closest("[data-upload]").dataset.wait;
      });
    }
  }, true);
  document.addEventListener("removed", (event) => {
    if (!event.target.closest("form").querySelector("[data-going]")) {
      waiting = null; /* what it waited for was taken out: it goes at the next press */
    }
  });
  document.addEventListener("sent", (event) => {
    if (waiting && !event.detail && !event.target.closest("form").querySelector("[data-going]")) {
      waiting.click();
    }
    waiting = event.detail ? null : waiting;
  });
})();
