// Answers what is typed into the search box. Stands in the place of Material's own worker and speaks its messages
// (0 set up, 1 ready, 2 question, 3 answer); why Chinese needs another one is told in macros/search/README.md.
// Plain script, no import, no request but for the index: it runs as a worker and, opened from disk, in an iframe.
"use strict"

const SET_UP = 0, READY = 1, QUESTION = 2, ANSWER = 3
const MOST = 40 // pages in one answer
const CLOSELY = 40 // pages that are looked at section by section
const TERM = 6 // the place of “术语” in the list of kinds
// How much a page of each kind (程序、清单、文化、表单、法规、岗位、术语、章节、说明) is likely to be meant: by its very name, by a question, by words.
const BY_NAME = [1, 1, 1, 1, 1, 0.85, 0.85, 0.9, 0.9]
const FOR_QUESTIONS = [1.15, 1, 1, 0.7, 0.8, 0.6, 0.6, 0.7, 0.8]
const FOR_WORDS = [1, 0.95, 1, 0.9, 0.9, 0.75, 0.75, 0.8, 0.8]

let index = null

// -- what is typed, and what it is compared with ---------------------------------------------------------------------

// Words that only ask; they tell little about the page that answers.
const ASKING = new RegExp(
  "怎么(?:办|样|做|搞|弄|写|填|开|算|用|走|定)?|怎样|如何|为什么|什么时候|什么|多久(?:.?1[次回])?|多长时间|多少(?:钱)?|几(?:次|天|年|个月|个人|个|点|号)|" +
    "哪(?:些|个|里|几个|天|一天)|谁|吗|呢|么|能不能|可不可以|可以|要不要|是不是|有没有|会不会|是多少|是什么|需要|应该|必须|请问|流程|" +
    "我们|我|想|要|的|了|得|会怎样|有什么|有效|包括|以内|之内|1下", "g")
const ABOUT_TIME = /多久|多长|几天|几年|几次|几个月|什么时候|哪天|期限|时限|时间|有效期|学时|几号/
const DIGITS = "零一二三四五六七八九"

/** Chinese numbers below a hundred as figures: 二十四小时 -> 24小时, so that either way of writing finds the other. */
function inFigures(text) {
  return text
    .replace(/([一二三四五六七八九])?十([一二三四五六七八九])?/g, (_, tens, ones) => (tens ? DIGITS.indexOf(tens) : 1) * 10 + (ones ? DIGITS.indexOf(ones) : 0))
    .replace(/[零一二三四五六七八九]/g, d => DIGITS.indexOf(d))
}

/** Text as it is compared: width, case and ways of writing numbers aside. */
const plain = text => inFigures(text.normalize("NFKC").toLowerCase())
/** A name or a whole question: without blanks and punctuation too. */
const bare = text => plain(text).replace(/[^\p{L}\p{N}+]/gu, "")

/** The units of a word: Chinese characters one by one, numbers and Latin words whole. */
const units = word => word.match(/\d+(?:\.\d+)?|[a-zü+]+|\p{Script=Han}/gu) || []

/** Pieces to look for -> how much each tells (1 for a pair of characters that do not only ask). */
function pieces(text) {
  const found = new Map()
  const add = (piece, weight) => found.set(piece, Math.max(weight, found.get(piece) || 0))
  for (const word of plain(text).split(/[^\p{L}\p{N}.+]+/u)) {
    const asking = new Array(word.length).fill(false)
    for (const match of word.matchAll(ASKING)) asking.fill(true, match.index, match.index + match[0].length)
    let before = null, at = 0
    const all = units(word)
    for (const unit of all) {
      at = word.indexOf(unit, at)
      const han = /\p{Script=Han}/u.test(unit)
      const asks = asking[at]
      if (!han) add(unit, /\d/.test(unit) ? 0.4 : 1)
      else if (all.length === 1) add(unit, asks ? 0.2 : 1)
      if (before && before.end === at && (han || before.han)) {
        add(before.unit + unit, asks && before.asks ? 0.15 : asks || before.asks ? 0.35 : 1)
      }
      before = { unit, han, asks, end: at + unit.length }
      at += unit.length
    }
  }
  return found
}

/** How often a piece stands in a text; a figure only as a whole: 5天 is not in 15天. */
function count(text, piece, most = 5) {
  const figureFirst = /^\d/.test(piece), figureLast = /\d$/.test(piece)
  let n = 0
  for (let at = text.indexOf(piece); at >= 0 && n < most; at = text.indexOf(piece, at + 1)) {
    if (figureFirst && /[\d.]/.test(text[at - 1] || "")) continue
    if (figureLast && /\d/.test(text[at + piece.length] || "")) continue
    n++
  }
  return n
}

// -- the index -------------------------------------------------------------------------------------------------------

/** A part of a page with an anchor of its own; made comparable when first looked at. */
class Section {
  constructor(anchor, label, facts, text = "") {
    Object.assign(this, { anchor, label, facts, text })
  }
  get head() {
    return (this.plainHead ??= plain(`${this.label}\n${this.facts}`))
  }
  get body() {
    return (this.plainBody ??= plain(this.text))
  }
}

function prepare(docs) {
  const sounds = new Map()
  for (const group of docs.sounds.split("|")) {
    const [, sound, characters] = group.match(/^([a-z]+)(.*)$/)
    for (const character of characters) sounds.set(character, sound)
  }
  const pages = docs.pages.map(([location, title, kind, weight, names, also, roles, about, sections], place) => {
    const known = [title, ...names].map(name => ({ name, bare: bare(name), lent: false }))
    known.push(...also.map(name => ({ name, bare: bare(name), lent: true })))
    const parts = sections.map(section => new Section(...section))
    return {
      place, location, title, kind, weight, roles, about, known, parts, body: "",
      titled: plain(title), named: plain([...names, ...also].join("\n")),
    }
  })
  const terms = pages.filter(page => page.kind === TERM)
  const names = pages.flatMap(page => page.known.map((known, i) => {
    const special = docs.read[known.name]
    const read = special ? special.split(" ") : syllables(known.name, sounds)
    return { ...known, page, title: !i, sounds: read, full: read.join(""), first: read.map(s => s[0]).join(""), spaced: ` ${read.join(" ")} ` }
  }))
  const heard = new Map()
  names.forEach((name, n) => {
    for (const sound of new Set(name.sounds)) heard.has(sound) ? heard.get(sound).push(n) : heard.set(sound, [n])
  })
  return withTexts({ docs, sounds, pages, terms, names, heard })
}

/** The index with what is searched in each page's text; earlier findings are forgotten. */
function withTexts(known) {
  for (const page of known.pages) {
    page.body = plain([page.about, ...page.parts.flatMap(part => [part.label, part.facts, part.text])].join("\n"))
  }
  const average = known.pages.reduce((sum, page) => sum + page.body.length, 0) / known.pages.length
  return { ...known, average, found: new Map() }
}

/** A text as syllables; what is no Chinese character stays as it is. */
function syllables(text, sounds) {
  return (text.normalize("NFKC").toLowerCase().match(/[a-zü]+|\d+|\p{Script=Han}/gu) || []).map(unit => sounds.get(unit) || unit)
}

/** Where a piece stands: per page 1 in the title, 2 in another name, and how often in the text; remembered. */
function where(piece) {
  let known = index.found.get(piece)
  if (!known) {
    const title = [], also = [], text = []
    let pages = 0
    for (const page of index.pages) {
      title.push(count(page.titled, piece, 1))
      also.push(count(page.named, piece, 1))
      text.push(count(page.body, piece))
      pages += title[page.place] || also[page.place] || text[page.place] ? 1 : 0
    }
    const all = index.pages.length
    known = { title, also, text, pages, rare: Math.log(1 + (all - pages + 0.5) / (pages + 0.5)) }
    index.found.set(piece, known)
  }
  return known
}

// -- how well a page answers to a question by one of its names ---------------------------------------------------------

/** Whether two words differ by one character at most: changed, left out or added. */
function nearly(a, b) {
  if (Math.abs(a.length - b.length) > 1) return false
  let i = 0
  while (i < a.length && a[i] === b[i]) i++
  const [x, y] = a.length === b.length ? [i + 1, i + 1] : a.length > b.length ? [i + 1, i] : [i, i + 1]
  return a.slice(x) === b.slice(y)
}

/** Whether these characters stand in a longer text in this order: 民评, 民主评议; 师带徒, 师傅带徒弟. */
function inOrder(few, many) {
  let at = -1
  for (const character of few) {
    at = many.indexOf(character, at + 1)
    if (at < 0) return false
  }
  return true
}

/** How much it tells that a name stands in a question: little for 党员, which half of the pages mention. */
function telling(name) {
  const all = [...pieces(name).keys()].map(piece => where(piece).rare)
  return Math.min(1, all.reduce((sum, rare) => sum + rare, 0) / all.length / 2)
}

/** The names that could be meant: all, for a question in letters; else those with two syllables of the question. */
function possible(ask) {
  if (ask.latin) return index.names
  const shared = new Uint8Array(index.names.length)
  const typed = new Set(ask.sounds)
  for (const sound of typed) for (const n of index.heard.get(sound) || []) shared[n]++
  const least = Math.min(2, typed.size)
  return index.names.filter((_, n) => shared[n] >= least)
}

/** How well each page goes by a name like the question: 0 to 105, 100 more for a name of its own; by place of the page. */
function named(ask, parts) {
  const best = new Float64Array(index.pages.length)
  const told = parts.reduce((sum, part) => sum + part.weight * part.rare, 0) || 1
  for (const name of possible(ask)) {
    const score = ask.latin ? bySound(ask, name) : byWriting(ask, name, parts, told)
    const place = name.page.place
    const own = score === 100 && !name.lent && name.page.kind !== TERM ? 100 : 0
    best[place] = Math.max(best[place], own + score * (name.title ? 1.05 : 1) * (name.lent ? 0.8 : 1))
  }
  return best
}

function byWriting(ask, name, parts, told) {
  const written = name.bare, core = ask.core.length
  if (written === ask.bare) return 100
  if (written === ask.core) return 60
  if (ask.bare.length > 3 && nearly(ask.bare, written)) return 50
  if (name.sounds.length > 1 && name.full === ask.sound) return 50
  let score = 0
  if (written.length > 1 && ask.bare.includes(written)) score = (14 + 26 * (written.length / core)) * telling(written)
  if (core > 1 && written.includes(ask.core)) score = Math.max(score, 12 + 26 * (core / written.length))
  if (core > 1 && core < 6 && written[0] === ask.core[0] && inOrder(ask.core, written)) score = Math.max(score, 10 + 20 * (core / written.length))
  if (written.length > 2 && written.length < ask.bare.length && inOrder(written, ask.bare)) score = Math.max(score, 8 + 24 * (written.length / core))
  let shared = 0, pairs = 0
  for (const { piece, weight, rare } of parts) {
    if (weight > 0.35 && written.includes(piece)) {
      shared += weight * rare
      pairs++
    }
  }
  if (pairs) score = Math.max(score, 36 * Math.sqrt((shared / told) * Math.min(1, pairs / Math.max(1, written.length - 1))))
  return Math.max(score, byHomophones(ask, name))
}

/** Typed in letters: the whole name, its first letters, or the beginning of either. */
function bySound(ask, name) {
  const typed = ask.latin, n = typed.length
  if (name.full === typed) return 90
  if (name.first === typed) return n > 2 ? 80 : 60
  if (n < 3) return 0
  if (name.full.startsWith(typed)) return 40 + 30 * (n / name.full.length)
  if (name.first.startsWith(typed)) return 20 + 30 * (n / name.first.length)
  if (n > 3 && name.full.includes(typed)) {
    const starts = name.sounds.some((_, i) => name.sounds.slice(i).join("").startsWith(typed))
    if (starts) return 20 + 25 * (n / name.full.length)
  }
  return name.first.includes(typed) ? 12 + 15 * (n / name.first.length) : 0
}

/** Written with characters that sound alike: 换界选举. */
function byHomophones(ask, name) {
  const typed = ask.sounds.length, own = name.sounds.length
  if (own > 2 && own < typed && ask.spaced.includes(name.spaced)) return 10 + 22 * (own / typed)
  if (typed > 2 && typed < own && name.spaced.includes(ask.spaced)) return 8 + 22 * (typed / own)
  return 0
}

// -- the answer --------------------------------------------------------------------------------------------------------

/** Pieces of a question, and of the terms that it names by another word: 政审 is looked for as 政治审查 too. */
function withTerms(text, whole) {
  const found = pieces(text)
  for (const term of index.terms) {
    const [title, ...others] = term.known
    if (whole.includes(title.bare) || !others.some(known => known.bare.length > 1 && whole.includes(known.bare))) continue
    for (const [piece, weight] of pieces(title.name)) if (!found.has(piece)) found.set(piece, 0.5 * weight)
  }
  return found
}

function analyse(question) {
  const text = question.normalize("NFKC").trim()
  const whole = bare(text)
  const latin = /^[a-z\d\s'’]+$/i.test(text) && /[a-z]{2}/i.test(text) ? text.toLowerCase().replace(/[^a-z\d]/g, "") : ""
  const core = bare(plain(text).replace(ASKING, ""))
  const sounds = syllables(text, index.sounds)
  return { text, bare: whole, core: core.length > 1 ? core : whole, latin, sounds, sound: sounds.join(""), spaced: ` ${sounds.join(" ")} `, pieces: withTerms(text, whole), asks: plain(text).search(ASKING) >= 0, time: ABOUT_TIME.test(text) }
}

const byScore = (a, b) => b.score - a.score || a.page.place - b.page.place

/** The share of a question that stands in the best of a page's sections, 0 to 1. */
function together(parts, page) {
  const total = parts.reduce((sum, part) => sum + part.weight * part.rare, 0) || 1
  let best = 0
  for (const section of page.parts) {
    let sum = 0
    for (const { piece, weight, rare } of parts) if (count(section.head, piece, 1) || count(section.body, piece, 1)) sum += weight * rare
    best = Math.max(best, sum / total)
  }
  return best
}

/** Pages that answer, best first, each with its score. */
function rank(ask, pages) {
  const parts = [...ask.pieces].map(([piece, weight]) => {
    const known = where(piece)
    // What stands nowhere is mostly the seam between two words.
    return { piece, weight: known.pages ? weight : 0.3 * weight, ...known }
  })
  const total = parts.reduce((sum, part) => sum + part.weight * part.rare, 0) || 1
  const names = named(ask, parts)
  const scored = []
  for (const page of pages) {
    let sum = 0, covered = 0
    const length = 1.2 * (0.5 + 0.5 * (page.body.length / index.average))
    for (const { weight, rare, title, also, text } of parts) {
      const t = text[page.place]
      const points = (t * 2.2) / (t + length) + 4 * title[page.place] + 3 * also[page.place]
      if (points) {
        sum += weight * rare * points
        covered += weight * rare
      }
    }
    covered /= total
    const name = names[page.place]
    // A word or two in passing answers nothing, unless the page goes by such a name.
    if (covered < 0.3 && name < 15) continue
    // Who asks how or when wants what is done step by step, not a sheet, a role or a word explained.
    const wanted = name > 75 ? BY_NAME[page.kind] : ask.asks ? FOR_QUESTIONS[page.kind] : FOR_WORDS[page.kind]
    // An own name counts in full, however old the page's regulation: nothing else was asked for.
    const own = name >= 200 ? 100 : 0
    scored.push({ page, wanted, score: own + ((10 * sum) / total * (0.4 + 0.6 * covered) + name - own) * page.weight * wanted })
  }
  scored.sort(byScore)
  // Words that stand together in one step answer better than the same words strewn over a page.
  for (const hit of scored.slice(0, CLOSELY)) hit.score += 14 * together(parts, hit.page) * hit.page.weight * hit.wanted
  scored.sort(byScore)
  const least = scored.length ? scored[0].score * 0.15 : 0
  return scored.filter(hit => hit.score >= least)
}

/** The sections of a page that answer, best first, two at most. */
function sections(ask, page) {
  const parts = [...ask.pieces].filter(([, weight]) => weight > 0.35).map(([piece, weight]) => {
    const known = where(piece)
    // What the title says already tells no section from another.
    return { piece, weight: weight * known.rare * (known.title[page.place] ? 0.3 : 1), titled: known.title[page.place] }
  })
  const total = parts.reduce((sum, part) => sum + part.weight, 0) || 1
  const allTitled = parts.every(part => part.titled)
  if (allTitled && !ask.time) return []
  const scored = []
  for (const part of page.parts) {
    if (!part.anchor || (allTitled && !part.facts)) continue
    let sum = 0
    for (const { piece, weight } of parts) sum += weight * (count(part.head, piece, 1) ? 2 : count(part.body, piece, 1) ? 1 : 0)
    // Who asks how long or how often looks for the step that says it in figures.
    const score = (sum / total) * (ask.time ? (part.facts ? 1.4 : 0.8) : 1)
    if (score >= 0.5) scored.push({ part, score })
  }
  scored.sort((a, b) => b.score - a.score)
  return scored.filter((hit, i) => i < 2 && hit.score >= 0.8 * scored[0].score)
}

const escaped = text => text.replace(/[&<>"]/g, c => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c])

/** The places in a text where what was typed stands, as [from, to], joined where they touch. */
function places(ask, text) {
  const low = text.toLowerCase(), found = []
  for (const [piece, weight] of ask.pieces) {
    if (weight <= 0.35) continue // words that only ask
    const figure = /\d/.test(piece)
    for (const written of new Set([piece, piece.replace(/\d+/g, inWords)])) {
      for (let at = low.indexOf(written); at >= 0; at = low.indexOf(written, at + 1)) {
        if (!figure || count(low.slice(Math.max(0, at - 1), at + written.length + 1), written, 1)) found.push([at, at + written.length])
      }
    }
  }
  found.sort((a, b) => a[0] - b[0])
  const joined = []
  for (const [from, to] of found) {
    const last = joined[joined.length - 1]
    if (last && from <= last[1]) last[1] = Math.max(last[1], to)
    else joined.push([from, to])
  }
  return joined
}
/** A figure below a hundred in Chinese: 25 -> 二十五. */
function inWords(figure) {
  const n = Number(figure), tens = Math.floor(n / 10), ones = n % 10
  if (!(n > 0 && n < 100)) return figure
  return (tens ? (tens > 1 ? DIGITS[tens] : "") + "十" : "") + (ones ? DIGITS[ones] : "")
}

function marked(ask, text) {
  let html = "", done = 0
  for (const [from, to] of places(ask, text)) {
    html += `${escaped(text.slice(done, from))}<mark>${escaped(text.slice(from, to))}</mark>`
    done = to
  }
  return html + escaped(text.slice(done))
}

/** The part of a text around the first place that was asked for, some 60 characters; a mistake and its mending whole. */
function teaser(ask, text) {
  const whole = text.startsWith("错：")
  const first = places(ask, text)[0]
  const from = first && first[0] > 30 && !whole ? first[0] - 20 : 0
  const to = whole ? text.length : from + 64
  return `${from ? "…" : ""}${marked(ask, text.slice(from, to))}${to < text.length ? "…" : ""}`
}

/** The longest words found in a page, which the theme marks on the page itself. */
function terms(ask, page) {
  const words = new Set(places(ask, page.title).map(([from, to]) => page.title.slice(from, to)))
  for (const part of page.parts) for (const [from, to] of places(ask, part.label)) words.add(part.label.slice(from, to))
  const long = [...words].filter(word => word.length > 1 && !/\s/.test(word)).sort((a, b) => b.length - a.length)
  return Object.fromEntries(long.slice(0, 3).map(word => [word, true]))
}

/** A page with its best sections, as the theme shows it. */
function item(ask, { page, score }, first) {
  const kind = index.docs.kinds[page.kind]
  const words = terms(ask, page)
  const exact = page.known.some((known, i) => !i && known.bare === ask.bare)
  const found = exact ? [] : sections(ask, page)
  const shown = found.map(({ part, score: s }, i) => ({
    // A place on a page of its own has its whole address.
    location: part.anchor.includes("#") ? part.anchor : `${page.location}#${part.anchor}`,
    title: `${marked(ask, part.label)}${part.facts ? ` <span class="search-facts">${marked(ask, part.facts)}</span>` : ""}`,
    text: `<p>${teaser(ask, part.text)}</p>`,
    terms: words,
    // The key Enter opens what has the highest score: the section, when it is what was asked for.
    score: score + (first && !i && s >= 0.7 ? 0.01 : 0),
  }))
  const title = `${marked(ask, page.title)} <span class="search-kind">${kind}</span>`
  const about = teaser(ask, page.about)
  const head = {
    location: page.location,
    // The theme shows no text beside a title that stands for a place in a page, as a term does.
    title: page.location.includes("#") ? `${title}<small class="search-about">${about}</small>` : title,
    text: about && `<p>${about}</p>`,
    terms: words,
    score,
  }
  return [head, ...shown]
}

/** Names like the one that was not found, of different pages: at most five. */
function nearest(ask, pages) {
  const pairs = list => new Set(list.length > 1 ? list.slice(1).map((x, i) => list[i] + x) : list)
  const like = (a, b) => {
    let n = 0
    for (const x of a) n += b.has(x) ? 1 : 0
    return (2 * n) / (a.size + b.size || 1)
  }
  const letters = pairs([...ask.sound]), characters = new Set(ask.core)
  const best = new Map()
  for (const name of index.names) {
    const likeness = Math.max(like(characters, new Set(name.bare)), 0.9 * like(letters, pairs([...name.full])))
    if (likeness > 0.2 && likeness > (best.get(name.page)?.likeness || 0)) best.set(name.page, { likeness, name: name.name, page: name.page })
  }
  const found = [...best.values()].filter(near => pages.includes(near.page))
  found.sort((a, b) => b.likeness - a.likeness || a.page.place - b.page.place)
  return found.slice(0, 5).map(({ name, page }) => ({ name, location: page.location, title: page.title, kind: index.docs.kinds[page.kind] }))
}

/** The pages left by the reader's choice of kind and role. */
function chosen({ kind = "", role = "" } = {}) {
  return index.pages.filter(page => (kind === "" || page.kind === Number(kind)) && (role === "" || page.roles.includes(Number(role))))
}

/** What is shown for a question (with a choice and no question: all that is left by it). */
function answer(question, choice) {
  const ask = analyse(question), pages = chosen(choice)
  const narrowed = pages.length < index.pages.length
  if (!ask.bare) {
    const all = narrowed ? pages.filter(page => page.kind !== TERM || choice.kind !== "") : []
    return { items: all.map(page => item(ask, { page, score: page.weight }, false)), nearest: [], elsewhere: 0 }
  }
  const hits = rank(ask, pages)
  return {
    items: hits.slice(0, MOST).map((hit, i) => item(ask, hit, !i)),
    nearest: hits.length ? [] : nearest(ask, narrowed ? index.pages : pages),
    elsewhere: hits.length || !narrowed ? 0 : rank(ask, index.pages).length,
  }
}

// -- messages ----------------------------------------------------------------------------------------------------------

let last = null // the question asked last

function begin(docs) {
  index = prepare(docs)
  postMessage({ type: "choices", kinds: docs.kinds, roles: docs.roles })
  replyAgain()
}

/** Puts the texts to the names that came first. */
function complete(texts) {
  texts.forEach(([about, ...sections], place) => {
    const page = index.pages[place]
    page.about = about
    sections.forEach((text, i) => Object.assign(page.parts[i], { text, plainBody: undefined }))
  })
  index = withTexts(index)
  replyAgain()
}

function replyAgain() {
  if (last?.data || last?.choice) reply(last)
}

function reply(message) {
  last = message
  const asked = message.data || message.choice
  if (!asked) postMessage({ type: ANSWER, data: { items: [], nearest: [], elsewhere: 0 } })
  else if (index) postMessage({ type: ANSWER, data: answer(message.data, message.choice) })
}

addEventListener("message", ({ data: message }) => {
  if (message.type === SET_UP) {
    // Opened from disk, the theme hands over the index; served, search.js does when the reader turns to the box.
    if (message.data.docs.pages) begin(message.data.docs)
    postMessage({ type: READY })
  }
  if (message.type === "names") begin(JSON.parse(message.data))
  if (message.type === "texts") complete(JSON.parse(message.data))
  if (message.type === QUESTION) reply(message)
})
