"""A small chat client with a server of its own, for the tests: other markup, Enter to send, an overlay for errors.

`python server.py PORT API KEY [BUG…]`: it asks the API with a stream and sends on what comes. Each visit starts anew.
"""

from __future__ import annotations

import json
import sys

from aiohttp import ClientError, ClientSession, ClientTimeout, web

PORT, API, KEY, *BUGS = sys.argv[1:]
FAILURES: list[int] = []
"""The statuses of the replies that this process got in the place of answers."""
GOING: set[str] = set()
"""The questions that this process is answering."""
WORN = 3
"""So many of them are too many for a process that wears."""
# What the bug "spills" lets out: no file of a report may have any of it.
SPILT = {
    "cookie": "kGq81-wTzQ4c9VbXuJ",
    "bearer": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.dGhpcy1pcy1zaWduZWQ",
    "key": "sk-proj-W7b2Qm9ZrT4xVn8LkD3f",
    "password": "corr3ct-h0rse",
    "token": "9f8e7d6c5b4a39281706",
    "header": "sk-ant-api03-Pq5Yt2Nw8Rz6Hc4J",
    "page": "sk-live_51Hq3Zt8Vn2Kx7Rb",
}
PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Talk</title>
<style>#veil {position: fixed; right: 0; top: 45%; width: 30%; background: #0009; display: grid; place-items: center}
#veil[hidden] {display: none} #veil p {background: #fff; padding: 2rem}</style>
<main class="talk"><h1>Talk</h1><ol id="log" aria-live="polite"></ol>
<p class="typing" hidden>…</p>
<input class="line" aria-label="Your words" autofocus>
<div class="told" role="alert"><div id="veil" hidden>
<p><b class="trouble"></b> <button class="again">Send again</button> <button class="ok">Close</button></p>
</div></div></main>
<script>
const $ = (selector) => document.querySelector(selector), turns = [], has = (bug) => BUGS.includes(bug);
const LOST = "The line is broken.";
let most = "";
const part = (within, tag, name) =>
  within.appendChild(Object.assign(document.createElement(tag), {className: name}));
const NAMES = {me: "You", them: "Assistant"};
const line = (who) => {
  const turn = part($("#log"), "li", who);
  turn.setAttribute("aria-label", NAMES[who]);
  return part(turn, "span", "words");
};
const wait = (seconds) => new Promise((done) => setTimeout(done, 1000 * seconds));
const hide = () => $("#veil").hidden = true;
$(".ok").onclick = hide;
if (has("configures")) fetch("settings").then((reply) => reply.json());
if (has("unannounced")) $(".told").removeAttribute("role");
if (has("mumbles")) $("#log").removeAttribute("aria-live");
if (has("pale")) $(".trouble").style.color = "#fff";
if (has("covers")) Object.assign($("#veil").style, {inset: 0, width: "auto"});
const fails = async (why, mine, answer) => {
  if (has("late")) await wait(5);
  if (has("shortens")) most = "5";
  $(".typing").hidden = true;
  if (has("throws")) queueMicrotask(() => null.words);
  if (has("wrong")) why = "No answer (500).";
  if (has("tells")) why += " " + mine.textContent;
  const note = answer ? " (broke off)" : has("arrives") ? " ✓ Delivered" : " (not sent)";
  if (!has("unmarked")) part((answer ?? mine).parentElement, "small", "note").textContent = note;
  if (has("drops")) answer?.parentElement.remove();
  if (has("forgets")) $("#log").replaceChildren();
  if (has("reverses")) $("#log").append(...[...$("#log").children].reverse());
  if (has("blurs")) $(".line").blur();
  if (has("stuck")) $(".line").disabled = $(".again").disabled = true;
  if (has("silent")) return;
  $(".again").onclick = () => {
    for (const one of [mine, answer]) one?.parentElement.remove();
    if (!has("retells")) turns.splice(-2);
    $(".line").focus();
    send(mine.textContent);
  };
  $(".trouble").textContent = why;
  $("#veil").hidden = false;
  if (has("passing")) setTimeout(hide, 4000);
  if (has("fades")) $("#veil").animate({opacity: [1, 0]}, {duration: 20000, fill: "forwards"});
};
$(".line").onkeydown = (event) => {
  const words = $(".line").value.trim();
  if (event.key !== "Enter" || !words) return;
  $(".line").value = "";
  send(words);
};
const send = async (words) => {
  if (!has("keeps")) hide();
  const mine = line("me");
  mine.textContent = words;
  turns.push({role: "user", content: words});
  $(".typing").hidden = false;
  let said = "", answer = null, failed = "";
  const stop = new AbortController();
  const ask = {method: "POST", body: JSON.stringify(turns), headers: {"X-Most": most}, signal: stop.signal};
  let patience = setTimeout(() => stop.abort(), 30000);
  try {
    if (has("twice")) fetch("talk", ask);
    const reply = await fetch(has("addresses") ? `talk?${encodeURIComponent(words)}` : "talk", ask);
    if (!reply.ok) throw new Error(await reply.text());
    const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const {done, value} = await reader.read();
      if (done) break;
      clearTimeout(patience);
      patience = setTimeout(() => stop.abort(), 30000);
      said += value;
      answer ??= line("them");
      answer.textContent = said.replace("\\u0000", "");
    }
    if (!said.endsWith("\\u0000")) failed = "The answer broke off.";
  } catch (error) { failed = error.message.startsWith("No answer") ? error.message : LOST; }
  clearTimeout(patience);
  said = said.replace("\\u0000", "");
  if (failed) await fails(failed, mine, answer);
  else if (has("doubles")) line("them").textContent = said;
  $(".typing").hidden = true;
  turns.push({role: "assistant", content: said});
};
</script></html>"""


def spilt(status: int) -> web.Response:
    """An error as a careless upstream makes one: its own secrets in the headers, in JSON and in HTML."""
    said = json.dumps({one: SPILT[one] for one in ("password", "token")} | {"api_key": SPILT["key"]})
    told = f"<!-- {SPILT['page']} --><b>Authorization: Bearer {SPILT['bearer']}</b>"
    headers = {"Set-Cookie": f"session={SPILT['cookie']}; Path=/", "X-Api-Key": SPILT["header"]}
    return web.Response(status=502, text=f"No answer ({status}). {said} {told}", headers=headers)


async def page(_request: web.Request) -> web.Response:
    text = PAGE.replace("BUGS", json.dumps(BUGS))
    text = text.replace("<main", f"<!-- {KEY} --><main") if "embeds" in BUGS else text
    headers = {"X-Upstream-Key": KEY} if "hands" in BUGS else None
    return web.Response(text=text, content_type="text/html", headers=headers)


async def settings(_request: web.Request) -> web.Response:
    return web.json_response({"model": "fake-1", "key": KEY})


def worn(failures: int) -> bool:
    """Whether a process that can't stand failures has met too many of them."""
    return "wears" in BUGS and failures >= WORN


async def talk(request: web.Request) -> web.StreamResponse:
    """The answer as plain text as it comes, with a NUL after its end; an error's status and its words before it."""
    turns = [turn for turn in json.loads(await request.text()) if turn["content"]]
    asked = {"model": "fake-1", "messages": turns, "stream": True}
    if most := request.headers.get("X-Most"):
        asked["max_tokens"] = int(most)
    headers, reply = {"Authorization": f"Bearer {KEY}"}, web.StreamResponse()
    words = turns[-1]["content"]
    if "guards" in BUGS and words in GOING:
        return web.Response(status=409, text="No answer (409).")
    GOING.add(words)
    if worn(len(FAILURES)):
        return web.Response(status=502, text="No answer.")
    try:
        async with (
            ClientSession(timeout=ClientTimeout(sock_read=25)) as session,
            session.post(f"{API}/chat/completions", json=asked, headers=headers) as answer,
        ):
            if answer.status != 200:
                FAILURES.append(answer.status)
                if "logs" in BUGS:
                    print("refused", answer.status, headers, file=sys.stderr, flush=True)
            if answer.status != 200 and "spills" in BUGS:
                return spilt(answer.status)
            if answer.status != 200:
                said = "<html>" + await answer.text() if "raw" in BUGS else ""
                return web.Response(status=502, text=f"No answer ({answer.status}). {said}".strip())
            await reply.prepare(request)
            whole, held = False, []
            async for event in answer.content:
                data = event.decode().removeprefix("data:").strip()
                whole = whole or data == "[DONE]" or "truncates" in BUGS
                if data.startswith("{") and (choices := json.loads(data).get("choices")):
                    held.append((choices[0]["delta"].get("content") or "").encode())
                    while held and "withholds" not in BUGS:
                        await reply.write(held.pop())
            if whole:
                await reply.write(b"".join(held) + b"\x00")
                GOING.discard(words)
    except (ClientError, TimeoutError):
        if not reply.prepared:
            return web.Response(status=502, text="No answer.")
    await reply.write_eof()
    return reply


app = web.Application()
app.add_routes([web.get("/", page), web.get("/settings", settings), web.post("/talk", talk)])
web.run_app(app, host="127.0.0.1", port=int(PORT), print=None)
