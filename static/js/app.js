// Light-DOM custom elements and three keys. The elements upgrade whatever the server, or an htmx swap, puts on
// the page: there is no init code, and nothing breaks when this file does not load.

customElements.define("nv-keys", class extends HTMLElement { // digits choose an answer while the focus is inside
  connectedCallback() { this.addEventListener("keydown", this) }
  handleEvent(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !/^[0-9]$/.test(event.key)) return
    if (event.target.matches("textarea, input:not([type=radio])")) return
    const inputs = [...this.querySelectorAll("input[type=radio]")]
    const input = event.key === "0" ? inputs.at(-1) : inputs[event.key - 1] // 0 is the last one: skip
    if (!input) return
    event.preventDefault()
    input.focus()
    input.click()
  }
})

customElements.define("nv-toast", class extends HTMLElement { // leaves by itself, waits while you look at it
  connectedCallback() {
    this.addEventListener("click", event => { if (event.target.closest("[data-close]")) this.remove() })
    for (const [on, off] of [["pointerenter", "pointerleave"], ["focusin", "focusout"]]) {
      this.addEventListener(on, () => clearTimeout(this.timer))
      this.addEventListener(off, () => this.start())
    }
    this.start()
  }
  disconnectedCallback() { clearTimeout(this.timer) }
  start() {
    clearTimeout(this.timer)
    if (this.dataset.seconds > 0) this.timer = setTimeout(() => this.remove(), 1000 * this.dataset.seconds)
  }
})

customElements.define("nv-timezone", class extends HTMLElement { // chooses the browser's own zone in the select it is for
  connectedCallback() {
    const select = document.getElementById(this.getAttribute("for"))
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
    if ([...select?.options ?? []].some(option => option.value === zone)) select.value = zone
  }
})

customElements.define("nv-reveal", class extends HTMLElement { // shows what is typed into the password field it is for
  connectedCallback() {
    this.hidden = false
    this.addEventListener("change", ({ target }) => {
      document.getElementById(this.getAttribute("for")).type = target.checked ? "text" : "password"
    })
  }
})

customElements.define("nv-rows", class extends HTMLElement { // one more row, like those of a formset before it
  connectedCallback() {
    const button = this.querySelector(":scope > button")
    if (!button) return
    button.hidden = false
    button.addEventListener("click", () => {
      const total = this.querySelector("[name$=TOTAL_FORMS]"), row = this.querySelector("template")
      row.insertAdjacentHTML("beforebegin", row.innerHTML.replaceAll("__prefix__", total.value++))
      row.previousElementSibling.querySelector("input:not([type=hidden])").focus()
    })
  }
})

customElements.define("nv-leap-day", class extends HTMLElement { // asks where 29 February is kept once one is typed
  connectedCallback() {
    if (this.hasAttribute("asked")) return
    this.closest("form").addEventListener("input", this)
    this.handleEvent()
  }
  handleEvent() {
    const { elements } = this.closest("form")
    this.hidden = !["birth", "death"].some(of => `${elements[`${of}_day`].value}`.trim() === "29" && elements[`${of}_month`].value === "2")
  }
})

customElements.define("nv-print", class extends HTMLElement {
  connectedCallback() {
    this.hidden = false
    this.addEventListener("click", () => print())
  }
})

customElements.define("nv-dirty", class extends HTMLElement { // asks before what was typed inside is left behind
  connectedCallback() {
    this.addEventListener("submit", this)
    addEventListener("beforeunload", this)
  }
  disconnectedCallback() { removeEventListener("beforeunload", this) }
  handleEvent(event) {
    if (event.type === "submit") this.sent = true
    const typed = [...this.querySelectorAll("textarea")].some(it => it.value !== it.defaultValue)
    if (!this.sent && (typed || "unsaved" in this.dataset)) event.preventDefault()
  }
})

customElements.define("nv-share", class extends HTMLElement { // hands what its form would save to the device, which knows whom to send it to
  connectedCallback() {
    this.hidden = !navigator.canShare?.({ files: [new File([], this.dataset.name, { type: "image/png" })] })
    this.addEventListener("click", this)
  }
  async handleEvent() {
    const form = this.closest("form")
    try {
      const response = await fetch(`${form.action}?${new URLSearchParams(new FormData(form))}`)
      if (!response.ok) throw new Error(response.statusText)
      await navigator.share({ files: [new File([await response.blob()], this.dataset.name, { type: "image/png" })] })
    } catch (error) {
      if (error.name !== "AbortError") form.requestSubmit() // saved, if it cannot be handed on
    }
  }
})

customElements.define("nv-palette", class extends HTMLElement { // opens with what was asked for, and is walked through by arrows
  connectedCallback() {
    this.dialog = this.querySelector("dialog")
    document.addEventListener("htmx:after:swap", this) // it comes from what asked
    this.dialog.addEventListener("close", () => this.dialog.replaceChildren())
    this.addEventListener("keydown", this)
  }
  disconnectedCallback() { document.removeEventListener("htmx:after:swap", this) }
  handleEvent(event) {
    if (event.type !== "keydown") {
      if (!this.dialog.open && this.dialog.firstElementChild) this.dialog.showModal()
      if (this.entered) this.enter()
      return
    }
    if (event.isComposing) return
    const stops = [...this.querySelectorAll("input, #gone-to a")]
    const at = stops.indexOf(document.activeElement), step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    this.entered = event.key === "Enter" && at === 0
    if (this.entered && stops[1]) {
      event.preventDefault()
      this.enter()
    } else if (step && at >= 0) {
      event.preventDefault()
      stops[(at + step + stops.length) % stops.length].focus()
    }
  }
  enter() { // the first one is meant, of those found for what is typed: these may be on their way still
    const found = this.querySelector("#gone-to")
    if (found?.dataset.words === this.querySelector("input")?.value) found?.querySelector("a")?.click()
  }
})

customElements.define("nv-bulk", class extends HTMLElement { // counts who is selected; shift takes all in between
  connectedCallback() {
    for (const name of ["click", "change", "reset"]) this.addEventListener(name, this)
    addEventListener("pageshow", this) // who was selected is so again when one comes back
    document.addEventListener("htmx:after:swap", this)
    this.update()
  }
  disconnectedCallback() {
    removeEventListener("pageshow", this)
    document.removeEventListener("htmx:after:swap", this)
  }
  get boxes() { return [...this.querySelectorAll("[name=who]")] }
  handleEvent({ type, target, shiftKey }) {
    const boxes = this.boxes
    if (type === "reset") return setTimeout(() => this.update())
    if (type === "click" && boxes.includes(target)) {
      const [from, to] = [boxes.indexOf(target), boxes.indexOf(this.last)].sort((one, other) => one - other)
      if (shiftKey && from >= 0) for (const box of boxes.slice(from, to + 1)) box.checked = target.checked
      this.last = target
    }
    if (type === "change" && target.matches("[data-all]")) for (const box of boxes) box.checked = target.checked
    if (type !== "click") this.update()
  }
  update() {
    const { boxes } = this, bar = this.querySelector(".bulkbar"), count = bar.querySelector("[data-count]")
    const everybody = bar.querySelector("[name=all]:checked"), picked = boxes.filter(box => box.checked).length
    for (const it of this.querySelectorAll("[hidden]")) it.hidden = false
    for (const all of this.querySelectorAll("[data-all]")) {
      all.checked = picked === boxes.length
      all.indeterminate = picked > 0 && !all.checked
    }
    bar.hidden = !picked && !everybody
    count.hidden = everybody
    count.firstElementChild.textContent = picked
    const words = (everybody?.parentElement ?? count).textContent
    this.querySelector("[role=status]").textContent = bar.hidden ? "" : words
  }
})

document.addEventListener("click", event => { // menus close when you leave them
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false
  }
})

document.addEventListener("keydown", event => {
  const menu = event.key === "Escape" && event.target.closest("details.menu[open]")
  if (menu) {
    menu.open = false
    menu.querySelector("summary").focus()
  }
  const go = document.querySelector("[data-go]")
  if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k" && go) {
    event.preventDefault()
    if (!event.repeat) go.click()
  }
  if (event.ctrlKey || event.metaKey || event.altKey || !("keys" in document.body.dataset)) return
  if (event.target.closest("input, textarea, select, [contenteditable]")) return
  const goal = event.key === "/" && (document.querySelector(".main input[type=search]") ?? go)
    || event.key === "?" && document.querySelector("[data-help]")
  if (!goal) return
  event.preventDefault()
  goal.matches("a") ? goal.click() : goal.focus()
})

for (const name of ["htmx:response:error", "htmx:error"]) { // a request that failed is said, in the page's own words
  document.addEventListener(name, ({ detail }) => {
    if (detail.ctx?.response?.raw?.status === 422) return
    const words = document.querySelector("template[data-failed]")
    if (words) document.querySelector("#toasts").replaceChildren(words.content.cloneNode(true))
  })
}
