#!/usr/bin/env python3
"""Looks at a page in headless Chromium and tells as JSON what is to be seen.

chromium-page.py CHROMIUM PAGE PICTURES [WORD]: for each width and colour scheme what overflows, which
texts are small or pale, and what the console says; what the filter finds for WORD. The pictures go
into the folder PICTURES. DevTools are spoken to through two pipes: no port, no network.
"""
import base64, json, os, subprocess, sys, tempfile, time

MEASURE = r"""
(() => {
  const wide = document.documentElement.clientWidth, found = { over: [], small: [], pale: [] };
  const channel = v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const light = c => 0.2126 * channel(c[0]) + 0.7152 * channel(c[1]) + 0.0722 * channel(c[2]);
  const rgba = text => { const n = text.match(/[\d.]+/g).map(Number); return n.length < 4 ? [...n, 1] : n; };
  const ground = node => {
    for (; node; node = node.parentElement) {
      const colour = rgba(getComputedStyle(node).backgroundColor);
      if (colour[3] > 0) return colour;
    }
    return [255, 255, 255, 1];
  };
  const ratio = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
  const label = node => node.tagName + "." + (node.getAttribute("class") || "") + ": " + node.textContent.slice(0, 40);
  let texts = 0;
  for (const node of document.querySelectorAll("body *")) {
    if (!node.checkVisibility() || node.closest(".unseen")) continue;
    const box = node.getBoundingClientRect();
    if (box.width && box.right > wide + 0.5 && found.over.length < 5) found.over.push(label(node));
    const style = getComputedStyle(node);
    if (node.matches("path.dot:not(.hole)") && ratio(rgba(style.stroke), ground(node)) < 3)
      found.pale.push(label(node));
    if (![...node.childNodes].some(child => child.nodeType === 3 && child.data.trim())) continue;
    texts += 1;
    if (parseFloat(style.fontSize) < 12 && found.small.length < 5) found.small.push(label(node));
    if (ratio(rgba(style.color), ground(node)) < 4.5 && found.pale.length < 5) found.pale.push(label(node));
  }
  const labels = [...document.querySelectorAll(".axis")].filter(axis => axis.checkVisibility());
  let crossing = 0;
  for (const axis of labels) {
    const boxes = [...axis.querySelectorAll("i")].map(i => i.getBoundingClientRect());
    boxes.sort((a, b) => a.left - b.left);
    boxes.forEach((box, n) => { if (n && box.left < boxes[n - 1].right) crossing += 1; });
  }
  return { ...found, crossing, texts, overflow: document.documentElement.scrollWidth - wide,
    rows: document.querySelectorAll(".rows tbody tr:not(.a)").length, marks: document.querySelectorAll("path.dot").length };
})()
"""
FILTER = r"""
new Promise(done => {
  const form = document.getElementById("filter"), start = performance.now();
  form.elements.text.value = WORD;
  form.dispatchEvent(new Event("input", { bubbles: true }));
  setTimeout(() => requestAnimationFrame(() => {
    const rows = [...document.querySelectorAll(".rows tbody tr:not(.a)")];
    const shown = rows.filter(row => !row.hidden && !row.closest(".group").hidden && !row.closest(".job").hidden);
    done({ shown: shown.length, said: form.querySelector("output").textContent,
      milliseconds: Math.round(performance.now() - start - 80) });
  }), 80);
})
"""


class Browser:
    def __init__(self, program, profile):
        down, self.down = os.pipe()
        self.up, up = os.pipe()
        # Chromium reads from descriptor 3 and writes to 4.
        script = f"exec 3<&{down} 4>&{up}; exec \"$@\""
        self.child = subprocess.Popen(
            ["bash", "-c", script, "bash", program, "--headless=new", "--remote-debugging-pipe",
             "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
             "--disable-background-networking", "--disable-component-update", "--disable-sync",
             "--hide-scrollbars", f"--user-data-dir={profile}", "about:blank"],
            pass_fds=(down, up), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        os.close(down), os.close(up)
        self.number, self.buffer, self.events, self.session = 0, b"", [], None

    def receive(self):
        while b"\0" not in self.buffer:
            part = os.read(self.up, 1 << 16)
            if not part:
                raise SystemExit("the browser ended")
            self.buffer += part
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    def call(self, method, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.down, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.receive()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise SystemExit(f"{method}: {answer['error']}")
                return answer["result"]
            self.events.append(answer)

    def wait(self, event):
        while True:
            for position, seen in enumerate(self.events):
                if seen.get("method") == event:
                    del self.events[position]
                    return
            self.events.append(self.receive())

    def evaluate(self, text):
        answer = self.call("Runtime.evaluate", expression=text, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise SystemExit(str(answer["exceptionDetails"]))
        return answer["result"].get("value")

    def complaints(self):
        found = []
        for event in self.events:
            method, what = event.get("method"), event.get("params", {})
            if method == "Runtime.exceptionThrown":
                found.append(what["exceptionDetails"].get("text", ""))
            elif method == "Runtime.consoleAPICalled":
                found.append(f"console: {what['type']}")
            elif method == "Log.entryAdded":
                found.append(what["entry"]["text"])
            elif method == "Network.requestWillBeSent":
                url = what["request"]["url"]
                if not url.startswith("data:") and what.get("type") != "Document":
                    found.append(f"request: {url}")
        return found


def look(browser, page, pictures, word):
    target = browser.call("Target.createTarget", url="about:blank")["targetId"]
    browser.session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
    for domain in ["Page", "Runtime", "Log", "Network"]:
        browser.call(f"{domain}.enable")
    views = []
    for width in [380, 1400]:
        for scheme in ["light", "dark"]:
            browser.call("Emulation.setDeviceMetricsOverride", width=width, height=900,
                         deviceScaleFactor=1, mobile=False)
            browser.call("Emulation.setEmulatedMedia",
                         features=[{"name": "prefers-color-scheme", "value": scheme}])
            start = time.monotonic()
            browser.events.clear()
            browser.call("Page.navigate", url="file://" + os.path.abspath(page))
            browser.wait("Page.loadEventFired")
            loaded = time.monotonic() - start
            # What is off the screen is laid out too: it is looked at like the rest.
            browser.evaluate("document.head.append(Object.assign(document.createElement('style'), "
                             "{textContent: '.job{content-visibility:visible!important}'}))")
            view = browser.evaluate(MEASURE)
            view.update(width=width, scheme=scheme, load=round(loaded * 1000))
            view["complaints"] = browser.complaints()
            size = browser.call("Page.getLayoutMetrics")["cssContentSize"]
            picture = browser.call("Page.captureScreenshot", format="png", captureBeyondViewport=True,
                                   clip={"x": 0, "y": 0, "width": width, "scale": 1,
                                         "height": min(size["height"], 6000)})
            name = f"report-{width}-{scheme}.png"
            with open(os.path.join(pictures, name), "wb") as file:
                file.write(base64.b64decode(picture["data"]))
            views.append(view)
    filters = [dict(browser.evaluate(FILTER.replace("WORD", json.dumps(text))), word=text)
               for text in [word, "", "nothing has this in it"]]
    browser.call("Emulation.setScriptExecutionDisabled", value=True)
    browser.call("Page.navigate", url="file://" + os.path.abspath(page))
    browser.wait("Page.loadEventFired")
    plain = browser.evaluate("({ form: document.getElementById('filter').checkVisibility(), "
                             "rows: document.querySelectorAll('.rows tbody tr:not(.a)').length })")
    return {"views": views, "filters": filters, "plain": plain}


def main():
    program, page, pictures = sys.argv[1:4]
    word = sys.argv[4] if len(sys.argv) > 4 else "savepoint"
    os.makedirs(pictures, exist_ok=True)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = Browser(program, profile)
        try:
            print(json.dumps(look(browser, page, pictures, word), indent=1))
            browser.session = None
            browser.call("Browser.close")
        finally:
            try:
                browser.child.wait(10)
            except subprocess.TimeoutExpired:
                browser.child.kill()


main()
