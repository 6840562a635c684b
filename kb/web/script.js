(() => {
  const $ = (s, e = document) => e.querySelector(s);
  const BLANK = '<div class="dz-blank"><b>原文</b><p>点击答案中的序号，这里显示出处，并标出所引原文。</p></div>';
  const narrow = () => innerWidth < 1000;

  // --- the source beside the answer -----------------------------------------------------------------------------
  async function openSource(href, from) {
    const panel = $("#dz-panel");
    const url = new URL(href, location.href);
    url.hash = "";
    const full = url.pathname + url.search;
    url.searchParams.set("part", "panel");
    panel.setAttribute("aria-busy", "true");
    $(".dz-work").classList.add("dz-opened");
    try {
      const reply = await fetch(url);
      if (!reply.ok) throw new Error();
      const bar = document.createElement("div");
      bar.className = "dz-panelbar";
      bar.innerHTML = '<a target="_blank" rel="noopener">在阅读页打开</a><button type="button" class="dz-close">收起</button>';
      $("a", bar).href = full + "#hit";
      panel.innerHTML = await reply.text();
      panel.prepend(bar);
      if (from) panel.dataset.from = from;
      const hit = $("#hit", panel);
      if (hit) {
        const show = () => { panel.scrollTop += hit.getBoundingClientRect().top - panel.getBoundingClientRect().top - panel.clientHeight / 3; };
        show();
        const image = $("img", hit.closest("figure") || panel);
        if (image && !image.complete) image.addEventListener("load", show, { once: true });
      }
      panel.focus({ preventScroll: true });
    } catch { panel.textContent = "原文没有打开，请检查网络后再点一次序号。"; }
    panel.removeAttribute("aria-busy");
  }
  function cite(a) {
    document.querySelectorAll(".dz-on").forEach((e) => e.classList.remove("dz-on"));
    a.classList.add("dz-on");
    openSource(a.href, a.getAttribute("href"));
  }
  function closeSource() {
    const panel = $("#dz-panel");
    if (!panel) return;
    $(".dz-work")?.classList.remove("dz-opened");
    const from = $(".dz-cite.dz-on") || [...document.querySelectorAll(".dz-cite")].find((e) => e.getAttribute("href") === panel.dataset.from);
    panel.innerHTML = BLANK;
    if (from) { from.classList.remove("dz-on"); from.focus(); }
  }

  async function copyText(button) {
    const text = button.dataset.copy;
    try { await navigator.clipboard.writeText(text); }
    catch {
      const area = document.createElement("textarea");
      area.value = text; document.body.append(area); area.select(); document.execCommand("copy"); area.remove();
    }
    const said = button.textContent;
    button.textContent = "已复制";
    setTimeout(() => { button.textContent = said; }, 1500);
  }

  // --- pages whose filters are in the address ----------------------------------------------------------------------
  async function load(path, query, push) {
    const holder = $(".dz-fragment");
    const address = path + (query.size ? "?" + query : "");
    holder.setAttribute("aria-busy", "true");
    busy(true);
    try {
      const reply = await fetch("/fragment" + path + "?" + query);
      if (!reply.ok) throw new Error();
      holder.innerHTML = await reply.text();
      fold(holder);
      if (push) { history.pushState(null, "", address); if (scrollY > 300) scrollTo(0, 0); }
    } catch { location.href = address; }
    holder.removeAttribute("aria-busy");
    busy(false);
  }
  // What takes over a second says so: a bar on top, here and while the next page is being made.
  function busy(on) {
    let bar = $("#dz-busy");
    if (!bar) {
      bar = document.createElement("div");
      bar.id = "dz-busy"; bar.setAttribute("role", "status"); bar.innerHTML = "<span>正在处理，请稍候…</span>";
      document.body.append(bar);
    }
    bar.hidden = !on;
  }
  addEventListener("beforeunload", () => { if (document.activeElement?.matches("a:not([download]), button, input, select")) busy(true); });
  addEventListener("pageshow", () => { if ($("#dz-busy")) busy(false); });
  function submit(form) {
    const query = new URLSearchParams();
    for (const [k, v] of new FormData(form)) if (v) query.append(k, v);
    return load(form.getAttribute("action"), query, true);
  }
  // On a phone long side lists start folded.
  function fold(within) { if (narrow()) within.querySelectorAll(".dz-fold, .dz-outline > details, .dz-pastlist").forEach((d) => { d.open = false; }); }

  // --- parts that come after the page ---------------------------------------------------------------------------------
  async function fill(element) {
    const url = element.dataset.load;
    delete element.dataset.load;
    element.removeAttribute("data-load");
    try {
      const reply = await fetch(url);
      if (reply.ok) element.innerHTML = await reply.text();
      else if ($(".dz-waiting", element)) throw new Error();
    } catch { if ($(".dz-waiting", element)) element.innerHTML = '<div class="dz-notice dz-error" role="alert"><b>没有取到</b><p>请检查网络后刷新页面。</p></div>'; }
    element.dispatchEvent(new CustomEvent("filled"));
  }
  // What to ask next belongs to the answer just given, not to each one of a conversation that is opened again.
  function fillAll() { document.querySelectorAll("[data-load]:not(#dz-log [data-load])").forEach(fill); }

  // --- files to take away: made in the background, with progress, and fetched when they are there ---------------------
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  async function call(url, body) {
    const reply = await fetch(url, body === undefined ? {} : { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
    const said = await reply.json().catch(() => ({}));
    if (!reply.ok) throw new Error(said.error || `没有成功（${reply.status}），请稍后重试。`);
    return said;
  }
  async function exportFile(a) {
    const url = new URL(a.href), [what, kind] = url.pathname.split("/").pop().split(".");
    const box = document.createElement("div");
    box.className = "dz-toast dz-exporting"; box.setAttribute("role", "status");
    box.innerHTML = '<span>正在导出…</span><progress max="2" aria-label="导出进度"></progress><button type="button" class="dz-plainbutton">取消</button>';
    document.body.append(box);
    const end = (text, bad, ms) => { box.classList.toggle("dz-error", bad); box.textContent = text; if (bad) box.setAttribute("role", "alert"); setTimeout(() => box.remove(), ms); };
    try {
      let { job } = await call("/api/exports", { what, kind, query: Object.fromEntries([...url.searchParams].filter(([, v]) => v)) });
      $("button", box).addEventListener("click", () => { call(`/api/exports/${job}/cancel`, {}).catch(() => {}); job = null; end("已取消导出。", false, 2000); });
      for (let wait = 150; job; wait = Math.min(wait * 1.6, 1500)) {
        await pause(wait);
        if (!job) return;
        const now = await call(`/api/exports/${job}`);
        if (!job) return;
        if (now.state === "done") {
          const link = document.createElement("a");
          link.href = `/api/exports/${job}/file`; link.download = now.name; document.body.append(link); link.click(); link.remove();
          end(`已导出：${now.name}`, false, 4000);
          return;
        }
        if (now.state === "failed" || now.state === "interrupted" || now.state === "cancelled") throw new Error(now.error || "导出中断，请重试。");
        $("span", box).textContent = now.state === "waiting" ? "排队导出…" : `正在导出：${now.at || "…"}`;
        if (now.total) { $("progress", box).max = now.total; $("progress", box).value = now.done; }
      }
    } catch (e) { end(e.message, true, 8000); }
  }

  let polling = false;
  async function progress() {
    const chip = $("#dz-progress");
    if (!chip || polling) return;
    polling = true;
    try {
      const said = await (await fetch("/api/progress")).json();
      const chips = document.querySelectorAll("#dz-progress");
      chips.forEach((c) => { c.hidden = !said.running; c.textContent = said.running ? `正在读入 ${said.done}/${said.total || "…"}` : ""; });
      if (said.running) setTimeout(progress, 2000);
      else if (progress.before && $("#dz-log .dz-welcome")) location.reload();
      progress.before = said.running;
    } catch { /* the next page asks again */ }
    polling = false;
  }

  async function judge(button) {
    const bar = button.closest(".dz-judge");
    const body = { answer: bar.dataset.answer, verdict: button.dataset.verdict, reason: $("select", bar)?.value || "", note: $("input", bar)?.value || "" };
    if (button.dataset.verdict === "wrong" && !button.dataset.send) { $(".dz-why", bar).hidden = false; $("select", bar).focus(); return; }
    const reply = await fetch("/api/feedback", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
    bar.innerHTML = `<span role="status">${reply.ok ? "已记下，谢谢。" : "没有记下，请稍后重试。"}</span>`;
  }

  document.addEventListener("click", (e) => {
    const plain = !e.ctrlKey && !e.metaKey && !e.shiftKey && e.button === 0;
    const a = e.target.closest("a");
    if (a && plain) {
      if ($("#dz-panel") && a.matches(".dz-cite, .dz-answer a.dz-open")) { e.preventDefault(); cite(a); return; }
      if (a.closest("#dz-panel") && a.matches("[data-panel], .dz-ref[href^='/source/']")) { e.preventDefault(); openSource(a.href); return; }
      if (a.closest("#dz-panel") && a.matches(".dz-ref")) { e.preventDefault(); document.getElementById(decodeURIComponent(a.hash.slice(1)))?.scrollIntoView({ block: "center" }); return; }
      if (a.matches(".dz-export:not([href*='answer.docx'])")) { e.preventDefault(); exportFile(a); return; }
      if (a.matches("[data-nav]") && $(".dz-fragment")) {
        const url = new URL(a.href);
        if (url.pathname === location.pathname) { e.preventDefault(); load(url.pathname, url.searchParams, true); return; }
      }
    }
    const b = e.target.closest("button");
    if (!b) return;
    if (b.matches(".dz-copy")) copyText(b);
    else if (b.matches(".dz-close")) closeSource();
    else if (b.dataset.verdict) judge(b);
  });
  document.addEventListener("keydown", (e) => { if (e.key === "Escape" && $("#dz-panel article")) closeSource(); });
  document.addEventListener("submit", (e) => { if (e.target.matches("form[data-fragment]")) { e.preventDefault(); submit(e.target); } });
  document.addEventListener("change", (e) => {
    if (e.target.matches("select[data-go]")) { location.href = e.target.value; return; }
    const form = e.target.closest("form[data-fragment]");
    if (form && e.target.matches("select, input[type=checkbox], input[type=date]") && form.checkValidity()) submit(form);
  });
  addEventListener("popstate", () => { if ($(".dz-fragment")) load(location.pathname, new URLSearchParams(location.search), false); });
  function begin() {
    fold(document);
    const hit = $(".dz-plain #hit");
    if (hit) {
      hit.scrollIntoView({ block: "center" });
      const image = $("img", hit.closest("figure") || hit);
      if (image && !image.complete) image.addEventListener("load", () => hit.scrollIntoView({ block: "center" }), { once: true });
    }
    fillAll(); progress();
    new MutationObserver(() => {
      fillAll();
      document.querySelectorAll(".dz-pastlist:not([data-folded])").forEach((d) => { d.dataset.folded = ""; if (narrow()) d.open = false; });
    }).observe(document.body, { childList: true, subtree: true });
  }
  // Gradio puts this script into a page that is there already.
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", begin); else begin();

  // --- the conversation ---------------------------------------------------------------------------------------------
  function today() { const d = new Date(); return new Date(d - d.getTimezoneOffset() * 60000).toISOString().slice(0, 10); }

  // The new question is brought to the top when it stands on the page, and again as its answer grows below it, until the
  // answer is whole or the reader moves the page.
  let unfollow = () => {};
  function follow(question) {
    unfollow();
    const seen = new MutationObserver(() => {
      const asked = $("#dz-live .dz-asked");
      if (asked?.textContent !== question) return;
      asked.scrollIntoView({ block: "start" });
      if ($("#dz-live :is(.dz-judge, .dz-error)")) unfollow();
    });
    const moved = ["wheel", "touchmove"];
    unfollow = () => { seen.disconnect(); moved.forEach((m) => removeEventListener(m, unfollow)); };
    moved.forEach((m) => addEventListener(m, unfollow, { passive: true }));
    seen.observe($(".dz-talk"), { childList: true, subtree: true });
  }

  window.dingze = {
    progress,
    busy,
    compose(element, send, select, clear) {
      const box = $("#dz-question", element), day = $("#dz-day", element), form = $("form", element);
      const query = new URLSearchParams(location.search);
      day.value = query.get("as_of") || today();
      const scope = $("#dz-scope", element);
      if (scope?.dataset.load) scope.dataset.load += "?" + query;
      box.focus({ preventScroll: true });
      if (narrow() && !["place", "agency", "genre"].some((n) => query.get(n))) $(".dz-narrow", element).open = false;
      const grow = () => { box.style.height = "auto"; box.style.height = Math.min(box.scrollHeight, 160) + "px"; };
      box.addEventListener("input", grow);
      const asked = () => {
        const question = box.value.trim();
        if (!question) { box.focus(); return; }
        const chosen = Object.fromEntries([...new FormData(form)].filter(([, v]) => v));
        history.replaceState(null, "", "/?" + new URLSearchParams({ q: question, ...chosen }));
        send({ question, ...chosen, conversation: $("#dz-history li[aria-current] a")?.dataset.conversation || "" });
        box.value = ""; grow();
        $(".dz-work")?.classList.remove("dz-opened");
        follow(question);
      };
      form.addEventListener("submit", (e) => { e.preventDefault(); asked(); });
      box.addEventListener("keydown", (e) => { if (e.key === "Enter" && !e.shiftKey && !e.isComposing) { e.preventDefault(); asked(); } });
      if (window.dingze.bound) return;
      window.dingze.bound = true;
      document.addEventListener("click", async (e) => {
        const example = e.target.closest("button.dz-example");
        if (example) { $("#dz-question").value = example.textContent; $("#dz-composer").requestSubmit(); return; }
        if (e.target.closest("#dz-fresh")) { history.replaceState(null, "", "/"); closeSource(); clear(); $("#dz-question").focus(); return; }
        const forget = e.target.closest("[data-forget]");
        if (forget) {
          await fetch("/api/conversations/" + encodeURIComponent(forget.dataset.forget), { method: "DELETE" });
          if (forget.closest("li").hasAttribute("aria-current")) { history.replaceState(null, "", "/"); clear(); } else forget.closest("li").remove();
          return;
        }
        const past = e.target.closest("a[data-conversation]");
        if (past && !e.ctrlKey && !e.metaKey) {
          e.preventDefault();
          history.replaceState(null, "", past.getAttribute("href"));
          closeSource(); select(past.dataset.conversation);
          if (narrow()) past.closest("details").open = false;
        }
      });
    },
  };
})();
