"""A small chat client with a server of its own, for the tests: other markup, Enter to send, an overlay for errors.

`python server.py PORT API KEY [BUG…]`: it asks the API with a stream and sends on what comes. Each visit starts anew.
"""

from __future__ import annotations

import json
import sys

from aiohttp import ClientError, ClientSession, ClientTimeout, web

PORT, API, KEY, *BUGS = sys.argv[1:]
PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Talk</title>
<style>#veil {position: fixed; right: 0; top: 45%; width: 30%; background: #0009; display: grid; place-items: center}
#veil[hidden] {display: none} #veil p {background: #fff; padding: 2rem}</style>
<main class="talk"><h1>Talk</h1><ol id="log"></ol>
<p class="typing" hidden>…</p>
<input class="line" aria-label="Your words" autofocus>
<div role="alert"><div id="veil" hidden><p><b class="trouble"></b> <button class="ok">Close</button></p></div></div></main>
<script>
const $ = (selector) => document.querySelector(selector), turns = [];
const part = (within, tag, name) =>
  within.appendChild(Object.assign(document.createElement(tag), {className: name}));
const line = (who) => part(part($("#log"), "li", who), "span", "words");
$(".ok").onclick = () => $("#veil").hidden = true;
$(".line").onkeydown = async (event) => {
  const words = $(".line").value.trim();
  if (event.key !== "Enter" || !words) return;
  $("#veil").hidden = true;
  const mine = line("me");
  mine.textContent = words;
  turns.push({role: "user", content: words});
  $(".line").value = "";
  $(".typing").hidden = false;
  let said = "", answer = null, failed = "";
  try {
    const reply = await fetch("talk", {method: "POST", body: JSON.stringify(turns)});
    if (!reply.ok) throw new Error(await reply.text());
    const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const {done, value} = await reader.read();
      if (done) break;
      said += value;
      answer ??= line("them");
      answer.textContent = said.replace("\\u0000", "");
    }
    if (!said.endsWith("\\u0000")) failed = "The answer broke off.";
  } catch (error) { failed = error.message.startsWith("No answer") ? error.message : "The line is broken."; }
  said = said.replace("\\u0000", "");
  $(".typing").hidden = true;
  if (failed) part((answer ?? mine).parentElement, "small", "note").textContent = answer ? " (broke off)" : " (not sent)";
  if (failed && !BUGS.includes("silent")) { $(".trouble").textContent = failed; $("#veil").hidden = false; }
  if (failed && BUGS.includes("stuck")) $(".line").disabled = true;
  turns.push({role: "assistant", content: said});
};
</script></html>"""


async def page(_request: web.Request) -> web.Response:
    text = PAGE.replace("BUGS", json.dumps(BUGS))
    return web.Response(text=text, content_type="text/html")


async def talk(request: web.Request) -> web.StreamResponse:
    """The answer as plain text as it comes, with a NUL after its end; an error's status and its words before it."""
    turns = [turn for turn in json.loads(await request.text()) if turn["content"]]
    asked = {"model": "fake-1", "messages": turns, "stream": True}
    headers, reply = {"Authorization": f"Bearer {KEY}"}, web.StreamResponse()
    try:
        async with (
            ClientSession(timeout=ClientTimeout(sock_read=25)) as session,
            session.post(f"{API}/chat/completions", json=asked, headers=headers) as answer,
        ):
            if answer.status != 200:
                said = "<html>" + await answer.text() if "raw" in BUGS else ""
                return web.Response(status=502, text=f"No answer ({answer.status}). {said}".strip())
            await reply.prepare(request)
            whole = False
            async for event in answer.content:
                data = event.decode().removeprefix("data:").strip()
                whole = whole or data == "[DONE]" or "truncates" in BUGS
                if data.startswith("{") and (choices := json.loads(data).get("choices")):
                    await reply.write((choices[0]["delta"].get("content") or "").encode())
            if whole:
                await reply.write(b"\x00")
    except (ClientError, TimeoutError):
        if not reply.prepared:
            return web.Response(status=502, text="No answer.")
    await reply.write_eof()
    return reply


app = web.Application()
app.add_routes([web.get("/", page), web.post("/talk", talk)])
web.run_app(app, host="127.0.0.1", port=int(PORT), print=None)
