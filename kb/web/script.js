(() => {
  const $ = (s) => document.querySelector(s);
  const panelUrl = (href) => { const u = new URL(href, location.href); u.searchParams.set("part", "panel"); return u; };

  async function openSource(a) {
    const panel = $("#dz-panel");
    if (!panel) return;
    document.querySelectorAll(".dz-cite.dz-on").forEach((e) => e.classList.remove("dz-on"));
    a.classList.add("dz-on");
    panel.setAttribute("aria-busy", "true");
    try {
      const reply = await fetch(panelUrl(a.href));
      if (!reply.ok) throw new Error();
      const bar = document.createElement("div");
      bar.className = "dz-panelbar";
      const full = document.createElement("a");
      full.href = a.href + "#hit"; full.target = "_blank"; full.rel = "noopener"; full.textContent = "在阅读页打开";
      const close = document.createElement("button");
      close.type = "button"; close.textContent = "收起"; close.className = "dz-close";
      bar.append(full, close);
      panel.innerHTML = await reply.text();
      panel.prepend(bar);
      panel.dataset.from = a.getAttribute("href");
      document.body.classList.add("dz-opened");
      const hit = panel.querySelector("mark");
      if (innerWidth < 900) panel.scrollIntoView({ block: "start" });
      if (hit) panel.scrollTop += hit.getBoundingClientRect().top - panel.getBoundingClientRect().top - panel.clientHeight / 3;
      panel.focus({ preventScroll: true });
    } catch { panel.textContent = "原文没有打开，请检查网络后再点一次序号。"; }
    panel.removeAttribute("aria-busy");
  }

  function closeSource() {
    const panel = $("#dz-panel");
    if (!panel) return;
    document.body.classList.remove("dz-opened");
    const from = [...document.querySelectorAll(".dz-cite")].find((e) => e.getAttribute("href") === panel.dataset.from);
    panel.innerHTML = '<div class="dz-blank"><b>原文</b><p>点击答案中的序号，这里显示出处，并标出所引原文。</p></div>';
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

  function fillQuestion(text) {
    const box = $("#dz-question textarea, #dz-question input");
    if (!box) return;
    box.value = text;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    requestAnimationFrame(() => $("#dz-question button")?.click());
  }

  async function load(form, push) {
    const query = new URLSearchParams();
    for (const [k, v] of new FormData(form)) if (v) query.append(k, v);
    const holder = form.closest(".dz-fragment");
    holder.setAttribute("aria-busy", "true");
    try {
      const reply = await fetch(form.dataset.fragment + "?" + query);
      if (!reply.ok) throw new Error();
      holder.innerHTML = await reply.text();
      if (push) history.pushState(null, "", form.getAttribute("action") + (query.size ? "?" + query : ""));
    } catch { location.href = form.getAttribute("action") + "?" + query; }
    holder.removeAttribute("aria-busy");
  }

  document.addEventListener("click", (e) => {
    const a = e.target.closest("a.dz-cite, .dz-answer a.dz-open");
    if (a && $("#dz-panel") && !e.ctrlKey && !e.metaKey && !e.shiftKey) { e.preventDefault(); openSource(a); return; }
    const b = e.target.closest("button");
    if (!b) return;
    if (b.matches(".dz-copy")) copyText(b);
    else if (b.matches(".dz-example")) fillQuestion(b.textContent);
    else if (b.matches(".dz-close")) closeSource();
  });
  document.addEventListener("keydown", (e) => { if (e.key === "Escape" && $("#dz-panel mark, #dz-panel article")) closeSource(); });
  document.addEventListener("submit", (e) => { if (e.target.matches("form[data-fragment]")) { e.preventDefault(); load(e.target, true); } });
  document.addEventListener("change", (e) => {
    const form = e.target.closest("form[data-fragment]");
    if (form && e.target.matches("select, input[type=checkbox]") && form.checkValidity()) load(form, true);
  });
  addEventListener("popstate", () => { if ($(".dz-fragment")) location.reload(); });
  addEventListener("DOMContentLoaded", () => { const m = $(".dz-plain mark"); if (m) m.scrollIntoView({ block: "center" }); });

  window.dingze = {
    asked(question, day) {
      const text = (question || "").trim();
      if (text) history.replaceState(null, "", "/?" + new URLSearchParams({ q: text, as_of: day }));
    },
    fresh() { history.replaceState(null, "", "/"); closeSource(); },
  };
})();
