// What the pages can do beyond plain HTML. Every page is complete without it; what it remembers stays on this device.
;(() => {
  "use strict"
  const base = new URL("../../", document.currentScript.src)
  const all = (selector, root = document) => [...root.querySelectorAll(selector)]

  /** One element: attributes, then children (text or elements). */
  const make = (name, given = {}, ...children) => {
    const element = document.createElement(name)
    for (const [key, value] of Object.entries(given)) {
      if (key === "onclick" || key === "onchange") element[key] = value
      else element.setAttribute(key, value)
    }
    element.append(...children)
    return element
  }

  // -- Memory: one entry a purpose, kept apart from other sites below the same host --------------------------------
  const name = purpose => `handbook:${base.pathname}:${purpose}`
  const recall = (purpose, otherwise) => {
    try {
      return JSON.parse(localStorage.getItem(name(purpose))) ?? otherwise
    } catch {
      return otherwise
    }
  }
  const remember = (purpose, value) => {
    try {
      if (value === null) localStorage.removeItem(name(purpose))
      else localStorage.setItem(name(purpose), JSON.stringify(value))
      return true
    } catch {
      return false // private windows and full disks: the page works on, it only forgets
    }
  }

  // -- Search from the home page -----------------------------------------------------------------------------------
  const openSearch = () => {
    const toggle = document.querySelector("[data-md-toggle=search]")
    if (toggle && !toggle.checked) toggle.click()
    document.querySelector(".md-search__input")?.focus()
  }
  const start = document.querySelector("[data-start]")
  if (start) start.append(make("button", { type: "button", class: "find", onclick: openSearch }, "搜索：党费、转正、换届……"))

  // -- My role -----------------------------------------------------------------------------------------------------
  const role = document.querySelector("[data-role]")
  const drawPin = () => {
    const mine = recall("role", null)
    if (start) {
      document.querySelector(".mine")?.remove()
      if (mine) {
        const link = make("a", { href: new URL(mine.href, base).href }, `我是${mine.title}`)
        const forget = make("button", { type: "button", class: "plain", onclick: () => remember("role", null) && drawPin() }, "不再显示")
        start.prepend(make("div", { class: "mine" }, link, make("span", {}, "打开我的职责、步骤和清单"), forget))
      }
    }
    if (role) {
      const pinned = mine?.id === role.dataset.role
      const page = { id: role.dataset.role, title: role.dataset.title, href: location.href.split(/[?#]/)[0].slice(base.href.length) }
      const click = () => remember("role", pinned ? null : page) && drawPin()
      const button = make("button", { type: "button", class: "pin", "aria-pressed": pinned, onclick: click }, pinned ? "★ 已设为我的岗位" : "☆ 设为我的岗位")
      const again = document.activeElement === role.querySelector(".pin")
      role.replaceChildren(button, make("span", {}, pinned ? "首页最前面会显示它。只保存在本机。" : "以后首页最前面就是它。只保存在本机。"))
      if (again) button.focus()
    }
  }
  drawPin()

  // -- The year: which month it is -----------------------------------------------------------------------------------
  const month = document.querySelector(`.parts > #month-${new Date().getMonth() + 1}`)
  if (month) {
    month.classList.add("now")
    month.querySelector("a").append("（本月）")
  }

  // -- Ticks: dates by duty; one counts while its period lasts -------------------------------------------------------
  const iso = day => `${day.getFullYear()}-${String(day.getMonth() + 1).padStart(2, "0")}-${String(day.getDate()).padStart(2, "0")}`
  const said = text => {
    const [year, month, day] = text.split("-").map(Number)
    return `${year === new Date().getFullYear() ? "" : `${year}年`}${month}月${day}日`
  }
  /** The period a date (YYYY-MM-DD) lies in; "" where nothing resets by itself. */
  const period = (text, every) => {
    const [year, month, day] = text.split("-").map(Number)
    switch (every) {
      case "日": return text
      case "周": return iso(new Date(year, month - 1, day - ((new Date(year, month - 1, day).getDay() + 6) % 7)))
      case "月": return `${year}-${month}`
      case "季度": return `${year} ${Math.ceil(month / 3)}`
      case "半年": return `${year} ${Math.ceil(month / 6)}`
      case "年": return `${year}`
      default: return ""
    }
  }
  const WORDS = { 日: "今天", 周: "本周", 月: "本月", 季度: "本季度", 半年: "本半年", 年: "今年" }
  const KEPT = 24
  const ticks = all("[data-tick]")
  const drawTick = item => {
    const { tick: key, every = "" } = item.dataset
    const times = Number(item.dataset.times ?? 1)
    const dates = recall("ticks", {})[key] ?? []
    const now = period(iso(new Date()), every)
    const current = dates.filter(date => period(date, every) === now)
    const before = dates.filter(date => period(date, every) !== now).at(-1)
    const save = next => {
      const kept = recall("ticks", {})
      if (next.length) kept[key] = next.slice(-KEPT)
      else delete kept[key]
      if (!remember("ticks", kept)) alert("这个浏览器不让网页保存内容，勾选记不住。请打印出来勾。")
      ticks.filter(other => other.dataset.tick === key).forEach(drawTick)
    }
    all("input", item.boxes).forEach((box, i) => {
      box.checked = i < current.length
      box.onchange = () => {
        if (box.checked) save([...dates, iso(new Date())].sort())
        else save(dates.filter((_, n) => n !== dates.lastIndexOf(current[i])))
      }
    })
    const done = current.length ? `${WORDS[every] ?? ""}已勾：${current.map(said).join("、")}` : ""
    const rest = !current.length && before ? `上次：${said(before)}` : ""
    item.note.textContent = done || rest
    item.classList.toggle("done", current.length >= times)
  }
  for (const item of ticks) {
    const place = item.querySelector(".tick")
    const title = item.querySelector(".duty-title, .what") ?? item
    title.id ||= `tick-${item.id || ticks.indexOf(item)}`
    const times = Number(item.dataset.times ?? 1)
    item.boxes = make("span", { class: "tick-boxes" })
    for (let n = 1; n <= times; n++) {
      const box = make("input", { type: "checkbox", "aria-labelledby": title.id, autocomplete: "off" })
      if (times > 1) {
        box.removeAttribute("aria-labelledby")
        box.setAttribute("aria-label", `${title.textContent.trim()}，第${n}次`)
      }
      item.boxes.append(make("label", { class: "tick-box" }, box))
    }
    item.note = make("span", { class: "tick-date", "aria-live": "polite" })
    place.replaceWith(item.boxes)
    title.append(item.note)
    item.classList.add("tickable")
    if (times > 1) item.classList.add("several")
    drawTick(item)
  }
  const about = document.querySelector("[data-ticks]")
  if (about && ticks.length) {
    const clear = () => {
      if (!confirm("清空本页的全部勾选？别的页面不受影响。")) return
      const kept = recall("ticks", {})
      for (const item of ticks) delete kept[item.dataset.tick]
      remember("ticks", kept)
      ticks.forEach(drawTick)
    }
    about.replaceChildren(
      make("p", {}, make("b", {}, "只保存在本机"), "　勾选和日期记在这台设备的浏览器里，不传给任何人；换设备、清浏览器数据就没有了。按周期办的，到下一个周期自动变回没勾。"),
      make("p", {}, make("button", { type: "button", onclick: () => print() }, "打印本页"), make("button", { type: "button", onclick: clear }, "清空本页的勾")),
    )
  }
  document.addEventListener("visibilitychange", () => document.hidden || ticks.forEach(drawTick))

  // -- The journey: where am I, what next, what must be there by now --------------------------------------------------
  for (const journey of all(".journey")) {
    const rows = all("tr[data-no]", journey)
    const places = recall("journey", {})
    const words = row => row.querySelector("th a").textContent
    const choose = make("select", { id: `${journey.id}-at` }, make("option", { value: "" }, "还没有选"))
    for (const row of rows) choose.append(make("option", { value: row.id.slice(3) }, words(row)))
    const answer = make("div", { class: "where-answer", "aria-live": "polite" })
    const list = links => make("ul", {}, ...links.map(link => make("li", {}, link.cloneNode(true))))
    const draw = () => {
      const at = rows.findIndex(row => row.id === `at-${choose.value}`)
      rows.forEach((row, i) => {
        row.classList.toggle("past", i < at)
        row.classList.toggle("here", i === at)
        if (i === at) row.setAttribute("aria-current", "step")
        else row.removeAttribute("aria-current")
      })
      answer.replaceChildren()
      if (at < 0) return
      const row = rows[at]
      const next = journey.querySelector(`[id="${row.cells[3].querySelector("a")?.hash.slice(1) ?? ""}"]`)
      const had = rows.slice(0, at).flatMap(other => all(".fresh a", other))
      const fresh = all(".fresh a", row)
      const step = (title, from) => {
        const part = make("div", {}, make("h3", {}, title))
        if (from) part.append(make("p", {}, from.querySelector("th a").cloneNode(true)), make("p", { class: "by" }, "谁来做：", ...[...from.cells[1].cloneNode(true).childNodes]))
        else part.append(make("p", {}, "没有了，这是最后一步。"))
        const limits = from?.querySelector(".limits")
        if (limits) part.append(limits.cloneNode(true))
        return part
      }
      answer.append(step("我在这一步", row), step("下一步", next))
      const file = make("div", { class: "file" }, make("h3", {}, `到现在应有的记录（${had.length}种）`))
      file.append(had.length ? list(had) : make("p", {}, "还没有。"))
      if (fresh.length) file.append(make("p", {}, "办完这一步，再添："), list(fresh))
      answer.append(file)
    }
    choose.onchange = () => {
      remember("journey", { ...recall("journey", {}), [journey.id]: choose.value })
      draw()
    }
    choose.value = places[journey.id] ?? ""
    if (choose.selectedIndex < 0) choose.value = "" // the step is no longer in this edition
    const label = make("label", { for: choose.id }, "我现在办到")
    journey.prepend(make("section", { class: "where", "aria-label": "我在哪一步" }, make("p", {}, label, choose, make("span", {}, "只保存在本机")), answer))
    draw()
  }

  // -- Terms: explained on hover, focus and tap; the meanings are loaded when first asked for --------------------------
  const terms = all("a.term")
  if (terms.length) {
    const tip = make("div", { class: "tip", id: "tip", role: "tooltip", hidden: "" })
    document.body.append(tip)
    let shown = null
    let waiting = 0
    const meanings = () =>
      (meanings.loading ??= new Promise((resolve, reject) => {
        const script = make("script", { src: new URL("assets/javascripts/terms.js", base).href })
        script.onload = () => resolve(window.handbookTerms)
        script.onerror = reject
        document.head.append(script)
      }))
    const hide = () => {
      clearTimeout(waiting)
      shown?.removeAttribute("aria-describedby")
      shown = null
      tip.hidden = true
    }
    const show = async term => {
      clearTimeout(waiting)
      if (shown === term) return
      hide()
      shown = term
      const known = await meanings().catch(() => null)
      const text = known?.[term.hash.replace("#term-", "")]
      if (shown !== term || !text) return
      tip.textContent = text
      tip.hidden = false
      term.setAttribute("aria-describedby", "tip")
      const box = term.getClientRects()[0]
      const width = document.documentElement.clientWidth
      tip.style.left = `${Math.max(8, Math.min(box.left, width - tip.offsetWidth - 8)) + scrollX}px`
      const above = box.top - tip.offsetHeight - 6
      tip.style.top = `${(above > 60 ? above : box.bottom + 6) + scrollY}px`
    }
    const later = () => {
      clearTimeout(waiting)
      waiting = setTimeout(hide, 250) // long enough to move the pointer onto the explanation
    }
    let touched = false
    for (const term of terms) {
      term.addEventListener("pointerenter", event => event.pointerType === "mouse" && show(term))
      term.addEventListener("pointerleave", event => event.pointerType === "mouse" && later())
      term.addEventListener("pointerdown", event => (touched = event.pointerType !== "mouse"))
      term.addEventListener("focus", () => touched || show(term))
      term.addEventListener("blur", hide)
      term.addEventListener("click", event => {
        if (!touched || shown === term) return // a second tap, a click or Enter opens the list of terms
        event.preventDefault()
        show(term)
      })
    }
    tip.addEventListener("pointerenter", () => clearTimeout(waiting))
    tip.addEventListener("pointerleave", later)
    document.addEventListener("keydown", event => {
      touched = false
      if (event.key === "Escape") hide()
    })
    document.addEventListener("pointerdown", event => event.target.closest(".term, .tip") || hide())
  }

  // -- Without internet, and new editions ----------------------------------------------------------------------------
  if (document.querySelector("link[rel=manifest]") && "serviceWorker" in navigator) {
    const tell = worker => {
      const channel = new MessageChannel()
      channel.port1.onmessage = ({ data: edition }) => {
        const take = () => worker.postMessage("take over")
        const bar = make("div", { class: "fresh-edition", role: "status" })
        document.body.append(bar)
        bar.append(
          make("span", {}, `手册有新内容了（${edition}版）。`),
          make("button", { type: "button", onclick: take }, "现在就换"),
          make("button", { type: "button", onclick: () => bar.remove() }, "以后再说"),
        )
      }
      worker.postMessage("edition", [channel.port2])
    }
    const service = navigator.serviceWorker
    const had = Boolean(service.controller)
    service.addEventListener("controllerchange", () => had && location.reload())
    // A first visit is for reading: fetching the rest of the handbook waits until the page has come to rest.
    const register = async () => {
      const registration = await service.register(new URL("sw.js", base), { scope: base.pathname }).catch(() => null)
      if (!registration || !had) return
      const watch = worker => worker?.addEventListener("statechange", () => worker.state === "installed" && tell(worker))
      if (registration.waiting) tell(registration.waiting)
      watch(registration.installing)
      registration.addEventListener("updatefound", () => watch(registration.installing))
    }
    addEventListener("load", () => setTimeout(register, had ? 0 : 3000))
  }
})()
