/** Attachments in place of Svelte's own `style:` and `bind:clientWidth`, whose code would weigh on every screen. */

/** Sets styles; they follow what the expression reads. */
export const styled =
  (styles: Record<string, string>) =>
  (node: HTMLElement): void => {
    for (const [name, value] of Object.entries(styles)) node.style.setProperty(name, value)
  }

/** Tells an element's width in CSS pixels, now and whenever it changes. */
export const sized =
  (tell: (width: number) => void) =>
  (node: HTMLElement): (() => void) => {
    const watch = new ResizeObserver(() => tell(node.clientWidth))
    watch.observe(node)
    return () => watch.disconnect()
  }
