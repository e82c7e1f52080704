// The code on a printed page leads here with ?edition=2026.1: the answer for that edition is put at the top of the page.
// It is the row of the table that stands below anyway; nothing is asked of any server.
const check = document.getElementById("edition-check")
const held = new URLSearchParams(location.search).get("edition")

if (check && held !== null) {
  const answer = document.createElement("div")
  answer.className = "edition-answer only-screen"
  answer.setAttribute("role", "status")
  const rows = [...check.querySelectorAll("[data-edition]")]
  const row = rows.find(r => r.dataset.edition === held.trim())
  if (row) {
    const cell = row.querySelector("[data-state]")
    answer.dataset.state = cell.dataset.state
    answer.append(...[...cell.cloneNode(true).childNodes])
  } else {
    answer.dataset.state = "不认识"
    const text = document.createElement("p")
    text.textContent = unknown(held.trim().slice(0, 20), check.dataset.current, rows.map(r => r.dataset.edition))
    answer.append(text)
  }
  const heading = document.querySelector(".md-content h1")
  heading ? heading.after(answer) : check.before(answer)
}

function unknown(edition, current, known) {
  const number = text => /^\d{4}\.\d{1,2}$/.test(text) ? text.split(".").map(Number) : null
  const [mine, here] = [number(edition), number(current)]
  const listed = `出过的版次有：${known.join("、")}。`
  if (!mine) return `“${edition}”不是版次。版次印在纸上的页脚，像 ${current} 这样。${listed}以本页为准。`
  const newer = here && (mine[0] - here[0] || mine[1] - here[1]) > 0
  if (newer) return `您手中是${edition}版，比这个网站的${current}版新。请找新的网站核对；在这以前以手中的为准。`
  return `没有出过${edition}版，请再看一眼纸上的页脚。${listed}以本页为准。`
}
