// The index holds one word per Chinese character. Material's search drops the last character of a run of them ("队旗" is
// looked up as "队"); a space after each keeps them all.
const send = Worker.prototype.postMessage
Worker.prototype.postMessage = function (message, ...rest) {
  const query = message?.type === 2 && typeof message.data === "string"
  return send.call(this, query ? { ...message, data: message.data.replace(/\p{sc=Han}/gu, "$& ") } : message, ...rest)
}
