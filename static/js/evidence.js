/* The evidence room: handles for players and pictures, notes that lead to their moment. All of it works without. */
(function () {
  "use strict";

  const each = (selector, run, root) => (root || document).querySelectorAll(selector).forEach(run);
  const show = (root) => each("[data-handles]", (handles) => { handles.hidden = false; }, root);

  /* Where one is in a file stays over each note and page, for this tab: numbers, under the number of the file. */
  const place = "evidence-" + document.querySelector("[data-file]").dataset.file;

  function kept() {
    try {
      return JSON.parse(window.sessionStorage.getItem(place)) || [];
    } catch {
      return []; /* a browser that keeps nothing begins anew */
    }
  }

  function keep(stands) {
    window.addEventListener("pagehide", () => {
      try {
        window.sessionStorage.setItem(place, JSON.stringify(stands()));
      } catch {
        /* as above */
      }
    });
  }

  function written(seconds) {
    const whole = Math.floor(seconds);
    const two = (number) => String(number).padStart(2, "0");
    const hours = Math.floor(whole / 3600);
    const minutes = Math.floor(whole / 60) % 60;
    return hours ? hours + ":" + two(minutes) + ":" + two(whole % 60) : minutes + ":" + two(whole % 60);
  }

  function play(box) {
    const media = box.querySelector("audio, video");
    show(box);
    each("[data-skip]", (button) => button.addEventListener("click", () => {
      media.currentTime = Math.max(0, media.currentTime + Number(button.dataset.skip));
    }), box);
    const runs = (speed) => {
      media.playbackRate = speed;
      each("[data-speed]", (button) => button.setAttribute("aria-pressed", String(Number(button.dataset.speed) === speed)), box);
    };
    each("[data-speed]", (button) => button.addEventListener("click", () => runs(Number(button.dataset.speed))), box);
    const [moment = 0, speed = 1] = kept();
    media.currentTime = moment; /* before anything is loaded it is where playing begins */
    runs(speed);
    keep(() => [media.currentTime, media.playbackRate]);
    each("[data-jump]", (link) => link.addEventListener("click", (event) => {
      event.preventDefault();
      media.currentTime = Number(link.dataset.jump);
      media.play().catch(() => {});
      media.focus();
    }));
    each("[data-now]", (button) => {
      const field = button.closest("form").querySelector("[data-moment]");
      button.hidden = false;
      button.addEventListener("click", () => {
        field.value = written(media.currentTime);
        field.dispatchEvent(new Event("input", { bubbles: true }));
      });
    });
  }

  function look(box) {
    const frame = box.querySelector(".picture-frame");
    const img = frame.querySelector("img");
    let [zoom = 0, turn = 0] = kept();
    /* What lies on its side takes the room that is seen of it: nothing of it before the frame's beginning. */
    const put = () => {
      frame.className = "picture-frame zoom-" + zoom + " turn-" + turn;
      const [wide, high] = [img.offsetWidth, img.offsetHeight];
      const [above, aside] = [(wide - high) / 2, (Math.max(frame.clientWidth, high) - wide) / 2];
      img.style.setProperty("margin", turn % 2 ? [above, -above, above, aside].map((each) => each + "px").join(" ") : "");
    };
    const larger = (step) => { zoom = Math.max(0, Math.min(4, zoom + step)); put(); };
    const turned = (step) => { turn = (turn + step + 4) % 4; put(); };
    const fit = () => { zoom = 0; turn = 0; put(); };
    const keys = { "+": () => larger(1), "=": () => larger(1), "-": () => larger(-1), r: () => turned(1), R: () => turned(-1), 0: fit };
    keep(() => [zoom, turn]);
    put();
    img.addEventListener("load", put);
    window.addEventListener("resize", put);
    show(box);
    each("[data-zoom]", (button) => button.addEventListener("click", () => larger(Number(button.dataset.zoom))), box);
    each("[data-turn]", (button) => button.addEventListener("click", () => turned(Number(button.dataset.turn))), box);
    each("[data-fit]", (button) => button.addEventListener("click", fit), box);
    frame.addEventListener("keydown", (event) => {
      const act = !event.ctrlKey && !event.metaKey && !event.altKey && keys[event.key];
      if (act) {
        event.preventDefault();
        event.stopPropagation();
        act();
      }
    });
  }

  each("[data-player]", play);
  each("[data-picture]", look);
  /* Looked at again by itself, but not while somebody writes or is asked something: then a little later. */
  const ticks = (field) => field.type === "checkbox" || field.type === "radio";
  const begun = (field) => field === document.activeElement
    || (ticks(field) ? field.checked !== field.defaultChecked : field.value !== field.defaultValue);
  const busy = () => document.querySelector("dialog[open]")
    || Array.from(document.querySelectorAll("main textarea, main input:not([type=hidden])")).some(begun);
  each("[data-again]", () => window.setInterval(() => busy() || window.location.reload(), 5000));
})();
