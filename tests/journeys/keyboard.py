"""A page by the Tab key alone: everything that acts is reached, seen while it has the focus, and let go again."""

from playwright.sync_api import Page

ROUND, AT_ONCE = 3, 5
"""Presses beyond one for each stop until the way round is seen to be done, and between two questions whether it is."""
BEGIN = """() => {
  document.documentElement.style.opacity = 0;  // there as before, but never painted: that is a third of a press
  const folded = [...document.querySelectorAll('details:not([open])')];
  folded.forEach(each => { each.open = true; });
  const acts = 'a[href], button, input, select, textarea, summary, audio[controls], video[controls], [tabindex]';
  const wanted = [...document.querySelectorAll(acts)].filter(it => it.tabIndex >= 0 && !it.disabled
    && it.getClientRects().length && getComputedStyle(it).visibility === 'visible');
  const way = window.tabbed = {wanted, folded, reached: new Set(), faint: [], covered: [], round: false};
  const outlined = it => { const style = getComputedStyle(it);
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1; };
  const onTop = it => { const box = it.getClientRects()[0] || it.getBoundingClientRect();
    const [left, top] = [Math.max(box.left, 0), Math.max(box.top, 0)];
    const [width, height] = [Math.min(box.right, innerWidth) - left, Math.min(box.bottom, innerHeight) - top];
    return [[.5, .5], [.1, .2], [.9, .8]].some(([right, down]) => {
      const over = document.elementFromPoint(left + width * right, top + height * down);
      const menu = over && over.closest('details');  // all menus stand open at once, which people do not do
      return over && (it.contains(over) || over.contains(it) || (menu && !menu.contains(it))
        || (it.labels && [...it.labels].some(label => label.contains(over))));
    }); };
  way.note = () => { const it = document.activeElement;
    if (it === document.body || it === way.last) return;
    if (way.reached.has(it)) { way.round = true; return; }
    way.last = it; way.reached.add(it);
    if (!outlined(it)) way.faint.push(it);
    if (!onTop(it)) way.covered.push(it); };
  document.addEventListener('keydown', way.note, true);
  document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute('tabindex');
  const groups = wanted.filter(it => it.type === 'radio').map(it => (it.form ? it.form.action : '') + ' ' + it.name);
  return wanted.length - groups.length + new Set(groups).size; }"""
END = """() => { const way = window.tabbed; way.note();
  const named = it => it.tagName.toLowerCase() + (it.id && '#' + it.id) + (it.name ? '[name=' + it.name + ']' : '')
    + ' "' + (it.textContent || it.getAttribute('aria-label') || '').trim().slice(0, 30) + '"';
  const alike = (one, other) => one.type === 'radio' && other.type === 'radio' && one.name === other.name;
  const met = it => way.reached.has(it) || [...way.reached].some(other => alike(it, other));
  const told = (what, things) => things.slice(0, 3).map(it => what + ' ' + named(it));
  document.activeElement.blur();
  document.documentElement.style.opacity = '';
  way.folded.forEach(each => { each.open = false; });
  return [...told('Tab does not reach', way.wanted.filter(it => !met(it))), ...told('focus is not seen on', way.faint),
    ...told('with the focus is covered:', way.covered)]; }"""


def flaws(page: Page) -> list[str]:
    """What somebody without a mouse stumbles over; everything folded is unfolded first."""
    stops = page.evaluate(BEGIN)
    for presses in (stops + ROUND, *[AT_ONCE] * (stops * 2 // AT_ONCE + 4)):  # a date or a player has several stops
        for _press in range(presses):
            page.keyboard.down("Tab")  # held, as somebody does who wants to get on
        if page.evaluate("tabbed.round"):
            break
    page.keyboard.up("Tab")
    found: list[str] = page.evaluate(END)
    return found
