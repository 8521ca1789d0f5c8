let watched = false

/**
 * Where a part of the page goes away with the focus in it (a button that did its work, a row that was removed), the
 * focus would fall to the top of the page, and whoever uses a keyboard or a screen reader starts again. It moves to the
 * nearest part around it that is still there instead. Asked again, it does nothing.
 */
export function keepPlace(): void {
  if (watched) return
  watched = true
  let around: HTMLElement[] = []
  document.addEventListener('focusin', ({ target }) => {
    around = []
    for (let part = target as HTMLElement | null; part && part !== document.body; part = part.parentElement) around.push(part)
  })
  new MutationObserver(() => {
    if (document.activeElement !== document.body || !around.length || around[0]!.isConnected) return
    const near = around.find((part) => part.isConnected)
    around = []
    if (!near) return
    // It may be read and stood on, yet Tab does not stop at it: the next stop is what lies in it.
    if (!near.hasAttribute('tabindex')) near.tabIndex = -1
    near.focus({ preventScroll: true })
  }).observe(document.body, { childList: true, subtree: true })
}
