// Keeps the whole handbook on the device after the first visit. Files carry the hash of their bytes: a new edition fetches
// only what has changed, and takes over when the reader says so or has closed every page.
const EDITION = "{edition}"
const FILES = {files}
const STORE = "handbook"
const AT_ONCE = 6

const scope = new URL(self.registration.scope)
const key = path => new URL(`${path}?${FILES[path]}`, scope).href

/** The file behind an address, "" where the handbook has none. */
const file = url => {
  let path = decodeURIComponent(url.pathname.slice(scope.pathname.length))
  if (path === "" || path.endsWith("/")) path += "index.html"
  return Object.hasOwn(FILES, path) ? path : ""
}

const keep = async () => {
  const store = await caches.open(STORE)
  const kept = new Set((await store.keys()).map(request => request.url))
  const missing = Object.keys(FILES).filter(path => !kept.has(key(path)))
  const next = async () => {
    for (let path = missing.shift(); path !== undefined; path = missing.shift()) {
      const answer = await fetch(new URL(path, scope), { cache: "no-cache" })
      if (!answer.ok) throw new Error(`${path}: ${answer.status}`)
      await store.put(key(path), answer)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, next))
}

const tidy = async () => {
  const store = await caches.open(STORE)
  const wanted = new Set(Object.keys(FILES).map(key))
  for (const request of await store.keys()) if (!wanted.has(request.url)) await store.delete(request)
  await self.clients.claim()
}

const answer = async (request, path) => {
  const store = await caches.open(STORE)
  const kept = path && (await store.match(key(path)))
  if (kept) return kept
  try {
    return await fetch(request)
  } catch (error) {
    const page = request.mode === "navigate" && (await store.match(key("404.html")))
    if (page) return page
    throw error
  }
}

self.addEventListener("install", event => event.waitUntil(keep()))
self.addEventListener("activate", event => event.waitUntil(tidy()))
self.addEventListener("fetch", event => {
  const url = new URL(event.request.url)
  if (event.request.method !== "GET" || url.origin !== scope.origin || !url.pathname.startsWith(scope.pathname)) return
  const path = file(url)
  if (path || event.request.mode === "navigate") event.respondWith(answer(event.request, path))
})
self.addEventListener("message", event => {
  if (event.data === "edition") event.ports[0].postMessage(EDITION)
  if (event.data === "take over") self.skipWaiting()
})
