// Material's search box, made fit for how people here type: text that comes without a key (paste, voice, a tapped
// candidate), a choice of kind and role, and, when nothing is found, the names nearest to what was typed.
(() => {
  const box = document.querySelector(".md-search")
  const input = box?.querySelector(".md-search__input")
  if (!input) return
  const result = box.querySelector(".md-search-result")
  const QUESTION = 2, ANSWER = 3
  const base = new URL(`${JSON.parse(document.getElementById("__config").textContent).base}/`, location.href)
  const choice = { kind: "", role: "" }
  let worker = null

  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties)
    element.append(...children)
    return element
  }

  // -- to and from the worker, which Material makes and keeps to itself ------------------------------------------------

  const send = Worker.prototype.postMessage
  Worker.prototype.postMessage = function (message, ...rest) {
    if (typeof message?.type !== "number") return send.call(this, message, ...rest)
    if (!worker) {
      worker = this
      worker.addEventListener("message", hear)
      hand()
    }
    return send.call(this, message.type === QUESTION ? { ...message, ...narrowed() } : message, ...rest)
  }
  const narrowed = () => (choice.kind || choice.role ? { choice } : {})
  const askAgain = () => worker && send.call(worker, { type: QUESTION, data: input.value, ...narrowed() })

  // Served, the index is fetched when a reader turns to the box, not with every page: names first, which answer most
  // questions, then texts. From disk the theme loads it whole.
  const parts = { names: "", texts: "" }
  const handed = new Set()
  let fetching = false

  function hand() {
    for (const type of ["names", "texts"]) {
      // New answers would take the list away from under a reader who walks through it.
      const inUse = type === "texts" && result.contains(document.activeElement)
      if (worker && parts[type] && !handed.has(type) && !inUse) {
        handed.add(type)
        send.call(worker, { type, data: parts[type] })
      }
    }
  }

  async function bring() {
    hand()
    if (parts.texts || fetching || location.protocol === "file:") return
    fetching = true
    try {
      for (const type of ["names", "texts"]) {
        const answer = await fetch(new URL(`search/${type}.json`, base))
        if (!answer.ok) throw new Error(answer.status)
        parts[type] = await answer.text()
        hand()
      }
    } catch {
      if (!parts.names) show(make("p", { textContent: "搜索用的数据没有取到。请连上网络，再输入一次。" }))
    }
    fetching = false
  }
  for (const event of ["focus", "input"]) input.addEventListener(event, bring)
  document.querySelector("label[for=__search]")?.addEventListener("pointerenter", bring)

  function hear({ data }) {
    if (data?.type === "choices") offer(data)
    if (data?.type === ANSWER) suggest(data.data)
  }

  // -- text without keys -----------------------------------------------------------------------------------------------

  for (const event of ["input", "compositionend"]) input.addEventListener(event, () => input.dispatchEvent(new Event("keyup")))

  // -- kind and role ---------------------------------------------------------------------------------------------------

  const choices = make("div", { className: "search-choices", hidden: true })
  const near = make("div", { className: "search-near" }) // always there, so that screen readers hear it change
  near.setAttribute("role", "status")
  const wrap = box.querySelector(".md-search__scrollwrap")
  wrap.prepend(choices)
  wrap.append(near)

  function offer({ kinds, roles }) {
    if (choices.childElementCount) return
    const groups = new Map()
    roles.forEach(([title, group], i) => groups.set(group, [...(groups.get(group) || []), new Option(title, i)]))
    choices.append(
      select("kind", "类别", kinds.map((title, i) => new Option(title, i))),
      select("role", "岗位", [...groups].map(([label, options]) => make("optgroup", { label }, ...options))),
    )
    choices.hidden = false
  }

  function select(name, label, options) {
    const element = make("select", { name }, new Option(`全部${label}`, ""), ...options)
    element.setAttribute("aria-label", `只看哪种${label}`)
    element.addEventListener("change", () => {
      choice[name] = element.value
      askAgain()
    })
    return element
  }

  function choose(kind, role) {
    Object.assign(choice, { kind, role })
    for (const element of choices.children) element.value = choice[element.name]
    askAgain()
  }

  input.form.addEventListener("reset", () => setTimeout(() => choose("", "")))

  // Material closes the box on Tab and takes the arrows for its list of results; in a choice both have their own work.
  box.addEventListener("keydown", event => {
    const controls = [...box.querySelectorAll(".search-choices select, .search-near :is(a, button)")]
    const inControl = controls.includes(event.target)
    const leaves = event.key === "Tab" && !event.shiftKey && event.target === controls[controls.length - 1]
    const enters = event.key === "Tab" && !event.shiftKey && controls.length && (event.target === input || event.target === wrap)
    if (enters || (inControl && event.key !== "Escape" && !leaves)) event.stopPropagation()
  })

  // -- when nothing is found -------------------------------------------------------------------------------------------

  function show(...children) {
    near.replaceChildren(...children)
  }

  function suggest({ items, nearest, elsewhere }) {
    if (items.length || !input.value.trim()) return show()
    if (elsewhere) {
      const all = make("button", { type: "button", textContent: `不限类别和岗位，看${elsewhere}个结果` })
      all.addEventListener("click", () => {
        input.focus()
        choose("", "")
      })
      return show(make("p", {}, "在选定的范围里没有。"), all)
    }
    if (!nearest.length) return show(make("p", { textContent: "换个短一点的说法，比如只写事情的名称，或者从上面选类别、岗位来找。" }))
    const links = nearest.map(({ name, title, kind, location: path }) => {
      const link = make("a", { href: new URL(path, base).href }, name)
      if (name !== title) link.append(make("small", { textContent: `　${title}` }))
      link.append(" ", make("span", { className: "search-kind", textContent: kind }))
      return make("li", {}, link)
    })
    show(make("p", { textContent: "说法相近的有：" }), make("ul", {}, ...links))
  }
})()
